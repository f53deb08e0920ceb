"""Signed checkpoints of the audit chain: small files that, kept elsewhere, show a cut or rewritten chain.

The form is C2SP tlog-checkpoint's signed note (origin, size, base64 hash, Ed25519 signature), with the chain's
head hash where a tree would have its root, and with lines of our own after it:

    sign KEY          whose it is: the key that signs, as others hold it
    rows N DIGEST     how many rows the chain vouched for then, and what their sums came to
    at TIME           the time of the last entry

Checkpoints of an older hubdata lack these. Other hubs sign below, one line each; see witness/cosign.py.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import Connection, text

from hubdata.records import ledger
from hubdata.records.coverage import kept
from hubdata.records.time.entry import read as read_entry

ORIGIN = "family-hub/ledger"
COSIGNER = "family-hub/cosigner"
BODY = rf"{re.escape(ORIGIN)}\n(\d+)\n([A-Za-z0-9+/=]+)\n((?:[a-z]+ [^\n]+\n)*)"
NOTE = re.compile(
    rf"({BODY})\n— {re.escape(ORIGIN)} ([A-Za-z0-9+/=]+)\n((?:— {re.escape(COSIGNER)} [A-Za-z0-9+/=]+\n)*)"
)
LONGEST = 20_000  # characters of a file that is read as a checkpoint
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # for people: none that is taken for another


@dataclass(frozen=True)
class Note:
    """A checkpoint as it is written, whether or not its signature holds."""

    body: str
    seq: int
    hash: str
    said: dict[str, str]
    signature: bytes
    cosigned: tuple[bytes, ...]

    @property
    def public(self) -> bytes | None:
        """The key that it says has signed it."""
        try:
            return base64.b64decode(self.said["sign"], validate=True)
        except (KeyError, ValueError):
            return None

    @property
    def rows(self) -> tuple[int, str] | None:
        """How many rows there were, and their digest; None in an older checkpoint."""
        count, _, sums = self.said.get("rows", "").partition(" ")
        return (int(count), sums) if count.isdecimal() and sums else None

    def signed_by(self, public_key: bytes | None) -> bool:
        """Whether it is signed with the secret half of a key."""
        return public_key is not None and holds(public_key, self.signature, self.body.encode())


def holds(public_key: bytes, signature: bytes, said: bytes) -> bool:
    """Whether a signature is one of this key over what is said."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, said)
    except (InvalidSignature, ValueError):
        return False
    return True


def signature(key: bytes, said: bytes) -> bytes:
    """The signature of a key over what is said."""
    return Ed25519PrivateKey.from_private_bytes(key).sign(said)


def public(key: bytes) -> bytes:
    """The public half of a signing key, raw 32 bytes; give it to whoever verifies."""
    return Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def sign_of(public_key: bytes) -> str:
    """A hub's sign, by which people tell its key from another's: five groups of four that are read aloud."""
    return spelled(hashlib.sha256(public_key).digest(), 20)


def spelled(digest: bytes, letters: int) -> str:
    """A digest in groups of four letters and digits that a person can read aloud and type back."""
    number, said = int.from_bytes(digest), ""
    for _ in range(letters):
        number, at = divmod(number, len(LETTERS))
        said += LETTERS[at]
    return " ".join(said[at : at + 4] for at in range(0, letters, 4))


def sign(head: tuple[int, str], key: bytes, more: str = "") -> str:
    """The signed note for a head (number, hash in hex), with lines of our own."""
    body = f"{ORIGIN}\n{head[0]}\n{base64.b64encode(bytes.fromhex(head[1])).decode()}\n{more}"
    return f"{body}\n— {ORIGIN} {base64.b64encode(signature(key, body.encode())).decode()}\n"


