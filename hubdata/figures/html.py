"""The one place where a dashboard's or a form's HTML is made: text is always escaped, only finished markup is not.

    element("p", "5 < 6", role="note")                 <p role="note">5 &lt; 6</p>
    element("ul", *(element("li", name) for name in names))

A name that somebody entered can therefore never become markup, whoever writes the page.
"""

import re
from html import escape

EMPTY_TAGS = ("br", "input")
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
REPLACED = "\N{REPLACEMENT CHARACTER}"


class Html(str):
    """Markup whose every text has been escaped; made here and nowhere else."""

    __slots__ = ()


def element(tag: str, *content: str, **attributes: str | bool | None) -> Html:
    """An element; content that is not `Html` is escaped, a trailing _ of an attribute's name goes, other _ become -."""
    said = "".join(_attribute(name.rstrip("_").replace("_", "-"), value) for name, value in attributes.items())
    start = f"<{tag}{said}>"
    return Html(start) if tag in EMPTY_TAGS else Html(f"{start}{together(*content)}</{tag}>")


def together(*content: str) -> Html:
    """Pieces one after the other, each escaped unless it is `Html`."""
    return Html("".join(piece if isinstance(piece, Html) else escape(piece) for piece in content))


def finished(markup: str) -> Html:
    """Markup that this package made and escaped itself: a `Table`, or a chart of a release whose bytes were checked."""
    return Html(markup)


def _attribute(name: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(value)}"'


def shown(text: str) -> str:
    """A value on a page: escaped, and without signs that turn the text around it or cannot be seen."""
    return f"<bdi>{escape(UNSEEN.sub(REPLACED, text))}</bdi>"


def facts(rows: list[tuple[str, str]]) -> str:
    """Terms and what is said of each, as a summary list."""
    listed = "".join(f"<div><dt>{shown(k)}</dt><dd>{shown(v)}</dd></div>\n" for k, v in rows)
    return f'<dl class="facts">\n{listed}</dl>'
