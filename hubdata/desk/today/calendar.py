"""The deadlines as a calendar file (RFC 5545): what is due on a day and how often, without a name or a reference.

The same hub on the same day gives the same bytes, so that a calendar which reads the file again changes nothing.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from hubdata.errors import HubError
from hubdata.records.store import Hub
from hubdata.retention import holds
from hubdata.rights import sweep, view
from hubdata.schedule import plan
from hubdata.schedule.calendar import end_of
from hubdata.schedule.state import State, dues, following
from hubdata.terms import RequestKind

LONGEST = 75  # octets of a line; a longer one is folded
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
DELETES = {
    "Copy": "A person's copy deletes itself",
    "Letter": "A letter deletes itself",
    "Enclosure": "An enclosure that was opened deletes itself",
}
OPEN_IT = "Open the desk: Today says which, whose, and what happens otherwise."


def made(hub: Hub, as_at: date) -> str:
    """Every deadline that is known on a day, late ones too, as a calendar."""
    counted = Counter(_deadlines(hub, as_at))
    events = [line for (day, what), many in sorted(counted.items()) for line in _event(day, what, many, as_at)]
    whole = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//hubdata//today//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    return "".join(f"{folded(line)}\r\n" for line in [*whole, *events, "END:VCALENDAR"])


def _deadlines(hub: Hub, as_at: date) -> Iterator[tuple[date, str]]:
    with hub.read() as connection:
        standing = view.read(connection, as_at)
    for one in standing:
        is_complaint = one.kind == RequestKind.COMPLAINT
        if one.days_left is not None and one.due:
            yield one.due, "Complaint to acknowledge" if is_complaint else f"Data rights: answer due ({one.kind})"
    yield from ((one.review_on, "Hold to look at again") for one in holds.held(hub, as_at) if one.review_on)
    made = [one for one in sweep.temporary(hub) if one.made_on is None or one.made_on <= as_at]
    yield from ((one.delete_on, DELETES[one.what]) for one in made)
    yield from _reports(hub, as_at)


def _reports(hub: Hub, as_at: date) -> Iterator[tuple[date, str]]:
    try:
        packs = plan.read(home=Path(hub.home))
    except HubError:
        return  # Today itself says that the schedule cannot be read
    now = end_of(as_at)
    open_ = [due for due in dues(packs, now) if State.read(Path(hub.home), due).left]
    coming = [due for pack in packs if (due := following(pack, now))]
    yield from ((due.due, f"Reports due: {due.pack.title}") for due in [*open_, *coming])


def _event(day: date, what: str, many: int, as_at: date) -> Iterator[str]:
    said = what if many == 1 else f"{what}: {many:,}"
    yield from (
        "BEGIN:VEVENT",
        f"UID:{sha256(f'{day} {what}'.encode()).hexdigest()[:32]}@hubdata",
        f"DTSTAMP:{as_at:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{said.translate(ESCAPED)}",
        f"DESCRIPTION:{OPEN_IT.translate(ESCAPED)}",
        "TRANSP:TRANSPARENT",
        "CLASS:CONFIDENTIAL",
        "END:VEVENT",
    )


def folded(line: str) -> str:
    """A line in parts of 75 octets at most, each but the first after a space; no letter is cut in two."""
    parts, room = [""], LONGEST
    for letter in line:
        size = len(letter.encode())
        if size > room:
            parts.append(" ")
            room = LONGEST - 1
        parts[-1] += letter
        room -= size
    return "\r\n".join(parts)
