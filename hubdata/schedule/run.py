"""Runs what is due, each pack of each period for each hub once, whatever happens; it reads no clock and judges nothing.

One runner at a time holds the lock, which its death releases. A report's bundle comes first, with the pack, period and
hub in its manifest; then the ledger's entry; then the state's file. Whoever finds a bundle without the others adds
them.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from hubdata.errors import HubError, Refused
from hubdata.records import folders, private
from hubdata.schedule import said as schedule_said
from hubdata.schedule import state as schedule_state
from hubdata.schedule.plan import Pack
from hubdata.schedule.state import DONE, FAILED, FOLDER, Due, State, dues

BUSY = "another runner is at work on this hub; it runs what is due"
Log = Callable[[dict], None]
Forks = Callable[[], AbstractContextManager]


def _as_typed(hub):
    return hub


@dataclass(frozen=True)
class Who:
    """Who runs, and why, for the ledger; `enters` proves it to a hub, where that has people who may act."""

    actor: str
    reason: str = "what the schedule says is due"
    enters: Callable = _as_typed


@dataclass(frozen=True)
class Ran:
    """What became of one report of one due run."""

    pack: str
    period: str
    hub: str
    report: str
    status: str
    run: str = ""
    folder: str = ""
    findings: dict[str, int] = field(default_factory=dict)
    why: str = ""
    late: bool = False


class Busy(Refused):
    """Another runner holds the lock: there is nothing for this one to do."""


def open_states(home: Path, packs: tuple[Pack, ...], now: datetime) -> list[State]:
    """Everything due by a moment of which some report is still to be made, in order."""
    return [state for due in dues(packs, now) if (state := State.read(home, due)).left]


def forked() -> AbstractContextManager:
    """What reports are forked from, in a process of its own until the context is left."""
    from hubdata.reports import execution  # papermill: half a second that nothing due should not take

    return execution.forks()


def kernels() -> AbstractContextManager:
    """Nothing to fork from: every report has a kernel of its own."""
    return nullcontext()


@contextmanager
def lock(home: Path) -> Iterator[None]:
    """The lock that one runner of a hub has at a time. Raises Busy."""
    if not home.is_dir():
        raise HubError(f"there is no hub at {home}; run `hubdata init` or `hubdata demo`, or name it with --home")
    (home / FOLDER).mkdir(mode=0o700, exist_ok=True)
    with ExitStack() as held:
        try:
            held.enter_context(folders.only_one(home / FOLDER / "runner.lock", BUSY))
        except Refused:
            raise Busy(BUSY) from None
        yield


def run_due(
    home: Path, url: str | None, packs: tuple[Pack, ...], now: datetime, who: Who, log: Log, forks: Forks
) -> list[Ran]:
    """Make every report that is due by a moment and not yet made; the caller holds the lock.

    `log` is told of each report; `forks` gives, as a context, what reports are forked from, or None for a kernel each.
    Raises HubError if the hub's database cannot be opened: then nothing was tried.
    """
    asked = [(state, [r for r in state.left if not state.waits(r, now)]) for state in open_states(home, packs, now)]
    ran = [_waiting(state, report, now) for state, tried in asked for report in state.left if report not in tried]
    for done in ran:
        if done.status == FAILED:
            log(_line(done))
    if not any(tried for _, tried in asked):
        return ran
    from hubdata.records.store import open_hub  # SQLAlchemy: half a second that nothing due should not take

    hub = open_hub(home, url)
    try:
        hub = who.enters(hub)
        for done in _run(hub, [(state, tried) for state, tried in asked if tried], now, who, forks):
            log(_line(done))
            ran.append(done)
    finally:
        hub.engine.dispose()
    return ran


def _line(done: Ran) -> dict:
    return {key: value for key, value in vars(done).items() if value not in ("", {})}


def _waiting(state: State, report: str, now: datetime) -> Ran:
    said = state.reports[report]
    if state.damage:
        return Ran(**state.due.key, report=report, status=FAILED, why=state.damage, late=state.due.is_late(now))
    why = f"{said['why']}; tried {said['tries']} times, again after {said['again_at']}"
    return Ran(**state.due.key, report=report, status="waiting", why=why, late=state.due.is_late(now))


def _run(hub, asked: list[tuple[State, list[str]]], now: datetime, who: Who, forks: Forks) -> Iterator[Ran]:
    """Each report that was asked for, found or made, with what became of it written down."""
    # pandas: 0.8 s that nothing due should not take
    from hubdata.records.snapshot import take as snapshots
    from hubdata.reports import run as reports

    known = schedule_state.begun(hub, [state for state, _ in asked])
    orders, states = [], {tuple(state.due.key.values()): state for state, _ in asked}
    for state, tried in asked:
        for report in tried:
            try:
                order = _order(state.due, report, hub.home)
                if run := schedule_state.made(hub.home, order) or schedule_state.told(hub.home, order, known):
                    yield _settle(hub, state, run, now, who, known)
                else:
                    orders.append(order)
            except HubError as fault:
                yield _fail(hub, state, report, fault, now, who)
    if not orders:
        return
    with forks() as server:
        for order, done in reports.finished(hub, orders, snapshots.take(hub), server=server):
            state = states[tuple(order.scheduled.values())]
            if isinstance(done, HubError):
                yield _fail(hub, state, order.report, done, now, who)
            else:
                yield _settle(hub, state, done, now, who)


def _order(due: Due, report: str, home: Path):
    from hubdata.reports import run as reports  # pandas: 0.8 s that nothing due should not take

    (part,) = (part for part in due.pack.parts if part.report == report)
    checked = reports.order(report, part.parameters(due.due, due.hub), home)
    return replace(checked, scheduled=due.key)


def _settle(hub, state: State, run, now: datetime, who: Who, known: list[dict] | None = None) -> Ran:
    """Write down in the ledger, once, and in the state's file that a report was made."""
    kept = run.folder.is_dir()
    if kept:
        private.sync(run.folder.parent)
    detail = {**state.due.key, "report": run.report, "status": DONE, "run": run.run, "findings": run.findings}
    try:
        if detail not in (known or ()):
            _note(hub, detail, who)
    except HubError as fault:  # the bundle is found again, and the ledger then hears of it
        return _fail(hub, state, run.report, fault, now, who)
    folder = str(run.folder.relative_to(hub.home))
    at = now.isoformat(timespec="seconds")
    state.done(run.report, {"run": run.run, "folder": folder, "findings": run.findings, "at": at})
    if kept:
        schedule_said.latest(run.folder, state.due.hub)
    return Ran(
        **state.due.key,
        report=run.report,
        status=DONE,
        run=run.run,
        folder=folder,
        findings=run.findings,
        late=state.due.is_late(now),
    )


def _fail(hub, state: State, report: str, fault: HubError, now: datetime, who: Who) -> Ran:
    """Write down that a report failed; where even that fails, the run itself says so."""
    why = str(fault)
    try:
        state.failed(report, why, now)
        _note(hub, {**state.due.key, "report": report, "status": FAILED, "why": why}, who)
    except (HubError, OSError) as second:
        why = f"{why} (nor could this be written down: {type(second).__name__})"
    return Ran(**state.due.key, report=report, status=FAILED, why=why, late=state.due.is_late(now))


def _note(hub, detail: dict, who: Who) -> None:
    from hubdata.records.ledger import Act  # SQLAlchemy: half a second that nothing due should not take

    actor = hub.acting.name if hub.acting else who.actor
    with hub.write(Act(actor, "scheduler", who.reason, schedule_state.RAN, detail)):
        """Nothing but the ledger's entry."""
