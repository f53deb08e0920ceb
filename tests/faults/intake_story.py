"""Returns killed at random moments: all of one is there or nothing, and the ledger holds.

python -m tests.faults.intake_story [--kills 100] [--seed 1]
"""

import argparse
import multiprocessing
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from hubdata.demo import make as demo
from hubdata.intake import take
from hubdata.records.coverage.verify import verify
from hubdata.records.store import Hub, open_hub
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES

FAMILIES = 60


def rows(hub: Hub) -> dict[str, list[tuple]]:
    """What the hub holds, but the moments of intake."""
    with hub.read() as connection:
        return {
            name: sorted(
                tuple(str(v) for c, v in zip(TABLES[name].c.keys(), row, strict=True) if c != "recorded_at")
                for row in connection.execute(TABLES[name].select())
            )
            for name in CONTRACT_TABLES
        }


def sent(folder: Path, families: int = FAMILIES, seed: int = 7) -> Path:
    """A return of made-up families, as CSV files."""
    from benchmarks.records import written

    folder.mkdir(parents=True)
    written(demo.generate(families, seed).tables, folder)
    return folder


def _taken(home: Path, folder: Path, ready) -> None:
    hub = open_hub(home)
    ready.set()
    take.take(hub, folder, "NNC", "tester")
    hub.engine.dispose()


def killed(home: Path, folder: Path, wait: float) -> bool:
    """Take a return in another process and kill it after so many seconds; whether it was killed in time."""
    forked = multiprocessing.get_context("fork")
    ready = forked.Event()
    process = forked.Process(target=_taken, args=(home, folder, ready))
    process.start()
    ready.wait(60)
    time.sleep(wait)
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


def trial(folder: Path, seed: int, kills: int) -> tuple[int, list[str]]:
    """Kill intake of one return so often, each time looking that all or nothing of it is there; then let it end."""
    chance, violations, done = random.Random(seed), [], 0
    home, taken = folder / f"hub{seed}", sent(folder / f"sent{seed}")
    open_hub(home, create=True).engine.dispose()
    began = time.monotonic()
    whole = open_hub(folder / f"whole{seed}", create=True)
    take.take(whole, taken, "NNC", "tester")
    span, wanted = time.monotonic() - began, rows(whole)
    whole.engine.dispose()
    nothing = {name: [] for name in CONTRACT_TABLES}
    for _ in range(kills):
        in_time = killed(home, taken, chance.uniform(0, span))
        done, span = done + in_time, span if in_time else span * 0.7  # the machine was slower when it was measured
        hub = open_hub(home)
        found = rows(hub)
        faults = verify(hub).faults
        if found not in (nothing, wanted) or faults:
            violations.append(f"seed {seed}: part of a return was left, or the ledger does not hold")
        if found == wanted:
            hub.engine.dispose()
            shutil.rmtree(home)
            open_hub(home, create=True).engine.dispose()
        hub.engine.dispose()
    hub = open_hub(home)
    if take.take(hub, taken, "NNC", "tester").problems or rows(hub) != wanted:
        violations.append(f"seed {seed}: the return did not go in after the kills")
    if list((home / "work").glob("run-*")):
        violations.append(f"seed {seed}: something was left in the working folder")
    hub.engine.dispose()
    return done, violations


def main() -> int:
    """Print how many kills and violations there were; 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given, done, violations, number = parser.parse_args(), 0, [], 0
    with tempfile.TemporaryDirectory(prefix="intake-") as folder:
        while done < given.kills:
            number += 1
            kills, broken = trial(Path(folder), given.seed * 1000 + number, 20)
            done, violations = done + kills, violations + broken
    print(*violations, f"{done} kills of intake: {len(violations)} violations", sep="\n", flush=True)
    return bool(violations)


if __name__ == "__main__":
    sys.exit(main())
