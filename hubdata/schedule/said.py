"""How the schedule stands, in words and as JSON: what is next, last, late, running, failed; it changes nothing."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from hubdata import dates, moments
from hubdata.errors import HubError, Refused
from hubdata.figures.html import Html, element, finished, framed, header, table, table_head, table_row, together
from hubdata.records import folders, private
from hubdata.schedule.plan import Pack
from hubdata.schedule.state import DONE, FAILED, FOLDER, UNSURE, Due, State, dues, following


@dataclass(frozen=True)
class Standing:
    """How one pack stands for one hub; `late`, `failed` and `due` name periods, `unsure` counts letters."""

    pack: str
    title: str
    hub: str
    next: str | None
    last: dict | None
    due: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    failed: list[dict] = field(default_factory=list)
    unsure: int = 0
    running: bool = False


def standings(home: Path, packs: tuple[Pack, ...], now: datetime) -> list[Standing]:
    """How every pack stands for each of its hubs at a moment."""
    runs = running(home)
    return [_standing(home, pack, hub, now, runs) for pack in packs for hub in pack.hubs]


def running(home: Path) -> bool:
    """Whether a runner is at work; if it is killed, it is not."""
    lock = home / FOLDER / "runner.lock"
    if not lock.exists():
        return False
    try:
        with folders.only_one(lock, "running"):
            return False
    except Refused:
        return True


def _standing(home: Path, pack: Pack, hub: str, now: datetime, runs: bool) -> Standing:
    states = [State.read(home, due) for due in dues([pack], now) if due.hub == hub]
    open_ = [state for state in states if state.left]
    whole = [state for state in states if not state.left]
    failed = [
        {"period": state.due.span.name, "report": report, **_failure(said)}
        for state in open_
        for report, said in state.reports.items()
        if said["status"] == FAILED
    ]
    following_ = following(pack, now)
    return Standing(
        pack.name,
        pack.title,
        hub,
        following_ and _moment(following_),
        _last(whole[-1]) if whole else None,
        [state.due.span.name for state in open_],
        [s.due.span.name for s in open_ if s.due.is_late(now)],
        failed,
        sum(one["status"] == UNSURE for state in states for one in state.letters.values()),
        runs and bool(open_),
    )


def _moment(due: Due) -> str:
    return moments.here(due.moment).isoformat(timespec="minutes")


def _failure(said: dict) -> dict:
    return {"why": said["why"], "tries": said["tries"], "again_at": said["again_at"]}


def _last(state: State) -> dict:
    made = [said for said in state.reports.values() if said["status"] == DONE]
    found: dict[str, int] = {}
    for said in made:
        found |= said["findings"]
    return {"period": state.due.span.name, "at": max(said["at"] for said in made), "findings": found}


def lines(found: list[Standing]) -> list[str]:
    """The same for a reader, one pack after the other."""
    return [line for each in found for line in _lines(each)]


def _lines(each: Standing) -> list[str]:
    made = f"{each.last['period']}, made on {dates.words(moments.day_of(each.last['at']))}" if each.last else "none yet"
    said = [
        f"{each.title} ({each.pack}), {'all hubs' if each.hub == 'all' else each.hub}",
        f"  next: {moments.said(each.next) if each.next else 'none, it has ended'}; last: {made}",
    ]
    said += [f"  due now: {', '.join(each.due)}"] if each.due else []
    said += [f"  LATE: {', '.join(each.late)}"] if each.late else []
    said += ["  running now"] if each.running else []
    said += [
        f"  failed: {f['report']} of {f['period']}, {f['tries']} times: {f['why']}"
        + (f"; again after {moments.said(f['again_at'])}" if f["again_at"] else "")
        for f in each.failed
    ]
    letters = "1 letter" if each.unsure == 1 else f"{each.unsure} letters"
    return said + ([f"  {letters} may or may not have arrived; ask, because none is sent twice"] if each.unsure else [])


def lateness(home: Path, packs: tuple[Pack, ...], now: datetime) -> list[str]:
    """What is late at a moment, a line each. Raises HubError if the disk does not give a state."""
    try:
        late = [due for due in dues(packs, now) if due.is_late(now) and State.read(home, due).left]
    except OSError as error:
        raise HubError(f"what was run cannot be read ({error.strerror})") from None
    return [f"LATE: {due.words}, due on {dates.words(due.due)}" for due in late]


TITLE = "Scheduled reports"
HEADS = ("Period", "Report", "Status", "Findings", "Changed since the one before")
PAGE = "index.html"
FOOT = finished("Made from the Hub's records by reference: no name, contact or date of birth is in this page.")


def write(home: Path, packs: tuple[Pack, ...], now: datetime) -> Path:
    """Write the page anew beside the reports, in one step."""
    path = home / "reports" / PAGE
    private.write(path, page(home, packs, now))
    return path


def page(home: Path, packs: tuple[Pack, ...], now: datetime) -> Html:
    """The page as it stands at a moment."""
    said = element("p", f"As at {moments.said(now)}. Codes are explained in each report.")
    tables = (part for pack in packs for hub in pack.hubs for part in _table(home, pack, hub, now))
    return framed(TITLE, header("Family Hub records", "For officers only", TITLE), [said, *tables], FOOT)


def _table(home: Path, pack: Pack, hub: str, now: datetime) -> Iterator[Html]:
    """Every run of one pack for one hub, under its heading."""
    title = f"{pack.title}, {'all hubs' if hub == 'all' else hub}"
    yield element("h2", title)
    states = [State.read(home, due) for due in dues([pack], now) if due.hub == hub]
    rows = [
        row for before, state in zip([None, *states], states, strict=False) for row in _rows(home, state, before, now)
    ]
    if rows:
        yield table("Runs, newest first", table_head(HEADS), reversed(rows), name=title)
    else:
        yield element("p", "Nothing has been due yet.", class_="empty")


def _rows(home: Path, state: State, before: State | None, now: datetime) -> list[Html]:
    rows = []
    for part in reversed(state.due.pack.parts):
        said = state.reports.get(part.report, {})
        earlier = before.reports.get(part.report, {}) if before else {}
        name = together(_linked(home, part.report, said), part.aside(state.due.due, state.due.span))
        cells = [name, _status(state, said, now), _found(said), _changed(said, earlier)]
        rows.append(table_row([state.due.span.words, *cells]))
    return rows


def _linked(home: Path, report: str, said: dict) -> str:
    place = Path(said.get("folder", "")) / f"{report}.html"
    name = report.replace("_", " ").capitalize()
    if said.get("status") != DONE or not (home / place).is_file():
        return name
    return element("a", name, href=quote(place.relative_to("reports").as_posix()))


def _status(state: State, said: dict, now: datetime) -> str:
    if said.get("status") == DONE:
        return f"Made on {dates.words(moments.day_of(said['at']))}"
    tries = said.get("tries", 0)
    words = ("Failed once" if tries == 1 else f"Failed {tries} times") if said else "Due"
    return together(element("strong", "Late"), f": {words.lower()}") if state.due.is_late(now) else words


def _found(said: dict) -> str:
    listed = ", ".join(f"{code} {number:,}" for code, number in said.get("findings", {}).items())
    return listed or ("None" if said.get("status") == DONE else "")


def _changed(said: dict, earlier: dict) -> str:
    """How each number of findings differs from the run before."""
    if DONE not in (said.get("status"),) or earlier.get("status") != DONE:
        return "No earlier run" if said.get("status") == DONE else ""
    now, then = said["findings"], earlier["findings"]
    moved = {code: now.get(code, 0) - then.get(code, 0) for code in sorted({*now, *then})}
    return ", ".join(f"{code} {by:+,}" for code, by in moved.items() if by) or "Nothing"


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
