"""A return's result in sentences, for whoever sent it; it decides nothing."""

from pathlib import Path

from hubdata import moments, policy
from hubdata.intake import cells, check
from hubdata.intake import read as intake_read
from hubdata.intake.files import found as files_found
from hubdata.intake.files.csv import Problem
from hubdata.intake.files.found import Bounds
from hubdata.intake.mapping import read as mapping_read
from hubdata.intake.mapping.apply import Mapping
from hubdata.intake.read import Reading, Source
from hubdata.intake.take import Result

DONE = {
    "applied": "The return was applied.",
    "unchanged": "The hub already holds all of this return: nothing changed.",
    "paused": "The return waits for a person, because it would touch so much:",
}


def lines(result: Result, dry_run: bool = False, most: int = 200) -> list[str]:
    """The result for a reader: what was done, or every problem with its file and line."""
    told = [f"  Told: {sentence(p)}" for p in result.warnings[:most]]
    if result.status == "refused":
        count = len(result.problems)
        said = [f"The return was refused: {count:,} {'problem' if count == 1 else 'problems'}. Nothing was written."]
        said += [sentence(p) for p in result.problems[:most]]
        said += [f"and {count - most:,} more (--json lists them all)"] if count > most else []
        return [*said, *told, *(f"Not checked: {one}." for one in result.not_run)]
    done = "The return would be applied." if dry_run and result.status == "applied" else DONE[result.status]
    counts = [
        f"  {t}: " + ", ".join(f"{number:,} {what}" for what, number in c.items()) for t, c in result.tables.items()
    ]
    return [done, *_paused(result), *counts, *_then(result), *told]


def _then(result: Result) -> list[str]:
    """What an officer does about families that are new."""
    new = result.status == "applied" and result.tables.get("families", {}).get("added")
    return ["New families may be on record already: `hubdata duplicates list` shows which look alike."] if new else []


def _paused(result: Result) -> list[str]:
    said = [f"  {why}" for why in result.paused.get("why", [])]
    if number := result.paused.get("return"):
        said.append(
            f"It is kept encrypted as {number}. Run `hubdata intake resume {number} --reason …` "
            f"or `hubdata intake discard {number} --reason …`."
        )
    return said


def sentence(problem: Problem) -> str:
    """One problem with its place."""
    where = [problem.file] * bool(problem.file) + [f"sheet {problem.sheet}"] * bool(problem.sheet)
    where += [f"{'row' if problem.sheet else 'line'} {problem.line}"] * bool(problem.line)
    place = ", ".join([*where, *([problem.column] if problem.column else [])])
    return f"{place}: {problem.message}" if place else problem.message


def of(path: Path, partner: str, decided: policy.Policy, home: Path | None = None) -> list[dict]:
    """A verdict for each file and sheet. `form` says whether it is whole as a table; `verdict` whether it would load.

    Raises BadParameter if there is nothing at `path`.
    """
    day = moments.today()
    bounds, mapping, lists = Bounds.of(decided, day), mapping_read.load(partner, home), cells.Lists.of(decided, day)
    files = files_found.found(path, bounds)
    unread: list[Problem] = []
    found = [_verdict(source, mapping, lists) for source in intake_read.sources(files, mapping.known(), bounds, unread)]
    found += [_said(one, "", "refused", "refused", [one]) for one in [*files.problems, *unread]]
    found += [_said(one, "", "refused", "not read", [one]) for one in files.told]
    return sorted(found, key=lambda one: (one["file"], one["sheet"]))


def _verdict(source: Source, mapping: Mapping, lists: cells.Lists) -> dict:
    reading = Reading()
    intake_read.enter(reading, source, mapping)
    problems = reading.problems + check.check(reading.found, lists)
    faults = [*source.faults, *(problem for problem in problems if problem not in source.faults)]
    passed = [problem for problem in reading.told if problem.code in ("not-read", "left-out")]
    verdict = "refused" if faults else "not read" if passed and not reading.found else "loads"
    form = "refused" if source.faults else "whole"
    said = _said(source, source.name, form, verdict, faults or (passed if verdict == "not read" else []))
    if source.sheet is not None:
        said |= {"rows": len(source.sheet.table), "columns": source.sheet.table.num_columns}
    return said | {"tables": [*reading.found, *reading.broken - reading.found.keys()]}


def _said(of_what: Problem | Source, sheet: str, form: str, verdict: str, problems: list[Problem]) -> dict:
    return {
        "file": of_what.file,
        "sheet": sheet,
        "tables": [],
        "form": form,
        "verdict": verdict,
        "rows": None,
        "columns": None,
        "problems": problems,
    }


def refused(verdicts: list[dict]) -> bool:
    """Whether any file would not load."""
    return any(one["verdict"] == "refused" for one in verdicts)


def files_lines(verdicts: list[dict]) -> list[str]:
    """A line for each file, and its faults below."""
    said = []
    for one in verdicts:
        place = one["file"] + (f", sheet {one['sheet']}" if one["sheet"] else "")
        size = f" ({one['rows']:,} rows)" if one["rows"] is not None else ""
        said.append(f"{place}: {one['verdict']}{size}")
        said += [f"  {sentence(problem)}" for problem in one["problems"][:20]]
    return said
