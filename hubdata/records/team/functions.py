"""The functions of a team's database as their file has them: name, who may call each, and what it does."""

import re
from dataclasses import dataclass
from functools import cache

from hubdata.records.coverage.watch import COVERED
from hubdata.records.owner import OWNED
from hubdata.records.tables.contract import metadata
from hubdata.records.team.rights import PLACE, roles

HEAD = re.compile(r"^-- function (\w+)\((.*)\) for (.+)$", re.MULTILINE)
BODY = re.compile(r"AS \$\$(.*?)\$\$", re.DOTALL)
WRITERS = ("officer", "approver", "auditor", "reporter", "operator")  # who may add an entry to the ledger
APPEND = "hub_append"


@dataclass(frozen=True)
class Function:
    """A function: its name, its arguments as they are declared, which roles may call it, and its statement."""

    name: str
    arguments: str
    roles: tuple[str, ...]
    sql: str

    @property
    def body(self) -> str:
        """What it does, as the database keeps it."""
        found = BODY.search(self.sql)
        return found[1] if found else ""

    @property
    def kinds(self) -> str:
        """The types of its arguments: how it is told apart from others of its name."""
        return ", ".join(part.split()[-1] for part in self.arguments.split(",") if part.strip())


@cache
def functions(schema: str) -> list[Function]:
    """Every function, for a hub whose tables stand in a schema."""
    text = (PLACE / "functions.sql").read_text("utf-8").replace("THIS_SCHEMA", schema)
    text = text.replace("OWNED_TABLES", _owned()).replace("COVERED_TABLES", ", ".join(f"'{t}'" for t in COVERED))
    heads = list(HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return [_function(head, text[head.end() : end]) for head, end in zip(heads, ends, strict=True)]


def _function(head: re.Match, text: str) -> Function:
    said = head[3]
    whose = tuple(roles()) if said == "every" else tuple(role for role in said.split(";") if role != "nobody")
    statement = "\n".join(line for line in text.strip().splitlines() if not line.startswith("--"))
    return Function(head[1], head[2], whose, statement.rstrip(";"))


def _owned() -> str:
    """Which rows of each table go with families, children first, as a disposal deletes them."""
    names = [table.name for table in reversed(metadata.sorted_tables) if table.name in OWNED]
    conditions = {name: OWNED[name].format(families="(SELECT unnest($1))") for name in names}
    return ", ".join(f"ARRAY['{name}', '{said}']" for name, said in conditions.items())
