"""Which rows may take another's place, asked of the macro of standing.sql itself; it must never judge a second way.

Whatever is superseded leaves the findings, so a row that could name any other would silence a breach (contract.md).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import pyarrow as pa
from sqlalchemy import Connection, select

from hubdata.records.snapshot.frozen import tabled
from hubdata.records.tables.contract import TABLES
from hubdata.rules import session
from hubdata.rules.course import Event

COLUMNS = {"id": pa.string(), "owner": pa.string(), "supersedes": pa.string(), "recorded_at": pa.timestamp("us")}
NOW = datetime(9999, 12, 31)  # noqa: DTZ001 (stands for the moment of writing, later than whatever is held)
EVENTS, AT_ONCE = TABLES["request_events"], 500  # requests looked up in one statement
STEP = ("event", "what", "happened_on", "reason", "exemption", "organisation", "supersedes", "recorded_at")
ASKED = "FROM successors('rows', of_owner := '^owner$')"


class Row(NamedTuple):
    """A row that may name another: `owner` is its family, or its request; without a moment it is written now."""

    id: str
    owner: str
    supersedes: str | None
    recorded_at: datetime | None = None


def why_not(rows: Iterable[Row]) -> dict[str, str]:
    """The rows that may not take the place of the one they name: itself, ring, another (family, request) or later."""
    return {row["id"]: row["fault"] for row in _asked(rows) if row["fault"]}


def taken(rows: Iterable[Row]) -> dict[str, str]:
    """Each row that takes another's place, and the one whose place it takes."""
    return {row["id"]: row["supersedes"] for row in _asked(rows) if not row["fault"]}


def _asked(rows: Iterable[Row]) -> list[dict]:
    rows = list(rows)
    if not any(row.supersedes for row in rows):
        return []
    written = (row._replace(recorded_at=row.recorded_at or NOW) for row in rows)
    return session.select(ASKED, {"rows": tabled(COLUMNS, written)})


def of_table(rows: pa.Table, key: str) -> dict[str, str]:
    """As `taken`, for a snapshot's agreements or shares."""
    columns = (rows[name].to_pylist() for name in (key, "family", "supersedes", "recorded_at"))
    return taken(Row(*row) for row in zip(*columns, strict=True))


def of_steps(steps: Mapping[str, Iterable[Event]]) -> dict[str, str]:
    """Each step that corrects another of its request, and the one that it corrects; `steps` by request."""
    each = ((request, step) for request, taken_ in steps.items() for step in taken_)
    return taken(Row(step.event, request, step.supersedes, step.recorded_at) for request, step in each)


def steps(connection: Connection, requests: list[str]) -> dict[str, list[Event]]:
    """Every step of some requests, corrected ones too."""
    found: dict[str, list[Event]] = {request: [] for request in requests}
    for at in range(0, len(requests), AT_ONCE):
        asked = select(EVENTS).where(EVENTS.c.request.in_(requests[at : at + AT_ONCE]))
        for row in connection.execute(asked).mappings():
            found[row["request"]].append(Event(*(row[name] for name in STEP)))
    return found
