"""The figure of the promise board: everything that it shows against its rules' bare SQL on one connection."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.data import kept
from benchmarks.timing import Figure, seconds
from hubdata import policy
from hubdata.demo import make as demo
from hubdata.policy import Policy
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.reports import board
from hubdata.reports.page import Page, Question
from hubdata.rules import judge

ASKED = {"before": "none", "released": "none"}


def figures(families: int, folder: Path, rounds: int) -> Iterator[Figure]:
    """The board's values over a hub in memory; each family of rules is judged once on either side."""
    held, decided = kept(families, 7, folder), policy.load()
    bare, ours = [], []
    for _ in range(rounds):
        bare.append(seconds(lambda: _bare(held, decided)))
        ours.append(seconds(lambda: board.rows(_opened(held, decided))))
    size = f"{held.rows['families']:,} families and {held.rows['shares']:,} shares"
    yield Figure(f"the promise board over {size}, against its rules' bare SQL", median(ours), median(bare), 2)


def _opened(held: Snapshot, decided: Policy) -> Page:
    return Page("promises", Question(demo.AS_AT), held, decided, given=ASKED)


def _bare(held: Snapshot, decided: Policy) -> int:
    """Every family's SQL, each to its table, one after the other on one connection."""
    connection, judged = judge.connect(held, decided, demo.AS_AT), 0
    for family in judge.FAMILIES:
        text = judge.sql(family)
        judged += connection.sql(text, params=judge.bound(text, decided, demo.AS_AT)).to_arrow_table().num_rows
    return judged
