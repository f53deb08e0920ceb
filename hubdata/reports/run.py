"""Runs reports: refuses wrong parameters, executes notebooks over one snapshot, and keeps each as a bundle.

It knows no figure and no rule; what a report says is in its notebook.
"""

import json
import platform
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from hubdata import __version__, moments, places
from hubdata.errors import BadParameter, HubError
from hubdata.policy import Policy, read_yaml
from hubdata.records import elsewhere, folders, ledger
from hubdata.records.snapshot import names as hub_names
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.reports import parameters, promises
from hubdata.reports.own import catalogue, names
from hubdata.reports.page import ALL, REPORTS, Question, Report

# papermill and nbconvert load jsonschema, which builds a grammar for web addresses that no notebook schema uses: 1.5 s
# of every run, measured. Saying that the grammar is not installed makes jsonschema do without it.
sys.modules.setdefault("rfc3987_syntax", cast(ModuleType, None))

PACKAGES = ("duckdb", "nbconvert", "papermill", "pyarrow", "sqlalchemy", "xlsxwriter")
AT_A_TIME = 2  # kernels of a pack; each is one busy process
AHEAD = 2 * AT_A_TIME  # executed notebooks that may wait for their bundles, however many are asked for

Progress = Callable[[str, int, int], None]


INPUTS = ("report", "parameters", "snapshot", "policy", "decisions", "code")  # what gives a run its name


@dataclass(frozen=True)
class Run:
    """A finished report: where its bundle is and how often each check found something."""

    run: str
    report: str
    status: str
    folder: Path
    files: list[str]
    findings: dict[str, int]


@dataclass(frozen=True)
class Order:
    """One report asked for, its parameters checked; `scheduled` says for which pack, period and hub, if for any."""

    report: str
    values: dict[str, Any]
    scheduled: dict[str, str] = field(default_factory=dict)
    home: Path | None = None  # of the hub whose own report it is

    @property
    def question(self) -> Question:
        days = {key: date.fromisoformat(self.values[key]) for key in ("as_at", "period_from") if key in self.values}
        return Question(days["as_at"], days.get("period_from"), self.values.get("hub", ALL))

    @property
    def notebook(self) -> Path:
        return catalogue.notebook(self.report, self.home)

    @property
    def about(self) -> Report:
        """What it is about; an own report stands on every decided value, for nobody can tell on which."""
        return REPORTS.get(self.report) or Report(catalogue.title(self.notebook), (), None)

    @property
    def period(self) -> str:
        """The folder name of the days covered: 2026-09-30 or 2026-07-01_to_2026-09-30."""
        first = f"{self.question.first}_to_" if self.question.first else ""
        return f"{first}{self.question.as_at}"


def declared(report: str, home: Path | None = None) -> dict[str, parameters.Parameter]:
    """The parameters of a report, ours or the own one of a hub.

    Raises BadParameter with the reports that there are if it is none of them, or if one cannot be run as a report.
    """
    said = parameters.read(catalogue.notebook(report, home))
    if "as_at" not in said or not said["as_at"].is_date:
        raise BadParameter(f"{report} does not declare as_at; `hubdata report check {report}` says what is missing")
    return said


def defaults(report: str, home: Path | None = None) -> dict[str, object]:
    """The parameters in a report's file, for a run that gives none of its own."""
    file = catalogue.parameter_file(report, home)
    if not file.is_file():
        raise BadParameter(f"there is no parameter file at {file}; write one, with a line `as_at:` and a day")
    return read_yaml(file)


def order(report: str, given: dict[str, object] | None = None, home: Path | None = None) -> Order:
    """A report asked for, with `given` or else its parameter file; no kernel starts.

    Raises BadParameter with every fault on one line if a name is unknown, missing or has a wrong value.
    """
    told = parameters.check(declared(report, home), defaults(report, home) if given is None else given)
    asked = Order(report, told, home=None if report in REPORTS else home)
    asked.question.check()
    return asked


def run(
    report: str,
    hub: Hub,
    given: dict[str, object] | None = None,
    out: Path | None = None,
    held: Snapshot | None = None,
    progress: Progress | None = None,
) -> Run:
    """Run one report and keep its bundle under `out`, or the hub's own reports. `held` is a snapshot already taken.

    `progress` is told the report, the cell that starts, and how many there are.
    """
    (done,) = run_pack(hub, [order(report, given, hub.home)], out, held, progress)
    return done


def run_pack(
    hub: Hub,
    orders: list[Order] | None = None,
    out: Path | None = None,
    held: Snapshot | None = None,
    progress: Progress | None = None,
) -> list[Run]:
    """Run several reports, or all with their parameter files, over one snapshot, two kernels at a time."""
    orders = [order(report) for report in REPORTS] if orders is None else orders
    held = held or snapshots.take(hub)
    for asked in orders:
        asked.question.of(held, held.decided)
    kept = []
    for _, done in finished(hub, orders, held, out, progress):
        if isinstance(done, HubError):
            raise done
        kept.append(done)
    return kept


