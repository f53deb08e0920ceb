"""Makes up families' histories of decisions and shares, as nasty as they come; it must not know how they are judged.

Everything happens within a few days, so that ties, boundary days, withdrawals on the day and late recording abound.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

Row = dict[str, str | None]

FIRST = date(2024, 2, 22)  # the days run over 29 February
DAYS = 14
PURPOSES = ("hub_working",) * 4 + ("additional_support",) * 3 + ("evaluation",)
OTHER_PURPOSES = ("safeguarding", "welfare", "legal_duty")
DECISIONS = ("agreed",) * 7 + ("refused", "withdrawn", "no_response", "not_sought")
ROUTES = ("within_hub",) * 4 + ("additional_support",) * 4 + ("without_agreement",) * 3 + ("legal_duty",)
CATEGORIES = ("contact_details", "support_needs", "appointments")
CLOCK = ("00:00:00Z", "09:00:00Z", "09:00:00.000001Z", "23:59:59.999999Z", "00:30:00+01:00")  # the last: the day before
COUNCIL = "NNC"
# What each recipient has signed: from the first to the last day, or nothing.
TERMS = {
    COUNCIL: ("2020-01-01", None),
    "ALWAYS": ("2020-01-01", None),
    "BOUNDED": ("2024-02-26", "2024-03-03"),
    "NEVER": (None, None),
}
RECIPIENTS = ("ALWAYS", "ALWAYS", "BOUNDED", "NEVER")


@dataclass
class Histories:
    """The tables of a hub, ready for intake."""

    organisations: list[Row] = field(default_factory=list)
    practitioners: list[Row] = field(default_factory=list)
    families: list[Row] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    agreements: list[Row] = field(default_factory=list)
    shares: list[Row] = field(default_factory=list)


def generate(random: Random, families: int) -> Histories:
    """Histories of families F0, F1, …, each with up to three people, ten decisions and eight shares."""
    made = Histories()
    made.organisations += [
        {"organisation": name, "name": name.title(), "kind": "partner"}
        | {"sharing_agreement_from": first, "sharing_agreement_to": last}
        for name, (first, last) in TERMS.items()
    ]
    made.practitioners.append({"practitioner": "W1", "organisation": COUNCIL, "name": "Worker One"})
    for number in range(families):
        Family(random, f"F{number}").tell(made)
    return made


def day(random: Random) -> date:
    """A day within the few days in which everything happens."""
    return FIRST + timedelta(days=random.randrange(DAYS))


@dataclass
class Family:
    """One family of the histories."""

    random: Random
    name: str

    def tell(self, made: Histories) -> None:
        """Add the family's rows."""
        self.people = [f"{self.name}-P{number}" for number in range(self.random.randint(1, 3))]
        made.families.append({"family": self.name, "hub": "corby", "opened_on": "2020-01-06"})
        made.people += [
            {"person": person, "family": self.name, "role": "parent_carer"}
            | {"given_name": "Made", "family_name": f"Up {person}"}
            for person in self.people
        ]
        # decisions are numbered out of order: an id says nothing about time, except to break a tie
        names = [f"{self.name}-A{number}" for number in range(self.random.choice((0, 1, 2, 4, 6, 8, 10)))]
        self.random.shuffle(names)
        made.agreements += [self._agreement(name, names) for name in names]
        names = [f"{self.name}-S{number}" for number in range(self.random.randint(2, 8))]
        made.shares += [self._share(name, names) for name in names]

    def _some(self, among: tuple[str, ...] | list[str], least: int = 0) -> str | None:
        """A list of some of these, in any order; None if of none."""
        chosen = self.random.sample(sorted(set(among)), self.random.randint(least, len(set(among))))
        return ";".join(chosen) or None

    def _rarely(self, text: str | None, one_in: int = 4) -> str | None:
        return text if self.random.randrange(one_in) == 0 else None

    def _other(self, name: str, names: list[str]) -> str | None:
        return self.random.choice([other for other in names if other != name] or [None])

    def _recorded(self, on: date) -> str:
        late = self.random.choice((0, 0, 0, 0, 1, 2, 6))
        return f"{on + timedelta(days=late)}T{self.random.choice(CLOCK)}"

    def _agreement(self, name: str, names: list[str]) -> Row:
        decided_on = day(self.random)
        decision = self.random.choice(DECISIONS)
        names_some = decision == "agreed" or self.random.random() < 0.4
        mentioned = [*sorted(set(RECIPIENTS)), *CATEGORIES, *self.people]
        return {
            "agreement": name,
            "family": self.name,
            "given_by": self.people[0],
            "covers": self._some(self.people, 1),
            "decision": decision,
            "purpose": self.random.choice(PURPOSES),
            "recipients": self._some(RECIPIENTS) if names_some else None,
            "categories": ";".join(CATEGORIES) if self.random.random() < 0.6 else self._some(CATEGORIES),
            "exclusions": self._rarely(";".join(self.random.sample(mentioned, self.random.randint(1, 2))), 6),
            "decided_on": decided_on.isoformat(),
            "expires_on": self._rarely((decided_on + timedelta(days=self.random.randint(0, 6))).isoformat()),
            "taken_by": "W1",
            "notice_version": "2025-04",
            "supersedes": self._rarely(self._other(name, names), 5),
            "recorded_at": self._recorded(decided_on),
        }

    def _share(self, name: str, names: list[str]) -> Row:
        shared_on = max(day(self.random), day(self.random))
        route = self.random.choice(ROUTES)
        usual = {"within_hub": "hub_working", "additional_support": "additional_support"}.get(route, "safeguarding")
        discussed_on = shared_on + timedelta(days=self.random.choice((-3, -1, 0, 0, 0, 1)))
        return {
            "share": name,
            "family": self.name,
            "about": self._some(self.people, 1),
            "from_organisation": COUNCIL,
            "to_organisation": self.random.choice(RECIPIENTS),
            "route": route,
            "purpose": self._rarely(self.random.choice(PURPOSES + OTHER_PURPOSES)) or usual,
            "categories": self._some(CATEGORIES, 1),
            "shared_on": shared_on.isoformat(),
            "discussed_on": discussed_on.isoformat() if self.random.random() < 0.9 else None,
            "decided_by": "W1",
            "reason": "A risk" if self.random.random() < 0.9 else None,
            "risk_to": "A child" if self.random.random() < 0.9 else None,
            "told_family": self.random.choice(("yes", "yes", "no", "not_yet", None)),
            "not_told_reason": self._rarely("Not safe", 2),
            "supersedes": self._rarely(self._other(name, names), 8),
            "recorded_at": self._recorded(shared_on),
        }
