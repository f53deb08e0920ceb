"""Why a family's decision cannot be recorded as given, or what its recorder should look at; it writes nothing.

A decision never overwrites another, so what is refused here is what cannot be true: a withdrawal of nothing, an adult
deciding for another adult, a decision of tomorrow. Source: notice P5 and P6; domain facts on who may decide for whom.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from hubdata.dates import birthday, words
from hubdata.intake.files.csv import Problem
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.rules import standing
from hubdata.rules.asked import corrections
from hubdata.rules.asked.corrections import Row
from hubdata.rules.asked.lifetimes import Ages, Untrue
from hubdata.terms import Decision, Role, SupersedesAs

COMPETENT_FROM = 16  # years; a younger person may be competent too, which only a worker can judge
FORBIDDEN = {  # by what standing.sql says of a row that may not take the place of another
    "itself": ("itself", "a decision does not supersede itself; name the earlier one whose place it takes, or none"),
    "another": ("not-of-the-family", "{} is no decision of family {}; name one of its own, or none"),
    "later": ("recorded-later", "{} was recorded later than now, so nothing takes its place yet; check the clock"),
}
UNREAD = "(another family)"  # whose rows were not read
SAID = {"agreed": "agreed", "refused": "refused", "withdrawn": "withdrawn"}


@dataclass(frozen=True)
class Person:
    """Who somebody is to the family; no name."""

    person: str
    family: str
    role: str
    date_of_birth: date | None = None
    died_on: date | None = None

    @property
    def is_child(self) -> bool:
        """Whether the family's record has them as a child."""
        return self.role == Role.CHILD


@dataclass(frozen=True)
class Case:
    """A decision to be recorded (as a snapshot has it), the people it speaks of, and the family's record before it."""

    row: dict
    people: dict[str, Person]
    family: Snapshot
    today: date
    ages: Ages
    untrue: list[Untrue]

    @property
    def held(self) -> dict[str, dict]:
        """The family's earlier decisions by reference."""
        return {name: row for name, row in self.known.items() if row["family"] == self.row["family"]}

    @property
    def known(self) -> dict[str, dict]:
        """Every earlier decision of the family and about the people covered, under whichever family it is filed."""
        return {row["agreement"]: row for row in self.family.tables["agreements"].to_pylist()}

    def recipients(self) -> list[str | None]:
        """Whom the decision is about: those it names, or all that the family ever named and everyone else."""
        if self.row["recipients"]:
            return self.row["recipients"]
        same = [row for row in self.held.values() if row["purpose"] == self.row["purpose"]]
        return [*dict.fromkeys(one for row in same for one in row["recipients"] or []), standing.ANYONE]

    def before(self, persons: list[str]) -> list[standing.State]:
        """What stood on the day of the decision for some of those that it covers."""
        return [state for state in self._stood if state.person in persons]

    @cached_property
    def _stood(self) -> list[standing.State]:
        """Asked once: a row that it corrects is taken away as the rule takes it away."""
        agreements = self.family.tables["agreements"].to_pylist()
        # it corrects, ends nothing and says nothing
        silent = self.row | {"covers": None, "decision": Decision.NO_RESPONSE}
        asked = [(person, self.row["purpose"], one) for person in self.row["covers"] for one in self.recipients()]
        seen = self.family.having(agreements=standing.table("agreements", [*agreements, silent]))
        return standing.ask(seen, asked, self.row["decided_on"])


def problems(case: Case) -> list[Problem]:
    """Everything that makes the decision impossible, each with what to do instead."""
    found = [*_days(case), *_people(case), *_lives(case), *_superseded(case), *_empty(case)]
    return found or _nothing_to_change(case)


def _problem(column: str, code: str, message: str) -> Problem:
    return Problem("", 0, column, code, message)


