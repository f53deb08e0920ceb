"""Says in one paragraph why a family's record is kept until when; it asks the rule and computes no date itself."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, select

from hubdata import periods
from hubdata.dates import words
from hubdata.errors import BadParameter
from hubdata.periods import Escalation, Rule, Term, Terms
from hubdata.policy import Entry, Policy
from hubdata.records.people import wrote
from hubdata.records.people.acting import shown
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.retention import due
from hubdata.rules.asked import one_family
from hubdata.terms import HoldCode

UNSAID = ("birth", "death")  # whose own day is personal: the date that follows from it is said, the day is not
AT_ONCE = Terms((Term("closure", 0),))  # terms that every closed family has passed: only the condition is in question
NEXT = {
    "review": "it must be reviewed for disposal",
    "delete": "it must be deleted",
    "anonymise": "it must be anonymised",
}


@dataclass(frozen=True)
class Considered:
    """Another rule or reading that was looked at, and the date it gives this family, if any."""

    name: str
    kept_for: str
    due_on: date | None
    applies: bool | None  # None: not to be judged before support has ended


@dataclass(frozen=True)
class Explanation:
    """Why one record is kept until when: the paragraph, and what it stands on."""

    family: str
    as_at: date
    text: str
    state: str
    rule: dict
    due_on: date | None
    counted_from: dict[str, date | None]
    escalations: tuple[Considered, ...]
    other_readings: tuple[Considered, ...]
    holds: tuple[dict, ...]
    partners: tuple[dict, ...]
    linked: tuple[dict, ...]


def explain(hub: Hub, family: str, as_at: date, decided: Policy | None = None) -> Explanation:
    """Why the hub's record of one family is kept until when, under which version of the rule, and what else holds it.

    Raises BadParameter if the hub has no such family, or had not opened its record by then.
    """
    decided = decided or hub.policy
    with hub.read() as connection:
        return _Case(connection, family, as_at, decided).explanation()


class _Case:
    """One family's record on a day, asked again and again of variants of the rule."""

    def __init__(self, connection: Connection, family: str, as_at: date, decided: Policy):
        self._connection, self._family, self._as_at, self._decided = connection, family, as_at, decided
        self._entry: Entry = decided.entry(periods.NAME, as_at)
        self._rule = periods.rule(self._entry.value["family"])
        self._held = replace(due.seen(connection, [family], [self._rule, *self._rule.readings()]), decided=decided)
        self._known: dict[Rule, dict] = {}
        self._row = self._judged(self._rule)
        self._confirmed_with = wrote.confirmed(connection, [self._entry])[0]

    def _judged(self, rule: Rule) -> dict:
        if rule not in self._known:
            row = due.state_under(self._held, self._family, self._as_at, rule)
            if row is None:
                raise BadParameter(f"the hub has no record of family {self._family!r} that was open by {self._as_at}")
            self._known[rule] = row
        return self._known[rule]

    def explanation(self) -> Explanation:
        escalations = tuple(self._escalation(each) for each in self._rule.escalations)
        readings = () if self._entry.confirmed_by else tuple(map(self._reading, self._rule.readings()))
        holds, partners = tuple(self._holds()), tuple(self._partners())
        linked = tuple(one_family.linked(self._connection, self._family, self._as_at))
        said = [
            *self._until(),
            *self._version(),
            *_escalated(escalations, self._row["rule"]),
            *_read(readings),
            *_held(holds, self._family),
            *_asked(self._row["requests"]),
            *_linked(linked),
            _partners_said(partners),
        ]
        return Explanation(
            self._family,
            self._as_at,
            " ".join(said),
            self._row["state"],
            due.said(self._entry) | {"confirmed_by": self._entry.confirmed_by, "confirmed_with": self._confirmed_with},
            self._row["due_on"],
            self._counted_from(),
            escalations,
            readings,
            holds,
            partners,
            linked,
        )

    def _counted_from(self) -> dict[str, date | None]:
        """The day of each trigger of the rule that decided; a birth or a death is not said."""
        longer = [each.terms for each in self._rule.escalations if each.code == self._row["rule"]]
        terms = (longer or [self._rule.terms])[0].all
        days = {term.trigger for term in terms} - set(UNSAID)
        return {day: self._judged(self._rule.counted_from(day))["due_on"] for day in sorted(days)}

    def _escalation(self, each: Escalation) -> Considered:
        asked = replace(each, terms=Terms((Term("closure", 0, 1),)))
        only = self._judged(replace(self._rule, terms=AT_ONCE, escalations=(asked,)))
        applies = only["rule"] == each.code if only["due_on"] else None
        alone = self._judged(replace(self._rule, terms=each.terms, escalations=(), other_readings=()))
        return Considered(f"{each.code} ({each.condition}: {each.why})", str(each.terms), alone["due_on"], applies)

    def _reading(self, rule: Rule) -> Considered:
        return Considered(rule.terms.terms[0].trigger, str(rule), self._judged(rule)["due_on"], False)

    def _holds(self) -> Iterator[dict]:
        holds = TABLES["holds"]
        ours = (self._family, *self._row["linked"])
        asked = select(holds).where(holds.c.family.in_(ours)).order_by(holds.c.placed_on, holds.c.hold)
        for row in self._connection.execute(asked).mappings():
            if row["released_on"] is None or row["released_on"] > self._as_at:
                yield {
                    n: row[n] for n in ("hold", "family", "code", "authority", "placed_on", "review_on", "released_on")
                }

    def _partners(self) -> Iterator[dict]:
        involved, organisations = TABLES["involvements"], TABLES["organisations"]
        shown = [organisations.c[n] for n in ("organisation", "name", "retention_policy", "rights_contact")]
        joined = select(*shown).distinct().join(involved, involved.c.organisation == organisations.c.organisation)
        mine = joined.where(
            involved.c.family == self._family,
            involved.c.started_on <= self._as_at,
            organisations.c.kind != "lead_partner",
        )
        rows = self._connection.execute(mine.order_by(organisations.c.organisation)).mappings()
        return (dict(row) for row in rows)

    def _until(self) -> Iterator[str]:
        row, named = self._row, f"The Hub's record of {self._family} ({self._row['hub']})"
        until = words(row["due_on"]) if row["due_on"] else None
        if row["state"] == "open":
            yield f"{named} is {row['evidence']}, so no period runs yet."
        elif row["state"] == "cannot_tell":
            yield f"Until when {named.replace('The', 'the', 1)} is kept cannot be told: {row['evidence']}."
        elif until is None:
            yield f"{named} is kept without a date: {row['evidence'].replace('; ', ', and ')}."
        elif row["state"] == "kept":
            yield f"{named} is kept until {until}."
        else:
            past = (self._as_at - row["due_on"]).days
            keeps = "a hold" if self._row["held"] and not self._row["requests"] else "an open request"
            held = f", but {keeps} keeps it" if row["state"] == "held" else f" and {NEXT[self._rule.action]}"
            yield f"{named} could be kept until {until}, is {past:,} day{'s' * (past != 1)} past that date{held}."

    def _version(self) -> Iterator[str]:
        entry, rule = self._entry, self._rule
        terms = next((each.terms for each in rule.escalations if each.code == self._row["rule"]), rule.terms)
        yield f"Rule {self._row['rule']} keeps it for {terms}."
        yield from self._triggers()
        checked = f"in force since {words(entry.valid_from)} and last checked on {words(entry.last_checked)}"
        yield f"That version is {checked}; its source: {(rule.source or entry.source).rstrip('.')}."
        if entry.confirmed_on:
            who = f"{entry.confirmed_by} {shown(self._confirmed_with)}"
            yield f"Its reading was confirmed by {who} on {words(entry.confirmed_on)}."
        elif entry.assumption:
            yield f"No officer has confirmed how it is read. Assumption: {entry.assumption.strip()}"

    def _triggers(self) -> Iterator[str]:
        known = {trigger: day for trigger, day in self._counted_from().items() if day}
        if known:
            said = "; ".join(f"{periods.TRIGGERS[trigger]}, {words(day)}" for trigger, day in known.items())
            yield f"Counted from: {said}."


