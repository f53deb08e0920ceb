"""Before a letter goes out: to whom, to which address, who else is named, who must not see it; then that it was sent.

One recipient, one letter, one copy. Whoever sends it says back what was checked; what has changed since is checked
again. It is sent by a person: this records that it was, with the hash of what went, and the step that it takes.
"""

import secrets
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256

from sqlalchemy import Connection, select

from hubdata import moments, policy
from hubdata.dates import words
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.keys import sealed
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.rights import register, sweep, view
from hubdata.rights.copy import make as copy_make
from hubdata.rights.copy import named
from hubdata.rights.copy.named import Named
from hubdata.rights.copy.rows import parts
from hubdata.rights.letters import steps
from hubdata.rules import course
from hubdata.rules.asked import corrections
from hubdata.rules.course import Event
from hubdata.terms import LetterKind, RequestStep, Role, SendingWay

LETTERS, SENDINGS, PACKS, PEOPLE = (TABLES[name] for name in ("letters", "sendings", "packs", "people"))
REASON = "a letter is sent"
SHORTENED = 490  # of what a letter says, so much stands as the step's reason
ADULTS = (Role.PARENT_CARER, Role.EXPECTANT_PARENT, Role.OTHER_ADULT)


@dataclass(frozen=True)
class Watched:
    """Somebody else of the family who must not see the address or this letter: their reference, and why them."""

    person: str
    why: list[str]


@dataclass(frozen=True)
class Check:
    """What is looked at for the last time before a letter goes out; whoever sends it gives `checked` back.

    `named` is everybody else whom the copy that goes with it names. `already` says what was sent before.
    """

    letter: str
    request: str
    kind: str
    to_person: str | None
    name: str | None
    address: list[str]
    pack: str | None
    named: list[Named]
    must_not_see: list[Watched]
    already: list[str]
    notes: list[str]
    checked: str


@dataclass(frozen=True)
class Sent:
    """That a letter went out: on which day, how, what was checked; `again` if one like it went before."""

    on: date
    way: str
    checked: str
    again: bool = False


@dataclass(frozen=True)
class Sending:
    """A sending as recorded: references and hashes only."""

    sending: str
    letter: str
    request: str
    to_person: str | None
    pack: str | None
    sent_on: date
    sha256: str
    takes: str | None
    outcome: str
    notes: list[str] = field(default_factory=list)


def check(hub: Hub, letter: str, by: By, noun: str = "rights") -> Check:
    """What to look at before a letter goes out; the look at the name and the address is an entry of the ledger.

    Raises BadParameter for an unknown letter, Refused for one whose time is over, or whose copy is not what was made.
    """
    act = Act(by.actor, "officer", by.reason or REASON, f"{noun}.check", {"letter": letter, "looked_at": "address"})
    with hub.write(act) as connection:
        row = _found(connection, letter, noun)
        act.detail.update(request=row["request"], person=row["to_person"])
        return _check(hub, connection, row, by.as_at)


def sent(hub: Hub, letter: str, given: Sent, by: By, noun: str = "rights") -> Sending:
    """Record that a letter went out, with the hash of what went, and take its step in the register.

    Raises BadParameter for what is unknown, Refused if it was not checked as it is now, if it or a copy like it was
    sent before and nobody said so, or if its step cannot be taken on that day.
    """
    if given.way not in SendingWay._value2member_map_:
        raise BadParameter(f"--way {given.way!r} is none; allowed are {', '.join(SendingWay)}")
    register.refuse_ahead(given.on)
    act = Act(by.actor, "officer", by.reason or REASON, f"{noun}.sent", {"letter": letter})
    with hub.write(act) as connection:
        row = _found(connection, letter, noun)
        request = register.found(connection, row["request"], noun)
        _refuse(row, given, _check(hub, connection, row, by.as_at), by)
        went, notes = _went(hub, row)
        takes = _take(connection, request, row, given, by, act.detail)
        standing = view.read(connection, max(by.as_at, given.on), request=row["request"])[0]
        if takes == RequestStep.EXTENDED and standing.extension == "too_late":
            raise Refused(
                f"Nothing was recorded. Sent on {words(given.on)}, the extension comes too late: it had to be told by "
                f"{words(standing.notice_by) if standing.notice_by else 'an earlier day'}"
            )
        reference = f"S{secrets.token_hex(5)}"
        kept = {
            "sending": reference,
            "letter": letter,
            "request": row["request"],
            "family": row["family"],
            "sent_on": given.on,
            "way": given.way,
            "sha256": went,
            "reason": by.reason,
            "recorded_at": moments.stamp(),
        }
        connection.execute(SENDINGS.insert(), kept)
        act.detail.update(request=row["request"], person=row["to_person"], sending=reference, sha256=went)
        act.detail.update(_of_pack(connection, row["pack"]))
    whom = {name: row[name] for name in ("letter", "request", "to_person", "pack")}
    return Sending(reference, **whom, sent_on=given.on, sha256=went, takes=takes, outcome=standing.outcome, notes=notes)


