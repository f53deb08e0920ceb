"""What a command line asks of reports: parameters from a file, from options or for a day; nothing runs here."""

from datetime import date
from pathlib import Path

from hubdata import dates
from hubdata.errors import BadParameter
from hubdata.policy import read_yaml
from hubdata.reports import run as reports
from hubdata.reports.own import catalogue

PACKS = {"all": ("promises", "retention", "sharing_audit", "outcomes", "data_rights", "quality")}


def given(
    report: str, file: Path | None, pairs: dict[str, str], asked: date | None, day: date, home: Path | None = None
) -> dict[str, object]:
    """The parameters of one report: the file's, or those for the day asked for (else `day`); then what was asked.

    Raises BadParameter if the file is missing or is not a list of names and values.
    """
    told = ({"as_at": asked.isoformat()} if asked else {}) | pairs
    asked_for = dates.parse(told["as_at"], "as_at") if "as_at" in told else day
    return (_file(file) if file else for_day(report, asked_for, home)) | told


def _file(path: Path) -> dict[str, object]:
    if not path.is_file():
        raise BadParameter(f"there is no parameter file at {path}")
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise BadParameter(f"{path.name} is not a list of names and values")
    return content


def for_day(report: str, day: date, home: Path | None = None) -> dict[str, object]:
    """The parameters of a report as at a day: its other dates start with the quarter that the day lies in."""
    declared = reports.declared(report, home)
    quarter = day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
    return {n: (day if n == "as_at" else quarter).isoformat() for n, p in declared.items() if p.is_date and p.required}


def pack(name: str, day: date, home: Path | None = None) -> list[reports.Order]:
    """The checked orders of a pack as at a day; `all` has the hub's own reports too.

    Raises BadParameter if there is no such pack.
    """
    if name not in PACKS:
        raise BadParameter(f"there is no pack {name!r}; allowed are {', '.join(PACKS)}")
    asked = (*PACKS[name], *(catalogue.own(home) if name == "all" else ()))
    return [reports.order(report, for_day(report, day, home), home) for report in asked]


def lines(run: reports.Run) -> list[str]:
    """A finished run for a reader: the page to open and what was found."""
    found = ", ".join(f"{code} {count}" for code, count in run.findings.items() if count) or "nothing"
    return [f"{run.report}: {run.folder / (run.report + '.html')}", f"  found: {found}"]
