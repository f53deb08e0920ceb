"""One sheet of A4 as PDF: headings, sentences and our pictures; the same sheet gives the same bytes.

Letters are those that every PDF reader has, so that nothing of the machine is in the file; a sign that they lack is
shown as a question mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from hubdata.figures.slides.marks import Mark, read
from hubdata.figures.svg import BAR, INK, QUIET

PLAIN, BOLD = "Helvetica", "Helvetica-Bold"
WIDE, HIGH = A4
EDGE, GAP, LEAD = 45, 12, 1.3  # points at each side and between pictures, and from line to line of a letter's size


@dataclass(frozen=True)
class Part:
    """A heading and its sentences; each may begin with words that stand out."""

    heading: str
    said: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Paper:
    """What stands on the sheet: a title, what it is of, parts, pictures side by side, and lines at its foot."""

    title: str
    scope: str
    parts: Sequence[Part]
    pictures: Sequence[tuple[str, str]]  # each with what it says
    foot: Sequence[str]
    about: dict[str, str] = field(default_factory=dict)


class TooMuch(ValueError):
    """What was to stand on one sheet needs more."""


def pdf(paper: Paper) -> bytes:
    """The sheet. Raises TooMuch where its sentences leave no room for its pictures."""
    content = BytesIO()
    canvas = Canvas(content, pagesize=A4, invariant=1, pageCompression=1, lang="en-GB")
    canvas.setTitle(paper.title)
    canvas.setAuthor("hubdata")
    canvas.setSubject(" ".join(paper.foot))
    pen = _Pen(canvas, HIGH - EDGE)
    pen.write(paper.title, 18, BOLD)
    pen.down(4)
    pen.write(paper.scope, 10, colour=QUIET)
    for part in paper.parts:
        pen.down(10)
        pen.write(part.heading, 12, BOLD, BAR)
        for first, said in part.said:
            pen.down(3)
            pen.write(first, 9.5, BOLD)
            pen.write(said, 9.5)
    below = _foot(canvas, paper.foot)
    pen.down(GAP)
    if _pictures(canvas, paper.pictures, pen.at) < below + GAP:
        raise TooMuch("the sentences and the pictures do not stand on one sheet")
    canvas.showPage()
    canvas.save()
    return content.getvalue()


@dataclass
class _Pen:
    """Where the next line is written, from where and how wide."""

    canvas: Canvas
    at: float
    left: float = EDGE
    wide: float = WIDE - 2 * EDGE

    def down(self, far: float) -> None:
        self.at -= far

    def write(self, words: str, size: float, font: str = PLAIN, colour: str = INK) -> None:
        self.canvas.setFont(font, size)
        self.canvas.setFillColor(HexColor(colour))
        for line in simpleSplit(known(words), font, size, self.wide) if words else ():
            self.at -= size * LEAD
            self.canvas.drawString(self.left, self.at, line)


def _foot(canvas: Canvas, said: Sequence[str]) -> float:
    """The lines at the foot; how high they reach."""
    lines = [line for each in said for line in simpleSplit(known(each), PLAIN, 7.5, WIDE - 2 * EDGE)]
    pen = _Pen(canvas, EDGE + len(lines) * 7.5 * LEAD)
    top = pen.at
    for line in lines:
        pen.write(line, 7.5, colour=QUIET)
    return top


def _pictures(canvas: Canvas, pictures: Sequence[tuple[str, str]], top: float) -> float:
    """Pictures side by side, each under what it says; how far down they reach."""
    wide = (WIDE - 2 * EDGE - GAP * (len(pictures) - 1)) / max(1, len(pictures))
    pens = [_Pen(canvas, top, EDGE + at * (wide + GAP), wide) for at in range(len(pictures))]
    for pen, (said, _) in zip(pens, pictures, strict=True):
        pen.write(said, 9, BOLD)
    begin = min((pen.at for pen in pens), default=top) - GAP / 2
    lowest = begin
    for pen, (_, picture) in zip(pens, pictures, strict=True):
        found = read(picture)
        left, above, width, height = found.frame
        times = wide / width
        lowest = min(lowest, begin - height * times)
        for mark in found.marks:
            points = [(pen.left + (x - left) * times, begin - (y - above) * times) for x, y in mark.points]
            _draw(canvas, mark, points, times)
    return lowest


def _draw(canvas: Canvas, mark: Mark, points: list[tuple[float, float]], times: float) -> None:
    if mark.kind == "text":
        canvas.setFont(BOLD if mark.bold else PLAIN, mark.size * times)
        canvas.setFillColor(HexColor(mark.fill))
        write = {"start": canvas.drawString, "middle": canvas.drawCentredString, "end": canvas.drawRightString}
        write[mark.anchor](*points[0], known(mark.words))
        return
    if mark.kind == "dot":
        canvas.setFillColor(HexColor(mark.stroke or mark.fill))
        canvas.circle(*points[0], mark.width * times, stroke=0, fill=1)
        return
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    if mark.kind == "area":
        canvas.setFillColor(HexColor(mark.fill))
        canvas.drawPath(path, stroke=0, fill=1)
    else:
        canvas.setStrokeColor(HexColor(mark.stroke))
        canvas.setLineWidth(mark.width * times)
        canvas.drawPath(path, stroke=1, fill=0)


def known(words: str) -> str:
    """Words with a sign in the place of each that the letters lack."""
    return words.encode("cp1252", "replace").decode("cp1252")
