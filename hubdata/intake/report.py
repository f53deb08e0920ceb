"""What was wrong with a return as an .xlsx and an .html that a partner's clerk can work through; no value that may be
personal is in it, and nothing in it is a formula.

It is written only where it was asked for; places outside the home are noted, so that a disposal follows it there.
"""

from pathlib import Path

from hubdata import moments
from hubdata.figures import workbook
from hubdata.figures.html import Html, element, framed, header, points
from hubdata.figures.table import Column, Table
from hubdata.intake.files.csv import Problem
from hubdata.intake.take import Result
from hubdata.records import elsewhere
from hubdata.records.store import Hub

NAMES = ("return-report.xlsx", "return-report.html")
MOST = 5_000  # rows of a list: a clerk corrects the first hundreds at their source, and sends the return again
PROBLEMS = (
    Column("severity", "Severity"),
    Column("file", "File"),
    Column("sheet", "Sheet", missing="none"),
    Column("row", "Row", missing="whole file"),
    Column("column", "Column", missing="whole row"),
    Column("code", "Rule"),
    Column("found", "What was found"),
    Column("fix", "What is allowed, and what to do"),
    Column("done", "Done", missing="to do"),
)
COUNTS = (Column("table", "Table"), Column("what", "What", missing="none"), Column("rows", "Rows", "number"))
TITLE = "Return report"
FOOT = "No name, date of birth or free text of the return is repeated here."
STATUS = {
    "refused": "The return was refused and nothing stored. Correct what is listed at its source and send it again.",
    "applied": "The return was applied.",
    "unchanged": "The hub already holds all of this return.",
    "paused": "The return waits for a person of the hub to decide.",
}
TRIED = {
    "applied": "The return would be applied.",
    "paused": "The return would wait for a person of the hub to decide.",
}


def write(hub: Hub, result: Result, sent: Path, folder: Path, dry_run: bool = False) -> list[Path]:
    """Write both files into a folder, made if it is not there. Raises OSError if they cannot be written."""
    answer = (STATUS | (TRIED if dry_run else {}))[result.status]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    places, tables = [folder / name for name in NAMES], _tables(result, sent.name)
    for place in places:
        elsewhere.note(hub.home, elsewhere.FILE, place, folder)
        place.touch(mode=0o600)
    made_on = moments.today()
    cover = workbook.Cover(TITLE, (answer,), tuple(f"Not checked: {one}." for one in result.not_run))
    workbook.write(places[0], cover, tables, made_on, working=True)
    places[1].write_text(_page(result, answer, tables), "utf-8")
    return places


def _tables(result: Result, sent: str) -> list[Table]:
    listed = [("fault: refuses the return", p) for p in result.problems] + [("told", p) for p in result.warnings]
    scope, said = f"Everything found in {sent}", f"{len(result.problems):,} faults and {len(result.warnings):,} remarks"
    notes = (f"The first {MOST:,} of {len(listed):,} are listed; the others are of the same kinds.",) * (
        len(listed) > MOST
    )
    rows = tuple(_row(severity, problem) for severity, problem in listed[:MOST])
    counts = tuple((table, what, number) for table, said in result.tables.items() for what, number in said.items())
    return [
        Table("problems", said, scope, PROBLEMS, rows, notes=notes, empty="No fault was found."),
        Table(
            "rows",
            "What the return would do to the hub, or did",
            scope,
            COUNTS,
            counts,
            empty="Rows are compared with the hub once a return has no faults.",
        ),
    ]


def _row(severity: str, problem: Problem) -> tuple:
    found, _, fix = problem.message.partition("; ")
    place = (problem.file or "the return", problem.sheet or None, str(problem.line) if problem.line else None)
    return (severity, *place, problem.column or None, problem.code, found, fix or "see what was found", None)


def _page(result: Result, answer: str, tables: list[Table]) -> Html:
    missed = [f"Not checked: {one}." for one in result.not_run]
    body = [element("p", answer, class_="answer"), *([points(missed)] if missed else [])]
    head = header("Family Hub", "For whoever sent the return", TITLE)
    return framed(TITLE, head, [*body, *(table.html() for table in tables)], FOOT)
