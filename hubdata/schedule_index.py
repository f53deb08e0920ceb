"""The page that lists every scheduled run, newest first, with what changed since the one before; it judges nothing."""

import os
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import quote

from hubdata import dates, places, private_files
from hubdata.schedule_calendar import ENGLAND
from hubdata.schedule_plan import Pack
from hubdata.schedule_state import DONE, State, dues

TITLE = "Scheduled reports"
HEADS = ("Period", "Report", "Status", "Findings", "Changed since the one before")
PAGE = "index.html"


def write(home: Path, packs: tuple[Pack, ...], now: datetime) -> Path:
    """Write the page anew beside the reports, in one step."""
    path = home / "reports" / PAGE
    private_files.write(path, page(home, packs, now))
    return path


def page(home: Path, packs: tuple[Pack, ...], now: datetime) -> str:
    """The page as it stands at a moment."""
    style = (places.TEMPLATES / "report" / "style.css").read_text("utf-8")
    tables = "\n".join(_table(home, pack, hub, now) for pack in packs for hub in pack.hubs)
    at = now.astimezone(ENGLAND)
    body = f"<p>As at {escape(dates.words(at.date()))}, {at:%H:%M}. Codes are explained in each report.</p>\n{tables}"
    return _template().substitute(title=TITLE, style=style, body=body)


@cache
def _template() -> Template:
    return Template((places.TEMPLATES / "schedule.html").read_text("utf-8"))


def _table(home: Path, pack: Pack, hub: str, now: datetime) -> str:
    """Every run of one pack for one hub."""
    title = escape(f"{pack.title}, {'all hubs' if hub == 'all' else hub}")
    states = [State.read(home, due) for due in dues([pack], now) if due.hub == hub]
    rows = [
        row for before, state in zip([None, *states], states, strict=False) for row in _rows(home, state, before, now)
    ]
    if not rows:
        return f'<h2>{title}</h2>\n<p class="empty">Nothing has been due yet.</p>'
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    return (f'<h2>{title}</h2>\n<div class="table" tabindex="0" role="region" aria-label="{title}"><table>\n'
            f"<caption>Runs, newest first</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n"
            f"{''.join(reversed(rows))}</tbody></table></div>")  # fmt: skip


def _rows(home: Path, state: State, before: State | None, now: datetime) -> list[str]:
    rows = []
    for part in reversed(state.due.pack.parts):
        said = state.reports.get(part.report, {})
        earlier = before.reports.get(part.report, {}) if before else {}
        name = _linked(home, part.report, said) + escape(part.aside(state.due.due, state.due.span))
        cells = [name, _status(state, said, now), _found(said), _changed(said, earlier)]
        period = f'<th scope="row">{escape(state.due.span.words)}</th>'
        rows.append(f"<tr>{period}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n")
    return rows


def _linked(home: Path, report: str, said: dict) -> str:
    place = Path(said.get("folder", "")) / f"{report}.html"
    name = escape(report.replace("_", " ").capitalize())
    if said.get("status") != DONE or not (home / place).is_file():
        return name
    return f'<a href="{quote(place.relative_to("reports").as_posix())}">{name}</a>'


def _status(state: State, said: dict, now: datetime) -> str:
    if said.get("status") == DONE:
        return "Made on " + escape(dates.words(datetime.fromisoformat(said["at"]).astimezone(ENGLAND).date()))
    tries = said.get("tries", 0)
    words = ("Failed once" if tries == 1 else f"Failed {tries} times") if said else "Due"
    return f"<strong>Late</strong>: {words.lower()}" if state.due.is_late(now) else words


def _found(said: dict) -> str:
    listed = ", ".join(f"{escape(code)} {number:,}" for code, number in said.get("findings", {}).items())
    return listed or ("None" if said.get("status") == DONE else "")


def _changed(said: dict, earlier: dict) -> str:
    """How each number of findings differs from the run before."""
    if DONE not in (said.get("status"),) or earlier.get("status") != DONE:
        return "No earlier run" if said.get("status") == DONE else ""
    now, then = said["findings"], earlier["findings"]
    moved = {code: now.get(code, 0) - then.get(code, 0) for code in sorted({*now, *then})}
    return ", ".join(f"{escape(code)} {by:+,}" for code, by in moved.items() if by) or "Nothing"


def latest(folder: Path, hub: str) -> None:
    """Point `latest` (of one hub: `latest-corby`) at a bundle, in one step; a file says where on Windows."""
    place = folder.parents[1] / ("latest" if hub == "all" else f"latest-{hub}")
    target = os.path.join(folder.parent.name, folder.name)
    whole = place.with_name(f".{place.name}.new")
    whole.unlink(missing_ok=True)
    if os.name == "nt":
        whole.write_text(target + "\n", "utf-8")
    else:
        whole.symlink_to(target)
    os.replace(whole, place)
