"""How the schedule stands, in words and as JSON: what is next, last, late, running, failed; it changes nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hubdata import dates, working
from hubdata.errors import HubError, Refused
from hubdata.schedule_calendar import ENGLAND, day_of
from hubdata.schedule_plan import Pack
from hubdata.schedule_state import DONE, FAILED, FOLDER, UNSURE, Due, State, dues, following


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
        with working.only_one(lock, "running"):
            return False
    except Refused:
        return True


def _standing(home: Path, pack: Pack, hub: str, now: datetime, runs: bool) -> Standing:
    states = [State.read(home, due) for due in dues([pack], now) if due.hub == hub]
    open_ = [state for state in states if state.left]
    whole = [state for state in states if not state.left]
    failed = [
        {"period": state.due.span.name, "report": report, **_failure(said)}
        for state in open_ for report, said in state.reports.items() if said["status"] == FAILED
    ]  # fmt: skip
    following_ = following(pack, now)
    return Standing(
        pack.name, pack.title, hub, following_ and _moment(following_), _last(whole[-1]) if whole else None,
        [state.due.span.name for state in open_], [s.due.span.name for s in open_ if s.due.is_late(now)], failed,
        sum(one["status"] == UNSURE for state in states for one in state.letters.values()), runs and bool(open_),
    )  # fmt: skip


def _moment(due: Due) -> str:
    return due.moment.astimezone(ENGLAND).isoformat(timespec="minutes")


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
    last = f"last: {each.last['period']}, made on {_day(each.last['at'])}" if each.last else "last: none yet"
    said = [f"{each.title} ({each.pack}), {'all hubs' if each.hub == 'all' else each.hub}",
            f"  next: {_words(each.next) if each.next else 'none, it has ended'}; {last}"]  # fmt: skip
    said += [f"  due now: {', '.join(each.due)}"] if each.due else []
    said += [f"  LATE: {', '.join(each.late)}"] if each.late else []
    said += ["  running now"] if each.running else []
    said += [f"  failed: {f['report']} of {f['period']}, {f['tries']} times: {f['why']}"
             + (f"; again after {f['again_at']}" if f["again_at"] else "") for f in each.failed]  # fmt: skip
    letters = "1 letter" if each.unsure == 1 else f"{each.unsure} letters"
    return said + ([f"  {letters} may or may not have arrived; ask, because none is sent twice"] if each.unsure else [])


def _day(moment: str) -> str:
    return dates.words(day_of(datetime.fromisoformat(moment)))


def _words(moment: str) -> str:
    at = datetime.fromisoformat(moment)
    return f"{dates.words(at.date())} at {at:%H:%M}"


def lateness(home: Path, packs: tuple[Pack, ...], now: datetime) -> list[str]:
    """What is late at a moment, a line each. Raises HubError if the disk does not give a state."""
    try:
        late = [due for due in dues(packs, now) if due.is_late(now) and State.read(home, due).left]
    except OSError as error:
        raise HubError(f"what was run cannot be read ({error.strerror})") from None
    return [f"LATE: {due.words}, due on {dates.words(due.due)}" for due in late]
