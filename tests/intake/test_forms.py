"""Broken CSV and workbook forms of one table: each gives exactly its right rows or a refusal with its place."""

# ruff: noqa: E501 (a form a line)
import csv
import io

import pytest

from hubdata.intake import take
from tests.support import workbooks

HEAD = ["family", "hub", "opened_on", "closure_reason"]
ROWS = [
    ["00123", "corby", "2026-01-02", "moved"],
    ["F2", "kettering", "2025-12-31", None],
    ["F3", "corby", "2026-02-03", "ok"],
]


def _csv(rows=None, comma=",", end="\n", quote=csv.QUOTE_MINIMAL, head=HEAD) -> str:
    sink = io.StringIO(newline="")
    csv.writer(sink, delimiter=comma, lineterminator=end, quoting=quote).writerows([head, *(rows or ROWS)])
    return sink.getvalue()


GOOD = _csv()
LINES = GOOD.splitlines(keepends=True)
CSV = {
    "as it is": GOOD,
    "a byte order mark": "\ufeff" + GOOD,
    "all quoted": _csv(quote=csv.QUOTE_ALL),
    "line ends of Windows": _csv(end="\r\n"),
    "line ends of old Macs": _csv(end="\r"),
    "no last line end": GOOD[:-1],
    "blank lines at the end": GOOD + "\n\n\n",
    "a blank line inside": "".join([*LINES[:2], "\n", *LINES[2:]]),
    "semicolons": _csv(comma=";"),
    "tabs": _csv(comma="\t"),
    "bars": _csv(comma="|"),
    "spaces": _csv(comma=" "),
    "a title": "A title\n" + GOOD,
    "two titles": "A title,of two\n,\n" + GOOD,
    "a long preamble": "a,b,c,d\n" * 3 + GOOD,
    "a header twice": LINES[0] + GOOD,
    "a second header": LINES[0] + "ref,place,day,why\n" + "".join(LINES[1:]),
    "no header": "".join(LINES[1:]),
    "only a header": LINES[0],
    "a footer": GOOD + "Total: 3\n",
    "a wide footer": GOOD + "Total,3,,\n",
    "a field too many": GOOD.replace("moved", "moved,x"),
    "a field too few": GOOD.replace(",moved", ""),
    "a trailing comma in every line": GOOD.replace("\n", ",\n"),
    "an index column": "\n".join(f"{n},{line}" for n, line in enumerate(GOOD.splitlines())),
    "an unclosed quote": GOOD.replace("moved", '"moved'),
    "a quote inside": GOOD.replace("moved", 'mo"ved'),
    "an escaped quote": GOOD.replace("moved", '"mo\\"ved"'),
    "single quotes": GOOD.replace("moved", "'mo,ved'"),
    "a line end in a field": GOOD.replace("moved", '"mo\nved"'),
    "UTF-16": GOOD.encode("utf-16"),
    "UTF-32": GOOD.encode("utf-32"),
    "Latin-1": GOOD.replace("moved", "caf\xe9").encode("latin-1"),
    "cp1252": GOOD.replace("moved", "it\u2019s").encode("cp1252"),
    "a lost letter": GOOD.replace("moved", "caf\ufffd"),
    "a NUL": GOOD.replace("moved", "mo\0ved"),
    "a soft hyphen": GOOD.replace("moved", "mo\xadved"),
    "a zero width space in the header": GOOD.replace("hub", "hu\u200bb"),
    "spaces round names": GOOD.replace("hub,", " Hub ,"),
    "a space that does not break": GOOD.replace("opened_on", "opened\xa0on"),
    "columns in another order": _csv([[d, c, b, a] for a, b, c, d in ROWS], head=HEAD[::-1]),
    "a column twice": GOOD.replace("hub", "family"),
    "a column without name": GOOD.replace("hub", ""),
    "a column more": _csv([[*row, "x"] for row in ROWS], head=[*HEAD, "notes"]),
    "a column less": _csv([[r[0], *r[2:]] for r in ROWS], head=[HEAD[0], *HEAD[2:]]),
    "two tables": GOOD + "\nperson,family,role\nP1,F2,child\n",
    "days first": GOOD.replace("2026-01-02", "02/01/2026"),
    "months first": GOOD.replace("2025-12-31", "12/31/2025"),
    "a year of two digits": GOOD.replace("2026-01-02", "02/01/26"),
    "a serial day": GOOD.replace("2026-01-02", "46024"),
    "a shortened number": GOOD.replace("00123", "1.23457E+11"),
    "a row twice": GOOD + LINES[1],
    "nothing": "",
    "only blanks": " \n \n",
    "a web page": "<html><table><tr><td>family</td></tr></table></html>",
    "JSON": '{"family": "F1"}',
    "a comment": "# made by a system\n" + GOOD,
    "what Excel is told": "sep=,\n" + GOOD,
    "an error": GOOD.replace("moved", "#REF!"),
    "a formula": GOOD.replace("F2", "=F2"),
}


