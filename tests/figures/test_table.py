"""How tables look: what a reader sees in HTML and in a workbook, cell by cell."""

import json
from datetime import date, datetime, time

import openpyxl
import pytest

from hubdata.figures import workbook
from hubdata.figures.table import MIME, Column, Table, read

COVER = workbook.Cover("Retention, 30 September 2026", ("Nothing is past its date",), ("Hub: all hubs",))
AS_AT = date(2026, 9, 30)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def table(**changed) -> Table:
    columns = (
        Column("hub", "Hub"),
        Column("records", "Records", "number"),
        Column("due_on", "Kept until", "date", missing="[z]"),
    )
    rows = (("Corby", 1200, "2026-02-28"), ("Rushden", 0, None), ("Kettering", None, "2024-02-29"))
    values = {"name": "by_hub", "title": "Two hubs have records", "scope": "Records by hub", "columns": columns}
    return Table(**{**values, "rows": rows, "source": "Hub records", **changed})


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        (Column("n", "N", "number"), 0, "0"),
        (Column("n", "N", "number"), None, "[x]"),
        (Column("n", "N", "number"), 1200000, "1,200,000"),
        (Column("n", "N", "number"), "[c]", "[c]"),
        (Column("n", "N", "decimal"), 2.0, "2.0"),
        (Column("d", "D", "date"), "2026-09-30", "30 September 2026"),
        (Column("d", "D", "date", missing="[z]"), None, "[z]"),
        (Column("d", "D", "date"), "[c]", "[c]"),
        (Column("m", "M", "month"), "2026-09-01", "September 2026"),
        (Column("t", "T"), "F1", "F1"),
    ],
)
def test_a_cell_says_what_it_is(column, value, shown):
    assert column.text(value) == shown


def test_a_screen_reader_hears_caption_headers_and_shorthand():
    html = table().html()

    assert '<caption id="table-by-hub">Two hubs have records <span>Records by hub</span></caption>' in html
    assert html.count('<th scope="col"') == 3
    assert html.count('<th scope="row">') == 3
    assert 'aria-describedby="table-by-hub-legend"' in html
    assert "[x] means unavailable" in html
    assert "[z] means not applicable" in html
    assert "[c] means" not in html


def test_numbers_stand_on_the_right_and_their_heading_with_them():
    assert '<th scope="col" class="number">Records</th>' in table().html()
    assert '<td class="number">1,200</td>' in table().html()


def test_what_people_wrote_is_shown_and_never_run():
    html = table(rows=(("<script>alert(1)</script>", 1, None),)).html()

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_an_empty_table_is_a_sentence():
    assert table(rows=(), empty="No hub has records.").html() == '<p class="empty">No hub has records.</p>'


def test_a_table_survives_its_own_json():
    assert read(json.loads(json.dumps(table(notes=("Mind the gap.",)).json()))) == table(notes=("Mind the gap.",))


def test_a_notebook_keeps_html_text_and_content():
    assert set(table()._repr_mimebundle_(include=None, exclude=None)) == {"text/html", "text/plain", MIME}


@pytest.fixture
def book(tmp_path):
    shown = [table(notes=("Counted by hand.",)), table(name="nothing", title="No hub is late", rows=())]
    workbook.write(tmp_path / "book.xlsx", COVER, shown, AS_AT)
    return openpyxl.load_workbook(tmp_path / "book.xlsx")


def test_a_workbook_follows_the_analysis_function(book):
    sheet = book["By hub"]

    assert book.sheetnames == ["Cover", "Contents", "Notes", "By hub"]
    assert sheet["A1"].value == "Two hubs have records[note 1]"
    assert list(sheet.tables) == ["by_hub"]
    assert not sheet.merged_cells.ranges
    assert sheet.freeze_panes is None
    assert book.active.title == "Cover"
    assert (book.properties.title, book.properties.language) == (COVER.title, "en-GB")
    assert book.properties.created.date() == AS_AT


def test_a_workbook_says_why_a_cell_has_no_value(book):
    rows = list(book["By hub"].values)

    assert ("Corby", 1200, midnight(date(2026, 2, 28))) in rows
    assert ("Rushden", 0, "[z]") in rows
    assert ("Kettering", "[x]", midnight(date(2024, 2, 29))) in rows
    assert any("[z] means not applicable" in str(row[0]) for row in rows)


def test_a_day_is_a_day_that_sorts_and_one_that_spreadsheets_count_otherwise_is_text(tmp_path):
    columns = (Column("day", "Day", "date"), Column("month", "Month", "month"))
    rows = (("2026-02-28", "2026-02-01"), ("1900-02-28", "1899-12-01"), ("[c]", None))

    workbook.write(tmp_path / "book.xlsx", COVER, [Table("days", "Days", "all", columns, rows)], AS_AT)

    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["Days"]
    cells = [[(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows(min_row=6)]
    assert cells[0] == [(midnight(date(2026, 2, 28)), "yyyy-mm-dd"), (midnight(date(2026, 2, 1)), "yyyy-mm")]
    assert [[value for value, _ in row] for row in cells[1:]] == [["1900-02-28", "1899-12"], ["[c]", "[x]"]]


def test_a_workbook_to_work_in_keeps_headings_in_sight_and_filters_and_one_that_is_published_does_not(tmp_path):
    for working in (True, False):
        path = tmp_path / f"{working}.xlsx"
        workbook.write(path, COVER, [table()], AS_AT, working)

        sheet = openpyxl.load_workbook(path)["By hub"]
        assert bool(sheet.freeze_panes) is working
        assert bool(sheet.tables["by_hub"].autoFilter) is working


def test_a_workbook_to_work_in_has_twelve_sheets_at_most_and_the_shortest_tables_share_one(tmp_path):
    columns = (Column("number", "Number", "number"),)
    tables = [
        Table(f"list_{rows}", f"List of {rows}", "all", columns, tuple((n,) for n in range(rows)))
        for rows in range(1, 21)
    ]

    workbook.write(tmp_path / "book.xlsx", COVER, tables, AS_AT, working=True)

    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert len(book.sheetnames) == 12
    assert [*book["Short tables"].tables] == [f"list_{rows}" for rows in range(1, 12)]
    contents = {row[1]: row[0] for row in book["Contents"].values}
    for name, sheet in ((t, s.title) for s in book for t in s.tables if t.startswith("list_")):
        assert contents[f"List of {name.removeprefix('list_')}"] == sheet
    shared = [row[0] for row in book["Short tables"].values]
    assert shared[:8] == ["List of 1", "all", workbook.NOTES, "Number", 0, None, "List of 2", "all"]


def test_a_workbook_says_what_an_empty_table_would_have_said(book):
    assert ("No hub is late. There is nothing to show.",) in list(book["Cover"].values)


@pytest.mark.parametrize(
    "text", ["=1+1", "+44", "@SUM(A1)", "http://x.test", "{=A1}", "007", "[a](http://x.test)", "$$by_hub-1$$", "\u2014"]
)
def test_a_workbook_runs_nothing_that_people_wrote(tmp_path, text):
    workbook.write(tmp_path / "book.xlsx", COVER, [table(rows=((text, 1, None),))], AS_AT)

    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["By hub"]
    (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == text]
    assert cell.data_type == "s"
    assert cell.hyperlink is None


def test_the_same_tables_give_the_same_workbook(tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        workbook.write(tmp_path / name, COVER, [table()], AS_AT)

    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
