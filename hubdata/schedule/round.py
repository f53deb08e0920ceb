"""One round of a runner: what is due is made, who must know is told, the page is renewed, what is too old goes.

On a clock that jumped nothing is made, told or deleted: what is due, and how late, is then not known.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hubdata import moments, policy
from hubdata.errors import BadParameter, HubError
from hubdata.moments import By
from hubdata.records import private
from hubdata.records.time import entry
from hubdata.schedule import hooks
from hubdata.schedule import letters as schedule_letters
from hubdata.schedule import said as schedule_said
from hubdata.schedule.plan import Pack
from hubdata.schedule.run import Forks, Log, Ran, Who, forked, lock, open_states, run_due
from hubdata.schedule.said import lateness
from hubdata.schedule.state import DONE, FAILED, FOLDER, State, dues

KEPT = "bundles_looked_over_on"
SEEN = "clock_seen_at"  # what the clock said in the last round: whether the ledger must be asked if it may be believed
RENEWED = timedelta(hours=1)  # so that a runner that looks every minute writes seldom


@dataclass(frozen=True)
class Round:
    """What a round did: reports made, waiting and failed, bundles deleted, and what a person must know.

    `clock` says why it did nothing: this machine's clock jumped, and nobody has confirmed the day.
    """

    reports: list[Ran] = field(default_factory=list)
    deleted: int = 0
    late: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    error: str = ""
    clock: str = ""

    @property
    def exit_code(self) -> int:
        """1 if something failed, 3 if a person must look at what is late, at a letter or at the clock, else 0."""
        if self.error or any(each.status != DONE for each in self.reports):
            return 1
        return 3 if self.late or self.told or self.clock else 0

    def lines(self) -> list[str]:
        """The round for a reader."""
        if self.clock:
            return [f"Nothing is made, sent or deleted: {self.clock}."]
        said = [_line(each) for each in self.reports] or ["Nothing is due."]
        said += (
            [f"Deleted {self.deleted:,} bundles, copies and letters that are kept no longer."] if self.deleted else []
        )
        return [*said, *self.late, *self.told, *([self.error] if self.error else [])]


def _line(each: Ran) -> str:
    what = f"{each.report}, {each.pack} {each.period}, {'all hubs' if each.hub == 'all' else each.hub}"
    if each.status == DONE:
        return f"{what}: {each.folder}" + (" (made LATE)" if each.late else "")
    return f"{what}: {each.status.upper() if each.status == FAILED else each.status}: {each.why}"


def logged(say: Callable[[str], None]) -> Log:
    """What says one line of JSON for each report: no name and no record is in it."""
    return lambda said: say(json.dumps({"at": moments.now().isoformat(timespec="seconds"), **said}))


def run(
    home: Path, url: str | None, packs: tuple[Pack, ...], now: datetime, who: Who, log: Log, forks: Forks = forked
) -> Round:
    """Do one round, alone; a dead database or a full disk stops the reports, not the letters.

    Raises Busy if another is at work, and BadParameter, before anything is run, if letters cannot be sent as is said.
    """
    ran, deleted, told, errors = [], 0, [], []
    post = schedule_letters.Post.of() if any(pack.recipients for pack in packs) else None
    with lock(home):
        if doubt := _doubt(home, url, bool(open_states(home, packs, now)), who):
            return Round(clock=doubt)
        with _said(errors, log):
            ran = run_due(home, url, packs, now, who, log, forks)
            deleted = _old(home, url, now, who)
        with _said(errors, log):
            if ran or deleted:
                private.folder(home / "reports")
                schedule_said.write(home, packs, now)
        with _said(errors, log):
            told = _letters(home, packs, now, post)
        return Round(ran, deleted, lateness(home, packs, now), told, "; ".join(errors))


def _doubt(home: Path, url: str | None, due: bool, who: Who) -> str:
    """Why this machine's clock is not believed, or nothing; the ledger is asked if something is due or time jumped."""
    mark, now = home / FOLDER / SEEN, moments.now()
    seen = _seen(mark)
    if (due or (seen and not -entry.SLACK <= now - seen <= entry.LEAST)) and (why := _held(home, url, who)):
        return why
    if seen is None or not timedelta() <= now - seen < RENEWED:
        with suppress(OSError):  # a full disk; the round says so itself
            private.write(mark, now.isoformat())
    return ""


