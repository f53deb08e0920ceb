"""Small bar charts that a dashboard draws itself, of one hub or of one figure over time; the rest come with a release.

Every bar has its figure beside it, and a figure that is hidden has no bar and says so.
"""

from collections.abc import Iterator

from hubdata.figures import svg
from hubdata.figures.html import Html

LABELS, WIDTH, STEP, FIGURES = 250, 900, 30, 90  # pixels: beside the bars, in all, from row to row, after the bars


def bars(rows: list[tuple[str, int | str]], name: str) -> Html:
    """Horizontal bars on one scale from zero; `name` says what they show to whoever cannot see them."""
    most = max((value for _, value in rows if isinstance(value, int)), default=0) or 1
    marks = [mark for at, (label, value) in enumerate(rows) for mark in _row(at * STEP, label, value, most)]
    height = STEP * len(rows)
    zero = svg.line((LABELS, 0), (LABELS, height), svg.QUIET)
    return svg.picture(name, (0, 0, WIDTH, height), [*marks, zero], name)


def _row(top: int, label: str, value: int | str, most: int) -> Iterator[Html]:
    middle, end, text = top + STEP / 2 + 1, LABELS, f"{value} hidden" if value == "[c]" else str(value)
    if isinstance(value, int):
        length, text = (WIDTH - LABELS - FIGURES) * value / most, f"{value:,}"
        yield svg.rect(LABELS, top + 4, length, STEP - 8)
        end += length
    yield svg.text(label, LABELS - 8, middle, text_anchor="end")
    yield svg.text(text, end + 6, middle)
