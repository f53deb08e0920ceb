"""A workbook's cells as text, each with what it was: so that nothing that Excel changed is taken for what was meant.

Kinds: `t` text, `n` whole number, `f` fraction, `d` day, `m` moment, `b` yes or no, `o` time of day or duration, `x` a
day that Excel miscounts, `p` a day of which the cell shows only a part, `e` error, `u` formula without its value, `s`
number shown in another form, blank: empty.
It runs in the limited process that judges a return, and must import nothing that is heavy.
"""

import io
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from hubdata.intake.files import archive as files_archive
from hubdata.intake.files import ods, xlsx
from hubdata.intake.files.archive import Bad
from hubdata.intake.files.facts import Facts

EXACT = 10**15  # Excel keeps 15 digits of a number
FIRST_SURE_DAY = date(1900, 3, 1)  # Excel's calendar has a 29 February 1900
EMPTY = ("", " ")
BOOKS = {".xlsx": xlsx.book, ".ods": ods.book}


def sheets(raw: bytes, suffix: str, unpacked: int) -> Iterator[dict]:
    """Every sheet that is not empty: its name, its cells and kinds by row, and its facts. Raises Bad."""
    archive = files_archive.workbook(raw, unpacked)
    facts = BOOKS[suffix](archive)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        for entry in book.sheets_metadata:
            found = facts.get(entry.name)
            if found is None or not found.rows:
                continue
            found.hidden = found.hidden or entry.visible != SheetVisibleEnum.Visible
            yield _said(book.get_sheet_by_name(entry.name), found)
    except (CalamineError, ValueError, OverflowError):
        why = "a sheet does not open; open the workbook in Excel and save it again, or send CSV files"
        raise Bad("not-a-workbook", why) from None


def _said(sheet: CalamineSheet, facts: Facts) -> dict:
    above, left = sheet.start or (0, 0)
    merged = facts.merged or [(a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in sheet.merged_cell_ranges or []]
    read = enumerate(sheet.iter_rows() if sheet.start else (), above + 1)
    found = {line: [EMPTY] * left + [_text(v) if type(v) is str else _cell(v) for v in row] for line, row in read}
    for line, marks in facts.marks.items():
        cells = found.setdefault(line, [])
        for column, mark in marks.items():
            cells += [EMPTY] * (column - len(cells))
            cells[column - 1] = _marked(mark, *cells[column - 1])
    lines = [line for line in sorted(found) if any(kind != " " for _, kind in found[line])]
    return {
        "name": sheet.name,
        "lines": lines,
        "rows": [[text for text, _ in found[line]] for line in lines],
        "kinds": ["".join(kind for _, kind in found[line]) for line in lines],
        "hidden": facts.hidden,
        "merged": merged,
        "hidden_rows": sorted(facts.hidden_rows.intersection(lines)),
        "hidden_columns": sorted(facts.hidden_columns),
        "formulas": facts.formulas,
    }


def _text(value: str) -> tuple[str, str]:
    return (value, "t") if value.strip() else EMPTY


@lru_cache(maxsize=65_536, typed=True)  # a column has few days and numbers, and many of each
def _cell(value: object) -> tuple[str, str]:
    """A cell's value in the spelling of a CSV file, and what it is."""
    if isinstance(value, bool):
        return str(value).upper(), "b"
    if isinstance(value, float | int):
        whole = abs(value) < EXACT and value == int(value)
        return (str(int(value)), "n") if whole else (repr(value), "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" "), "m" if value.date() >= FIRST_SURE_DAY else "x"
    if isinstance(value, date):
        return value.isoformat(), "d" if value >= FIRST_SURE_DAY else "x"
    return str(value), "o"


def _marked(mark: str | int, text: str, kind: str) -> tuple[str, str]:
    if isinstance(mark, str) and mark in ("e", "u"):
        return "", mark
    if kind == "n" and isinstance(mark, int) and not text.startswith("-"):
        return text.zfill(mark), "n"
    if mark == "part" and kind in "dmx":
        return text, "p"
    return (text, "s") if kind in "nf" else (text, kind)
