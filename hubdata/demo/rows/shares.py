"""Writes what was shared about made-up families: never more than they agreed to, or than a risk justified."""

import numpy as np
import pyarrow as pa

from hubdata.demo.rows import pool
from hubdata.demo.rows.agreements import (
    COUNCIL,
    EVALUATION,
    FIRST_PROTECTOR,
    HUB,
    ORGANISATIONS,
    PURPOSES,
    REFUSED,
    ROUTES,
    SAFEGUARDING,
    SUPPORT,
    WITHDRAWN,
    YES,
    Answers,
)
from hubdata.demo.rows.block import Block, persons, worker_number
from hubdata.demo.rows.columns import NEVER, days, instants, references, stacked, table, words

EMPTY = {
    "supersedes": 0,
    "agreement": 0,
    "discussed": NEVER,
    "reason": -1,
    "risk": -1,
    "told": -1,
    "told_on": NEVER,
    "not_told": -1,
    "delay": 1,
}


def shares(block: Block, answers: Answers, first_share: int) -> pa.Table:
    """The shares of a block, numbered from `first_share`."""
    without = _shares_without_agreement(block, answers)
    kinds = [
        *_with_corrections(block, without, first_share),
        _hub_shares(block, answers),
        _support_shares(block, answers),
        _evaluation_shares(block, answers),
    ]
    return _table(block, stacked(kinds, EMPTY), first_share)


def _hub_shares(block, answers):
    rng = block.rng
    number = np.where(np.isin(answers.hub, YES), 1 + rng.poisson(3.8, len(answers.hub)), 0)
    of = np.repeat(np.arange(len(number)), number)
    count, family = len(of), answers.families[of]
    shared = block.between(answers.decided[of] + 3, answers.until[of])
    helping = block.helping[family]
    giver = rng.integers(0, 4, count) % helping
    step = 1 + rng.integers(0, 4, count) % helping  # never back to the giver; the council comes after the helpers
    taker = (giver + step) % (helping + 1)
    about = rng.integers(0, 4, count)
    return {
        "family": family,
        "about": np.where((about == 3) & ~answers.second[of], 0, about),
        "giver": block.helpers[family, giver],
        "taker": np.where(taker == helping, COUNCIL, block.helpers[family, taker]),
        "route": 0,
        "purpose": HUB,
        "category": rng.integers(0, len(pool.SHARED) - answers.width[of]),
        "shared": shared,
        "agreement": np.where(
            (answers.renewed[of] != NEVER) & (shared >= answers.renewed[of]),
            answers.again[of],
            answers.first[of],
        ),
    }


def _support_shares(block, answers):
    """One referral for each agreement, discussed in the days before."""
    support = answers.support
    row, decided = support["row"], support["decided"]
    family, width = answers.families[row], answers.width[row]
    shared = np.minimum(decided + block.rng.integers(0, 40, len(family)), block.last[family])
    talked = np.maximum(shared - block.rng.integers(0, 10, len(family)), decided)
    category = block.rng.integers(0, len(pool.SHARED) - width)
    return {
        "family": family,
        "about": block.rng.integers(0, 3, len(family)),
        "giver": block.helpers[family, 0],
        "taker": support["service"],
        "route": 1,
        "purpose": SUPPORT,
        "category": category,
        "shared": shared,
        "discussed": talked,
        "agreement": support["agreement"],
    }


def _evaluation_shares(block, answers):
    rows, numbers = answers.evaluation["row"], answers.evaluation["agreement"]
    some = block.rng.random(len(rows)) < 0.3
    rows, numbers = rows[some], numbers[some]
    family = answers.families[rows]
    return {
        "family": family,
        "about": 0,
        "giver": block.helpers[family, 0],
        "taker": COUNCIL,
        "route": 0,
        "purpose": EVALUATION,
        "category": len(pool.SHARED),
        "agreement": numbers,
        "shared": block.between(answers.decided[rows] + 3, answers.until[rows]),
    }