def _escalated(escalations: tuple[Considered, ...], decided_by: str) -> Iterator[str]:
    for each in escalations:
        until = words(each.due_on) if each.due_on else "no date"
        if each.applies is None:
            yield f"Longer rule {each.name} is looked at when support has ended."
        elif not each.applies:
            yield f"Longer rule {each.name} was considered and does not apply."
        elif each.name.startswith(f"{decided_by} "):
            yield f"Longer rule {each.name} applies."
        else:
            yield f"Longer rule {each.name} applies too, and gives {until}, which is not later."


def _read(readings: tuple[Considered, ...]) -> Iterator[str]:
    for each in readings:
        until = f"it would be kept until {words(each.due_on)}" if each.due_on else "no date could be told"
        yield f"Read instead as {each.kept_for}, {until}."


def _asked(requests: list[str]) -> Iterator[str]:
    for request in requests:
        yield f"Request {request} is open, and nothing is destroyed until it is answered."


def _held(holds: tuple[dict, ...], family: str) -> Iterator[str]:
    if not holds:
        yield "No hold is on it."
    for hold in holds:
        why = HoldCode(hold["code"]).label
        review = f"to be reviewed by {words(hold['review_on'])}" if hold["review_on"] else "without a review date"
        ends = f" and released from {words(hold['released_on'])}" if hold["released_on"] else ""
        by = hold["authority"] or "no recorded authority"
        on = f" on {hold['family']}" if hold["family"] != family else ""
        yield (
            f"Hold {hold['hold']}{on} keeps it whatever its date: {why.lower()}, by {by}, "
            f"since {words(hold['placed_on'])}, {review}{ends}."
        )


def _linked(linked: tuple[dict, ...]) -> Iterator[str]:
    for each in linked:
        until = f"closed on {words(each['closed_on'])}" if each["closed_on"] else "open"
        yield (
            f"An officer decided that {each['family']}, {until}, is of the same family: a hold on either, or an open "
            "request of either, keeps both; the period of each is its own."
        )


def _partners_said(partners: tuple[dict, ...]) -> str:
    if not partners:
        return "No partner is recorded as supporting the family."
    said = "; ".join(
        f"{each['name']} (policy: {each['retention_policy'] or 'not on record'}, "
        f"ask: {each['rights_contact'] or 'not on record'})"
        for each in partners
    )
    return f"Partners keep their own records under their own policies, which the Hub does not compute: {said}."
