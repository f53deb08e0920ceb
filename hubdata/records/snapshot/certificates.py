"""What a snapshot says of a certificate: counts, days and the proof; never who reviewed, approved or destroyed.

certificates   certificate  disposal  issued_on   families  adds_up  bytes_scanned
               C1           D1        2026-11-22  2         true     1204224
"""

import json
from io import BytesIO

import pyarrow as pa
from pyarrow import json as arrow_json

from hubdata import moments

READ = ("certificate", "disposal", "content")
DAYS = ("issued_on", "as_at", "reviewed_at", "approved_at", "destroyed_from", "destroyed_to", "due_from", "due_to")
SUMS = ("opening", "created", "destroyed", "closing")
PROOF = ("files_erased", "files_scanned", "bytes_scanned", "marks_sought", "marks_too_short")
NUMBERS = ("families", "rows", *SUMS, *PROOF, "not_scanned")
COLUMNS = {
    "certificate": pa.string(),
    "disposal": pa.string(),
    "rule": pa.string(),
    "version": pa.string(),
    **dict.fromkeys(DAYS, pa.date32()),
    **dict.fromkeys(NUMBERS, pa.int64()),
    "adds_up": pa.bool_(),
}


def unfolded(stored: pa.Table) -> pa.Table:
    """Certificates as stored (the columns of `READ`, as text) in the columns of a snapshot, still as text."""
    rows = [_said(*(cell or "" for cell in row.values())) for row in stored.to_pylist()]
    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    if not rows:
        return pa.Table.from_batches([], schema)
    # not pa.array: it imports pandas to recognise a frame
    lines = "\n".join(map(json.dumps, rows)).encode()
    return arrow_json.read_json(
        BytesIO(lines), parse_options=arrow_json.ParseOptions(schema, unexpected_field_behavior="error")
    )


def _said(certificate: str, disposal: str, content: str) -> dict[str, str]:
    said = _read(content)
    sums, proof, rule = (said.get(part) or {} for part in ("conservation", "proof", "rule"))
    numbers = {name: sums.get(name) for name in SUMS} | {name: proof.get(name) for name in PROOF}
    numbers |= {
        "families": said.get("families"),
        "rows": said.get("rows"),
        "not_scanned": len(proof.get("not_scanned") or ()),
    }
    days = {name: _day(str(said.get(name) or "")) for name in DAYS}
    return {
        "certificate": certificate,
        "disposal": disposal,
        "rule": rule.get("code") or "",
        "version": rule.get("version") or "",
        **{name: "" if day == "None" else day for name, day in days.items()},
        **{name: _number(number) for name, number in numbers.items()},
        "adds_up": "true" if sums.get("holds") else "false",
    }


def _day(said: str) -> str:
    """A day as it is, and England's of an instant."""
    try:
        return str(moments.day_of(said)) if "T" in said else said[:10]
    except ValueError:
        return said[:10]


def _number(said: int | dict[str, int] | None) -> str:
    """A number as text; of counts by kind, their sum."""
    return "" if said is None else str(sum(said.values()) if isinstance(said, dict) else said)


def _read(content: str) -> dict:
    """One certificate; what is no certificate says nothing here, and `certificates.check` says so."""
    try:
        said = json.loads(content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
