"""What a picture of ours is made of, read back from its SVG, so that a slide and a page show the same marks."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from hubdata.figures import svg

SPACE = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Mark:
    """One mark: its kind, its points, how it is coloured, and of words how large and how they stand."""

    kind: str
    points: tuple[tuple[float, float], ...]
    fill: str = ""
    stroke: str = ""
    width: float = 0
    words: str = ""
    anchor: str = "start"
    size: float = svg.SIZE
    bold: bool = False


@dataclass(frozen=True)
class Read:
    """A picture: what of it is seen (left, top, width, height), what it is called and says, and its marks."""

    frame: tuple[float, float, float, float]
    title: str
    alternative: str
    marks: tuple[Mark, ...]


def read(picture: str) -> Read:
    """The marks of a picture that `figures.svg` wrote."""
    root = ElementTree.fromstring(picture)
    left, top, width, height = map(float, root.get("viewBox", "0 0 0 0").split())
    title = root.find(f"{SPACE}title")
    marks = tuple(mark for each in root.iter() for mark in _mark(each))
    return Read(
        (left, top, width, height), title.text or "" if title is not None else "", root.get("aria-label", ""), marks
    )


def _mark(each: ElementTree.Element) -> Iterator[Mark]:
    def at(*names: str) -> list[float]:
        return [float(each.get(name, 0)) for name in names]

    fill, stroke, width = each.get("fill", ""), each.get("stroke", ""), float(each.get("stroke-width", 0))
    match each.tag.removeprefix(SPACE):
        case "rect":
            x, y, wide, high = at("x", "y", "width", "height")
            yield Mark("area", ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high)), fill)
        case "polygon":
            yield Mark("area", _points(each), fill)
        case "polyline":
            yield Mark("line", _points(each), stroke=stroke, width=width)
        case "line":
            x, y, to_x, to_y = at("x1", "y1", "x2", "y2")
            yield Mark("line", ((x, y), (to_x, to_y)), stroke=stroke, width=width)
        case "circle":
            x, y, radius = at("cx", "cy", "r")
            yield Mark("dot", ((x, y),), fill, stroke, radius + width / 2)
        case "text":
            x, y = at("x", "y")
            size, bold = float(each.get("font-size", svg.SIZE)), each.get("font-weight") == "bold"
            words, anchor = each.text or "", each.get("text-anchor", "start")
            yield Mark("text", ((x, y),), fill or svg.INK, words=words, anchor=anchor, size=size, bold=bold)


def _points(each: ElementTree.Element) -> tuple[tuple[float, float], ...]:
    pairs = (pair.split(",") for pair in each.get("points", "").split())
    return tuple((float(x), float(y)) for x, y in pairs)
