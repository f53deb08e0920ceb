"""A person's copy of what the Hub keeps about them, made upon an open access request; a draft until all is decided.

It is written as a page and as JSON, readable by their owner alone and named by references; the register keeps their
hashes and the day on which they delete themselves. It must never give what is not decided.
Source: notice P9; UK GDPR Art 15; Data Protection Act 2018, Schedules 2 and 3.
"""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, select

from hubdata import moments
from hubdata.dates import words
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records.decisions import read as decisions
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.retention import due
from hubdata.rights import register, view
from hubdata.rights.copy import content, keep, looked, named, rows
from hubdata.rights.copy import items as copy_items
from hubdata.rights.copy import page as copy_page
from hubdata.rights.copy.items import Asking, Item
from hubdata.rights.view import Standing
from hubdata.rules import course
from hubdata.rules.asked import corrections, one_family
from hubdata.rules.course import Event
from hubdata.terms import RequestKind, RequestStep

SHOWN = 20
REASON = "a copy for the person"


@dataclass(frozen=True)
class Whose:
    """Whose copy: by the request, or by the person, who must have an open one."""

    request: str | None = None
    family: str | None = None
    person: str | None = None


@dataclass(frozen=True)
class Gathered:
    """What a request's copy is made of, and what is decided of its items."""

    standing: Standing
    asking: Asking
    items: list[Item]
    decided: dict[str, dict]
    looks: list[looked.Look]

    def undecided(self) -> list[tuple[Item, str]]:
        """The items that stand in the way, and why."""
        months = self.asking.value("opinion_months")
        found = (
            (one, copy_items.undecided(one, self.decided.get(one.item), self.asking.on, months)) for one in self.items
        )
        return [(one, why) for one, why in found if why]


@dataclass(frozen=True)
class Made:
    """A copy as made: references, places and hashes; never a name. `notes` are for the officer."""

    pack: str
    request: str
    family: str
    person: str
    made_on: date
    delete_on: date
    page: str
    data: str
    page_sha256: str
    data_sha256: str | None
    left_out: list[dict]
    undecided: list[dict]  # what makes it a draft, for the officer alone; nothing of it is in the files
    names: list[named.Named]  # every other person whom it names; it is a draft until each was looked at
    is_draft: bool
    notes: list[str]


def make(hub: Hub, whose: Whose, by: By, out: Path | None = None, seen: tuple[str, ...] = ()) -> Made:
    """Make a person's copy, record its hashes, and write it to `out` or the hub's own work folder.

    While something is not decided it is a draft for the officer, without that; and so it is until `seen` has every
    other person whom it names, as the last look lists them. Raises BadParameter for what is unknown, Refused if no
    access request is open or who asks is not settled.
    """
    act = Act(by.actor, "officer", by.reason or REASON, "rights.pack", {"looked_at": "all that is held about a person"})
    with keep.writing(hub, act, out) as (connection, files):
        got = gather(connection, find(connection, whose, by.as_at), by.as_at)
        undecided = _undecided(got)
        copy = of(connection, got, frozenset(one["item"] for one in undecided))
        copy = replace(copy, is_unseen=not _seen(names := named.find(copy), seen))
        reference, held = f"K{secrets.token_hex(5)}", got.asking.held
        delete_on = keep.last_day(got.asking.policy, by.as_at)
        said = content.content(copy, reference, delete_on)
        texts = {
            "html": copy_page.render(said, held.members[held.person].name, _by_name(held, names)),
            "json": json.dumps(said, indent=1, ensure_ascii=False) + "\n",
        }
        what = "draft" if copy.is_draft else "pack"
        kept = files.add(connection, reference, got.standing, by.as_at, delete_on, texts, what)
        act.detail.update(
            request=got.standing.request, person=held.person, pack=reference, named=[*seen], **kept.hashes
        )
    return Made(
        pack=reference,
        request=got.standing.request,
        family=held.family,
        person=held.person,
        made_on=by.as_at,
        delete_on=delete_on,
        page=str(kept.paths[0]),
        data=str(kept.paths[1]),
        page_sha256=kept.hashes["page_sha256"],
        data_sha256=kept.hashes.get("data_sha256"),
        left_out=said["left_out"],
        undecided=undecided,
        names=names,
        is_draft=copy.is_draft,
        notes=list(_notes(got.asking)),
    )


