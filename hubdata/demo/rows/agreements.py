"""Draws what made-up families answer about sharing, and writes their decisions.

A parent decides for themself and the children, a second adult for themself only. Families that bear a fault
about sharing or notices are left to `faults` and `sharing_faults`.
"""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from hubdata.demo.rows import pool
from hubdata.demo.rows.block import PARTNERS, Block, persons, worker_number
from hubdata.demo.rows.columns import NEVER, days, instants, lists, references, stacked, table, words
from hubdata.demo.rows.families import WITHOUT_LEAD
from hubdata.demo.rows.plan import NOTICE_DAY, NOTICES, SHARING, notice_on

DECISIONS = ["agreed", "refused", "withdrawn", "no_response", "not_sought"]
AGREED, REFUSED, WITHDRAWN, NO_RESPONSE, NOT_SOUGHT = range(5)
PURPOSES = ["hub_working", "additional_support", "evaluation", "safeguarding"]
HUB, SUPPORT, EVALUATION, SAFEGUARDING = range(4)
ROUTES = ["within_hub", "additional_support", "without_agreement", "legal_duty"]
ORGANISATIONS = [
    *pool.PARTNER_CODES,
    pool.LEAD_PARTNER,
    *pool.SERVICE_CODES,
    *pool.PROTECTOR_CODES,
]
COUNCIL = PARTNERS
FIRST_SERVICE = COUNCIL + 1
FIRST_PROTECTOR = FIRST_SERVICE + len(pool.SERVICE_CODES)
YES = [AGREED, WITHDRAWN]  # said yes, at least at first


@dataclass
class Answers:
    """What the families of a block answered: one entry per family asked, and the decisions that say so.

    `hub` is the answer about working together, given on `decided`; `until` the last day on which it allows a
    share; `renewed` the day on which everything agreed is agreed again, under the current notice; `first` and
    `again` are the numbers of both; `second` says whether the second adult agreed too, `width` how much was agreed.
    """

    number: int  # of the block's first decision
    families: np.ndarray  # positions in the block
    hub: np.ndarray
    decided: np.ndarray
    renewed: np.ndarray
    until: np.ndarray
    width: np.ndarray
    second: np.ndarray | None = None
    first: np.ndarray | None = None
    again: np.ndarray | None = None
    support: dict | None = None
    evaluation: dict | None = None
    rows: list[dict] = field(default_factory=list)

    def add(self, rows: np.ndarray, **facts) -> np.ndarray:
        """Write decisions for the families at these entries; returns their numbers."""
        numbers = self.number + sum(len(r["family"]) for r in self.rows) + np.arange(len(rows))
        self.rows.append({"number": numbers, "family": rows} | facts)
        return numbers


def ask(block: Block, number: int) -> Answers:
    """Ask the families of a block about everything; decisions are numbered from `number`."""
    answers = _draw(block, number)
    _add_hub_decisions(block, answers)
    _add_second_adults(block, answers)
    _add_support_decisions(block, answers)
    _add_evaluation_decisions(block, answers)
    return answers


def _draw(block, number):
    rng = block.rng
    families = np.flatnonzero(~block.plan.is_any((*WITHOUT_LEAD, SHARING, "NV01"), block.family))
    count = len(families)
    hub = rng.choice([AGREED, REFUSED, NO_RESPONSE, WITHDRAWN], count, p=[0.87, 0.05, 0.04, 0.04])
    decided = block.opened[families] + rng.integers(0, 8, count)
    renew = np.isin(hub, YES) & (decided < NOTICE_DAY) & (block.closed[families] == NEVER)
    latest = min(NOTICE_DAY + 120, block.plan.as_at - 20)
    renewed = np.where(renew, rng.integers(NOTICE_DAY, latest + 1, count), NEVER)
    last = block.last[families]
    taken_back = block.between(np.maximum(decided, renewed) + 5, last)
    until = np.where(hub == WITHDRAWN, taken_back - 1, last)
    return Answers(number, families, hub, decided, renewed, until, rng.integers(0, 3, count))


def _add_hub_decisions(block, answers):
    """Given, corrected where written down wrongly, given again under the current notice, taken back."""
    count = len(answers.families)
    yes = np.isin(answers.hub, YES)
    wrong = np.flatnonzero(yes & (block.rng.random(count) < 0.01))
    corrects, answers.again = np.zeros(count, int), np.zeros(count, int)
    corrects[wrong] = answers.add(wrong, decision=REFUSED, purpose=HUB, decided=answers.decided[wrong])
    answers.first = answers.add(
        np.arange(count),
        decision=np.where(yes, AGREED, answers.hub),
        purpose=HUB,
        decided=answers.decided,
        supersedes=corrects,
        recorded=answers.decided + (corrects > 0),
    )
    renew, back = answers.renewed != NEVER, np.flatnonzero(answers.hub == WITHDRAWN)
    answers.again[renew] = answers.add(
        np.flatnonzero(renew), decision=AGREED, purpose=HUB, decided=answers.renewed[renew]
    )
    answers.add(back, decision=WITHDRAWN, purpose=HUB, decided=answers.until[back] + 1)


