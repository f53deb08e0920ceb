"""Writes the organisations of a made-up hub and their workers."""

import numpy as np
import pyarrow as pa

from hubdata.demo.rows import pool
from hubdata.demo.rows.block import PARTNERS, returned_on
from hubdata.demo.rows.columns import NEVER, days, instants, joined, references, table, words
from hubdata.demo.rows.plan import Plan


def organisations(plan: Plan) -> pa.Table:
    """Everybody, with sharing agreements in force, except those whose fault or fate it is to have none."""
    every = [
        *pool.COUNCIL,
        *pool.PARTNERS,
        *pool.SERVICES,
        *pool.PROTECTORS,
        *pool.WITHOUT_SHARING_AGREEMENT,
        *pool.WITHOUT_POLICY,
        *pool.SILENT,
    ]
    codes, names, kinds, duties = zip(*every, strict=True)
    start = np.array([NEVER if code == "TOY" else plan.as_at - 4000 for code in codes])
    end = np.array(
        [
            plan.as_at - 3000 if code == "MUS" else plan.as_at + 400 if code in ("YTH", "DAS") else NEVER
            for code in codes
        ]
    )
    contacts = [None if code == "LIB" else f"rights-{code.lower()}@example.org" for code in codes]
    policies = [
        None if code in ("PLG", "FBK") else f"Records policy of {name}, kept by {code}"
        for code, name in zip(codes, names, strict=True)
    ]
    return table(
        "organisations",
        len(codes),
        organisation=pa.array(codes),
        name=pa.array([f"{n} (made up)" for n in names]),
        kind=pa.array(kinds),
        duty_class=pa.array(duties),
        sharing_agreement_from=days(start),
        sharing_agreement_to=days(end),
        rights_contact=pa.array(contacts),
        retention_policy=pa.array(policies),
        recorded_at=instants(np.full(len(codes), plan.as_at - 200)),
    )


def practitioners(plan: Plan, names) -> pa.Table:
    """Every partner's workers; the first of each was recorded with the partner's latest return."""
    rng = np.random.default_rng([plan.seed, 2])
    count = plan.workers * PARTNERS
    organisation = np.arange(count) % PARTNERS
    known = np.where(
        np.arange(count) < PARTNERS,
        returned_on(plan, organisation),
        plan.as_at - rng.integers(40, 400, count),
    )
    number = references("", np.arange(1, count + 1))
    return table(
        "practitioners",
        count,
        practitioner=references("W", np.arange(1, count + 1)),
        organisation=words(pool.PARTNER_CODES, organisation),
        name=full_names(names, rng, count),
        work_email=joined(joined("worker", number), "@example.org"),
        active_from=days(plan.as_at - rng.integers(3300, 3900, count)),
        recorded_at=instants(known),
    )


def full_names(names, rng, count: int) -> pa.Array:
    """Invented workers' names."""
    given = words(names.given, rng.integers(0, len(names.given), count))
    return joined(given, words(names.family, rng.integers(0, len(names.family), count)), " ")