def _shares_without_agreement(block, answers):
    """Justified by a risk and explained to the family, or with a reason why not (yet); never against what was said."""
    rng = block.rng
    family = answers.families[~np.isin(answers.hub, [REFUSED, WITHDRAWN]) & (rng.random(len(answers.hub)) < 0.12)]
    count = len(family)
    shared = block.between(block.opened[family] + 3, block.last[family] - 1)
    lately = shared > block.plan.as_at - 25
    told = np.where(lately, rng.choice([0, 1, 2], count, p=[0.4, 0.1, 0.5]), (rng.random(count) < 0.15).astype(int))
    told_on = np.minimum(shared + rng.integers(0, 10, count), block.plan.as_at - 1)
    return {
        "family": family,
        "about": 2,
        "giver": block.helpers[family, 0],
        "taker": FIRST_PROTECTOR + rng.integers(0, 2, count),
        "route": 2 + (rng.random(count) < 0.3),
        "purpose": SAFEGUARDING,
        "category": len(pool.SHARED) + 1,
        "shared": shared,
        "reason": rng.integers(0, len(pool.REASONS), count),
        "risk": rng.integers(0, len(pool.AT_RISK), count),
        "told": told,
        "told_on": np.where(told == 0, told_on, NEVER),
        "not_told": np.where(told == 1, rng.integers(0, len(pool.NOT_TOLD), count), -1),
    }


def _with_corrections(block, shares, number):
    """Some were first recorded as "not yet told"; a later row, with the day of telling, supersedes that."""
    count = len(shares["family"])
    later = (shares["told"] == 0) & (shares["shared"] < block.plan.as_at - 60) & (block.rng.random(count) < 0.2)
    before = {name: np.broadcast_to(value, count)[later] for name, value in shares.items()}
    before |= {"told": np.full(later.sum(), 2), "told_on": np.full(later.sum(), NEVER)}
    supersedes, delay = np.zeros(count, int), np.ones(count, int)
    supersedes[later] = number + np.arange(later.sum())
    delay[later] = 20
    return before, shares | {"supersedes": supersedes, "delay": delay}


EMPTY = {
    "adult": 0,
    "recipient": -1,
    "expires": NEVER,
    "supersedes": 0,
    "recorded": NEVER,
    "agreement": 0,
    "discussed": NEVER,
    "reason": -1,
    "risk": -1,
    "told": -1,
    "told_on": NEVER,
    "not_told": -1,
    "delay": 1,
}


def _table(block, rows, first_share):
    count, every, family = len(rows["family"]), len(block.family), rows["family"]
    return table(
        "shares",
        count,
        share=references("S", first_share + np.arange(count)),
        family=block.reference(family),
        about=words(pa.concat_arrays(persons(block)[:4]), rows["about"] * every + family),
        from_organisation=words(ORGANISATIONS, rows["giver"]),
        to_organisation=words(ORGANISATIONS, rows["taker"]),
        route=words(ROUTES, rows["route"]),
        purpose=words(PURPOSES, rows["purpose"]),
        categories=words([*pool.SHARED, pool.FOR_EVALUATION, pool.ABOUT_A_RISK], rows["category"]),
        shared_on=days(rows["shared"]),
        discussed_on=days(rows["discussed"]),
        agreement=references("A", rows["agreement"]),
        decided_by=references("W", worker_number(block.worker[family], rows["giver"])),
        reason=words(pool.REASONS, rows["reason"]),
        risk_to=words(pool.AT_RISK, rows["risk"]),
        told_family=words(["yes", "no", "not_yet"], rows["told"]),
        told_on=days(rows["told_on"]),
        not_told_reason=words(pool.NOT_TOLD, rows["not_told"]),
        supersedes=references("S", rows["supersedes"]),
        recorded_at=instants(np.minimum(rows["shared"] + rows["delay"], block.plan.as_at - 1)),
    )
