"""What one family's decisions allow on a day, asked of the sharing rule itself; it must never judge a second way.

A question is a share that nobody made: the rule's verdict on it says which decision is in force. The family is read in
the caller's own transaction, so that what is decided upon the answer cannot be overtaken.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, false, or_, select

from hubdata.policy import Policy
from hubdata.records.decisions import read as decisions
from hubdata.records.snapshot import free_text
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot, tabled
from hubdata.records.tables.contract import TABLES
from hubdata.rules import session

ANYONE = None  # an organisation that no decision names: what holds for it holds for everyone not named
OF_FAMILY = ("families", "agreements", "shares")
STATES = {
    "agreed": "agreed, in force",
    "refused": "refused",
    "withdrawn": "withdrawn",
    "expired": "expired",
    "not_named": "not agreed for this recipient",
    "no_decision": "no decision",
}
BY_CODE = {
    None: "agreed",
    "SH06": "agreed",
    "SH09": "agreed",
    "SH10": "agreed",
    "SH14": "agreed",
    "SH02": "refused",
    "SH03": "withdrawn",
    "SH04": "expired",
    "SH05": "not_named",
}


@dataclass(frozen=True)
class State:
    """What one person has said about one purpose and one recipient (None: all who are not named), in which decision."""

    person: str
    purpose: str
    recipient: str | None
    state: str
    agreement: str | None


def read(connection: Connection, family: str, people: Iterable[str] = ()) -> Snapshot:
    """One family's decisions and shares, with every organisation, as a snapshot has them; it carries no hash.

    A decision about one of `people` counts under whichever family it is filed: all those of such a family come too.

    agreements   agreement  family  covers      decision  purpose
                 A1         F1      [P1, P2]    agreed    hub_working
    """
    found = {name: _table(connection, name, [family]) for name in OF_FAMILY}
    if others := elsewhere(connection, family, set(people)):
        found["agreements"] = _table(connection, "agreements", [family, *others])
    return Snapshot(found | {"organisations": _table(connection, "organisations")}, "", decisions.of(connection))


def elsewhere(connection: Connection, family: str, people: set[str]) -> list[str]:
    """The other families whose decisions cover one of these people."""
    filed = TABLES["agreements"].c
    covers = [filed.covers.contains(person, autoescape=True) for person in sorted(people)]  # the rule looks closer
    query = select(filed.family).distinct().where(filed.family != family, or_(false(), *covers))
    return sorted(connection.execute(query).scalars()) if people else []


def _table(connection: Connection, name: str, families: list[str] | None = None) -> pa.Table:
    query = select(TABLES[name])
    if families is not None:
        query = query.where(TABLES[name].c.family.in_(families))
    return table(name, connection.execute(query).mappings().all(), decisions.of(connection))


def table(name: str, rows: Sequence, decided: Policy | None = None) -> pa.Table:
    """Rows of one of the hub's tables, as the database has them or as text, in the form of a snapshot.

    `decided` says which words are no reason; without it those that ship.
    """
    fields = snapshots.fields(name)
    kinds = {f.name: pa.string() if pa.types.is_list(f.type) else f.type for f in fields}
    found = tabled(kinds, ([_cell(row, f.name, f.type, decided) for f in fields] for row in rows))
    return pa.table({f.name: _listed(found[f.name], f.type) for f in fields})


def _listed(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    return pc.split_pattern(column, ";") if pa.types.is_list(kind) else column


def _cell(row, name: str, kind: pa.DataType, decided: Policy | None) -> object:
    if pa.types.is_boolean(kind):
        said = row[name] if name in row else free_text.means(name, row.get(name.removeprefix("has_")), decided)
        return "true" if said else "false"
    value = row.get(name)
    return ";".join(value) if isinstance(value, list) else value


def ask(family: Snapshot, asked: list[tuple[str, str, str | None]], on: date) -> list[State]:
    """The state on a day for each (person, purpose, recipient), in the order asked."""
    (name,) = set(family.tables["families"]["family"].to_pylist())
    shares = [_share(name, number, *each, on) for number, each in enumerate(asked)]
    question = family.having(shares=table("shares", shares))
    judged = {row["subject"]: row for row in session.ask("sharing", question, on, family.decided)}
    return [_state(each, judged[str(number)]) for number, each in enumerate(asked)]


def _share(family: str, number: int, person: str, purpose: str, recipient: str | None, on: date) -> dict:
    return {
        "share": str(number),
        "family": family,
        "about": person,
        "to_organisation": recipient or "",
        "route": "within_hub",
        "purpose": purpose,
        "categories": None,
        "shared_on": on,
    }


def _state(asked: tuple[str, str, str | None], judged: dict) -> State:
    state = BY_CODE.get(judged["code"], "no_decision")
    return State(*asked, state, judged["agreement"] if state != "no_decision" else None)
