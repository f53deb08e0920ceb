"""Judges the cells of a partner's return, column by column: clean text in one spelling, or a fault in plain words.

Each different value of a column is judged once. Values of columns that may be personal are never repeated in a message.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Column

from hubdata import dates, policy, terms
from hubdata.errors import BadParameter
from hubdata.intake.mapping import propose
from hubdata.intake.mapping.headings import Headings
from hubdata.policy import Policy, slug
from hubdata.records.tables.column import longest
from hubdata.records.tables.contract import FREE_TEXT, IDENTIFYING, Passport
from hubdata.spelling import is_spoilt

EARLIEST_BIRTH, EARLIEST_EVENT = date(1900, 1, 1), date(1950, 1, 1)
MAY_LIE_AHEAD = ("expires_on", "sharing_agreement_to", "active_to", "review_on")
# one spelling that looks like what it is: no space but the plain one, no joiner that cannot be seen
LETTERS = "[^\\W_][^;\t\r\n\xa0\u1680\u2000-\u200d\u202f\u205f\u3000]"
LONG = 40
REFERENCE = re.compile(f"{LETTERS}{{0,{LONG - 1}}}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)

Fault = tuple[int, str, str]  # row from 0, problem code, what is wrong and what is allowed


ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "Err:502", "#ERR")
SHORTENED = r"^[0-9](\.[0-9]+)?[Ee]\+[0-9]{2,}$"  # as Excel writes a long number into a CSV file
SHORT = 60  # letters of a placeholder at most; a rule reads no more of a reason
ALIKE = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"}
WORD = re.compile(r"[^\W\d_]+")


class Bad(ValueError):
    """A cell's fault: (code, what is wrong and what is allowed)."""


@dataclass(frozen=True)
class Lists:
    """The closed lists in force, and the day that plausibility is judged by."""

    registers: dict[str, dict[str, str]]
    today: date
    decided: Policy | None = None  # what words and headings are elsewhere, for what a refusal advises

    @cached_property
    def headings(self) -> Headings | None:
        """What our columns are called elsewhere."""
        return Headings.of(self.decided, self.today) if self.decided else None

    def ways(self, table: str, column: str) -> dict[str, str]:
        """Every way in which the words of a column's list are written, as a slug → our word."""
        return propose.written(self.decided, self.today, table, column) if self.decided else {}

    @classmethod
    def of(cls, policy: Policy, today: date) -> "Lists":
        """Read the registers that intake needs from the policy in force on a day."""
        return cls(
            {n: policy.codes(n, today) for n in ("areas", "categories", "share_purposes", "need_reasons")},
            today,
            policy,
        )

    @property
    def categories(self) -> list[str]:
        """The closed list of categories of details."""
        return list(dict.fromkeys(self.registers["categories"].values()))


def clean(column: pa.ChunkedArray, passport: Passport, declared: Column, lists: Lists) -> tuple[pa.Array, list[Fault]]:
    """The column in its one spelling (dates ISO, instants UTC, lists joined by ';', null where empty), and faults."""
    trimmed = pc.utf8_trim_whitespace(column.combine_chunks())
    trimmed = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
    judge = _judge(passport, declared, lists)
    if judge is _reference:
        clean_, faults = _references(trimmed)
    else:
        clean_, faults = _by_distinct(trimmed, judge)
    known = {row for row, _, _ in faults}
    faults += [fault for fault in _odd(trimmed, passport) if fault[0] not in known]
    if not declared.nullable and declared.name != "recorded_at" and trimmed.null_count:
        missing = pc.indices_nonzero(pc.is_null(trimmed)).to_pylist()
        faults += [
            (row, "missing-value", f"{declared.name} is empty; every row of {declared.table.name} needs it")
            for row in missing
        ]
    return clean_, faults


