"""`make bench`: prints every figure as a ratio against a reference run beside it.

python -m benchmarks [NAME …] [--quick]      what the names are, --help says
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import (
    alone,
    asking,
    board,
    changing,
    dashboards,
    desk,
    disclosing,
    disposing,
    duplicates,
    judging,
    packs,
    records,
    releasing,
    schedule,
    team,
    verifying,
    workbench,
)
from benchmarks.timing import Figure
from tests.support.postgresql import server

NAMES = (
    "pack",
    "ledger",
    "verify",
    "snapshot",
    "check",
    "disclosure",
    "disposal",
    "release",
    "figures",
    "board",
    "dashboards",
    "desk",
    "intake",
    "rules",
    "schedule",
    "duplicates",
    "team",
    "workbench",
    "family",
)


def databases(running) -> Iterator[str]:
    """Addresses of fresh databases, one after the other."""
    number = 0
    while True:
        number += 1
        running.run(f"CREATE DATABASE bench{number} OWNER officer")
        yield running.url(f"bench{number}")


def measured(name: str, quick: bool, urls: Iterator[str], folder: Path) -> Iterator[Figure | str]:
    """The figures of one part; `quick` takes a tenth of the size and fewer rounds."""
    rounds, tenth = (3, 10) if quick else (5, 1)
    if name == "pack":
        yield from packs.figures(rounds)
    elif name == "ledger":
        yield from records.ledger_lines(urls, 2000, 1_000_000 // tenth)
    elif name == "verify":
        yield from verifying.lines(195_000 // tenth, folder)
    elif name == "snapshot":
        yield from records.snapshot_figures(40_000 // tenth, rounds)
    elif name == "check":
        yield from asking.lines(20_000 // tenth, rounds)
    elif name == "disclosure":
        yield from disclosing.lines(rounds)
    elif name == "disposal":
        yield disposing.replayed(100_000 // tenth, folder)
        for families in (20_000, 100_000):
            yield from disposing.figures(families // tenth, 10_000 // tenth, folder, min(rounds, 3))
    elif name == "release":
        yield from releasing.lines()
    elif name == "figures":
        yield from changing.lines((300, 400, 1_000, 3_000), 2 if quick else 10)
    elif name == "board":
        yield from board.figures(200_000 // tenth, folder, rounds)
    elif name == "dashboards":
        yield from dashboards.lines(folder, 3 if quick else 7)
    elif name == "desk":
        yield from desk.lines(400 // tenth, folder)
    elif name == "intake":
        yield from records.intake_figures(100_000 // tenth, urls, min(rounds, 3))
    elif name == "duplicates":
        yield from duplicates.figures(10_000 // tenth, folder, min(rounds, 3))
    elif name == "team":
        yield from team.figures(next(urls), 1_000_000 // tenth, folder, rounds)
    elif name == "workbench":
        yield from workbench.lines(1_000_000 // tenth, folder, min(rounds, 3))
    elif name == "family":
        yield from alone.lines(100_000 // tenth, folder, rounds)
    elif name == "schedule":
        yield from schedule.figures(200 // tenth, 150 // tenth)
    else:
        yield from judging.figures(1_000_000 // tenth, folder, min(rounds, 3))


def main() -> None:
    """Print the figures asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="which figures (default: all)")
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, server() as running:
        urls = databases(running)
        for name in given.names or NAMES:
            for figure in measured(name, given.quick, urls, Path(folder)):
                print(figure.line() if isinstance(figure, Figure) else figure, flush=True)


if __name__ == "__main__":
    main()
