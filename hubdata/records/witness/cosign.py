"""Another hub signs below this hub's checkpoint, and remembers it: whoever rewrites one chain must rewrite both.

The form is C2SP's cosignature/v1: the other hub's key, the moment, and its signature over that moment and the note.
"""

import base64
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hubdata import moments
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import checkpoints, ledger
from hubdata.records.checkpoints import COSIGNER, Note
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.witness import known, take

COSIGN = "ledger.cosign"
KEY, TIME = 32, 8


@dataclass(frozen=True)
class Cosignature:
    """Another hub's line below a checkpoint."""

    public: bytes
    at: datetime
    signature: bytes

    @property
    def sign(self) -> str:
        """The other hub's sign."""
        return checkpoints.sign_of(self.public)


def cosign(hub: Hub, path: Path, out: Path, by: By) -> tuple[Note, str]:
    """Sign below another hub's checkpoint, into a new file; returns it and the other hub's sign.

    Raises BadParameter if it is no checkpoint, Refused if it is not signed as it says, is this hub's own, or goes back
    behind what that hub showed before.
    """
    text = checkpoints.text_of(path)
    note = checkpoints.parsed(text)
    if note is None or note.public is None:
        raise BadParameter(f"{path.name} is no checkpoint that can be signed below; ask for a new one")
    if not note.signed_by(note.public):
        raise Refused(f"{path.name} is not signed by the hub that it names: somebody altered it; nothing was signed")
    key, whose = hub.key("checkpoint"), checkpoints.sign_of(note.public)
    if checkpoints.public(key) == note.public:
        raise Refused("this is a checkpoint of this very hub: another one must sign it; nothing was signed")
    _refuse_older(hub, note, whose)
    now = moments.now()
    signed = checkpoints.signature(key, _said(note, now))
    line = base64.b64encode(checkpoints.public(key) + struct.pack(">q", int(now.timestamp())) + signed).decode()
    take.new(out, f"{text}— {COSIGNER} {line}\n".encode())
    detail = {"hub": whose, "entry": note.seq, "hash": note.hash}
    with hub.write(Act(by.actor, "officer", by.reason or "witness of another hub's ledger", COSIGN, detail)):
        pass
    return note, whose


def _said(note: Note, at: datetime) -> bytes:
    return f"cosignature/v1\ntime {int(at.timestamp())}\n{note.body}".encode()


def _refuse_older(hub: Hub, note: Note, whose: str) -> None:
    with hub.read() as connection:
        shown = [one for one in ledger.said(connection, (COSIGN,)) if one["hub"] == whose]
    for one in shown:
        if one["entry"] > note.seq or (one["entry"] == note.seq and one["hash"] != note.hash):
            raise Refused(
                f"the hub whose sign is {whose} showed this hub entry {one['entry']} before: this checkpoint, of entry "
                f"{note.seq}, is of an older state or of another line of events; nothing was signed"
            )


def cosignatures(note: Note) -> list[Cosignature]:
    """The other hubs' lines that hold."""
    found = []
    for line in note.cosigned:
        if len(line) <= KEY + TIME:
            continue
        (seconds,) = struct.unpack(">q", line[KEY : KEY + TIME])
        try:
            one = Cosignature(line[:KEY], datetime.fromtimestamp(seconds, UTC), line[KEY + TIME :])
        except (ValueError, OverflowError, OSError):
            continue
        if checkpoints.holds(one.public, one.signature, _said(note, one.at)):
            found.append(one)
    return found


def taken_in(hub: Hub, path: Path, trust: str | None, by: By) -> known.Witnessed:
    """Take in this hub's checkpoint with another hub's signature below it; `trust` is that hub's sign, the first time.

    Raises Refused if it is not this hub's own, the chain does not bear it out, or nobody known has signed it.
    """
    note, own = checkpoints.parsed(checkpoints.text_of(path)), checkpoints.public(hub.key("checkpoint"))
    with hub.read() as connection:
        fault = checkpoints.fault(connection, path.name, note, own)
        before = {one.more["hub_sign"] for one in known.witnesses(connection) if one.kind == known.COSIGNED}
    if fault or note is None:
        raise Refused(fault, [fault])
    others = [one for one in cosignatures(note) if one.public != own]
    if not others:
        raise Refused(f"{path.name} bears no other hub's signature that holds: it was not signed, or it was altered")
    asked = _plain(trust or "")
    believed = [one for one in others if asked == _plain(one.sign) or (not asked and one.sign in before)]
    if not believed:
        raise Refused(
            f"{path.name} is signed by a hub whose sign is {others[0].sign}, which nobody here has vouched for: have "
            "that hub's officer read its sign to you (`hubdata ledger keys` shows it), and say it with --trust"
        )
    private = hub.home / "checkpoints" / f"{note.seq:012d}.{_plain(believed[0].sign)}.txt"
    private.write_bytes(path.read_bytes())
    private.chmod(0o600)
    return known.enter(hub, by, known.COSIGNED, note.seq, believed[0].at, hub_sign=believed[0].sign)


def _plain(sign: str) -> str:
    return "".join(letter for letter in sign.lower() if letter.isalnum())