def finished(
    hub: Hub,
    orders: list[Order],
    held: Snapshot,
    out: Path | None = None,
    progress: Progress | None = None,
    server: Any = None,
) -> Iterator[tuple[Order, Run | HubError]]:
    """Each order, in turn, with its bundle or with what stopped it; one that fails stops no other.

    `server` is what `execution.forks` gave, to run them in forks of one process instead of a kernel each. The snapshot
    is on disk, privately, only meanwhile.
    """
    from hubdata.reports import execution  # papermill: half a second that no other command should pay

    root, running = out or hub.home / "reports", deque[tuple[Order, Future]]()
    context = Context.of(hub, held, held.decided)
    with ExitStack() as open_:
        folder = open_.enter_context(folders.folder(hub.home))
        pool = open_.enter_context(ThreadPoolExecutor(AT_A_TIME))
        held.save(folder / "snapshot", hub.home)

        def start(asked: Order) -> tuple[Order, Future]:
            asked.question.of(held, context.policy)
            asked = replace(asked, values=promises.completed(asked.values, hub, root))
            told = _step(asked, progress or _silent)
            return asked, pool.submit(
                execution.execute, asked.notebook, asked.values, folder / "snapshot", told, server
            )

        for asked in orders:
            while running and (len(running) >= AHEAD or "before" in asked.values):  # what came before must be kept
                yield _finish(running.popleft(), context, root, folder)
            try:
                running.append(start(asked))
            except HubError as fault:
                yield asked, fault
        while running:
            yield _finish(running.popleft(), context, root, folder)


def _finish(begun: tuple[Order, Future], context: "Context", root: Path, beside: Path) -> tuple:
    """An order with its bundle, built in the folder `beside` that nobody else sees, or with what stopped it."""
    asked, executed = begun
    try:
        return asked, _keep(asked, executed.result(), context, root, beside)
    except HubError as fault:
        return asked, fault
    except OSError as error:
        why = error.strerror or type(error).__name__
        return asked, HubError(f"the disk did not take the {asked.report} report ({why}); nothing was kept")


@dataclass(frozen=True)
class Context:
    """What all reports of a pack share: the records, the decisions, and where the audit chain stood."""

    records: Snapshot
    policy: Policy
    audit_head: dict
    sought: Callable[[], hub_names.Known] | None = None  # the names that the hub has, read when an own report is kept

    @classmethod
    def of(cls, hub: Hub, records: Snapshot, policy: Policy) -> "Context":
        """These records and decisions, with the audit chain of the hub as it stands."""
        with hub.read() as connection:
            sequence, head = ledger.head(connection)
        return cls(records, policy, {"seq": sequence, "hash": head}, lambda: hub_names.known(hub))

    def manifest(self, report: str, values: dict, names: tuple[str, ...], as_at: date, own: dict | None = None) -> dict:
        """How it was made, with the decided values `names`; what has the same `run` has the same content.

        `own` is what an own report has of code beside ours: the SHA-256 of its notebook, and of SQL files.
        """
        used = [self.policy.entry(name, as_at) for name in names]
        said = {
            "report": report,
            "parameters": values,
            "snapshot": {"sha256": self.records.sha256, "rows": self.records.rows},
            "policy": [
                {
                    "name": entry.name,
                    "value": entry.value,
                    "unit": entry.unit,
                    "source": entry.source,
                    "assumption": entry.assumption,
                }
                for entry in used
            ],
            "decisions": self.policy.digest or "none",
            "code": {"version": __version__, "sha256": code()} | ({"own": own} if own else {}),
        }
        plain = json.loads(json.dumps(said, default=str))  # a decided value may be a date
        return {"run": run_id(plain), **plain, "audit_head": self.audit_head, **_made()}


def run_id(said: dict) -> str:
    """The name of the run that a manifest's inputs make: a hash over exactly these."""
    plain = {key: said[key] for key in INPUTS if key in said}
    return sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:12]


def _step(asked: Order, progress: Progress) -> Callable[[int, int], None]:
    return lambda cell, cells: progress(asked.report, cell, cells)


def _silent(report: str, cell: int, cells: int) -> None:
    """Tell nobody."""


def _keep(asked: Order, notebook, context: Context, root: Path, beside: Path) -> Run:
    from hubdata.reports import bundle  # nbconvert: another half a second, paid while kernels run

    report, as_at = asked.about, asked.question.as_at
    own = catalogue.code(asked.report, asked.home, context.records.own)
    if asked.report not in REPORTS and context.sought:
        names.refuse(context.sought(), asked.report, notebook)
    used = report.names(context.policy, as_at)
    manifest = context.manifest(asked.report, asked.values, used, as_at, own)
    manifest |= {"schedule": asked.scheduled} if asked.scheduled else {}
    words = asked.question.words(context.policy.value("hubs", as_at))
    heading = bundle.Heading(f"{report.title}, {words['period']}, {words['hub']}", as_at)
    elsewhere.note(beside.parents[1], elsewhere.BUNDLES, root / asked.report / asked.period, root)
    folder = bundle.build(
        root / asked.report / asked.period,
        manifest["run"],
        lambda hidden: bundle.write(hidden, asked.report, notebook, heading, manifest),
        beside if root.is_relative_to(beside.parents[1]) else None,
    )
    found = bundle.findings(bundle.tables(notebook))
    return Run(folder.name, asked.report, "done", folder, sorted(p.name for p in folder.iterdir()), found)


def _made() -> dict:
    """What differs from one making to the next, or from one machine to another."""
    packages = {name: version(name) for name in PACKAGES}
    made_at = moments.now().isoformat(timespec="seconds")
    return {"made_at": made_at, "packages": {"python": platform.python_version(), **packages}}


@cache
def code() -> str:
    """One hash over the package and the notebooks, so that a run says which code made it."""
    kinds = ("*.py", "*.sql", "*.j2", "*.css")
    package = sorted(path for kind in kinds for path in places.PACKAGE.rglob(kind))
    digest = sha256()
    for path in [*package, *sorted(places.NOTEBOOKS.glob("*.ipynb"))]:  # the same installed and in a checkout
        digest.update(path.name.encode() + sha256(path.read_bytes()).digest())
    return digest.hexdigest()
