"""What an officer does at the desk, page by page: each task is one command, and each form is made from it.

No task is anything but a command, so that whatever the desk does can also be typed, scheduled and tested.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from hubdata.desk.cases import after, worklist
from hubdata.desk.cases import page as cases_page
from hubdata.desk.cases.case import Case, Step
from hubdata.desk.commands import (
    case,
    decisions,
    families,
    findings,
    intake,
    letters,
    retention,
    rights,
    sharing,
    today,
)
from hubdata.desk.commands import copy as commands_copy
from hubdata.desk.commands import ledger as commands_ledger
from hubdata.desk.commands import reports as commands_reports
from hubdata.desk.commands.command import Answer, Options
from hubdata.desk.forms import links
from hubdata.desk.forms.form import Field, asked, fields, shared, words
from hubdata.desk.forms.words import Words
from hubdata.desk.setup import page as setup_page
from hubdata.desk.today import page
from hubdata.desk.today.thing import Thing, Today
from hubdata.figures.html import Html

WRITES = ("reason", "as_at", "actor")
READS = ("as_at",)
WHOSE = ("as_at", "actor")
NOTHING = ()


@dataclass(frozen=True)
class Task:
    """One form: its heading, the sentence under it, its button, the command, and of the shared options those asked.

    `needs` are options that the command refuses to do without although it could be called so; `at_once` is a question
    that is answered as the page opens; `asks` is one that records no more than that it was asked. `asked` is what a
    report answers. `carries` are fields that the list shown above on the page fills in, so that nobody copies them.
    `drawn` draws what was answered where its room knows better than a table how it is read. `follows` are the next
    steps after an answer, whose forms are filled in already; it is told the reason that was given. `goes_on` is the
    command that records what was asked here: its form has everything that was filled in for the question.
    """

    title: str
    button: str
    work: Callable[..., Answer]
    common: tuple[str, ...] = WRITES
    report: str = ""
    needs: tuple[str, ...] = ()
    at_once: bool = False
    asks: bool = False
    asked: str = ""
    carries: tuple[str, ...] = ()
    drawn: Callable[[Any, Words], Html] | None = None
    follows: Callable[[Any, str], list[Step]] | None = None
    goes_on: str = ""

    @property
    def leads_on(self) -> bool:
        """Whether something comes after its answer."""
        return bool(self.follows or self.goes_on)

    @property
    def saves(self) -> bool:
        """Whether its form is empty again when it is done, so that nothing is recorded twice."""
        return self.common is WRITES and not self.asks

    @property
    def says(self) -> str:
        """What the command says of itself, or the question that a report answers."""
        return self.asked or inspect.cleandoc(self.work.__doc__ or "")

    @property
    def words(self) -> str:
        """The command, as it is called."""
        return f"report {self.report}" if self.report else words(self.work)

    @property
    def command(self) -> str:
        """The command without what it is about, as the table of roles has it."""
        return "report" if self.report else self.words

    @property
    def name(self) -> str:
        """The form's address on its page."""
        return self.words.replace(" ", "-")

    def fields(self, today: date) -> tuple[Field, ...]:
        """Everything to fill in."""
        if self.report:
            # SQLAlchemy and pandas: 1.8 s, for this page alone
            from hubdata.reports import orders
            from hubdata.reports import run as reports_run

            return asked(reports_run.declared(self.report), orders.for_day(self.report, today))
        every = (*fields(self.work), *shared(*self.common))
        return tuple(replace(field, required=True) if field.name in self.needs else field for field in every)


def _today(said: Today, words: Words) -> Html:
    """What needs somebody, each thing a link where the desk is served."""
    return page.drawn(said, partial(address, forms=words.forms) if words.served else lambda _thing: "")


def address(one: Thing, forms: Mapping[str, tuple[str, str]]) -> str:
    """Where a thing is done: its own page, or the form of its command, filled in; nothing where no form does it."""
    if one.case in one.given:
        return links.to_case(one.case, one.given[one.case])
    if one.command not in forms:
        return ""
    return links.to_form(forms[one.command][1], one.command.replace(" ", "-"), one.given)


