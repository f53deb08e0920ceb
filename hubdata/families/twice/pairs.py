"""The same family twice: which records may be of one family, why, and what was decided; it changes no record.

Suggestions are made by Fellegi and Sunter's method with fixed, dated weights (splink), so the same records always give
the same ones. A person decides each pair, and what follows is done by the partners, in their own returns.

    duplicate   both records are open, or were for longer than a hand-over takes
    move        one ended before the other began at another hub, or with other partners
    return      one ended before the other began at the same hub
    shared      a child is on both and no adult is: parents who live apart are no duplicate

Source: notice P2, P10; UK GDPR Art 5(1)(c) and (d).
"""

from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection, select

from hubdata.errors import BadParameter
from hubdata.families import find as families_find
from hubdata.families.find import Member
from hubdata.families.twice import compare, read
from hubdata.families.twice import decided as twice_decided
from hubdata.families.twice import weights as twice_weights
from hubdata.families.twice.decided import Decided
from hubdata.moments import By
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.terms import PairOutcome

SHOWN = 100
PEOPLE = TABLES["people"]


@dataclass(frozen=True)
class Match:
    """Two people who may be one: how each comparison came out; their names only where an officer said why."""

    person: str
    counterpart: str
    levels: dict[str, str]
    names: tuple[Member, Member] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Pair:
    """Two records that may be of one family; lists have the first's value and the other's."""

    family: str
    other: str
    kind: str
    probability: float
    hubs: list[str]
    opened_on: list[date]
    closed_on: list[date | None]
    partners: list[list[str]]
    people: list[int]
    matches: list[Match]
    same_reference_at: list[str]
    decided: Decided | None = None

    @property
    def both_open(self) -> bool:
        """Whether neither record is closed on the day."""
        return self.closed_on == [None, None]


@dataclass(frozen=True)
class Found:
    """What is suggested on a day, likeliest first, and what was decided before."""

    as_at: date
    threshold: float
    families: int
    pairs: list[Pair]
    more: int  # pairs that are not shown
    linked: list[Decided]
    different: int  # pairs that stand decided to be different families
    not_compared: int  # people whose names and days of birth too many share


@dataclass(frozen=True)
class Search:
    """Which pairs are wanted: at one hub, of one family, from a probability on, at most so many."""

    of_hub: str | None = None
    family: str | None = None
    threshold: float | None = None
    shown: int = SHOWN


def find(hub: Hub, asked: Search, as_at: date) -> Found:
    """Records that may be of one family, as at a day.

    Raises BadParameter for a threshold that is none or a family that is not there.
    """
    values = hub.policy
    weights = twice_weights.in_force(values, as_at)
    threshold = weights.threshold if asked.threshold is None else asked.threshold
    if not 0.5 <= threshold < 1 or asked.shown < 1:
        raise BadParameter(
            f"--threshold {threshold} is none: give a probability of at least 0.5 and below 1, and at "
            "least 1 for --limit"
        )
    with hub.read() as connection:
        tables = read.tables(connection, as_at)
        decided = twice_decided.standing(hub, connection, as_at)
    hubs = dict(zip(*(tables["families"][name].to_pylist() for name in ("family", "hub")), strict=True))
    if asked.family and asked.family not in hubs:
        raise BadParameter(f"the hub has no family {asked.family!r} on that day; check the reference")
    if asked.of_hub and asked.of_hub not in (known := {*values.value("hubs", as_at), *hubs.values()}):
        raise BadParameter(f"hub {asked.of_hub!r} is not known; allowed are {', '.join(sorted(known))}")

    def wanted(one: Pair | Decided) -> bool:
        there = asked.of_hub is None or asked.of_hub in (hubs.get(one.family), hubs.get(one.other))
        return there and (asked.family is None or asked.family in (one.family, one.other))

    rows, left_out = compare.compare(tables, weights, threshold)
    pairs = [_pair(row, decided.get((row["family"], row["other"]))) for row in rows]
    open_ = [pair for pair in pairs if wanted(pair) and _is_open(pair.decided)]
    stand = [one for one in decided.values() if wanted(one)]
    return Found(
        as_at,
        threshold,
        len(hubs),
        open_[: asked.shown],
        max(len(open_) - asked.shown, 0),
        sorted((one for one in stand if one.decision == PairOutcome.SAME), key=lambda one: (one.family, one.other)),
        sum(one.decision == PairOutcome.DIFFERENT and not one.changed for one in stand),
        left_out,
    )


def _pair(row: dict, decided: Decided | None) -> Pair:
    names = Pair.__dataclass_fields__.keys() - {"matches", "decided"}
    return Pair(
        **{name: row[name] for name in names}, matches=[Match(**one) for one in row["matches"]], decided=decided
    )


def _is_open(decided: Decided | None) -> bool:
    """Whether a person must look: nothing is decided, or it could not be told, or the records have changed since."""
    return decided is None or decided.decision == PairOutcome.UNSURE or decided.changed


def named(hub: Hub, found: Found, by: By) -> Found:
    """The same with the names of everybody compared; the look is in the ledger before anything is shown.

    Raises BadParameter if no reason is given.
    """
    families = sorted({family for pair in found.pairs for family in (pair.family, pair.other)})
    act = Act(by.actor, "officer", families_find.needed(by.reason), "pair.look", {"families": families})
    with hub.write(act) as connection:
        pairs = [
            replace(pair, matches=[_with_names(connection, match) for match in pair.matches]) for pair in found.pairs
        ]
    return replace(found, pairs=pairs)


def _with_names(connection: Connection, match: Match) -> Match:
    both = (match.person, match.counterpart)
    rows = {row.person: row for row in connection.execute(select(PEOPLE).where(PEOPLE.c.person.in_(both)))}
    return replace(
        match, names=tuple(families_find.member(rows[one]) for one in both) if len(rows) == len(both) else None
    )
