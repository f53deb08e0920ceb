"""Imports point one way, each package has one door, and importing hubdata does no work (design.md)."""

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "hubdata"
BOTTOM_UP = (
    ("dates", "working_days", "terms", "errors"),
    ("records", "policy", "periods", "frozen", "clock", "rights_course", "dictionary", "spelling"),
    ("ledger", "checkpoints", "signed", "erasures", "store", "migrations", "working"),
    ("snapshot",),
    ("rules", "findings", "disclosure", "tables", "charts", "figures", "workbook"),
    (
        "retention",
        "promises",
        "backups",
        "due",
        "review",
        "certificates",
        "disposal",
        "replay",
        "rights",
        "release",
        "intake",
        "directory",
        "duplicates",
        "csvfiles",
        "values",
        "writing",
        "demo",
        "sharing",
        "leads",
        "standing",
        "transitions",
        "agreements",
        "recall",
        "private",
        "receipt",
        "subject",
        "traces",
        "settling",
        "scan",
        "worklist",
        "lookup",
    ),
    ("reports", "parameters", "execution", "bundle", "page", "promises_board", "schedule", "assurance"),
    ("cli", "desk", "schedule", "orders", "reference", "tour", "widgets", "serve"),
)
LEVEL = {name: level for level, names in enumerate(BOTTOM_UP) for name in names}
# Who speaks SQL to the records: the store and those that move rows in or out of it in the store's transactions.
RECORD_KEEPERS = {"records", "store", "ledger", "checkpoints", "migrations", "snapshot"}
RECORD_KEEPERS |= {"review", "certificates", "disposal", "replay", "backups"}
RECORD_KEEPERS |= {"intake", "values", "writing", "retention", "tour", "sharing", "agreements", "recall"}
RECORD_KEEPERS |= {"standing", "receipt", "due", "rights", "leads", "subject"}
RECORD_KEEPERS |= {"duplicates", "traces", "settling", "scan", "release", "worklist", "lookup"}
DOORS = {
    "ahocorasick_rs": {"scan", "subject", "traces"},
    "adbc_driver_sqlite": {"snapshot"},
    "alembic": {"store", "migrations"},
    "cryptography": {"checkpoints", "traces", "intake"},
    "dask": {"schedule"},
    "distributed": {"schedule"},
    "dateutil": {"dates"},
    "duckdb": {"duplicates", "rules", "release"},
    "faker": {"demo"},
    "xlsxwriter": {"workbook"},
    "highspy": {"disclosure"},
    "holidays": {"working_days"},
    "IPython": {"execution", "widgets"},
    "ipywidgets": {"widgets"},
    "jinja2": {"serve"},
    "jupyter_server": {"serve"},
    "jupyterlab_server": {"serve"},
    "nbclient": {"execution", "serve"},
    "nbconvert": {"bundle"},
    "nbformat": {"assurance", "bundle", "execution"},
    "openpyxl": {"workbook"},
    "papermill": {"execution"},
    "psycopg": {"snapshot"},
    "python_calamine": {"intake"},
    "splink": {"duplicates"},
    "sqlalchemy": RECORD_KEEPERS,
    "rich": {"desk"},
    "tornado": {"serve"},
    "traitlets": {"execution", "serve"},
    "typer": {"cli", "desk", "reference"},
    "vl_convert": {"charts"},
    "voila": {"serve"},
    "yaml": {"policy"},
}
EVERYWHERE = {"numpy", "pandas", "pyarrow"}  # the tables that walk from room to room
WORK = {"basicConfig", "connect", "create_engine", "getenv", "mkdir", "now", "open", "open_hub", "Popen"}
WORK |= {"print", "read_bytes", "read_text", "run", "today", "urlopen", "utcnow"}


def _noun(module: str) -> str:
    """The noun that a module belongs to: demo_words and demo/words are both demo's."""
    first = module.split(".")[1] if "." in module else "hubdata"
    return first if first in LEVEL else first.split("_")[0]


def _modules() -> dict[str, ast.Module]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__")] = ast.parse(path.read_text("utf-8"))
    return found


MODULES = _modules()


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: name the module in full, not by dots"
            inside = {f"{node.module}.{name.name}" for name in node.names} & MODULES.keys()
            yield from inside or {node.module}


IMPORTS = {name: set(_imports(tree)) for name, tree in MODULES.items()}


@pytest.mark.parametrize("module", sorted(MODULES.keys() - {"hubdata"}))
def test_a_module_has_a_place_and_imports_only_from_its_level_or_below(module: str):
    assert _noun(module) in LEVEL, f"{module} is new: say where it belongs (BOTTOM_UP here and design.md)"
    upward = [
        name
        for name in IMPORTS[module]
        if name.startswith("hubdata.") and LEVEL.get(_noun(name), 0) > LEVEL[_noun(module)]
    ]
    assert not upward, f"{module} imports upward: {', '.join(upward)}"


def test_imports_make_no_circle():
    try:
        TopologicalSorter(IMPORTS).prepare()
    except CycleError as error:
        pytest.fail("imports run in a circle: " + " → ".join(error.args[1]))


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_third_party_package_comes_in_through_its_one_door(module: str):
    packages = {name.split(".")[0] for name in IMPORTS[module]} - {"hubdata"} - sys.stdlib_module_names
    unknown = packages - DOORS.keys() - EVERYWHERE
    assert not unknown, f"{module} uses {', '.join(sorted(unknown))}: say whose door it is (DOORS)"
    wrong = {name for name in packages & DOORS.keys() if _noun(module) not in DOORS[name]}
    assert not wrong, f"{module} may not use {', '.join(sorted(wrong))}; ask {DOORS[min(wrong)]}"


def _at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Everything that runs when a module is imported: all but the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _at_import(child)


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


@pytest.mark.parametrize("module", sorted(name for name in MODULES if not name.startswith("hubdata.migrations")))
def test_importing_a_module_does_no_work(module: str):
    calls = [node for node in _at_import(MODULES[module]) if isinstance(node, ast.Call)]
    work = [f"{_called(node)}() on line {node.lineno}" for node in calls if _called(node) in WORK]
    assert not work, f"{module} works when it is imported: {', '.join(work)}"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_import_exists_for_type_checkers_only(module: str):
    names = {node.id for node in ast.walk(MODULES[module]) if isinstance(node, ast.Name)}
    assert "TYPE_CHECKING" not in names | IMPORTS[module]


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_opens_with_a_sentence(module: str):
    said = ast.get_docstring(MODULES[module])
    assert said and said.split("\n\n")[0].rstrip().endswith("."), (
        f"{module}: say what it is for and what it must not do"
    )
