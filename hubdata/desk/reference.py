"""Writes the pages in docs/ from the code that they describe: `python -m hubdata.desk.reference`; it judges nothing.

The data dictionary comes from the passports, the rules from the rule table, the commands from their own help, the law
from the dated values in params/policy.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from hubdata import places, policy
from hubdata.desk.commands.command import COMMON
from hubdata.desk.main import commands
from hubdata.records.dictionary import HEAD, columns, tables
from hubdata.rules.findings import CODES

FOLDER = places.shipped("docs")
MADE = "This page is made from the code by `python -m hubdata.desk.reference`; a test fails when they differ."


def _table(head: list[str], rows: Iterator[list[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines]


def _page(title: str, opening: str, body: list[str]) -> str:
    return "\n".join([f"# {title}", "", opening, "", MADE, *body]) + "\n"


def dictionary() -> str:
    """The data dictionary: every table and column that may exist, with its passport."""
    body = []
    for table, said in tables().items():
        rows = ([f"`{name}`", *cells] for name, *cells in columns(table))
        body += ["", f"## {table}", "", said, "", *_table([*HEAD], rows)]
    return _page("Data dictionary", "The Hub keeps limited records (P2): these columns and no others.", body)


def rules() -> str:
    """Every rule code with its sentence and what to do."""
    head = ["code", "severity", "promise", "found when", "what to do"]
    rows = ([r.code, str(r.severity), r.promise, r.sentence, r.what_to_do] for r in CODES.values())
    opening = "What `hubdata findings` can find. A breach is a broken promise; a check needs a person's judgement."
    return _page("Rules", opening, ["", *_table(head, rows)])


DATED = ["value", "what it does", "from", "is", "source", "seen", "last checked", "not verified"]
HOUSE = "House default"  # how the source of a value begins that no law, regulator or notice gives
LONGEST = 160  # signs of a value; what is longer is read in its file


def law() -> str:
    """Every dated value: what it does, its source and how that was read, when it was checked, what is not verified."""
    dated = policy.load()
    listed = [one for name in dated.names() if not name.startswith("promise.") for one in dated.history(name)]
    body = []
    for title, is_house in (("Given by law, by the regulator or by the notice", False), ("Decided by default", True)):
        rows = (_dated(one) for one in listed if one.source.startswith(HOUSE) == is_house)
        body += ["", f"## {title}", "", *_table(DATED, rows)]
    opening = (
        "What `params/policy` says, each value with the day from which it holds. `seen` is how its source was read, "
        "`not verified` what an officer must still confirm. This is research for an officer to check, no legal advice."
    )
    return _page("The law, and what was decided", opening, body)


def _dated(one: policy.Entry) -> list[str]:
    cells = (
        one.unit,
        _since(one.valid_from),
        _short(one.value),
        one.source,
        one.seen,
        str(one.last_checked),
        one.unconfirmed,
    )
    return [f"`{one.name}`", *(re.sub(r"\s+", " ", cell).strip() for cell in cells)]


def _since(day: date) -> str:
    return "always" if day == date(2000, 1, 1) else str(day)


def _short(value: object) -> str:
    """A value in one cell: a list or a map by its names where all of it is too long."""
    if isinstance(value, dict):
        whole = "; ".join(f"{name}: {each}" for name, each in value.items())
        return whole if len(whole) <= LONGEST else ", ".join(map(str, value))
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def _option(each: Any) -> list[str]:
    name = (
        ", ".join(f"`{word}`" for word in each.opts) if each.param_type_name == "option" else f"`{each.name.upper()}`"
    )
    return [name, "yes" if each.required else "", re.sub(r"\s+", " ", each.help or "")]


def usage() -> str:
    """Every command with its own options; those that all share stand once."""
    found, body = commands(), []
    shared = [p for p in next(iter(found.values())).params if p.name in COMMON]
    body += ["", "## Every command takes", "", *_table(["option", "required", "what it means"], map(_option, shared))]
    for name, command in found.items():
        own = [p for p in command.params if p.name not in COMMON and p.name != "help"]
        rows = _table(["option", "required", "what it means"], map(_option, own)) if own else []
        body += ["", f"## hubdata {name}", "", command.help.strip(), *([""] if rows else []), *rows]
    return _page("Commands", "Options stand after the command.", body)


PAGES: dict[str, Callable[[], str]] = {
    "data-dictionary.md": dictionary,
    "rules.md": rules,
    "commands.md": usage,
    "law.md": law,
}


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
