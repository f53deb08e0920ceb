"""A picture of ours as PNG, with what it says in words inside the file; the same picture gives the same bytes.

The letters are those that Pillow brings, so that no machine's fonts change a byte.
"""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from hubdata.figures.slides.marks import Mark, read

SCALE, FINER = 4, 2  # pixels of a slide for one of a page, and how much finer it is drawn
ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def png(picture: str) -> bytes:
    """The picture on white paper."""
    found = read(picture)
    left, top, width, height = found.frame
    times = SCALE * FINER
    paper = Image.new("RGB", (round(width * times), round(height * times)), "#ffffff")
    drawn = ImageDraw.Draw(paper)
    for mark in found.marks:
        _draw(drawn, mark, [((x - left) * times, (y - top) * times) for x, y in mark.points], times)
    small = paper.reduce(FINER).convert("P", palette=Image.Palette.ADAPTIVE, colors=32)
    said = PngImagePlugin.PngInfo()
    for name, words in (("Title", found.title), ("Description", found.alternative)):
        said.add_itxt(name, words, lang="en-GB")
    content = BytesIO()
    small.save(content, "PNG", pnginfo=said)
    return content.getvalue()


def _draw(drawn: ImageDraw.ImageDraw, mark: Mark, points: list[tuple[float, float]], times: int) -> None:
    match mark.kind:
        case "area":
            drawn.polygon(points, fill=mark.fill)
        case "line":
            drawn.line(points, fill=mark.stroke, width=max(1, round(mark.width * times)), joint="curve")
        case "dot":
            ((x, y),), far = points, mark.width * times
            drawn.ellipse((x - far, y - far, x + far, y + far), fill=mark.stroke or mark.fill)
        case "text":
            thick = round(0.02 * mark.size * times) if mark.bold else 0
            drawn.text(
                points[0],
                mark.words,
                font=_font(round(mark.size * times)),
                fill=mark.fill,
                anchor=ANCHORS[mark.anchor],
                stroke_width=thick,
                stroke_fill=mark.fill,
            )


@cache
def _font(size: int):
    return ImageFont.load_default(size)