def _seen(mark: Path) -> datetime | None:
    """What the clock said in an earlier round, if it can be read."""
    try:
        return datetime.fromisoformat(mark.read_text("ascii")).astimezone(UTC)
    except (OSError, ValueError):
        return None


def _held(home: Path, url: str | None, who: Who) -> str:
    """Why the ledger does not believe the clock, or nothing."""
    from hubdata.records.store import open_hub  # SQLAlchemy: half a second that nothing due should not take
    from hubdata.records.time import jumps

    try:
        hub = open_hub(home, url)
    except HubError:  # what is due cannot be made either, and the round says why
        return ""
    try:
        with hub.read() as connection:
            return jumps.warns(connection, who.actor)
    finally:
        hub.engine.dispose()


@contextmanager
def _said(errors: list[str], log: Log) -> Iterator[None]:
    """What stops one part of a round is said, and the others come all the same; wrong use stops them all."""
    try:
        yield
    except BadParameter:
        raise
    except (HubError, OSError) as fault:
        disk = f"the disk did not take it ({getattr(fault, 'strerror', None) or type(fault).__name__})"
        errors.append(str(fault) if isinstance(fault, HubError) else disk)
        log({"status": FAILED, "why": errors[-1]})


def _letters(home: Path, packs: tuple[Pack, ...], now: datetime, post: schedule_letters.Post | None) -> list[str]:
    """Send every letter and make every call that is called for; what a person must know of them."""
    telling = [pack for pack in packs if pack.recipients or pack.webhook]
    asking = [state for due in dues(telling, now) if _asks(state := State.read(home, due), now)]
    if not asking:
        return []
    from hubdata.rules.findings import CODES  # DuckDB: half a second that nothing to tell should not take

    link = schedule_letters.link(home)
    sentences = {code: rule.under(policy.of(home)) for code, rule in CODES.items()}
    told = [line for state in asking for line in schedule_letters.send(state, post, now, link, sentences)]
    return told + [line for state in asking for line in hooks.send(state, now)]


def _asks(state: State, now: datetime) -> bool:
    """Whether something about a due run has not been sent."""
    letters = [schedule_letters.name(state, kind, to) for kind, to in schedule_letters.wanted(state, now)]
    calls = [schedule_letters.name(state, "webhook", state.due.pack.webhook)] if state.due.pack.webhook else []
    return any(state.letter(called).get("status") != schedule_letters.SENT for called in letters + calls)


def _old(home: Path, url: str | None, now: datetime, who: Who) -> int:
    """Once a day, delete the bundles, copies and letters that are kept no longer; how many.

    A day that lies ahead deletes nothing yet.
    """
    day = min(moments.day_of(now), moments.today())
    mark, today = home / FOLDER / KEPT, day.isoformat()
    if mark.is_file() and mark.read_text("ascii") == today:
        return 0
    from hubdata.rights import sweep  # SQLAlchemy: half a second, once a day
    from hubdata.schedule import keep

    rule, old = keep.too_old(home, policy.of(home), day)
    swept = 0
    if (rule and old) or sweep.may_have(home):
        from hubdata.records.store import open_hub  # SQLAlchemy: half a second that nothing old should not take

        hub = open_hub(home, url)
        try:
            hub = who.enters(hub)
            actor = hub.acting.name if hub.acting else who.actor
            if rule and old:
                keep.delete(hub, rule, old, actor)
            done = sweep.sweep(hub, By(actor, None, day))
            swept = len(done.deleted) + len(done.left_behind)
        finally:
            hub.engine.dispose()
    private.write(mark, today)
    return len(old) + swept