def _found(said: Any, reason: str) -> list[Step]:
    """Each family that was found can be opened, for the reason that the search had; one that was named is open."""
    return [
        Step(
            links.CASE,
            f"Open family {one.family}",
            {"family": one.family, "reason": reason},
            at_once=said.by_reference and len(said.families) == 1,
        )
        for one in said.families
    ]


def _listed(said: list, _reason: str) -> list[Step]:
    """What may be done with the findings of a list."""
    return worklist.steps(said)


def _next(said: Case, reason: str) -> list[Step]:
    """The next steps of a case that the desk has a form for; a record that is opened from it has the same reason."""
    return [
        replace(step, given=step.given | ({"reason": reason} if step.command == links.CASE and reason else {}))
        for step in said.steps
        if step.command in BY_WORDS
    ]


def _report(name: str, options: Options, **parameters: object) -> Answer:
    """A report, its findings each with its sentence."""
    from hubdata.rules.findings import CODES  # DuckDB: 0.5 s that no other form should take

    answer = commands_reports.report(options, name, param=[f"{each}={value}" for each, value in parameters.items()])
    found = [
        {
            "code": code,
            "found": CODES[code].under(options.policy),
            "how_often": count,
            "what_to_do": CODES[code].what_to_do,
        }
        for code, count in answer.said.findings.items()
        if count
    ]
    made = answer.said.folder.absolute() / f"{name}.html"
    return Answer({"findings": found}, [f"The report is ready: {made}"], answer.exit_code)


def _letter(work: Callable[..., Answer], group: str) -> Task:
    return Task("Write a letter", "Write the letter", work, needs=("address",), follows=partial(after.written, group))


def _audit(title: str, report: str, question: str) -> Task:
    return Task(title, "Run the audit", partial(_report, report), NOTHING, report, asked=question)


