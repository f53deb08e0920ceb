"""One thing that needs somebody: whose it is, by when, what happens otherwise, and the form that does it."""

from dataclasses import dataclass, field
from datetime import date

LATE, WEEK, SECOND, UNANSWERED, PAUSED = "late", "this_week", "second_person", "unanswered", "paused"
BROKEN, HOLDS, DECISIONS, COPIES, REPORTS = "newly_broken", "holds", "decisions", "copies", "reports"
GROUPS = {
    LATE: "Late",
    WEEK: "Due this week",
    SECOND: "Waiting for a second person",
    UNANSWERED: "Asked, and not answered",
    PAUSED: "Returns that wait for a person",
    BROKEN: "Newly broken",
    HOLDS: "Holds to look at again",
    DECISIONS: "Values that nobody here has confirmed",
    COPIES: "Copies, letters and opened enclosures to delete",
    REPORTS: "Reports missing",
}


@dataclass(frozen=True)
class Thing:
    """One thing that needs somebody; it carries references, never a name of a family's.

    `command` does the next step, and `given` is what its form is filled in with. `case` is the kind of thing that has a
    page of its own.
    """

    group: str
    about: str
    what: str
    whose: str
    by: date | None
    otherwise: str
    command: str
    given: dict[str, str] = field(default_factory=dict)
    case: str = ""


@dataclass(frozen=True)
class Today:
    """What needs somebody on a day; `since` is the day of the look before, and `open_findings` counts all."""

    as_at: date
    since: date
    things: list[Thing]
    open_findings: int
    not_run: list[str]

    def of(self, group: str) -> list[Thing]:
        """The things of one group, the most pressing first."""
        return sorted(
            (one for one in self.things if one.group == group), key=lambda one: (one.by or date.max, one.about)
        )
