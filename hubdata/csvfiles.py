"""Reads a partner's CSV file strictly, or says every reason why not; it never guesses, pads, shifts or converts.

UTF-8 (with or without a byte order mark), comma separated, RFC 4180 quotes, every row as wide as the header.
Measured on a public corpus of 2,290 broken files, guessing readers are silently wrong on half of them
(reliability.md 4).
"""

import csv
import io
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import pyarrow as pa
from pyarrow import csv as arrow_csv

# A quoted field, whole and between delimiters. What is left of a file without these may not hold a quote.
# It never steps back (*+), so that no file, however hostile, costs more than one pass.
QUOTED = re.compile(r'(?:\A|(?<=[,\r\n]))"[^"]*+(?:""[^"]*+)*+"(?=[,\r\n]|\Z)')
# Controls, what only moves or turns letters, and U+FFFD, which stands for a letter that was lost.
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff"
    "\U000e0000-\U000e007f]"
)
BREAK = re.compile("\r\n|\r|\n")
CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])
MOST_COLUMNS = 200


@dataclass(frozen=True)
class Problem:
    """One fault, in words that a partner's clerk can act on. `line` counts from 1; 0 means the whole file."""

    file: str
    line: int
    column: str
    code: str
    message: str


@dataclass
class Sheet:
    """A file's columns as text (empty cells null), by header name, and how to find a row's line."""

    file: str
    table: pa.Table
    text: str | None = None
    kept: list[int] | None = None  # where rows were left out for their width: the lines of those that stayed

    def line(self, row: int) -> int:
        """The line of the file on which a row (from 0) starts."""
        if self.kept is not None:
            return self.kept[row]
        return 0 if self.text is None else self._lines[row + 1]

    @cached_property
    def _lines(self) -> list[int]:
        return _starts(_rows(_masked(self.text)))


def _decode(raw: bytes) -> tuple[str, str, int, str]:
    """(text, "", 0, "") or ("", code, line, why not)."""
    if not raw.strip():
        return "", "empty-file", 0, "the file is empty; send at least the header line"
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or raw[:200].count(b"\x00") > 20:
        return "", "not-utf8", 1, "the file is UTF-16; save it as CSV UTF-8 (comma delimited)"
    try:
        text = raw.decode("utf-8-sig")
        if not text.strip():
            return "", "empty-file", 0, "the file is empty; send at least the header line"
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return (
            "",
            "not-utf8",
            line,
            "this line has letters that are not UTF-8; save the file as CSV UTF-8 (comma delimited)",
        )
    plain = text.isascii() and len(raw.translate(None, CONTROLS)) == len(raw)
    hidden = None if plain else HIDDEN.search(text)
    if hidden:
        line = len(BREAK.findall(text, 0, hidden.start())) + 1
        what = "a letter that an earlier conversion lost" if hidden[0] == "\ufffd" else "an invisible control character"
        advice = f"there is {what} (U+{ord(hidden[0]):04X}) on this line; correct it at its source"
        return "", "hidden-character", line, advice
    return text, "", 0, ""


def _masked(text: str) -> str:
    """The text with U+0001 for each quoted field, and U+0000 for each line end inside it: to say where a fault is."""
    return QUOTED.sub(lambda m: "\x01" + "\x00" * len(BREAK.findall(m[0])), text)


def _rows(plain: str) -> list[str]:
    return plain.rstrip("\r\n").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _starts(rows: list[str]) -> list[int]:
    """The line on which each row starts, from 1."""
    return list(accumulate((row.count("\x00") + 1 for row in rows[:-1]), initial=1))


def _stray_quotes(text: str) -> list[int]:
    """The lines that hold a quote which neither opens nor closes a field."""
    rows = _rows(_masked(text))
    stray = ((row, line) for row, line in zip(rows, _starts(rows), strict=True) if '"' in row)
    return [line + row.count("\x00", 0, row.index('"')) for row, line in stray]


