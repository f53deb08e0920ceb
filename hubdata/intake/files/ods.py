"""What an .ods sheet shows otherwise than it stores, or hides: numbers in another form, lost formulas, hidden rows.

It imports nothing that is heavy: it runs in the limited process that judges a return.
"""

import functools
import re
import zipfile

from hubdata.intake.files import xml as files_xml
from hubdata.intake.files.archive import Bad, content
from hubdata.intake.files.facts import Facts

MIME = b"application/vnd.oasis.opendocument.spreadsheet"
HIDDEN = ("collapse", "filter")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
WHOLE_DAY = {"day", "month", "year"}


def book(archive: zipfile.ZipFile) -> dict[str, Facts]:
    """The facts of every sheet, by name. Raises Bad if the workbook is not one."""
    names = archive.namelist()
    if "content.xml" not in names or content(archive, "mimetype").strip() != MIME:
        raise Bad(
            "not-a-workbook", "it is no .ods workbook; open it in LibreOffice and save it as ODF Spreadsheet (.ods)"
        )
    if "META-INF/manifest.xml" in names and b"encryption-data" in content(archive, "META-INF/manifest.xml"):
        raise Bad("encrypted", "it is locked with a password; send it without one, by a safe way")
    return _Tables().of(content(archive, "content.xml"))


class _Tables:
    """One pass over all sheets' cells."""

    def __init__(self):
        self.sheets: dict[str, Facts] = {}
        self.unseen: set[str] = set()
        self.style = self.date_style = ""
        self.shows: dict[str, set[str]] = {}  # what of a day each number style shows
        self.drawn: dict[str, str] = {}  # the number style of each cell style
        self.facts = Facts()
        self.row = self.column = self.times = self.width = 0
        self.cell: dict[str, str] = {}
        starts = {
            "style": self.start_style,
            "date-style": self.start_date_style,
            **{part: functools.partial(self.shown_part, part) for part in WHOLE_DAY},
            "table-properties": self.properties,
            "table": self.start_table,
            "table-column": self.start_column,
            "table-row": self.start_row,
            "table-cell": self.start_cell,
            "covered-table-cell": self.start_cell,
            "table-source": self.outside,
            "dde-source": self.outside,
        }
        ends = {
            "table-row": self.end_row,
            "table-cell": self.end_cell,
            "covered-table-cell": self.end_cell,
            "annotation": self.end_comment,
        }
        self.walk = files_xml.Walk(starts, ends)

    def of(self, part: bytes) -> dict[str, Facts]:
        """The facts of every sheet."""
        self.walk.over(part)
        return self.sheets

    def outside(self, _: dict) -> None:
        raise Bad("external-link", "the workbook draws on other files; paste the values and save it again")

    def start_style(self, attributes: dict) -> None:
        self.style = attributes.get("style:name", "")
        self.drawn[self.style] = attributes.get("style:data-style-name", "")

    def start_date_style(self, attributes: dict) -> None:
        self.date_style = attributes.get("style:name", "")
        self.shows[self.date_style] = set()

    def shown_part(self, part: str, _: dict) -> None:
        self.shows.setdefault(self.date_style, set()).add(part)

    def properties(self, attributes: dict) -> None:
        if attributes.get("table:display") == "false":
            self.unseen.add(self.style)

    def start_table(self, attributes: dict) -> None:
        self.facts = self.sheets[attributes["table:name"]] = Facts(attributes["table:name"])
        self.facts.hidden = attributes.get("table:style-name") in self.unseen
        self.row = self.width = 0

    def start_column(self, attributes: dict) -> None:
        times = int(attributes.get("table:number-columns-repeated", 1))
        if attributes.get("table:visibility") in HIDDEN:
            self.facts.hide_columns(self.width + 1, self.width + times)
        self.width += times

    def start_row(self, attributes: dict) -> None:
        self.times = int(attributes.get("table:number-rows-repeated", 1))
        self.column = 0
        if attributes.get("table:visibility") in HIDDEN:
            self.facts.hidden_rows.update(range(self.row + 1, self.row + 1 + min(self.times, 10_000)))

    def end_row(self) -> None:
        self.row += self.times

    def start_cell(self, attributes: dict) -> None:
        self.cell = attributes
        self.walk.listen()

    def end_comment(self) -> None:
        self.walk.listen()  # what a comment says is no part of the cell

    def end_cell(self) -> None:
        said, one = self.walk.heard().strip(), self.cell
        times = int(one.get("table:number-columns-repeated", 1))
        kind = one.get("office:value-type", "")
        if kind or said or "table:formula" in one:
            self.facts.seen(self.row + self.times, self.column + times)
            if mark := self._mark(one, kind, said):
                for row in range(self.row + 1, self.row + 1 + self.times):
                    for column in range(self.column + 1, self.column + 1 + times):
                        self.facts.mark(row, column, mark)
        self._merged(one)
        self.column += times

    def _mark(self, one: dict, kind: str, said: str) -> str | int | None:
        """What is odd about a cell, if anything."""
        if "table:formula" in one:
            self.facts.formulas += 1
            if not kind:
                return "u"
        if one.get("calcext:value-type") == "error":
            return "e"
        if kind in ("percentage", "currency"):
            return "other"
        if kind == "date":
            style = self.shows.get(self.drawn.get(one.get("table:style-name", ""), ""), WHOLE_DAY)
            whole = style >= WHOLE_DAY and (not said or _shows_day(said, one.get("office:date-value", "")))
            return None if whole else "part"
        if kind == "float":
            stored, shown = one.get("office:value", ""), said.replace(",", "")
            if re.fullmatch("0[0-9]+", shown) and stored == shown.lstrip("0"):
                return len(shown)
            if shown and (not NUMBER.fullmatch(shown) or float(shown) != float(stored)):
                return "other"
        return None

    def _merged(self, one: dict) -> None:
        down = int(one.get("table:number-rows-spanned", 1))
        over = int(one.get("table:number-columns-spanned", 1))
        if down > 1 or over > 1:
            at = (self.row + 1, self.column + 1)
            self.facts.merged.append((*at, at[0] + down - 1, at[1] + over - 1))


def _shows_day(said: str, stored: str) -> bool:
    """Whether the text of a cell shows the day, the month and the year that the cell stores, in whatever order."""
    day = DAY.match(stored)
    if day is None:
        return False
    numbers = [int(number) for number in re.findall(r"\d+", said)]
    named = re.search(r"[^\W\d_]{3}", said) is not None
    year, month, of_month = map(int, day.groups())
    wanted = [of_month] if named else [of_month, month]
    for number in wanted:
        if number not in numbers:
            return False
        numbers.remove(number)
    return year in numbers or year % 100 in numbers
