"""What a report's notebook calls: one page over one snapshot, whose every call shows a finished part of it.

It judges nothing (the rules do) and reads no clock. Set HUBDATA_SNAPSHOT to a saved snapshot's folder and no
database is opened at all: that is how the reports of one pack speak of the same records.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from hubdata import __version__, dates, periods, places
from hubdata.errors import BadParameter
from hubdata.figures.bars import Chart
from hubdata.figures.dots import Dots
from hubdata.figures.parts import KEPT, Facts, Register, Source, Text, answer, shortened
from hubdata.figures.table import Table
from hubdata.policy import Entry, Policy
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.reports import parameters, promises
from hubdata.reports.questions import read
from hubdata.rules import findings, judge, readings
from hubdata.rules.own import run as own
from hubdata.terms import Decision, DisposalStatus, DutyClass, HoldCode, OrganisationKind, RequestKind

ALL = "all"
LONGEST = 500  # rows of a list; a longer one says how many there are and where they all are
SHOWN_AS = {"facts": Facts, "register": Register}
CURRENCY = "freshness"  # judged for every report, so that a partner's figures say how current they are
CHECK: dict[str, str] = dict.fromkeys(("code", "family", "severity", "promise", "sentence", "what_to_do"), "VARCHAR")
SCALE = {
    "instrument": "VARCHAR",
    "lowest": "DOUBLE",
    "highest": "DOUBLE",
    "better": "VARCHAR",
    "meaningful_change": "DOUBLE",
    "source": "VARCHAR",
}
OWN_RULES: dict[str, str] = dict.fromkeys(("code", "sentence", "promise", "severity", "to_do", "why"), "VARCHAR")
OWN_RULES |= {"found": "BIGINT"}
DECIDED = dict.fromkeys(("name", "value", "unit", "source", "assumption"), "VARCHAR") | {"last_checked": "DATE"}
TERMS = {
    "hold_codes": HoldCode,
    "duty_classes": DutyClass,
    "disposal_statuses": DisposalStatus,
    "organisation_kinds": OrganisationKind,
    "decisions": Decision,
    "request_kinds": RequestKind,
}
REGISTERS = ("hubs", "areas", "categories", "need_reasons", "share_purposes", "instruments", "rights.exemptions")


@dataclass(frozen=True)
class Report:
    """What a report is about: the rule families it shows and the policy values that it stands on."""

    title: str
    families: tuple[str, ...]
    policy: tuple[str, ...] | None  # None: every value in force
    put: Callable = judge.put
    tables: Callable | None = None  # what its figures ask besides the records, from what people decided and were asked

    def names(self, policy: Policy, day: date) -> tuple[str, ...]:
        """The policy values that it stands on, of those in force on a day."""
        of = policy.names() if self.policy is None else self.policy
        return tuple(name for name in of if not policy.unset(name, day))


REPORTS = {
    "retention": Report("Retention", ("retention", "partners"), ("retention.rules", "retention.stale_after_days")),
    "sharing_audit": Report(
        "Sharing audit",
        ("sharing", "basis"),
        (
            "sharing.not_yet_told_days",
            "sharing.record_within_days",
            "categories",
            "lawful_basis.hub_working",
            "lawful_basis.additional_support",
            "lawful_basis.evaluation",
            "lawful_basis.safeguarding",
            "lawful_basis.welfare",
            "lawful_basis.legal_duty",
            "legal_power.welfare",
        ),
    ),
    "data_rights": Report(
        "Data rights",
        ("rights",),
        (
            "rights.period_months",
            "rights.extension_months",
            "rights.clarification_pauses",
            "rights.target_days",
            "rights.due_soon_days",
            "rights.complaint_acknowledge_days",
            "complaints.progress",
            "rights.must_say",
            "rights.bank_holidays_known_until",
            "rights.exemptions",
            "rights.pack_kept_days",
        ),
    ),
    "quality": Report(
        "Quality by partner",
        ("freshness", "quality"),
        ("freshness.update_within_days", "freshness.untouched_after_days", "retention.stale_after_days"),
    ),
    "promises": Report("Promise board", judge.FAMILIES, None, promises.put, promises.tables),
    "outcomes": Report(
        "Outcomes",
        ("outcomes", "leads", "continuity", "freshness", "evaluation"),
        (
            "outcomes.review_within_days",
            "outcomes.fewest_for_a_rate",
            "outcomes.sustained_after_months",
            "outcomes.reopened_within_months",
            "leads.contact_within_days",
            "freshness.update_within_days",
            "instruments",
            "directory.taxonomy",
            "directory.everywhere",
        ),
    ),
}


@dataclass(frozen=True)
class Question:
    """What a report is asked: up to which day, since when, of which hub, and as known at the end of which day."""

    as_at: date
    first: date | None = None
    hub: str = ALL
    known_at: date = date.max

    def check(self) -> "Question":
        """This question, if its period is one. Raises BadParameter if it starts after it ends."""
        if self.first and self.first > self.as_at:
            first, last = dates.words(self.first), dates.words(self.as_at)
            raise BadParameter(f"period_from {first} is after as_at {last}; write the earlier day first")
        return self

    def of(self, records: Snapshot, policy: Policy) -> "Question":
        """This question, if it names a hub that exists. Raises BadParameter with the hubs that do."""
        known = {
            *policy.labels("hubs", self.as_at),
            *records.tables["families"].column("hub").unique().to_pylist(),
        }
        if self.hub != ALL and self.hub not in known:
            raise BadParameter(f"hub {self.hub!r} is not known; allowed are {', '.join([ALL, *sorted(known)])}")
        return self.check()

    def words(self, hubs: dict[str, str]) -> dict[str, str]:
        """How captions name the question."""
        first = f"{dates.words(self.first)} to " if self.first else ""
        hub = "all hubs" if self.hub == ALL else hubs.get(self.hub, self.hub)
        return {"hub": hub, "as_at": dates.words(self.as_at), "period": first + dates.words(self.as_at)}


class Page:
    """One report over one snapshot."""

    def __init__(
        self,
        name: str,
        question: Question,
        records: Snapshot,
        policy: Policy,
        report: Report | None = None,
        given: dict[str, str] | None = None,
    ):
        report = report or REPORTS[name]
        self._figures = read.load("common") | read.load(name)
        self._partly = [records.partly] if records.partly else []
        self._words = question.of(records, policy).words(policy.labels("hubs", question.as_at))
        families = tuple(dict.fromkeys((*report.families, CURRENCY)))
        text = " ".join([*map(judge.sql, families), read.text("common"), read.text(name)])
        self._database = judge.connect(records, policy, question.as_at, text=text)
        for family in families:
            report.put(family, self._database, policy, question.as_at, known_at=question.known_at)
        if name == "retention":
            readings.compare(self._database, policy, question.as_at)
        for table, (columns, rows) in _decisions(report, policy, question.as_at).items():
            _put(self._database, table, columns, rows)
        if report.tables:
            self._put_own(report, report.tables(policy, question.as_at, **(given or {})))
        if "own_rules" in text.split():
            _put(self._database, "own_rules", OWN_RULES, list(_own(records, policy, question)))
        about = {**self._words, "snapshot": records.sha256, "version": __version__}
        self._database.execute(
            "CREATE TEMP TABLE asked AS "
            "SELECT $as_at::DATE AS as_at, $first::DATE AS period_from, $hub AS of_hub, $said AS said",
            {"as_at": question.as_at, "first": question.first, "hub": question.hub, "said": about},
        )
        self._database.execute(read.preface("common"))
        self._database.execute(read.preface(name))

    def _put_own(self, report: Report, own: promises.Tables) -> None:
        """A report's own tables, and `judged`: everything that its families of rules judged."""
        for table, (columns, rows) in own.items():
            _put(self._database, table, columns, rows)
        parts = [f"SELECT '{f}' AS rules, subject, \"table\", code FROM judged_{f}" for f in report.families]
        self._database.execute("CREATE TEMP TABLE judged AS " + " UNION ALL ".join(parts))

    @property
    def names(self) -> list[str]:
        """What its figures are called."""
        return [name for name in self._figures if name != "answer"]

    def answer(self) -> Text:
        """The report's answer in one sentence, and below it what its reader must know first."""
        finding, rows = self._ask("answer")
        rows += self._database.execute(
            "SELECT said FROM (SELECT getvariable('destroyed_since') AS said) WHERE said <> ''"
        ).fetchall()
        return answer(finding, [*self._partly, *(str(point) for (point,) in rows)])

    def listed(self, view: str) -> list[dict]:
        """Every row of one of the report's views, by column name; the view's name is the package's own."""
        found = self._database.execute(f"SELECT * FROM {view}")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def figure(self, name: str, of: str = "") -> Table | Chart | Dots | Facts | Register:
        """The figure called `name`: a table, bars followed by their table, a list of facts, or a register.

        `of` is the one thing that it is about, where it can be about several.
        """
        figure = self._figures[name]
        if of:
            self._database.execute("SET VARIABLE of = $of", {"of": of})
            figure = replace(figure, name=f"{name}_{of.lower()}")
        finding, rows = self._ask(name)
        most = KEPT if figure.shown_as == "register" else LONGEST
        table = shortened(figure.table(finding, rows[:most], self._words), len(rows), self._elsewhere(figure))
        if figure.shown_as:
            return SHOWN_AS[figure.shown_as](table)
        if figure.dots:
            return Dots(table, **figure.marks)
        return Chart(table, *figure.bars) if figure.bars else table

    def source(self, name: str) -> Source:
        """The query of the figure called `name`. Raises BadParameter, with those that there are, if there is none."""
        if name not in self._figures:
            raise BadParameter(f"there is no figure {name!r}; there are {', '.join(self._figures)}")
        return Source(name, self._figures[name].sql)

    def _elsewhere(self, figure: read.ReportFigure) -> str:
        """Where a list that is cut stands in full."""
        if "register" in self._figures and figure.shown_as != "register":
            return "The register, in the workbook of this report, has every record."
        return "`hubdata findings` lists all of them."

    def _ask(self, name: str) -> tuple[str, list[tuple]]:
        """A figure's finding and rows. The SQL is the package's own; what people ask is bound, in `asked`."""
        figure = self._figures[name]
        self._database.execute(f"CREATE OR REPLACE TEMP TABLE figure AS {figure.sql}")
        shown = ", ".join(column.name for column in figure.columns)
        rows = self._database.execute(f"SELECT {shown} FROM figure").fetchall()
        finding, *_ = self._database.execute(f"SELECT {figure.finding} FROM figure").fetchone() or (None,)
        # a sum over no rows is NULL, and so is a sentence with it
        return finding or figure.empty.format(**self._words), [tuple(map(plain, row)) for row in rows]