def _days(case: Case) -> list[Problem]:
    row, decided = case.row, words(case.row["decided_on"])
    found = []
    if row["decided_on"] > case.today:
        why = f"{decided} lies after {words(case.today)}: a decision is recorded on its day or later"
        found.append(_problem("decided_on", "future-decision", why))
    if row["expires_on"] and row["expires_on"] < row["decided_on"]:
        why = (
            f"its last day, {words(row['expires_on'])}, lies before the day of the decision, {decided}; correct either"
        )
        found.append(_problem("expires_on", "expires-before-decided", why))
    if row["discussed_on"] and row["discussed_on"] > row["decided_on"]:
        why = f"discussed on {words(row['discussed_on'])}, after the decision of {decided}; correct either day"
        found.append(_problem("discussed_on", "discussed-after-decided", why))
    return found


def _people(case: Case) -> list[Problem]:
    row, found = case.row, []
    for column, person in [("given_by", row["given_by"]), *(("covers", one) for one in row["covers"])]:
        if case.people[person].family != row["family"]:
            why = f"{person} is not of family {row['family']}; a decision covers people of one family"
            found.append(_problem(column, "not-of-the-family", why))
    giver = case.people[row["given_by"]]
    for person in row["covers"]:
        who = case.people[person]
        if person != giver.person and not who.is_child:
            found.append(
                _problem(
                    "covers",
                    "adult-for-adult",
                    f"{giver.person} cannot decide for {person}: each adult "
                    f"decides for themselves; record {person}'s own decision",
                )
            )
        elif person != giver.person and giver.is_child:
            found.append(
                _problem(
                    "covers",
                    "child-for-other",
                    f"{giver.person} is a child of the family and decides for themselves only; leave out {person}",
                )
            )
    return found


def _lives(case: Case) -> list[Problem]:
    """Decisions that cannot be true: of or about somebody who had died, of a child too young, for a grown-up child."""
    giver, day, ages = case.row["given_by"], words(case.row["decided_on"]), case.ages
    return [
        _problem("given_by" if one.person == giver else "covers", *_why(case.people[one.person], one.what, day, ages))
        for one in case.untrue
    ]


def _why(who: Person, what: str, day: str, ages: Ages) -> tuple[str, str]:
    if what == "died":
        died = f" on {words(who.died_on)}" if who.died_on else ""
        return "after-death", f"{who.person} died{died}, before the decision of {day}; check both days"
    if what == "grown":
        return "of-age", f"{who.person} is {ages.of_age} or older on {day}: record {who.person}'s own decision"
    return "too-young", (
        f"{who.person} is younger than {ages.alone_from} on {day} and cannot decide alone; record who "
        "judged that they can with `hubdata agreement competence`, or a parent's decision"
    )


def _superseded(case: Case) -> list[Problem]:
    earlier = case.row["supersedes"]
    if not earlier:
        return []
    own = {name: _place(row) for name, row in case.known.items()}
    asked = {
        earlier: Row(earlier, UNREAD, None),
        **own,
        case.row["agreement"]: _place(case.row),
    }  # not known: another's
    if fault := corrections.why_not(asked.values()).get(case.row["agreement"]):
        code, why = FORBIDDEN[fault]
        return [_problem("supersedes", code, why.format(earlier, case.row["family"]))]
    newer = [new for new, old in corrections.taken(own.values()).items() if old == earlier]
    why = f"{earlier} has been superseded by {', '.join(newer)} already; supersede that one"
    return [_problem("supersedes", "already-superseded", why)] if newer else []


def _place(row: dict) -> Row:
    return Row(row["agreement"], row["family"], row["supersedes"], row["recorded_at"])


def _empty(case: Case) -> list[Problem]:
    if case.row["decision"] != Decision.AGREED:
        return []
    why = "an agreement without {} agrees to none; name them with --{}, or record a refusal"
    return [
        _problem(column, "agrees-to-nothing", why.format(column, column))
        for column in ("recipients", "categories")
        if not case.row[column]
    ]


def _nothing_to_change(case: Case) -> list[Problem]:
    rule = {Decision.WITHDRAWN: _withdraws_nothing, Decision.REFUSED: _refused_before, Decision.NOT_SOUGHT: _was_asked}
    check = rule.get(case.row["decision"])
    return check(case) if check else []


def _named(states: list[standing.State]) -> str:
    return ", ".join(dict.fromkeys(s.recipient or "everyone else" for s in states))


