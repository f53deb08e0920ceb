"""A view: the hub's records frozen at one moment, judged as at one day; every answer is a pandas frame.

view.tables                 which tables there are, and what their columns mean
view.families               one of them
view.sql("select …")        DuckDB over all of them
view.findings("sharing")    what the rules say
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd
import pyarrow as pa

from hubdata import dates, places
from hubdata.errors import BadParameter
from hubdata.families import leads
from hubdata.figures.html import Html
from hubdata.figures.table import Table
from hubdata.moments import By
from hubdata.records.people import sitting
from hubdata.records.people.acting import login
from hubdata.records.snapshot import withheld
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.reports import board, parameters
from hubdata.reports import page as reports
from hubdata.retention import due as retention_due
from hubdata.rules import findings as found
from hubdata.rules import judge
from hubdata.rules.own import closed
from hubdata.rules.own import run as own
from hubdata.workbench import answer, asking, explain, frames, states, waiting
from hubdata.workbench.answer import Answer, Caption

DUE = ("family", "hub", "state", "rule", "closed_on", "due_on", "days_past", "evidence", "holds", "requests")


class Tables(Mapping[str, Answer]):
    """The view's tables by name, each with its columns' passports; shown as a list of what they hold."""

    def __init__(self, records: Snapshot):
        self._records = records

    def __getitem__(self, name: str) -> Answer:
        if name not in self._records.tables:
            raise BadParameter(f"a view has no table {name!r}; it has {', '.join(self._records.tables)}")
        return frames.columns(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._records.tables)

    def __len__(self) -> int:
        return len(self._records.tables)

    @property
    def overview(self) -> Answer:
        """Each table, how many rows it has, and what a row is."""
        rows = [(name, table.num_rows, frames.meaning(name)) for name, table in self._records.tables.items()]
        listed = pd.DataFrame(rows, columns=["table", "rows", "a row is"])
        return Answer(
            listed, Caption("Tables of this view", notes=("view.tables['shares'] says what its columns are.",))
        )

    def _repr_html_(self) -> Html:
        listed = self.overview
        return answer.page(listed, listed.caption, len(listed))

    def __repr__(self) -> str:
        return repr(self.overview)


class View:
    """The records as at a day. Tables are attributes: `view.families`, `view.shares`; `dir(view)` lists them.

    Frames carry what a snapshot carries: references and codes, no name, no day of birth, no free text (`has_reason`
    says whether there is one). Every call gives a frame of one's own: changing it changes nothing else.
    """

    def __init__(self, hub: Hub | None, records: Snapshot, as_at: date, known_at: date | None):
        self._hub, self._whole, self._policy = hub, records, records.decided
        self.as_at, self.known_at = as_at, known_at
        self._records, self._pages, self._opened = records.known(known_at), {}, []

    @property
    def sha256(self) -> str:
        """The hash of everything that was frozen, as a report's manifest names it."""
        return self._whole.sha256

    @property
    def tables(self) -> Tables:
        """The tables by name, each with its columns: type, what it holds, why it may exist, how sensitive it is."""
        return Tables(self._records)

    def arrow(self, name: str) -> pa.Table:
        """One table as Arrow, as it was frozen. Raises BadParameter if there is none of that name."""
        if name not in self._records.tables:
            self.tables[name]
        return self._records.tables[name]

    def table(self, name: str) -> Answer:
        """One table as a frame; `view.families` is the same as `view.table("families")`."""
        taken = frames.frame(self.arrow(name), frames.closed(name, self._policy, self.as_at))
        caption = Caption(name.capitalize().replace("_", " "), frames.meaning(name), withheld=withheld.withheld(name))
        return Answer(taken, caption)

    def labels(self, table: str, column: str) -> dict[str, str]:
        """What each code of a column means: `view.labels("shares", "route")`; empty where it holds no codes."""
        self.arrow(table)
        known = {field.name for field in self._records.tables[table].schema}
        answer.refuse(withheld.withheld(table), [column])
        if column not in known:
            raise BadParameter(f"{table} has no column {column!r}; it has {', '.join(sorted(known))}")
        if column not in frames.coded(table):
            return {}
        return frames.labels(table, column, self._policy, self.as_at)

    def sql(self, query: str, **given: Any) -> Answer:
        """What one SELECT answers, asked of DuckDB; values are bound by name: `sql("… hub = $hub", hub="corby")`.

        Nothing outside can be reached and nothing changed. Raises BadParameter for what is no SELECT or cannot be read.
        """
        try:
            answered = asking.ask(self._database, query, given, {*self._records.tables})
        except asking.Broken:
            del self._database  # the next question opens another
            raise
        return Answer(frames.frame(answered), Caption("Answer", self._said))

    def findings(self, rules: str | None = None) -> Answer:
        """What the rules find: of all families of rules, or of some, "sharing" or "sharing, leads"; "own" are a
        council's own, whose codes begin with X.

            code  severity  promise  subject  table   message                        evidence           first_seen
            SH03  breach    P5       S1       shares  Shared although the agreement  withdrawn on …     2026-05-01

        `first_seen` is the first day on which the rule could have found it. Raises BadParameter for no such family.
        """
        if not isinstance(rules, str | None):
            raise BadParameter(f"rules is a text, not {type(rules).__name__}: view.findings('sharing, leads')")
        chosen = judge.choose(rules)
        asked = self._whole, self.as_at, chosen, self.known_at, self._policy
        rows, notes = waiting.stoppable("Judging by the rules", lambda: found.answered(*asked))
        said = [asdict(one) for one in rows]
        listed = pd.DataFrame(said, columns=[*found.Finding.__dataclass_fields__], dtype="str")
        listed["first_seen"] = pd.to_datetime(listed["first_seen"]).astype("datetime64[ms]")
        for name in ("code", "severity", "table"):
            listed[name] = listed[name].astype("category")
        return Answer(listed, Caption("Findings", self._said, notes=tuple(notes)))

    def agreement_state(
        self, person: str, purpose: str, recipient: str | None, on: str | date, reason: str | None = None
    ) -> Answer:
        """What one person's decisions say on a day about a purpose and a recipient (None: whoever is not named).

            person  purpose      recipient  state   agreement
            P1      hub_working  NNC        agreed  A1

        The state is agreed, refused, withdrawn, expired, not_named or no_decision. It is a look at one person, which
        the ledger keeps. Raises BadParameter for a person or purpose that there is not.
        """
        day = states.day(on, "on")
        family = states.family_of(self._records, person)
        self._look("agreement.list", family, reason)
        said = states.read(self._records, family, (person, purpose, recipient), day)
        return Answer(pd.DataFrame([asdict(said)], dtype="str"), Caption("Agreement", f"On {dates.words(day)}"))

    def lead(self, family: str, on: str | date | None = None, reason: str | None = None) -> Answer:
        """Who leads one family on a day (default the view's): no row where nobody does.

            practitioner  organisation  started_on  ended_on
            W1            NNC           2026-01-05  NaT

        Practitioners are references. It is a look at one family, which the ledger keeps.
        """
        day = self.as_at if on is None else states.day(on, "on")
        self._look("family.leads", family, reason)
        told = leads.of(states.of_family(self._records, family), family, day, self.known_at)
        rows = [asdict(span) for span in told.leads]
        listed = pd.DataFrame(rows, columns=["practitioner", "organisation", "started_on", "ended_on"])
        for name in ("started_on", "ended_on"):
            listed[name] = pd.to_datetime(listed[name]).astype("datetime64[ms]")
        notes = () if told.closed_on is None else (f"Support ended on {dates.words(told.closed_on)}.",)
        return Answer(listed, Caption(f"Lead of {family}", f"On {dates.words(day)}", notes=notes))

    def due(self, hub: str | None = None) -> Answer:
        """What is past its date, what a hold keeps and what nobody can tell, of all hubs or of one; `state` says which.

            family  hub    state  rule    closed_on   due_on      days_past  evidence        holds  requests
            F1      corby  due    PN-5y   2020-02-29  2025-02-28  579        closed 29 …     []     []

        `holds` and `requests` are lists of references. Raises BadParameter if there is no such hub.
        """
        asked = self._records, self.as_at, self._policy, hub
        told = waiting.stoppable("Judging what is due", lambda: retention_due.shown(*asked))
        rows = [
            asdict(one) | {"state": state, "holds": [hold["hold"] for hold in one.holds], "requests": [*one.requests]}
            for state, listed in (("due", told.due), ("held", told.held), ("cannot_tell", told.cannot_tell))
            for one in listed
        ]
        listed = pd.DataFrame(rows, columns=[*DUE])
        for name in ("closed_on", "due_on"):
            listed[name] = pd.to_datetime(listed[name]).astype("datetime64[ms]")
        listed["days_past"] = listed["days_past"].astype("Int64")
        return Answer(listed, Caption("Due for disposal", self._said, {"days_past": "days"}))

    def promises(self) -> Answer:
        """Each promise of the notice: kept, at risk, broken or cannot tell, with the evidence.

        promise  sentence                  status  evidence                     findings
        P8       Records are kept for …    broken  1 record is past its date …  1
        """
        told = waiting.stoppable("Judging the promises", lambda: board.rows(self._page("promises", {})), self._opened)
        rows = [(one["promise"], one["sentence"], one["status"], one["evidence"], one["findings"]) for one in told]
        listed = pd.DataFrame(rows, columns=["promise", "sentence", "status", "evidence", "findings"])
        listed["findings"] = [sum(counted.values()) for counted in listed["findings"]]
        return Answer(listed, Caption("The promises of the notice", self._said))

    def figure(self, report: str, name: str, **given: object) -> Answer:
        """A figure of a report as a frame: `view.figure("outcomes", "results", period_from="2026-07-01")`.

        `given` are the report's other parameters, `hub` and `period_from`. Raises BadParameter if there is no such
        report or figure, with those that there are.
        """
        asked = reports.REPORTS.get(report)
        if asked is None:
            raise BadParameter(f"there is no report {report!r}; allowed are {', '.join(sorted(reports.REPORTS))}")
        table = waiting.stoppable("Making the figure", lambda: self._figure(report, name, given), self._opened)
        units = {column.name: column.unit for column in table.columns if column.unit}
        listed = pd.DataFrame(table.rows, columns=[column.name for column in table.columns])
        for column in table.columns:
            if column.kind == "date":
                listed[column.name] = pd.to_datetime(listed[column.name], errors="coerce").astype("datetime64[ms]")
        return Answer(listed, Caption(table.title, table.scope, units, table.notes))

    def _figure(self, report: str, name: str, given: dict[str, object]) -> Table:
        page = self._page(report, given)
        if name not in page.names:
            raise BadParameter(f"{report} has no figure {name!r}; it has {', '.join(page.names)}")
        shown = page.figure(name)
        return shown if isinstance(shown, Table) else shown.table

    def explain(self, code: str, subject: str, reason: str | None = None) -> explain.Explanation:
        """Why a rule says what it says of one row: the sentence, the row, the decision it rests on, and the SQL.

        `view.explain("SH02", "S001923")`. It is a look at one family's record, which the ledger keeps. Raises
        BadParameter if there is no such rule or row.
        """
        asked = self._records, self.as_at, self.known_at, code, subject
        told = waiting.stoppable("Judging the row", lambda: explain.read(*asked))
        if told.family:
            self._look("worklist.list", told.family, reason)
        return told

    def rule(self, text: str) -> Answer:
        """What a rule of one's own finds, tried before it is a file; `hubdata rule new` writes one to begin with.

            code  subject  table     since       evidence
            X001  F1       families  2026-07-30  supported since 1 July 2026

        Raises BadParameter with each fault and its line.
        """
        if not isinstance(text, str):
            raise BadParameter(f"a rule is the text of its file, not {type(text).__name__}; docs/api.md has one")
        asked = replace(self._whole, own={"rule.sql": text}), self.as_at, self.known_at, self._policy
        judged = waiting.stoppable("Trying the rule", lambda: own.judge_all(*asked))
        if judged.not_run:
            raise BadParameter(judged.not_run[0].removesuffix("."))
        (rule,) = judged.rules
        listed = pd.DataFrame(judged.rows, columns=["code", *own.COLUMNS])
        listed["since"] = pd.to_datetime(listed["since"]).astype("datetime64[ms]")
        return Answer(listed, Caption(rule.sentence, self._said))

    def __getattr__(self, name: str) -> Answer:
        if name in self.__dict__.get("_records", Snapshot({}, "")).tables:
            return self.table(name)
        raise AttributeError(f"a view has no {name!r}; `view.tables` lists its tables, `dir(view)` what it can do")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._records.tables})

    def __repr__(self) -> str:
        return f"View {self.when}; {len(self._records.tables)} tables, snapshot {self.sha256[:12]}"

    @cached_property
    def _database(self):
        return closed.closed(self._records)

    def _page(self, report: str, given: dict[str, object]) -> reports.Page:
        """A report's page over the view; made once for each set of parameters."""
        key = (report, *sorted(given.items()))
        if key not in self._pages:
            told = parameters.check(
                parameters.read(places.NOTEBOOKS / f"{report}.ipynb"), {"as_at": str(self.as_at)} | given
            )
            if report == "promises" and self._hub is not None:
                self._pages[key] = board.opened(self._hub, self.as_at, self.known_at, self._whole)
            else:
                first = told.get("period_from")
                asked = reports.Question(
                    self.as_at,
                    date.fromisoformat(str(first)) if first else None,
                    str(told.get("hub", reports.ALL)),
                    self.known_at or date.max,
                )
                self._pages[key] = reports.Page(report, asked, self._records, self._policy)
        return self._pages[key]

    def _look(self, action: str, family: str, reason: str | None) -> None:
        if self._hub is not None:  # a report's run is itself the stated work
            hub = sitting.entered(self._hub)
            hub.look(By(hub.acting.name if hub.acting else login(), reason, self.as_at), action, family)

    @property
    def when(self) -> str:
        """The view's day in words, for captions: as at 30 September 2026, as known on 7 October 2026."""
        known = f", as known on {dates.words(self.known_at)}" if self.known_at else ""
        return f"as at {dates.words(self.as_at)}{known}"

    @property
    def _said(self) -> str:
        return self.when[0].upper() + self.when[1:]
