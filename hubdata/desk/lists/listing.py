"""The controls over a list: search, sort, filter, print, take away; what is asked is answered by the form that has it.

They are there when an answer is a list, in every form of the desk alike; nothing that is shown leaves the page but in
the workbook that somebody asks for.
"""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hubdata import moments
from hubdata.dashboards import show
from hubdata.desk.commands.command import Answer, as_plain
from hubdata.desk.forms.words import Words, heading
from hubdata.desk.lists import workbook
from hubdata.desk.lists.rows import Asked, Rows
from hubdata.figures.html import Html, element

MOST = 200  # rows on a screen
LEAST = 2  # rows of a list that is worth searching
AS_ANSWERED = ""
LATEST = "-"  # before a column's name: the last first


class Listing:
    """The list of an answer and what is asked of it; `redraw` shows the answer anew."""

    def __init__(self, name: str, redraw: Callable[[], None]):
        self.name, self.redraw, self.shown = name, redraw, show.box()
        self.shown.add_class("hub-listing")
        self.rows, self.key, self.whole, self.is_filling = Rows([], Words()), AS_ANSWERED, False, False
        self.search, self.sort = show.text("Search in this list"), show.choice("Sort by", [("As it is", AS_ANSWERED)])
        self.filters: dict[str, Any] = {}
        self.print, self.take = show.button("Print this list"), show.button("Download as .xlsx")
        self.told = show.html(Html())
        self.print.on_click(self._print)
        self.take.on_click(self._take)
        for control in (self.search, self.sort):
            control.observe(self._changed, "value")

    def offer(self, answer: Answer, words: Words, is_drawn: bool = False) -> None:
        """Take the longest list of an answer, and offer what can be asked of it; nothing where it has none.

        An answer that its own room has drawn is a list only where it is nothing else.
        """
        plain = as_plain(answer.said) if isinstance(answer.said, list) or not is_drawn else {}
        self.key, records = _longest(plain)
        self.whole, self.is_filling = False, True
        try:
            self.rows = Rows(records, words)
            self.told.value = Html()
            self._offer_columns() if len(records) >= LEAST else self._hide()
        finally:
            self.is_filling = False

    def _hide(self) -> None:
        self.filters, self.shown.children = {}, ()

    def _offer_columns(self) -> None:
        """The columns to sort by, and those to filter by; what was asked before stays where it can."""
        by, were = self.sort.value, {name: each.value for name, each in self.filters.items()}
        named = [(heading(name), name) for name in self.rows.columns]
        last = [(f"{said}, the last first", f"{LATEST}{name}") for said, name in named]
        options = [("As it is", AS_ANSWERED), *(each for pair in zip(named, last, strict=True) for each in pair)]
        self.sort.options = options
        self.sort.value = by if by in [value for _, value in options] else AS_ANSWERED
        self.filters = {}
        for name, counted in self.rows.filters().items():
            said = [
                (f"{self.rows.words.text(value, name) or 'none'} ({many:,})", value) for value, many in counted.items()
            ]
            made = show.choice(f"Only this {heading(name).lower()}", [("All", AS_ANSWERED), *said])
            made.value = were[name] if were.get(name) in counted else AS_ANSWERED
            made.observe(self._changed, "value")
            self.filters[name] = made
        self.shown.children = (self.search, self.sort, *self.filters.values(), self.print, self.take, self.told)

    @property
    def most(self) -> int:
        """How many rows a screen shows; on paper every one."""
        return len(self.rows.records) if self.whole else MOST

    def _asked(self) -> Asked:
        by = str(self.sort.value or "")
        values = {name: each.value for name, each in self.filters.items() if each.value != AS_ANSWERED}
        return Asked(self.search.value, values, by.removeprefix(LATEST), by.startswith(LATEST))

    def _said(self) -> str:
        """What is asked of the list, in words."""
        asked = self._asked()
        said = [f"with “{asked.search}”"] if asked.search.strip() else []
        said += [f"only {self.rows.words.text(value, name)}" for name, value in asked.values.items()]
        by = f"sorted by {heading(asked.by).lower()}{', the last first' if asked.backwards else ''}"
        return ", ".join([*said, by if asked.by else "in the order in which they were found"])

    def applied(self, answer: Answer) -> Answer:
        """The answer with the rows that were asked for; without the same in words, which speaks of all of them."""
        if not self.shown.children or (self._asked() == Asked() and not self.whole):
            return answer
        chosen = self.rows.chosen(self._asked())
        if self.key:
            plain = as_plain(answer.said)
            said = {**plain, self.key: [plain[self.key][at] for at in chosen]} if isinstance(plain, dict) else plain
        else:
            said = [answer.said[at] for at in chosen]
        return replace(answer, said=said, lines=answer.lines[:1])

    def _changed(self, _change: object = None) -> None:
        if self.is_filling:
            return
        self.whole = False
        self.redraw()
        self._tell()

    def _tell(self, link: Html | None = None, printed: bool = False) -> None:
        """Say how many rows are shown and how they are sorted; aloud too, where the desk is served."""
        many = len(self.rows.chosen(self._asked()))
        said = f"{many:,} of {len(self.rows.records):,} rows are shown, {self._said()}."
        self.told.value = element(
            "p",
            said,
            *((" ", link) if link else ()),
            class_="listed",
            data_said=said,
            data_print="print" if printed else None,
        )

    def _print(self, _button: object = None) -> None:
        """Show every row, and print this list alone."""
        self.whole = True
        self.redraw()
        self._tell(printed=True)

    def _take(self, _button: object = None) -> None:
        """Make the workbook of the rows that are shown, and offer it; nothing of it is kept."""
        on = moments.today()
        made = workbook.made(self.name, self.rows, self.rows.chosen(self._asked()), on, self._said())
        data = f"data:{workbook.TYPE};base64,{base64.b64encode(made).decode()}"
        name = f"{self.name}-{on.isoformat()}.xlsx"
        self._tell(element("a", f"{name} ({len(made) // 1024 + 1:,} KB)", href=data, download=name, class_="taken"))


def _longest(said: object) -> tuple[str, list[dict]]:
    """The longest list of records in an answer and under which name it stands; the answer itself has none."""
    lists = {"": said} if isinstance(said, list) else said if isinstance(said, dict) else {}
    found = {n: each for n, each in lists.items() if isinstance(each, list) and each and isinstance(each[0], dict)}
    return max(found.items(), key=lambda pair: len(pair[1]), default=("", []))
