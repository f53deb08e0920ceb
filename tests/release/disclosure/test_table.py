"""A table that anyone brings is read as it is written, or refused with the line of every fault."""

import pyarrow as pa
import pytest

from hubdata.errors import BadParameter, Refused
from hubdata.release.disclosure import table
from hubdata.release.disclosure.table import MOST, Table, tidy

GOOD = [("Corby", "Debt", "3"), ("Corby", "Housing", "0"), ("Daventry", "Debt", "12"), ("Daventry", "Housing", "7")]


def read(*lines, rows="area", columns="need", value="n", more=()):
    names = ["area", "need", "n", *more]
    frame = pa.table([pa.array([line[at] for line in lines], pa.string()) for at in range(len(names))], names=names)
    return tidy(frame, rows, columns, value)


def faults(*lines, **options) -> list[str]:
    with pytest.raises(Refused) as refusal:
        read(*lines, **options)
    assert refusal.value.exit_code == 3 and refusal.value.problems
    return refusal.value.problems


def test_a_tidy_table_is_read_in_its_own_order():
    found = read(*reversed(GOOD))
    assert found == Table(("Daventry", "Corby"), ("Housing", "Debt"), ((7, 12), (0, 3)))
    assert found.with_margins() == ((7, 12, 19), (0, 3, 3), (7, 15, 22))


def test_columns_are_named_in_any_case():
    assert read(*GOOD, rows=" Area", columns="NEED", value="N") == read(*GOOD)


@pytest.mark.parametrize(
    "count", ["-1", "3.0", "3.5", "1e3", "1,000", "+5", "٣", "nan", "[x]", "[c]", "three", str(MOST + 1), "9" * 40]
)
def test_a_count_that_is_none_is_refused(count):
    assert faults(*GOOD[:3], ("Daventry", "Housing", count))[0].startswith("line 5: column 'n' has")


@pytest.mark.parametrize("count", [None, "", "  "])
def test_a_missing_count_is_not_a_zero(count):
    assert faults(*GOOD[:3], ("Daventry", "Housing", count)) == [
        "line 5: column 'n' is empty; write 0 if nobody was counted, and leave the table out if nobody knows"
    ]


def test_a_missing_line_is_not_a_zero():
    assert faults(*GOOD[:3]) == ["there is no line for 'Daventry' × 'Housing'; write one, with 0 if nobody was counted"]


def test_a_cell_that_stands_twice_is_refused_with_both_lines():
    assert faults(*GOOD, GOOD[1]) == ["line 6: 'Corby' × 'Housing' stands already on line 3"]
    quarters = [(*line, "Q1") for line in GOOD] + [(*GOOD[0], "Q2")]
    assert faults(*quarters, more=["quarter"])[0].endswith(
        "the file also has quarter: keep the lines of one of its values"
    )


def test_totals_that_add_up_are_read_and_worked_out_again():
    totals = [("Corby", "Total", "3"), ("total", "Debt", "15"), ("TOTAL", " Total ", "22")]
    assert read(*GOOD, *totals) == read(*GOOD)


@pytest.mark.parametrize(
    ("total", "fault"),
    [
        (("Corby", "Total", "4"), "line 6: 'Corby' × 'Total' says 4, but its cells add up to 3"),
        (("Total", "Debt", "0"), "line 6: 'Total' × 'Debt' says 0, but its cells add up to 15"),
        (("Total", "Total", "23"), "line 6: 'Total' × 'Total' says 23, but its cells add up to 22"),
    ],
)
def test_totals_that_do_not_add_up_are_named(total, fault):
    assert faults(*GOOD, total) == [fault]


@pytest.mark.parametrize("name", ["All", "Grand total", "totals", "SUM", "Overall", "Subtotal"])
def test_a_total_by_another_name_is_refused(name):
    lines = [*GOOD, (name, "Debt", "15"), (name, "Housing", "7")]
    assert any(repr(name) in fault and "call it Total" in fault for fault in faults(*lines))
    flipped = [(need, area, n) for area, need, n in lines]
    assert any(repr(name) in fault for fault in faults(*flipped))


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Cor\x07by", "control character"),
        ("Cor\nby", "control character"),
        ("Cor\u202eby", "control character"),
        ("C" * 201, "longer than 200"),
        ("", "has no name"),
        (None, "has no name"),
        ("   ", "has no name"),
    ],
)
def test_a_name_that_cannot_be_shown_is_refused(name, fault):
    assert fault in faults((name, "Debt", "3"), *GOOD[1:])[0]
    assert fault in faults(("Corby", name, "3"), *GOOD[1:])[0]


@pytest.mark.parametrize("spelling", ["corby", "Corby ", "ＣＯＲＢＹ", "cor  by"])
def test_one_name_in_two_spellings_is_refused_or_taken_as_one(spelling):
    lines = [*GOOD, (spelling, "Debt", "1"), (spelling, "Housing", "2")]
    found = faults(*(lines if spelling != "cor  by" else [*lines, ("Cor by", "Debt", "1"), ("Cor by", "Housing", "1")]))
    assert "two spellings" in found[0] or "stands already" in found[0]


def test_all_faults_come_at_once():
    assert len(faults(("Corby", "Debt", "-1"), ("", "Debt", "2"), ("Corby", "Housing", "x"), GOOD[3], GOOD[3])) == 4


def test_the_message_names_the_first_faults_and_counts_the_rest():
    with pytest.raises(Refused, match="; and 3 more$"):
        read(*[("Corby", str(at), "-1") for at in range(8)])


def test_an_empty_file_is_refused():
    assert faults() == ["the file has no lines below its header; nothing can be protected"]
    assert faults(("Total", "Total", "5")) == ["the table has no cells; nothing can be protected"]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"rows": "hub"}, "there is no column 'hub'; the file has 'area', 'need', 'n'"),
        ({"value": "count"}, "there is no column 'count'"),
        ({"columns": "area"}, "must be three columns"),
    ],
)
def test_a_column_that_is_not_there_is_wrong_use(options, why):
    with pytest.raises(BadParameter, match=why):
        read(*GOOD, **options)


@pytest.mark.parametrize(
    "counts", [((1, 2),), ((1,), (2,)), ((1, 2), (3, -1)), ((1, 2), (3, 4.0)), ((1, 2), (3, True))]
)
def test_what_is_no_table_is_refused(counts):
    with pytest.raises(Refused):
        Table(("a", "b"), ("c", "d"), counts)


def test_a_table_too_large_to_prove_is_refused_before_any_work():
    names = tuple(map(str, range(200)))
    with pytest.raises(Refused, match="200 × 200; at most 10,000"):
        Table(names, names, ((1,) * 200,) * 200)
    assert table.MOST_CELLS == 10_000
    Table(names[:100], names[:100], ((1,) * 100,) * 100)
    with pytest.raises(Refused):
        Table(names[:100], names[:101], ((1,) * 101,) * 100)
