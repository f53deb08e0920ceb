"""The clock as a question at the desk: days as text in, the clock's answer out; it records nothing."""

from datetime import date
from typing import cast

from hubdata import dates, policy
from hubdata.dates import words
from hubdata.errors import BadParameter
from hubdata.rules import clock
from hubdata.terms import RequestKind

LAST = date(2100, 12, 31)
STATUS = {
    "not_started": "the clock has not started",
    "paused": "the clock stands still until the person answers",
    "running": "in time",
    "due_soon": "due soon",
    "overdue": "past its date",
    "answered": "answered in time",
    "answered_late": "answered late",
    "withdrawn": "withdrawn",
    "closed": "closed",
}


def tell(kind: str, days: dict[str, str | list[str] | None], as_at: date, values: policy.Policy) -> clock.Clock:
    """What the clock says of these days, named as `clock.RequestDays` names them; clarifications are two lists.

    Raises BadParameter for an unknown kind, a day that is none, or days that cannot be true together.
    """
    if kind not in RequestKind._value2member_map_:
        raise BadParameter(f"--kind {kind!r} is none; allowed are {', '.join(RequestKind)}")
    asked, answers = (
        _days(name, cast(list[str], days.get(name) or [])) for name in ("clarification_asked", "clarification_received")
    )
    if len(answers) > len(asked):
        raise BadParameter("there are more --clarification-received than --clarification-asked; give a pair for each")
    pairs = tuple(zip(asked, answers + [None] * (len(asked) - len(answers)), strict=True))
    single = {name: _days(name, [said])[0] for name, said in days.items() if isinstance(said, str)}
    given = clock.RequestDays(kind=kind, clarifications=pairs, is_over=True, **single)
    return clock.read(given, clock.law(values, given.received), as_at)


def _days(name: str, said: list[str]) -> list[date]:
    option = f"--{name.replace('_', '-')}"
    found = [dates.parse(one, option) for one in said]
    if found and max(found) > LAST:
        raise BadParameter(f"{option} {max(found)} lies beyond {LAST}, where no calendar is known")
    return found


def lines(told: clock.Clock, kind: str, as_at: date) -> list[str]:
    """The clock's answer."""
    what = "acknowledged" if kind == clock.COMPLAINT else "answered"
    said = [f"To be {what} by {words(told.due)}." if told.due else "There is no date yet."]
    said[0] += f" As at {words(as_at)}: {STATUS[told.status]}."
    if told.alert_on and told.alert_on != told.due:
        said.append(f"  Read strictly, by {words(told.alert_on)}: what is near that day is pointed out.")
    said += [f"  The clock runs from {words(told.relevant_time)}."] if told.relevant_time else []
    said += [f"  {told.paused_days} days did not count."] if told.paused_days else []
    said += [f"  Waiting for {told.waiting_days} days."] if told.waiting_days else []
    said += [f"  Last day to tell the person that it takes longer: {words(told.notice_by)}."] if told.notice_by else []
    return said + [f"  Look at this: {note}." for note in told.notes]
