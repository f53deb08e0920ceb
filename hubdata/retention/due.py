"""What is due for disposal, what a hold keeps, and what nobody can tell, as at a day; it writes and destroys nothing.

The preview's token is bound to exactly what was shown: the day, the rule in force, the families due and every hold that
is not released. `state_of` judges a few families again, read through the caller's own transaction, so that what is
destroyed upon the answer cannot have been overtaken. Any hold not released keeps a record, even one that begins later,
and so does an open request; of records that a person decided to be one family, each is kept by what keeps another.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import Connection, bindparam, select, text

from hubdata import periods
from hubdata.dates import words
from hubdata.errors import BadParameter
from hubdata.periods import Rule
from hubdata.policy import Entry, Policy
from hubdata.records.decisions import read as decisions
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.snapshot.lives import LIVES
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.rules import judge, kept, session, standing
from hubdata.rules.asked import one_family

ALWAYS = (
    "families",
    "involvements",
    "leads",
    "goals",
    "reviews",
    "needs",
    "agreements",
    "shares",
    "holds",
    "requests",
    "request_events",
    "pair_decisions",
)
UNDER = {"reviews": "goals", "request_events": "requests"}  # tables whose rows are a family's through another's
PART = 500  # references in one list that a query names
MONTHS = 24
SHOWN = """
  WITH unreleased AS (
    SELECT j.family, list({'hold': hold, 'code': code, 'authority': authority, 'placed_on': placed_on,
      'review_on': review_on, 'family': h.family} ORDER BY hold) AS holds
    FROM (SELECT family, unnest(list_append(linked, family)) AS one FROM judged) j JOIN holds h ON h.family = j.one
    WHERE coalesce(released_on > $as_at, true) GROUP BY j.family
  )
  SELECT family, hub, rule, closed_on, due_on, evidence, coalesce(holds, []) AS holds, requests, linked,
    for_disposal AS state
  FROM judged LEFT JOIN unreleased USING (family)
  WHERE for_disposal IN ('due', 'held', 'cannot_tell')
  ORDER BY due_on NULLS LAST, family"""
UNRELEASED = """
  SELECT hold, family, code, placed_on, review_on FROM holds
  WHERE coalesce(released_on > $as_at, true) ORDER BY hold"""
BY_MONTH = f"""
  SELECT strftime(month, '%Y-%m') AS month, count(family) AS records
  FROM generate_series(date_trunc('month', $as_at::DATE),
    date_trunc('month', $as_at::DATE) + INTERVAL {MONTHS - 1} MONTH, INTERVAL 1 MONTH) AS months(month)
  LEFT JOIN judged ON date_trunc('month', due_on) = month AND state = 'kept' AND $hub IN ('', hub)
  GROUP BY ALL ORDER BY month"""


@dataclass(frozen=True)
class Due:
    """One family past its date, or one whose date cannot be told, with every hold that is not released.

    `requests` are those that are open; holds and requests include those of the records decided to be the same family.
    """

    family: str
    hub: str
    rule: str
    closed_on: date | None
    due_on: date | None
    days_past: int | None
    evidence: str
    holds: tuple[dict, ...]
    requests: tuple[str, ...]
    linked: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What a disposal would be about, in all hubs or in one; `token` proves that it is still this, and of that hub."""

    as_at: date
    token: str
    rule: dict
    due: tuple[Due, ...]
    held: tuple[Due, ...]
    cannot_tell: tuple[Due, ...]
    next: tuple[dict, ...]
    hub: str | None = None


def preview(hub: Hub, as_at: date, decided: Policy | None = None, of_hub: str | None = None) -> Preview:
    """What is due, held and not to be told on a day, in all hubs or in one; nothing is written.

    Raises BadParameter if there is no such hub.
    """
    decided = decided or hub.policy
    return shown(read(hub, [periods.in_force(decided, as_at)], decided), as_at, decided, of_hub)


def shown(held: Snapshot, as_at: date, decided: Policy, of_hub: str | None = None) -> Preview:
    """As `preview`, of records that are in hand. Raises BadParameter if there is no such hub."""
    _known(held, decided, as_at, of_hub)
    return _Judged(held, as_at, decided).shown(of_hub)


def looked_at(hub: Hub, token: str, as_at: date) -> Preview | None:
    """The preview, of all hubs or of one, that a token is of as at a day; None if what it showed has moved since."""
    decided = hub.policy
    judged = _Judged(read(hub, [periods.in_force(decided, as_at)], decided), as_at, decided)
    scopes = (None, *sorted({row["hub"] for row in judged.found}))
    return next((judged.shown(of_hub) for of_hub in scopes if judged.token(of_hub) == token), None)


class _Judged:
    """Every record of a hub as the rule in force judges it on a day."""

    def __init__(self, held: Snapshot, as_at: date, decided: Policy):
        self._as_at, self._entry = as_at, decided.entry(periods.NAME, as_at)
        judging = judge.sql("retention")
        read = " ".join((judging, SHOWN, UNRELEASED, BY_MONTH))
        self._database = judge.connect(held, decided, as_at, text=read)
        self._database.execute(f"CREATE TEMP TABLE judged AS {judging}", judge.bound(judging, decided, as_at))
        self.found = rows(self._database.execute(SHOWN, {"as_at": as_at}))
        self._unreleased = rows(self._database.execute(UNRELEASED, {"as_at": as_at}))

    def shown(self, of_hub: str | None) -> Preview:
        """What is due, held and not to be told, in all hubs or in one."""
        states = {
            state: tuple(_due(row, self._as_at) for row in self._of(of_hub) if row["state"] == state)
            for state in ("due", "held", "cannot_tell")
        }
        months = tuple(rows(self._database.execute(BY_MONTH, {"as_at": self._as_at, "hub": of_hub or ""})))
        return Preview(self._as_at, self.token(of_hub), said(self._entry), next=months, hub=of_hub, **states)

    def token(self, of_hub: str | None) -> str:
        """What proves that the same is shown: the day, the rule, the holds, and what is due in all hubs or in one."""
        shown = {
            "as_at": self._as_at,
            "rules": asdict(self._entry),
            "holds": self._unreleased,
            "hub": of_hub,
            "due": sorted(
                (row["family"], row["due_on"], row["rule"]) for row in self._of(of_hub) if row["state"] == "due"
            ),
        }
        return sha256(json.dumps(shown, sort_keys=True, default=str, separators=(",", ":")).encode()).hexdigest()

    def _of(self, of_hub: str | None) -> list[dict]:
        return [row for row in self.found if of_hub in (None, row["hub"])]