def _odd(column: pa.Array, passport: Passport) -> list[Fault]:
    """Values that are well formed and not what was meant: errors, shortened numbers, letters that pass for others."""
    rows = pc.indices_nonzero(pc.is_in(column, pa.array(ERRORS))).to_pylist()
    why = "this is an error of a spreadsheet, not a value; correct it at its source"
    faults = [(row, "error-value", why) for row in rows]
    if passport.kind not in ("reference", "references"):
        return faults
    short = pc.indices_nonzero(pc.match_substring_regex(column, SHORTENED)).to_pylist()
    why = "this is a long number as Excel shortens it, and its digits are lost; format it as text and type it again"
    faults += [(row, "shortened-number", why) for row in short]
    why = "this reference has letters that only look like others, or stand for others; type it again in plain letters"
    return faults + [(row, "look-alike", why) for row in disguised(column)]


def disguised(column: pa.Array) -> list[int]:
    """The rows with a word that mixes alphabets, or with letters that stand for others."""
    other = pc.fill_null(pc.invert(pc.string_is_ascii(column)), False)
    return [row for row in pc.indices_nonzero(other).to_pylist() if _is_disguised(column[row].as_py())]


def spoilt(column: pa.Array) -> list[int]:
    """The rows with letters that an earlier program spoilt (SiÃ¢n for Siân)."""
    may = pc.or_(pc.invert(pc.string_is_ascii(column)), pc.match_substring_regex(column, "[&?=]"))
    return [row for row in pc.indices_nonzero(pc.fill_null(may, False)).to_pylist() if is_spoilt(column[row].as_py())]


def placeholders(column: pa.Array, numbers: bool) -> list[int]:
    """The rows with a reason that says nothing ("N/A", "tbc", "..."); `numbers`: it may be a reference."""
    short = pc.unique(column.filter(pc.fill_null(pc.less_equal(pc.utf8_length(column), SHORT), False)))
    nothing = [text for text in short.to_pylist() if policy.meant(text, numbers) is None]
    return pc.indices_nonzero(pc.is_in(column, pa.array(nothing, pa.string()))).to_pylist() if nothing else []


def _is_disguised(text: str) -> bool:
    if unicodedata.normalize("NFKC", text) != unicodedata.normalize("NFC", text):
        return True
    alphabets = [{unicodedata.name(c, "").partition(" ")[0] for c in word} & ALIKE for word in WORD.findall(text)]
    return any(len(found) > 1 for found in alphabets)


def _judge(passport: Passport, declared: Column, lists: Lists) -> Callable[[str], str]:
    if passport.kind == "date":
        return lambda text: _date(text, declared, lists.today)
    if passport.kind == "reference":
        return _reference
    if passport.kind == "references":
        return lambda text: _text(";".join(_reference(one) for one in _split(text)), passport, declared)
    if passport.kind == "codes":
        return lambda text: ";".join(
            _registered(one, lists.registers[passport.allowed], passport.allowed) for one in _split(text)
        )
    if passport.kind == "code":
        return lambda text: _code(text, passport, declared, lists)
    return {"instant": lambda text: _instant(text, lists.today), "score": _score}.get(
        passport.kind, lambda text: _text(text, passport, declared)
    )


def _by_distinct(column: pa.Array, judge: Callable[[str], str]) -> tuple[pa.Array, list[Fault]]:
    encoded = pc.dictionary_encode(column)
    answers, bad = [], {}
    for number, value in enumerate(encoded.dictionary.to_pylist()):
        try:
            answers.append(judge(value))
        except Bad as fault:
            answers.append(None)
            bad[number] = fault.args
    faults = []
    if bad:
        wrong = pc.indices_nonzero(pc.is_in(encoded.indices, pa.array(list(bad), encoded.indices.type))).to_pylist()
        faults = [(row, *bad[encoded.indices[row].as_py()]) for row in wrong]
    return pa.array(answers, pa.string()).take(encoded.indices), faults


