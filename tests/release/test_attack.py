"""Everything ever published is attacked together: tables, quarters, hubs and refreshes give nothing away."""

import itertools
import random
from dataclasses import asdict, replace
from datetime import date

import pytest

from hubdata.errors import Refused
from hubdata.moments import By
from hubdata.release import publish
from hubdata.release.attack import attack
from hubdata.release.counts import Counted, Grouping
from hubdata.release.disclosure.attack import Attack, Published
from hubdata.release.disclosure.policy import DisclosurePolicy
from hubdata.release.disclosure.protect import HIDDEN
from hubdata.release.ledger import Line, ReleaseLedger, as_set
from hubdata.release.protect import protect_together
from hubdata.release.tables import Bin, Side, Spec
from tests.support.ascii import load
from tests.support.lengths import length
from tests.support.releases import AT, bytes_of, decide, fill, table

BY = By("officer", None, date(2026, 11, 22))
LEAKY = 23  # the margins that its two tables share are hidden in one only, if each is protected for itself
PUBLIC = asdict(DisclosurePolicy())


def line(quarter, name, atoms, figures, n=1):
    """A ledger line of figures, each given by its atoms and what was shown."""
    said = [[[atoms.index(a) for a in own], shown, [[name, "row", str(at)]]] for at, (own, shown) in enumerate(figures)]
    return Line(n, quarter, "r", "", PUBLIC, ({"name": name, "atoms": atoms, "figures": said},))


def cube(numbers):
    """Counts by hub, area and reason, shown as hub × area and as area × reason."""
    sides = [tuple(Bin(code, code, (code,)) for code in sorted({atom[at] for atom in numbers})) for at in range(3)]
    groupings = [_grouping(numbers, name, down, across, sides) for name, down, across in (("a", 0, 1), ("b", 1, 2))]
    return Counted("cube", numbers, tuple(groupings))


def _grouping(numbers, name, down, across, sides):
    rows, columns = sides[down], sides[across]
    figures = {
        (i, j): frozenset(
            atom
            for atom in numbers
            if (i == len(rows) or atom[down] == rows[i].code) and (j == len(columns) or atom[across] == columns[j].code)
        )
        for i in range(len(rows) + 1)
        for j in range(len(columns) + 1)
    }
    return Grouping(Spec(name, name, name, name, Side("r", "r"), Side("c", "c")), rows, columns, figures)


def numbers(seed):
    """Counts by hub, area and reason, most of them small."""
    draw = random.Random(seed)
    places = itertools.product(("h1", "h2", "h3"), ("a1", "a2", "a3"), ("r1", "r2", "r3"))
    return {place: draw.choice((0, 0, 1, 3, 9)) for place in places}


@pytest.mark.parametrize("seed", range(31))
def test_linked_tables_give_away_nothing_together(seed):
    counted, policy_ = cube(numbers(seed)), DisclosurePolicy()
    found = protect_together(counted, policy_)
    known = Attack(
        Published(atoms, 1, None) if shown == HIDDEN else Published.exactly(atoms, shown)
        for atoms, shown in found.shown.items()
    )
    for atoms, shown in found.shown.items():
        assert shown in (HIDDEN, counted.count(atoms))
        if policy_.is_small(counted.count(atoms)):
            assert shown == HIDDEN
        if shown == HIDDEN:
            assert known.interval(atoms).width >= 5


def test_two_tables_protected_each_for_itself_are_found_to_give_each_other_away():
    both = cube(numbers(LEAKY))
    alone = [protect_together(replace(both, groupings=(each,)), DisclosurePolicy()) for each in both.groupings]
    sets = tuple(as_set(each) for each in alone)
    found = attack([Line(1, "2026-Q1", "r", "", PUBLIC, sets)])
    together = attack([Line(1, "2026-Q1", "r", "", PUBLIC, (as_set(protect_together(both, DisclosurePolicy())),))])
    assert not found.holds and found.narrowest_interval < 5
    assert together.holds and together.narrowest_interval >= 5


