"""The parts that chapters of a person's copy share: headings, rows as lists of facts, and why details are kept."""

from collections.abc import Iterator
from datetime import date
from html import escape

from hubdata.dates import words
from hubdata.figures.html import facts, shown
from hubdata.rights.copy.words import REPEATED

NOTHING = "Nothing is recorded."
UNKNOWN = "Not recorded"
HELD_BACK = "Left out; see the end of this page"
NARROW = 8  # columns that a page can show side by side


def heading(anchor: str, title: str) -> str:
    """A chapter's heading."""
    return f'<h2 id="{anchor}">{escape(title)}</h2>'


def day(text: str) -> str:
    """A day in words."""
    return words(date.fromisoformat(text))


def table_of(held: dict, table: str) -> Iterator[str]:
    """Every row of a table, as a table if it is narrow and else as a list of facts each; and why they are kept."""
    columns = [name for name in held["why"] if name != REPEATED or table == "families"]
    if not held["rows"]:
        yield f"<h3>{escape(held['title'])}</h3>"
        yield "" if held["left_out"] else f"<p>{NOTHING}</p>"
    elif len(held["rows"]) > 1 and len(columns) <= NARROW:
        yield _grid(held, [name for name in held["rows"][0] if name in columns or name not in held["why"]])
    else:
        yield from _lists(held, columns)
    if held["left_out"]:
        more = "more " if held["rows"] else ""
        yield f"<p>{held['left_out']:,} {more}left out; the end of this page says why.</p>"
    yield purposes(held) if held["rows"] else ""


def _grid(held: dict, columns: list[str]) -> str:
    head = [held["rows"][0][name]["label"] for name in columns]
    rows = [[_cell(row[name]) or UNKNOWN for name in columns] for row in held["rows"]]
    return grid(f"{held['title']}: {len(rows)} in all", head, rows)


def grid(caption: str, head: list[str], rows: list[list[str]], number: int | None = None) -> str:
    """A table that can be scrolled and reached by the keyboard; `number` is the column of numbers, if there is one."""
    right = {number: ' class="number"'}
    heads = "".join(f'<th scope="col"{right.get(n, "")}>{escape(one)}</th>' for n, one in enumerate(head))
    body = "".join(
        f'<tr><th scope="row">{shown(row[0])}</th>'
        + "".join(f"<td{right.get(n, '')}>{shown(cell)}</td>" for n, cell in enumerate(row[1:], 1)) + "</tr>\n"
        for row in rows)  # fmt: skip
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="{escape(caption)}"><table>\n<caption>'
        f"{escape(caption)}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}</tbody></table></div>"
    )


def _lists(held: dict, columns: list[str]) -> Iterator[str]:
    for number, row in enumerate(held["rows"], 1):
        several = f" {number} of {len(held['rows'])}" if len(held["rows"]) > 1 else ""
        yield f"<h3>{escape(held['title'] + several)}</h3>"
        rows = [
            (cell["label"], _cell(cell)) for name, cell in row.items() if name in columns or name not in held["why"]
        ]
        yield facts([(label, value) for label, value in rows if value is not None])
        if empty := [label for label, value in rows if value is None]:
            yield f'<p class="note">{UNKNOWN}: {escape(", ".join(map(_lower, empty)))}.</p>'


def _lower(label: str) -> str:
    return label[0].lower() + label[1:]


def _cell(cell: dict) -> str | None:
    if cell.get("left_out") and cell["said"] is None:
        return HELD_BACK
    return cell["said"]


def purposes(held: dict) -> str:
    """Which of the details serve which promise of the notice."""
    by_why: dict[str, list[str]] = {}
    for column, why in held["why"].items():
        label = held["rows"][0][column]["label"]
        by_why.setdefault(why.split(": ", 1)[1], []).append(_lower(label))
    rows = [(why[0].upper() + why[1:], ", ".join(dict.fromkeys(listed))) for why, listed in by_why.items()]
    return f'<div class="why"><p><b>Why we keep these details</b></p>\n{facts(rows)}</div>'
