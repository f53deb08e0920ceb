"""A quarter of the calendar: what a release is about; it reads no clock."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from hubdata.dates import MONTHS, words
from hubdata.errors import BadParameter, Refused

NAME = re.compile(r"(\d{4})-?[Qq]([1-4])", re.ASCII)


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter, of the calendar year: 2026-Q3 is July to September 2026."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Read 2026-Q3. Raises BadParameter for anything else."""
        found = NAME.fullmatch(text.strip())
        if not found or int(found[1]) < 1:
            raise BadParameter(f"{text!r} is not a quarter; write the year and the quarter, for example 2026-Q3")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def ended_by(cls, day: date) -> "Quarter":
        """The last quarter that was over on a day; a quarter's own last day is not over yet."""
        now = cls(day.year, (day.month + 2) // 3)
        return cls(now.year, now.number - 1) if now.number > 1 else cls(now.year - 1, 4)

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.number}"

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        month = 3 * self.number
        return date(self.year, 12, 31) if month == 12 else date(self.year, month + 1, 1) - timedelta(1)

    @property
    def after(self) -> "Quarter":
        """The quarter that follows."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    @property
    def words(self) -> str:
        """July to September 2026."""
        return f"{MONTHS[self.first.month - 1]} to {MONTHS[self.last.month - 1]} {self.year}"

    def refuse_unless_over(self, today: date) -> None:
        """Raises Refused if the quarter has not ended: its figures could still change."""
        if self.last >= today:
            why = f"{self} ({self.words}) has not ended; it can be published from {words(self.last + timedelta(1))}"
            raise Refused(why, [why])
