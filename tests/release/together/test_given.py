"""A table that somebody had protected is remembered: what it tells together with a later one is not told."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from hubdata.desk.main import app
from hubdata.errors import Refused
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.release import publish
from hubdata.release.cellkey import near
from hubdata.release.disclosure.policy import DisclosurePolicy
from hubdata.release.disclosure.protect import protect
from hubdata.release.disclosure.table import Table
from hubdata.release.together import book, given

BY = By("analyst", "for the board", date(2026, 11, 22))
AREAS, RESULTS = ("Housing", "Health", "Debt"), ("Met", "Partly", "Not met")
COUNTS = ((12, 9, 7), (30, 25, 8), (11, 16, 21))


def table(counts=COUNTS, rows=AREAS, columns=RESULTS, policy=None):
    """A table, protected."""
    return protect(Table(rows, columns, counts), policy or DisclosurePolicy())


def changed(*changes):
    """The counts with a cell raised or lowered."""
    counts = [list(row) for row in COUNTS]
    for i, j, by in changes:
        counts[i][j] += by
    return tuple(map(tuple, counts))


@pytest.mark.parametrize(
    "changes, by",
    [
        ([], 0),
        ([(0, 0, 1)], 1),
        ([(0, 0, 4)], 4),
        ([(0, 0, -2), (1, 1, 2)], 2),
        ([(0, 0, 5)], 5),
        ([(0, 0, 1), (0, 1, 1), (1, 0, 1), (2, 2, 1)], 4),
        ([(i, j, 1) for i in range(3) for j in range(3)], 5),
    ],
    ids=str,
)
def test_the_sketch_of_counts_tells_how_many_records_moved_and_no_more(changes, by):
    before, after = (
        {f"{i}|{j}": n for i, row in enumerate(counts) for j, n in enumerate(row)}
        for counts in (COUNTS, changed(*changes))
    )
    assert near.moved(after, b"k", near.weighed(before, b"k")) == by


def test_a_table_enters_the_ledger_once_with_no_label_and_no_hidden_count(sqlite_hub):
    assert given.give(sqlite_hub, table(changed((0, 0, -9))), BY)
    assert not given.give(sqlite_hub, table(changed((0, 0, -9))), BY)
    (line,) = book.trusted(sqlite_hub)
    text = (sqlite_hub.home / "published" / "ledger.jsonl").read_text("utf-8")
    assert line.what == "table" and "Housing" not in text and "Met" not in text
    with sqlite_hub.read() as connection:
        assert [each["ledger"] for each in ledger.said(connection, (book.GIVEN,))] == [[line.n, line.mac]]
    found = publish.audit(sqlite_hub)
    assert found.holds and found.hidden and found.narrowest_interval >= 5


@pytest.mark.parametrize("changes", [[(0, 0, 1)], [(1, 0, -4)], [(0, 0, -2), (2, 2, 2)]], ids=str)
def test_a_table_that_differs_by_one_to_four_records_is_refused_with_what_is_allowed(sqlite_hub, changes):
    given.give(sqlite_hub, table(), BY)
    with pytest.raises(Refused, match="differ by one to four records.*What is allowed: the earlier table once more"):
        given.give(sqlite_hub, table(changed(*changes)), BY)
    turned = tuple(zip(*changed(*changes), strict=True))
    with pytest.raises(Refused, match="differ by one to four"):
        given.give(sqlite_hub, table(turned, RESULTS, AREAS), BY)
    assert len(book.trusted(sqlite_hub)) == 1


def test_a_table_in_which_five_records_are_others_is_given_out(sqlite_hub):
    given.give(sqlite_hub, table(), BY)
    assert given.give(sqlite_hub, table(changed((0, 0, 3), (1, 1, 2))), BY)


def test_margins_that_two_tables_share_are_one_figure_for_the_attacker(sqlite_hub):
    hubs = ("Corby", "Kettering")
    small = table(((3, 40), (30, 9), (20, 20)), AREAS, hubs)  # hides what the other one shows
    given.give(sqlite_hub, small, BY)
    assert small.shown[0][2] == 43
    other = table(((2, 41), (20, 19), (35, 5)), AREAS, ("Girls", "Boys"))
    assert given.give(sqlite_hub, other, BY)
    assert len(book.trusted(sqlite_hub)[1].sets[0]["ties"]) == 3
    with pytest.raises(Refused, match="differ by one to four"):
        given.give(sqlite_hub, table(((3, 41), (20, 19), (35, 5)), AREAS, ("Under 5", "Older")), BY)


def test_the_same_table_in_another_form_that_would_tell_is_refused(sqlite_hub):
    counts = ((3, 40), (30, 9), (20, 20))
    given.give(sqlite_hub, table(counts, AREAS, ("Corby", "Kettering")), BY)
    rounded = DisclosurePolicy("rounded", "round", 5, 2, "rounded", "partner", 5)
    with pytest.raises(Refused, match="together with what was given out before"):
        given.give(sqlite_hub, table(counts, AREAS, ("Corby", "Kettering"), rounded), BY)


def test_the_command_remembers_what_it_gave_out_and_refuses_the_next(sqlite_hub, tmp_path):
    def run(n):
        file = tmp_path / f"{n}.csv"
        file.write_text(f"area,result,n\nHousing,Met,{n}\nHousing,Not,30\nDebt,Met,14\nDebt,Not,9\n")
        words = ["disclose", str(file), "--rows", "area", "--columns", "result", "--value", "n"]
        return CliRunner().invoke(app, [*words, "--home", str(sqlite_hub.home), "--json"])

    assert run(12).exit_code == 0 and run(12).exit_code == 0
    refused = run(13)
    assert refused.exit_code == 3 and "What is allowed" in json.loads(refused.stdout)["error"]
