"""What a command answered, as part of a page: its lines, its records as tables, or what must be put right.

Every word is escaped, whoever wrote it; nothing is kept.
"""

from collections.abc import Iterator
from typing import TypeGuard

from hubdata.desk.commands.command import Answer, as_plain
from hubdata.desk.forms.form import Field
from hubdata.desk.forms.words import Words, heading
from hubdata.figures.html import Html, element, table_head, table_row

WIDEST = 10  # columns of a table that a screen shows whole
MOST = 200  # rows of a table on a screen; its list, on paper or as a workbook, has them all
MUST_LOOK = "Something here needs a person: look at what is said below."
PLAIN = Words()


def shown(answer: Answer, command: str, aloud: bool = True, words: Words = PLAIN, most: int = MOST) -> Html:
    """An answer: for a list of records a table first, otherwise its lines first; `aloud` says it in the status too."""
    found = list(_records(as_plain(answer.said)))
    said = [words.line(each) for line in answer.lines for each in line.split("\n")]
    lines = element("div", *(element("p", each) for each in said), class_="lines")
    tables = [table(name, rows, words, most) for name, rows in found]
    first = found and found[0][0] == "" and len(_columns(found[0][1])) <= WIDEST
    return element(
        "div",
        element("h3", "What was found" if answer.exit_code else "Done"),
        element("p", MUST_LOOK, class_="notice") if answer.exit_code == 3 else Html(),
        *(
            (*(element("p", each) for each in said[:1]), *tables, _behind("The same in words", lines))
            if first
            else (lines, *_tables(found, tables))
        ),
        _same(command),
        class_="answer",
        data_said=(words.plain(answer.lines[0]) if answer.lines else "Done.") if aloud else "",
    )


def framed(drawn: Html, command: str, aloud: bool = True) -> Html:
    """An answer that its own room has drawn; where that tells the status nothing, it is told that it is done."""
    told = "Done." if aloud and "data-said" not in drawn else None
    return element("div", drawn, _same(command), class_="answer", data_said=told)


def _same(command: str) -> Html:
    """What was done, for somebody who wants to type or schedule it."""
    return element("details", element("summary", "The same as a command"), element("code", command), class_="same")


def _tables(found: list[tuple[str, list[dict]]], tables: list[Html]) -> Iterator[Html]:
    """Tables after the lines that say most of the same; what is wide or nested is there for who asks."""
    for (name, rows), each in zip(found, tables, strict=True):
        nested = any(isinstance(value, dict | list) for row in rows for value in row.values())
        yield (
            each
            if name and len(_columns(rows)) <= WIDEST and not nested
            else _behind(f"{heading(name) or 'As a table'} ({len(rows):,})", each)
        )


def _behind(summary: str, content: Html) -> Html:
    return element("details", element("summary", summary), content)


def working(said: str) -> Html:
    """That something is being done, and how far it is."""
    return element("p", said, class_="working", data_said=said)


def refused(problems: list[tuple[str, Field | None]], command: str, form: str, words: Words = PLAIN) -> Html:
    """What must be put right, each problem with a link to its field where it has one; what was typed stays."""
    points = (element("li", _point(said, field, form, words)) for said, field in problems)
    return element(
        "div",
        element("h3", "There is a problem"),
        element("ul", *points),
        element("p", "Nothing was left half-done."),
        _same(command),
        class_="error-summary",
        role="alert",
        tabindex="-1",
        data_said="There is a problem.",
    )


def _point(said: str, field: Field | None, form: str, words: Words) -> Html:
    said = said[:1].upper() + said[1:]
    return element("a", words.plain(said), href=f"#{form}", data_field=field.name) if field else words.line(said)


def problems(answer: Answer) -> list[str]:
    """What a refusal says, one problem at a time."""
    found = answer.said.get("problems", [])
    said = [each.get("message", str(each)) if isinstance(each, dict) else str(each) for each in found]
    return [answer.said["error"], *(each for each in said if each not in answer.said["error"])]


def table(name: str, rows: list[dict], words: Words = PLAIN, most: int = MOST) -> Html:
    """Records as a table: one row each, nested ones in words."""
    columns = _columns(rows)
    body = (table_row(_cell(column, each, words) for column in columns) for each in rows[:most])
    count = "1 row" if len(rows) == 1 else f"{len(rows):,} rows"
    more = f", of which the first {most:,} are shown; print or download gives them all" if len(rows) > most else ""
    caption = f"{heading(name)}: {count}{more}" if name else f"{count[:1].upper()}{count[1:]}{more}"
    whole = element("table", element("caption", caption), table_head(map(heading, columns)), element("tbody", *body))
    return element("div", whole, class_="table", tabindex="0", role="group", aria_label=caption)


def _cell(column: str, row: dict, words: Words) -> Html:
    is_finding = column == "subject" and {"code", "table", "subject"} <= row.keys()
    return words.subject(row) if is_finding else words.cell(column, row.get(column))


def _columns(rows: list[dict]) -> list[str]:
    """The columns that say something in some row."""
    said = (column for row in rows for column, value in row.items() if PLAIN.text(value))
    return list(dict.fromkeys(said))


def _records(said: object) -> Iterator[tuple[str, list[dict]]]:
    """Every list of records in an answer, with its name; the answer itself has none."""
    if _are_records(said):
        yield "", said
    elif isinstance(said, dict):
        yield from ((name, each) for name, each in said.items() if _are_records(each))


def _are_records(each: object) -> TypeGuard[list[dict]]:
    return isinstance(each, list) and bool(each) and all(isinstance(one, dict) for one in each)


def missing(why: str) -> Html:
    """What a page says where there is no hub to work on."""
    ways = ("Open the desk with ", element("code", "hubdata lab"), " or ", element("code", "hubdata desk"))
    return element(
        "div",
        element("h2", "There is no hub here yet"),
        element("p", f"{why[:1].upper()}{why[1:]}."),
        element("p", *ways, ", which know where the hub is."),
        class_="notice",
    )
