"""Small bar charts that a dashboard draws itself, of one hub or of one figure over time; the rest come with a release.

Plain SVG from the standard library: a charting package would cost more than the whole page. Text stays text, every bar
has its figure beside it, and a figure that is hidden has no bar and says so.
"""

from hubdata.figures.html import Html, element
from hubdata.figures.look import BAR, FONT, INK, QUIET

LABELS, WIDTH, STEP, FIGURES = 250, 900, 30, 90  # pixels: beside the bars, in all, from row to row, after the bars


def bars(rows: list[tuple[str, int | str]], name: str) -> Html:
    """Horizontal bars on one scale from zero; `name` says what they show to whoever cannot see them."""
    most = max((value for _, value in rows if isinstance(value, int)), default=0) or 1
    drawn = [piece for at, (label, value) in enumerate(rows) for piece in _row(at * STEP, label, value, most)]
    height = STEP * len(rows)
    zero = element("line", x1=f"{LABELS}", x2=f"{LABELS}", y1="0", y2=f"{height}", stroke=QUIET)
    return element(
        "svg", element("title", name), element("g", *drawn, zero, aria_hidden="true"), role="img", aria_label=name,
        focusable="false", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {height}", width=f"{WIDTH}",
        height=f"{height}", font_family=FONT, font_size="14", fill=INK,
    )  # fmt: skip


def _row(top: int, label: str, value: int | str, most: int) -> list[Html]:
    size = value if isinstance(value, int) else 0
    end = LABELS + round((WIDTH - LABELS - FIGURES) * size / most, 1)
    text = f"{value:,}" if isinstance(value, int) else f"{value} hidden" if value == "[c]" else value
    middle = f"{top + STEP / 2 + 5}"
    return [
        element("rect", x=f"{LABELS}", y=f"{top + 4}", width=f"{end - LABELS}", height=f"{STEP - 8}", fill=BAR),
        element("text", label, x=f"{LABELS - 8}", y=middle, text_anchor="end"),
        element("text", text, x=f"{end + 6}", y=middle),
    ]
