"""Writes the pages in docs/ from the code that they describe: `python -m hubdata.desk.reference`; it judges nothing.

The data dictionary comes from the passports, the rules from the rule table, the commands from their own help.
"""

import re
from collections.abc import Callable, Iterator

import typer

from hubdata import places
from hubdata.desk.commands.command import COMMON
from hubdata.desk.main import app
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


def commands() -> dict[str, object]:
    """Every command by its words, as the parser has it."""
    found = {}
    for name, each in typer.main.get_command(app).commands.items():
        inner = getattr(each, "commands", None)
        found |= {_words(each, name, word): one for word, one in inner.items()} if inner else {name: each}
    return found


def _words(group: object, name: str, word: str) -> str:
    """How a group's command is called; its default by the group's name alone."""
    return name if word == getattr(group, "default", None) else f"{name} {word}"


def _option(each: object) -> list[str]:
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


PAGES: dict[str, Callable[[], str]] = {"data-dictionary.md": dictionary, "rules.md": rules, "commands.md": usage}


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
