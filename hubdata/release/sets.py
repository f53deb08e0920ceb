"""The protected sets of one release, and what of each its ledger keeps.

A set whose figures the record keys change is withheld where one to four of its records differ from those of an earlier
release (whoever knows which families came or went would see where the figures moved). Where a small count could be
believed nearly for certain its set shows totals only, or nothing.
"""

from dataclasses import asdict, dataclass

from hubdata.release.attack import MOST_BELIEVED, small
from hubdata.release.cellkey import keys, near
from hubdata.release.counts import Counted
from hubdata.release.disclosure.policy import DisclosurePolicy
from hubdata.release.ledger import QUARTERLY, Line, as_set
from hubdata.release.protect import ProtectedSet, protect_together, totals, withheld

FINE, COARSE = "fine", "coarse"


@dataclass(frozen=True)
class Made:
    """One release's sets as they may be shown, as the ledger keeps them, and which secret made their keys."""

    policy: DisclosurePolicy
    protected: list[ProtectedSet]
    kept: list[dict]
    keys: str
    destroyed: int = 0
    what: str = QUARTERLY

    def line(self, quarter: str) -> Line:
        """What the ledger's line would be."""
        sets = tuple(self.kept)
        more = {"keys": self.keys, "destroyed": self.destroyed, "what": self.what}
        return Line(0, quarter, "", "", asdict(self.policy), sets, **more)


def forms(lines: list[Line]) -> dict[str, str]:
    """In which form each set was shown when its figures were first changed: the form is chosen once."""
    found: dict[str, str] = {}
    for each in (each for line in lines if line.what == QUARTERLY for each in line.sets if "form" in each):
        found.setdefault(each["name"], each["form"])
    return found


def chosen(past: list[Counted], policy: DisclosurePolicy, share: float) -> dict[str, str]:
    """The form of each set, from the sizes of an earlier quarter, so that the choice tells nothing of this one.

    It is the coarser one where more than a share of the cells was small.
    """
    return {each.name: COARSE if each.small(policy.threshold) > share else FINE for each in past}


def made(
    counted: list[Counted],
    policy: DisclosurePolicy,
    secret: bytes,
    lines: list[Line],
    forms: dict[str, str],
    destroyed: int = 0,
) -> Made:
    """Every set, protected; `lines` is everything published before, `forms` in which form each set is shown.

    `destroyed` is how many families' records were ever destroyed: they left where no state says so.
    """
    if not policy.keyed:
        protected = [protect_together(each, policy) for each in counted]
        return Made(policy, protected, [as_set(each) for each in protected], "", destroyed)
    found = []
    for each in counted:
        form = forms.get(each.name, COARSE)
        own, kept = _keyed(each.coarse() if form == COARSE else each, policy, secret, lines)
        found.append((own, kept | {"form": form}))
    protected, kept = [own for own, _ in found], [kept for _, kept in found]
    return Made(policy, protected, kept, keys.fingerprint(secret), destroyed)


def _keyed(counted: Counted, policy: DisclosurePolicy, secret: bytes, lines: list[Line]) -> tuple[ProtectedSet, dict]:
    earlier = [
        each["sketch"] for line in lines for each in line.sets if each["name"] == counted.name and "sketch" in each
    ]
    if any(near.are_near(counted.records, secret, before) for before in earlier):
        found = withheld(counted)
        return found, as_set(found)
    whole, sketch = protect_together(counted, policy), near.sketch(counted.records, secret)
    for found in (whole, totals(whole)):
        kept = as_set(found, sketch)
        if all(guess.belief < MOST_BELIEVED for guess in small(kept, policy)):
            return found, kept
    return withheld(counted), as_set(withheld(counted))
