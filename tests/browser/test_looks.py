"""What looks at pages for the other tests: it finds what is wrong though it looks at one element of every look."""

import pytest

ROWS = "".join(f"<tr><th scope='row'>F{at}</th><td>words</td></tr>" for at in range(40))
PAGE = """<!doctype html><html lang="en-GB"><title>Looks</title><style>{style}</style>
<main><h1>Looks</h1>{more}<table><caption>Families</caption>{rows}</table></main></html>"""


def test_a_page_without_a_fault_has_none_to_find(page, violations):
    page.set_content(PAGE.format(style="", more="", rows=ROWS))

    assert violations() == []


@pytest.mark.parametrize(
    ("style", "row", "more"),
    [
        ("td{color:#bbb}", "words", ""),
        (".faint{color:#bbb}", "<span class='faint'>words</span>", ""),
        ("", "<span style='color:#bbb'>words</span>", ""),
        ("", "<span style='background:#333;display:block'>words</span>", ""),
        ("tr:nth-child(38) td{color:#bbb}", "words", ""),
        ("tr:nth-child(38){background:#111}", "words", ""),
        ("", "words", "<label>Family <input value='F1' style='color:#ccc'></label>"),
        ("", "words", "<button style='color:#ccc'>Send</button>"),
        ("", "words", "<img src='data:,'>"),
    ],
)
def test_a_fault_is_found_wherever_it_is(page, violations, style, row, more):
    page.set_content(PAGE.format(style=style, more=more, rows=ROWS.replace("F37</th><td>words", f"F37</th><td>{row}")))

    assert len(violations()) > 0


def test_nothing_beyond_this_machine_answers_a_page_and_its_asking_is_noted(page, requests_made):
    page.set_content("<img src='http://192.0.2.1/x.png'><img src='http://example.org/y.png'>")
    page.wait_for_function("[...document.images].every((each) => each.complete)")

    assert requests_made == ["http://192.0.2.1/x.png", "http://example.org/y.png"]
    assert page.evaluate("[...document.images].map((each) => each.naturalWidth)") == [0, 0]