def _found(connection: Connection, letter: str, noun: str) -> dict:
    row = connection.execute(select(LETTERS).filter_by(letter=letter)).mappings().first()
    kind = row and connection.execute(select(TABLES["requests"].c.kind).filter_by(request=row["request"])).scalar_one()
    if row is None or (kind == "complaint") != (noun == "complaint"):
        raise BadParameter(f"there is no letter {letter!r} about a {'request' if noun == 'rights' else noun}")
    if row["deleted_at"] is not None:
        raise Refused(f"letter {letter} has deleted itself, its time was over: write it again")
    return dict(row)


def _check(hub: Hub, connection: Connection, row: dict, on: date) -> Check:
    person, names = row["to_person"], []
    if row["pack"]:
        _refuse_pack(hub, connection, row)
        standing = view.read(connection, on, request=row["request"])[0]
        got = copy_make.gather(connection, standing, on)
        waiting = frozenset(item.item for item, _ in got.undecided())  # what came up since is not in it
        names = [one for one in named.find(copy_make.of(connection, got, waiting)) if one.person != person]
    lines = sealed.opened(hub, row["letter"], row["address"]).decode().split("\n")
    watched, already = _watched(connection, row), _already(connection, row)
    look = [row["letter"], person, lines, row["page_sha256"], row["document_sha256"], row["pack"], already]
    look += [[asdict(one) for one in each] for each in (names, watched)]
    return Check(
        letter=row["letter"],
        request=row["request"],
        kind=row["kind"],
        to_person=person,
        name=_name(connection, person),
        address=lines,
        pack=row["pack"],
        named=names,
        must_not_see=watched,
        already=already,
        notes=_went(hub, row)[1],
        checked=sha256(ledger.canonical(look)).hexdigest()[:16],
    )


def _name(connection: Connection, person: str | None) -> str | None:
    people = PEOPLE.c
    found = connection.execute(select(people.given_name, people.family_name).filter_by(person=person)).first()
    return " ".join(found) if found else None


def _refuse_pack(hub: Hub, connection: Connection, row: dict) -> None:
    """Raises Refused for a copy that is gone, is not what was made, or is older than what was decided of it."""
    pack = connection.execute(select(PACKS).filter_by(pack=row["pack"])).mappings().one()
    if pack["deleted_at"] is not None:
        raise Refused(f"copy {row['pack']} has deleted itself, its time was over: make it and this letter again")
    decided = TABLES["item_decisions"].c
    later = select(decided.item).filter_by(request=row["request"]).where(decided.recorded_at > pack["recorded_at"])
    if connection.execute(later).first():
        raise Refused(f"what goes into the copy was decided anew after copy {row['pack']} was made: make both again")
    hashes = {".html": pack["page_sha256"], ".json": pack["data_sha256"]}
    for path in sweep.files(hub, "packs", row["pack"]):
        if ledger.digest(path.read_bytes()) != hashes[path.suffix]:
            raise Refused(
                f"copy {row['pack']} is not as it was made: somebody changed its {path.suffix[1:]}; make it again"
            )


def _watched(connection: Connection, row: dict) -> list[Watched]:
    """The others of the family who are grown up, whom a decision leaves out, or who ask for the same."""
    person = row["to_person"]
    found: dict[str, list[str]] = {}
    agreements = TABLES["agreements"]
    for one in connection.execute(select(agreements).filter_by(family=row["family"])).mappings():
        if person in (one["given_by"], *parts(one["covers"])):
            for out in parts(one["exclusions"]):
                found.setdefault(out, []).append(f"decision {one['agreement']} leaves them out")
    requests = TABLES["requests"]
    for one in connection.execute(select(requests).filter_by(family=row["family"])).mappings():
        if one["request"] != row["request"] and one["kind"] == "access":
            found.setdefault(one["asked_by"] or one["person"], []).append(f"asked for a copy in {one['request']}")
    members = connection.execute(select(PEOPLE.c.person, PEOPLE.c.role).filter_by(family=row["family"])).all()
    for one in members:
        if one.role in ADULTS:
            found.setdefault(one.person, []).append("another adult of the family")
    there = {one.person for one in members} - {person}
    return [Watched(one, list(dict.fromkeys(why))) for one, why in sorted(found.items()) if one in there]


