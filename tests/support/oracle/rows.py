"""A hub's rows as plain dictionaries, what of them was known by a day, and which row stands in for which.

Days are `date`, instants are `datetime` in UTC without saying so, lists are text joined by ';', empty is None.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

Row = Mapping[str, object]
Found = set[tuple[str, str]]  # (code, subject)

ENGLAND = ZoneInfo("Europe/London")
NEVER_CHANGE = ("agreements", "shares", "withheld", "competences", "requests", "request_events", "returns")
NO_REASON = {"", "n/a", "na", "none", "tbc"}  # as contract.md names them; dashes, dots and blanks are nothing
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Records:
    """Every table of a hub."""

    tables: Mapping[str, list[Row]]

    def __getitem__(self, table: str) -> list[Row]:
        return self.tables.get(table, [])

    def known(self, on: date | None) -> "Records":
        """Without the rows that never change and that the hub did not have at the end of a day."""
        if on is None:
            return self
        kept = {name: [row for row in self[name] if recorded_on(row) <= on] for name in NEVER_CHANGE}
        return Records({**self.tables, **kept})


def recorded_on(row: Row) -> date:
    """England's day on which the hub learned of a row."""
    return row["recorded_at"].replace(tzinfo=UTC).astimezone(ENGLAND).date()


def listed(cell: str | None) -> set[str]:
    """The codes or references in one cell."""
    return set(filter(None, (cell or "").split(";")))


def says(text: str | None) -> bool:
    """Whether a text is a reason at all: a placeholder is none."""
    return (text or "").strip(" .-\t\n").casefold() not in NO_REASON


def by_key(rows: Iterable[Row], key: str) -> dict[str, Row]:
    """The rows by their own reference."""
    return {row[key]: row for row in rows}


def replaced(rows: Iterable[Row], key: str, same: str, written: Iterable[Row] = ()) -> dict[str, str]:
    """Of each row that stands in for another: which one. `same` is the column in which the two must agree.

    A row never stands in for itself, for one of another family (`same`), for one recorded after it, or in a ring: then
    nobody can say which is right, and both stand. `written` are further rows, that may have closed a ring since.
    """
    held = by_key(rows, key)
    rings = {row[key]: row["supersedes"] for row in (*written, *held.values()) if row["supersedes"]}
    named = {name: row["supersedes"] for name, row in held.items() if row["supersedes"] in held}
    return {
        new: old
        for new, old in named.items()
        if held[new][same] == held[old][same]
        and held[old]["recorded_at"] <= held[new]["recorded_at"]
        and not _in_a_ring(new, rings)
    }


def _in_a_ring(start: str, named: Mapping[str, str]) -> bool:
    seen, at = set(), named.get(start)
    while at is not None and at not in seen:
        if at == start:
            return True
        seen.add(at)
        at = named.get(at)
    return False


def current(rows: Iterable[Row], key: str, same: str = "family") -> list[Row]:
    """The rows that no other row corrects."""
    gone = set(replaced(rows, key, same).values())
    return [row for row in rows if row[key] not in gone]


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last day of a shorter month."""
    ahead = day.year * 12 + day.month - 1 + months
    for last in range(day.day, 27, -1):
        try:
            return date(ahead // 12, ahead % 12 + 1, last)
        except ValueError:
            continue
    return date(ahead // 12, ahead % 12 + 1, day.day)


def before_end(row: Row, day: date, start: str, end: str) -> bool:
    """Whether a span from its first to its last day has a day."""
    return row[start] <= day and (row[end] is None or day <= row[end])
