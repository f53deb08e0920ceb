"""The promise board: the notice's promises as params say them, in tables that figures ask; it judges nothing itself.

The status of a promise is SQL over what the rules found (questions/promises.sql). What the snapshot does not hold, as
the board before, the newest published quarter, how the ledger stands and what rests on a typed name, enters as text,
part of the report's parameters:

    before    2026-08-31: kept P2 P6; broken P3      none, if there is no earlier board
    released  2026-Q2 on 2026-08-14                  none; altered, if the release ledger is not as it was written
    clock     2026-08-03 to 2029-08-02 confirmed     none, if it never jumped; several with a semicolon between
    ledger    holds, witnessed 2026-08-14 by letter  holds, never witnessed; 3 faults, never witnessed
    acts      since 2026-08-01; reviews 3 claimed 1 since 2 passphrase; releases 1 key
              nobody registered; reviews 3 claimed   since: of the claims those since people are registered
    decisions as entered                             strange hubs; back hubs 2026-04-01; unsourced hubs 2026-04-01
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path

from hubdata import dates, moments
from hubdata.dates import Quarter
from hubdata.errors import BadParameter, Refused
from hubdata.moments import day_of
from hubdata.policy import Entry, Policy
from hubdata.policy_check import SENTENCES
from hubdata.records.coverage.verify import verify
from hubdata.records.decisions import stands as decided
from hubdata.records.people import claims
from hubdata.records.people.acting import CLAIMED
from hubdata.records.store import Hub
from hubdata.records.time import jumps
from hubdata.records.witness import known
from hubdata.release.ledger import FILE, QUARTERLY, ReleaseLedger
from hubdata.rules import judge
from hubdata.terms import ProofKind
from hubdata.written import KINDS, Written, refuse

NONE, ALTERED = "none", "altered"
STATUSES = ("broken", "at_risk", "cannot_tell", "kept", "not_promised")
UNSAID = "The notice has no sentence for this."
PROMISE = "promise."
DIFFERENCE = "notice_and_law."
TEXTS = ("title", "heading", "sentence", "control", "who_could_tell")
SHAPES = {
    PROMISE: dict.fromkeys(TEXTS, str) | {"kept_if": list, "stands_on": list},
    DIFFERENCE: {"promises": list} | dict.fromkeys(("notice", "law", "so"), str),
}
SAID_BEFORE = re.compile(r"(?P<day>\d{4}-\d\d-\d\d): (?P<said>[a-z_]+( P\d+)+(; [a-z_]+( P\d+)+)*)")
SAID_JUMP = re.compile(r"(?P<since>\d{4}-\d\d-\d\d) to (?P<until>\d{4}-\d\d-\d\d)(?P<confirmed> confirmed)?")
SAID_LEDGER = re.compile(
    r"(holds|(?P<faults>[1-9]\d*) faults?), (never witnessed|witnessed (?P<day>\d{4}-\d\d-\d\d) (?P<how>[a-z ]+))"
)
SAID_BEGUN = re.compile(r"nobody registered|since (?P<day>\d{4}-\d\d-\d\d)")
SAID_ACTS = re.compile(r"(?P<act>[a-z ]+?)(?P<rests>( [1-9]\d* [a-z_]+)+)")
PAIRS = re.compile(r"(\d+) ([a-z_]+)")
RESTS = (CLAIMED, claims.SINCE, *ProofKind)
SAID_RELEASED = re.compile(r"(?P<year>\d{4})-Q(?P<quarter>[1-4]) on (?P<day>\d{4}-\d\d-\d\d)")

Tables = dict[str, tuple[dict[str, str], list[dict]]]


def read(policy: Policy, as_at: date) -> list[dict]:
    """Every promise in force on a day, in the notice's order, in the words of the council's own notice once decided.

    Raises BadParameter if there is none, and Refused with every fault of what params say of promises.
    """
    entries = sorted(_named(policy, PROMISE, as_at), key=lambda entry: _number(entry.name))
    if not entries:
        raise BadParameter(f"params has no promise in force on {as_at}; there should be {PROMISE}P1 and so on")
    owners = policy.value("promises.owners", as_at)
    faults = [fault for prefix in SHAPES for entry in _named(policy, prefix, as_at) for fault in _faults(prefix, entry)]
    refuse("the promises have", faults)
    own = "" if policy.unset(SENTENCES, as_at) else policy.value(SENTENCES, as_at)
    return [
        {
            **entry.value,
            "promise": _code(entry),
            "number": _number(entry.name),
            "owner": owners.get(_code(entry)),
            "sentence": own.get(_code(entry), UNSAID) if own else entry.value["sentence"],
            "promised": not own or _code(entry) in own,
            "own_words": bool(own),
        }
        for entry in entries
    ]


def _named(policy: Policy, prefix: str, as_at: date) -> list[Entry]:
    return [entry for entry in policy.in_force(as_at) if entry.name.startswith(prefix)]


def _code(entry: Entry) -> str:
    return entry.name.removeprefix(PROMISE)


def _number(name: str) -> int:
    return int("0" + re.sub(r"\D", "", name))


def _faults(prefix: str, entry: Entry) -> list[str]:
    said, shape = Written(entry.value, called=f"{entry.name}: "), SHAPES[prefix]
    for key, kind in shape.items():
        said.must(key, kind, f"{{key}} must be {KINDS[kind]}", needed=True)
    said.only(list(shape), words="unknown key {key!r}")
    return said.words


def tables(
    policy: Policy,
    as_at: date,
    before: str = "",
    released: str = "",
    clock: str = "",
    ledger: str = "",
    acts: str = "",
    decisions: str = "",
) -> Tables:
    """What the board's figures ask besides the records, each table with its columns' types.

    Raises BadParameter if one of the texts is not written as above.
    """
    promises, (in_force, counted) = read(policy, as_at), acted(acts)
    text = dict.fromkeys(("promise", *TEXTS, "owner"), "VARCHAR")
    return {
        "promises": (text | {"number": "INTEGER", "promised": "BOOLEAN", "own_words": "BOOLEAN"}, promises),
        "needed": (dict.fromkeys(("promise", "code"), "VARCHAR"), _pairs(promises, "kept_if", "code")),
        "stands_on": (dict.fromkeys(("promise", "pattern"), "VARCHAR"), _pairs(promises, "stands_on", "pattern")),
        "differences": (
            dict.fromkeys(("promise", "notice", "law", "so", "source"), "VARCHAR")
            | {"from_on": "DATE", "last_checked": "DATE"},
            list(_differences(policy, as_at)),
        ),
        "unjudged": (
            dict.fromkeys(("rules", "why"), "VARCHAR"),
            [{"rules": family, "why": why} for family in judge.FAMILIES if (why := unset(family, policy, as_at))],
        ),
        "earlier": ({"promise": "VARCHAR", "status": "VARCHAR", "day": "DATE"}, earlier(before, as_at)),
        "published": ({"said": "VARCHAR", "quarter_ended_on": "DATE", "day": "DATE"}, [published(released)]),
        "jumps": ({"since": "DATE", "until": "DATE", "confirmed": "BOOLEAN"}, jumped(clock)),
        "chain_stands": ({"faults": "BIGINT", "witnessed_on": "DATE", "how": "VARCHAR"}, stands(ledger)),
        "people_in_force": ({"since": "DATE"}, in_force),
        "acts": ({"act": "VARCHAR"} | dict.fromkeys(RESTS, "BIGINT"), counted),
        "decided_so": ({"kind": "VARCHAR", "name": "VARCHAR", "from_on": "DATE"}, decided.read(decisions)),
    }


def _pairs(promises: list[dict], key: str, name: str) -> list[dict]:
    return [{"promise": each["promise"], name: one} for each in promises for one in each[key]]


def _differences(policy: Policy, as_at: date) -> Iterator[dict]:
    for entry in _named(policy, DIFFERENCE, as_at):
        said = {key: entry.value[key] for key in ("notice", "law", "so")}
        dated = {"source": entry.source, "from_on": entry.valid_from, "last_checked": entry.last_checked}
        yield from ({"promise": promise, **said, **dated} for promise in entry.value["promises"])


def earlier(before: str, as_at: date) -> list[dict]:
    """The statuses of the board before; no rows if there was none or nobody said."""
    if before in ("", NONE):
        return []
    found = SAID_BEFORE.fullmatch(before)
    day = dates.parse(found["day"], "before") if found else as_at
    groups = [group.split() for group in found["said"].split("; ")] if found else [["no status"]]
    if day >= as_at or any(group[0] not in STATUSES for group in groups):
        raise BadParameter(
            f"before {before!r} is not an earlier board; write it as 2026-08-31: kept P2 P6; broken P3 "
            f"(the statuses are {', '.join(STATUSES)}), none if there is none, or leave it out"
        )
    return [{"promise": promise, "status": status, "day": day} for status, *those in groups for promise in those]


def said(standing: dict[str, str], day: date) -> str:
    """Statuses by promise as `before` has them."""
    by_status = groupby(sorted(standing, key=lambda p: (standing[p], _number(p))), key=standing.get)
    return f"{day}: " + "; ".join(f"{status} {' '.join(those)}" for status, those in by_status)


def published(released: str) -> dict:
    """The newest published quarter: its last day, and the day on which it was published."""
    if released in ("", NONE, ALTERED):
        return {"said": released, "quarter_ended_on": None, "day": None}
    found = SAID_RELEASED.fullmatch(released)
    if not found:
        raise BadParameter(f"released {released!r} is not written as 2026-Q2 on 2026-08-14; none means that none is")
    day = dates.parse(found["day"], "released")
    ended = dates.add_months(date(int(found["year"]), 3 * int(found["quarter"]), 1), 1)
    return {"said": "published", "quarter_ended_on": date.fromordinal(ended.toordinal() - 1), "day": day}


def jumped(clock: str) -> list[dict]:
    """Every jump of the clock, oldest first; no rows if there was none or nobody said."""
    if clock in ("", NONE):
        return []
    found = [SAID_JUMP.fullmatch(one) for one in clock.split("; ")]
    if not all(found):
        raise BadParameter(
            f"clock {clock!r} is not written as 2026-08-03 to 2029-08-02 confirmed; none means that it never jumped"
        )
    days = [{name: dates.parse(one[name], "clock") for name in ("since", "until")} for one in found if one]
    return [each | {"confirmed": bool(one["confirmed"])} for each, one in zip(days, filter(None, found), strict=True)]


def stands(ledger: str) -> list[dict]:
    """How the ledger stands: its faults, and when and how it was last witnessed; no row if nobody said."""
    if ledger in ("", NONE):
        return []
    found = SAID_LEDGER.fullmatch(ledger)
    if not found:
        raise BadParameter(
            f"ledger {ledger!r} is not written as: holds, witnessed 2026-08-14 by letter; or: holds, never witnessed"
        )
    day = dates.parse(found["day"], "ledger") if found["day"] else None
    return [{"faults": int(found["faults"] or 0), "witnessed_on": day, "how": found["how"]}]


def acted(acts: str) -> tuple[list[dict], list[dict]]:
    """Since when people are in force, no row if nobody said; and what acts of each kind rest on."""
    if acts in ("", NONE):
        return [], []
    first, *rest = acts.split("; ")
    begun, found = SAID_BEGUN.fullmatch(first), [SAID_ACTS.fullmatch(each) for each in rest]
    counted = [
        {"act": one["act"]} | dict.fromkeys(RESTS, 0) | {what: int(n) for n, what in PAIRS.findall(one["rests"])}
        for one in found
        if one
    ]
    if not begun or len(counted) < len(rest) or any(each.keys() - {"act", *RESTS} for each in counted):
        raise BadParameter(f"acts {acts!r} is not written as: since 2026-08-01; reviews 3 claimed 2 passphrase")
    return [{"since": dates.parse(begun["day"], "acts") if begun["day"] else None}], counted


def unset(family: str, policy: Policy, as_at: date) -> str:
    """Why a family of rules cannot judge on a day: a value that it needs is not decided; empty if it can."""
    try:
        judge.bound(judge.sql(family), policy, as_at)
    except BadParameter as missing:
        return str(missing)
    return ""


def put(family: str, database, policy: Policy, as_at: date, known_at: date = date.max) -> None:
    """As `rules.put`, but where a policy value is missing nothing is judged, instead of no board at all."""
    if not unset(family, policy, as_at):
        judge.put(family, database, policy, as_at, known_at=known_at)
        return
    nothing = dict.fromkeys(set(re.findall(r"\$(\w+)", judge.sql(family))) - {"as_at"})
    empty = "CREATE TEMP TABLE judged_{family} AS SELECT * FROM ({text}) LIMIT 0"
    judge.put(family, database, policy, as_at, empty, **nothing)


def completed(values: dict, hub: Hub, bundles: Path) -> dict:
    """A board's parameters with those that may be looked up; those of any other report as they are.

    Raises BadParameter if one that was given is not written as `promises` reads it.
    """
    if not {"before", "released"} <= values.keys():
        return values
    as_at = date.fromisoformat(values["as_at"])
    was, newest = values["before"] or before(bundles, as_at), values["released"] or released(hub, as_at)
    earlier(was, as_at)
    published(newest)
    moved = values.get("clock") or clock(hub)
    jumped(moved)
    chain = values.get("ledger") or chain_now(hub)
    stands(chain)
    rests = values.get("acts") or acts_by(hub, as_at)
    acted(rests)
    so = values.get("decisions") or decided.standing(hub)
    decided.read(so)
    return values | {"before": was, "released": newest, "clock": moved, "ledger": chain, "acts": rests, "decisions": so}


def before(bundles: Path, as_at: date) -> str:
    """The statuses of the latest board as at an earlier day, as `earlier` reads them."""
    found = [_standing(path) for path in bundles.glob("promises/*/*/manifest.json")]
    earlier = [board for board in found if board and board[0] < str(as_at)]
    if not earlier:
        return NONE
    day, _, standing = max(earlier, key=lambda board: board[:2])
    return said(standing, date.fromisoformat(day))


def _standing(manifest: Path) -> tuple[str, str, dict] | None:
    """The day, the moment of making and the statuses of one board; None if its manifest is not one."""
    try:
        kept = json.loads(manifest.read_text("utf-8"))
        found = kept["parameters"]["as_at"], kept["made_at"], kept["standing"]
        earlier(said(found[2], date.fromisoformat(found[0])), date.max)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, BadParameter):
        return None
    return found


def released(hub: Hub, as_at: date) -> str:
    """The newest quarter that had been published by a day, as `published` reads it."""
    path = hub.home / "published" / FILE
    if not path.exists():
        return NONE
    try:
        lines = ReleaseLedger(path, hub.key("releases")).lines()
    except Refused:
        return ALTERED
    made = [(Quarter.parse(line.quarter), moments.day_of(line.at)) for line in lines if line.what == QUARTERLY]
    known = [each for each in made if each[1] <= as_at]
    return "{} on {}".format(*max(known)) if known else NONE


def clock(hub: Hub) -> str:
    """Every jump of the clock that the ledger shows, as `jumped` reads it."""
    with hub.read() as connection:
        found = jumps.found(connection).jumps
    days = [(day_of(one.before), day_of(one.clock), " confirmed" if one.confirmed_by else "") for one in found]
    return "; ".join(f"{since} to {until}{confirmed}" for since, until, confirmed in days) or NONE


def acts_by(hub: Hub, day: date) -> str:
    """What acts by the end of a day rest on, as `acted` reads it."""
    with hub.read() as connection:
        return claims.found(connection, day).said


def chain_now(hub: Hub) -> str:
    """How the audit chain stands, its rows not compared, and its latest witness, as `stands` reads it."""
    faults = len(verify(hub, quick=True).faults)
    with hub.read() as connection:
        last = known.latest(connection)
    held = "holds" if not faults else f"{faults} fault{'s' if faults > 1 else ''}"
    return f"{held}, " + (f"witnessed {last.on} {known.WORDS[last.kind]}" if last else "never witnessed")
