"""The parts that chapters of a person's copy share: headings, rows as lists of facts, and why details are kept."""

from collections.abc import Iterator
from datetime import date

from hubdata.dates import words
from hubdata.figures.html import Html, element, facts, shown, table, table_head, table_row
from hubdata.rights.copy.words import REPEATED

NOTHING = "Nothing is recorded."
UNKNOWN = "Not recorded"
HELD_BACK = "Left out; see the end of this page"
NARROW = 8  # columns that a page can show side by side


def heading(anchor: str, title: str) -> Html:
    """A chapter's heading."""
    return element("h2", title, id=anchor)


def day(text: str) -> str:
    """A day in words."""
    return words(date.fromisoformat(text))


def table_of(held: dict, name: str) -> Iterator[Html]:
    """Every row of a table, as a table if it is narrow and else as a list of facts each; and why they are kept."""
    columns = [one for one in held["why"] if one != REPEATED or name == "families"]
    if not held["rows"]:
        yield element("h3", held["title"])
        yield Html() if held["left_out"] else element("p", NOTHING)
    elif len(held["rows"]) > 1 and len(columns) <= NARROW:
        yield _grid(held, [one for one in held["rows"][0] if one in columns or one not in held["why"]])
    else:
        yield from _lists(held, columns)
    if held["left_out"]:
        more = "more " if held["rows"] else ""
        yield element("p", f"{held['left_out']:,} {more}left out; the end of this page says why.")
    yield purposes(held) if held["rows"] else Html()


def _grid(held: dict, columns: list[str]) -> Html:
    head = [held["rows"][0][name]["label"] for name in columns]
    rows = [[_cell(row[name]) or UNKNOWN for name in columns] for row in held["rows"]]
    return grid(f"{held['title']}: {len(rows)} in all", head, rows)


def grid(caption: str, head: list[str], rows: list[list[str]], number: int | None = None) -> Html:
    """A table that can be scrolled and reached by the keyboard; `number` is the column of numbers, if there is one."""
    kinds = ["number" if at == number else None for at in range(len(head))]
    body = (table_row(map(shown, cells), kinds) for cells in rows)
    return table(caption, table_head(head, kinds), body, name=caption)


def _lists(held: dict, columns: list[str]) -> Iterator[Html]:
    for number, row in enumerate(held["rows"], 1):
        several = f" {number} of {len(held['rows'])}" if len(held["rows"]) > 1 else ""
        yield element("h3", held["title"] + several)
        rows = [
            (cell["label"], _cell(cell)) for name, cell in row.items() if name in columns or name not in held["why"]
        ]
        yield facts([(label, value) for label, value in rows if value is not None])
        if empty := [label for label, value in rows if value is None]:
            yield element("p", f"{UNKNOWN}: {', '.join(map(_lower, empty))}.", class_="note")


def _lower(label: str) -> str:
    return label[0].lower() + label[1:]


def _cell(cell: dict) -> str | None:
    if cell.get("left_out") and cell["said"] is None:
        return HELD_BACK
    return cell["said"]


def purposes(held: dict) -> Html:
    """Which of the details serve which promise of the notice."""
    by_why: dict[str, list[str]] = {}
    for column, why in held["why"].items():
        label = held["rows"][0][column]["label"]
        by_why.setdefault(why.split(": ", 1)[1], []).append(_lower(label))
    rows = [(why[0].upper() + why[1:], ", ".join(dict.fromkeys(listed))) for why, listed in by_why.items()]
    said = element("p", element("b", "Why we keep these details"))
    return element("div", said, "\n", facts(rows), class_="why")
