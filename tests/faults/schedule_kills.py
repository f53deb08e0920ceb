"""Kills a scheduled run at random moments, again and again: each report must be made once, and no letter sent twice.

python -m tests.faults.schedule_kills [--least 100] [--seed 1]
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

from hubdata.store import open_hub
from tests.scheduled import bundles, entries, halves, home

LAST = "2026-06-30"  # six months are due by then
KILLS = 8  # a trial
RUNNER = f"""
import sys
from pathlib import Path
from tests.scheduled import due, monthly
done = due(Path(sys.argv[1]), "{LAST}", monthly(recipients=("ig@example.gov.uk",)))
sys.exit(0 if not done.error and all(each.status == "done" for each in done.reports) else 1)
"""


class Box:
    """A mail server's side: how often it took each letter."""

    def __init__(self):
        self.taken: Counter = Counter()

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 (the server's name for it)
        self.taken[envelope.content.partition(b"Message-ID: ")[2].partition(b"\r\n")[0]] += 1
        return "250 OK"


def trial(made: Path, place: Path, chance: random.Random, box: Box) -> tuple[int, list[str]]:
    """Run one copy of the home through some kills to its end; the kills, and every promise broken."""
    shutil.copytree(made, place)
    box.taken.clear()
    command, kills = [sys.executable, "-c", RUNNER, str(place)], 0
    while kills < KILLS:
        runner = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            runner.wait(chance.uniform(0.3, 4.0))
            break
        except subprocess.TimeoutExpired:
            runner.kill()
            runner.wait()
            kills += 1
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    hub = open_hub(place)
    found, known = bundles(place), entries(hub, "done")
    hub.engine.dispose()
    broken = [f"{len(found)} of 6 runs were made"] if len(found) != 6 else []
    broken += [f"{key} was made {n} times" for key, n in found.items() if n > 1]
    broken += ["the ledger does not say what the folder has"] if found != known else []
    broken += [f"half a bundle stayed: {path}" for path in halves(place)]
    broken += [f"a letter was sent {n} times" for n in box.taken.values() if n > 1]
    shutil.rmtree(place)
    return kills, broken


def main() -> int:
    """Print how many kills and broken promises there were; 1 if there was one."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.schedule_kills", description=__doc__)
    parser.add_argument("--least", type=int, default=100, help="kills in all")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    start, kills, broken, chance, box = time.monotonic(), 0, [], random.Random(given.seed), Box()  # noqa: S311
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    os.environ["HUBDATA_SMTP"] = f"smtp://127.0.0.1:{port}"
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        made = home(Path(folder) / "made")
        while kills < given.least:
            more, found = trial(made, Path(folder) / "hub", chance, box)
            kills, broken = kills + more, broken + found
    server.stop()
    for one in broken:
        print(one)
    print(f"scheduled runs: {kills} kills, {len(broken)} broken promises; {time.monotonic() - start:.0f} s", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