def _header(text: str) -> list[str]:
    """The header's names, trimmed and in lower case."""
    return [n.strip().lower() for n in next(csv.reader(io.StringIO(text, newline=""), strict=True))]


def _parse(text: str, names: list[str]) -> pa.Table:
    read = arrow_csv.ReadOptions(column_names=names, skip_rows_after_names=1, block_size=1 << 24)
    parse = arrow_csv.ParseOptions(newlines_in_values='"' in text, ignore_empty_lines=False)
    convert = arrow_csv.ConvertOptions(
        column_types={n: pa.string() for n in names},
        strings_can_be_null=True,
        null_values=[""],
        check_utf8=False,
    )
    return arrow_csv.read_csv(io.BytesIO(text.encode()), read, parse, convert)


def read(raw: bytes, file: str) -> tuple[Sheet | None, list[Problem]]:
    """The sheet and every fault of the file's form; no sheet if it cannot be read at all. Values are not judged here.

    A sheet that comes with faults has only the rows as wide as the header, so that these can be judged too.
    """
    text, code, line, why = _decode(raw)
    if code:
        return None, [Problem(file, line, "", code, why)]
    text = text.rstrip("\r\n") + "\n"
    plain = QUOTED.sub("\x01", text) if '"' in text else text  # the file's own commas and line ends
    if '"' in plain:
        why = 'a quote (") stands inside a field; put the whole field in quotes and double the quote inside it'
        return None, [Problem(file, n, "", "stray-quote", why) for n in _stray_quotes(text)]
    try:
        names = _header(text)
        if faults := _header_faults(file, names):
            return None, faults
        if faults := _wrong_widths(file, text, plain, len(names)):
            return _right_rows(file, text, names, {fault.line for fault in faults}), faults
        return Sheet(file, _parse(text, names), text), []
    except (csv.Error, pa.ArrowInvalid):  # what they say may repeat the file
        why = "the file has a field that is far too long; is a quote missing? save it as CSV again"
        return None, [Problem(file, 0, "", "not-csv", why)]


def _right_rows(file: str, text: str, names: list[str], wrong: set[int]) -> Sheet:
    """The rows as wide as the header, each with its line; for a file that is refused in any case."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    starts = _starts(_rows(_masked(text)))
    kept = [(line, row) for line, row in zip(starts, rows, strict=True) if line not in wrong][1:]
    columns = [[row[at] or None for _, row in kept] for at in range(len(names))]
    table = pa.table([pa.array(column, pa.string()) for column in columns], names=names)
    return Sheet(file, table, kept=[line for line, _ in kept])


def _header_faults(file: str, names: list[str]) -> list[Problem]:
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
    for name in dict.fromkeys(names):
        if names.count(name) > 1 and name:
            faults.append(
                Problem(
                    file,
                    1,
                    name,
                    "duplicate-column",
                    f"column {name!r} stands {names.count(name)} times in the header; keep one",
                )
            )
    if "" in names:
        at = names.index("") + 1
        faults.append(
            Problem(file, 1, "", "unnamed-column", f"column {at} has no name in the header; name it or remove it")
        )
    return faults


def _wrong_widths(file: str, text: str, plain: str, expected: int) -> list[Problem]:
    # counting commas is five times faster than a CSV reader
    if all(row and row.count(",") == expected - 1 for row in _rows(plain)):
        return []
    rows = _rows(_masked(text))
    widths = [row.count(",") + 1 if row else 0 for row in rows]
    wrong = [(line, found) for line, found in zip(_starts(rows), widths, strict=True) if found != expected]
    return [
        Problem(
            file,
            line,
            "",
            "row-width",
            f"this row has {found} {'field' if found == 1 else 'fields'}, the header has {expected}"
            + ("; is a line left blank?" if not found else "; is a comma missing or one too many?"),
        )  # fmt: skip
        for line, found in wrong
    ]
