"""What stories are made with: days close together, instants about midnight, and choices seldom usual."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

Row = dict[str, object]
# Every era runs over something that dates trip on: 29 February; five years after it; a new notice and the hour that
# England loses; the law on complaints. Everything that matters happens within a few days of it.
ERAS = (date(2024, 2, 22), date(2025, 2, 21), date(2026, 3, 24), date(2026, 6, 16))
DAYS = 14
JUDGED = 8  # days after the first on which the tests judge: much begins, ends and is recorded on that very day
INSTANTS = (time(0), time(9), time(9, 0, 0, 1), time(22, 59, 59), time(23, 0), time(23, 30), time(23, 59, 59, 999999))
SOLID = ("A risk to a child", "Named by the school", "Ne'er seen since", "Room 12, step 3 of 7", "Seen on 12/05/2026")
# What says how to reach or to number a person: invented, and of no use to anybody.
OUTSIDE = (
    "Ring 07700 900123",
    "Ring (01604) 49 60 00",
    "Her worker is on 0800 1111",
    "Write to made.up@example.org",
    "Lives at NN99 9ZZ",
    "NHS number 999 000 0018",
    "AB 12 34 56 C",
    "Pupil A123456789012",
)
HOLLOW = ("N/A", "n/a", "-", "none", "None", "tbc", "TBC", "...", ".", " ", "--", "N/A.")


@dataclass
class Kit:
    """One story's luck."""

    random: Random
    first: date
    name: str
    made: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, **row: object) -> Row:
        """One more row."""
        self.made.setdefault(table, []).append(row)
        return row

    def chance(self, one_in: int) -> bool:
        """True once in so many times."""
        return self.random.randrange(one_in) == 0

    def rarely(self, value: object, one_in: int = 5) -> object:
        """A value once in so many times, else none."""
        return value if self.chance(one_in) else None

    def mostly(self, value: object, one_in: int = 8) -> object:
        """A value, but for once in so many times."""
        return None if self.chance(one_in) else value

    def pick(self, *among: object) -> object:
        """One of these."""
        return self.random.choice(among)

    def some(self, among: Sequence[str], least: int = 0) -> str | None:
        """A list of some of these, in any order; None if of none."""
        each = sorted(set(among))
        return ";".join(self.random.sample(each, self.random.randint(min(least, len(each)), len(each)))) or None

    def day(self) -> date:
        """A day within the few in which everything happens."""
        return self.first + timedelta(days=self.pick(*range(DAYS), JUDGED, JUDGED, JUDGED))

    def about(self, days: int) -> date:
        """A day close to so many days before the middle of the story."""
        return self.first + timedelta(days=DAYS // 2 - days + self.random.randint(-3, 3))

    def recorded(self, on: date) -> datetime:
        """When the hub learned of something: on its day, days later, seldom before."""
        late = self.pick(0, 0, 0, 0, 0, 1, 2, 6, -1)
        return datetime.combine(on + timedelta(days=late), self.pick(*INSTANTS))

    def reason(self) -> str | None:
        """A reason, or a word that says nothing, or nothing."""
        return self.pick(*SOLID, *SOLID, self.pick(*HOLLOW), self.pick(*HOLLOW), self.pick(*OUTSIDE), None, None)
