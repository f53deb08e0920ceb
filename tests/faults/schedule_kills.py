"""Kills a scheduled run at random moments, again and again: each report must be made once, and no letter sent twice.

python -m tests.faults.schedule_kills [--least 100] [--seed 1] [--on dask]

On Dask it is the runner, a worker or the scheduler that dies, whichever chance says.
"""

import argparse
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from aiosmtpd.controller import Controller

from hubdata.records.store import open_hub
from tests.support.scheduled import bundles, entries, halves, home

LAST = "2026-06-30"  # six months are due by then
KILLS = 8  # a trial
RUNNER = f"""
import sys
from pathlib import Path
from tests.support.scheduled import due, monthly
done = due(Path(sys.argv[1]), "{LAST}", monthly(recipients=("ig@example.gov.uk",)))
sys.exit(0 if not done.error and all(each.status == "done" for each in done.reports) else 1)
"""


MANY = f"""
import sys
from datetime import date
from pathlib import Path
from hubdata.schedule.calendar import end_of
from hubdata.schedule.fleet import run
from hubdata.schedule.fleet.hubs import Member
from tests.support.scheduled import WHO, monthly
work = ((monthly(start="2026-05-01"),), end_of(date.fromisoformat("{LAST}")), WHO)
members = [Member(each.name, each) for each in sorted(Path(sys.argv[1]).iterdir())]
done = dict(run.run_on_dask(members, work, False, sys.argv[2]))
sys.exit(0 if all(not each.error for each in done.values()) else 1)
"""
PATIENCE = 180  # seconds for a run that is not killed
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Box:
    """A mail server's side: how often it took each letter."""

    def __init__(self):
        self.taken: Counter = Counter()

    async def handle_DATA(self, _server, _session, envelope):
        self.taken[envelope.content.partition(b"Message-ID: ")[2].partition(b"\r\n")[0]] += 1
        return "250 OK"


def trial(made: Path, place: Path, chance: random.Random, box: Box) -> tuple[int, list[str]]:
    """Run one copy of the home through some kills to its end; the kills, and every promise broken."""
    shutil.copytree(made, place)
    box.taken.clear()
    command, kills = [sys.executable, "-c", RUNNER, str(place)], 0
    while kills < KILLS:
        runner = subprocess.Popen(command, **QUIET)
        try:
            runner.wait(chance.uniform(0.3, 4.0))
            break
        except subprocess.TimeoutExpired:
            runner.kill()
            runner.wait()
            kills += 1
    subprocess.run(command, **QUIET)
    subprocess.run(command, **QUIET)
    broken = _broken(place, 6)
    broken += [f"a letter was sent {n} times" for n in box.taken.values() if n > 1]
    shutil.rmtree(place)
    return kills, broken


def _broken(place: Path, reports: int) -> list[str]:
    """Every promise that a home broke which had so many reports to be made."""
    hub = open_hub(place)
    found, known = bundles(place), entries(hub, "done")
    hub.engine.dispose()
    broken = [f"{len(found)} of {reports} runs were made"] if len(found) != reports else []
    broken += [f"{key} was made {n} times" for key, n in found.items() if n > 1]
    broken += ["the ledger does not say what the folder has"] if found != known else []
    return broken + [f"half a bundle stayed: {path}" for path in halves(place)]


class Cluster:
    """A scheduler and two workers of Dask, each a process that can be killed; what is dead is begun anew."""

    def __init__(self, port: int):
        self.address = f"tcp://127.0.0.1:{port}"
        dask = [sys.executable, "-m", "dask"]
        scheduler = [*dask, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
        worker = [*dask, "worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        self.commands = {"scheduler": scheduler, "worker": worker, "other worker": worker}
        self.running: dict[str, subprocess.Popen] = {}

    def begin(self) -> None:
        """See that all three run."""
        for name, command in self.commands.items():
            if name not in self.running or self.running[name].poll() is not None:
                self.running[name] = subprocess.Popen(command, **QUIET)

    def end(self, name: str) -> None:
        """Kill one of them."""
        self.running[name].kill()
        self.running[name].wait()


def trial_on_dask(made: Path, place: Path, chance: random.Random, cluster: Cluster) -> tuple[int, list[str]]:
    """Run three copies of the home on a cluster whose parts are killed, to the end."""
    homes = [shutil.copytree(made, place / name) for name in ("corby", "kettering", "rushden")]
    command, kills = [sys.executable, "-c", MANY, str(place), cluster.address], 0
    while kills < KILLS:
        cluster.begin()
        runner = subprocess.Popen(command, **QUIET)
        for whom in chance.choices(["runner", *cluster.commands], k=2):
            try:
                runner.wait(chance.uniform(1.0, 8.0))
                break
            except subprocess.TimeoutExpired:
                runner.kill() if whom == "runner" else cluster.end(whom)
                kills += 1
            cluster.begin()
        else:
            runner.kill()
            kills += 1
        runner.wait()
    cluster.begin()
    try:
        ended = subprocess.run(command, timeout=PATIENCE, check=False, **QUIET).returncode
        broken = [f"a run on a whole cluster ended with {ended}"] if ended else []
    except subprocess.TimeoutExpired:
        broken = ["a run on a whole cluster did not end"]
    broken += [f"{home.name}: {one}" for home in homes for one in _broken(home, 2)]
    shutil.rmtree(place)
    return kills, broken


def main() -> int:
    """Print how many kills and broken promises there were; 1 if there was one."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.schedule_kills", description=__doc__)
    parser.add_argument("--least", type=int, default=100, help="kills in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--on", choices=["dask"])
    given = parser.parse_args()
    start, kills, broken, chance, box = time.monotonic(), 0, [], random.Random(given.seed), Box()
    port, cluster = _free(), Cluster(_free())
    os.environ["HUBDATA_SMTP"] = f"smtp://127.0.0.1:{port}"
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        made, place = home(Path(folder) / "made"), Path(folder) / "hub"
        while kills < given.least:
            more, found = trial_on_dask(made, place, chance, cluster) if given.on else trial(made, place, chance, box)
            kills, broken = kills + more, broken + found
    for name in cluster.running:
        cluster.end(name)
    server.stop()
    for one in broken:
        print(one)
    print(f"scheduled runs: {kills} kills, {len(broken)} broken promises; {time.monotonic() - start:.0f} s", flush=True)
    return 1 if broken else 0


def _free() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main())