def _withdraws_nothing(case: Case) -> list[Problem]:
    found = []
    for person in case.row["covers"]:
        before = case.before([person])
        if not any(state.state == "agreed" for state in before):
            stands = ", ".join(dict.fromkeys(standing.STATES[state.state] for state in before))
            why = (
                f"{person} has nothing agreed in force to withdraw, for {case.row['purpose']} and {_named(before)} "
                f"on {words(case.row['decided_on'])} (found: {stands}); check the day, purpose and recipients, "
                f"leave {person} out, or record a refusal"
            )
            found.append(_problem("decision", "nothing-to-withdraw", why))
    return found


def _given_by(case: Case, state: standing.State) -> str | None:
    """Who gave the decision that a state rests on; nobody if it rests on none."""
    return case.known[state.agreement]["given_by"] if state.agreement else None


def _refused_before(case: Case) -> list[Problem]:
    before = case.before(case.row["covers"])
    same = all(s.state == "refused" and _given_by(case, s) == case.row["given_by"] for s in before)
    earlier = ", ".join(dict.fromkeys(s.agreement for s in before if s.agreement))
    why = f"this refusal is in force already ({earlier}): nothing is new, and nothing needs to be recorded"
    return [_problem("decision", "already-refused", why)] if same else []


def _was_asked(case: Case) -> list[Problem]:
    asked = [s for s in case.before(case.row["covers"]) if s.state in ("agreed", "refused")]
    why = "{} was asked and decided ({}): 'not sought' cannot take that back; record a withdrawal, or no_response"
    return [_problem("decision", "was-asked", why.format(s.person, s.agreement)) for s in asked[:1]]


def warnings(case: Case, registered: list[str]) -> list[str]:
    """What may be right, but a person should look at: one sentence each."""
    row, found = case.row, []
    if row["notice_version"] not in registered:
        found.append(f"Notice version {row['notice_version']} is not registered; there are {', '.join(registered)}.")
    both = set(row["exclusions"] or []) & {*row["covers"], *(row["recipients"] or []), *(row["categories"] or [])}
    if both:
        found.append(f"{', '.join(sorted(both))} is both agreed and excluded: the exclusion wins.")
    children = [case.people[p] for p in row["covers"] if case.people[p].is_child and p != row["given_by"]]
    if children and case.people[row["given_by"]].role == Role.OTHER_ADULT:
        found.append(
            f"{row['given_by']} is not recorded as a parent or carer; confirm that they may decide for a child."
        )
    for child in children:
        born = child.date_of_birth
        if born and birthday(born, COMPETENT_FROM) <= row["decided_on"]:
            found.append(f"{child.person} is old enough to decide for themselves; ask them too.")
    return found + _differing(case) + _ended(case)


def _ended(case: Case) -> list[str]:
    """What a decision that takes another's place on a later day no longer says, and so no longer holds."""
    row, earlier = case.row, case.held.get(case.row["supersedes"] or "")
    renews = row["supersedes_as"] == SupersedesAs.RENEWAL if row["supersedes_as"] else None
    if earlier is None or not (renews if renews is not None else row["decided_on"] > earlier["decided_on"]):
        return []
    left = [person for person in earlier["covers"] if person not in row["covers"]]
    left += [one for one in earlier["recipients"] or [] if row["recipients"] and one not in row["recipients"]]
    why = "{} stood until {}: what it said of {} ends with it; record that too if it still holds."
    return [why.format(earlier["agreement"], words(row["decided_on"]), ", ".join(left))] if left else []


def _differing(case: Case) -> list[str]:
    """Two parents may differ about a child: both decisions are kept, and the recorder is told."""
    children = [p for p in case.row["covers"] if case.people[p].is_child]
    stands = (
        [s for s in case.before(children) if s.state in SAID and s.state != case.row["decision"]] if children else []
    )
    others = {s.agreement for s in stands if s.agreement and _given_by(case, s) != case.row["given_by"]}
    return [
        f"{one} was another person's decision about the same child and differs; both are kept, the latest holds."
        for one in sorted(others)
    ]