def of(connection: Connection, got: Gathered, waiting: frozenset[str]) -> content.Copy:
    """The copy that this makes, with what waits for a decision left out."""
    state = due.state_of(connection, [got.asking.held.family], got.asking.on)
    asked = {"request": got.standing.request, "received_on": got.standing.received_on}
    return content.Copy(got.asking, asked, got.items, got.decided, got.looks, state[0] if state else None, waiting)


def _seen(names: list[named.Named], seen: tuple[str, ...]) -> bool:
    """Whether somebody looked at everybody whom the copy names. Raises BadParameter for one whom it does not name."""
    there = {one.person for one in names}
    if unknown := sorted(set(seen) - there):
        listed = ", ".join(sorted(there)) or "nobody else"
        raise BadParameter(f"--named {', '.join(unknown)}: the copy would not name them; it names {listed}")
    return there <= set(seen)


def _by_name(held: rows.Held, names: list[named.Named]) -> list[tuple[str, str]]:
    """The last look for the officer's draft: who is named, by name, and where."""
    called = {person: one.name for person, one in held.members.items()}
    called |= {person: row["name"] for person, row in held.workers.items()}
    return [(one.person, f"{called[one.person]}, {one.who}: {'; '.join(one.where)}") for one in names]


def find(connection: Connection, whose: Whose, as_at: date) -> Standing:
    """The open access request that a copy answers. Raises BadParameter or Refused, saying what to do."""
    register.refuse_ahead(as_at)
    if whose.request is None:
        return _of_person(connection, whose, as_at)
    found = view.read(connection, as_at, request=whose.request)
    if not found:
        raise BadParameter(
            f"the register has no request {whose.request!r} by that day; `hubdata rights list` shows those it has"
        )
    [standing] = found
    if (whose.family or standing.family, whose.person or standing.person) != (standing.family, standing.person):
        raise BadParameter(
            f"request {whose.request} is of person {standing.person} of family {standing.family}; "
            "leave --family and --person out"
        )
    if standing.kind != RequestKind.ACCESS:
        raise Refused(f"{whose.request} is no request for a copy (it is one of {standing.kind}): {_log(standing)}")
    if standing.outcome != "open":
        raise Refused(
            f"request {whose.request} is {standing.outcome}, and a copy is made while it is open: {_log(standing)}"
        )
    return _settled(connection, standing, as_at)


def _log(of: Standing | Whose) -> str:
    return f"log one with `hubdata rights log --family {of.family} --person {of.person} --kind access`"


def _of_person(connection: Connection, whose: Whose, as_at: date) -> Standing:
    if not (whose.family and whose.person):
        raise BadParameter("name the --request, or the --family and the --person")
    people = TABLES["people"]
    if not connection.execute(select(people.c.person).filter_by(person=whose.person, family=whose.family)).first():
        raise BadParameter(f"--person {whose.person!r} is not of family {whose.family!r}; check both references")
    found = view.read(connection, as_at, person=whose.person, kind=str(RequestKind.ACCESS))
    standing = next((one for one in found if one.outcome == "open"), None)
    if standing is None:
        raise Refused(f"person {whose.person} of family {whose.family} has no open access request: {_log(whose)}")
    return _settled(connection, standing, as_at)


def _settled(connection: Connection, standing: Standing, as_at: date) -> Standing:
    """The request, if nothing that must be shown before anything is given is still waited for."""
    row = {name: getattr(standing, name) for name in ("kind", "same_as", "asked_by", "person")}
    steps = corrections.steps(connection, [standing.request])
    answer = Event("", RequestStep.RESPONDED, as_at, recorded_at=moments.stamp())
    problems = course.problems(
        register.case(connection, row), steps[standing.request], answer, corrections.of_steps(steps)
    )
    if problems:
        raise Refused(f"The copy of request {standing.request} was not made. {'. '.join(problems)}.", problems)
    return standing