def said(entry: Entry) -> dict:
    """The families' rule of a dated value, in words, with its source and when an officer confirmed it, if one did."""
    rule = periods.rule(entry.value["family"])
    return {
        "code": rule.code,
        "title": rule.title,
        "kept_for": str(rule),
        "action": rule.action,
        "approver": rule.approver,
        "valid_from": entry.valid_from,
        "source": entry.source,
        "last_checked": entry.last_checked,
        "assumption": entry.unconfirmed,
        "confirmed_on": entry.confirmed_on,
    }


def read(hub: Hub, asked: Iterable[Rule], decided: Policy) -> Snapshot:
    """A snapshot of only what these rules read."""
    wanted = {*ALWAYS, *(name for rule in asked for name in kept.tables(rule))}
    return snapshots.take(hub, decided, wanted)


def _known(held: Snapshot, decided: Policy, as_at: date, of_hub: str | None) -> None:
    known = {*decided.value("hubs", as_at), *held.tables["families"]["hub"].unique().to_pylist()}
    if of_hub is not None and of_hub not in known:
        raise BadParameter(f"hub {of_hub!r} is not known; allowed are {', '.join(sorted(known))}")


def rows(answer) -> list[dict]:
    """The rows of a DuckDB answer by column name."""
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _due(row: dict, as_at: date) -> Due:
    past = (as_at - row["due_on"]).days if row["due_on"] else None
    return Due(
        row["family"],
        row["hub"],
        row["rule"],
        row["closed_on"],
        row["due_on"],
        past,
        row["evidence"],
        tuple(row["holds"]),
        tuple(row["requests"]),
        tuple(row["linked"]),
    )


def state_of(
    connection: Connection, families: list[str], as_at: date, decided: Policy | None = None, rule: Rule | None = None
) -> list[dict]:
    """What the rule in force, or `rule`, says of these families as this connection sees them, in their order.

    A row each: family, hub, state (open, kept, held, due, cannot_tell), rule, opened_on, closed_on, due_on, held,
    evidence, requests that are open, linked records. A family that is not there, or was not opened by then, has none.
    """
    decided = decided or decisions.of(connection)
    rule = rule or periods.in_force(decided, as_at)
    tables = seen(connection, families, [rule])
    judged = {row["family"]: row for row in session.ask("retention", tables, as_at, decided, rule)}
    return [_state(judged[family]) for family in families if family in judged]


def state_under(held: Snapshot, family: str, as_at: date, rule: Rule) -> dict | None:
    """As `state_of`, what one rule of many says of a family whose rows `seen` has read; no session is opened for it."""
    statement = judge.sql("retention")
    missing = judge.unset("retention", held.decided, as_at).keys() & judge.PARTLY.keys()
    given = judge.bound(statement, held.decided, as_at, **judge.nothing(missing))
    rows = judge.once(statement, held, held.decided, as_at, given, rule).to_pylist()
    return next((_state(row) for row in rows if row["family"] == family), None)


def seen(connection: Connection, families: list[str], asked: Iterable[Rule]) -> Snapshot:
    """What these rules read about a few families, as a snapshot has it; it carries no hash."""
    wanted = {*ALWAYS, *(name for rule in asked for name in kept.tables(rule))}
    families = sorted({*families, *one_family.together(connection, families)})
    found = {name: standing.table(name, _few(connection, name, families)) for name in sorted(wanted)}
    return Snapshot(found, "", decisions.of(connection))


def _state(judged: dict) -> dict:
    shown = ("family", "hub", "rule", "opened_on", "closed_on", "due_on", "evidence", "requests", "linked")
    row = {name: judged[name] for name in shown} | {"state": judged["for_disposal"], "held": judged["unreleased"]}
    if row["state"] == "stale":  # whether an open record is quiet is not asked here
        return row | {"state": "open", "evidence": f"open since {words(row['opened_on'])}"}
    return row


def _few(connection: Connection, name: str, families: list[str]) -> list:
    found = [row for part in _parts(families) for row in connection.execute(_query(name, part)).mappings()]
    return (
        found
        if name != "lives"
        else [row | {"has_unknown_birth": row["has_unknown_birth"] == "true"} for row in map(dict, found)]
    )


def _parts(families: list[str]) -> Iterator[list[str]]:
    return (families[start : start + PART] for start in range(0, len(families), PART))


def _query(name: str, families: list[str]):
    if name == "lives":
        lives = LIVES.replace("FROM people", "FROM people WHERE family IN :families")
        return text(lives).bindparams(bindparam("families", families, expanding=True))
    if name in UNDER:
        under, above = TABLES[name], TABLES[UNDER[name]]
        key = next(iter(above.primary_key)).name
        return select(under).join(above, above.c[key] == under.c[key]).where(above.c.family.in_(families))
    return select(TABLES[name]).where(TABLES[name].c.family.in_(families))
