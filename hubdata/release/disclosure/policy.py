"""What counts as small and how well it must be hidden, as the dated values say; nonsense is refused, never ignored."""

from dataclasses import dataclass
from datetime import date

from hubdata import policy
from hubdata.errors import BadParameter, Refused
from hubdata.written import Written

METHODS = {
    "hide": ("shown", "may_hide", "small"),
    "round": ("rounded",),
    "hide_and_round": ("shown",),
    "cell_key": ("kept",),
    "keyed_round": ("kept",),
}
KEYED = ("cell_key", "keyed_round")  # what these show of a count depends on the keys of the records in it
AUDIENCES = ("public", "partner", "internal")
BASES = (5, 10)
LARGEST_THRESHOLD = 100
FIELDS = {"method", "threshold", "width", "zeros", "audience", "round_to"}
STANDARD = "public"


@dataclass(frozen=True)
class DisclosurePolicy:
    """One policy in force; params/policy/disclosure.yaml says what its fields mean.

    Raises Refused with every fault if the fields make no sense together.
    """

    name: str = STANDARD
    method: str = "hide"
    threshold: int = 5
    width: int = 5
    zeros: str = "shown"
    audience: str = "public"
    round_to: int = 0

    def __post_init__(self):
        if faults := [f"disclosure policy {self.name!r}: {fault}" for fault in _faults(self)]:
            raise Refused("; ".join(faults), faults)

    @property
    def keyed(self) -> bool:
        """Whether every figure is changed by the keys of its records, and a small one need not be hidden."""
        return self.method in KEYED

    @property
    def least_hidden(self) -> int:
        """What everybody knows to be the least that a hidden count can be."""
        return 1 if self.zeros == "shown" else 0

    def is_small(self, count: float) -> bool:
        """Whether a count must not be found out."""
        return (0 if self.zeros == "small" else 1) <= count <= self.threshold

    def sentence(self) -> str:
        """What the policy does, for the foot of a table."""
        if self.keyed:
            how = "changed slightly and" if self.method == "cell_key" else f"rounded up or down to {self.round_to},"
            return (
                f"Every figure was {how} at random so that no family can be picked out; the same families always get "
                "the same change, and figures may not add up. 0 means none or very few, and small figures are best "
                "read as “a few”."
            )
        if self.method == "round":
            return (
                f"Every figure and every total is rounded on its own to the nearest {self.round_to}. "
                "[c] means hidden: rounding alone would have given a small count away."
            )
        small = f"{0 if self.zeros == 'small' else 1} to {self.threshold}"
        rest = f" All other figures are rounded to the nearest {self.round_to}." if self.round_to else ""
        return (
            f"[c] means hidden: we hide {small}, and sometimes other figures so that none of these can be worked out. "
            f"0 {'is hidden too' if self.zeros == 'small' else 'means none'}.{rest}"
        )


def _faults(given: DisclosurePolicy) -> list[str]:
    said = Written(vars(given))
    if not said.one_of("method", METHODS, "{key} {found!r} is unknown"):
        return said.words
    within = "; allowed is {least} to {most}"
    said.whole("threshold", "{key} {found!r} hides nothing or nonsense" + within, 1, LARGEST_THRESHOLD)
    said.one_of("zeros", METHODS[given.method], f"{{key}} {{found!r}} do not go with method {given.method}")
    said.one_of("audience", AUDIENCES, "{key} {found!r} is unknown")
    if given.method in ("hide", "cell_key"):
        said.must("round_to", lambda to: to == 0, "{key} {found!r} does not go with this method; leave it out")
    else:
        said.must("round_to", lambda to: type(to) is int and to in BASES, "{key} {found!r} is not allowed; use 5 or 10")
    if not said.faults:
        said.whole("width", f"{{key}} {{found!r}} does not go with method {given.method}" + within, *_widths(given))
    return said.words


def _widths(given: DisclosurePolicy) -> tuple[int, int]:
    """The least that hides enough, and the most that the method can ever give."""
    if given.method == "hide":
        # where a 0 may be hidden, two small counts that add up to the threshold would still be known to be small
        return given.threshold + (given.zeros != "shown"), 1000
    if given.keyed:
        return 2, 4
    return (2, (given.round_to - 1) // 2) if given.method == "round" else (given.round_to, 1000)


def read(name: str | None, as_at: date, policies: policy.Policy | None = None) -> DisclosurePolicy:
    """The named policy in force on a day (default: public). Raises BadParameter if there is none of that name."""
    policies = policies or policy.load()
    there = [known.partition(".")[2] for known in policies.names() if known.startswith("disclosure.")]
    chosen = STANDARD if name is None else name
    if chosen not in there:
        raise BadParameter(f"no disclosure policy is called {chosen!r}; there are {', '.join(there)}")
    value = policies.value(f"disclosure.{chosen}", as_at)
    if not isinstance(value, dict) or not FIELDS - {"round_to"} <= set(value) <= FIELDS:
        why = f"disclosure policy {chosen!r} must have exactly {', '.join(sorted(FIELDS))} (round_to only where used)"
        raise Refused(why, [why])
    return DisclosurePolicy(chosen, **value)
