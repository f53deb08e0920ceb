"""When a request about data rights must be answered, from the days of what happened; it reads no clock of its own.

Reading chosen: the regulator's (Art 12A UK GDPR): the same date in the next month, at the end of the next working day
where that is none; the last day to tell of an extension never moves. Identity, authority and fee start the clock later,
a clarification of an access request stops it, the day of asking and the day of the answer included.
Source: notice P9; UK GDPR Art 12 and 12A; Data Protection Act 2018 s.164A; `params/policy/rights.yaml`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from hubdata.dates import DAY, add_months, next_working_day, words
from hubdata.errors import BadParameter
from hubdata.policy import Policy

COMPLAINT = "complaint"
Pauses = tuple[tuple[date, date | None], ...]  # the day of asking, and of the answer


@dataclass(frozen=True, slots=True)
class Law:
    """The values in force on the day of receipt."""

    months: int
    extra_months: int
    pausing: tuple[str, ...]
    paused_by: str  # law, guidance or nothing
    target_days: int
    soon_days: int
    acknowledge_days: int  # 0: no law sets a time
    progress_days: int  # 0: no law asks that a complaint's progress is told
    known_until: date


@lru_cache(4096)
def law(policy: Policy, received: date) -> Law:
    """The law of a day. Raises BadParameter for a day before the UK GDPR."""
    months, extra, pauses, target, soon, acknowledge, progress = (
        policy.value(name, received)
        for name in (
            "rights.period_months",
            "rights.extension_months",
            "rights.clarification_pauses",
            "rights.target_days",
            "rights.due_soon_days",
            "rights.complaint_acknowledge_days",
            "complaints.progress",
        )
    )
    known = policy.value("rights.bank_holidays_known_until", date.max)  # what is known now holds for older requests too
    return Law(months, extra, tuple(pauses["kinds"]), pauses["by"], target, soon, acknowledge, progress, known)


@dataclass(frozen=True, slots=True)
class RequestDays:
    """What is known of a request or complaint: its kind, and the day of everything that moves its clock."""

    received: date
    kind: str = "access"
    id_requested: date | None = None
    id_received: date | None = None
    authority_requested: date | None = None
    authority_received: date | None = None
    fee_requested: date | None = None
    fee_received: date | None = None
    clarifications: Pauses = ()
    extended_on: date | None = None
    answered_on: date | None = None  # a complaint: acknowledged
    progress_on: date | None = None  # a complaint: when the person was last told how it is going
    is_over: bool = False

    def waits(self) -> tuple[tuple[str, date | None, date | None], ...]:
        """What may start the clock later: its name, when it was asked for, when it came; nothing if no day is known."""
        if not (
            self.id_requested
            or self.id_received
            or self.authority_requested
            or self.authority_received
            or self.fee_requested
            or self.fee_received
        ):
            return ()
        return (
            ("identity", self.id_requested, self.id_received),
            ("authority", self.authority_requested, self.authority_received),
            ("fee", self.fee_requested, self.fee_received),
        )


class Clock(NamedTuple):
    """The answer; a day is None while it cannot be known. `notes` are sentences that a person should read.

    A tuple, because making a frozen dataclass takes as long as all the rest of the answer.
    """

    relevant_time: date | None
    paused_days: int
    notice_by: date | None
    raw_due: date | None
    due: date | None
    status: str  # not_started, paused, running, due_soon, overdue, answered, answered_late
    extension: str = "none"  # none, valid, too_late
    target_on: date | None = None
    alert_on: date | None = None  # the strict reading, never later than `due`; what is near it is pointed out
    elapsed_days: int = 0
    waiting_days: int = 0
    notes: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether nothing more is to be done."""
        return self.status.startswith("answered")


class _Period(NamedTuple):
    """How long the clock runs: the last day, the days that stood still, and what stopped it and is still open."""

    end: date
    paused: int
    open_since: date | None
    without_effect: tuple[date, ...] = ()


