"""Deciding what of a person's copy is given: each item its own recorded decision, append-only; and the officer's list.

Withholding is what happens anyway, so it is easy; giving what may be another person's takes a reason known to the law.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from hubdata import moments, policy
from hubdata.dates import words
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.column import FREE_TEXT
from hubdata.records.tables.contract import passport
from hubdata.rights import redaction, register
from hubdata.rights.copy import content, items, keep, make
from hubdata.rights.copy import page as copy_page
from hubdata.rights.copy.items import DECISIONS, EXEMPTION, Asking, Item
from hubdata.rights.copy.make import Gathered, Whose
from hubdata.rights.copy.rows import key
from hubdata.terms import ItemOutcome, Role


@dataclass(frozen=True)
class ItemDecision:
    """What an officer decides, alike for every item named."""

    decision: str
    exemption: str | None = None
    because: str | None = None
    factors: tuple[tuple[str, str], ...] = ()
    opinion_on: date | None = None
    opinion_by: str | None = None
    known_since: date | None = None
    words_out: str | None = None  # of a text that is given: the numbers of the words that are not


@dataclass(frozen=True)
class Listed:
    """An item as the officer's list has it, without what it says."""

    item: str
    what: str
    grounds: list[str]
    state: str  # undecided, disclose or withhold
    why: str | None
    means: list[str]  # each ground in words, and what it takes to give the item in spite of it
    exemption: str | None = None  # why it, or words of it, are not given; and the same in the words of the law
    law: str | None = None
    words_out: str | None = None


@dataclass(frozen=True)
class Shown:
    """An item with what it says, for the officer's eyes: its row, and of a text its words, numbered from 1."""

    item: Listed
    says: list[tuple[str, str]]
    words: list[str]


def decide(hub: Hub, request: str, wanted: list[str], given: ItemDecision, by: By) -> list[Listed]:
    """Record a decision on every item named; a name may end a family of items with `*`. Returns them as they stand.

    Raises BadParameter for what is unknown, Refused with everything that such a decision still lacks.
    """
    said = {"request": request, "decision": given.decision}
    act = Act(by.actor, "officer", by.reason or "items of a copy are decided", "rights.decide", said)
    with hub.write(act) as connection:
        got = make.gather(connection, make.find(connection, Whose(request), by.as_at), by.as_at)
        _check(given, got.asking)
        chosen, in_bulk = _named(got, wanted)
        given = _worded(got, given, wanted, chosen)
        _refuse_in_bulk(got, in_bulk, given)
        rows = [_row(got, one, given, by.reason) for one in chosen]
        _refuse(got, chosen, rows)
        connection.execute(DECISIONS.insert(), rows)
        act.detail["items"] = len(rows)
    made = zip(chosen, rows, strict=True)
    return [_as_listed(got.asking, one, given.decision, None, row) for one, row in made]


def _check(given: ItemDecision, asking: Asking) -> None:
    """Raises BadParameter with everything in a decision that is unknown or does not belong together."""
    allowed = {
        "exemption": asking.value("exemptions"),
        "because": asking.value("disclosing"),
        "decision": list(ItemOutcome),
    }
    faults = [
        f"--{name} {said!r} is none; allowed are {', '.join(listed)}"
        for name, listed in allowed.items()
        if (said := getattr(given, name)) is not None and said not in listed
    ]
    factors = asking.value("factors")
    faults += [
        f"--factor {name!r} is none; allowed are {', '.join(factors)}, each as NAME=TEXT"
        for name, text in given.factors
        if name not in factors or not policy.meant(text)
    ]
    if given.decision == ItemOutcome.WITHHOLD and given.words_out is not None:
        faults.append("--words-out is of a text that is given; leave it out, or disclose")
    if given.decision == ItemOutcome.DISCLOSE and given.exemption and given.words_out is None:
        faults.append("--exemption is a reason to withhold; leave it out, or withhold")
    if given.decision == ItemOutcome.WITHHOLD and given.because:
        faults.append("--because is a reason to give; leave it out, or disclose")
    if (given.opinion_on is None) != (not policy.meant(given.opinion_by)):
        faults.append("--opinion-on and --opinion-by belong together: the day, and which health professional (a role)")
    if faults:
        raise BadParameter("; ".join(faults))
    for day in filter(None, (given.known_since, given.opinion_on)):
        register.refuse_ahead(day)


