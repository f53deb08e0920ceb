"""The promise board for a command: the same page as the report's, as values and as lines; it judges nothing."""

from collections.abc import Iterator
from datetime import date
from typing import cast

from hubdata import policy
from hubdata.dates import words
from hubdata.figures.table import Table
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.reports import page, promises
from hubdata.reports.page import Page, Question

SHOWN = 10  # names in one line
LISTS = {
    "checks": ("results", ("code", "severity", "judged", "of_what", "findings")),
    "not_run": ("not_run", ("code", "why")),
    "controls": ("controls", ("state", "said")),
    "assumptions": ("unconfirmed", ("name", "assumption")),
    "unchecked": ("unchecked", ("name", "last_checked")),
    "differences": ("differences", ("notice", "law", "so", "from_on", "source", "last_checked")),
}


def opened(hub: Hub, as_at: date, known_at: date | None = None, held: Snapshot | None = None) -> Page:
    """The board's page over the hub's records, or a snapshot in hand, as known now or at the end of a day."""
    asked = {"as_at": str(as_at), "before": "", "released": "", "clock": "", "ledger": "", "acts": "", "decisions": ""}
    given = promises.completed(asked, hub, hub.home / "reports")
    del given["as_at"]
    question = Question(as_at, known_at=known_at or date.max)
    return Page("promises", question, (held or snapshots.take(hub)).known(known_at), hub.policy, given=given)


def standing(hub: Hub, records: Snapshot, decided: policy.Policy, day: date) -> list[tuple[str, ...]]:
    """What may be published of a board: each promise, its title and sentence, and its status; no evidence, no count."""
    asked = {"as_at": str(day), "before": "", "released": "", "clock": "", "ledger": "", "acts": "", "decisions": ""}
    given = promises.completed(asked, hub, hub.home / "reports")
    del given["as_at"]
    listed = Page("promises", Question(day), records, decided, given=given).listed("board")
    return [tuple(each[name] for name in ("promise", "title", "sentence", "status")) for each in listed]


def rows(board: Page) -> list[dict]:
    """Each promise with its status, evidence, findings by code, and everything that its section of the page says."""
    parts = {name: (board.listed(view), columns) for name, (view, columns) in LISTS.items()}
    found = []
    for each in board.listed("board"):
        of_it = {n: [r for r in rows if r["promise"] in (each["promise"], None)] for n, (rows, _) in parts.items()}
        counted = {r["code"]: r["findings"] for r in of_it["checks"] if r["findings"]}
        listed = {n: [{c: page.plain(r[c]) for c in parts[n][1]} for r in rows] for n, rows in of_it.items()}
        first = {name: page.plain(each.pop(name)) for name in ("promise", "sentence", "status", "evidence")}
        found.append(first | {"findings": counted} | {n: page.plain(v) for n, v in each.items()} | listed)
    return found


def lines(board: Page, as_at: date) -> list[str]:
    """The board for a reader: the answer, then each promise."""
    table = cast(Table, board.figure("board"))
    shown = [[column.text(cell) for column, cell in zip(table.columns, row, strict=True)] for row in table.rows]
    said = [f"The promises of the notice as at {words(as_at)}", "", board.answer().plain]
    for promise, status, evidence, trend in shown:
        said += ["", f"{promise}: {status.upper()} ({trend})", f"  {evidence}."]
    return [*said, *_unchecked(board)]


def _unchecked(board: Page) -> Iterator[str]:
    """Which values in force have a source that nobody has read again for longer than the policy allows."""
    names = sorted({each["name"] for each in board.listed("unchecked")})
    more = f" and {len(names) - SHOWN} more (--json lists them all)" if len(names) > SHOWN else ""
    if names:
        yield ""
        yield f"Not checked in time against their sources: {', '.join(names[:SHOWN])}{more}."
