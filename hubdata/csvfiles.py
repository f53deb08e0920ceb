"""Reads a partner's CSV file strictly, or says every reason why not; it never guesses, pads, shifts or converts.

UTF-8 (with or without a byte order mark), comma separated, RFC 4180 quotes, every row as wide as the header.
Measured on a public corpus of 2,290 broken files, guessing readers are silently wrong on half of them
(reliability.md 4).
"""

import csv
import io
import re
from dataclasses import dataclass

import pyarrow as pa
from pyarrow import csv as arrow_csv

# A quoted field, whole and between delimiters. What is left of a file without these may not hold a quote.
QUOTED = re.compile(r'(?:\A|(?<=[,\r\n]))"[^"]*(?:""[^"]*)*"(?=[,\r\n]|\Z)')
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]")
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

    def line(self, row: int) -> int:
        """The line of the file on which a row (from 0) starts."""
        if self.text is None:
            return 0
        if '"' not in self.text:
            return row + 2
        reader = csv.reader(io.StringIO(self.text, newline=""), strict=True)
        for _ in range(row + 1):
            next(reader)
        return reader.line_num + 1


def _decode(raw: bytes) -> tuple[str, str, int, str]:
    """(text, "", 0, "") or ("", code, line, why not)."""
    if not raw.strip():
        return "", "empty-file", 0, "the file is empty; send at least the header line"
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or raw[:200].count(b"\x00") > 20:
        return "", "not-utf8", 1, "the file is UTF-16; save it as CSV UTF-8 (comma delimited)"
    try:
        text = raw.decode("utf-8-sig")
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
    at = hidden.start() if hidden else -1
    if at >= 0:
        return (
            "",
            "hidden-character",
            text.count("\n", 0, at) + 1,
            f"there is an invisible control character (U+{ord(text[at]):04X}) on this line; remove it",
        )
    return text, "", 0, ""


def _stray_quotes(text: str) -> list[int]:
    """The lines that hold a quote which neither opens nor closes a field, once it is known that there is one."""
    return [n for n, line in enumerate(text.split("\n"), 1) if '"' in QUOTED.sub("", line.rstrip("\r"))] or [1]


def _header(text: str) -> tuple[list[str], int]:
    """The header's names (trimmed, lower case) and how many lines it takes."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    names = next(reader)
    return [n.strip().lower() for n in names], reader.line_num


def _widths(text: str, expected: int) -> list[tuple[int, int]]:
    """Every (line, width) of a row that is not as wide as the header."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    wrong, before = [], 0
    for row in reader:
        if len(row) != expected:
            wrong.append((before + 1, len(row)))
        before = reader.line_num
    return wrong


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
    """The sheet, or None and every fault of the file's form. Values are not judged here."""
    text, code, line, why = _decode(raw)
    if code:
        return None, [Problem(file, line, "", code, why)]
    text = text.rstrip("\r\n") + "\n"
    plain = QUOTED.sub("", text) if '"' in text else text  # the file's commas and line ends, without quoted ones
    if '"' in plain:
        why = 'a quote (") stands inside a field; put the whole field in quotes and double the quote inside it'
        return None, [Problem(file, n, "", "stray-quote", why) for n in _stray_quotes(text)]
    try:
        names, _ = _header(text)
        faults = _header_faults(file, names)
        wrong = [] if faults else _wrong_widths(file, text, plain, len(names))
    except csv.Error as error:
        return None, [
            Problem(
                file,
                0,
                "",
                "not-csv",
                f"the file is not CSV as RFC 4180 has it ({error}); save it as CSV again",
            )
        ]
    if faults or wrong:
        return None, faults + wrong
    return Sheet(file, _parse(text, names), text), []


def _header_faults(file: str, names: list[str]) -> list[Problem]:
    if len(names) > MOST_COLUMNS:
        why = f"the header has {len(names)} columns; a table of the limited record has at most 20"
        return [Problem(file, 1, "", "too-many-columns", why)]
    faults = []
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
    # counting commas is five times faster than a CSV reader, which is only needed to say where a fault is
    if "\r" not in plain.replace("\r\n", "") and (expected > 1 or "\n\n" not in plain.replace("\r", "")):
        commas = expected - 1
        if all(line.count(",") == commas for line in plain[:-1].split("\n")):
            return []
    wrong = _widths(text, expected)
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