def _stored(path) -> tuple[list[list], list]:
    reading = take.read(path, "NNC")
    found = reading.found.get("families")
    return (
        []
        if found is None
        else [list(row.values()) for row in found.table.select(HEAD).to_pylist()]
        if set(HEAD) <= set(found.table.column_names)
        else []
    ), reading.problems


@pytest.mark.parametrize("name", CSV)
def test_a_csv_file_gives_its_right_rows_or_a_refusal_with_its_place(tmp_path, name):
    path, content = tmp_path / "families.csv", CSV[name]
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    rows, problems = _stored(path)
    wanted = [] if name == "only a header" else [[*row[:3], row[3]] for row in ROWS]
    if name == "a line end in a field":
        wanted[0][3] = "mo\nved"
    if name == "single quotes":  # four commas would be a wrong width, so it is refused
        assert problems
    assert problems or rows == wanted
    assert all(p.code and p.message and p.file == "families.csv" for p in problems)
    assert not problems or all(p.line or p.code in ("empty-file", "not-csv") for p in problems)


MUST_LOAD = (
    "as it is",
    "a byte order mark",
    "all quoted",
    "line ends of Windows",
    "line ends of old Macs",
    "no last line end",
    "blank lines at the end",
    "a title",
    "two titles",
    "a line end in a field",
    "only a header",
    "spaces round names",
    "a space that does not break",
    "columns in another order",
    "days first",
    "a comment",
    "what Excel is told",
)


@pytest.mark.parametrize("name", MUST_LOAD)
def test_a_clean_file_loads(tmp_path, name):
    (tmp_path / "families.csv").write_bytes(CSV[name].encode())
    assert _stored(tmp_path / "families.csv")[1] == []


BOOKS = {
    "a title": [["A title"], HEAD, *ROWS],
    "blank rows": [HEAD, ROWS[0], [], *ROWS[1:]],
    "a blank column": [[None, *row] for row in [HEAD, *ROWS]],
    "a footer": [HEAD, *ROWS, ["Total: 3"]],
    "a header twice": [HEAD, HEAD, *ROWS],
    "two tables": [HEAD, *ROWS, [], ["person", "family"], ["P1", "F2"]],
    "two tables side by side": [[*HEAD, None, "person"], *([*row, None, "P1"] for row in ROWS)],
    "no header": ROWS,
    "a number for a reference": [HEAD, [123, *ROWS[0][1:]], *ROWS[1:]],
}


@pytest.mark.parametrize("write", [workbooks.xlsx, workbooks.ods])
@pytest.mark.parametrize("name", BOOKS)
def test_a_workbook_gives_its_right_rows_or_a_refusal_with_its_place(tmp_path, name, write):
    path = tmp_path / f"families.{write.__name__}"
    path.write_bytes(write({"families": BOOKS[name]}))
    rows, problems = _stored(path)
    wanted = [["123", *ROWS[0][1:]], *ROWS[1:]] if name == "a number for a reference" else ROWS
    assert problems or rows == wanted
    assert all(p.line and p.sheet == "families" for p in problems)
    assert not problems or name not in ("a title", "blank rows", "a blank column")