def open_page(name: str, **given: Any) -> Page:
    """The page of a report, over HUBDATA_SNAPSHOT or a fresh snapshot of the hub that the environment names.

    `given` is what its notebook's parameters cell declares. papermill puts what it likes there (-p as_at 20260930 is a
    number), so it is judged as `hubdata report` judges it. Raises BadParameter, on one line with every fault, if a
    value is of the wrong kind, the period is upside down, or there is no such hub.
    """
    told = parameters.check(parameters.read(places.NOTEBOOKS / f"{name}.ipynb"), given)
    as_at, first = date.fromisoformat(told.pop("as_at")), told.pop("period_from", "")
    question = Question(as_at, date.fromisoformat(first) if first else None, told.pop("hub", ALL))
    held = records()
    return Page(name, question, held, held.decided, given=told)


def records() -> Snapshot:
    """The snapshot that the environment names, saved before or taken now."""
    saved = os.environ.get("HUBDATA_SNAPSHOT")
    if saved:
        return Snapshot.load(Path(saved))
    from hubdata.records import store  # SQLAlchemy: half a second that a kernel with a saved snapshot must not pay
    from hubdata.records.snapshot import take as snapshots

    return snapshots.take(store.open_hub())


def _decisions(report: Report, policy: Policy, day: date) -> dict[str, tuple[dict[str, str], list[dict]]]:
    """What people decided and what the checks mean: tables that figures may ask, each with its columns' types."""
    decided = [_decided(policy.entry(name, day)) for name in report.names(policy, day)]
    return {
        "words": ({"list": "VARCHAR", "code": "VARCHAR", "label": "VARCHAR"}, list(_labels(policy, day))),
        "scales": (SCALE, list(_scales(policy, day))),
        "checks": (CHECK, [vars(check) | {"sentence": check.under(policy)} for check in findings.CODES.values()]),
        "policy": (DECIDED, decided),
    }


