"""What officers decided about two records that may be of one family: remembered, and taken back only by a new row.

A decision stands until what was compared changes. Nothing follows from it by machine: no record is merged, moved,
closed or deleted. Source: notice P2, UK GDPR Art 5(1)(d).
"""

import secrets
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from hubdata import moments, policy
from hubdata.dates import words
from hubdata.errors import BadParameter, Refused
from hubdata.families.twice import read
from hubdata.moments import By
from hubdata.records.ledger import Act
from hubdata.records.people import two, wrote
from hubdata.records.people.acting import kind
from hubdata.records.store import Hub
from hubdata.records.tables.column import longest
from hubdata.rules.asked import one_family
from hubdata.rules.asked.one_family import DECISIONS, FAMILIES
from hubdata.terms import PairOutcome

CHOICES = (PairOutcome.SAME, PairOutcome.DIFFERENT, PairOutcome.UNSURE)


@dataclass(frozen=True)
class Decided:
    """What stands decided about a pair; `changed` if the records have said something else since."""

    family: str
    other: str
    decision: str
    decided_on: date
    decided_by: str
    decided_with: str
    changed: bool = False


def decide(hub: Hub, families: tuple[str, str], decision: str, by: By) -> Decided:
    """Remember that two records are of the same family, of different ones, or that it cannot be told yet.

    Raises BadParameter for an unknown decision or family or without a reason, Refused for a day that lies ahead or
    comes before a later decision about them.
    """
    if decision not in CHOICES:
        raise BadParameter(f"--decision {decision!r} is none; allowed are {', '.join(CHOICES)}")
    return _write(hub, families, decision, by)


def undo(hub: Hub, families: tuple[str, str], by: By) -> Decided:
    """Take back what stands decided about a pair; it is suggested again if the records still call for it.

    Raises Refused if nothing stands decided.
    """
    return _write(hub, families, PairOutcome.UNDONE, by)


def _write(hub: Hub, families: tuple[str, str], decision: str, by: By) -> Decided:
    why = policy.reason(by.reason, "a decision", kept="with the decision", most=longest(DECISIONS.c.reason))
    if by.as_at > moments.today():
        raise Refused(f"{words(by.as_at)} lies ahead: a decision is recorded on its day or later")
    pair = (min(families), max(families))
    said = {"families": list(pair), "decision": decision}
    with hub.write(Act(by.actor, "officer", why, "pair.decide", said)) as connection:
        _refuse_unknown(connection, pair)
        _refuse_overtaken(connection, pair, by.as_at)
        before = standing(hub, connection, by.as_at).get(pair)
        if decision == PairOutcome.UNDONE and before is None:
            raise Refused(
                f"nothing stands decided about {pair[0]} and {pair[1]} on {words(by.as_at)}; there is nothing to undo"
            )
        said["before"] = before and before.decision
        connection.execute(
            DECISIONS.insert(),
            {
                "pair_decision": f"D{secrets.token_hex(5)}",
                "family": pair[0],
                "other": pair[1],
                "decision": decision,
                "compared": read.digests(hub, connection, [pair])[pair],
                "reason": why,
                "decided_on": by.as_at,
                "decided_by": by.actor,
                "recorded_at": moments.stamp(),
            },
        )
        rests = kind(two.acts(connection, by.actor).proof)
    return Decided(*pair, decision, by.as_at, by.actor, rests)


def _refuse_unknown(connection: Connection, pair: tuple[str, ...]) -> None:
    if pair[0] == pair[1]:
        raise BadParameter("--family and --other name one record; name two")
    known = connection.execute(select(FAMILIES.c.family).where(FAMILIES.c.family.in_(pair))).scalars().all()
    for family in pair:
        if family not in known:
            raise BadParameter(f"the hub has no family {family!r}; check the reference")


def _refuse_overtaken(connection: Connection, pair: tuple[str, ...], as_at: date) -> None:
    """A decision dated before one that was made already would never stand."""
    of_both = select(DECISIONS.c.decided_on).filter_by(family=pair[0], other=pair[1])
    if days := connection.execute(of_both.where(DECISIONS.c.decided_on > as_at)).scalars().all():
        raise Refused(
            f"something was decided about {pair[0]} and {pair[1]} on {words(max(days))} already: decide as "
            "at that day or later"
        )


def standing(hub: Hub, connection: Connection, as_at: date) -> dict[tuple[str, str], Decided]:
    """What stands decided about each pair on a day: the latest decision, unless it was taken back."""
    latest = one_family.standing(connection, as_at)
    now = read.digests(hub, connection, list(latest))
    rests = wrote.kinds(hub, connection, DECISIONS.name, [row._mapping for row in latest.values()])
    return {
        pair: Decided(*pair, row.decision, row.decided_on, row.decided_by, kind_, now[pair] != row.compared)
        for (pair, row), kind_ in zip(latest.items(), rests, strict=True)
    }
