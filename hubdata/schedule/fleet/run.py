"""Runs what is due in many hubs, here, side by side or on Dask, and sums them up with small numbers hidden, as always.

Side by side nothing listens: a scheduler of one's own on this machine took code from every user of it.

A hub is one task. Its lock and its home say what is made, so that a task which runs again because its worker was lost
makes what is missing and nothing twice; while a worker that was only cut off is still at work, the new one waits.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import replace
from datetime import datetime
from functools import cache
from multiprocessing import get_context
from typing import Any

from hubdata import places, policy
from hubdata.errors import HubError
from hubdata.release.disclosure import policy as disclosure_policy
from hubdata.release.disclosure import protect, table
from hubdata.rules.findings import CODES
from hubdata.schedule.check import ALL
from hubdata.schedule.fleet.hubs import Member
from hubdata.schedule.plan import Pack
from hubdata.schedule.round import Round, run
from hubdata.schedule.run import DONE, Busy, Forks, Who, forked, kernels

PATIENCE = 600  # seconds that a hub's other runner is waited for
DEATHS = 3  # workers that one hub may outlive
PROCESSES = 2  # hubs at a time on this machine
SECONDS = 5  # that a scheduler has to answer
Work = tuple[tuple[Pack, ...], datetime, Who]


def one(member: Member, work: Work, forks: Forks) -> Round:
    """A round of one hub; whatever stops it is said in it, and stops no other hub."""
    packs, now, who = work
    policy.lie(member.home, member.decisions)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return run(member.home, member.address(), packs, now, who, lambda _: None, forks)
        except Busy as busy:
            if time.monotonic() > until:
                return Round(error=str(busy))
            time.sleep(1)
        except (HubError, OSError) as error:
            return Round(error=str(error) if isinstance(error, HubError) else f"the disk ({type(error).__name__})")


def run_here(members: list[Member], work: Work, kernel: bool) -> Iterator[tuple[str, Round]]:
    """One hub after the other, all of them forked from one process that starts when the first report needs it."""
    with _Kept() as stack:
        yield from ((member.name, one(member, work, kernels if kernel else stack.forks)) for member in members)


class _Kept(ExitStack):
    """Keeps the process that reports are forked from, begun when it is first asked for."""

    server: AbstractContextManager | None = None

    def forks(self) -> AbstractContextManager:
        """The process, for one report or many; it lives as long as the stack."""
        if self.server is None:
            self.server = nullcontext(self.enter_context(forked()))
        return self.server


def run_side_by_side(members: list[Member], work: Work, kernel: bool) -> Iterator[tuple[str, Round]]:
    """Several hubs at a time, each in a process that is spoken to over pipes: nothing listens, whoever else is here.

    A process that is lost takes those that ran beside it; what is missing is made again, so many times.
    """
    left = {member.name: member for member in members}
    for death in range(DEATHS + 1):
        with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
            asked = {pool.submit(_in_process, member, work, kernel): name for name, member in left.items()}
            for future in as_completed(asked):
                name, error = asked[future], future.exception()
                if not isinstance(error, BrokenProcessPool) or death == DEATHS:
                    del left[name]
                    yield name, _lost(error) if error else future.result()
        if not left:
            return


def _lost(error: BaseException) -> Round:
    return Round(error=f"its worker was lost ({type(error).__name__})")


def _in_process(member: Member, work: Work, kernel: bool) -> Round:
    """One hub, in a process of this machine; what reports are forked from lives as long as the process."""
    return one(member, work, kernels if kernel else _kept().forks)


@cache
def _kept() -> _Kept:
    return _Kept()


def run_on_dask(members: list[Member], work: Work, kernel: bool, scheduler: str | None) -> Iterator[tuple[str, Round]]:
    """Every hub as a task of a scheduler that there is already; side by side on this machine without one."""
    if not scheduler:
        yield from run_side_by_side(members, work, kernel)
        return
    places.need("distributed")
    # half a second, and only here
    import dask.config
    from distributed import as_completed as completed

    with ExitStack() as stack:
        stack.enter_context(dask.config.set({"distributed.scheduler.allowed-failures": DEATHS}))
        client = stack.enter_context(_client(scheduler))
        asked = {client.submit(_on_worker, m, work, kernel, pure=False, retries=1): m.name for m in members}
        for future in completed(asked):
            error = future.exception()
            yield asked.pop(future), _lost(error) if error else future.result()


def _client(scheduler: str):
    """A client of a scheduler. Raises HubError if none answers there."""
    # half a second, and only here
    from distributed import Client
    from distributed.comm.core import connect
    from distributed.security import Security

    async def knock() -> None:
        async with asyncio.timeout(SECONDS):
            await (await connect(scheduler, **Security().get_connection_args("client"))).close()

    try:
        # a client would wait without end for a port that takes it and says nothing; the thread has no loop running yet
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(knock())).result()
        return Client(scheduler, timeout=SECONDS)
    except (OSError, TypeError) as error:  # TypeError: tls:// without certificates in Dask's configuration
        advice = "is it running, and for tls:// does Dask's configuration name the certificates?"
        raise HubError(f"no Dask scheduler answers at {scheduler} ({type(error).__name__}); {advice}") from None


def _on_worker(member: Member, work: Work, kernel: bool) -> Round:
    """One hub, in a worker; what reports are forked from lives as long as the worker."""
    from distributed import get_worker  # half a second, and a worker has it already

    worker: Any = get_worker()
    if not hasattr(worker, "hubdata_forks"):
        worker.hubdata_forks = _Kept()
    return one(member, work, kernels if kernel else worker.hubdata_forks.forks)


def summary(rounds: dict[str, Round], within: disclosure_policy.DisclosurePolicy) -> protect.Protected | None:
    """Findings of each hub by severity, protected; None where nothing was made. Raises HubError if it is not safe."""
    counted = {name: _counted(done) for name, done in rounds.items() if any(r.status == DONE for r in done.reports)}
    if not counted:
        return None
    kinds = sorted({rule.severity.value for rule in CODES.values()})
    counts = tuple(tuple(found[kind] for kind in kinds) for found in counted.values())
    return protect.protect(table.Table(tuple(counted), tuple(kinds), counts), within)


def _counted(done: Round) -> Counter:
    """How many findings of each severity the latest run of each report has, no check counted twice."""
    latest = {(each.hub, code): number for each in done.reports for code, number in each.findings.items()}
    whole = any(hub == ALL for hub, _ in latest)  # a run over all of them has what the others have
    found: Counter = Counter()
    for (hub, code), number in latest.items():
        if code in CODES and (hub == ALL or not whole):
            found[CODES[code].severity.value] += number
    return found


def said_of(done: Round) -> dict:
    """A hub's round without its numbers: those leave it in the summary alone."""
    return {
        "reports": [vars(replace(each, findings={})) for each in done.reports],
        "late": done.late,
        "told": done.told,
        "error": done.error,
        "clock": done.clock,
        "exit_code": done.exit_code,
    }


def lines(rounds: dict[str, Round]) -> list[str]:
    lines = []
    for name, done in rounds.items():
        made = sum(each.status == DONE for each in done.reports)
        failed = [line for each, line in zip(done.reports, done.lines(), strict=False) if each.status != DONE]
        lines += [
            f"{name}: {made} made, {len(failed)} not",
            *(f"  {line}" for line in (*failed, *done.late, *done.told)),
        ]
        lines += [f"  {why}" for why in (done.error, done.clock) if why]
    return lines
