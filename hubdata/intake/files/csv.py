"""Reads a partner's CSV file strictly, or says every reason why not; it never guesses, pads, shifts or converts.

UTF-8 (with or without a byte order mark), comma separated, RFC 4180 quotes, every row as wide as the header.
Measured on a public corpus of 2,290 broken files, guessing readers are silently wrong on half of them
(reliability.md 4).
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from hubdata.policy import slug

# A quoted field, whole and between delimiters. What is left of a file without these may not hold a quote.
# It never steps back (*+), so that no file, however hostile, costs more than one pass.
QUOTED = re.compile(rb'(?:\A|(?<=[,\r\n]))"[^"]*+(?:""[^"]*+)*+"(?=[,\r\n]|\Z)')
# Controls, what only moves or turns letters, and U+FFFD, which stands for a letter that was lost.
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff"
    "\U000e0000-\U000e007f]"
)
BREAK = re.compile(rb"\r\n|\r|\n")
NOTHING = re.compile(rb"[, \t]*,[, \t]*")  # a row that Excel saved because somebody once stood in it
NAMELESS = "\x1f"  # stands for a column without a name until it is known to be empty
CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])
MOST_COLUMNS = 200
BLOCK = 1 << 24  # bytes that are read at a time
PIECE = 4 << 20  # a file is looked through in pieces, so that no second copy of it is made


@dataclass(frozen=True)
class Problem:
    """One fault, in words that a partner's clerk can act on. `line` counts from 1; 0 means the whole file."""

    file: str
    line: int
    column: str
    code: str
    message: str
    sheet: ClassVar[str] = ""


@dataclass(frozen=True)
class OnSheet(Problem):
    """One fault of a workbook, on one of its sheets; `line` is its row."""

    sheet: str = ""


@dataclass
class Sheet:
    """A file's columns as text (empty cells null), by header name, and how to find a row's line."""

    file: str
    table: pa.Table
    raw: bytes | None = None  # only where a cell goes over several lines
    kept: list[int] | None = None  # where rows were left out or stand on a sheet: the line of each
    first: int | None = None  # the line of the first row, where each row is one line
    kinds: dict[str, pa.Array] | None = None  # of a workbook: what each cell is, one letter (intake.files.workbook)
    sheet: str = ""
    header: int = 1  # the header's line
    told: list[Problem] = field(default_factory=list)  # what was passed over in reading it

    def line(self, row: int) -> int:
        """The line of the file on which a row (from 0) starts."""
        if self.kept is not None:
            return self.kept[row]
        if self.first is None:
            return 0
        return self.first + row if self.raw is None else self.first - 2 + self._lines[row + 1]

    def fault(self, line: int, column: str, code: str, message: str) -> Problem:
        """A fault on a line of this file, or a row of this sheet."""
        place = (self.file, line, column, code, message)
        return OnSheet(*place, self.sheet) if self.sheet else Problem(*place)

    def at(self, row: int, column: str, code: str, message: str) -> Problem:
        """A fault in a row (from 0)."""
        return self.fault(self.line(row), column, code, message)

    @cached_property
    def _lines(self) -> list[int]:
        return _starts(_rows(_masked(self.raw or b"")))