def _named(got: Gathered, wanted: list[str]) -> tuple[list[Item], list[Item]]:
    """The items named, each once, and those of them that only a pattern names.

    Raises BadParameter for a name that fits none.
    """
    chosen: dict[str, Item] = {}
    exact = {one.item: one for one in got.items if one.item in wanted}
    for name in wanted:
        fits = [exact[name]] if name in exact else [one for one in got.items if fnmatchcase(one.item, name)]
        if not fits:
            raise BadParameter(
                f"--item {name!r} is no item of this request; `hubdata rights items --request "
                f"{got.standing.request}` lists all {len(got.items)}"
            )
        chosen |= {one.item: one for one in fits}
    return list(chosen.values()), [one for one in chosen.values() if one.item not in exact]


def _worded(got: Gathered, given: ItemDecision, wanted: list[str], chosen: list[Item]) -> ItemDecision:
    """The decision with its words as they are kept. Raises BadParameter unless they are of one text that is named."""
    if given.words_out is None:
        return given
    text = _text(got, chosen[0]) if [one.item for one in chosen] == wanted and len(chosen) == 1 else None
    if text is None:
        raise BadParameter("--words-out is of one text: name it with one --item, a reason or another text of its own")
    return replace(given, words_out=redaction.spans(given.words_out, text))


def _text(got: Gathered, item: Item) -> str | None:
    """What an item says, if it is a text of its own."""
    if item.table == "payloads":
        return next(look.reason for look in got.looks if str(look.seq) == item.row)
    if item.of or item.column is None or passport(item.table, item.column).sensitivity != FREE_TEXT:
        return None
    rows = got.asking.held.tables[item.table]
    return next(str(row[item.column]) for row in rows if key(item.table, row) == item.row)


def _refuse_in_bulk(got: Gathered, in_bulk: list[Item], given: ItemDecision) -> None:
    """Raises Refused where a pattern would give what may be about others as the person's own: each is looked at."""
    of_others = [one for one in in_bulk if "third_party" in one.grounds]
    if given.decision != ItemOutcome.DISCLOSE or given.because != "own" or not of_others:
        return
    own = got.asking.policy.labels("rights.disclosing", got.asking.on)["own"]
    listed = "\n".join(f"  {one.item}" for one in of_others[: make.SHOWN])
    raise Refused(
        f"Nothing was decided: {len(of_others)} of these may be about other people. “{own}” is said of one item at a "
        f"time: look at each, and name it with --item.\n{listed}",
        [{"item": one.item, "why": "may be about another person: to be looked at on its own"} for one in of_others],
    )


def _row(got: Gathered, item: Item, given: ItemDecision, reason: str | None) -> dict:
    withheld = given.decision == ItemOutcome.WITHHOLD
    before = got.decided.get(item.item)
    return {
        "item_decision": f"D{secrets.token_hex(5)}",
        "request": got.standing.request,
        "item": item.item,
        "decision": given.decision,
        "because": given.because,
        "exemption": (given.exemption or EXEMPTION[item.grounds[0]]) if withheld or given.words_out else None,
        "factors": "\n".join(f"{name}: {text}" for name, text in given.factors) or None,
        "opinion_on": given.opinion_on,
        "opinion_by": given.opinion_by,
        "known_since": given.known_since,
        "decided_on": got.asking.on,
        "reason": reason,
        "words_out": given.words_out,
        "supersedes": before["item_decision"] if before else None,
        "recorded_at": moments.stamp(),
    }


def _refuse(got: Gathered, chosen: list[Item], rows: list[dict]) -> None:
    months, factors = got.asking.value("opinion_months"), got.asking.policy.labels("rights.factors", got.asking.on)
    found = []
    for item, row in zip(chosen, rows, strict=True):
        if why := items.undecided(item, row, got.asking.on, months):
            found.append({"item": item.item, "why": why})
        said = {line.partition(": ")[0] for line in (row["factors"] or "").splitlines()}
        if row["because"] == "reasonable" and (missing := factors.keys() - said):
            listed = ", ".join(f"--factor {name}=… ({label})" for name, label in factors.items() if name in missing)
            found.append({"item": item.item, "why": f"all five factors must be considered: {listed}"})
    if found:
        listed = "\n".join(f"  {one['item']}: {one['why']}" for one in found[: make.SHOWN])
        raise Refused(f"Nothing was decided: {len(found)} cannot be decided so.\n{listed}", found)


