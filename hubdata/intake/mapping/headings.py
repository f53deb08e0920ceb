"""Which of our columns a partner's headings can mean, by the list in params/policy/headings.yaml; a person decides."""

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from hubdata.policy import Policy, slug
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES

ASIDE = re.compile(r"\([^)]*\)|\[[^]]*\]")  # DOB (dd/mm/yyyy)
# What one list of families tells beside them, by the columns that only say something of that table.
ONE_LIST = {
    "families": ("opened_on", "closed_on", "hub", "closure_reason"),
    "people": ("given_name", "family_name", "date_of_birth"),
    "involvements": ("organisation", "last_contact_on", "partner_reference"),
    "leads": ("practitioner",),
}


@dataclass(frozen=True)
class Headings:
    """Every way in which each column of each table is written, plainest first, without signs and blanks."""

    ways: dict[tuple[str, str], tuple[str, ...]]
    written: frozenset[str]  # every one of them as a slug
    own: frozenset[tuple[str, str]]  # columns with ways of their own table, which come before those of any

    @classmethod
    def of(cls, decided: Policy, day: date) -> "Headings":
        """The list in force on a day."""
        said, ways, written = decided.value("intake.headings", day), {}, set()
        for table, name in [(of, column.name) for of in CONTRACT_TABLES for column in TABLES[of].c]:
            names = (name, *said.get(f"{table}.{name}", ()), *said.get(name, ()))
            ways[table, name] = tuple(map(_plain, names))
            written.update(map(slug, names))
        return cls(ways, frozenset(written), frozenset(one for one in ways if ".".join(one) in said))

    def meant(self, table: str, heading: str) -> str | None:
        """The first column of a table that a heading can mean, if there is one."""
        return next((name for (of, name), ways in self.ways.items() if of == table and _plain(heading) in ways), None)

    def placed(self, table: str, headings: list[str]) -> dict[str, str]:
        """Our columns of a table and the heading that is proposed for each, each heading once."""
        theirs = {_plain(ASIDE.sub("", heading)): heading for heading in headings}
        theirs |= {_plain(heading): heading for heading in headings}
        family = next((theirs[way] for way in self.ways["families", "family"] if way in theirs), None)
        found = {"family": family} if family and "family" in TABLES[table].c else {}
        names = [column.name for column in TABLES[table].c if column.name not in found]
        for name in sorted(names, key=lambda name: (table, name) not in self.own):
            left = {way: heading for way, heading in theirs.items() if heading not in found.values()}
            way = next((way for way in self.ways[table, name] if way in left), None)
            close = get_close_matches(name.replace("_", ""), left, 1, 0.85)
            if way or close:
                found[name] = left[way or close[0]]
        return {column.name: found[column.name] for column in TABLES[table].c if column.name in found}

    def tables(self, called: str | None, headings: list[str]) -> dict[str, dict[str, str]]:
        """The tables that a sheet is proposed for and their placed columns: one, or what a list of families tells.

        `called` is the table that its name means, if it means one.
        """
        all_placed = {table: self.placed(table, headings) for table in CONTRACT_TABLES}
        first = called or max(CONTRACT_TABLES, key=lambda table: _needed(table, all_placed[table]))
        chosen = {first: all_placed[first]}
        if first not in ONE_LIST or "family" not in all_placed[first]:
            return chosen
        used = set(all_placed[first].values())
        for table, telling in ONE_LIST.items():
            own = {all_placed[table].get(name) for name in telling} - {None} - used
            if table != first and own:
                chosen[table] = all_placed[table]
                used |= own
        return chosen


def _needed(table: str, placed: dict[str, str]) -> int:
    return sum(not TABLES[table].c[name].nullable for name in placed)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.lower())