def test_a_figure_shown_later_that_was_hidden_before_is_found_and_named():
    atoms = ["h1", "h2"]
    hidden = line("2026-Q1", "leads", atoms, [(["h1"], HIDDEN), (["h2"], HIDDEN), (atoms, 40)])
    shown = line("2026-Q1", "managers", ["leads/h1"], [(["leads/h1"], 3)], 2)
    shown.sets[0]["of"] = "2026-Q1/"
    assert attack([hidden]).holds
    found = attack([hidden, shown])
    assert {(weak.table, weak.lowest, weak.highest, weak.asked) for weak in found.weak} == {
        ("leads", 3, 3, 5),
        ("leads", 37, 37, 5),
    }


def test_a_year_that_adds_up_quarters_gives_away_the_one_that_was_hidden():
    quarters = [
        line(f"2025-Q{n}", "needs", ["corby"], [(["corby"], HIDDEN if n == 4 else 10 * n)], n) for n in (1, 2, 3, 4)
    ]
    year = line("2025", "year", [f"2025-Q{n}/needs/corby" for n in (1, 2, 3, 4)], [], 5)
    year.sets[0].update(of="", figures=[[[0, 1, 2, 3], 63, [["year", "corby", "total"]]]])
    assert attack(quarters).holds
    assert [(weak.quarter, weak.lowest, weak.highest) for weak in attack([*quarters, year]).weak] == [("2025-Q4", 3, 3)]


def test_numbers_that_contradict_each_other_are_a_problem_and_not_a_pass():
    found = attack([line("2026-Q1", "leads", ["h1"], [(["h1"], 7), (["h1"], 8)])])
    assert not found.holds and "contradict" in found.problems[0]


def test_a_line_keeps_what_was_shown_and_no_count_that_was_hidden(tmp_path):
    book = ReleaseLedger(tmp_path / "ledger.jsonl", b"k" * 32)
    found = protect_together(cube(numbers(3)), DisclosurePolicy())
    book.append("2026-Q1", "r1", PUBLIC, [as_set(found)])
    kept = [figure.shown for figure in book.lines()[0].figures()]
    assert sorted(map(str, kept)) == sorted(map(str, found.shown.values()))
    with pytest.raises(Refused, match="altered"):
        ReleaseLedger(tmp_path / "ledger.jsonl", b"another key").lines()
    with (tmp_path / "ledger.jsonl").open("ab") as file:
        file.write(b'{"n": 2, "what": "rel')  # a crash cut it short
    assert len(book.lines()) == 1
    book.append("2026-Q2", "r2", PUBLIC, [])
    assert [each.quarter for each in book.lines()] == ["2026-Q1", "2026-Q2"]


def test_a_policy_that_rounds_is_refused_because_rounded_releases_are_not_proved():
    with pytest.raises(Refused, match="rounds"):
        protect_together(cube(numbers(1)), DisclosurePolicy("r", "round", 5, 2, "rounded", "partner", 5))


def late(refresh):
    needs = [
        (f"LATE{refresh}N{n}", f"FAMR1{n:04}", "health", f"2025-{3 * n + 2:02}-09", "unmet", "full", AT)
        for n in range(4)
    ]
    return table(("need", "family", "area", "identified_on", "status", "reason", "recorded_at"), needs)


def test_refreshes_of_four_quarters_with_late_data_give_an_averaging_attacker_nothing(sqlite_hub):
    fill(sqlite_hub, 150)
    decide(sqlite_hub, "public")
    quarters = [f"2025-Q{n}" for n in (1, 2, 3, 4)]
    first = {quarter: bytes_of(publish.publish(sqlite_hub, quarter, BY).folder) for quarter in quarters}
    for refresh in range(length(4, 15)):
        load(sqlite_hub, needs=late(refresh))
        for quarter in quarters:
            assert bytes_of(publish.publish(sqlite_hub, quarter, BY).folder) == first[quarter]
    found = publish.audit(sqlite_hub)
    assert found.holds and found.releases == 4 and found.hidden > 20
    assert found.narrowest_interval >= 5
