"""What an .xlsx sheet shows otherwise than it stores, or hides: errors, lost formulas, padded zeros, hidden rows.

A reader of values alone would take an error for an empty cell and 00123 for 123. It imports nothing that is heavy: it
runs in the limited process that judges a return.
"""

import functools
import posixpath
import re
import zipfile

from hubdata.intake.files import xml as files_xml
from hubdata.intake.files.archive import Bad, content
from hubdata.intake.files.facts import Facts

REF = re.compile(r"([A-Z]{1,3})([1-9][0-9]*)")
RELATIONS = "xl/_rels/workbook.xml.rels"
PLAIN_IDS = {0, 1, 2, 3, 4, 37, 38, 39, 40, 41, 42, 43, 44, 49}
DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
DECORATION = re.compile(r"\[[^\]]*\]|\\.|_.|\*.")
WHOLE_DAY_IDS = {14, 15, 22, 30, 31}
QUOTED = re.compile(r'"[^"]*"')
ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]|s\.0+", re.IGNORECASE)
NUMBER_SIGNS = re.compile(r"[0#?@]|general")
TOKEN = re.compile(r"am/pm|a/p|y+|m+|d+|h+|s+|e+|b+|g+")
ON = ("1", "true")
ODD = (b"<f", b":f", b'"e"', b"'e'", b"hidden", b' ht="0', b" ht='0", b' width="0', b" width='0", b"<c>", b"<row>",
       b"<!", b"<c\n", b"<c\t", b"<c/", b"<mc:")  # fmt: skip
CELL = re.compile(rb'<c r="([A-Z]{1,3}[1-9][0-9]*)"')
ROW = re.compile(rb'<row r="([1-9][0-9]*)"')


def book(archive: zipfile.ZipFile) -> dict[str, Facts]:
    """The facts of every worksheet, by name. Raises Bad if the workbook is not one."""
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names or RELATIONS not in names:
        raise Bad("not-a-workbook", "it is no .xlsx workbook; open it in Excel and save it as Excel Workbook (.xlsx)")
    sheets, undone = _parts(archive)
    shown = _formats(archive)
    parts = {name: content(archive, part) for name, part in sheets.items() if part in names}
    return {name: _ordinary(part, shown, name) or _Cells(shown, undone, name).of(part) for name, part in parts.items()}


def _parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """The part of each sheet by its name, and whether the program that wrote the workbook left its formulas undone."""
    targets, named, calculation = {}, [], []

    def relation(attributes: dict) -> None:
        if attributes.get("TargetMode") != "External":
            targets[attributes["Id"]] = posixpath.normpath(posixpath.join("/xl", attributes["Target"]))[1:]

    files_xml.Walk({"Relationship": relation}).over(content(archive, RELATIONS))
    files_xml.Walk({"sheet": named.append, "calcPr": calculation.append}).over(content(archive, "xl/workbook.xml"))
    plain = [files_xml.plain_attributes(attributes) for attributes in named]
    sheets = {one["name"]: targets.get(one["id"], "") for one in plain}
    return sheets, any(one.get("fullCalcOnLoad") in ON for one in calculation)


def _formats(archive: zipfile.ZipFile) -> dict[str, str | int]:
    """The styles that show a number otherwise than it is stored.

    Filled up with zeros to so many digits, `part` of a day, or `other`.
    """
    codes, formats, inside = {}, [], []
    starts = {
        "numFmt": lambda one: codes.update({one["numFmtId"]: one["formatCode"]}),
        "cellXfs": inside.append,
        "xf": lambda one: formats.append(one.get("numFmtId", "0")) if inside else None,
    }
    if "xl/styles.xml" in archive.namelist():
        files_xml.Walk(starts, {"cellXfs": inside.clear}).over(content(archive, "xl/styles.xml"))
    shown = {str(n): _shown(codes.get(number), number) for n, number in enumerate(formats)}
    return {style: how for style, how in shown.items() if how}


def _shown(code: str | None, number: str) -> str | int | None:
    if code is None:
        known = int(number) if number.isdigit() else -1
        return None if known in PLAIN_IDS | WHOLE_DAY_IDS else "part" if known in DATE_IDS else "other"
    parts = [_day_parts(section) for section in code.split(";")]
    if any(parts):
        return None if all({"d", "m", "y"} <= part for part in parts if part) else "part"
    first = DECORATION.sub("", code.partition(";")[0]).strip()
    if first in ("", "General", "@"):
        return "other" if code.startswith(";") else None  # an empty section shows nothing at all
    if re.fullmatch("0{2,}", first):
        return len(first)
    whole = first.partition(".")[0]
    return None if re.fullmatch(r"[#0,.? ]+", first) and whole.count("0") <= 1 else "other"


