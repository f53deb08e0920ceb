"""Starts a report of one's own: a notebook that runs as it is, with its parameter file; it never writes over one."""

from datetime import date
from pathlib import Path

import nbformat
from nbformat import v4

from hubdata.errors import BadParameter
from hubdata.records import private
from hubdata.reports.own import catalogue

TEXT = """# {title}

**How many families does each hub support, and since when?** For information governance officers. Write
here your own question, and for whom it is answered."""
PARAMETERS = """as_at: str = "{day}"  # required: last day covered, YYYY-MM-DD
hub: str = "all"  # code of one hub, or all"""
OPEN = """import hubdata

records = hubdata.open()
view = records.as_at(as_at)
supported = view.sql(
    "SELECT hub, count(*) AS families, min(opened_on) AS first_opened FROM families "
    "WHERE opened_on <= $day AND coalesce(closed_on > $day, true) AND $hub IN ('all', hub) GROUP BY hub ORDER BY hub",
    day=view.as_at,
    hub=hub,
)
supported["hub"] = supported["hub"].replace(view.labels("families", "hub"))"""
SHOW = """records.show(
    supported,
    title=f"{supported['families'].sum():,} families are supported",
    scope=f"Open records by hub, {view.when}",
    chart="bars",
)"""


def start(report: str, home: Path, day: date) -> Path:
    """The new notebook. Raises BadParameter if the name can be none or is taken."""
    if not catalogue.NAME.fullmatch(report):
        raise BadParameter(
            f"{report!r} can be no report's name: write lower-case letters, digits and _, a letter first, at most 40"
        )
    folder = home / catalogue.FOLDER
    path = folder / f"{report}.ipynb"
    if report in (*catalogue.OURS, *catalogue.TAKEN) or path.exists() or path.with_suffix(".yaml").exists():
        raise BadParameter(f"there is a report {report!r} already; choose another name")
    private.folder(folder)
    private.write(path, nbformat.writes(_notebook(report, day)) + "\n")
    private.write(path.with_suffix(".yaml"), f"# What a run is told that is given nothing else.\nas_at: {day}\n")
    return path


def _notebook(report: str, day: date) -> nbformat.NotebookNode:
    title = report.replace("_", " ").capitalize()
    cells = [
        v4.new_markdown_cell(TEXT.format(title=title)),
        v4.new_code_cell(PARAMETERS.format(day=day), metadata={"tags": ["parameters"]}),
        v4.new_code_cell(OPEN),
        v4.new_markdown_cell("## By hub\n\nSay in a sentence what the figure below is about."),
        v4.new_code_cell(SHOW),
    ]
    for number, cell in enumerate(cells, 1):
        cell.id = f"cell-{number:02d}"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return v4.new_notebook(cells=cells, metadata=kernel)
