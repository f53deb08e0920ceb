"""The one maker of HTML: text is always escaped, only what was made here is not; it knows nothing of what a page says.

    element("p", "5 < 6", role="note")                 <p role="note">5 &lt; 6</p>
    element("ul", *(element("li", name) for name in names))
    block("ul", (element("li", name) for name in names))          the same, an item on a line

A name that somebody entered can therefore never become markup, whoever writes the page. Nothing heavy may be imported
here: a dashboard's viewer waits for it.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from itertools import repeat
from string import Template

from hubdata import places

EMPTY_TAGS = ("br", "input", "meta")
UNESCAPED_TAGS = ("script", "style")  # a browser takes what stands in them as it is
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
REPLACED = "\N{REPLACEMENT CHARACTER}"


class Html(str):
    """Markup whose every text has been escaped; made here and nowhere else."""

    __slots__ = ()


DOCTYPE = Html("<!DOCTYPE html>")


def element(tag: str, *content: str, **attributes: str | bool | None) -> Html:
    """An element; content that is not `Html` is escaped, a trailing _ of an attribute's name goes, other _ become -.

    Raises TypeError for text in a script or a style, where escaping would not help.
    """
    if tag in UNESCAPED_TAGS and not all(isinstance(piece, Html) for piece in content):
        raise TypeError(f"<{tag}> takes no text, only what `style` read")
    start = f"<{tag}{''.join([_attribute(*each) for each in attributes.items()])}>"
    return Html(start) if tag in EMPTY_TAGS else Html(f"{start}{_joined(content)}</{tag}>")


def block(tag: str, content: Iterable[str], **attributes: str | bool | None) -> Html:
    """An element whose every piece of content stands on a line of its own."""
    return element(tag, "\n", lined(content), **attributes)


def together(*content: str) -> Html:
    """Pieces one after the other, each escaped unless it is `Html`."""
    return Html(_joined(content))


def lined(pieces: Iterable[str]) -> Html:
    """Pieces, each on a line of its own."""
    return Html(_joined([each for piece in pieces for each in (piece, "\n")]))


def finished(markup: str) -> Html:
    """Markup that is as it must be: a chart whose bytes were checked, a sentence of ours with its apostrophe."""
    return Html(markup)


def shown(text: str) -> Html:
    """A value on a page: escaped, and without signs that turn the text around it or cannot be seen."""
    return element("bdi", UNSEEN.sub(REPLACED, text))


def points(said: Iterable[str]) -> Html:
    """Sentences as a list."""
    return block("ul", (element("li", each) for each in said), class_="points")


def facts(rows: Iterable[tuple[str, str]], cell: Callable[[str], str] = shown) -> Html:
    """Terms and what is said of each, as a summary list."""
    listed = (element("div", element("dt", cell(term)), element("dd", cell(said))) for term, said in rows)
    return block("dl", listed, class_="facts")


def table_head(said: Iterable[str], kinds: Iterable[str | None] = repeat(None)) -> Html:
    """The head of a table; `kinds` are the classes of its columns."""
    cells = (element("th", each, scope="col", class_=kind) for each, kind in zip(said, kinds, strict=False))
    return element("thead", element("tr", *cells))


def table_row(cells: Iterable[str], kinds: Iterable[str | None] = repeat(None)) -> Html:
    """A row of a table; its first cell says what the others are about."""
    (first, _), *rest = zip(cells, kinds, strict=False)
    return element("tr", element("th", first, scope="row"), *(element("td", each, class_=kind) for each, kind in rest))


def table(caption: str, head: Html, rows: Iterable[Html], name: str = "") -> Html:
    """A whole table, in a region that can be scrolled; with a `name` the keyboard reaches it."""
    parts = ("\n", element("caption", caption), "\n", head, "\n", block("tbody", rows))
    reached = {"tabindex": "0", "role": "region", "aria_label": name} if name else {}
    return element("div", element("table", *parts), class_="table", **reached)


def style(*sheets: str) -> Html:
    """Our own style sheets, one after the other, for a style element; their names are the package's own."""
    return Html("\n".join((places.TEMPLATES / name).read_text("utf-8") for name in sheets))


def header(house: str, mark: str, beside: str = "") -> Html:
    """What stands at the top of a page: whose it is, its title beside that if it is short, and for whom it is."""
    left = (element("b", house), " ", element("span", beside)) if beside else (element("b", house),)
    return element("header", element("p", *left), " ", element("p", mark, class_="mark"))


def framed(title: str, head: Html, body: Iterable[str], foot: str, *more: str) -> Html:
    """A whole page that needs no script and no request: one frame around what it says; `more` are style sheets."""
    slots = {"title": together(title), "header": head, "foot": together(foot)}
    return Html(_frame().substitute(slots, style=style("report/style.css", *more), body=lined(body)))


@cache
def _frame() -> Template:
    return Template((places.TEMPLATES / "page.html").read_text("utf-8"))


def _joined(content: Iterable[str]) -> str:
    return "".join([piece if isinstance(piece, Html) else escape(piece) for piece in content])


def _attribute(name: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(value)}"'
