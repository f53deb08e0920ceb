"""What `hubdata schedule run-due` does, once or again and again until it is stopped, and which moment that is."""

import os
import re
import signal
import threading
from datetime import datetime
from functools import partial
from pathlib import Path

from hubdata import moments
from hubdata.dates import words
from hubdata.desk.commands.command import Answer, Options
from hubdata.errors import BadParameter, HubError
from hubdata.schedule import plan
from hubdata.schedule.calendar import end_of
from hubdata.schedule.fleet.hubs import read
from hubdata.schedule.round import Round, logged, run
from hubdata.schedule.run import BUSY, Busy, Log, Who, forked, kernels
from hubdata.schedule.state import FAILED

SECONDS = 60  # between two looks


def home(options: Options) -> Path:
    """The hub's folder that the options or the environment name, without loading what opens it."""
    return (options.home or Path(os.environ.get("HUBDATA_HOME") or "hub")).absolute()


def moment(options: Options) -> datetime:
    """The moment that is judged: the end of the day asked for, or now."""
    return end_of(options.as_at) if options.as_at_given else moments.now()


def answer(
    options: Options, kernel: bool, watch: bool, hubs: Path | None, on: str | None, scheduler: str | None
) -> Answer:
    """Do what the command asks. Raises BadParameter if its options do not belong together."""
    if (on or scheduler) and not hubs or on not in (None, "dask") or (scheduler and not on) or (watch and hubs):
        raise BadParameter("--hubs FILE [--on dask [--scheduler tls://host:8786]], or --watch, or neither")
    if watch and options.as_at_given:
        raise BadParameter("--watch goes by the clock; leave --as-at out")
    if options.as_at_given and options.as_at > moments.today():
        why = f"{words(options.as_at)} lies ahead: reports are made of the records as they are now, and not again then"
        logged(options.say)({"status": "ahead", "why": why})
    if hubs:
        return many(options, hubs, on, scheduler, kernel, moment(options))
    return _watch(options, kernel) if watch else _once(options, kernel)


def _once(options: Options, kernel: bool) -> Answer:
    try:
        done = _round(options, kernel)
    except Busy:
        return Answer({"status": "busy"}, [f"Nothing to do: {BUSY}."])
    return Answer(done, done.lines(), done.exit_code)


def _round(options: Options, kernel: bool) -> Round:
    return run(
        home(options),
        options.url,
        plan.read(home=home(options)),
        moment(options),
        _who(options),
        logged(options.say),
        kernels if kernel else forked,
    )


def _who(options: Options) -> Who:
    """Who runs: an operator, who proves it by a key or a file as soon as a hub has people and something is due."""
    asked = partial(entered, options.named, options.proof)
    return Who(options.named or options.by.actor, *([options.by.reason] if options.by.reason else []), enters=asked)


def entered(named: str | None, proof: Path | None, hub):
    """The hub as the operator acts in it; as it is where nobody is registered. Raises Refused without a right proof."""
    # SQLAlchemy: half a second that nothing due should not take
    from hubdata.desk.commands import proved

    return proved.unattended(hub, named, proof, "schedule run-due")


def _watch(options: Options, kernel: bool) -> Answer:
    """Round after round; a round that fails is told, and the next comes all the same."""
    stop, tell, known = threading.Event(), logged(options.say), set()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    plan.read(home=home(options))  # a schedule with faults is refused at the start
    while not stop.is_set():
        try:
            known = _told(_round(options, kernel), known, tell)
        except Busy:
            options.say(BUSY)
        except HubError as error:
            tell({"status": FAILED, "why": str(error)})
        except Exception as error:  # noqa: BLE001 (the runner stays; never what was in hand, only of what kind it is)
            tell({"status": FAILED, "why": type(error).__name__})
        stop.wait(SECONDS)
    return Answer({"status": "stopped"}, ["The runner has stopped."])


def _told(done: Round, known: set[tuple[str, str]], tell: Log) -> set[tuple[str, str]]:
    """Log what a round deleted and what a person must know, each when it is new; what is known now."""
    now = {("late", line) for line in done.late} | {("told", line) for line in done.told}
    now |= {("clock", done.clock)} if done.clock else set()
    for status, line in sorted(now - known):
        tell({"status": status, "why": line})
    if done.deleted:
        tell({"status": "deleted", "bundles": done.deleted})
    return now


PLACE = re.compile(r"(tls)://([\w.-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})", re.ASCII)


def many(options: Options, file: Path, on: str | None, scheduler: str | None, kernel: bool, now: datetime) -> Answer:
    """Do what is due in every hub of the file.

    Raises Refused with every fault of the file or the schedule, BadParameter if the scheduler's address is none.
    """
    # many hubs are summed up with small numbers hidden: the solver for that takes half a second, and one hub needs none
    from hubdata.release.disclosure import policy
    from hubdata.release.disclosure import words as disclosure_words
    from hubdata.schedule.fleet import run as fleet_run

    if scheduler is not None and not ((at := PLACE.fullmatch(scheduler)) and 0 < int(at[3]) < 65536):
        clear = "; over tcp:// whoever reaches it could run code here" if scheduler.startswith("tcp://") else ""
        raise BadParameter(f"--scheduler is an address with a port, tls://host:8786{clear}")
    members, work = read(file), (plan.read(), now, _who(options))
    rounds: dict[str, Round] = {}
    here = fleet_run.run_here if on != "dask" else partial(fleet_run.run_on_dask, scheduler=scheduler)
    tell = logged(options.say)
    for name, done in here(members, work, kernel):
        rounds[name] = done
        for each in done.reports:
            tell(
                {
                    "hub_of_many": name,
                    "pack": each.pack,
                    "period": each.period,
                    "hub": each.hub,
                    "report": each.report,
                    "status": each.status,
                    "run": each.run,
                }
            )
        options.say(f"{len(rounds)} of {len(members)} hubs")
    rounds = {member.name: rounds[member.name] for member in members}
    found = fleet_run.summary(rounds, policy.read(None, options.as_at))
    said = {
        "hubs": {name: fleet_run.said_of(done) for name, done in rounds.items()},
        "summary": disclosure_words.said(found) if found else None,
    }
    worst = max((done.exit_code for done in rounds.values()), key=(0, 3, 1).index)
    return Answer(said, [*fleet_run.lines(rounds), *(["", *disclosure_words.lines(found)] if found else [])], worst)
