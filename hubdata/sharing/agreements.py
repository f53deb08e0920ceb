"""Records a family's decisions about sharing, one new row each, and lists them; it never changes a row.

A decision typed at the desk passes the same checks as a partner's return, then those of `transitions`, in the write
transaction that adds it. Source: notice P5, P6 and P12.
"""

import secrets
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from sqlalchemy import Connection, select

from hubdata import dates, moments
from hubdata.errors import BadParameter, Refused
from hubdata.intake import cells, take
from hubdata.intake.files.csv import Problem, Sheet
from hubdata.moments import By
from hubdata.policy import Policy
from hubdata.records.decisions import read as decisions
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES, passport
from hubdata.rules import standing
from hubdata.rules.asked import corrections, lifetimes
from hubdata.rules.asked.lifetimes import Ages
from hubdata.sharing import competence, transitions
from hubdata.sharing.transitions import Case, Person

AGREEMENTS, PEOPLE = TABLES["agreements"], TABLES["people"]


@dataclass(frozen=True)
class Recorded:
    """A decision as recorded: its reference, the states that hold now, and what a person should look at."""

    agreement: str
    family: str
    decision: str
    as_at: date
    states: list[standing.State]
    warnings: list[str]


def record(hub: Hub, given: dict[str, str | None], by: By) -> Recorded:
    """Add one decision, given as text by column; `decided_on` is `by.as_at` unless given.

    Raises BadParameter for a value that none of its column can be, Refused with every reason why it cannot be true.
    """
    today = min(by.as_at, moments.today())
    said = {"agreement": f"A{secrets.token_hex(5)}", "decided_on": by.as_at.isoformat()}
    said |= {name: text for name, text in given.items() if text is not None}
    sheet = Sheet("", pa.table({name: pa.array([text], pa.string()) for name, text in said.items()}))
    _say_bad_values(
        take.check_columns("agreements", sheet) or take.check_values("agreements", sheet, _lists(hub.policy))
    )
    row = _typed(sheet)
    said = {name: row[name] for name in ("agreement", "family", "decision", "purpose", "supersedes")}
    act = Act(by.actor, "officer", by.reason or "the family's decision", "agreement.record", said)
    with hub.write(act) as connection:
        row["recorded_at"] = moments.stamp()
        case = _case(connection, row, sheet, today)
        if found := transitions.problems(case):
            raise Refused(_sentence(found), found)
        connection.execute(AGREEMENTS.insert(), row)
        states = _states(connection, case, by.as_at)
    registered = [*hub.policy.value("notice_versions", by.as_at)]
    return Recorded(
        row["agreement"], row["family"], row["decision"], by.as_at, states, transitions.warnings(case, registered)
    )


def _lists(decided: Policy) -> cells.Lists:
    return cells.Lists.of(decided, moments.today())


def _say_bad_values(found: list[Problem]) -> None:
    if found:
        raise BadParameter("; ".join(f"--{p.column.replace('_', '-')}: {p.message}" for p in found))


def _sentence(found: list[Problem]) -> str:
    return "The decision was not recorded. " + " ".join(f"{p.column}: {p.message}." for p in found)


def _typed(sheet: Sheet) -> dict:
    """The checked row as the database takes it."""
    (clean,) = sheet.table.to_pylist()
    row = {c.name: clean.get(c.name) for c in AGREEMENTS.c}
    for name, text in row.items():
        if text is not None and passport("agreements", name).kind == "date":
            row[name] = date.fromisoformat(text)
    return row


def _case(connection: Connection, row: dict, sheet: Sheet, today: date) -> Case:
    """The decision beside what the hub holds. Raises Refused if it refers to what is not there."""
    if not connection.execute(select(TABLES["families"].c.family).filter_by(family=row["family"])).first():
        raise BadParameter(f"the hub has no family {row['family']!r}; check the reference")
    if connection.execute(select(AGREEMENTS.c.agreement).filter_by(agreement=row["agreement"])).first():
        why = f"{row['agreement']} is held already and is never overwritten; choose another reference, or leave it out"
        raise Refused(why, [Problem("", 0, "agreement", "append-only", why)])
    decided = decisions.of(connection)
    if found := take.check_references(connection, {"agreements": sheet}, _lists(decided)):
        raise Refused(_sentence(found), found)
    (typed,) = standing.table("agreements", [row]).to_pylist()
    named = PEOPLE.c.person.in_([row["given_by"], *typed["covers"]])
    columns = [PEOPLE.c.person, PEOPLE.c.family, PEOPLE.c.role, PEOPLE.c.date_of_birth, PEOPLE.c.died_on]
    people = {p.person: Person(*p) for p in connection.execute(select(*columns).where(named))}
    known = standing.read(connection, row["family"], typed["covers"])
    ages = Ages.of(decided, today)
    able = competence.judged(connection, [row["given_by"]])
    seen = {"people": [vars(one) for one in people.values()], "agreements": [row], "competences": able}
    untrue = lifetimes.ask({name: _text(rows) for name, rows in seen.items() if rows}, ages)
    return Case(typed, people, known, today, ages, untrue)


