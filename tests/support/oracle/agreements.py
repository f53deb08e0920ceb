"""The state of an agreement: what a person had decided for a purpose and a recipient on a day, row by row.

Readings where the contract is silent:

  * an exclusion says something about the recipient that it names, so it stands until a later row names that recipient;
  * decisions with one day and one instant that are not contrary all hold: what any of them leaves out is left out;
  * a row that no longer stands because another corrected it stays gone when that one is corrected in its turn, and
    what a corrected row renewed is renewed by the row that stands in for it.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from tests.support.oracle.rows import Row, by_key, listed, recorded_on, replaced

DECISIONS = ("withdrawn", "refused", "agreed")  # the most protective first
RENEWAL, CORRECTION = "renewal", "correction"


class Agreements:
    """All decisions of a hub that stand."""

    def __init__(self, rows: list[Row], written: list[Row] = ()):
        self.rows = by_key(rows, "agreement")
        self.replaced = replaced(rows, "agreement", "family", written)
        self.by_whom = defaultdict(list)
        for new, old in self.replaced.items():
            self.by_whom[old].append(new)
        self.standing = [
            row for row in rows if row["decision"] in DECISIONS and not self.is_corrected(row["agreement"])
        ]
        self.until = {row["agreement"]: self._until(row["agreement"]) for row in self.standing}
        self.of_person = defaultdict(list)
        for row in self.standing:
            for person in listed(row["covers"]):
                self.of_person[person].append(row)

    def _means(self, new: str) -> str:
        row, old = self.rows[new], self.rows[self.replaced[new]]
        return row.get("supersedes_as") or (RENEWAL if row["decided_on"] > old["decided_on"] else CORRECTION)

    def is_corrected(self, name: str) -> bool:
        return any(self._means(new) == CORRECTION for new in self.by_whom[name])

    def _until(self, name: str) -> date | None:
        """The day of the decision that renewed or changed this one: from then on this one no longer stands."""
        days = [
            self.rows[final]["decided_on"]
            for new in self.by_whom[name]
            for final in self._in_its_place(new)
            if self.rows[final]["decision"] in DECISIONS
        ]
        return min(days, default=None)

    def _in_its_place(self, name: str) -> Iterator[str]:
        corrections = [new for new in self.by_whom[name] if self._means(new) == CORRECTION]
        if not corrections:
            yield name
        for new in corrections:
            yield from self._in_its_place(new)

    def _stands(self, row: Row, day: date) -> bool:
        until = self.until[row["agreement"]]
        return row["decided_on"] <= day and (until is None or day < until)

    def ever(self, row: Row) -> bool:
        """Whether a row stands on any day: one that another of the same day renewed does not."""
        return self._stands(row, row["decided_on"])

    def of(self, person: str, day: date) -> list[Row]:
        """A person's decisions that stand on a day, whatever for and under whichever family they are filed."""
        return [row for row in self.of_person[person] if self._stands(row, day)]

    def of_others(self, family: str, person: str, day: date) -> list[Row]:
        """The decisions filed under a family that are about others only."""
        return [
            row
            for row in self.standing
            if row["family"] == family and person not in listed(row["covers"]) and self._stands(row, day)
        ]

    def state(self, person: str, purpose: str, recipient: str, day: date) -> list[Row]:
        """The row that decides, or all that do where nobody can say which came last; empty if none says anything."""
        rows = self._for(person, purpose, day)
        last = _latest([row for row in rows if speaks_of(row, recipient)])
        strongest = min((row["decision"] for row in last), key=DECISIONS.index, default=None)
        return [row for row in last if row["decision"] == strongest]

    def excluded(self, person: str, purpose: str, recipient: str, day: date) -> bool:
        """Whether the recipient is excluded, and no later row, nor a no at the same moment, names it."""
        rows = self._for(person, purpose, day)
        since = max((_when(row) for row in rows if recipient in listed(row["exclusions"])), default=None)
        naming = [row for row in rows if recipient in listed(row["recipients"])]
        return since is not None and not any(
            _when(row) > since or (_when(row) == since and row["decision"] != "agreed") for row in naming
        )

    def _for(self, person: str, purpose: str, day: date) -> list[Row]:
        return [row for row in self.of(person, day) if row["purpose"] == purpose]

    def known_since(self, row: Row, covered) -> date:
        """The day since which it is recorded that something is covered, by a row or by what it corrected."""
        days, at = [recorded_on(row)], row["agreement"]
        while at in self.replaced and self._means(at) == CORRECTION:
            at = self.replaced[at]
            if covered(self.rows[at]):
                days.append(recorded_on(self.rows[at]))
        return min(days)


def _when(row: Row) -> tuple[date, datetime]:
    return row["decided_on"], row["recorded_at"]


def _latest(rows: list[Row]) -> list[Row]:
    last = max(map(_when, rows), default=None)
    return [row for row in rows if _when(row) == last]


def speaks_of(row: Row, recipient: str) -> bool:
    """Whether a decision says anything about a recipient: it names it, or is a no to everyone."""
    everyone = row["decision"] != "agreed" and not listed(row["recipients"])
    return everyone or recipient in listed(row["recipients"])


def in_force(agreements: Agreements, row: Row, day: date) -> bool:
    """Whether a row is what holds on a day, for any person, its purpose and any recipient that it names."""
    return row["decision"] == "agreed" and any(
        row in agreements.state(person, row["purpose"], recipient, day)
        and not agreements.excluded(person, row["purpose"], recipient, day)
        and (row["expires_on"] is None or day <= row["expires_on"])
        for person in listed(row["covers"]) - listed(row["exclusions"])
        for recipient in listed(row["recipients"])
    )
