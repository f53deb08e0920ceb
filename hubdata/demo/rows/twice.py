"""Which made-up families are on record twice, so that there is something to find; it plants no finding of any rule."""

from itertools import combinations, islice

import numpy as np

from hubdata.demo.rows.block import Block
from hubdata.demo.rows.columns import NEVER
from hubdata.demo.rows.plan import PLAIN

AMONG = 60  # of a hub's first families, those without a fault


def recorded_as(block: Block) -> np.ndarray:
    """For each family of a block whose people it has: its own, but for one duplicate, one move and one return.

    Only a hub's first families are on record twice, and both records are of as many adults and children.
    """
    whose, free = np.arange(len(block.family)), []
    if block.family[0] == 0:
        free = np.flatnonzero(block.plan.is_any([PLAIN], block.family))[:AMONG].tolist()
    for is_one in (_open_together, _moved, _came_back):
        likely = (pair for pair in combinations(free, 2) if _alike(block, *pair) and is_one(block, *pair))
        for first, second in islice(likely, 1):
            whose[second] = first
            free = [one for one in free if one not in (first, second)]
    return whose


def _alike(block: Block, first: int, second: int) -> bool:
    plan, (one, other) = block.plan, block.family[[first, second]]
    return plan.adults[one] == plan.adults[other] and plan.children[one] == plan.children[other]


def _open_together(block: Block, first: int, second: int) -> bool:
    return block.closed[first] == block.closed[second] == NEVER


def _one_after_another(block: Block, first: int, second: int) -> bool:
    return block.closed[first] != NEVER and block.closed[first] < block.opened[second]


def _moved(block: Block, first: int, second: int) -> bool:
    hubs = block.plan.hub[block.family[[first, second]]]
    return _one_after_another(block, first, second) and hubs[0] != hubs[1]


def _came_back(block: Block, first: int, second: int) -> bool:
    helped = [set(block.helpers[one, : block.helping[one]]) for one in (first, second)]
    hubs = block.plan.hub[block.family[[first, second]]]
    return _one_after_another(block, first, second) and hubs[0] == hubs[1] and bool(helped[0] & helped[1])
