"""What a notebook may be told: its parameters cell, read as a schema; it runs nothing and knows no report.

    as_at: str = "2026-09-30"  # required: last day covered, YYYY-MM-DD

declares a name, a type and, in the comment, what papermill's own help page shows. A comment that starts with
"required:" makes the parameter one that every run must give; one that says YYYY-MM-DD makes it a date.
"""

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hubdata import dates
from hubdata.errors import BadParameter

TYPES = {"str": str, "int": int, "float": float, "bool": bool}
DECLARATION = re.compile(r"(?P<code>(?P<name>\w+): *(?P<type>\w+) *= *.+?)  # *(?P<help>.+)")
LONGEST = 200  # characters of a text


@dataclass(frozen=True)
class Parameter:
    """One declared parameter and what it accepts."""

    name: str
    type: type
    default: object
    help: str

    @property
    def required(self) -> bool:
        return self.help.startswith("required:")

    @property
    def is_date(self) -> bool:
        return "YYYY-MM-DD" in self.help

    def accept(self, value: Any) -> object:
        """The value as JSON has it, dates as 2026-11-22. Raises BadParameter if it is of another kind."""
        if self.is_date:
            return dates.parse(value, self.name).isoformat()
        if isinstance(value, str) and self.type is not str:
            value = _number(value)
        if type(value) is not self.type or (self.type is str and not _fits(value)):
            raise BadParameter(f"{self.name} {value!r} is not {NOUNS[self.type]}; it is the {self._meaning()}")
        return value

    def _meaning(self) -> str:
        return self.help.removeprefix("required:").strip()

    def missing(self) -> str:
        """What to say when nobody gave it."""
        return f"{self.name} is missing; it is the {self._meaning()}"


NOUNS = {
    str: f"a text of at most {LONGEST} characters",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def read(notebook: Path) -> dict[str, Parameter]:
    """The parameters that a notebook declares, in the order written."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    source = "".join(*(cell["source"] for cell in cells if "parameters" in cell["metadata"].get("tags", [])))
    declared = [_declared(line) for line in source.splitlines()]
    return {parameter.name: parameter for parameter in declared}


def check(declared: dict[str, Parameter], given: dict[str, object]) -> dict[str, Any]:
    """The values to run with, complete and in the order declared.

    Raises BadParameter, on one line with every fault, if a name is unknown, one is missing, or a value is of
    the wrong kind.
    """
    allowed = ", ".join(declared)
    faults = [f"{name!r} is not a parameter; allowed are {allowed}" for name in given if name not in declared]
    values = {}
    for name, parameter in declared.items():
        try:
            values[name] = parameter.accept(given[name]) if name in given else _left_out(parameter)
        except BadParameter as fault:
            faults.append(str(fault))
    if faults:
        raise BadParameter("; ".join(faults))
    return values


def _left_out(parameter: Parameter) -> object:
    if parameter.required:
        raise BadParameter(parameter.missing())
    return parameter.default


def _declared(line: str) -> Parameter:
    parts = DECLARATION.fullmatch(line.strip())
    if not parts or parts["type"] not in TYPES:
        raise BadParameter(f"parameters cell: {line!r} is not written as name: type = value  # what it is")
    default = ast.literal_eval(parts["code"].partition("=")[2].strip())
    return Parameter(parts["name"], TYPES[parts["type"]], default, parts["help"])


def _number(text: str) -> object:
    """What a command line means by 5, 2.5 or true; any other text stays text, and is refused as such."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _fits(text: str) -> bool:
    return text.isprintable() and len(text) <= LONGEST
