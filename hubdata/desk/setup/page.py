"""What is still open, as part of a page: its number first, then each kind of thing behind a line that counts it."""

from typing import Any

from hubdata.desk.forms.words import Words
from hubdata.figures.html import Html, element


def drawn(said: list[Any], words: Words) -> Html:
    """What is open, of each kind; `said` is what `open.found` found."""
    count = "1 thing is still open." if len(said) == 1 else f"{len(said):,} things are still open."
    kinds = dict.fromkeys(one.kind for one in said)
    return element(
        "div",
        element("p", element("strong", count if said else "Nothing is open: this hub is its council’s own.")),
        *(_kind(kind, [one for one in said if one.kind == kind], words) for kind in kinds),
    )


def _kind(kind: str, of: list[Any], words: Words) -> Html:
    listed = (element("li", words.line(one.what), element("br"), words.line(one.why or one.do)) for one in of)
    return element("details", element("summary", f"{kind}: {len(of):,}"), element("ul", *listed), class_="today")