def _day_parts(section: str) -> set[str]:
    """What a section of a format shows of a moment: d the day of the month, m the month, y the year, else h."""
    plain = DECORATION.sub("", ELAPSED.sub("h", QUOTED.sub("", section))).lower()
    tokens = [""] if NUMBER_SIGNS.search(plain) else ["", *TOKEN.findall(plain), ""]
    return {_day_part(*near) for near in zip(tokens, tokens[1:], tokens[2:], strict=False)}


def _day_part(before: str, token: str, after: str) -> str:
    minutes = len(token) < 3 and (before[:1] == "h" or after[:1] == "s")
    if token[0] == "m" and len(token) < 5 and not minutes:  # mmmmm is J for three of the months
        return "m"
    if token in ("d", "dd"):
        return "d"
    return "y" if token[0] in "ye" else "h"


def _ordinary(part: bytes, shown: dict[str, str | int], name: str) -> Facts | None:
    """The facts of a sheet in which nothing at all is odd, as most are; a walk would take ten times as long.

    None if anything in the part looks like one of the things that a walk would find.
    """
    odd = [*ODD, *(sign % style.encode() for style in shown for sign in (b's="%s"', b"s='%s'"))]
    cells = CELL.findall(part)
    if (
        "0" in shown
        or any(sign in part for sign in odd)
        or len(cells) != part.count(b"<c ")
        or len(set(cells)) < len(cells)
    ):
        return None
    rows = [int(number) for number in ROW.findall(part)]
    if len(rows) != part.count(b"<row ") or rows != sorted(set(rows)) or b"<worksheet" not in part[:400]:
        return None
    files_xml.checked(part)
    facts = Facts(name)
    widest = max((ref.rstrip(b"0123456789") for ref in cells), key=lambda letters: (len(letters), letters), default=b"")
    if rows and widest:
        facts.seen(max(rows), _column(widest.decode()))
    return facts


def _column(letters: str) -> int:
    """A column's number from its letters."""
    return functools.reduce(lambda sum_, one: sum_ * 26 + ord(one) - 64, letters, 0)


class _Cells:
    """One pass over a sheet's cells."""

    def __init__(self, shown: dict[str, str | int], undone: bool, name: str):
        self.facts, self.shown, self.undone = Facts(name), shown, undone
        self.row = self.column = 0
        self.kind = self.style = ""
        self.formula = self.value = False
        self.columns: dict[str, int] = {}
        starts = {"c": self.cell, "f": self.has_formula, "v": self.has_value, "row": self.start_row, "col": self.width}
        self.walk = files_xml.Walk(starts, {"c": self.end_cell, "v": self.end_value})

    def of(self, part: bytes) -> Facts:
        """The facts of a sheet. Raises Bad if its cells do not stand in order."""
        self.walk.over(part)
        return self.facts

    def start_row(self, attributes: dict) -> None:
        at = int(attributes.get("r", self.row + 1))
        if at <= self.row:
            raise ValueError
        self.row, self.column = at, 0
        if attributes.get("hidden") in ON or attributes.get("ht") in ("0", "0.0"):
            self.facts.hidden_rows.add(at)

    def width(self, attributes: dict) -> None:
        if attributes.get("hidden") in ON or attributes.get("width") == "0":
            self.facts.hide_columns(int(attributes["min"]), int(attributes["max"]))

    def cell(self, attributes: dict) -> None:
        ref = attributes.get("r")
        at = self.column + 1 if ref is None else self._number(ref)
        if at <= self.column:
            raise ValueError
        self.column, self.kind, self.style = at, attributes.get("t", "n"), attributes.get("s", "0")
        self.formula = self.value = False

    def _number(self, ref: str) -> int:
        letters = ref.rstrip("0123456789")
        if ref[len(letters) :] != str(self.row):
            raise ValueError
        found = self.columns.get(letters)
        if found is None:
            if not REF.fullmatch(ref):
                raise ValueError
            found = self.columns[letters] = _column(letters)
        return found

    def has_formula(self, _: dict) -> None:
        self.formula = True
        self.facts.formulas += 1

    def has_value(self, _: dict) -> None:
        self.value = True
        if self.formula:
            self.walk.listen()

    def end_value(self) -> None:
        if self.formula:
            self.value = bool(self.walk.heard().strip()) or self.kind == "str"

    def end_cell(self) -> None:
        facts, at = self.facts, (self.row, self.column)
        facts.seen(*at)
        if self.kind == "e":
            facts.mark(*at, "e")
        elif self.formula and (self.undone or not self.value):
            facts.mark(*at, "u")
        elif self.kind in ("n", "d") and self.style in self.shown:
            facts.mark(*at, self.shown[self.style])
