"""What a viewer asked to see: a hub, a quarter, a partner; anything else falls back to all, and is said in words.

A choice is read from text that anybody can write: a link, or the one control of a page. It must never fail.
"""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from hubdata.dashboards.catalogue import Dashboard
from hubdata.dashboards.releases import TOTAL, Bin, Release
from hubdata.dates import Quarter
from hubdata.errors import BadParameter

LONGEST = 2000  # characters of a question that are read; a real one has less than a hundred
TOGETHER = "all"  # the row of a table that a release shows for all hubs together
BY = {"hub": "all hubs", "partner": "all partners"}


class Links:
    """Where links lead from a page that is made when it is asked for: to its like, and to files in the link.

    `slide` makes a PNG picture of an SVG picture, where pages shall have such.
    """

    slide: Callable[[str], bytes] | None = None

    def page(self, page: Dashboard, _choice: "Choice") -> str:
        """Another page; the script of the page that is open adds the view."""
        return f"{page.name}.ipynb"

    def view(self, _page: Dashboard, choice: "Choice") -> str:
        """The same page with a choice."""
        return f"?{choice.query}"

    def file(self, _name: str, kind: str, content: bytes) -> str:
        """A download that needs no server."""
        return f"data:{kind};base64,{b64encode(content).decode('ascii')}"


@dataclass(frozen=True)
class Choice:
    """One view: a release, and by hub or partner the one chosen; `notes` say what was not understood."""

    release: Release
    chosen: dict[str, Bin]
    notes: tuple[str, ...] = ()
    links: Links = Links()

    @property
    def query(self) -> str:
        """The view as a link says it; only known keys, only known values."""
        return urlencode({by: each.code for by, each in self.chosen.items()} | {"quarter": str(self.release.quarter)})

    @property
    def place(self) -> str:
        """Whom the figures are about: Corby, or all hubs."""
        return ", ".join(each.label for each in self.chosen.values()) or BY["hub"].capitalize()

    @property
    def words(self) -> str:
        """The view in words: Corby, July to September 2026."""
        return f"{self.place}, {self.release.quarter.words}"


def offered(page: Dashboard, release: Release, by: str) -> tuple[Bin, ...]:
    """The hubs or partners that a release has figures of, for the tables of a page; none is possible."""
    found = {
        row.code: row
        for figure in page.figures
        if figure.by == by and figure.table in release.tables
        for row in release.tables[figure.table].rows
        if row.code not in (TOTAL, TOGETHER)
    }
    return tuple(found.values())


def chosen(question: str, page: Dashboard, found: list[Release]) -> Choice:
    """The view that a question asks for; `found` are the releases, newest first."""
    asked = _asked(question)
    release, notes = _release(asked.get("quarter", ""), found)
    picked = {}
    for by, everything in BY.items():
        there = {each.code: each for each in offered(page, release, by)}
        code = asked.get(by, "")
        if code in there:
            picked[by] = there[code]
        elif code and there:
            notes.append(f"We did not recognise the {by} in this link, so these figures are for {everything}.")
    return Choice(release, picked, tuple(notes))


def _asked(question: str) -> dict[str, str]:
    """The last value of each key; a question that is no question asks nothing."""
    try:
        return {name: values[-1] for name, values in parse_qs(question[:LONGEST], max_num_fields=50).items()}
    except ValueError:
        return {}


def _release(asked: str, found: list[Release]) -> tuple[Release, list[str]]:
    newest = found[0]
    instead = newest.quarter.words
    try:
        quarter = Quarter.parse(asked) if asked else newest.quarter
    except BadParameter:
        return newest, [
            f"We did not recognise the period in this link, so these figures are for {newest.quarter.words}."
        ]
    known = {each.quarter: each for each in found}
    if quarter in known:
        return known[quarter], []
    return newest, [f"There are no figures for {quarter.words}, so these figures are for {instead}."]
