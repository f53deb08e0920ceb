"""Tables that somebody had protected to give them out: each enters the release ledger, and is known to the attacker.

What they count is not known here, but which tables have the same rows and columns, and whether they count the same
records: the ledger keeps a sketch of each table's counts and of its margins (cellkey/near.py). A table that differs
from an earlier one by one to four records is refused, since the two together would show whom. Margins of tables that
share their rows, or their columns, and count the same records are one figure for the attacker. Labels are kept as
digests: whatever they say stays with whoever asked.
"""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from hubdata import dates, moments
from hubdata.errors import Refused
from hubdata.moments import By
from hubdata.records import folders
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.release.attack import attack
from hubdata.release.cellkey import near
from hubdata.release.disclosure.protect import Protected, atoms_of
from hubdata.release.disclosure.table import Table, plain_name
from hubdata.release.ledger import SIGN, TABLE, Line
from hubdata.release.together import book
from hubdata.release.together.lesser import newly

TOTAL = "total"
ALLOWED = (
    "What is allowed: the earlier table once more with the counts that it had, one in which five records or more are "
    "others, or one that has other rows and other columns"
)
ENTERED = "This table is in the release ledger now: a later one that differs from it by one to four records is refused."
UNKEPT = (
    "There is no hub here, so that nobody remembers this table: see to it yourself that no other is given out that "
    "differs from it by a few records."
)


def give(hub: Hub, found: Protected, by: By) -> bool:
    """Enter a protected table as given out; whether it is new (if not, nothing is entered: it is known as it is).

    Raises Refused if it differs from an earlier one by one to four records, or if a small count could be worked out
    from it and what was given out before.
    """
    place = book.home(hub)
    place.mkdir(mode=0o750, exist_ok=True)
    with folders.only_one(place / book.LOCK, book.BUSY):
        lines = [line for line in book.trusted(hub) if line.what == TABLE]
        day, own = str(moments.today()), _Given.of(found, hub.key("releases"))
        known = own.among(lines)
        if known and any(each.policy == asdict(found.policy) for each in known):
            return False
        kept = own.kept(found, known, lines)
        _refuse_weak(lines, Line(0, day, own.shape, "", asdict(found.policy), (kept,), what=TABLE))
        entered = book.book(hub).append(day, own.shape, asdict(found.policy), [kept], what=TABLE)
        detail = {"policy": found.policy.name, "hidden": found.hidden, "ledger": [entered.n, entered.mac]}
        with hub.write(Act(by.actor, "officer", by.reason or "a protected table", book.GIVEN, detail)):
            pass
    return True


def _refuse_weak(lines: list[Line], new: Line) -> None:
    before, after = attack(lines), attack([*lines, new])
    weak = [each for each in newly(after.weak, before.weak) if each.quarter != new.quarter or lines]
    if weak or set(after.problems) - set(before.problems):
        days = ", ".join(sorted({dates.words(dates.parse(line.quarter)) for line in lines}))
        why = (
            f"nothing is given out: together with what was given out before ({days}) a small count could be worked "
            "out. What is allowed: the earlier table as it was, or one that has other rows and other columns, or "
            "coarser ones"
        )
        raise Refused(why, [why])


@dataclass(frozen=True)
class _Given:
    """A table by digests: of its labels, of its rows and columns, and sketches of what it counts."""

    secret: bytes
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, found: Protected, secret: bytes) -> "_Given":
        table: Table = found.table
        rows, columns = (
            tuple(_digest(secret, plain_name(each)) for each in own) for own in (table.rows, table.columns)
        )
        return cls(secret, rows, columns, table.counts)

    @property
    def shape(self) -> str:
        """What tables of the same rows and columns have in common, whichever of both stands down the side."""
        return _digest(self.secret, SIGN.join(sorted(map(self._side, (self.rows, self.columns)))))

    def _side(self, labels: tuple[str, ...]) -> str:
        return _digest(self.secret, SIGN.join(sorted(labels)))

    def _cell(self, row: str, column: str) -> str:
        return SIGN.join(sorted((row, column)))

    @property
    def cells(self) -> dict[str, int]:
        return {
            self._cell(row, column): n
            for row, own in zip(self.rows, self.counts, strict=True)
            for column, n in zip(self.columns, own, strict=True)
        }

    def margins(self) -> Iterator[tuple[str, dict[str, int], dict[str, list[str]]]]:
        """Each side, its totals by label, and which cells they add up."""
        for labels, others, across in ((self.rows, self.columns, False), (self.columns, self.rows, True)):
            sums = [sum(each) for each in (zip(*self.counts, strict=True) if across else self.counts)]
            own = {label: [self._cell(label, other) for other in others] for label in labels}
            yield self._side(labels), dict(zip(labels, sums, strict=True)), own

    def among(self, lines: Iterable[Line]) -> list[Line]:
        """The lines of the same table with the same counts. Raises Refused if one differs by one to four records."""
        found = []
        for line in lines:
            if line.release == self.shape:
                by = near.moved(self.cells, self.secret, line.sets[0]["counts"])
                _refuse_near(by, line)
                found += [] if by else [line]
        return found

    def kept(self, found: Protected, known: list[Line], lines: list[Line]) -> dict:
        """What the ledger keeps; the same table in another form is of the same atoms."""
        cells = list(self.cells)
        high, wide = len(self.rows), len(self.columns)
        downs, across = (*self.rows, TOTAL), (*self.columns, TOTAL)
        figures = []
        for i in range(high + 1):
            for j in range(wide + 1):
                own = [self._cell(self.rows[a], self.columns[b]) for a, b in atoms_of((i, j), high, wide)]
                place = ["a table", downs[i], across[j]]
                figures.append([sorted(map(cells.index, own)), found.shown[i][j], [place]])
        of = known[0].sets[0]["of"] if known else f"{TABLE}/{len(lines) + 1}/"
        sides = {side: near.weighed(sums, self.secret) for side, sums, _ in self.margins()}
        said = {"name": TABLE, "of": of, "atoms": cells, "figures": figures, "sides": sides}
        return said | {
            "counts": near.weighed(self.cells, self.secret),
            "ties": [] if known else self._ties(cells, lines),
        }

    def _ties(self, cells: list[str], lines: list[Line]) -> list:
        """Margins that earlier tables have too, where both count the same records."""
        found = []
        for side, sums, own in self.margins():
            for line in lines:
                before = line.sets[0]
                if line.release == self.shape or side not in before["sides"]:
                    continue
                by = near.moved(sums, self.secret, before["sides"][side])
                _refuse_near(by, line)
                for label, atoms in own.items() if not by else ():
                    theirs = [before["of"] + each for each in before["atoms"] if label in each.split(SIGN)]
                    found.append([sorted(map(cells.index, atoms)), theirs])
        return found


def _digest(secret: bytes, text: str) -> str:
    return hmac.digest(secret, b"label " + text.encode(), "sha256").hex()[:24]


def _refuse_near(by: int, line: Line) -> None:
    if 0 < by <= near.FEW:
        day = dates.words(dates.parse(line.quarter))
        why = (
            f"nothing is given out: this table and one that was given out on {day} differ by one to four records, and "
            f"whoever has both would see whom. {ALLOWED}"
        )
        raise Refused(why, [why])
