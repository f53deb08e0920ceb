"""A time-stamping authority's answer (RFC 3161) over a checkpoint: it proves that the chain stood so at that moment.

Nothing here asks anybody: the request is a file that an officer sends, and the answer is a file that they bring back.
"""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import checkpoints
from hubdata.records.checkpoints import Note
from hubdata.records.store import Hub
from hubdata.records.witness import known, take

REQUEST, ANSWER, AUTHORITY = ".request.json", ".tsr", ".pem"
LONGEST = 1 << 20  # bytes of an answer


def request(hub: Hub, path: Path) -> take.Taken:
    """Write the request for an authority, over the chain as it stands. Raises Refused if the file is there already."""
    take.outside(hub, path)
    _, note = take.signed(hub)
    asked = TimestampRequestBuilder().data(note.body.encode()).hash_algorithm(HashAlgorithm.SHA256).build()
    take.new(path, asked.as_bytes())
    _kept(hub, note.seq, REQUEST).write_text(json.dumps({"nonce": asked.nonce}), "utf-8")
    return take.Taken(path, note.seq)


def _kept(hub: Hub, seq: int, kind: str) -> Path:
    return hub.home / "checkpoints" / f"{seq:012d}{kind}"


def taken_in(hub: Hub, path: Path, authority: Path, by: By) -> known.Witnessed:
    """Take in an authority's answer, verified against the authority's certificate, which is given.

    Raises BadParameter if a file is not what it should be, Refused if it answers no request of this hub's or does not
    hold.
    """
    answer, roots = _answer(path), _certificates(authority)
    note, nonce = _asked(hub, answer, path.name)
    try:
        _verifier(roots, nonce).verify(answer, sha256(note.body.encode()).digest())
    except VerificationError as error:
        raise Refused(
            f"{path.name} does not hold ({str(error).rstrip('.')}): it is another authority's, its certificate was not "
            "valid at that moment, or somebody altered it"
        ) from None
    with hub.read() as connection:
        fault = checkpoints.fault(connection, path.name, note, checkpoints.public(hub.key("checkpoint")))
    if fault:
        raise Refused(fault, [fault])
    for kind, content in ((ANSWER, path.read_bytes()), (AUTHORITY, authority.read_bytes())):
        kept = _kept(hub, note.seq, kind)
        kept.write_bytes(content)
        kept.chmod(0o600)
    signed = roots[0].fingerprint(SHA256()).hex()
    return known.enter(hub, by, known.TIMESTAMP, note.seq, _moment(answer), authority=signed)


def _moment(answer: TimeStampResponse) -> datetime:
    said = answer.tst_info.gen_time
    return said if said.tzinfo else said.replace(tzinfo=UTC)


def _verifier(roots: list[x509.Certificate], nonce: int | None):
    # built anew each time: the library's builder keeps a list of its own between calls
    return VerifierBuilder(roots=list(roots), intermediates=[], nonce=nonce).build()


def _answer(path: Path) -> TimeStampResponse:
    content = path.read_bytes()[: LONGEST + 1]
    try:
        answer = decode_timestamp_response(content)
        answer.tst_info  # noqa: B018 (a refusal has none, and says so only here)
    except ValueError:
        raise BadParameter(f"{path.name} is no answer of a time-stamping authority, or the authority refused") from None
    return answer


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except ValueError:
        raise BadParameter(
            f"{path.name} holds no certificate; it is a text that begins with BEGIN CERTIFICATE"
        ) from None


def _asked(hub: Hub, answer: TimeStampResponse, name: str) -> tuple[Note, int | None]:
    """The checkpoint that an answer is over, and the number that its request bore."""
    imprint = answer.tst_info.message_imprint.message
    for path in sorted((hub.home / "checkpoints").glob(f"*{REQUEST}")):
        note = checkpoints.parsed(checkpoints.text_of(path.with_name(path.name.replace(REQUEST, ".txt"))))
        if note and sha256(note.body.encode()).digest() == imprint:
            return note, json.loads(path.read_text("utf-8"))["nonce"]
    raise Refused(f"{name} answers no request of this hub's: it is over something else")
