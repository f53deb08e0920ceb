"""Writes single rows about planted families and lists the findings that they must cause; it chooses no fault."""

from dataclasses import dataclass, field

import numpy as np

from hubdata.demo.rows import pool
from hubdata.demo.rows.columns import NEVER, iso
from hubdata.demo.rows.plan import KINDS, NOTICE_DAY, NOTICES, PLAIN, Plan

WIDE, NARROW = pool.AGREED[0], "contact_details;lead_worker"
GIVER, DECIDER, COUNCIL = "EHT", f"W{len(pool.PARTNER_CODES):06}", pool.LEAD_PARTNER
DECIDED, SHARED = 80, 40  # days before as_at, or before the family was closed


def instant(day: int) -> str:
    """The moment at which a planted row was recorded."""
    return f"{iso(day)}T10:20:00Z"


@dataclass
class Planter:
    """Collects planted rows; `next_number` continues the numbers of goals, agreements, shares and workers."""

    plan: Plan
    next_number: dict[str, int]
    rows: dict[str, list[dict]] = field(default_factory=dict)
    holds: list[dict] = field(default_factory=list)
    register: dict[str, list[dict]] = field(default_factory=dict)
    planted: list[tuple[str, str]] = field(default_factory=list)

    def number(self, prefix: str) -> str:
        number = self.next_number[prefix]
        self.next_number[prefix] += 1
        return f"{prefix}{number:06}"

    def write(self, name: str, recorded: int, /, **row) -> None:
        """Add a row; days are numbers in columns that end in `_on`."""
        cells = {c: iso(v) if c.endswith("_on") and v is not None else v for c, v in row.items()}
        self.rows.setdefault(name, []).append(cells | {"recorded_at": instant(recorded)})

    def found(self, code: str, subject: str, times: int = 1) -> None:
        self.planted.extend([(code, subject)] * times)

    def anchor(self, family: int) -> int:
        """The day from which planted decisions and shares count back."""
        closed = int(self.plan.closed[family])
        return self.plan.as_at if closed == NEVER else closed

    def person(self, family: int, place: int = 0) -> str:
        return f"P{self.plan.first_person[family] + place:06}"

    def neighbour(self, family: int) -> int:
        """An open family on record before this one, that bears no fault of a family."""
        plan = self.plan
        others = np.flatnonzero((plan.kind == KINDS.index(PLAIN)) & (plan.closed == NEVER))
        before = others[others < family]
        return int(before[-1] if before.size else others[0])

    def member(self, family: int, born: int | None = None, died: int | None = None) -> str:
        """Plant another member of a family: a child born on a day, or an adult who died on one."""
        person = self.number("P")
        self.write(
            "people",
            self.anchor(family) - DECIDED,
            person=person,
            family=family_reference(family),
            role="other_adult" if born is None else "child",
            given_name="Sample",
            family_name="Made-Up-Member",
            date_of_birth=None if born is None else iso(born),
            died_on=died,
        )
        return person

    def decide(
        self,
        family,
        to,
        *,
        before=DECIDED,
        decision="agreed",
        purpose="hub_working",
        covers=(0,),
        categories=WIDE,
        recorded_before=None,
        expires_before=None,
        exclusions=None,
        discussed=True,
        given_by=None,
    ) -> str:
        """Plant a decision, of the parent unless told otherwise, so many days before the anchor; its reference."""
        day, reference = self.anchor(family) - before, self.number("A")
        self.write(
            "agreements",
            day if recorded_before is None else self.anchor(family) - recorded_before,
            agreement=reference,
            family=family_reference(family),
            given_by=given_by or self.person(family),
            covers=covers if isinstance(covers, str) else ";".join(self.person(family, place) for place in covers),
            decision=decision,
            purpose=purpose,
            recipients=to,
            categories=categories if decision == "agreed" else None,
            exclusions=exclusions,
            discussed_on=day if discussed else None,
            decided_on=day,
            method="written",
            taken_by=DECIDER,
            expires_on=None if expires_before is None else self.anchor(family) - expires_before,
            notice_version=NOTICES[day >= NOTICE_DAY],
        )
        return reference

    def share(
        self,
        family,
        to,
        *,
        before=SHARED,
        purpose="hub_working",
        route="within_hub",
        about=(0,),
        categories="contact_details;support_needs",
        discussed_before=None,
        **row,
    ) -> str:
        """Plant a share so many days before the anchor; returns its reference."""
        day, reference = self.anchor(family) - before, self.number("S")
        if row.get("told_family") == "yes":
            row["told_on"] = day + 2
        self.write(
            "shares",
            day + 1,
            share=reference,
            family=family_reference(family),
            from_organisation=GIVER,
            about=";".join(self.person(family, place) for place in about),
            to_organisation=to,
            route=route,
            purpose=purpose,
            categories=categories,
            shared_on=day,
            decided_by=DECIDER,
            discussed_on=None if discussed_before is None else self.anchor(family) - discussed_before,
            **row,
        )
        return reference


def family_reference(family: int) -> str:
    """How the family at a position in the plan is called."""
    return f"F{family + 1:06}"
