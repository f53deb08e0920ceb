"""Holds one name's dated values to what they may be, every fault in words; it reads no file."""

from datetime import date, datetime
from functools import partial

from hubdata import periods, periods_check, spelling
from hubdata.written import Written, twice

REQUIRED = {"value": object, "from": date, "source": str, "last_checked": date}
CONFIRMED = {"confirmed_by": str, "confirmed_on": date}
VALUE_KEYS = sorted([*REQUIRED, "assumption", "seen", *CONFIRMED])
SENTENCES = "notice.sentences"
PROMISES = tuple(f"P{number}" for number in range(1, 13))
PLACEHOLDERS = "reasons.placeholders"
COUNTS = ("retention.disposal_cap", "retention.disposal_batch", "retention.backup_days", "clock.jump_days")
UNKNOWN = "unknown key {key!r}; allowed are {keys}"


def faults(file: str, name: str, value: object, decided: bool = False) -> list[str]:
    """Every fault of one name's values; where they are `decided`, there may be nothing left to confirm."""
    body = Written(value, called=f"{file}: {name}: ")
    if not isinstance(value, dict) or not isinstance(name, str):
        return [f"{file}: {name} must have a unit and values"]
    body.only(["unit", "values"], words=UNKNOWN)
    body.must("unit", str, "{key} is missing", needed=True)
    if not body.must("values", lambda rows: isinstance(rows, list) and rows, "{key} is missing or empty", needed=True):
        return body.words
    rows = list(body.part("values").each())
    for row in rows:
        if row.is_map("write each value as {value: …, from: …, source: …, last_checked: …}"):
            _check_row(name, row, decided)
    for day in twice([row.keys["from"] for row in rows if type(row.keys.get("from")) is date]):
        body.fault(f"two values start on {day}")
    return body.words


def _check_row(name: str, row: Written, decided: bool) -> None:
    row.only(VALUE_KEYS, words=UNKNOWN)
    given = [key for key in CONFIRMED if key in row.keys]
    for key, kind in (REQUIRED | {key: CONFIRMED[key] for key in given}).items():
        if key in REQUIRED and row.keys.get(key) in (None, ""):
            row.fault(f"{key} is missing", key)
        else:
            row.must(key, partial(_is_a, kind), "{key} must be a {kind}, found {found!r}", kind=kind.__name__)
    if "seen" in row.keys:
        row.must("seen", partial(_is_a, str), "{key} must be a {kind}, found {found!r}", kind="str")
    if len(given) == 1:
        row.fault("confirmed_by and confirmed_on belong together: who confirmed the assumption, and when")
    if given and not row.keys.get("assumption") and not decided:
        row.fault("confirmed, but there is no assumption to confirm")
    value = row.keys.get("value")
    if name == periods.NAME and value not in (None, ""):
        for fault in periods_check.faults(value):
            row.fault(fault, "value")
    if name == SENTENCES and isinstance(value, dict):
        row.must(
            "value", _are_sentences, "{key} must be a text for each of P1 to P12 that the notice has a sentence for"
        )
    if name == PLACEHOLDERS and value not in (None, ""):
        row.must("value", _are_words, "{key} must be a list of words, found {found!r}")
    if name in COUNTS and value not in (None, ""):
        row.whole("value", "{key} must be a whole number above 0, found {found!r}", 1)


def _is_a(kind: type, found: object) -> bool:
    return isinstance(found, kind) and not isinstance(found, datetime) and found != ""


def _are_sentences(found: dict) -> bool:
    return all(key in PROMISES and isinstance(said, str) and said.strip() for key, said in found.items())


def _are_words(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(word, str) and spelling.squeezed(word) for word in found)
