"""Writes a letter about a request or complaint: a .docx and a page to print, named by references, entered with hashes.

A letter whose step cannot be taken on its day is refused as the step would be: an extension that comes too late, a
refusal without grounds, a copy that is not whole. The address is typed at the time, and kept sealed with the case.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, select

from hubdata import moments, policy
from hubdata.dates import words
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import ledger, private
from hubdata.records.decisions import read as decisions
from hubdata.records.keys import sealed
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.rights import register, view
from hubdata.rights.copy import keep
from hubdata.rights.letters import address, document, facts, page, steps, wording
from hubdata.rights.letters.facts import Occasion
from hubdata.rules import course
from hubdata.rules.asked import corrections
from hubdata.rules.course import Event
from hubdata.terms import LetterKind, RequestKind

LETTERS, PACKS, PEOPLE = TABLES["letters"], TABLES["packs"], TABLES["people"]
FOLDER = "letters"
REASON = "a letter is written"
LONGEST = 2000


@dataclass(frozen=True)
class Wanted:
    """The letter that is wanted: about which request, of which kind, to which address, and what only a person can say.

    `to` is who gets it, if not whoever asked: the person whose right it is, or who asked for them.
    """

    request: str
    kind: str
    address: str
    says: str | None = None
    exemption: str | None = None
    to: str | None = None


@dataclass(frozen=True)
class Letter:
    """A letter as written: references, places and hashes; no name and no address. `notes` are for the officer."""

    letter: str
    request: str
    kind: str
    to_person: str | None
    pack: str | None
    made_on: date
    delete_on: date
    page: str
    document: str
    page_sha256: str
    document_sha256: str
    takes: str | None  # the step that is recorded when it is sent; none if it stands already
    notes: list[str]


def write(hub: Hub, wanted: Wanted, by: By, noun: str = "rights", out: Path | None = None) -> Letter:
    """Write a letter of a day, to `out` or the hub's own work folder; it is sent by hand, and then recorded as sent.

    Raises BadParameter for what is unknown or missing, Refused for a letter that the request's state, the law or the
    council's own wording does not allow.
    """
    _check(wanted, noun)
    lines = address.lines(wanted.address)
    said = {"request": wanted.request, "kind": str(wanted.kind)}
    act = Act(by.actor, "officer", by.reason or REASON, f"{noun}.letter", said)
    with keep.writing(hub, act, out, FOLDER) as (connection, files):
        row = register.found(connection, wanted.request, noun)
        occasion, takes = _occasion(connection, row, wanted, by.as_at)
        template = wording.name(wanted.kind, noun == "complaint", row["kind"] == RequestKind.ACCESS)
        worded = wording.fill(occasion.values, template, by.as_at, facts.of(connection, occasion, str(wanted.kind)))
        above, below = _around(occasion, lines)
        contents = {"html": page.render(above, worded, below).encode(), "docx": document.made(above, worded, below)}
        reference = f"L{secrets.token_hex(5)}"
        stem = f"letter-{private.plain(wanted.request)}-{reference}"
        paths = {kind: private.folder(files.folder) / f"{stem}.{kind}" for kind in contents}
        made = Letter(
            letter=reference,
            request=wanted.request,
            kind=str(wanted.kind),
            to_person=occasion.to_person,
            pack=occasion.pack["pack"] if occasion.pack else None,
            made_on=by.as_at,
            delete_on=keep.last_day(occasion.values, by.as_at),
            page=str(paths["html"]),
            document=str(paths["docx"]),
            page_sha256=ledger.digest(contents["html"]),
            document_sha256=ledger.digest(contents["docx"]),
            takes=takes,
            notes=list(_notes(occasion, wanted)),
        )
        _enter(hub, connection, row["family"], occasion, made, lines)
        files.put({paths[kind]: content for kind, content in contents.items()})
        hashes = {name: getattr(made, name) for name in ("page_sha256", "document_sha256")}
        act.detail.update(letter=reference, person=made.to_person, **hashes)
    return made


IN_THE_REGISTER = (
    *("letter", "request", "kind", "to_person", "pack", "made_on", "delete_on"),
    *("page_sha256", "document_sha256"),
)


def _enter(hub: Hub, connection: Connection, family: str, occasion: Occasion, made: Letter, lines: list[str]) -> None:
    """Enter a letter in the register, its address sealed."""
    sealed_to = sealed.seal(hub, made.letter, "\n".join(lines).encode())
    row = {name: getattr(made, name) for name in IN_THE_REGISTER}
    row |= {"family": family, "says": occasion.says, "exemption": occasion.exemption, "address": sealed_to}
    connection.execute(LETTERS.insert(), row | {"recorded_at": moments.stamp()})


def _check(wanted: Wanted, noun: str) -> None:
    """Raises BadParameter for a kind that is none, or words that say nothing or too much."""
    allowed = steps.kinds(noun)
    if wanted.kind not in allowed:
        raise BadParameter(f"--kind {wanted.kind!r} is none; allowed are {', '.join(allowed)}")
    if len(wanted.says or "") > LONGEST:
        raise BadParameter(f"--says has {len(wanted.says or ''):,} characters; a letter takes {LONGEST:,}: shorten it")
    if wanted.says is not None and policy.meant(wanted.says) is None:
        raise BadParameter(f"--says {wanted.says!r} says nothing; write what the person is to read, or leave it out")
    if wanted.exemption and wanted.kind != LetterKind.REFUSE:
        raise BadParameter("--exemption is the reason of a refusal; leave it out of any other letter")


def _occasion(connection: Connection, row: dict, wanted: Wanted, on: date) -> tuple[Occasion, str | None]:
    """What the letter is written on, and the step that it takes when it is sent."""
    register.refuse_ahead(on)
    found = view.read(connection, on, request=wanted.request)
    if not found:
        raise BadParameter(f"{wanted.request} came after {words(on)}; name a later day with --as-at")
    [standing] = found
    values = decisions.of(connection)
    recorded = corrections.steps(connection, [wanted.request])[wanted.request]
    corrects = corrections.of_steps({wanted.request: recorded})
    taken = course.course(recorded, corrects, on)
    step = steps.step_of(wanted.kind, row["kind"])
    stands = steps.stands(taken, step)
    says, exemption = _said(wanted, stands)
    _refuse_unsaid(row, wanted.kind, says, exemption, values, on)
    if stands is None and step is not None:
        new = Event("", step, on, says, exemption, recorded_at=moments.stamp())
        wrong = course.problems(register.case(connection, row), recorded, new, corrects)
        if wrong:
            raise Refused(f"The letter was not written. {'. '.join(wrong)}.", wrong)
        taken = [*taken, new]
    pack = _pack(connection, row, on) if (row["kind"], wanted.kind) == (RequestKind.ACCESS, LetterKind.SEND) else None
    occasion = Occasion(
        standing, taken, values, on, says, exemption, pack, _to(row, wanted.to), _names(connection, row)
    )
    _refuse_state(connection, occasion, wanted.kind)
    return occasion, str(step) if step and stands is None else None


def _said(wanted: Wanted, stands: Event | None) -> tuple[str | None, str | None]:
    """What the letter says of its own, and the reason in law: as typed, or as the recorded step has it."""
    says = policy.meant(wording.clean(wanted.says or "")) or (policy.meant(stands.reason) if stands else None)
    if stands and wanted.exemption and wanted.exemption != stands.exemption:
        raise Refused(
            f"It was refused on {words(stands.happened_on)} for another reason in law ({stands.exemption}): leave "
            "--exemption out, or correct that step first"
        )
    return says, wanted.exemption or (stands.exemption if stands else None)


def _refuse_unsaid(
    row: dict, kind: str, says: str | None, exemption: str | None, values: policy.Policy, on: date
) -> None:
    needed = steps.NEEDS.get(LetterKind(kind))
    if needed and says is None and (row["kind"], kind) != (RequestKind.ACCESS, LetterKind.SEND):
        raise BadParameter(f"a letter of this kind says {needed}: write it with --says")
    allowed = values.labels("rights.exemptions", on)
    if kind == LetterKind.REFUSE and exemption not in allowed:
        found = f"--exemption {exemption!r} is none" if exemption else "a refusal needs its reason in law (--exemption)"
        raise BadParameter(f"{found}; there are {', '.join(allowed)}")


def _refuse_state(connection: Connection, occasion: Occasion, kind: str) -> None:
    """Raises Refused for what the steps alone do not tell: too late, over, or somebody who has died."""
    standing, told = occasion.standing, occasion.told
    if kind == LetterKind.EXTEND and told.extension == "too_late":
        last = words(told.notice_by) if told.notice_by else "the end of the first period"
        raise Refused(
            f"The letter was not written. An extension must be told by {last}, and this is {words(occasion.on)}: it "
            f"has no effect. Answer by {words(told.due) if told.due else 'the day that holds'}, and say why it is late"
        )
    if kind == LetterKind.ACKNOWLEDGE and standing.outcome != "open":
        raise Refused(
            f"The letter was not written. {standing.request} is {standing.outcome}: there is nothing to acknowledge"
        )
    people = PEOPLE.c
    died_on = connection.execute(select(people.died_on).filter_by(person=occasion.to_person)).scalar()
    if died_on is not None and died_on <= occasion.on:
        raise Refused(f"The letter was not written. {occasion.to_person} died on {words(died_on)}")


def _pack(connection: Connection, row: dict, on: date) -> dict:
    """The newest whole copy of a request whose files are there."""
    whole = select(PACKS).filter_by(request=row["request"], deleted_at=None).where(PACKS.c.data_sha256.is_not(None))
    made = [each for each in connection.execute(whole).mappings() if each["made_on"] <= on]
    if not made:
        raise Refused(
            "The letter was not written. There is no whole copy that it could go with: decide what is undecided, and "
            f"make it with `hubdata rights pack --request {row['request']}`"
        )
    return dict(max(made, key=lambda each: (each["made_on"], each["recorded_at"])))


def _to(row: dict, to: str | None) -> str | None:
    """Who gets it: whoever asked, or the person whose right it is; nobody else."""
    may = [one for one in (row["asked_by"], row["person"]) if one]
    if to is not None and to not in may:
        raise BadParameter(
            f"--to {to!r} neither asked nor is the person whose right it is; it goes to "
            f"{' or '.join(may) or 'whoever complained'}"
        )
    return to or next(iter(may), None)


def _names(connection: Connection, row: dict) -> dict[str, str]:
    people = PEOPLE.c
    wanted = [one for one in (row["person"], row["asked_by"]) if one]
    found = connection.execute(
        select(people.person, people.given_name, people.family_name).where(people.person.in_(wanted))
    )
    return {each.person: f"{each.given_name} {each.family_name}" for each in found}


def _around(occasion: Occasion, lines: list[str]) -> tuple[list[str], list[str]]:
    """What stands above a letter, with the address that was typed, and what closes it."""
    name = occasion.names.get(occasion.to_person or "")
    to = [name, *lines] if name and wording.clean(name) != wording.clean(lines[0]) else lines
    about = f"Our reference: {occasion.standing.request}"
    return [*to, "", words(occasion.on), about, ""], [
        "",
        occasion.value("letters.signed"),
        occasion.value("controller.name"),
    ]


def _notes(occasion: Occasion, wanted: Wanted) -> Iterator[str]:
    told = occasion.told
    if told.due and told.due < occasion.on and not told.answered:
        yield f"the day by which to {'acknowledge' if told.notice_by is None else 'answer'} was {words(told.due)}"
    if wanted.kind == LetterKind.REFUSE and occasion.says is None:
        yield "it gives the reason in law and no reason of your own; with --says it tells the person why it holds here"
    yield from told.notes


def lines(made: Letter, noun: str) -> list[str]:
    """A letter for the officer: where it lies, and what comes next."""
    step = f", which records {made.takes}" if made.takes else ""
    return [
        f"Letter {made.letter} ({LetterKind(made.kind).label.lower()}) is written: {made.page}",
        f"  the same to edit: {made.document}",
        f"  both delete themselves on {words(made.delete_on)}; the register keeps their hashes.",
        *(f"Look at this: {note}." for note in made.notes),
        f"When it goes out{step}: hubdata {noun} sent --letter {made.letter}",
    ]
