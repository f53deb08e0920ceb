"""The release ledger: every number ever published, outside the records, so that all of them can be attacked together.

`published/ledger.jsonl` holds one signed line for each release; each line's signature covers the one before. A line
says which atoms each published figure adds up and what was shown; of a hidden figure it says no more than that it is
hidden. Of sets that record keys changed it keeps a sketch of the records (cellkey/near.py) and, as `keys`, which
secret made their keys; of figures of which nothing is said, not even that they are not 0, the number is in `unsaid`. It
is written and on the disk before its release can be seen. It holds no reference, no name and no hidden count, and it is
never shortened: what was published stays known, so that families destroyed later change nothing in it.

    {"n": 2, "what": "release", "quarter": "2026-Q3", "release": "5f0c…", "policy": {…},
     "sets": [{"name": "needs", "atoms": ["corby|health|full", …],
               "figures": [[[0, 1, 4], 12, [["unmet_reasons", "health", "total"]]], [[0], "[c]", […]]]}], "mac": "…"}
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hubdata import moments
from hubdata.errors import Refused
from hubdata.records import signed
from hubdata.release.cellkey.near import Sketch
from hubdata.release.protect import ProtectedSet

FILE = "ledger.jsonl"
QUARTERLY, YEARLY, TABLE = "release", "year", "table"  # what a line is; a table is one that somebody had protected
SIGN = "|"


@dataclass(frozen=True)
class ReleasedFigure:
    """One published figure: the atoms that it adds up, what was shown, and every place where it stood.

    Of one that is `unsaid` nothing is known, not even that it is not 0.
    """

    atoms: frozenset[str]
    shown: int | str
    places: tuple[tuple[str, str, str], ...]
    unsaid: bool = False


@dataclass(frozen=True)
class Line:
    """One release as the ledger has it."""

    n: int
    quarter: str
    release: str
    mac: str
    policy: dict
    sets: tuple[dict, ...]
    at: str = ""  # when it was published, UTC
    keys: str = ""  # which secret made the record keys; empty where none changed a figure
    destroyed: int = 0  # how many families' records had ever been destroyed
    what: str = QUARTERLY  # or a year's edition for the public, or a table that somebody had protected on a day

    def figures(self) -> Iterator[ReleasedFigure]:
        """Every figure; an atom's name says its quarter and its set, unless the set says that its names are whole."""
        for each in self.sets:
            before = each.get("of", f"{self.quarter}/{each['name']}/")
            names = [before + atom for atom in each["atoms"]]
            unsaid = set(each.get("unsaid", ()))
            for number, (atoms, shown, places) in enumerate(each["figures"]):
                own = frozenset(names[at] for at in atoms)
                yield ReleasedFigure(own, shown, tuple(tuple(place) for place in places), number in unsaid)


def as_set(found: ProtectedSet, sketch: Sketch | None = None) -> dict:
    """One protected set of tables as the ledger keeps it, and the sketch of its records where their keys changed it."""
    atoms = sorted(found.counted.atoms)  # however the rows lay
    number = {atom: at for at, atom in enumerate(atoms)}
    places: dict[frozenset, list] = {}
    for each in found.counted.groupings:
        down, across = ([*(bin_.code for bin_ in side), "total"] for side in (each.rows, each.columns))
        for (i, j), own in each.figures.items():
            places.setdefault(own, []).append([each.spec.name, down[i], across[j]])
    figures = [[sorted(number[a] for a in own), shown, places[own]] for own, shown in found.shown.items()]
    said = {"name": found.counted.name, "atoms": [SIGN.join(atom) for atom in atoms], "figures": figures}
    said |= {"unsaid": unsaid} if (unsaid := [at for at, own in enumerate(found.shown) if own in found.unsaid]) else {}
    return said | ({"sketch": sketch} if sketch else {})


@dataclass(frozen=True)
class ReleaseLedger:
    """One hub's ledger: the file and the key that signs it."""

    path: Path
    key: bytes

    def lines(self) -> list[Line]:
        """Every release, oldest first. Raises Refused if a line is not as written."""
        return [line for line, _ in self._read()]

    def _read(self) -> list[tuple[Line, int]]:
        """Every line and where it ends; a line that a crash cut short was never relied on."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return []
        found, before, at = [], "", 0
        *whole, _torn = content.split(b"\n")
        for number, text in enumerate(whole, 1):
            line = self._checked(text, before, number)
            at += len(text) + 1
            found.append((line, at))
            before = line.mac
        return found

    def append(
        self,
        quarter: str,
        release: str,
        policy: dict,
        sets: Iterable[dict],
        keys: str = "",
        destroyed: int = 0,
        what: str = QUARTERLY,
    ) -> Line:
        """Add a signed line and see it on the disk, or leave the file as it was; only one process at a time may.

        Raises Refused if its quarter or year is there: two releases of one, with a late row between them, tell of it.
        """
        before = self._read()
        last, size = before[-1] if before else (None, 0)
        if what in (QUARTERLY, YEARLY) and any((line.what, line.quarter) == (what, quarter) for line, _ in before):
            why = f"{quarter} is published already, and a release is never made again: late data do not alter it"
            raise Refused(why, [why])
        body = {
            "n": last.n + 1 if last else 1,
            "what": what,
            "quarter": quarter,
            "release": release,
            "policy": policy,
            "sets": list(sets),
            "at": moments.now().isoformat(timespec="seconds"),
        }
        body |= ({"keys": keys} if keys else {}) | ({"destroyed": destroyed} if destroyed else {})
        mac = signed.mac(self.key, last.mac if last else "", body)
        signed.write(self.path, body, mac, size)
        return Line(body["n"], quarter, release, mac, policy, tuple(body["sets"]), body["at"], keys, destroyed, what)

    def _checked(self, text: bytes, before: str, number: int) -> Line:
        found = signed.body_of(text, self.key, before)
        try:
            body, mac = found or ({}, "")
            named = (body["quarter"], body["release"], mac, body["policy"])
            more = (body.get("keys", ""), body.get("destroyed", 0), body["what"])
            line = Line(number, *named, tuple(body["sets"]), body["at"], *more)
            whole = body["n"] == number
        except (KeyError, TypeError):
            whole = False
        if not whole:
            why = (
                f"line {number} of the release ledger {self.path.name} has been altered, moved or cut; put it back "
                "from its own copy: nothing can be published until everything that was published is known"
            )
            raise Refused(why, [why])
        return line