def gather(connection: Connection, standing: Standing, as_at: date) -> Gathered:
    """Everything that a request's copy is made of.

    Raises Refused for a grown-up child's parent without authority, and for somebody who has died.
    """
    linked = sorted(one_family.together(connection, [standing.family], as_at) - {standing.family})
    held = rows.read(connection, standing.family, cast(str, standing.person), tuple(linked))  # `find` asks for one
    died_on = held.tables["people"][0]["died_on"]
    if died_on is not None and died_on <= as_at:
        raise Refused(
            f"{held.person} died on {words(died_on)}: data rights are of the living, and no copy is made. Ask the data "
            "protection officer; then record withdrawn or refused with "
            f"`hubdata rights event --request {standing.request}`"
        )
    asking = Asking(held, standing.asked_by, as_at, decisions.of(connection), standing.request)
    _refuse_of_age(standing, asking)
    items = copy_items.find(asking)
    of_others = {one.row for one in items if one.column is None and one.table in ("holds", "requests")}
    looks = looked.read(connection, held, of_others, standing.request)
    items += [one.item for one in looks if one.item]
    return Gathered(standing, asking, items, copy_items.decisions(connection, standing.request), looks)


def _refuse_of_age(standing: Standing, asking: Asking) -> None:
    shown = {step["what"] for step in standing.events}
    grown = asking.by_another and asking.age is not None and asking.age >= copy_items.OF_AGE
    if grown and RequestStep.AUTHORITY_RECEIVED not in shown:
        raise Refused(
            f"{asking.held.person} is of age and somebody else asks: record authority_received, their "
            f"written authority, with `hubdata rights event --request {standing.request}`"
        )


def _undecided(got: Gathered) -> list[dict]:
    return [
        {"item": one.item, "what": content.kind(one), "grounds": list(one.grounds), "why": why}
        for one, why in got.undecided()
    ]


def _notes(asking: Asking) -> Iterator[str]:
    """What an officer should ask before a child's copy is handed over; understanding decides, not age."""
    person, prompt = asking.held.person, asking.value("competence_prompt_age")
    if also := asking.held.linked:
        yield (
            f"{' and '.join(also)} was decided to be of the same family and is in this copy: look whether {person} "
            "stands there under another reference, as what is about others there is decided one by one"
        )
    if not asking.is_child:
        return
    if asking.age is None:
        yield f"{person} is a child whose age is not recorded: judge whether they understand what is asked"
    elif asking.by_another and asking.age >= prompt:
        yield f"{person} is {asking.age}: ask them whether they agree that their parent is given this (a prompt)"
    elif not asking.by_another and asking.age < prompt:
        yield f"{person} is {asking.age}: judge whether they understand what they ask (a prompt, not a rule)"


def lines(made: Made) -> list[str]:
    """A copy for the officer."""
    if made.is_draft:
        said = _draft(made) if made.undecided else _last_look(made)
        return [*said, *(f"Look at this: {note}." for note in made.notes)]
    said = [
        f"The copy of request {made.request} is made: {made.page}",
        f"  the same as data: {made.data}",
        f"  both delete themselves on {made.delete_on}; the register keeps their hashes.",
    ]
    said += [f"  left out: {one['number']} × {one['what']} ({one['exemption']})" for one in made.left_out]
    said += [f"  names {one.person}, {one.who}: {'; '.join(one.where)}" for one in made.names]
    said += [f"Look at this: {note}." for note in made.notes]
    return [*said, f"When it is given: hubdata rights event --request {made.request} --what responded"]


def _draft(made: Made) -> list[str]:
    listed = [f"  {one['item']}  {one['what']}: {one['why']}" for one in made.undecided[:SHOWN]]
    more = [f"  … and {len(made.undecided) - SHOWN} more"] if len(made.undecided) > SHOWN else []
    return [
        f"A draft of request {made.request}, not to be given out: {made.page}",
        f"{len(made.undecided)} of the copy may concern others or be about health. They are left out of the draft "
        f"and must be decided first. `hubdata rights items --request {made.request}` lists and says what each one is; "
        f"decide with `hubdata rights decide --request {made.request} --item ITEM --decision disclose|withhold`.",
        *listed,
        *more,
    ]


def _last_look(made: Made) -> list[str]:
    confirm = " ".join(f"--named {one.person}" for one in made.names)
    return [
        f"All is decided. The last look, before the copy of request {made.request} becomes final: {made.page}",
        f"It names {len(made.names)} other {'person' if len(made.names) == 1 else 'people'}:",
        *(f"  {one.person}, {one.who}: {'; '.join(one.where)}" for one in made.names),
        "People of no family on record are not found so: read the texts that are given.",
        f"If each of them may be named: hubdata rights pack --request {made.request} {confirm}; if not, decide again.",
    ]
