"""The protected sets of one release, and what of each its ledger keeps.

A set whose figures the record keys change is withheld where one to four of its records differ from those of an earlier
release (whoever knows which families came or went would see where the figures moved), and where nearly everything could
be believed of a small count.
"""

from dataclasses import asdict, dataclass

from hubdata.release.attack import MOST_BELIEVED, small
from hubdata.release.cellkey import keys, near
from hubdata.release.counts import Counted
from hubdata.release.disclosure.policy import DisclosurePolicy
from hubdata.release.ledger import Line, as_set
from hubdata.release.protect import ProtectedSet, protect_together, withheld


@dataclass(frozen=True)
class Made:
    """One release's sets as they may be shown, as the ledger keeps them, and which secret made their keys."""

    policy: DisclosurePolicy
    protected: list[ProtectedSet]
    kept: list[dict]
    keys: str

    def line(self, quarter: str) -> Line:
        """What the ledger's line would be."""
        return Line(0, quarter, "", "", asdict(self.policy), tuple(self.kept), keys=self.keys)


def made(counted: list[Counted], policy: DisclosurePolicy, secret: bytes, lines: list[Line]) -> Made:
    """Every set, protected; `lines` is everything published before."""
    if not policy.keyed:
        protected = [protect_together(each, policy) for each in counted]
        return Made(policy, protected, [as_set(each) for each in protected], "")
    pairs = [_keyed(each, policy, secret, lines) for each in counted]
    return Made(policy, [own for own, _ in pairs], [kept for _, kept in pairs], keys.fingerprint(secret))


def _keyed(counted: Counted, policy: DisclosurePolicy, secret: bytes, lines: list[Line]) -> tuple[ProtectedSet, dict]:
    earlier = [
        each["sketch"] for line in lines for each in line.sets if each["name"] == counted.name and "sketch" in each
    ]
    if any(near.are_near(counted.records, secret, before) for before in earlier):
        found = withheld(counted)
        return found, as_set(found)
    found = protect_together(counted, policy)
    kept = as_set(found, near.sketch(counted.records, secret))
    if any(guess.belief >= MOST_BELIEVED for guess in small(kept, policy)):
        found = withheld(counted)
        return found, as_set(found)
    return found, kept
