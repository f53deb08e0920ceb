"""RR01 to RR03: the clock of each request and complaint, counted as domain.md 3.1 and 3.2 do.

Which steps are of one kind of question (whose identity, whose authority, a fee) and which end a request is what the
records' own closed list says. Readings where the contract is silent:

  * a step counts from the day on which it happened; one that another step of the same request corrects never did;
  * while identity, authority or a fee is still waited for, or the clock stands still, nothing is past its date; an
    answer that nobody asked for changes nothing, nor does what happened before the request came; of one day, what was
    asked for comes before what came; one answer answers the oldest question that is open;
  * RR03 is told from the day after the strict day, which is one before the day that guidance gives; a complaint that
    was closed needs no acknowledgement any more.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from hubdata.dates import next_working_day
from tests.support.oracle.rows import DAY, Found, Records, Row, add_months, current

ENDS = ("responded", "refused", "withdrawn", "closed")
WAITED_FOR = ("id", "authority", "fee")
COMPLAINTS_FROM = date(2026, 6, 19)
PAUSE_FROM = date(2020, 10, 21)
ACKNOWLEDGED_WITHIN = 30


def steps(records: Records, request: Row, as_at: date = date.max) -> list[tuple[date, str]]:
    """What had happened with a request by a day, in order."""
    rows = current(records["request_events"], "event", same="request")
    own = [row for row in rows if row["request"] == request["request"] and row["happened_on"] <= as_at]
    return sorted(((row["happened_on"], row["what"]) for row in own), key=_in_order)


def _in_order(step: tuple[date, str]) -> tuple[date, bool, str]:
    return step[0], step[1].endswith("_received"), step[1]


def is_open(records: Records, request: Row, as_at: date) -> bool:
    """Whether a request had come and was not answered by a day."""
    what = [name for _, name in steps(records, request, as_at)]
    return "received" in what and not set(what) & set(ENDS)


def judge(records: Records, as_at: date, soon: int) -> Found:
    """The requests and complaints that are late or nearly so."""
    found = set()
    for request in records["requests"]:
        if is_open(records, request, as_at):
            code = _complaint if request["kind"] == "complaint" else _request
            found |= {(said, request["request"]) for said in code(records, request, as_at, soon)}
    return found


def _request(records: Records, request: Row, as_at: date, soon: int) -> set[str]:
    due = clock(request["kind"], steps(records, request, as_at))
    if due is None:
        return set()
    if as_at > due:
        return {"RR01"}
    return {"RR02"} if due - as_at <= timedelta(days=soon) else set()


def _complaint(records: Records, request: Row, as_at: date, soon: int) -> set[str]:
    happened = steps(records, request, as_at)
    received = min(day for day, what in happened if what == "received")
    if received < COMPLAINTS_FROM or any(what == "acknowledged" for _, what in happened):
        return set()
    strict = received + timedelta(days=ACKNOWLEDGED_WITHIN - 1)
    if as_at > strict:
        return {"RR03"}
    return {"RR02"} if strict - as_at <= timedelta(days=soon) else set()


def clock(kind: str, happened: list[tuple[date, str]]) -> date | None:
    """The day on which a request is due, or None while its clock has not started or stands still."""
    received = min(day for day, what in happened if what == "received")
    course = Course(received, received)
    pauses = kind == "access" and received >= PAUSE_FROM
    for day, what in happened:
        if day >= course.received:
            course.take(day, what, pauses)
    return None if course.stands_still else next_working_day(course.raw_due)


@dataclass
class Course:
    """The clock of one request as its steps happened, one after the other."""

    received: date
    start: date
    waiting: set[str] = field(default_factory=set)
    asked_on: list[date] = field(default_factory=list)
    pauses: list[tuple[date, date]] = field(default_factory=list)
    extended: bool = False

    @property
    def stands_still(self) -> bool:
        """Whether something that was asked for has not come."""
        return bool(self.waiting or self.asked_on)

    @property
    def notice_by(self) -> date:
        """The last day on which the person could be told that it takes longer."""
        return self._after(1)

    @property
    def raw_due(self) -> date:
        """The day on which it is due, working day or not."""
        return self._after(3 if self.extended else 1)

    def _after(self, months: int) -> date:
        # the first and the last day of a pause do not count, nor those between; what was before the start never did
        still = {first + number * DAY for first, last in self.pauses for number in range((last - first).days + 1)}
        return add_months(self.start, months) + len({day for day in still if day >= self.start}) * DAY

    def take(self, day: date, what: str, pauses: bool) -> None:
        """One more step; what is asked after the date changes nothing, unless the clock stands still."""
        past = not self.stands_still and day > self.raw_due
        kind, _, done = what.rpartition("_")
        if kind in WAITED_FOR and done == "requested" and not past:
            self.waiting.add(kind)
        if kind in self.waiting and done == "received":
            self.waiting.discard(kind)
            self.start = max(self.start, day)
        if what == "clarification_asked" and pauses and not past:
            self.asked_on.append(day)
        if what == "clarification_received" and self.asked_on:
            self.pauses.append((self.asked_on.pop(0), day))
        if what == "extended" and (self.stands_still or day <= self.notice_by):
            self.extended = True