def read(asked: RequestDays, law: Law, as_at: date) -> Clock:
    """What the clock says on a day. Raises BadParameter if the days cannot be true together."""
    waits = asked.waits()
    _check(asked, waits)
    if asked.kind == COMPLAINT:
        return _complaint(asked, law, as_at)
    notes: list[str] = []
    pauses = _pauses(asked, law, notes) if asked.clarifications else ()
    start, waiting_since = asked.received, None
    for name, requested, came in sorted(waits, key=_since):
        day = requested or came
        if day is None or day <= start and came:
            start = max(start, came or start)
        elif not waiting_since and _is_over(asked, start, pauses, law, day):
            said = "was asked for" if requested else "came without being asked for"
            notes.append(f"{name} {said} on {words(day)}, after the date: it starts no new clock")
        elif came:
            start = max(start, came)
        else:
            waiting_since = waiting_since or day
            notes.append(f"{name} was asked for on {words(day)} and has not come: the clock has not started")
    if waiting_since:
        return _waiting(asked, as_at, waiting_since, tuple(notes))
    return _running(asked, law, as_at, start, pauses, notes)


def _since(wait: tuple[str, date | None, date | None]) -> date:
    """What was asked for first is judged first: it may have moved the date by which the next was still in time."""
    _, requested, came = wait
    return requested or came or date.max


def _is_over(asked: RequestDays, start: date, pauses: Pauses, law: Law, day: date) -> bool:
    """Whether the date had passed before a day; it never passes while a question to the person is open."""
    held = _whole(asked, start, pauses, law)[1]
    return not held.open_since and day > held.end


def _check(asked: RequestDays, waits: tuple) -> None:
    for name, first, then in waits:
        if first and first < asked.received:
            raise BadParameter(f"{name} was asked for on {words(first)}, before the request came; correct either day")
        if first and then and then < first:
            raise BadParameter(f"{name} came on {words(then)}, before it was asked for; correct either day")
    for what, day in (("an extension", asked.extended_on), ("an answer", asked.answered_on)):
        if day and day < asked.received:
            raise BadParameter(f"{what} of {words(day)} lies before the request came; correct either day")
    if asked.clarifications and asked.kind != "access":
        raise BadParameter(
            f"a clarification stops the clock of an access request only, not of {asked.kind}; leave it out"
        )
    if asked.kind == COMPLAINT and (asked.extended_on or waits):
        raise BadParameter("the time to acknowledge a complaint cannot be extended or made to wait; leave that out")
    for first, then in asked.clarifications:
        if first < asked.received:
            raise BadParameter(
                f"clarification was asked for on {words(first)}, before the request came; correct either day"
            )
        if then and then < first:
            raise BadParameter(f"clarification came on {words(then)}, before it was asked for; correct either day")


def _pauses(asked: RequestDays, law: Law, notes: list[str]) -> Pauses:
    """The stretches that may stop the clock, merged where they share a day, in order."""
    if asked.kind not in law.pausing:
        notes.append(f"on {words(asked.received)} asking for clarification did not stop the clock")
        return ()
    if law.paused_by != "law":
        notes.append(f"on {words(asked.received)} the pause rested on guidance, not on the Act")
    if len(asked.clarifications) == 1:
        return asked.clarifications
    merged: list[tuple[date, date | None]] = []
    for first, then in sorted(asked.clarifications, key=lambda pause: pause[0]):
        if merged and (merged[-1][1] is None or first <= merged[-1][1]):
            last = merged[-1][1]
            merged[-1] = (merged[-1][0], None if last is None or then is None else max(last, then))
        else:
            merged.append((first, then))
    return tuple(merged)


def _period(start: date, months: int, pauses: Pauses) -> _Period:
    end, paused, late = add_months(start, months), 0, []
    for first, then in pauses:
        if then and then < start:
            continue
        first = max(first, start)
        if first > end:
            late.append(first)
        elif then is None:
            return _Period(end, paused, first, tuple(late))
        else:
            stood = (then - first).days + 1
            end, paused = end + timedelta(days=stood), paused + stood
    return _Period(end, paused, None, tuple(late))


def _whole(asked: RequestDays, start: date, pauses: Pauses, law: Law) -> tuple[_Period, _Period, str]:
    """The period for telling of an extension, the period that holds, and what became of the extension."""
    first = _period(start, law.months, pauses)
    if not asked.extended_on:
        return first, first, "none"
    if not first.open_since and asked.extended_on > first.end:
        return first, first, "too_late"
    return first, _period(start, law.months + law.extra_months, pauses), "valid"


def _waiting(asked: RequestDays, as_at: date, since: date, notes: tuple[str, ...]) -> Clock:
    status = "answered" if asked.answered_on and asked.answered_on <= as_at else "not_started"
    return Clock(None, 0, None, None, None, status, waiting_days=max((as_at - since).days, 0), notes=notes)


