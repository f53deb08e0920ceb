"""The house as design.md lays it out: rooms in one order, one door a package, the managers' wall, no crowded folder.

Each test lists every offender. The drawing of the house in CONTRIBUTING.md is made from the same data.
"""

import ast
import os
import re
import sys
import textwrap
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "hubdata"
CONTRIBUTING = PACKAGE.parent / "CONTRIBUTING.md"
# One way for imports: a room imports from its own floor's earlier rooms and from every floor before it.
FLOORS = (
    (
        "errors",
        "terms",
        "moments",
        "places",
        "dates",
        "spelling",
        "written",
        "periods",
        "policy",
        "policy_check",
    ),
    ("figures",),
    ("dashboards", "records"),
    ("rules", "demo", "intake"),
    ("sharing",),
    ("retention",),
    ("rights", "release"),
    ("families",),
    ("reports",),
    ("schedule", "workbench"),
    ("desk",),
)
FRONT = ("hubdata", "workbench")  # the door for notebooks, which opens when it is used
GROUND = {*FLOORS[0], "hubdata"}
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms} | {"hubdata": 0}
WALL = {"dashboards", "figures", *GROUND}  # all that what managers see may reach
DOORS = {
    "IPython": {"dashboards", "reports", "workbench"},
    "adbc_driver_manager": {"records"},
    "adbc_driver_sqlite": {"records"},
    "ahocorasick_rs": {"retention", "rights"},
    "alembic": {"records"},
    "argon2": {"records"},
    "cryptography": {"intake", "records", "retention"},
    "dask": {"schedule"},
    "dateutil": {"dates"},
    "distributed": {"schedule"},
    "duckdb": {"families", "release", "rules", "workbench"},
    "faker": {"demo"},
    "highspy": {"release"},
    "holidays": {"dates"},
    "ipywidgets": {"dashboards"},
    "PIL": {"figures"},
    "reportlab": {"figures"},
    "jinja2": {"dashboards", "desk"},
    "jupyter_server": {"dashboards", "desk"},
    "jupyterlab_server": {"dashboards"},
    "keyring": {"records"},
    "nbclient": {"dashboards", "reports"},
    "nbconvert": {"reports"},
    "nbformat": {"reports"},
    "papermill": {"reports"},
    "pyrage": {"records"},
    "python_calamine": {"intake"},
    "rfc3161_client": {"records"},
    "splink": {"families"},
    "tornado": {"dashboards", "desk"},
    "traitlets": {"dashboards", "desk", "reports"},
    "typer": {"desk"},
    "voila": {"dashboards"},
    "xlsxwriter": {"figures"},
    "yaml": {"policy", "records"},
}
# Rooms that move rows in or out of the records, in the store's transactions.
DOORS["sqlalchemy"] = {"records", "rules", "intake", "sharing", "retention", "rights", "release", "families", "desk"}
EVERYWHERE = {"numpy", "pandas", "pyarrow"}  # the tables that walk from room to room
LONGEST = 350  # lines of a module: when it outgrows that it is two ideas
MOST = 12  # modules in a folder that one look still takes in
# the ground's files; a module for each kind of command; one for each change of the schema, which nobody reads together
ROOMY = {"hubdata", "hubdata/desk/commands", "hubdata/records/migrations/versions"}
COMMANDS = PACKAGE / "desk" / "commands"  # their face says once why each imports only when it is asked for
MEASURED = re.compile(r"#.*(\d m?s\b|second|Windows)")
WORK = {"basicConfig", "connect", "create_engine", "getenv", "mkdir", "now", "open", "open_hub", "Popen"}
WORK |= {"print", "read_bytes", "read_text", "run", "today", "urlopen", "utcnow"}
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}


def _modules() -> dict[str, ast.Module]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__")] = ast.parse(path.read_text("utf-8"))
    return found


MODULES = _modules()


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else "hubdata"


