"""Writes a picture as SVG: text stays text whatever it holds, a length has one spelling; it decides no place.

Places and lengths are in pixels, and nothing asks how wide a letter is, so that no machine's fonts change a byte.
"""

import re
from collections.abc import Iterable

from hubdata.figures.html import REPLACED, Html, element

INK, QUIET, BAR = "#0b0c0c", "#484949", "#12436D"  # the Analysis Function's palette
PALE, PALEST = "#bfbfbf", "#d9d9d9"  # a scale, and within what a figure lies; never the only sign of anything
FONT, SIZE = "Arial, Helvetica, sans-serif", 14
BASELINE = 4  # pixels from the middle of a line of text down to where its letters stand
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # no XML can hold these, even escaped


def picture(name: str, frame: tuple[float, float, float, float], marks: Iterable[Html], title: str = "") -> Html:
    """The marks in a frame (left, top, width, height); `name` says what they show to whoever cannot see them.

    `title` names a picture that is opened as a file of its own.
    """
    left, top, width, height = map(number, frame)
    titled = [element("title", written(title))] if title else []
    drawn = element("g", *marks, aria_hidden="true", font_family=FONT, font_size=number(SIZE), fill=INK)
    return element(
        "svg",
        *titled,
        drawn,
        role="img",
        aria_label=written(name),
        focusable="false",
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=height,
        viewBox=f"{left} {top} {width} {height}",
    )


def text(words: str, x: float, middle: float, **look: str) -> Html:
    """One line of text about the height `middle`; it begins at `x` unless its `text_anchor` is another."""
    return element("text", written(words), x=number(x), y=number(middle + BASELINE), **look)


def rect(x: float, y: float, width: float, height: float) -> Html:
    """A bar."""
    return element("rect", x=number(x), y=number(y), width=number(width), height=number(height), fill=BAR)


def ground(x: float, y: float, width: float, height: float) -> Html:
    """White paper under a picture that stands for itself."""
    return element("rect", x=number(x), y=number(y), width=number(width), height=number(height), fill="#ffffff")


def line(start: tuple[float, float], end: tuple[float, float], stroke: str, width: float = 1) -> Html:
    """A straight line."""
    (x1, y1), (x2, y2) = [map(number, point) for point in (start, end)]
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=number(width))


def path(points: Iterable[tuple[float, float]], stroke: str, width: float) -> Html:
    """A line through some points."""
    placed = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return element("polyline", points=placed, fill="none", stroke=stroke, stroke_width=number(width))


def area(points: Iterable[tuple[float, float]]) -> Html:
    """What lies between some points, in a pale colour."""
    return element("polygon", points=" ".join(f"{number(x)},{number(y)}" for x, y in points), fill=PALEST)


def dot(x: float, y: float, radius: float, fill: str) -> Html:
    """A round mark with a border in the colour of the bars."""
    return element("circle", cx=number(x), cy=number(y), r=number(radius), fill=fill, stroke=BAR, stroke_width="2")


def number(value: float) -> str:
    """A length to a hundredth of a pixel, without zeros that say nothing."""
    return f"{value:z.2f}".rstrip("0").rstrip(".")


def written(words: str) -> str:
    """Words with a sign in the place of each character that would make the whole picture unreadable."""
    return NO_XML.sub(REPLACED, words)