def _already(connection: Connection, row: dict) -> list[str]:
    """What went before: this letter, or a copy of the same request to somebody."""
    joined = select(SENDINGS.c.letter, SENDINGS.c.sent_on, LETTERS.c.to_person, LETTERS.c.kind).join_from(
        SENDINGS, LETTERS, SENDINGS.c.letter == LETTERS.c.letter
    )
    before = connection.execute(joined.where(SENDINGS.c.request == row["request"]).order_by(SENDINGS.c.sent_on)).all()
    return [
        f"letter {one.letter} was sent to {one.to_person or 'whoever complained'} on {words(one.sent_on)}"
        for one in before
        if one.letter == row["letter"] or (one.kind == row["kind"] == LetterKind.SEND)
    ]


def _refuse(row: dict, given: Sent, looked: Check, by: By) -> None:
    if given.checked != looked.checked:
        raise Refused(
            f"Letter {row['letter']} was not checked as it is now: look at it first, with `hubdata rights sent "
            f"--letter {row['letter']}` and no --checked, which says to whom it goes, where, and who is named"
        )
    if given.on < row["made_on"]:
        raise Refused(
            f"{words(given.on)} lies before the letter was written, on {words(row['made_on'])}; correct the day"
        )
    if looked.already and not given.again:
        raise Refused(
            f"Nothing was recorded: {'; '.join(looked.already)}. Is it to go again? Say so with --again, and why"
        )
    if looked.already:
        policy.reason(by.reason, "what is sent again")


def _went(hub: Hub, row: dict) -> tuple[str, list[str]]:
    """The hash of the document as it lies there now, and what a person must know of it."""
    found = [path for path in sweep.files(hub, "letters", row["letter"]) if path.suffix == ".docx"]
    if not found:
        return row["document_sha256"], ["its document is not where it was written; the hash is of what was written"]
    now = ledger.digest(found[0].read_bytes())
    changed = "its document was changed after it was written; the hash is of what lies there now, read it once more"
    return now, [changed] if now != row["document_sha256"] else []


def _take(connection: Connection, request: dict, row: dict, given: Sent, by: By, detail: dict) -> str | None:
    """Take the letter's step, if it is not recorded by then."""
    step = steps.step_of(row["kind"], request["kind"])
    recorded = corrections.steps(connection, [row["request"]])[row["request"]]
    taken = course.course(recorded, corrections.of_steps({row["request"]: recorded}), given.on)
    if step is None or steps.stands(taken, step):
        return None
    says = row["says"] if len(row["says"] or "") <= SHORTENED else f"{row['says'][:SHORTENED]} …"
    register.take(connection, request, Event("", step, given.on, says, row["exemption"]), by, detail)
    return str(step)


def _of_pack(connection: Connection, pack: str | None) -> dict:
    if pack is None:
        return {}
    row = connection.execute(select(PACKS).filter_by(pack=pack)).mappings().one()
    return {"pack": pack, "page_sha256": row["page_sha256"], "data_sha256": row["data_sha256"]}


def check_lines(looked: Check, noun: str) -> list[str]:
    """What is to be looked at, for whoever sends it; it names the recipient alone."""
    what, whom = LetterKind(looked.kind).label.lower(), looked.name or "whoever complained"
    said = [
        f"Letter {looked.letter} ({what}) goes to {whom}:",
        *(f"    {line}" for line in looked.address),
    ]
    if looked.pack:
        said.append(f"Copy {looked.pack} goes with it; it names {len(looked.named) or 'nobody'} else.")
        said += [f"    {one.person}, {one.who}: {'; '.join(one.where)}" for one in looked.named]
    said += [f"Must not see it, nor the address: {one.person} ({'; '.join(one.why)})." for one in looked.must_not_see]
    said += [f"Look at this: {note}." for note in [*looked.already, *looked.notes]]
    again = " --again --reason WHY" if looked.already else ""
    return [
        *said,
        f"If all of it is right: hubdata {noun} sent --letter {looked.letter} --checked {looked.checked}{again}",
    ]


def lines(done: Sending) -> list[str]:
    """That it was sent."""
    said = f"Letter {done.letter} was sent on {words(done.sent_on)}; the register and the ledger keep its hash."
    step = f" {done.takes} is recorded for {done.request}, which is {done.outcome}." if done.takes else ""
    return [said + step, *(f"Look at this: {note}." for note in done.notes)]
