"""What was written about a request and what came with it, and the steps that each of them leads to."""

from sqlalchemy import Connection, select

from hubdata.dates import words
from hubdata.desk.cases.after import KINDS, OF_COMPLAINTS, last_look
from hubdata.desk.cases.case import Part, Step
from hubdata.records.tables.contract import TABLES
from hubdata.rights.view import Standing
from hubdata.terms import LetterKind, RequestKind

LETTERS, SENDINGS, ENCLOSURES = TABLES["letters"], TABLES["sendings"], TABLES["enclosures"]
OPEN = "open"


def _noun(one: Standing) -> tuple[str, str]:
    """How its commands begin, and what their option is called."""
    return ("complaint", "complaint") if one.kind == RequestKind.COMPLAINT else ("rights", "request")


def _letters(connection: Connection, request: str) -> list[dict]:
    """Letters about it, the oldest first, each with the last day on which it was sent."""
    sent = select(SENDINGS.c.letter, SENDINGS.c.sent_on).filter_by(request=request).order_by(SENDINGS.c.sent_on)
    days = {row.letter: row.sent_on for row in connection.execute(sent)}
    rows = connection.execute(select(LETTERS).filter_by(request=request).order_by(LETTERS.c.recorded_at)).mappings()
    return [{**row, "sent_on": days.get(row["letter"])} for row in rows]


def parts(connection: Connection, one: Standing) -> list[Part]:
    """What was written and what came, in the order of their days."""
    came = connection.execute(select(ENCLOSURES).filter_by(request=one.request).order_by(ENCLOSURES.c.recorded_at))
    kept = [f"{row.enclosure}: {row.media}, {row.size:,} bytes, came on {words(row.came_on)}" for row in came]
    return [
        Part("Letters", [_said(row) for row in _letters(connection, one.request)]),
        Part("What came with it, kept encrypted", kept),
    ]


def _said(row: dict) -> str:
    went = f"sent on {words(row['sent_on'])}" if row["sent_on"] else "not sent"
    gone = "" if row["deleted_at"] is None else "; its files have deleted themselves"
    return f"{row['letter']}: {LetterKind(row['kind']).label.lower()}; written on {words(row['made_on'])}, {went}{gone}"


def steps(connection: Connection, one: Standing) -> list[Step]:
    """The letters that are still to go, those that may be written, and what came."""
    group, named = _noun(one)
    given = {named: one.request}
    waiting = [row for row in _letters(connection, one.request) if not row["sent_on"] and row["deleted_at"] is None]
    send = [
        last_look(group, f"Send letter {row['letter']}: {LetterKind(row['kind']).label.lower()}", row["letter"])
        for row in waiting
    ]
    listed = ENCLOSURES.c.enclosure
    came = list(connection.execute(select(listed).filter_by(request=one.request)).scalars())
    opened = [Step(f"{group} enclosed", "Open what came", given, {"enclosure": {each: each for each in came}})]
    return [
        *send,
        *(_letter(one, kind, label) for kind, label in _kinds(one)),
        Step(f"{group} enclose", "Keep the letter that came", given),
        *(opened if came else []),
    ]


def _letter(one: Standing, kind: str, label: str) -> Step:
    """The form of a letter, which asks only what a letter of this kind is told."""
    group, named = _noun(one)
    offers = _to(one)
    quiet = ["out"] if group == "complaint" or offers else ["out", "to_person"]
    quiet += ["exemption"] if group == "rights" and kind != LetterKind.REFUSE else []
    return Step(f"{group} letter", label, {named: one.request, "kind": kind, **dict.fromkeys(quiet, "")}, offers)


def _kinds(one: Standing) -> list[tuple[str, str]]:
    """The letters that may be written of it now; `letter` itself judges each."""
    if one.kind == RequestKind.COMPLAINT:
        done = {LetterKind.ACKNOWLEDGE} if one.acknowledged_on else set()
        over = {LetterKind.ACKNOWLEDGE, LetterKind.PROGRESS} if one.outcome != OPEN else done
        return [(str(kind), label) for kind, label in OF_COMPLAINTS.items() if kind not in over]
    late = {LetterKind.EXTEND} if one.extension == "too_late" else set()
    over = {LetterKind.ACKNOWLEDGE, LetterKind.CLARIFY, LetterKind.EXTEND} if one.outcome != OPEN else late
    return [(str(kind), label) for kind, label in KINDS.items() if kind not in over]


def _to(one: Standing) -> dict[str, dict[str, str]]:
    """Who may get it: whoever asked, and the person whose right it is, where they are two."""
    if not one.asked_by or not one.person or one.asked_by == one.person:
        return {}
    who = {one.asked_by: f"{one.asked_by}, who asked", one.person: f"{one.person}, whose right it is"}
    return {"to_person": who}
