"""Signed checkpoints of the audit chain: small files that, kept elsewhere, show a cut or rewritten chain.

The form is C2SP tlog-checkpoint's signed note (origin, size, base64 hash, Ed25519 signature), with the chain's
head hash where a tree would have its root.
"""

import base64
import re
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import Connection, text

from hubdata.records import ledger

ORIGIN = "family-hub/ledger"
NOTE = re.compile(rf"({re.escape(ORIGIN)}\n(\d+)\n([A-Za-z0-9+/=]+)\n)\n— {re.escape(ORIGIN)} ([A-Za-z0-9+/=]+)\n")


def public(key: bytes) -> bytes:
    """The public half of a signing key, raw 32 bytes; give it to whoever verifies."""
    return Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def sign(head: tuple[int, str], key: bytes) -> str:
    """The signed note for a head (number, hash in hex)."""
    body = f"{ORIGIN}\n{head[0]}\n{base64.b64encode(bytes.fromhex(head[1])).decode()}\n"
    signature = Ed25519PrivateKey.from_private_bytes(key).sign(body.encode())
    return f"{body}\n— {ORIGIN} {base64.b64encode(signature).decode()}\n"


def read(note: str, public_key: bytes) -> tuple[int, str] | None:
    """The head that a note vouches for, or None if its form or signature is wrong."""
    found = NOTE.fullmatch(note)
    if not found:
        return None
    try:
        signature = base64.b64decode(found[4], validate=True)
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, found[1].encode())
        return int(found[2]), base64.b64decode(found[3], validate=True).hex()
    except (InvalidSignature, ValueError):
        return None


def compare(connection: Connection, folder: Path, public_key: bytes) -> list[str]:
    """Every checkpoint in `folder` that the chain does not bear out, in words; an empty list means complete so far."""
    faults = []
    for path in sorted(folder.glob("*.txt")):
        head = read(path.read_text("utf-8", errors="replace"), public_key)
        if head is None:
            faults.append(f"checkpoint {path.name} is not signed by this hub's key")
            continue
        found = connection.execute(
            text("SELECT hash FROM chain WHERE seq = :seq"), {"seq": head[0]}
        ).scalar_one_or_none()
        if head[0] and found is None:
            faults.append(f"checkpoint {path.name}: entry {head[0]} is gone; the chain has been cut off before it")
        elif head[0] and (bytes(found) if isinstance(found, bytes | memoryview) else b"").hex() != head[1]:
            faults.append(
                f"checkpoint {path.name}: entry {head[0]} is not the one signed; the chain has been rewritten"
            )
    return faults


def write(connection: Connection, folder: Path, key: bytes) -> Path:
    """Sign the present head into `folder`; the same head always gives the same file."""
    head = ledger.head(connection)
    path = folder / f"{head[0]:012d}.txt"
    path.write_text(sign(head, key), "utf-8")
    path.chmod(0o600)
    return path