TASKS: dict[str, tuple[Task, ...]] = {
    "today": (
        Task(
            "See what needs somebody",
            "Look again",
            today.today,
            ("as_at", "actor"),
            at_once=True,
            asks=True,
            drawn=_today,
        ),
    ),
    "audit": (
        _audit("Audit sharing", "sharing_audit", "Was every share agreed, or for a recorded risk and explained?"),
        _audit(
            "Audit retention", "retention", "Is anything kept longer than the notice promises, and what falls due next?"
        ),
        _audit(
            "Audit data rights", "data_rights", "Were requests and complaints answered in time, and what is due next?"
        ),
        _audit("Report on outcomes", "outcomes", "How well does support work, who leads, and what else is needed?"),
        _audit("Report on every promise", "promises", "Which of the notice’s promises are kept, at risk or broken?"),
        _audit(
            "Check the records’ quality", "quality", "Which partners are up to date, and which entries cannot be right?"
        ),
    ),
    "findings": (
        Task(
            "See the worklist",
            "Show the worklist",
            findings.list_findings,
            at_once=True,
            asks=True,
            drawn=worklist.drawn,
            follows=_listed,
        ),
        Task("See what changed", "Show what changed", findings.changes, asks=True),
        Task("Say what is done about findings", "Record it", findings.mark),
        Task("Give findings to somebody", "Record it", findings.assign),
        Task("See every finding with its evidence", "Show the findings", findings.findings, READS),
    ),
    "family": (Task("Search the records", "Search", families.find, needs=("reason",), asks=True, follows=_found),),
    "case": (Task("Open a case", "Open the case", case.case, asks=True, drawn=cases_page.drawn, follows=_next),),
    "duplicates": (
        Task("See who may be on record twice", "Show the pairs", families.list_, asks=True),
        Task("Decide about a pair", "Record the decision", families.decide, needs=("reason",)),
        Task("Take a decision back", "Take it back", families.undo, needs=("reason",)),
    ),
    "record": (
        Task("See the record", "Show the record", families.show, needs=("reason",), asks=True),
        Task("Who takes the lead", "Show the lead", families.leads, asks=True),
        Task("Who holds what was shared", "Show or record", sharing.recall),
    ),
    "looked": (Task("See who looked", "Show who looked", families.looked, asks=True),),
    "holds": (
        Task("Place a hold", "Place the hold", retention.hold),
        Task("See the holds", "Show the holds", retention.holds, at_once=True, asks=True),
        Task("Release a hold", "Release the hold", retention.unhold),
    ),
    "disposal": (
        Task("1. See what is due", "Show what is due", retention.due, at_once=True, asks=True),
        Task("2. Review what is due", "Record the review", retention.review, carries=("token", "as_at")),
        Task("3. Approve as another person", "Record the approval", retention.approve),
        Task("4. Carry out the disposal", "Carry it out", retention.dispose),
        Task("5. See the certificates", "Show the certificates", retention.certificates, READS),
        Task(
            "Confirm the day, if the clock has jumped",
            "Confirm the day",
            commands_ledger.confirm_day,
            needs=("reason",),
        ),
    ),
    "requests": (
        Task("Record a request", "Record the request", rights.log, follows=partial(after.logged, "request")),
        Task("See the requests", "Show the requests", rights.list_requests, at_once=True, asks=True),
        Task("Record a step of a request", "Record the step", rights.event),
        _letter(letters.letter, "rights"),
        Task("Send a letter", "Go on", letters.sent, follows=partial(after.looked, "rights")),
        Task("Keep the letter that came", "Keep it", letters.enclose),
        Task("See or open what came", "Show or open", letters.enclosed),
        Task("Work out a date", "Work it out", rights.clock, READS),
    ),
    "copies": (
        Task(
            "1. See what must be decided",
            "Show what must be decided",
            commands_copy.items,
            asks=True,
            follows=after.items,
        ),
        Task("2. Decide about an item", "Record the decision", commands_copy.decide),
        Task("3. Make the copy", "Make the copy", commands_copy.pack, follows=after.copied),
    ),
    "complaints": (
        Task(
            "Record a complaint",
            "Record the complaint",
            rights.log_complaint,
            follows=partial(after.logged, "complaint"),
        ),
        Task("See the complaints", "Show the complaints", rights.list_complaints, at_once=True, asks=True),
        Task("Acknowledge a complaint", "Record the acknowledgement", rights.acknowledge),
        Task("Say that the person was told how it goes", "Record that they were told", rights.progress),
        _letter(letters.complaint_letter, "complaint"),
        Task("Send a letter", "Go on", letters.complaint_sent, follows=partial(after.looked, "complaint")),
        Task("Keep the letter that came", "Keep it", letters.complaint_enclose),
        Task("See or open what came", "Show or open", letters.complaint_enclosed),
        Task("Close a complaint", "Record the outcome", rights.close),
    ),
    "shares": (
        Task("Ask before sharing", "Ask", sharing.check_share, asks=True, goes_on="share record"),
        Task("Record a share", "Record the share", sharing.record_share),
        Task("Record a decision not to share", "Record the decision", sharing.withhold_share),
    ),
    "agreements": (
        Task("Record a family’s decision", "Record the decision", sharing.record_agreement),
        Task("See a family’s decisions", "Show the decisions", sharing.list_agreements, asks=True),
        Task("Give a person their copy", "Write the copy", sharing.receipt),
    ),
    "returns": (
        Task("Make a blank return", "Write the workbook", intake.template, READS),
        Task("Check a file or folder on this machine, or take it in", "Check or take it in", intake.take),
        Task("See the returns that wait", "Show what waits", intake.waiting, READS, at_once=True),
        Task("Take a return in after all", "Take it in", intake.resume, needs=("reason",)),
        Task("Erase a return that waits", "Erase it", intake.discard, needs=("reason",)),
    ),
    "setup": (
        Task(
            "See what is still open", "Show what is open", decisions.open_, READS, at_once=True, drawn=setup_page.drawn
        ),
        Task("Decide a value", "Record the decision", decisions.set_, needs=("reason",)),
        Task("Confirm the value in force", "Record that it is confirmed", decisions.confirm, needs=("reason",)),
        Task("See every value", "Show the values", decisions.list_, READS),
        Task("See what differs from what was decided", "Show what differs", decisions.changes, READS),
    ),
}
BY_WORDS = {task.words: task for tasks in TASKS.values() for task in tasks}
