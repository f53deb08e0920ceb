"""One trial: a disposal started, killed at random moments, held families late, and started again until it is done."""

import itertools
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hubdata.errors import HubError, Refused
from hubdata.moments import By
from hubdata.records.coverage.verify import verify
from hubdata.records.store import open_hub
from hubdata.retention import certificates, disposal
from tests.faults.story import TODAY, Story, canaries

RUNS = 20  # a disposal that has not ended after as many starts never will
LONGEST = 60.0
TOUCHES = 120  # about how often an undisturbed disposal of the story opens, cuts or removes a file of the home


@dataclass
class Trial:
    """What happened: kills, and every promise found broken."""

    kills: int = 0
    violations: list[str] = field(default_factory=list)


def run(story: Story, folder: Path, seed: int, kills: int, mutant: Callable[[], None] | None = None) -> Trial:
    """Copy the story's hub, run its disposal through `kills` kills, and look at what is left."""
    home = Path(shutil.copytree(story.home, folder / "hub"))
    chance, trial, late = random.Random(seed), Trial(), set()
    for _ in range(RUNS):
        seconds, touch = LONGEST, None
        if trial.kills < kills and chance.random() < 0.5:
            touch = chance.randint(1, TOUCHES)  # as often between any two writes on a slow machine as on a fast one
        elif trial.kills < kills:
            seconds = chance.uniform(0.0, 1.0) ** 2
        if _start(home, story.disposal, seconds, touch, mutant):
            break
        trial.kills += 1
        if chance.random() < 0.5:
            late |= _hold_late(home, story, chance)
    else:
        trial.violations.append(f"the disposal did not end: {(home / 'last-words').read_text('utf-8')}")
    trial.violations += _broken(home, story, late)
    shutil.rmtree(folder / "hub")
    return trial


def _dies_at(home: Path, touch: int) -> None:
    """Kill this process when it is about to touch a file of the home for the so-manieth time."""
    count, within = itertools.count(1), str(home)

    def heard(event: str, given: tuple) -> None:
        touched = event == "os.truncate" or (
            event in ("open", "os.remove", "os.rename", "os.mkdir") and str(given[0]).startswith(within)
        )
        if touched and next(count) == touch:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(heard)


def _start(home: Path, name: str, seconds: float, touch: int | None, mutant: Callable[[], None] | None) -> bool:
    """Run the disposal in a process of its own, killed after some seconds or touches; whether it came to its end."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if mutant:
                mutant()
            if touch:
                _dies_at(home, touch)
            done = disposal.run(open_hub(home), name, By("carl", None, TODAY))
            (home / "last-words").write_text("; ".join(done.problems) or done.status, "utf-8")
            code = 0 if done.status == "certified" else 3
        except Refused as refusal:
            code = 0 if "it is certified" in str(refusal) else 4  # the last kill came after the certificate
            (home / "last-words").write_text(str(refusal), "utf-8")
        except BaseException as error:  # noqa: BLE001 (whatever it is, the trial says so)
            (home / "last-words").write_text(f"{type(error).__name__}: {error}", "utf-8")
        finally:
            os._exit(code)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _hold_late(home: Path, story: Story, chance: random.Random) -> set[int]:
    """Hold one family that is still there, past every program: straight in the database."""
    number = chance.choice(story.due)
    family = canaries(number)[0]
    connection = sqlite3.connect(home / "hub.db", timeout=30)
    try:
        with connection:
            there = connection.execute("SELECT 1 FROM families WHERE family = ?", (family,)).fetchone()
            if there:
                connection.execute(
                    "INSERT OR IGNORE INTO holds (hold, family, code, placed_on, recorded_at) "
                    "VALUES (?, ?, 'complaint', date('now'), '2026-01-01 00:00:00.000000')",
                    (f"LATE-{number}", family),
                )
    finally:
        connection.close()
    return {number} if there else set()


def _broken(home: Path, story: Story, late: set[int]) -> list[str]:
    """Every promise that the trial broke, in words."""
    said = _database(home)
    connection = sqlite3.connect(home / "hub.db")
    left = {row[0] for row in connection.execute("SELECT family FROM families")}
    destroyed = connection.execute("SELECT count(*) FROM destroyed").fetchone()[0]
    connection.close()
    gone = [n for n in (*story.due, *story.held, *story.kept) if canaries(n)[0] not in left]
    wrong = set(gone) & {*story.held, *story.kept, *late}
    said += [f"{len(wrong)} families that were held or not due were destroyed"] if wrong else []
    stayed = set(story.due) - set(gone) - late
    said += [f"{len(stayed)} families that were to go are still there"] if stayed else []
    said += [f"{len(gone)} families are gone, {destroyed} are written down"] if len(gone) != destroyed else []
    return said + _bytes(home, gone) + _spared(home, story, gone) + _words(home, late, gone)


def _spared(home: Path, story: Story, gone: list[int]) -> list[str]:
    """Reports about families that stay, which nobody had a reason to erase."""
    stay = [n for n in (*story.due, *story.held, *story.kept) if n % 10 == 0 and n not in gone]
    lost = [n for n in stay if not (home / "reports" / "retention" / "2026-09-30" / f"run{n}").is_dir()]
    return [f"{len(lost)} reports about families that stay were erased"] if lost else []


def _database(home: Path) -> list[str]:
    connection = sqlite3.connect(home / "hub.db")
    checks = [connection.execute(f"PRAGMA {name}").fetchall() for name in ("integrity_check", "foreign_key_check")]
    connection.close()
    return [] if checks == [[("ok",)], []] else ["the database is not whole"]


def _bytes(home: Path, gone: list[int]) -> list[str]:
    content = b"\n".join(path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file())
    left = [mark for number in gone for mark in canaries(number) if mark.encode() in content]
    return [f"{len(left)} texts of destroyed families are still on the disk"] if left else []


def _words(home: Path, late: set[int], gone: list[int]) -> list[str]:
    """What the hub itself says afterwards: it opens, chain and rows verify but for late holds, certificates agree."""
    try:
        hub = open_hub(home)
    except HubError as error:
        return [f"the hub does not open: {error}"]
    try:
        verified, faults = verify(hub), []
        put_in = {fault.rows[0] for fault in verified.changed if (fault.table, fault.what) == ("holds", "put in")}
        if {int(one.removeprefix("LATE-")) for one in put_in} != late or len(verified.faults) != len(put_in):
            faults = verified.faults or ["what was put in behind the product's back was not found"]
        certified = sum(content["families"] for content in certificates.listed(hub))
        faults += [f"{certified} are certified, {len(gone)} are gone"] if certified != len(gone) else []
        missed = [n for n in gone if not certificates.told(hub, canaries(n)[0]).destroyed]
        faults += [f"{len(missed)} families would not be told"] if missed else []
        return faults + certificates.check(hub)
    finally:
        hub.engine.dispose()