def _add_second_adults(block, answers):
    """The second adult agrees only where the first did; otherwise they have not answered."""
    rows = np.flatnonzero(block.plan.adults[block.family[answers.families]] == 2)
    asked = block.rng.choice([AGREED, REFUSED, NO_RESPONSE], len(rows), p=[0.85, 0.1, 0.05])
    decision = np.where(np.isin(answers.hub[rows], YES), asked, NO_RESPONSE)
    answers.second = np.zeros(len(answers.families), bool)
    answers.second[rows] = decision == AGREED
    answers.add(rows, decision=decision, purpose=HUB, decided=answers.decided[rows], adult=1)
    again = rows[(decision == AGREED) & (answers.renewed[rows] != NEVER)]
    answers.add(again, decision=AGREED, purpose=HUB, decided=answers.renewed[again], adult=1)


def _add_support_decisions(block, answers):
    """Half of those who agreed are asked about a referral to one service; an agreement holds for a year."""
    rng = block.rng
    rows = np.flatnonzero((answers.hub == AGREED) & (rng.random(len(answers.hub)) < 0.5))
    decided = block.between(answers.decided[rows] + 5, block.last[answers.families[rows]] - 10)
    decision = rng.choice([AGREED, REFUSED, NO_RESPONSE], len(rows), p=[0.8, 0.12, 0.08])
    service = FIRST_SERVICE + rng.integers(0, len(pool.SERVICE_CODES), len(rows))
    expires = np.where(decision == AGREED, decided + 365, NEVER)
    numbers = answers.add(rows, decision=decision, purpose=SUPPORT, decided=decided, recipient=service, expires=expires)
    yes = decision == AGREED
    again = yes & (decided < NOTICE_DAY) & (answers.renewed[rows] != NEVER)
    renewed = answers.renewed[rows[again]]
    given = {"decision": AGREED, "purpose": SUPPORT, "recipient": service[again]}
    answers.add(rows[again], decided=renewed, expires=renewed + 365, **given)
    answers.support = {
        "row": rows[yes],
        "decided": decided[yes],
        "service": service[yes],
        "agreement": numbers[yes],
    }


def _add_evaluation_decisions(block, answers):
    """Those who agreed are asked whether the hub may learn from their case; about 70% agree."""
    rows = np.flatnonzero(answers.hub == AGREED)
    decision = block.rng.choice([AGREED, REFUSED, NO_RESPONSE, NOT_SOUGHT], len(rows), p=[0.7, 0.17, 0.08, 0.05])
    numbers = answers.add(rows, decision=decision, purpose=EVALUATION, decided=answers.decided[rows], recipient=COUNCIL)
    yes = decision == AGREED
    again = rows[yes & (answers.renewed[rows] != NEVER)]
    answers.add(again, decision=AGREED, purpose=EVALUATION, decided=answers.renewed[again], recipient=COUNCIL)
    answers.evaluation = {"row": rows[yes], "agreement": numbers[yes]}


EMPTY = {"adult": 0, "recipient": -1, "expires": NEVER, "supersedes": 0, "recorded": NEVER}


def agreements(block: Block, answers: Answers) -> pa.Table:
    """The decisions as the agreements table."""
    rows = stacked(answers.rows, EMPTY)
    count, every = len(rows["number"]), len(block.family)
    family, decision, purpose = answers.families[rows["family"]], rows["decision"], rows["purpose"]
    group, parent, _, _, second = persons(block)
    given = rows["adult"] * every + family
    width = np.where(purpose == EVALUATION, len(pool.AGREED), answers.width[rows["family"]])
    nobody_named = np.isin(decision, [REFUSED, WITHDRAWN]) & (purpose == HUB) & (family % 2 == 0)
    to = np.where(rows["recipient"] < 0, family, every + rows["recipient"])
    exclude = (purpose == HUB) & (decision == AGREED) & (family % 10 == 0)
    recorded = np.where(rows["recorded"] == NEVER, rows["decided"], rows["recorded"])
    return table(
        "agreements",
        count,
        agreement=references("A", rows["number"]),
        family=block.reference(family),
        given_by=words(pa.concat_arrays([parent, second]), given),
        covers=words(pa.concat_arrays([group, second]), given),
        decision=words(DECISIONS, decision),
        purpose=words(PURPOSES, purpose),
        recipients=words(
            pa.concat_arrays([_hub_recipients(block), pa.array(ORGANISATIONS)]),
            np.where(nobody_named, -1, to),
        ),
        categories=words([*pool.AGREED, pool.FOR_EVALUATION], np.where(decision == AGREED, width, -1)),
        exclusions=words(ORGANISATIONS, np.where(exclude, block.helpers[family, block.helping[family]], -1)),
        discussed_on=days(rows["decided"]),
        decided_on=days(rows["decided"]),
        expires_on=days(rows["expires"]),
        method=words(["written", "verbal", "electronic"], block.rng.choice(3, count, p=[0.5, 0.2, 0.3])),
        taken_by=references("W", worker_number(block.worker[family], block.helpers[family, 0])),
        notice_version=words(NOTICES, notice_on(rows["decided"])),
        supersedes=references("A", rows["supersedes"]),
        recorded_at=instants(recorded),
    )


def _hub_recipients(block):
    """Whom a family that agrees names: the partners that help it, and the council."""
    named = np.arange(5) < block.helping[:, None]
    named[:, 4] = True
    who = np.column_stack([block.helpers[:, :4], np.full(len(named), COUNCIL)])
    return lists(words(ORGANISATIONS, who[named]), block.helping + 1)