def _own(records: Snapshot, policy: Policy, question: Question) -> Iterator[dict]:
    """The council's own rules: what each is about and how many it found, or why it was not run."""
    judged = own.judge_all(records, question.as_at, question.known_at, policy)
    for rule in judged.rules:
        said = {name: getattr(rule, name) for name in ("code", "sentence", "promise", "severity", "to_do")}
        yield dict.fromkeys(OWN_RULES) | said | {"found": sum(row["code"] == rule.code for row in judged.rows)}
    for why in judged.not_run:
        called, _, said = why.partition(" did not run: ")
        yield dict.fromkeys(OWN_RULES) | {"code": called, "why": said}


def _put(database, table: str, columns: dict[str, str], rows: list[dict]) -> None:
    """A small table of plain values, by DuckDB alone: building it as Arrow loads pandas, 0.4 s that no figure needs."""
    cells = ", ".join(f"unnest(${name}::{kind}[]) AS {name}" for name, kind in columns.items())
    database.execute(f"CREATE TEMP TABLE {table} AS SELECT {cells}", {n: [row[n] for row in rows] for n in columns})


def _labels(policy: Policy, day: date) -> Iterator[dict]:
    for register in (entry for entry in policy.in_force(day) if entry.name in REGISTERS):
        for code, label in register.value.items():
            said = label if isinstance(label, str) else label["label"]
            yield {"list": register.name, "code": code, "label": said}
    for name, term in TERMS.items():
        yield from ({"list": name, "code": one.value, "label": one.label} for one in term)


def _scales(policy: Policy, day: date) -> Iterator[dict]:
    for code, instrument in policy.value("instruments", day).items():
        said = instrument if isinstance(instrument, dict) else {}
        yield dict.fromkeys(SCALE) | said | {"instrument": code, "better": said.get("better", "higher")}


def _decided(entry: Entry) -> dict:
    """A policy entry as a row; a list of terms is said by how many it has, not spelled out."""
    if entry.name == periods.NAME:
        rule = periods.rule(entry.value["family"])
        said = f"{rule.code}: {rule}"
    else:
        said = f"{len(entry.value)} listed" if isinstance(entry.value, dict | list) else f"{entry.value}"
    return {**asdict(entry), "value": said, "assumption": entry.unconfirmed}


def plain(value: object) -> object:
    """A cell in JSON's own types."""
    return value.isoformat() if isinstance(value, date) else value