def _references(column: pa.Array) -> tuple[pa.Array, list[Fault]]:
    """As `_by_distinct`, for columns whose values nearly all differ: one regular expression over the whole column."""
    # a counted class takes 0.5 ms to read for each column, which is more than a short return's judging
    good = pc.and_(pc.match_substring_regex(column, f"^{LETTERS}*$"), pc.less_equal(pc.utf8_length(column), LONG))
    good = pc.fill_null(good, True)
    wrong = pc.indices_nonzero(pc.invert(good)).to_pylist()
    return column, [
        (
            row,
            "bad-reference",
            "a reference is up to 40 characters, without ';', and starts with a letter or digit",
        )
        for row in wrong
    ]


def _reference(text: str) -> str:
    if not REFERENCE.fullmatch(text):
        raise Bad(
            "bad-reference",
            "a reference is up to 40 characters, without ';', and starts with a letter or digit",
        )
    return text


def _split(text: str) -> list[str]:
    parts = list(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))
    if not parts:
        raise Bad("missing-value", "the list is empty; write its parts with ';' between them")
    return parts


def _registered(text: str, register: dict[str, str], name: str) -> str:
    code = register.get(re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_"))
    if code is None:
        allowed = ", ".join(dict.fromkeys(register.values()))
        raise Bad("unknown-code", f"{text!r} is not one of the {name.replace('_', ' ')}; allowed are {allowed}")
    return code


def _code(text: str, passport: Passport, declared: Column, lists: Lists) -> str:
    if passport.allowed in lists.registers:
        return _registered(text, lists.registers[passport.allowed], passport.allowed)
    words = {t.__name__: t for t in terms.terms()}.get(passport.allowed)
    if words is None:
        return _name(_text(text, passport, declared), declared)
    if text.lower() not in words._value2member_map_:
        meant = lists.ways(declared.table.name, declared.name).get(slug(text))
        hint = f"; did you mean {meant!r}?" if meant else ""
        raise Bad("unknown-code", f"{text!r} is not a {declared.name}; allowed are {', '.join(words)}{hint}")
    return text.lower()


def _text(text: str, passport: Passport, declared: Column) -> str:
    if len(text) > (most := longest(declared)):
        raise Bad("too-long", f"{declared.name} has {len(text)} characters; at most {most} are kept")
    return text


def _name(text: str, declared: Column) -> str:
    if not REFERENCE.fullmatch(text):
        raise Bad("bad-name", f"{declared.name} is one name on one line that starts with a letter or digit")
    return text


def _score(text: str) -> str:
    if not re.fullmatch(r"-?[0-9]{1,4}", text):
        raise Bad("bad-number", f"{text!r} is not a whole number")
    return str(int(text))


def _date(text: str, declared: Column, today: date) -> str:
    hidden = declared.info["sensitivity"] in (IDENTIFYING, FREE_TEXT)
    shown = "the date" if hidden else repr(text)
    try:
        day = dates.parse(text)
    except BadParameter:
        raise Bad(
            "bad-date", f"{shown} is not a day in the calendar; write dates as 2026-11-22 or 22/11/2026"
        ) from None
    birth = declared.name in ("date_of_birth", "died_on")
    first = EARLIEST_BIRTH if birth else EARLIEST_EVENT
    last = (
        today.replace(year=today.year + 50, day=1)
        if declared.name in MAY_LIE_AHEAD
        else today + timedelta(days=0 if birth else 366)
    )
    if not first <= day <= last:
        raise Bad(
            "implausible-date",
            f"{shown} is not plausible for {declared.name}; it must lie between {first} and {last}",
        )
    return day.isoformat()


def _instant(text: str, today: date) -> str:
    """UTC as SQLAlchemy writes it to SQLite; a time without a zone is UTC, a day alone is its first moment."""
    try:
        if not INSTANT.fullmatch(text):
            raise ValueError
        moment = datetime.fromisoformat(text)
        moment = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise Bad("bad-date", f"{text!r} is not a moment; write recorded_at as 2026-11-22T09:30:00Z (UTC)") from None
    if not EARLIEST_EVENT <= moment.date() <= today + timedelta(days=1):
        raise Bad("implausible-date", f"{text!r} is not plausible for recorded_at; it must not lie ahead")
    return moment.isoformat(sep=" ", timespec="microseconds")
