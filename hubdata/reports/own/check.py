"""What stands between a notebook and a report: each lack in a sentence with the cell where it is; it runs nothing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from hubdata.errors import BadParameter
from hubdata.policy import read_yaml
from hubdata.reports import parameters
from hubdata.reports.own import catalogue

ABSOLUTE = re.compile(r"""["'](/(?:home|root|tmp|mnt|media|Users|var|srv|etc)\b|[A-Za-z]:[\\/]|\\\\|~/)""")
CLOCKS = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime"}
CALLERS = {"date", "datetime", "time", "moments", "Timestamp", "pd"}


def lacks(report: str, home: Path) -> list[str]:
    """Every lack of an own report, in the order of its cells. Raises BadParameter if there is no such report."""
    path = catalogue.notebook(report, home)
    cells = catalogue.read(path)["cells"]
    found = [*_opening(path), *_parameters(path, report, home)]
    for number, cell in enumerate(cells, 1):
        if cell["cell_type"] == "code":
            found += [f"cell {number}: {lack}" for lack in _cell("".join(cell["source"]), cell)]
    return found


def _opening(path: Path) -> Iterator[str]:
    said = catalogue.first(path)
    if not catalogue.TITLE.search(said):
        yield "cell 1: open with a text whose first line is `# Title`"
    elif "?" not in said:
        yield "cell 1: say below the title which question the report answers, and for whom"


def _parameters(path: Path, report: str, home: Path) -> Iterator[str]:
    tagged = [c for c in catalogue.read(path)["cells"] if "parameters" in c["metadata"].get("tags", [])]
    if len(tagged) != 1:
        yield f"{len(tagged)} cells have the tag `parameters`; one must, with as_at"
        return
    try:
        declared = parameters.read(path)
    except (BadParameter, ValueError, SyntaxError) as error:
        yield str(error)
        return
    if "as_at" not in declared or not declared["as_at"].is_date:
        yield 'declare as_at: str = "2026-09-30"  # required: last day covered, YYYY-MM-DD'
    file = catalogue.parameter_file(report, home)
    try:
        parameters.check(declared, read_yaml(file) if file.is_file() else {})
    except BadParameter as error:
        yield f"{file.name}: {error}" if file.is_file() else f"there is no {file.name} beside it: {error}"


def _cell(source: str, cell: dict) -> Iterator[str]:
    if ABSOLUTE.search(source):
        yield "names a path of this machine; write nothing and read nothing but the view"
    try:
        tree = ast.parse(_plain(source))
    except SyntaxError:
        yield "cannot be read as Python"
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_clock(node.func):
            yield "reads a clock; ask as at `as_at`, so that the report can be made again"
        if isinstance(node, ast.Call) and _called(node.func) == "show" and not _captioned(node):
            yield "shows a figure without a title; give title= a sentence that says what was found, and scope="
    if any(output.get("output_type") == "error" for output in cell.get("outputs", [])):
        yield "was saved with an error; run all cells again"


def _plain(source: str) -> str:
    """The cell without magics, which are no Python."""
    if source.lstrip().startswith("%%"):
        return ""
    return "\n".join("pass" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines())


def _called(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def _is_clock(function: ast.expr) -> bool:
    caller = getattr(function, "value", None)
    return _called(function) in CLOCKS and _called(caller) in CALLERS if caller is not None else False


def _captioned(call: ast.Call) -> bool:
    return any(keyword.arg in ("title", None) for keyword in call.keywords)
