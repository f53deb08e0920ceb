"""What came with a request or complaint: kept encrypted with it, erased with it, shown for a reason that is logged.

What is kept is what was sent, whatever it is called and whoever wrote it: its own name is not kept, for it often names
somebody. It is opened into a private file that goes with the next day's sweep.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection, select

from hubdata import moments, policy
from hubdata.dates import words
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import private
from hubdata.records.keys import sealed
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.rights import register
from hubdata.rights.copy import keep
from hubdata.terms import Media

ENCLOSURES = TABLES["enclosures"]
FOLDER = "enclosed"
REASON = "what came is kept"
MOST = 7  # megabytes that a row of this table takes, whatever is decided
# How the first bytes of each kind begin; a text has no such sign, and is one if it can be read as one.
SIGNS: dict[Media, Callable[[bytes], bool]] = {
    Media.PDF: lambda content: content.startswith(b"%PDF-"),
    Media.JPEG: lambda content: content.startswith(b"\xff\xd8\xff"),
    Media.PNG: lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"),
    Media.TIFF: lambda content: content[:4] in (b"II*\0", b"MM\0*"),
    Media.DOCX: lambda content: content.startswith(b"PK\x03\x04") and b"word/document.xml" in content,
    Media.EMAIL: lambda content: _is_text(content) and b"\nFrom:" in b"\n" + content[:65_536],
    Media.TEXT: lambda content: _is_text(content),
}
UNSEEN = re.compile(rb"[\x00-\x08\x0e-\x1f]")  # what no text has
ENDINGS = {Media.JPEG: "jpg", Media.TIFF: "tif", Media.EMAIL: "eml", Media.TEXT: "txt"}


@dataclass(frozen=True)
class Enclosure:
    """What came, as it is kept: references and numbers only."""

    enclosure: str
    request: str
    came_on: date
    media: str
    size: int


@dataclass(frozen=True)
class Opened:
    """Where what came was opened, and the day whose sweep deletes that file."""

    enclosure: str
    request: str
    file: str
    delete_on: date


def enclose(hub: Hub, request: str, path: Path, by: By, noun: str = "rights", came_on: date | None = None) -> Enclosure:
    """Keep a file that came with a request, encrypted; the file itself is left where it is, for its owner to delete.

    Raises BadParameter for a file that is not there, is empty, too large, or of a kind that nothing here shows.
    """
    day = came_on or by.as_at
    register.refuse_ahead(day)
    content = _read(path, hub.policy, day)
    media, reference = _media(content), f"A{secrets.token_hex(5)}"
    act = Act(by.actor, "officer", by.reason or REASON, f"{noun}.enclose", {"request": request})
    with hub.write(act) as connection:
        row = register.found(connection, request, noun)
        _refuse_before(connection, request, day)
        kept = {
            "enclosure": reference,
            "request": request,
            "family": row["family"],
            "came_on": day,
            "media": media,
            "size": len(content),
            "content": sealed.seal(hub, reference, content),
            "recorded_at": moments.stamp(),
        }
        connection.execute(ENCLOSURES.insert(), kept)
        act.detail.update(person=row["person"], enclosure=reference, media=str(media), size=len(content))
    return Enclosure(reference, request, day, str(media), len(content))


def may_keep(decided: policy.Policy, day: date) -> int:
    """How many megabytes a file that came may have."""
    return min(int(decided.value("rights.enclosure_mb", day)), MOST)


def _read(path: Path, decided: policy.Policy, day: date) -> bytes:
    most = may_keep(decided, day)
    try:
        size = path.stat().st_size
        if not path.is_file() or not size:
            raise BadParameter("the selected file is empty, or is none: name the letter's own file")
        if size > most << 20:
            raise BadParameter(f"the selected file has {size >> 20:,} MB; at most {most} MB are kept: scan it smaller")
        return path.read_bytes()
    except OSError as error:
        raise BadParameter(f"the selected file cannot be read ({error.strerror}); check where it is") from None


def _media(content: bytes) -> Media:
    media = next((media for media, is_so in SIGNS.items() if is_so(content)), None)
    if media is None:
        kinds = ", ".join(each.label[0].lower() + each.label[1:] for each in Media)
        raise BadParameter(f"the selected file is of a kind that is not kept; it can be {kinds}")
    return media


def _is_text(content: bytes) -> bool:
    try:
        return not UNSEEN.search(content) and bool(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return False


def _refuse_before(connection: Connection, request: str, day: date) -> None:
    steps = TABLES["request_events"].c
    first = select(steps.happened_on).filter_by(request=request, what="received").order_by(steps.happened_on)
    received = connection.execute(first).scalars().first()
    if received is not None and day < received:
        raise Refused(f"{words(day)} lies before the request came, on {words(received)}; correct the day")


def enclosed(hub: Hub, request: str, noun: str = "rights") -> list[Enclosure]:
    """What came with a request and is kept: that it is there, not what it says."""
    with hub.read() as connection:
        register.there(connection, request, noun)
        rows = connection.execute(select(ENCLOSURES).filter_by(request=request).order_by(ENCLOSURES.c.recorded_at))
        return [Enclosure(each.enclosure, request, each.came_on, each.media, each.size) for each in rows]


def show(hub: Hub, enclosure: str, by: By, noun: str = "rights", out: Path | None = None) -> Opened:
    """Open what came into a private file, for a reason, which is in the ledger before the file is there.

    Raises BadParameter for an unknown reference or without a reason, HubError if what is kept was altered.
    """
    why = policy.reason(by.reason, "a look at what came")
    act = Act(by.actor, "officer", why, f"{noun}.enclosed", {"enclosure": enclosure, "looked_at": "what came"})
    with keep.writing(hub, act, out, FOLDER) as (connection, files):
        row = connection.execute(select(ENCLOSURES).filter_by(enclosure=enclosure)).mappings().first()
        if row is None:
            raise BadParameter(f"nothing that came has the reference {enclosure!r}; the request's list has it")
        request = register.there(connection, row["request"], noun)
        last = moments.today() + timedelta(days=1)
        ending = ENDINGS.get(Media(row["media"]), row["media"])
        stem = f"enclosed-{private.plain(row['request'])}-{enclosure}-until-{last}"
        path = private.folder(files.folder) / f"{stem}.{ending}"
        files.put({path: sealed.opened(hub, enclosure, row["content"])})
        act.detail.update(request=row["request"], person=request["person"])
    return Opened(enclosure, row["request"], str(path), last + timedelta(days=1))


def kept_lines(made: Enclosure) -> list[str]:
    """That it is kept, for the officer."""
    return [
        f"{made.enclosure} ({made.media}, {made.size:,} bytes) is kept with {made.request}, encrypted, and is erased "
        "with it.",
        "Delete your own file of it now: the hub does not touch it.",
    ]


def lines(found: list[Enclosure]) -> list[str]:
    """What came, for the officer."""
    return [f"{one.enclosure}  {one.media}, {one.size:,} bytes, came on {words(one.came_on)}" for one in found] or [
        "Nothing that came with it is kept."
    ]


def opened_lines(shown: Opened) -> list[str]:
    """Where it was opened."""
    return [f"{shown.enclosure} is opened: {shown.file}", f"  that file deletes itself from {words(shown.delete_on)}."]