def _running(asked: RequestDays, law: Law, as_at: date, start: date, pauses: Pauses, notes: list[str]) -> Clock:
    first, held, extension = _whole(asked, start, pauses, law)
    if asked.extended_on and extension == "too_late":
        notes.append(f"the extension of {words(asked.extended_on)} came after {words(first.end)}: it has no effect")
    notes += [
        f"the clarification asked for on {words(day)} came after the date: it has no effect"
        for day in held.without_effect
    ]
    notice_by = None if first.open_since else first.end
    target = start + timedelta(days=law.target_days + held.paused)
    stood, still = _stood(pauses, start, held, as_at) if pauses else (0, False)
    elapsed = max((as_at - start).days - stood, 0)
    if held.open_since:
        paused = held.paused + max((as_at - held.open_since).days + 1, 0)
        status = "answered" if _answered(asked, as_at) else "paused" if as_at >= held.open_since else "running"
        waited = max((as_at - held.open_since).days, 0)
        return Clock(start, paused, notice_by, None, None, status, extension, None, None, elapsed, waited, tuple(notes))
    due = next_working_day(held.end)
    _guard(due, law, notes)
    status = _status(asked, law, as_at, start, due, due, still)
    return Clock(start, held.paused, notice_by, held.end, due, status, extension, target, due, elapsed, 0, tuple(notes))


def _stood(pauses: Pauses, start: date, held: _Period, as_at: date) -> tuple[int, bool]:
    """How many days up to `as_at` did not count, and whether it is one of them."""
    days, still = 0, False
    for first, then in pauses:
        if first <= held.end and first <= as_at:
            still = still or then is None or as_at <= then
            last = as_at if then is None or as_at < then else then
            days += max((last - (start if first < start else first)).days + 1, 0)
    return days, still


def _answered(asked: RequestDays, as_at: date) -> bool:
    return asked.answered_on is not None and asked.answered_on <= as_at


def _status(asked: RequestDays, law: Law, as_at: date, start: date, due: date, alert_on: date, paused: bool) -> str:
    if asked.answered_on is not None and _answered(asked, as_at):
        return "answered" if asked.answered_on <= due else "answered_late"
    if as_at < start:
        return "not_started"
    if paused:
        return "paused"
    if as_at > due:
        return "overdue"
    return "due_soon" if (alert_on - as_at).days <= law.soon_days else "running"


def _guard(due: date, law: Law, notes: list[str]) -> None:
    if due > law.known_until:
        notes.append(
            f"bank holidays are known until {words(law.known_until)} only: {words(due)} may move; "
            "confirm it and extend rights.bank_holidays_known_until"
        )


def _complaint(asked: RequestDays, law: Law, as_at: date) -> Clock:
    """Acknowledging: thirty days from the day after, as guidance counts; strictly from the day itself, the alert."""
    if not law.acknowledge_days:
        status = "answered" if _answered(asked, as_at) else "running" if as_at >= asked.received else "not_started"
        note = f"on {words(asked.received)} no law set a time to acknowledge a complaint"
        return Clock(
            asked.received,
            0,
            None,
            None,
            None,
            status,
            elapsed_days=max((as_at - asked.received).days, 0),
            notes=(note,),
        )
    notes = list(_progress(asked, law, as_at))
    raw = asked.received + timedelta(days=law.acknowledge_days)
    due, alert_on = next_working_day(raw), raw - DAY
    _guard(due, law, notes)
    status = _status(asked, law, as_at, asked.received, due, alert_on, paused=False)
    if status == "due_soon" and as_at > alert_on:
        notes.append(f"read strictly, the last day to acknowledge was {words(alert_on)}: do it now")
    elapsed = max((as_at - asked.received).days, 0)
    return Clock(asked.received, 0, None, raw, due, status, "none", None, alert_on, elapsed, 0, tuple(notes))


def _progress(asked: RequestDays, law: Law, as_at: date) -> Iterator[str]:
    """That the person has not been told for too long how an open complaint is going."""
    told = max(filter(None, (asked.answered_on, asked.progress_on)), default=None)
    if told and not asked.is_over and law.progress_days and (as_at - told).days > law.progress_days:
        yield f"the person was last told on {words(told)} how the complaint is going, {(as_at - told).days} days ago"


def uncertain(clock: Clock) -> bool:
    """Whether the date lies beyond the bank holidays that are known, so that a person must confirm it."""
    return any(note.startswith("bank holidays are known until") for note in clock.notes)
