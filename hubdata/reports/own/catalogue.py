"""Which reports there are: ours, and a hub's own, each a notebook with a file of parameters beside it; it runs none.

hub/notebooks/contacts.ipynb    a cell tagged `parameters`, and first a cell with the title and the question
hub/notebooks/contacts.yaml     as_at: 2026-09-30
"""

import json
import re
from hashlib import sha256
from pathlib import Path

from hubdata import places
from hubdata.errors import BadParameter

# What hubdata.reports.page describes, which is not imported: it loads DuckDB, and nothing due should wait for that.
TAKEN = ("again", "check", "new", "schedule")  # words of `hubdata report`, and the file of packs of one's own
OURS = ("data_rights", "outcomes", "promises", "quality", "retention", "sharing_audit")
BOARD = "promises"
FOLDER = "notebooks"
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
TITLE = re.compile(r"^# +(\S.*)$", re.MULTILINE)


def own(home: Path | None) -> list[str]:
    """The names of a hub's own reports: every notebook in its folder whose name can be one and is none of ours."""
    found = sorted((home / FOLDER).glob("*.ipynb")) if home else []
    return [path.stem for path in found if NAME.fullmatch(path.stem) and path.stem not in (*OURS, *TAKEN)]


def notebook(report: str, home: Path | None = None) -> Path:
    """A report's notebook. Raises BadParameter, with the reports that there are, if it is none of them."""
    if report in OURS:
        return places.NOTEBOOKS / f"{report}.ipynb"
    if report in own(home) and home:
        return home / FOLDER / f"{report}.ipynb"
    listed = ", ".join([*OURS, *own(home)])
    raise BadParameter(f"there is no report {report!r}; allowed are {listed}")


def parameter_file(report: str, home: Path | None = None) -> Path:
    """The file of a report's parameters: ours in params/reports, an own report's beside its notebook."""
    beside = notebook(report, home)
    return places.params() / "reports" / f"{report}.yaml" if report in OURS else beside.with_suffix(".yaml")


def title(path: Path) -> str:
    """A notebook's own title, or its name where it has none."""
    found = TITLE.search(first(path))
    return found[1].strip() if found else path.stem.replace("_", " ").capitalize()


def first(path: Path) -> str:
    """What a notebook's first cell says, if that is text. Raises BadParameter if the file is no notebook."""
    said = read(path)["cells"][:1]
    return "".join(said[0]["source"]) if said and said[0]["cell_type"] == "markdown" else ""


def read(path: Path) -> dict:
    """A notebook as JSON. Raises BadParameter if the file is none."""
    try:
        said = json.loads(path.read_text("utf-8"))
        if all({"cell_type", "source", "metadata"} <= cell.keys() for cell in said["cells"]):
            return said
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise BadParameter(f"{path} is no notebook; save it in JupyterLab again, or start one with `hubdata report new`")


def code(report: str, home: Path | None, rules: dict[str, str]) -> dict[str, str]:
    """What a report has of code beside ours, by its SHA-256: of own rules, an own notebook and the SQL files beside it.

    Of ours the promise board alone runs own rules.
    """
    judged = {f"rules/{name}": sha256(text.encode()).hexdigest() for name, text in rules.items()}
    if report in OURS:
        return judged if report == BOARD else {}
    path = notebook(report, home)
    beside = sorted(path.parent.glob("*.sql"))
    return {each.name: sha256(each.read_bytes()).hexdigest() for each in (path, *beside)} | judged
