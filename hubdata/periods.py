"""The retention schedule as data: which date a rule gives, and that in words; it reads no clock and no record.

    family:
      code: FAMILY-5Y
      title: The hub's record of a family
      later_of: [{trigger: closure, years: 5}, {trigger: birth, years: 25}]
      floor: {trigger: last_contact, years: 1}
      ceiling: {trigger: closure, years: 30}
      escalations: [{code: FAMILY-35Y, when: shared_without_agreement, trigger: closure, years: 35, why: …}]
      action: review
      approver: information governance officer

A ceiling wins over a floor. An escalation only ever lengthens: of the rule and all escalations that apply to a family,
the one with the latest date decides. What has not happened (a death) gives no date and is passed over; what must have
happened but is not recorded (a birth, a contact) means that nobody can tell. Source: notice P8, domain 1.3 and 1.4.
"""

from dataclasses import dataclass, replace
from datetime import date

TRIGGERS = {
    "closure": "the end of the Hub's support",
    "last_contact": "the last contact or review",
    "creation": "the opening of the record",
    "last_change": "the last change of the record",
    "birth": "the youngest member's birth",
    "death": "a member's death",
}
YEAR_ENDS = {"financial_year": "the financial year (31 March)", "calendar_year": "the calendar year"}
COMBINED = ("later_of", "earlier_of")
CONDITIONS = {
    "shared_without_agreement": "details were shared without agreement",
    "person_died": "a member has died",
    "hub_is": "the hub is",
    "had_unmet_need": "a need went unmet",
}
CLASSES = ("family", "reference", "ledger", "reports", "certificates")
ACTIONS = ("review", "delete", "anonymise")
NAME = "retention.rules"


@dataclass(frozen=True)
class Term:
    """A period after a trigger, in calendar months and then days; `end_of` first moves the trigger to a year's end."""

    trigger: str
    months: int
    days: int = 0
    end_of: str | None = None

    def __str__(self) -> str:
        after = f"the end of {YEAR_ENDS[self.end_of]} of " if self.end_of else ""
        return f"{_period(self.months, self.days)} after {after}{TRIGGERS[self.trigger]}"


@dataclass(frozen=True)
class Terms:
    """Terms, which of their dates counts (`combined`), and the dates that it may not be earlier or later than."""

    terms: tuple[Term, ...]
    combined: str = ""
    floor: Term | None = None
    ceiling: Term | None = None

    def __str__(self) -> str:
        said = " and ".join(map(str, self.terms))
        said = f"the {self.combined[:-3]} of {said}" if self.combined else said
        said += f", but not before {self.floor}" if self.floor else ""
        return said + (f", and never beyond {self.ceiling}" if self.ceiling else "")

    @property
    def all(self) -> tuple[Term, ...]:
        """Every term that the date may depend on."""
        return (*self.terms, *(term for term in (self.floor, self.ceiling) if term))


@dataclass(frozen=True)
class Escalation:
    """Longer terms for families to which a condition applies."""

    code: str
    when: str
    terms: Terms
    why: str
    hub: str = ""

    @property
    def condition(self) -> str:
        """When it applies, in words."""
        return f"{CONDITIONS[self.when]} {self.hub}".strip()


@dataclass(frozen=True)
class Rule:
    """How long one class of record is kept, and what happens then."""

    code: str
    title: str
    terms: Terms
    action: str
    approver: str
    source: str = ""
    escalations: tuple[Escalation, ...] = ()
    other_readings: tuple[str, ...] = ()

    def __str__(self) -> str:
        longer = "".join(f"; {each.terms} if that is later and {each.condition}" for each in self.escalations)
        return f"{self.terms}{longer}"

    @property
    def codes(self) -> tuple[str, ...]:
        """The rule's own code, then its escalations'."""
        return (self.code, *(each.code for each in self.escalations))

    @property
    def asks(self) -> frozenset[str]:
        """The triggers and conditions that the date may depend on."""
        terms = (*self.terms.all, *(term for each in self.escalations for term in each.terms.all))
        return frozenset({term.trigger for term in terms} | {each.when for each in self.escalations})

    @property
    def whole_years(self) -> int | None:
        """The number of years, if the rule is nothing but so many years after one trigger."""
        terms = self.terms
        plain = terms == Terms(terms.terms) and len(terms.terms) == 1 and not self.escalations
        term = terms.terms[0]
        return term.months // 12 if plain and not (term.months % 12 or term.days or term.end_of) else None

    def readings(self) -> tuple["Rule", ...]:
        """The same rule counted from each other trigger that its source could mean."""
        found = (replace(self.terms.terms[0], trigger=trigger) for trigger in self.other_readings)
        return tuple(replace(self, terms=replace(self.terms, terms=(term,)), other_readings=()) for term in found)

    def counted_from(self, trigger: str) -> "Rule":
        """A rule whose date is the trigger's own day, for showing what a date was counted from."""
        return replace(self, terms=Terms((Term(trigger, 0),)), escalations=(), other_readings=())


def _period(months: int, days: int) -> str:
    parts = [(months // 12, "year"), (months % 12, "month"), (days, "day")]
    return " and ".join(f"{n} {unit}{'s' if n != 1 else ''}" for n, unit in parts if n)


def rule(value: dict) -> Rule:
    """One class's rule, from a value that `policy_check.schedule_faults` has no fault with."""
    escalations = tuple(
        Escalation(each["code"], each["when"], _terms(each), each["why"], each.get("hub", ""))
        for each in value.get("escalations", ())
    )
    return Rule(
        value["code"],
        value["title"],
        _terms(value),
        value["action"],
        value["approver"],
        value.get("source", ""),
        escalations,
        tuple(value.get("other_readings", ())),
    )


def _terms(value: dict) -> Terms:
    combined = next((name for name in COMBINED if name in value), "")
    terms = tuple(map(_term, value[combined] if combined else [value]))
    bounds = {name: _term(value[name]) for name in ("floor", "ceiling") if name in value}
    return Terms(terms, combined, **bounds)


def _term(value: dict) -> Term:
    months = 12 * value.get("years", 0) + value.get("months", 0)
    return Term(value["trigger"], months, value.get("days", 0), value.get("end_of"))


def in_force(policy, as_at: date, of_class: str = "family") -> Rule:
    """The rule of a class of record in force on a day. Raises BadParameter if none was in force yet."""
    return rule(policy.value(NAME, as_at)[of_class])


def needs_lives(policy) -> bool:
    """Whether any dated value asks when a member was born or died, or could be read so; else no snapshot says it."""
    rules = [rule(entry.value["family"]) for entry in policy.history(NAME)] if NAME in policy.names() else []
    asked = {word for each in rules for word in (*each.asks, *each.other_readings)}
    return bool(asked & {"birth", "death", "person_died"})
