"""What the rows about consecutive made-up families have in common; it writes no rows."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hubdata.demo.rows import pool
from hubdata.demo.rows.columns import NEVER, lists, references
from hubdata.demo.rows.plan import Plan

PARTNERS = len(pool.PARTNER_CODES)


@dataclass(frozen=True)
class Block:
    """Consecutive families of the plan and what their rows have in common; one entry per family."""

    plan: Plan
    rng: np.random.Generator
    family: np.ndarray  # positions in the plan
    opened: np.ndarray
    closed: np.ndarray
    last: np.ndarray  # last day on which something happened: closed, or shortly before as_at
    helpers: np.ndarray  # partners in random order, one row per family; the first leads
    helping: np.ndarray  # how many of them are involved
    worker: np.ndarray  # the lead's number within the organisation

    def reference(self, rows: np.ndarray) -> pa.Array:
        """The family's reference for each row, given positions in this block."""
        return references("F", self.family[rows] + 1)

    def between(self, low, high) -> np.ndarray:
        """A random day for each pair, both ends included."""
        return low + np.floor(self.rng.random(len(low)) * (high - low + 1)).astype(int)


def make_block(plan: Plan, first: int, end: int) -> Block:
    """The families from `first` up to `end` (excluded), with a random source of their own."""
    rng = np.random.default_rng([plan.seed, 1, first])
    family = np.arange(first, end)
    closed = plan.closed[family]
    return Block(
        plan,
        rng,
        family,
        plan.opened[family],
        closed,
        last=np.where(closed == NEVER, plan.as_at - 2, closed),
        helpers=rng.random((len(family), PARTNERS)).argsort(axis=1),
        helping=rng.integers(2, 5, len(family)),
        worker=rng.integers(0, plan.workers, len(family)),
    )


def worker_number(worker, organisation):
    """A practitioner's number; the first worker of each partner comes first."""
    return 1 + worker * PARTNERS + organisation


def returned_on(plan: Plan, organisation):
    """The day of a partner's latest return: 2 to 18 days before as_at."""
    return plan.as_at - 2 - 2 * organisation


def persons(block):
    """Who is meant: (those a parent decides for, the parent, a child, everybody, the second adult)."""
    plan, family = block.plan, block.family
    first, children, adults = plan.first_person[family], plan.children[family], plan.adults[family]
    size = adults + children
    place = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    everybody = references("P", np.repeat(first, size) + place)
    decided_for = everybody.filter(pa.array(place <= np.repeat(children, size)))
    return (
        lists(decided_for, 1 + children),
        references("P", first),
        references("P", first + 1),
        lists(everybody, size),
        references("P", first + children + 1),
    )