def listed(hub: Hub, request: str, by: By, out: Path | None = None) -> tuple[list[Listed], str]:
    """Every item of a request's copy and how it stands, and a private page for the officer of what each one says."""
    act = Act(by.actor, "officer", by.reason or "items of a copy are decided", "rights.items", {"request": request})
    with keep.writing(hub, act, out) as (connection, files):
        got = make.gather(connection, make.find(connection, Whose(request), by.as_at), by.as_at)
        open_items = {one.item: why for one, why in got.undecided()}
        found = [_listed(got, one, open_items.get(one.item)) for one in got.items]
        reference = f"K{secrets.token_hex(5)}"
        says = list(_says(got, found))
        page = copy_page.officer(says, request, by.as_at)
        last = keep.last_day(got.asking.policy, by.as_at)
        kept = files.add(connection, reference, got.standing, by.as_at, last, {"html": page}, "items")
        act.detail.update({"person": got.standing.person, "pack": reference, "looked_at": "what may concern others"})
    return found, str(kept.paths[0])


def contents(hub: Hub, request: str, by: By) -> list[Shown]:
    """Every item of a request's copy with what it says, to be decided beside its grounds; the look is in the ledger."""
    act = Act(by.actor, "officer", by.reason or "items of a copy are decided", "rights.items", {"request": request})
    with hub.write(act) as connection:
        got = make.gather(connection, make.find(connection, Whose(request), by.as_at), by.as_at)
        open_items = {one.item: why for one, why in got.undecided()}
        found = [_listed(got, one, open_items.get(one.item)) for one in got.items]
        act.detail.update({"person": got.standing.person, "looked_at": "what may concern others"})
    texts = (_text(got, item) for item in got.items)
    says = zip(found, _says(got, found), texts, strict=True)
    return [Shown(one, said["says"], redaction.words(text or "")) for one, said, text in says]


def _listed(got: Gathered, item: Item, why: str | None) -> Listed:
    state = "undecided" if why else got.decided[item.item]["decision"]
    return _as_listed(got.asking, item, state, why, None if why else got.decided[item.item])


def _as_listed(asking: Asking, item: Item, state: str, why: str | None, row: dict | None) -> Listed:
    means = [asking.meaning(item, ground) for ground in item.grounds]
    exemption = row["exemption"] if row else None
    law = asking.policy.labels("rights.exemptions", asking.on).get(exemption or "")
    words_out = row["words_out"] if row else None
    return Listed(item.item, content.kind(item), list(item.grounds), state, why, means, exemption, law, words_out)


def _says(got: Gathered, found: list[Listed]) -> Iterator[dict]:
    """What each item says, with the row around it; for the officer alone."""
    tables, held = content.Tables(got.asking, set(), {}), got.asking.held
    for one, item in zip(found, got.items, strict=True):
        if item.table == "payloads":
            [look] = [each for each in got.looks if str(each.seq) == item.row]
            rows = [("What was done", f"{look.what}, {words(moments.day_of(look.at))}"), ("Reason typed", look.reason)]
        elif item.table == "practitioners":
            worker = held.workers[item.row]
            rows = [("Worker", worker["name"]), ("Works for", worker["organisation"])]
        else:
            [row] = [each for each in held.tables[item.table] if key(item.table, each) == item.row]
            who = held.members.get(item.of or "")
            rows = [("Who", f"{who.name}: {Role(who.role).label}")] if who else []
            rows += [(cell["label"], cell["said"]) for cell in tables.row(item.table, row).values() if cell["said"]]
        if text := _text(got, item):
            counted = (f"{number} {word}" for number, word in enumerate(redaction.words(text), 1))
            rows.append(("Its words by number", "  ".join(counted)))
        yield {
            "item": one.item,
            "what": one.what,
            "why": "; ".join(one.means),
            "state": one.why or one.state,
            "says": rows,
        }


def lines(found: list[Listed], page: str) -> list[str]:
    """The list for a terminal: no more than which items there are."""
    return [
        *(f"{one.item}  {one.what}: {one.why or one.state}" for one in found),
        *dict.fromkeys(f"  {means}." for one in found for means in one.means),
        f"What they say, for the officer alone: {page}",
    ]


def decided_lines(found: list[Listed]) -> list[str]:
    """What was decided, each item with its reason in law."""
    said = ((one, f", without the words {one.words_out}" if one.words_out else "") for one in found)
    return [f"{one.item}  {one.what}: {one.state}{out}{f' ({one.law})' if one.law else ''}" for one, out in said]
