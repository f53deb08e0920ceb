"""What a mapping could say of a column's cells: our word for each of theirs, how their dates and lists are written.

It only proposes: a person reads the draft through. A word that is none of a closed list is counted, never repeated.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from hubdata import dates, terms
from hubdata.errors import BadParameter
from hubdata.intake.mapping.apply import STYLES
from hubdata.policy import Policy, slug
from hubdata.records.tables.contract import passport


@dataclass
class Proposal:
    """What a mapping says of one of our columns, and what of it a person must still decide."""

    values: dict[str, str] = field(default_factory=dict)
    style: str | None = None
    sign: str | None = None
    to_decide: list[str] = field(default_factory=list)
    unknown: list[str] = field(
        default_factory=list
    )  # words that are none of ours; a page asks of each, nothing tells it


def of(decided: Policy, day: date, table: str, ours: str, heading: str, column: pa.ChunkedArray) -> Proposal:
    """What can be proposed for the cells under a heading that is taken for one of our columns."""
    card, said = passport(table, ours), _distinct(column)
    if card.kind == "date":
        return _dates(said, heading)
    sign = _sign(said) if card.kind in ("codes", "references") else None
    parts = [part.strip() for text in said for part in text.split(sign or ";")] if card.kind == "codes" else said
    if card.kind in ("code", "codes"):
        codes = written(decided, day, table, ours)
        found = _words(list(dict.fromkeys(parts)), codes, ours, heading)
        found.sign = sign
        return found
    named = _named(card.allowed, ours, heading) if said else []
    return Proposal(sign=sign, to_decide=named, unknown=list(dict.fromkeys(parts)) if named else [])


def _distinct(column: pa.ChunkedArray) -> list[str]:
    trimmed = pc.unique(pc.utf8_trim_whitespace(column.combine_chunks())).to_pylist()
    return [text for text in trimmed if text]


def written(decided: Policy, day: date, table: str, ours: str) -> dict[str, str]:
    """Every way in which a word of a column's list is written, as a slug → our code; empty where it has no list."""
    card = passport(table, ours)
    allowed = card.allowed or card.named_in
    lists = {list_.__name__: list_ for list_ in terms.terms()}
    if allowed in lists:
        codes = {slug(text): str(term) for term in lists[allowed] for text in (term, term.label)}
    elif allowed in decided.names():
        codes = decided.codes(allowed, day)
    else:
        return {}
    common = decided.value("intake.words", day).get(ours, {})
    ways = {slug(str(way)): code for code, ways in common.items() for way in ways if code in codes.values()}
    return ways | codes


def _words(said: list[str], codes: dict[str, str], ours: str, heading: str) -> Proposal:
    found = Proposal()
    for text in said if codes else []:
        code = codes.get(slug(text))
        if code is None:
            found.unknown.append(text)
        elif code != text:
            found.values[text] = code
    if unknown := len(found.unknown):
        what = "1 word is" if unknown == 1 else f"{unknown:,} words are"
        allowed = ", ".join(dict.fromkeys(codes.values()))
        found.to_decide.append(f"{heading!r}: {what} no {ours} of ours; write it under values, as one of {allowed}")
    return found


def _dates(said: list[str], heading: str) -> Proposal:
    style = next((name for name in STYLES if _all_days(map(STYLES[name], said))), None)
    if style is None:
        return Proposal(to_decide=[f"{heading!r}: its dates are written in no one way that is known; write 2026-11-22"])
    return Proposal(style=None if style == "day_first" else style)


def _all_days(texts: Iterable[str]) -> bool:
    try:
        return all(dates.parse(text) for text in texts)
    except BadParameter:
        return False


def _sign(said: list[str]) -> str | None:
    """What stands between the parts of lists, if it is not ours."""
    if any(";" in text for text in said):
        return None
    return next((sign for sign in (",", "|", "/", "+", "&", "\n") if any(sign in text for text in said)), None)


def _named(allowed: str | None, ours: str, heading: str) -> list[str]:
    if allowed not in ("organisations", "practitioners"):
        return []
    return [f"{heading!r}: each {ours} is the reference that the hub has; where it is a name, write it under values"]