def _text(rows: list[dict]) -> pa.Table:
    return pa.table({name: pa.array([row[name] and str(row[name]) for row in rows], pa.string()) for name in rows[0]})


def _states(connection: Connection, case: Case, as_at: date) -> list[standing.State]:
    asked = [(person, case.row["purpose"], one) for person in case.row["covers"] for one in case.recipients()]
    return standing.ask(standing.read(connection, case.row["family"], case.row["covers"]), asked, as_at)


def lines(done: Recorded) -> list[str]:
    """What was recorded, for a reader."""
    said = [f"Decision {done.agreement} ({done.decision}) is recorded. As at {dates.words(done.as_at)}:"]
    said += [state_line(state) for state in done.states]
    if done.decision in ("refused", "withdrawn"):
        said.append(f"`hubdata recall --family {done.family}` lists who already holds what.")
    return said + [f"Look at this: {warning}" for warning in done.warnings]


def state_line(state: standing.State) -> str:
    """One state for a reader."""
    by = f" ({state.agreement})" if state.agreement else ""
    return (
        f"  {state.person}, {state.purpose}, {state.recipient or 'everyone else'}: {standing.STATES[state.state]}{by}"
    )


def listed(hub: Hub, family: str, as_at: date) -> dict:
    """A family's decisions up to a day, oldest first, and what holds on that day; references only.

    Raises BadParameter if the hub has no such family.
    """
    with hub.read() as connection:
        record = standing.read(connection, family)
        covered = {person for row in record.tables["agreements"].to_pylist() for person in row["covers"]}
        everything = standing.read(connection, family, covered)
    if not record.tables["families"].num_rows:
        raise BadParameter(f"the hub has no family {family!r}; check the reference")
    order = sorted(
        record.tables["agreements"].to_pylist(), key=lambda r: (r["decided_on"], r["recorded_at"], r["agreement"])
    )
    decisions = [row for row in order if row["decided_on"] <= as_at]
    newer = {old: new for new, old in corrections.of_table(record.tables["agreements"], "agreement").items()}
    asked = dict.fromkeys(
        (person, row["purpose"], one)
        for row in decisions
        for person in row["covers"]
        for one in row["recipients"] or [standing.ANYONE]
    )
    said = [row | {"superseded_by": newer.get(row["agreement"])} for row in decisions]
    return {
        "family": family,
        "as_at": as_at,
        "decisions": said,
        "states": standing.ask(everything, sorted(asked, key=_order), as_at),
    }


def _order(asked: tuple[str, str, str | None]) -> tuple:
    person, purpose, recipient = asked
    return person, purpose, recipient is None, recipient or ""


def list_lines(found: dict) -> list[str]:
    """A family's decisions for a reader."""
    day = dates.words(found["as_at"])
    if not found["decisions"]:
        return [f"Family {found['family']} has decided nothing by {day}."]
    said = [_decision_line(row) for row in found["decisions"]]
    return [f"Decisions of family {found['family']} by {day}:", *said, "What holds:", *map(state_line, found["states"])]


def _decision_line(row: dict) -> str:
    parts = [
        dates.words(row["decided_on"]),
        f"{row['agreement']} {row['decision']}",
        row["purpose"],
        f"given by {row['given_by']} for {', '.join(row['covers'])}",
        f"recipients {', '.join(row['recipients']) if row['recipients'] else 'not named'}",
    ]
    parts += [f"superseded by {row['superseded_by']}"] if row["superseded_by"] else []
    return "  " + "; ".join(parts)
