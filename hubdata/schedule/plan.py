"""The schedule as people wrote it, params/schedule.yaml: checked as a whole, every fault at once with file and line.

    packs:
      quarterly:
        title: Quarterly governance pack
        every: quarter                    # week, month, quarter, financial_year or calendar_year
        due: {working_day: 2}             # after the period's end; or {day: 5}; below 0: back from its last day
        at: "06:00"                       # England's time; left out: from the start of the day
        from: 2026-10-01                  # nothing that was due before is made up for
        covers: last_full_quarter         # left out: the last full period of `every`, or if due in it, what is over
        hubs: [all]
        late_after_working_days: 3
        reports: [retention, {report: outcomes, covers: last_4_full_quarters}]
        recipients: []

A hub's own packs stand in the same way in its notebooks/schedule.yaml. It opens no hub and runs nothing.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from hubdata import places
from hubdata.errors import BadParameter
from hubdata.policy import lined, read_yaml
from hubdata.policy import of as policy_of
from hubdata.reports import parameters as reports_parameters
from hubdata.reports.own import catalogue
from hubdata.schedule.calendar import Rule, Span, covered
from hubdata.schedule.check import ALL, check, rule_of
from hubdata.written import Written, refuse


@dataclass(frozen=True)
class Part:
    """One report of a pack: which days it covers, and what its notebook is told besides these."""

    report: str
    covers: str
    given: dict[str, object] = field(default_factory=dict)
    home: Path | None = None  # of the hub whose own report it may be

    def parameters(self, due: date, hub: str) -> dict[str, object]:
        """What the notebook is told when the pack is due on a day: the days covered, the hub, and what is given."""
        span = covered(self.covers, due)
        declared = reports_parameters.read(catalogue.notebook(self.report, self.home))
        days = {
            n: (span.last if n == "as_at" else span.first).isoformat()
            for n, p in declared.items()
            if p.is_date and p.required
        }
        return days | ({"hub": hub} if "hub" in declared else {}) | self.given

    def aside(self, due: date, period: Span) -> str:
        """Which days it covers, ` (1 July to 28 July 2026)`, if these are not the period that its pack is named by."""
        span = covered(self.covers, due)
        return "" if (span.first, span.last) == (period.first, period.last) else f" ({span.words})"


@dataclass(frozen=True)
class Pack:
    """Reports that come out together, when, for which hubs, and who is told."""

    name: str
    title: str
    rule: Rule
    late_after: int
    hubs: tuple[str, ...]
    parts: tuple[Part, ...]
    recipients: tuple[str, ...] = ()
    webhook: str = ""


def path() -> Path:
    """Where the schedule is written."""
    return places.params() / "schedule.yaml"


def own(home: Path | None) -> Path | None:
    """Where a hub's own packs are written, if it has any: beside its own reports."""
    file = home / catalogue.FOLDER / "schedule.yaml" if home else None
    return file if file is not None and file.is_file() else None


def read(file: Path | None = None, home: Path | None = None) -> tuple[Pack, ...]:
    """Every pack, in the order written; `home` is of the hub whose own reports and places it may have.

    A hub's own packs come after those that all have, and one of the same name takes the other's place. Raises Refused
    with every fault of a file, and nothing has run.
    """
    files = [file] if file else [path(), *filter(None, [own(home)])]
    packs = {name: body for each in files for name, body in _packs(each, home).items()}
    return tuple(_pack(name, body, home) for name, body in packs.items())


def _packs(file: Path, home: Path | None) -> dict[str, dict]:
    if not file.is_file():
        raise BadParameter(f"there is no schedule at {file}; write one, or set HUBDATA_PARAMS to a folder that has it")
    said, known = Written(read_yaml(file)), [ALL, *_hubs(home)]
    for pack in said.holds("packs", "write `packs:` and below it each pack by its name"):
        check(pack, known, home)
    refuse("the schedule has", lined(file, said.faults), ", so nothing was run")
    return said.value["packs"]


def _hubs(home: Path | None) -> list[str]:
    """Every hub that was ever registered: a pack may be made up for days when one still was."""
    return sorted({hub for entry in policy_of(home).history("hubs") for hub in entry.value})


def _pack(name: str, body: dict, home: Path | None) -> Pack:
    within = next(iter(body["due"].values())) < 0
    covers = body.get("covers", f"{body['every']}_to_date" if within else f"last_full_{body['every']}")
    parts = [part if isinstance(part, dict) else {"report": part} for part in body["reports"]]
    return Pack(
        name,
        body["title"],
        rule_of(body),
        body["late_after_working_days"],
        tuple(body["hubs"]),
        tuple(Part(each["report"], each.get("covers", covers), each.get("parameters", {}), home) for each in parts),
        tuple(body.get("recipients", ())),
        body.get("webhook", ""),
    )
