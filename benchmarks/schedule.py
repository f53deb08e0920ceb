"""The figures of the schedule: reports against papermill's own kernels, nothing due, and Dask against none."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

from benchmarks.timing import Figure, seconds

TURN = 10  # runs
AT_A_TIME = 2  # as many as there are processors, for both


def figures(runs: int, hubs: int) -> Iterator[Figure | str]:
    """`runs` report runs, and `hubs` hubs with three reports each; all against a reference run beside them."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "hub"
        program = Path(sys.executable).parent / "hubdata"
        subprocess.run([program, "demo", "--home", home], check=True, capture_output=True)
        yield from fan_out(home, Path(folder), runs)
        yield nothing_due(program, home)
        yield dask(home, Path(folder), hubs)


def fan_out(home: Path, folder: Path, runs: int) -> Iterator[Figure | str]:
    """The retention report of `runs` days against papermill, fresh kernels, two processes: executed, and as bundles."""
    from hubdata.records.snapshot import take as snapshots
    from hubdata.records.store import open_hub
    from hubdata.reports import execution
    from hubdata.reports import run as reports

    hub = open_hub(home)
    held = snapshots.take(hub)
    held.save(folder / "snapshot")
    held_by_runner, servers = [], {}
    days = [date(2026, 9, 30) - timedelta(number) for number in range(runs)]
    orders = [reports.order("retention", {"as_at": str(day), "hub": "all"}) for day in days]

    def server(of):  # its start is part of what is measured
        if of not in servers:
            servers[of] = stack.enter_context(execution.forks())
        return servers[of]

    def theirs(some):
        asked = [(str(order.notebook), str(folder / f"{order.period}.ipynb"), order.values) for order in some]
        list(pool.map(_plain, asked, [str(folder / "snapshot")] * len(asked)))

    def executed(some):
        running = server("alone")
        list(
            threads.map(
                lambda order: execution.execute(
                    order.notebook, order.values, folder / "snapshot", lambda *_: None, running
                ),
                some,
            )
        )

    def bundled(some):
        for _, done in reports.finished(hub, some, held, folder / "out", server=server("whole")):
            if not isinstance(done, reports.Run):
                raise done
            held_by_runner.append(_resident())

    with ProcessPoolExecutor(AT_A_TIME) as pool, ThreadPoolExecutor(AT_A_TIME) as threads, ExitStack() as stack:
        reference, alone, whole = _in_turns(orders, theirs, executed, bundled)
    against = "against papermill with fresh kernels in two processes"
    yield Figure(f"{runs} report runs, forked, {against}", alone, reference, 8, faster=True)
    yield Figure(f"the same with pages and workbooks, {against}", whole, reference, 8, faster=True)
    yield (
        f"memory of the runner: {held_by_runner[runs // 10]:.0f} MB after a tenth of the runs, "
        f"{held_by_runner[runs // 2]:.0f} after half, {held_by_runner[-1]:.0f} after all"
    )
    hub.engine.dispose()


def _in_turns(orders: list, *ways: Callable[[list], None]) -> list[float]:
    """The seconds that each way takes for all orders, the ways taking turns, so that neighbours disturb all alike."""
    taken = [0.0] * len(ways)
    for first in range(0, len(orders), TURN):
        for number, way in enumerate(ways):
            taken[number] += seconds(lambda way=way, first=first: way(orders[first : first + TURN]))
    return taken


def _resident() -> float:
    """Megabytes that this process holds."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize() / 2**20


def _plain(asked: tuple[str, str, dict], snapshot: str) -> None:
    import papermill

    os.environ["HUBDATA_SNAPSHOT"] = snapshot
    notebook, out, values = asked
    papermill.execute_notebook(notebook, out, values, progress_bar=False, kernel_name="python3")


def nothing_due(program: Path, home: Path) -> Figure:
    """`hubdata schedule run-due` with nothing due, against one second."""
    command = [program, "schedule", "run-due", "--home", home, "--as-at", "2026-09-30"]
    taken = min(seconds(lambda: subprocess.run(command, check=True, capture_output=True)) for _ in range(5))
    return Figure("run-due with nothing due, against a second", taken, 1.0, 1.0)


def dask(home: Path, folder: Path, number: int) -> Figure:
    """Three reports in each of some hubs, on a local Dask cluster and without it."""
    program = Path(sys.executable).parent / "hubdata"

    def all_hubs(*on: str) -> float:
        place = folder / "many"
        listed = ["hubs:"]
        for n in range(number):
            shutil.copytree(home, place / f"h{n}", symlinks=True, ignore=shutil.ignore_patterns("reports", "schedule"))
            listed.append(f"  h{n}: {{home: {place / f'h{n}'}}}")
        (folder / "hubs.yaml").write_text("\n".join(listed) + "\n", "utf-8")
        command = [program, "schedule", "run-due", "--as-at", "2026-10-02", "--hubs", folder / "hubs.yaml", *on]
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken = time.perf_counter() - start
        shutil.rmtree(place)
        return taken

    alone, spread = all_hubs(), all_hubs("--on", "dask")
    return Figure(f"{number} hubs of three reports on a local Dask cluster, against without", spread, alone, 0.8, True)
