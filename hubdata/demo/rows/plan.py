"""Decides what each made-up family is: open or closed, since when, and which fault it bears; it writes no rows.

Every family bears one fault at most, except that a hub of fewer than 100 families puts several sharing faults,
each with its own recipient, into one family.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from hubdata.demo.rows.columns import NEVER
from hubdata.demo.rows.pool import PARTNER_CODES

NOTICE_DAY = (date(2026, 4, 1) - date(1970, 1, 1)).days  # first day of the current notice, "2026-04"
SHARE_OF_FAULTY = 0.003
SHARE_OF_HELD = 0.002
HALF = 50  # fewer families have too few closed ones for every form of a hold
SMALL = 100  # from here on a family bears one fault at most, or one and another that is about a decision alone
MORE_HELD = 3  # further families that are held past their date, so that every form of a hold is there
BOTH_FORMS = 2_000  # from here on each fault is planted in both its forms

PLAIN, SHARING, HELD = "plain", "sharing", "held"
IN_OPEN = ("RT03", "RT04", "LD01", "LD02", "LD03", "LD04", "OC01", "NV01")
IN_CLOSED = ("RT01", "RT02", HELD)
KINDS = (PLAIN, SHARING, *IN_OPEN, *IN_CLOSED)
SHARING_CODES = (
    "SH01",
    "SH02",
    "SH03",
    "SH04",
    "SH05",
    "SH06",
    "SH07",
    "SH08",
    "SH09",
    "SH10",
    "SH11",
    "SH12",
    "SH13",
    "SH14",
    "SH15",
)
# In a small hub these live together: none of them changes the answer to another.
TOGETHER = (
    ("SH01",),
    ("SH07", "SH11", "SH12", "SH13"),
    ("SH05", "SH08", "SH15"),
    ("SH02", "SH03", "SH04", "SH06", "SH09", "SH10", "SH14"),
)


@dataclass(frozen=True)
class Plan:
    """One number per family and fact; days count from 1970, NEVER is no day.

    `bearers` lists, per kind, the families that bear it; a sharing fault's bearers are under its code.
    """

    families: int
    seed: int
    as_at: int
    opened: np.ndarray
    closed: np.ndarray
    kind: np.ndarray
    adults: np.ndarray
    children: np.ndarray
    first_person: np.ndarray
    hub: np.ndarray
    workers: int  # of each partner
    bearers: dict[str, list[int]]

    def is_any(self, kinds, families: np.ndarray) -> np.ndarray:
        """Which of these families are of one of the kinds."""
        return np.isin(self.kind[families], [KINDS.index(kind) for kind in kinds])


def make_plan(families: int, seed: int, as_at: date) -> Plan:
    """Draw the whole plan; a few bytes per family."""
    rng = np.random.default_rng([seed, 0])
    today = (as_at - date(1970, 1, 1)).days
    order = rng.permutation(families)
    openings = round(families * 0.6)
    kind, bearers = _deal_faults(order[:openings], order[openings:], families)
    opened, closed = _days(rng, kind, order[:openings], today)
    adults = 1 + (rng.random(families) < 0.45)
    children = rng.choice([1, 2, 3, 4], families, p=[0.38, 0.36, 0.18, 0.08])
    people = adults + children
    return Plan(
        families,
        seed,
        today,
        opened,
        closed,
        kind,
        adults,
        children,
        first_person=1 + np.cumsum(people) - people,
        hub=rng.integers(0, 5, families),
        workers=max(3, families // (12 * len(PARTNER_CODES))),
        bearers=bearers,
    )


def _deal_faults(open_ones, closed_ones, families):
    """Hand out the faults, each to families of its own: (kind of each family, who bears what)."""
    at_least = 2 if families >= BOTH_FORMS else 1
    each = max(at_least, round(families * SHARE_OF_FAULTY / (len(IN_OPEN) + 2 + len(SHARING_CODES))))
    kind = np.zeros(families, np.int8)
    bearers = {}
    pools = [iter(open_ones), iter(closed_ones)]

    def deal(pool, name, count):
        chosen = [int(next(pool)) for _ in range(count)]
        kind[chosen] = KINDS.index(name)
        return chosen

    for name in IN_OPEN:
        bearers[name] = deal(pools[0], name, each)
    for name in IN_CLOSED:
        bearers[name] = deal(pools[1], name, max(each, round(families * SHARE_OF_HELD)) if name == HELD else each)
    groups = TOGETHER if families < SMALL else [(code,) for code in SHARING_CODES]
    for i, codes in enumerate(groups):
        bearers.update(dict.fromkeys(codes, deal(pools[i % 2], SHARING, each)))
    bearers["FR01"] = deal(pools[0], PLAIN, 1)
    bearers["NM01"] = deal(pools[1], PLAIN, 1)
    bearers["LB01"] = deal(pools[0], PLAIN, 1)
    bearers["DQ01"] = deal(pools[1], PLAIN, at_least)
    bearers["DQ02"] = bearers["FR01"] + deal(pools[0], PLAIN, at_least - 1)  # FR01 is about the partner, not the family
    if families >= HALF:
        bearers[HELD] += deal(pools[1], HELD, MORE_HELD)
    bearers["LM01"] = deal(pools[1], PLAIN, at_least)
    # about decisions that change nothing else
    bearers |= {"DQ03": bearers["LM01"], "DQ04": bearers["LM01"], "DQ05": bearers["DQ01"]}
    return kind, bearers


def _days(rng, kind, open_ones, today):
    """When each was opened and closed; 1,826 days are never past five calendar years, 1,828 always are."""
    count = len(kind)
    closed = today - rng.integers(20, 1827, count)
    past = np.isin(kind, [KINDS.index(name) for name in IN_CLOSED])
    closed = np.where(past, today - rng.integers(1828, 2557, count), closed)
    opened = closed - rng.integers(150, 700, count)
    closed[open_ones] = NEVER
    opened[open_ones] = today - rng.integers(60, 900, len(open_ones))
    faulty = (closed == NEVER) & (kind > 0)
    opened = np.where(faulty, today - rng.integers(420, 800, count), opened)
    opened = np.where(kind == KINDS.index("RT03"), today - rng.integers(700, 1000, count), opened)
    old_notice = np.minimum(today - 420, NOTICE_DAY - 30) - rng.integers(0, 200, count)
    return np.where(kind == KINDS.index("NV01"), old_notice, opened), closed


def notice_on(days: np.ndarray) -> np.ndarray:
    """Which notice families were told about on a day: 0 for "2025-04", 1 for "2026-04".

    The register starts with "2025-04"; older agreements of the made-up hub stand under it too.
    """
    return (days >= NOTICE_DAY).astype(int)


NOTICES = ["2025-04", "2026-04"]
