"""Writes the pages in docs/ from the code that they describe: `python -m hubdata.desk.reference`; it judges nothing.

The data dictionary comes from the passports, the rules from the rule table, the commands from their own help, the law
from the dated values in params/policy, the workbench from its signatures and docstrings.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import hubdata
from hubdata import places, policy
from hubdata.desk.commands.command import COMMON
from hubdata.desk.main import commands
from hubdata.records.dictionary import HEAD, columns, tables
from hubdata.records.team import policies, rights
from hubdata.records.team.functions import functions
from hubdata.records.team.rights import PLACE
from hubdata.rules.findings import CODES
from hubdata.workbench import disclosed
from hubdata.workbench.explain import Explanation
from hubdata.workbench.hub import OpenHub
from hubdata.workbench.view import Tables, View

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
    dated = policy.load(places.shipped("params"))
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
        _since(one),
        _short(one.value),
        one.source,
        one.seen,
        str(one.last_checked),
        one.unconfirmed,
    )
    return [f"`{one.name}`", *(re.sub(r"\s+", " ", cell).strip() for cell in cells)]


def _since(one: policy.Entry) -> str:
    return "always" if one.valid_from == policy.ALWAYS else str(one.valid_from)


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


DOOR = (
    ("hubdata.open", hubdata.open),
    ("hubdata.disclose", disclosed.disclose),
    ("hub", OpenHub),
    ("view", View),
    ("view.tables", Tables),
    ("view.explain(…)", Explanation),
)


def api() -> str:
    """What `import hubdata` offers in a notebook: each name with its signature and docstring."""
    body = []
    for name, what in DOOR:
        body += ["", f"## {name}", "", *(_signed(name, what) if inspect.isfunction(what) else []), *_docs(what)]
        if inspect.isclass(what):
            public = (each for each in vars(what).items() if not each[0].startswith("_"))
            for called, each in public:
                body += _member(f"{name.partition('(')[0]}.{called}", each)
    opening = "The front door for a notebook: every answer is a pandas frame, none carries a name or a free text."
    return _page("The workbench", opening, body)


def _member(name: str, what: Any) -> list[str]:
    if isinstance(what, property):
        return ["", f"### `{name}`", "", *_docs(what)]
    what = what.__func__ if isinstance(what, staticmethod) else what
    if inspect.isfunction(what):
        return ["", f"### {name}", "", *_signed(name, what), *_docs(what)]
    return []


def _signed(name: str, what: Any) -> list[str]:
    signature = inspect.signature(what)
    own = [p.replace(annotation=_type(p.annotation)) for p in signature.parameters.values() if p.name != "self"]
    said = signature.replace(parameters=own, return_annotation=_type(signature.return_annotation))
    return ["```python", f"{name}{said}".replace("'", ""), "```", ""]


def _type(annotation: Any) -> Any:
    """A type as a reader calls it, without the modules that it is in."""
    said = inspect.formatannotation(annotation)
    return annotation if annotation is inspect.Signature.empty else re.sub(r"\b(?:\w+\.)+(\w)", r"\1", said)


def _docs(what: Any) -> list[str]:
    """A docstring as Markdown: what is indented in it is an example."""
    return [line or "" for line in (inspect.getdoc(what) or "").splitlines()]


def team() -> str:
    """A team's database: every role, what it may do to which table, whose rows it sees, and what it may call."""
    says = (PLACE / "page.md").read_text("utf-8")
    names = [name for name in rights.everything() if any(rights.may(role, name) for role in rights.roles())]
    cells = ([f"`{name}`", *(_may(role, name) for role in rights.roles())] for name in names)
    seen = ([f"`{p.table}`", p.verb, ", ".join(p.roles), f"`{p.sees}`"] for p in policies.policies())
    calls = ([f"`{each.name}({each.arguments})`", ", ".join(each.roles) or "nobody"] for each in functions("public"))
    body = [
        *["", says, "## What each role does", ""],
        *_table(["role", "does"], ([role.name, role.does] for role in rights.roles().values())),
        *["", "## Tables", "", "S reads, I adds, U changes, D deletes; in brackets: some columns only.", ""],
        *_table(["table", *rights.roles()], cells),
        *["", "## Rows", "", "Of these tables a login sees the rows for which this is true.", ""],
        *_table(["table", "for", "roles", "sees"], seen),
        *["", "## Functions of the owner", ""],
        *_table(["function", "may be called by"], calls),
    ]
    return _page(
        "A team's database", "One hub on PostgreSQL, a login a person, and rights that the server holds.", body
    )


def _may(role: str, table: str) -> str:
    """The verbs of a role on a table, by their first letters."""
    of_table = sorted({(r.verb[0], bool(r.column)) for r in rights.rights() if (r.role, r.table) == (role, table)})
    return " ".join(f"({verb})" if some else verb for verb, some in of_table)


PAGES: dict[str, Callable[[], str]] = {
    "data-dictionary.md": dictionary,
    "rules.md": rules,
    "commands.md": usage,
    "law.md": law,
    "api.md": api,
    "team.md": team,
}


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
