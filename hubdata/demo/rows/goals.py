"""Writes the goals of made-up families, their reviews, and needs; every goal is reviewed in time."""

import numpy as np
import pyarrow as pa

from hubdata.demo.rows import pool
from hubdata.demo.rows.block import PARTNERS, Block
from hubdata.demo.rows.columns import NEVER, days, instants, references, table, words

WITHOUT_GOALS = ("RT03", "OC01")  # the fault writes goals itself, or there are none


def goals_and_reviews(block: Block, first_goal: int) -> tuple[pa.Table, pa.Table]:
    """Up to three goals a family in different areas, scored when set, half way, and lately or at the end."""
    rng = block.rng
    number = rng.choice([0, 1, 2, 3], len(block.family), p=[0.1, 0.35, 0.35, 0.2])
    number[block.plan.is_any(WITHOUT_GOALS, block.family)] = 0
    rows = np.repeat(np.arange(len(number)), number)
    count = len(rows)
    place = np.arange(count) - (np.cumsum(number) - number)[rows]
    area = (rng.integers(0, 10, len(number))[rows] + 3 * place) % 10
    set_on = block.opened[rows] + rng.integers(5, 28, count)
    early = set_on + ((block.last[rows] - set_on) * (0.5 + 0.45 * rng.random(count))).astype(int)
    closed = np.where(block.closed[rows] != NEVER, block.closed[rows], np.where(rng.random(count) < 0.3, early, NEVER))
    result = np.where(closed == NEVER, -1, rng.choice(4, count, p=[0.5, 0.25, 0.15, 0.1]))
    instrument = (rng.random(count) < 0.4).astype(int)
    goal = first_goal + np.arange(count)
    written = table(
        "goals",
        count,
        goal=references("G", goal),
        family=block.reference(rows),
        area=words(pool.AREAS, area),
        instrument=words(pool.INSTRUMENTS, instrument),
        set_on=days(set_on),
        closed_on=days(closed),
        result=words(["met", "partly_met", "not_met", "withdrawn"], result),
        recorded_at=instants(np.maximum(set_on, closed) + 1),
    )
    return written, _reviews(block, goal, set_on, closed, instrument)


def _reviews(block, goal, set_on, closed, instrument):
    rng, count = block.rng, len(goal)
    last = np.where(closed == NEVER, np.maximum(set_on, block.plan.as_at - rng.integers(3, 86, count)), closed)
    start, gain = rng.integers(2, 6, count), rng.integers(-1, 6, count)
    child = np.where(rng.random(count) < 0.1, 2, 0)
    half = np.flatnonzero(last - set_on > 40)
    end = np.flatnonzero(last > set_on)
    worker = end[rng.random(len(end)) < 0.15]
    which = np.concatenate([np.arange(count), half, end, worker])
    reviewed = np.concatenate([set_on, (set_on[half] + last[half]) // 2, last[end], last[worker]])
    gained = np.concatenate([np.zeros(count, int), gain[half] // 2, gain[end], gain[worker] + 1])
    said_by = np.concatenate([child, child[half], child[end], np.ones(len(worker), int)])
    score = np.clip(start[which] + gained, instrument[which], 10)
    return table(
        "reviews",
        len(which),
        goal=references("G", goal[which]),
        reviewed_on=days(reviewed),
        score=words([str(n) for n in range(11)], score),
        perspective=words(["family", "worker", "child"], said_by),
        recorded_at=instants(reviewed + 1),
    )


def needs(block: Block, first_need: int) -> pa.Table:
    rng = block.rng
    number = rng.choice([0, 1, 2, 3], len(block.family), p=[0.2, 0.4, 0.25, 0.15])
    rows = np.repeat(np.arange(len(number)), number)
    count = len(rows)
    status = rng.choice(3, count, p=[0.58, 0.27, 0.15])
    why = np.where(status == 1, rng.integers(0, len(pool.UNMET), count), len(pool.UNMET))
    helper = np.where(rng.random(count) < 0.5, block.helpers[rows, 1], PARTNERS + rng.integers(0, 5, count))
    identified = block.opened[rows] + rng.integers(1, 40, count)
    return table(
        "needs",
        count,
        need=references("N", first_need + np.arange(count)),
        family=block.reference(rows),
        area=words(pool.AREAS, rng.integers(0, 10, count)),
        identified_on=days(identified),
        status=words(["met", "unmet", "declined"], status),
        reason=words([*pool.UNMET, "refused_by_family"], np.where(status == 0, -1, why)),
        organisation=words(pool.PARTNER_CODES + pool.SERVICE_CODES, np.where(status == 0, helper, -1)),
        recorded_at=instants(identified + 2),
    )
