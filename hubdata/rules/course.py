"""What may happen to a request or complaint, in which order, and how it stands after it; a table of steps, no database.

A step is judged by the day on which it happened, not by when it was written down, so that a forgotten one can be added;
steps of one day follow each other as they were recorded.
Source: notice P9; UK GDPR Art 12 to 21; Data Protection Act 2018 s.164A.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from hubdata import policy
from hubdata.dates import words
from hubdata.rules.clock import COMPLAINT, RequestDays
from hubdata.terms import RequestKind
from hubdata.terms import RequestStep as S

RIGHTS = frozenset(RequestKind) - {RequestKind.COMPLAINT}
ACCESS, COMPLAINTS = frozenset({RequestKind.ACCESS}), frozenset({RequestKind.COMPLAINT})
WAITS = {"id": "identity", "authority": "authority", "fee": "the fee"}
HOLD: dict[str, str] = {
    RequestKind.ACCESS: "access_request",
    RequestKind.PORTABILITY: "access_request",
    RequestKind.RESTRICTION: "restriction",
    RequestKind.COMPLAINT: "complaint",
}


@dataclass(frozen=True)
class Step:
    """When one step may be taken: for which kinds, after what, how often, and what must be said with it."""

    kinds: frozenset[str] = RIGHTS
    after: str | None = None
    once: bool = True
    says: tuple[str, ...] = ()
    ends: bool = False
    after_the_end: bool = False
    settled: bool = False  # only when nothing is waited for


STEPS: dict[str, Step] = {
    S.RECEIVED: Step(frozenset(RequestKind)),
    S.ID_REQUESTED: Step(),
    S.ID_RECEIVED: Step(),
    S.AUTHORITY_REQUESTED: Step(),
    S.AUTHORITY_RECEIVED: Step(),
    S.FEE_REQUESTED: Step(),
    S.FEE_RECEIVED: Step(after=S.FEE_REQUESTED),
    S.CLARIFICATION_ASKED: Step(ACCESS, once=False),
    S.CLARIFICATION_RECEIVED: Step(ACCESS, after=S.CLARIFICATION_ASKED, once=False),
    S.EXTENDED: Step(says=("reason",)),
    S.PARTNER_PENDING: Step(once=False, says=("organisation",), after_the_end=True),
    S.PARTNER_COMPLETE: Step(once=False, says=("organisation",), after_the_end=True),
    S.PARTNER_ERROR: Step(once=False, says=("organisation",), after_the_end=True),
    S.PARTNER_SUSPENDED: Step(once=False, says=("organisation",), after_the_end=True),
    S.RESPONDED: Step(ends=True, settled=True),
    S.REFUSED: Step(ends=True, says=("exemption",)),
    S.ACKNOWLEDGED: Step(COMPLAINTS),
    S.PROGRESS_TOLD: Step(COMPLAINTS, once=False),
    S.CLOSED: Step(COMPLAINTS, after=S.ACKNOWLEDGED, ends=True),
    S.WITHDRAWN: Step(frozenset(RequestKind), ends=True),
}
ENDS = tuple(what for what, step in STEPS.items() if step.ends)
PARTS: dict[str, str] = {
    S.PARTNER_PENDING: "pending",
    S.PARTNER_COMPLETE: "complete",
    S.PARTNER_ERROR: "error",
    S.PARTNER_SUSPENDED: "suspended",
}


@dataclass(frozen=True)
class Event:
    """One step that was taken."""

    event: str
    what: str
    happened_on: date
    reason: str | None = None
    exemption: str | None = None
    organisation: str | None = None
    supersedes: str | None = None
    recorded_at: datetime = datetime.min  # noqa: DTZ901 (UTC, as the database keeps it)


@dataclass(frozen=True)
class Case:
    """Whose course it is: the kind, and what must be shown before anything is given."""

    kind: str
    is_duplicate: bool = False
    for_another_adult: bool = False


def course(events: Iterable[Event], corrects: Mapping[str, str], as_at: date = date.max) -> list[Event]:
    """The steps that stand, taken by a day, in order: what was corrected is left out, its correction in its place.

    `corrects` says which step corrects which, as standing.sql reads it.
    """
    known = {event.event: event for event in events}
    corrected = set(corrects.values())
    stand = (e for e in known.values() if e.event not in corrected and e.happened_on <= as_at)
    return sorted(stand, key=lambda event: (event.happened_on, _first_recorded(event, known, corrects), event.event))


def _first_recorded(event: Event, known: Mapping[str, Event], corrects: Mapping[str, str]) -> datetime:
    while old := corrects.get(event.event):
        event = known[old]
    return event.recorded_at


def problems(case: Case, events: Iterable[Event], new: Event, corrects: Mapping[str, str]) -> list[str]:
    """Why a step cannot be taken as given, each with what to do instead; nothing if it can.

    `corrects` says which step corrects which, the new one among them.
    """
    events = list(events)
    found = [f"{new.what} needs {_option(n)}" for n in STEPS[new.what].says if policy.meant(getattr(new, n)) is None]
    found += _correction(events, new, corrects)
    taken: list[Event] = []
    for event in course([*events, new], corrects):
        found += _step(case, taken, event)
        taken.append(event)
    return list(dict.fromkeys(found))


def _option(name: str) -> str:
    return {
        "reason": "a reason (--reason): the person is told why",
        "organisation": "the partner (--organisation)",
        "exemption": "the reason in law (--exemption)",
    }[name]


def _correction(events: list[Event], new: Event, corrects: Mapping[str, str]) -> list[str]:
    if not new.supersedes:
        return []
    before = {step: old for step, old in corrects.items() if step != new.event}
    stands = {event.event: event for event in course(events, before)}
    if new.supersedes not in stands:
        return [f"{new.supersedes} is no step of this request that stands; name one that `rights list` shows"]
    old = stands[new.supersedes].what
    return [] if old == new.what else [f"{new.supersedes} is {old}: a correction is of the same step, not {new.what}"]


def _step(case: Case, taken: list[Event], event: Event) -> list[str]:
    """What is wrong with one step after those taken before it."""
    step, day, before = STEPS[event.what], words(event.happened_on), [e.what for e in taken]
    if case.kind not in step.kinds:
        return [f"{event.what} is no step of a {case.kind}; there are {', '.join(steps(case.kind))}"]
    if event.what != S.RECEIVED and S.RECEIVED not in before:
        return [f"{event.what} on {day} lies before it was received; correct the day"]
    over = next((e for e in taken if e.what in ENDS), None)
    if over and not step.after_the_end:
        return [f"{event.what} on {day}: it was {over.what} on {words(over.happened_on)}, and nothing follows that"]
    if step.once and event.what in before:
        return [f"{event.what} is recorded already; correct that step with --supersedes"]
    if step.after and before.count(step.after) <= before.count(event.what):
        return [f"{event.what} on {day}: {step.after} comes first"]
    return _unsettled(case, before) if step.settled else []


def _unsettled(case: Case, before: list[str]) -> list[str]:
    found = [
        f"{name} was asked for and has not come: record {key}_received, refuse the request, or record that it was "
        "withdrawn"
        for key, name in WAITS.items()
        if f"{key}_requested" in before and f"{key}_received" not in before
    ]
    if case.is_duplicate and S.ID_RECEIVED not in before and S.ID_REQUESTED not in before:
        found.append(
            "another request of this person was open when it came: who asks must be confirmed for this one too; record "
            "id_received"
        )
    if case.for_another_adult and S.AUTHORITY_RECEIVED not in before and S.AUTHORITY_REQUESTED not in before:
        found.append("one adult asks for another: record authority_received, the written authority, first")
    return found


def steps(kind: str) -> list[str]:
    """Every step that this kind may take."""
    return [str(what) for what, step in STEPS.items() if kind in step.kinds and what != S.RECEIVED]


def outcome(taken: list[Event]) -> str:
    """How it stands: open, or the step that ended it."""
    return next((str(e.what) for e in taken if e.what in ENDS), "open")


def _questions(taken: list[Event]) -> tuple[list[date], list[date | None]]:
    """The days of each question and of its answer; an answer to no question on record starts and ends nothing."""
    questions, answers = [], []
    for event in sorted(taken, key=lambda event: (event.happened_on, event.what != S.CLARIFICATION_ASKED)):
        if event.what == S.CLARIFICATION_ASKED:
            questions.append(event.happened_on)
        elif event.what == S.CLARIFICATION_RECEIVED and len(answers) < len(questions):
            answers.append(event.happened_on)
    return questions, answers + [None] * (len(questions) - len(answers))


def asked(kind: str, taken: list[Event]) -> RequestDays:
    """The steps as the clock takes them."""
    on = {event.what: event.happened_on for event in taken}
    answered = on.get(S.ACKNOWLEDGED) if kind == COMPLAINT else on.get(S.RESPONDED) or on.get(S.REFUSED)
    waits = {f"{name}_{verb}": on.get(f"{name}_{verb}") for name in WAITS for verb in ("requested", "received")}
    questions, answers = _questions(taken)
    return RequestDays(
        on[S.RECEIVED],
        str(kind),
        clarifications=tuple(zip(questions, answers, strict=True)),
        extended_on=on.get(S.EXTENDED),
        answered_on=answered,
        progress_on=on.get(S.PROGRESS_TOLD),
        is_over=any(event.what in ENDS for event in taken),
        **waits,
    )
