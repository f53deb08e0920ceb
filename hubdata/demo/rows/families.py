"""Writes made-up families, their people, who helps them and who leads; every promise is kept.

Families that bear a fault about leads or contact are left to `faults`.
"""

import numpy as np
import pyarrow as pa

from hubdata.demo.rows import pool
from hubdata.demo.rows.block import PARTNERS, Block, returned_on, worker_number
from hubdata.demo.rows.columns import NEVER, days, instants, references, table, words
from hubdata.demo.rows.twice import recorded_as

WITHOUT_LEAD = ("LD01", "LD02", "LD03", "LD04", "RT03")  # the fault writes involvements and leads itself


def families(block: Block) -> pa.Table:
    count = len(block.family)
    open_ = block.closed == NEVER
    unclear = block.plan.is_any(["RT04"], block.family)
    reason = block.rng.integers(0, len(pool.CLOSURES), count)
    return table(
        "families",
        count,
        family=block.reference(np.arange(count)),
        hub=words(pool.HUBS, block.plan.hub[block.family]),
        opened_on=days(block.opened),
        closed_on=days(block.closed),
        closure_reason=words(pool.CLOSURES, np.where(open_ & ~unclear, -1, reason)),
        recorded_at=instants(np.where(open_, block.opened, block.closed) + 1),
    )


def people(block: Block, names) -> pa.Table:
    plan, rng = block.plan, block.rng
    size = plan.adults[block.family] + plan.children[block.family]
    rows = np.repeat(np.arange(len(size)), size)
    count = len(rows)
    start = np.cumsum(size) - size
    place = np.arange(count) - start[rows]
    child = (place > 0) & (place <= plan.children[block.family][rows])
    second = (place > 0) & ~child
    role = np.select(
        [child, second],
        [0, rng.choice([1, 3], count, p=[0.7, 0.3])],
        rng.choice([1, 2], count, p=[0.97, 0.03]),
    )
    born = np.where(
        child,
        block.last[rows] - rng.integers(30, 6200, count),
        block.opened[rows] - rng.integers(7000, 16500, count),
    )
    died = np.where(second & (rng.random(count) < 0.003), block.last[rows], NEVER)  # nothing comes after
    family_name, given_name = rng.integers(0, len(names.family), len(size)), rng.integers(0, len(names.given), count)
    whose = recorded_as(block)
    same = start[whose[rows]] + place  # the row of the person that this one is
    return table(
        "people",
        count,
        person=references("P", plan.first_person[block.family][rows] + place),
        family=block.reference(rows),
        role=words(["child", "parent_carer", "expectant_parent", "other_adult"], role),
        given_name=words(names.given, given_name[same]),
        family_name=words(names.family, family_name[whose[rows]]),
        date_of_birth=days(born[same]),
        died_on=days(died),
        recorded_at=instants(np.maximum(np.maximum(block.opened[rows], born[same]), died) + 1),
    )


def involvements(block: Block) -> pa.Table:
    plan, rng = block.plan, block.rng
    usual = ~plan.is_any(WITHOUT_LEAD, block.family)
    rows, order = np.nonzero((np.arange(PARTNERS) < block.helping[:, None]) & usual[:, None])
    organisation = block.helpers[rows, order]
    count = len(rows)
    started = block.opened[rows] + np.where(order == 0, 0, rng.integers(0, 20, count))
    closed = block.closed[rows]
    left = (closed == NEVER) & (order > 0) & (rng.random(count) < 0.12)
    until = returned_on(plan, organisation)
    ended = np.where(left, block.between(started, until), closed)
    latest = np.where(ended == NEVER, until, np.minimum(ended, until))
    contact = np.maximum(started, latest - rng.integers(0, 66, count))
    return table(
        "involvements",
        count,
        family=block.reference(rows),
        organisation=words(pool.PARTNER_CODES, organisation),
        started_on=days(started),
        ended_on=days(ended),
        last_contact_on=days(contact),
        partner_reference=references("REF-", rng.integers(1, 1_000_000, count)),
        recorded_at=instants(np.where(closed == NEVER, until, closed + 2)),
    )


def leads(block: Block) -> pa.Table:
    """One lead at any time; in a quarter of the families it was handed over, from one day to the next."""
    plan, rng = block.plan, block.rng
    usual = np.flatnonzero(~plan.is_any(WITHOUT_LEAD, block.family))
    opened, closed = block.opened[usual], block.closed[usual]
    handed = rng.random(len(usual)) < 0.25
    handover = opened + ((block.last[usual] - opened) * (0.2 + 0.6 * rng.random(len(usual)))).astype(int)
    successor = (block.worker[usual] + rng.integers(1, plan.workers, len(usual))) % plan.workers
    rows = np.concatenate([usual, usual[handed]])
    started = np.concatenate([opened, handover[handed] + 1])
    ended = np.concatenate([np.where(handed, handover, closed), closed[handed]])
    worker = np.concatenate([block.worker[usual], successor[handed]])
    return table(
        "leads",
        len(rows),
        family=block.reference(rows),
        practitioner=references("W", worker_number(worker, block.helpers[rows, 0])),
        started_on=days(started),
        ended_on=days(ended),
        recorded_at=instants(np.maximum(started, ended) + 1),
    )
