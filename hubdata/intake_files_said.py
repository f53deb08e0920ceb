"""What each file or sheet is on its own: whether it would load, and every reason why not; no hub is asked."""

from pathlib import Path

from hubdata import (
    intake_check,
    intake_files,
    intake_mapping_file,
    intake_read,
    intake_said,
    moments,
    policy,
    values,
)
from hubdata.csvfiles import Problem
from hubdata.intake_files import Bounds
from hubdata.intake_mapping import Mapping
from hubdata.intake_read import Reading, Source


def of(path: Path, partner: str) -> list[dict]:
    """A verdict for each file and sheet. `form` says whether it is whole as a table; `verdict` whether it would load.

    Raises BadParameter if there is nothing at `path`.
    """
    decided, day = policy.load(), moments.today()
    bounds, mapping, lists = Bounds.of(decided, day), intake_mapping_file.load(partner), values.Lists.of(decided, day)
    files = intake_files.found(path, bounds)
    unread: list[Problem] = []
    found = [_verdict(source, mapping, lists) for source in intake_read.sources(files, mapping.known(), bounds, unread)]
    found += [_said(one, "", "refused", "refused", [one]) for one in [*files.problems, *unread]]
    found += [_said(one, "", "refused", "not read", [one]) for one in files.told]
    return sorted(found, key=lambda one: (one["file"], one["sheet"]))


def _verdict(source: Source, mapping: Mapping, lists: values.Lists) -> dict:
    reading = Reading()
    intake_read.enter(reading, source, mapping)
    problems = reading.problems + intake_check.check(reading.found, lists)
    faults = [*source.faults, *(problem for problem in problems if problem not in source.faults)]
    said = _said(source, source.name, "refused" if source.faults else "whole", "refused" if faults else "loads", faults)
    if source.sheet is not None:
        said |= {"rows": len(source.sheet.table), "columns": source.sheet.table.num_columns}
    return said | {"tables": [*reading.found, *reading.broken - reading.found.keys()]}


def _said(of_what: Problem | Source, sheet: str, form: str, verdict: str, problems: list[Problem]) -> dict:
    return {"file": of_what.file, "sheet": sheet, "tables": [], "form": form, "verdict": verdict, "rows": None,
            "columns": None, "problems": problems}  # fmt: skip


def refused(verdicts: list[dict]) -> bool:
    """Whether any file would not load."""
    return any(one["verdict"] == "refused" for one in verdicts)


def lines(verdicts: list[dict]) -> list[str]:
    """A line for each file, and its faults below."""
    said = []
    for one in verdicts:
        place = one["file"] + (f", sheet {one['sheet']}" if one["sheet"] else "")
        size = f" ({one['rows']:,} rows)" if one["rows"] is not None else ""
        said.append(f"{place}: {one['verdict']}{size}")
        said += [f"  {intake_said.sentence(problem)}" for problem in one["problems"][:20]]
    return said