def _pieces(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """A content in pieces that end with a line, each with where it starts."""
    at = 0
    while at < len(raw):
        end = raw.rfind(b"\n", at, at + PIECE) + 1 or raw.find(b"\n", at) + 1 or len(raw)
        yield at, raw[at:end]
        at = end


def _no_text(raw: bytes) -> tuple[int, str, str] | None:
    """(line, code, why not), if a content is no text that can be read as it is meant."""
    if not raw.strip():
        return 0, "empty-file", "the file is empty; send at least the header line"
    if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or raw[:200].count(b"\x00") > 20:
        return 1, "not-utf8", "the file is UTF-16; save it as CSV UTF-8 (comma delimited)"
    for at, piece in _pieces(raw):
        if piece.isascii() and len(piece.translate(None, CONTROLS)) == len(piece):
            continue
        try:
            hidden = HIDDEN.search(text := piece.decode())
        except UnicodeDecodeError as error:
            why = "this line has letters that are not UTF-8; save the file as CSV UTF-8 (comma delimited)"
            return raw.count(b"\n", 0, at + error.start) + 1, "not-utf8", why
        if hidden:
            line = len(BREAK.findall(raw, 0, at + len(text[: hidden.start()].encode()))) + 1
            what = (
                "a letter that an earlier conversion lost"
                if hidden[0] == "\ufffd"
                else "an invisible control character"
            )
            advice = f"there is {what} (U+{ord(hidden[0]):04X}) on this line; correct it at its source"
            return line, "hidden-character", advice
    return None


def _masked(raw: bytes) -> bytes:
    """The content with U+0001 for each quoted field, and U+0000 for each line end inside it: where a fault is."""
    return QUOTED.sub(lambda m: b"\x01" + b"\x00" * len(BREAK.findall(m[0])), raw)


def _rows(plain: bytes) -> list[bytes]:
    """The rows of a content, or of a piece of one, that ends with a line end."""
    return plain.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")


def _starts(rows: list[bytes]) -> list[int]:
    """The line on which each row starts, from 1."""
    return list(accumulate((row.count(b"\x00") + 1 for row in rows[:-1]), initial=1))


def _stray_quotes(raw: bytes) -> list[int]:
    """The lines that hold a quote which neither opens nor closes a field."""
    rows = _rows(_masked(raw))
    stray = ((row, line) for row, line in zip(rows, _starts(rows), strict=True) if b'"' in row)
    return [line + row.count(b"\x00", 0, row.index(b'"')) for row, line in stray]


def first_rows(raw: bytes, most: int) -> list[tuple[int, list[str]]]:
    """The first rows of a content, each with its line, read leniently: only to see where the header is."""
    text = raw[: PIECE // 16].decode("utf-8-sig", "replace")
    reader = csv.reader(io.StringIO(text, newline=""))
    found = []
    try:
        while len(found) < most:
            found.append((reader.line_num + 1, next(reader)))
    except (csv.Error, StopIteration):
        pass
    return found


def _header(raw: bytes) -> list[str]:
    """The header's names, trimmed and in lower case."""
    text = io.TextIOWrapper(io.BytesIO(raw), "utf-8", newline="")
    return [n.strip().lower() for n in next(csv.reader(text, strict=True))]


def _parse(raw: bytes, names: list[str]) -> pa.Table:
    # threads of a short file's reader may outlive the process and abort it
    read = arrow_csv.ReadOptions(
        column_names=names, skip_rows_after_names=1, block_size=BLOCK, use_threads=len(raw) > BLOCK
    )
    parse = arrow_csv.ParseOptions(newlines_in_values=b'"' in raw, ignore_empty_lines=False)
    convert = arrow_csv.ConvertOptions(
        column_types={n: pa.string() for n in names},
        strings_can_be_null=True,
        null_values=[""],
        check_utf8=False,
    )
    return arrow_csv.read_csv(pa.BufferReader(raw), read, parse, convert)


def read(raw: bytes, file: str, above: int = 0) -> tuple[Sheet | None, list[Problem]]:
    """The sheet and every fault of the file's form; no sheet if it cannot be read at all. Values are not judged here.

    A sheet that comes with faults has only the rows as wide as the header, so that these can be judged too. `above` is
    how many lines of titles stand above the header; they are passed over.
    """
    raw = raw.removeprefix(codecs.BOM_UTF8)
    if fault := _no_text(raw):
        line, code, why = fault
        return None, [Problem(file, line, "", code, why)]
    for _ in range(above):
        raw = raw[found.end() :] if (found := BREAK.search(raw)) else b""
    sheet, problems = _read(_ended(raw), file)
    if sheet:
        sheet.header += above
    if sheet and sheet.first:
        sheet.first += above
    if sheet and sheet.kept:
        sheet.kept = [line + above for line in sheet.kept]
    if sheet:
        sheet.told = [replace(p, line=p.line + above) for p in sheet.told]
    return sheet, [replace(p, line=p.line + above) if p.line else p for p in problems]


def _ended(raw: bytes) -> bytes:
    """The content with one line end after its last row."""
    whole = raw.rstrip(b"\r\n")
    return raw if raw in (whole + b"\n", whole + b"\r\n") else whole + b"\n"


def _read(raw: bytes, file: str) -> tuple[Sheet | None, list[Problem]]:
    plain = QUOTED.sub(b"\x01", raw) if b'"' in raw else raw  # the file's own commas and line ends
    if b'"' in plain:
        why = 'a quote (") stands inside a field; put the whole field in quotes and double the quote inside it'
        return None, [Problem(file, n, "", "stray-quote", why) for n in _stray_quotes(raw)]
    try:
        names = [name or f"{NAMELESS}{at}" for at, name in enumerate(_header(raw), 1)]
        if faults := header_faults(file, names):
            return None, faults
        faults, blank = _wrong_widths(file, raw, plain, len(names))
        if faults or blank:
            sheet = _right_rows(file, raw, names, blank | {fault.line for fault in faults})
        else:
            over_lines = plain is not raw and len(BREAK.findall(plain)) != len(BREAK.findall(raw))
            sheet = Sheet(file, _parse(raw, names), raw if over_lines else None, first=2)
        _pass_over(sheet, blank)
        nameless = _nameless(sheet)
        return None if nameless else sheet, faults + nameless
    except (csv.Error, pa.ArrowInvalid):  # what they say may repeat the file
        why = "the file has a field that is far too long; is a quote missing? save it as CSV again"
        return None, [Problem(file, 0, "", "not-csv", why)]


def _empty(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(pc.equal(pc.utf8_trim_whitespace(column), ""), True)


def _pass_over(sheet: Sheet, blank: set[int]) -> None:
    """Leave out the rows that hold nothing, those of `blank` lines already left out, and tell of them."""
    bare = None
    for column in sheet.table.columns:  # nearly always the first has something in every row
        bare = _empty(column) if bare is None else pc.and_(bare, _empty(column))
        if not pc.any(bare).as_py():
            break
    else:
        keep = pc.indices_nonzero(pc.invert(bare))
        blank = blank | {sheet.line(row) for row in pc.indices_nonzero(bare).to_pylist()}
        sheet.kept, sheet.raw = [sheet.line(row) for row in keep.to_pylist()], None
        sheet.table = sheet.table.take(keep)
    if blank:
        what = "1 row holds" if len(blank) == 1 else f"{len(blank):,} rows hold"
        why = f"{what} no value and {'was' if len(blank) == 1 else 'were'} passed over; this is the first"
        sheet.told.append(sheet.fault(min(blank), "", "blank-rows", why))


def _nameless(sheet: Sheet) -> list[Problem]:
    """Faults of columns that have values and no name; those that have neither are left out and told."""
    faults, gone = [], [name for name in sheet.table.column_names if name.startswith(NAMELESS)]
    for name in list(gone):
        if not pc.all(_empty(sheet.table[name]), min_count=0).as_py():
            why = f"column {name[1:]} has no name in the header; name it or remove it"
            faults.append(sheet.fault(1, "", "unnamed-column", why))
            gone.remove(name)
    if gone:
        sheet.table = sheet.table.drop_columns(gone)
        why = f"column {gone[0][1:]} has no name and no value"
        more = f", nor have {len(gone) - 1:,} more" * (len(gone) > 1)
        told = "they were passed over" if more else "it was passed over"
        sheet.told.append(sheet.fault(1, "", "blank-columns", f"{why}{more}; {told}"))
    return faults


def _right_rows(file: str, raw: bytes, names: list[str], wrong: set[int]) -> Sheet:
    """The rows as wide as the header, each with its line; for a file that is refused in any case."""
    rows = csv.reader(io.StringIO(raw.decode(), newline=""), strict=True)
    starts = _starts(_rows(_masked(raw)))
    kept = [(line, row) for line, row in zip(starts, rows, strict=True) if line not in wrong][1:]
    columns = [[row[at] or None for _, row in kept] for at in range(len(names))]
    table = pa.table([pa.array(column, pa.string()) for column in columns], names=names)
    return Sheet(file, table, kept=[line for line, _ in kept])


def header_faults(file: str, names: list[str]) -> list[Problem]:
    """What is wrong with the names of a header."""
    if len(names) > MOST_COLUMNS:
        why = f"the header has {len(names)} columns; a table of the limited record has at most 20"
        return [Problem(file, 1, "", "too-many-columns", why)]
    faults = []
    if not names:
        why = "the first line is blank; the file starts with the line of column names"
        return [Problem(file, 1, "", "no-header", why)]
    if len(names) == 1 and re.search(r"[;\t|]", names[0]):
        return [
            Problem(
                file,
                1,
                "",
                "not-comma",
                "the columns are not separated by commas; save the file as comma delimited",
            )
        ]
    meant = {}
    for name in names:
        meant.setdefault(slug(name) or name, []).append(name)
    for spellings in (found for found in meant.values() if len(found) > 1 and any(found)):
        different = [repr(name) for name in dict.fromkeys(spellings)]
        why = f"column {different[0]} stands {len(spellings)} times in the header"
        if len(different) > 1:
            why = f"{' and '.join(different)} in the header mean one column"
        faults.append(Problem(file, 1, spellings[0], "duplicate-column", f"{why}; keep one"))
    if "" in names:
        at = names.index("") + 1
        faults.append(
            Problem(file, 1, "", "unnamed-column", f"column {at} has no name in the header; name it or remove it")
        )
    return faults


def _wrong_widths(file: str, raw: bytes, plain: bytes, expected: int) -> tuple[list[Problem], set[int]]:
    """Faults of rows that are not as wide as the header, and the lines of those that hold nothing but commas."""
    # counting commas is five times faster than a CSV reader
    if all(row and row.count(b",") == expected - 1 for _, piece in _pieces(plain) for row in _rows(piece)):
        return [], set()
    rows = _rows(_masked(raw))
    widths = [row.count(b",") + 1 if row else 0 for row in rows]
    wrong = [(line, n) for n, line in enumerate(_starts(rows)) if widths[n] != expected]
    blank = {line for line, n in wrong if NOTHING.fullmatch(rows[n])}
    return [_width(file, line, widths[n], expected) for line, n in wrong if line not in blank], blank


def _width(file: str, line: int, found: int, expected: int) -> Problem:
    why = f"this row has {found} {'field' if found == 1 else 'fields'}, the header has {expected}"
    hint = "is a comma missing or one too many?" if found else "is a line left blank?"
    return Problem(file, line, "", "row-width", f"{why}; {hint}")
