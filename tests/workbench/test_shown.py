"""A frame of one's own shown as ours are: its caption, its kinds of column, unknown as unknown, bars if asked for."""

import pandas as pd
import pytest

from hubdata.errors import BadParameter
from hubdata.figures.bars import Chart
from hubdata.figures.table import MIME
from hubdata.workbench.shown import show

FRAME = pd.DataFrame(
    {
        "area": ["<b>health</b>", "housing"],
        "families": pd.array([1200, None], dtype="Int64"),
        "rate": [0.5, float("nan")],
        "first_on": pd.to_datetime(["2026-09-30", None]),
        "is_new": [True, False],
        "codes": [["a", "b"], []],
    }
)


def test_a_frame_becomes_a_table_with_kinds_and_unknown_is_not_zero():
    table = show(FRAME, "1,200 families", "By area", notes="One note.", units={"rate": "%"})

    assert [column.kind for column in table.columns] == ["text", "number", "decimal", "date", "text", "text"]
    assert table.rows == (
        ("<b>health</b>", 1200, 0.5, "2026-09-30", "yes", "a; b"),
        ("housing", None, None, None, "no", ""),
    )
    shown = table._repr_mimebundle_()
    assert "&lt;b&gt;health" in shown["text/html"] and "<b>health" not in shown["text/html"]
    assert "30 September 2026" in shown["text/html"] and "[x]" in shown["text/html"] and MIME in shown


def test_bars_are_drawn_of_every_column_of_numbers():
    chart = show(FRAME[["area", "families"]].dropna(), "1,200 families", chart="bars")

    assert isinstance(chart, Chart) and chart.values == ("families",) and "1,200" in chart.svg()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"title": " "}, "title must say what was found"),
        ({"title": "x" * 201}, "title must say what was found"),
        ({"title": "x", "chart": "pie"}, "no chart 'pie'; allowed are bars"),
        ({"title": "x", "frame": FRAME[["area", "is_new"]], "chart": "bars"}, "after it, a column of numbers"),
        ({"title": "x", "frame": [1, 2]}, "takes a frame, not list"),
    ],
)
def test_what_cannot_be_shown_is_said(given, said):
    with pytest.raises(BadParameter, match=said):
        show(**{"frame": FRAME, **given})