def _imports(module: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            inside = {f"{node.module}.{name.name}" for name in node.names} & MODULES.keys()
            yield from ((name, node.lineno) for name in inside or {node.module})


IMPORTS = {module: list(_imports(module)) for module in MODULES}


def _own() -> Iterator[tuple[str, str, int]]:
    """Every import of one module of ours by another, and its line."""
    for module, found in IMPORTS.items():
        yield from ((module, name, line) for name, line in found if name.startswith("hubdata."))


def test_every_room_stands_on_a_floor_and_imports_run_down():
    new = sorted({_room(module) for module in MODULES} - FLOOR.keys())
    upward = [
        f"{module}, line {line}: imports {name} from a floor above"
        for module, name, line in _own()
        if FLOOR.get(_room(name), 0) > FLOOR.get(_room(module), 0) and (module, _room(name)) != FRONT
    ]

    assert not new, f"say on which floor these stand: {new}"
    assert not upward, "\n".join(upward)


def test_imports_make_no_circle():
    try:
        TopologicalSorter({module: {name for name, _ in found} for module, found in IMPORTS.items()}).prepare()
    except CycleError as error:
        raise AssertionError("imports run in a circle: " + " → ".join(error.args[1])) from None


def test_a_third_party_package_comes_in_through_its_doors_only():
    outside = [
        (module, name.split(".")[0], line)
        for module, found in IMPORTS.items()
        for name, line in found
        if name.split(".")[0] not in {"hubdata", *sys.stdlib_module_names, *EVERYWHERE}
    ]
    wrong = [
        f"{module}, line {line}: {package} comes in through {', '.join(sorted(DOORS.get(package, {'no door yet'})))}"
        for module, package, line in outside
        if _room(module) not in DOORS.get(package, ())
    ]

    assert not wrong, "\n".join(wrong)
    used = {(package, _room(module)) for module, package, _ in outside}
    unused = {(package, room) for package, rooms in DOORS.items() for room in rooms} - used
    assert not unused, f"doors that nobody uses: {sorted(unused)}"


def test_what_managers_see_reaches_no_record():
    through = [
        f"{module}, line {line}: {name}"
        for module, name, line in _own()
        if _room(module) in ("dashboards", "figures") and _room(name) not in WALL
    ]

    assert not through, "\n".join(through)


def test_no_folder_holds_more_modules_than_one_look_takes_in():
    folders = [path for path in PACKAGE.rglob("*") if path.is_dir() and path.name != "__pycache__"]
    crowded = {
        str(folder.relative_to(PACKAGE.parent)): many
        for folder in [PACKAGE, *folders]
        if (many := sum(path.name != "__init__.py" for path in folder.glob("*.py"))) > MOST
    }
    faces = [
        f"{path}: an __init__ holds its docstring and nothing else"
        for path in PACKAGE.rglob("__init__.py")
        if path.parent != PACKAGE and len(ast.parse(path.read_text("utf-8")).body) != 1
    ]

    assert not crowded.keys() - ROOMY, crowded
    assert not faces, "\n".join(faces)


def test_no_module_is_longer_than_one_idea():
    lengths = {
        str(path.relative_to(PACKAGE.parent)): len(path.read_text("utf-8").splitlines())
        for path in PACKAGE.rglob("*.py")
    }

    assert {module for module, lines in lengths.items() if lines > LONGEST} == set()


def _inside(tree: ast.Module) -> set[int]:
    """The lines of imports inside functions."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {
        node.lineno
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }


def test_an_import_inside_a_function_says_what_it_saves():
    silent = []
    for path in PACKAGE.rglob("*.py"):
        lines, said = path.read_text("utf-8").splitlines(), set()
        for number in sorted(_inside(ast.parse("\n".join(lines)))):
            # on its line, on the one above, or on the first of several that stand together
            if number - 1 in said or any(MEASURED.search(line) for line in lines[number - 2 : number]):
                said.add(number)
            elif path.parent != COMMANDS:
                silent.append(
                    f"{path.relative_to(PACKAGE.parent)}, line {number}: say in a comment what it saves, measured"
                )

    assert not silent, "\n".join(silent)
    assert MEASURED.search("# " + (COMMANDS / "__init__.py").read_text("utf-8").replace("\n", " "))


def _drawing() -> str:
    """The house, a floor a line, each room with the first sentence of its face."""
    drawn = []
    for floor in FLOORS:
        if floor == FLOORS[0]:
            drawn.append(f"ground       {', '.join(floor)}")
            continue
        for room in floor:
            said = " ".join(ast.get_docstring(MODULES[f"hubdata.{room}"]).split("\n\n")[0].split())
            drawn += textwrap.wrap(f"{room + '/':<12} {said}", 116, subsequent_indent=" " * 13)
        drawn.append("")
    return "```text\n" + "\n".join(drawn).rstrip() + "\n```\n"


def test_the_drawing_of_the_house_is_the_house():
    begin, end = "<!-- the house: begin -->\n", "<!-- the house: end -->"
    before, rest = CONTRIBUTING.read_text("utf-8").split(begin)
    drawn, after = rest.split(end)
    if os.environ.get("HUBDATA_DRAW"):
        CONTRIBUTING.write_text(before + begin + _drawing() + end + after, "utf-8")
    else:
        assert drawn == _drawing(), "HUBDATA_DRAW=1 python -m pytest tests/test_house.py writes it again"


def _at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Everything that runs when a module is imported: all but the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _at_import(child)


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def test_importing_a_module_does_no_work_and_its_first_sentence_says_what_it_is_for():
    found = []
    for module, tree in MODULES.items():
        said = ast.get_docstring(tree)
        if not said or not said.split("\n\n")[0].rstrip().endswith("."):
            found.append(f"{module}: open with a sentence that says what it is for and what it must not do")
        if any(isinstance(node, ast.Name) and node.id == "TYPE_CHECKING" for node in ast.walk(tree)):
            found.append(f"{module}: an import for type checkers only")
        calls = [node for node in _at_import(tree) if isinstance(node, ast.Call) and _called(node) in WORK]
        if not module.startswith("hubdata.records.migrations"):
            found += [f"{module}, line {node.lineno}: works when it is imported, {_called(node)}()" for node in calls]

    assert not found, "\n".join(found)


def test_the_clock_is_read_and_the_product_s_files_are_found_in_one_place():
    found = []
    for module, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id == "__file__" and module != "hubdata.places":
                found.append(f"{module}, line {node.lineno}: ask hubdata.places where a file stands")
            if isinstance(node, ast.Attribute) and module != "hubdata.moments":
                of = getattr(node.value, "id", "")
                if (of, node.attr) in CLOCKS:
                    found.append(f"{module}, line {node.lineno}: ask hubdata.moments what time it is")

    assert not found, "\n".join(found)