def parsed(text_: str) -> Note | None:
    """A checkpoint out of its file's text, or None if that is none; its signature is not looked at."""
    found = NOTE.fullmatch(text_[:LONGEST])
    if not found:
        return None
    body, seq, hash_, more, signed, others = found.groups()
    try:
        lines = dict(line.split(" ", 1) for line in more.splitlines())
        cosigned = tuple(base64.b64decode(line.split(" ")[2], validate=True) for line in others.splitlines())
        head = int(seq), base64.b64decode(hash_, validate=True).hex()
        return Note(body, *head, lines, base64.b64decode(signed, validate=True), cosigned)
    except ValueError:
        return None


def read(note: str, public_key: bytes) -> tuple[int, str] | None:
    """The head that a note vouches for, or None if its form or signature is wrong."""
    found = parsed(note)
    return (found.seq, found.hash) if found and found.signed_by(public_key) else None


def compare(connection: Connection, folder: Path, public_key: bytes) -> list[str]:
    """Every checkpoint in `folder` that the chain does not bear out, in words; an empty list means complete so far."""
    faults = [fault(connection, p.name, parsed(text_of(p)), public_key) for p in sorted(folder.glob("*.txt"))]
    return [one for one in faults if one]


def text_of(path: Path) -> str:
    """What a file says, as far as a checkpoint can be long."""
    with path.open("rb") as file:
        return file.read(4 * LONGEST).decode("utf-8", "replace")


def fault(connection: Connection, name: str, note: Note | None, public_key: bytes) -> str:
    """Why the chain does not bear a checkpoint out, in words; empty if it does."""
    if note is None:
        return f"checkpoint {name} is not signed by this hub's key: it is no checkpoint, or somebody altered it"
    if not note.signed_by(public_key):
        whose = note.public
        if whose and whose != public_key and note.signed_by(whose):
            return f"checkpoint {name} is not signed by this hub's key, but by the hub whose sign is {sign_of(whose)}"
        return f"checkpoint {name} is not signed by this hub's key: somebody altered it"
    return broken(connection, f"checkpoint {name}", (note.seq, note.hash)) or _sums(connection, name, note)


def broken(connection: Connection, what: str, head: tuple[int, str]) -> str:
    """Why the chain does not go on from a head that was signed, in words; empty if it does."""
    found = connection.execute(text("SELECT hash FROM chain WHERE seq = :seq"), {"seq": head[0]}).scalar_one_or_none()
    if head[0] and found is None:
        return f"{what}: entry {head[0]} is gone; the chain has been cut off before it"
    if head[0] and (bytes(found) if isinstance(found, bytes | memoryview) else b"").hex() != head[1]:
        return f"{what}: entry {head[0]} is not the one signed; the chain has been rewritten"
    return ""


def _sums(connection: Connection, name: str, note: Note) -> str:
    if note.rows is None or ledger.head(connection)[0] != note.seq or note.rows == kept.digest(connection):
        return ""
    return f"checkpoint {name}: the sums over the rows are not those that were signed with entry {note.seq}"


def made(connection: Connection, key: bytes) -> str:
    """The signed checkpoint of the chain as it stands."""
    head = ledger.head(connection)
    row = connection.execute(text("SELECT meta FROM chain WHERE seq = :seq"), {"seq": head[0]}).scalar()
    lines = [f"sign {base64.b64encode(public(key)).decode()}", "rows {} {}".format(*kept.digest(connection))]
    if row is not None:
        lines.append(f"at {read_entry(head[0], ledger.raw(row)).at.isoformat(timespec='seconds')}")
    return sign(head, key, "".join(f"{line}\n" for line in lines))


def write(connection: Connection, folder: Path, key: bytes) -> Path:
    """Sign the present head into `folder`; the same head always gives the same file."""
    path = folder / name_of(ledger.head(connection)[0])
    path.write_text(made(connection, key), "utf-8")
    path.chmod(0o600)
    return path


def name_of(seq: int) -> str:
    """The file of a checkpoint."""
    return f"{seq:012d}.txt"
