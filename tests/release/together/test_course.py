"""Who knows how records go on from one quarter to the next works out nothing more from all quarters than from one.

What was measured before this was built, on the demo hub of 400 families over eight quarters, each of them hidden for
itself: with the calendar alone seven hidden figures were known exactly, and 86 were narrower than the policy's width.
"""

from dataclasses import asdict, replace
from functools import cache

import pytest

from benchmarks.data import snapshot_of
from hubdata import policy
from hubdata.dates import Quarter
from hubdata.demo import make as demo
from hubdata.errors import Refused
from hubdata.release import files, sets
from hubdata.release.attack import attack
from hubdata.release.counts import counted
from hubdata.release.disclosure import policy as disclosure_policy
from hubdata.release.finish import Edition, finish
from hubdata.release.ledger import Line
from hubdata.release.said import audit_lines
from hubdata.release.together import lesser
from tests.support import attacker
from tests.support.ascii import rows
from tests.support.lengths import length

LAST, MANY = Quarter.parse("2026-Q2"), length(5, 8)
PUBLIC = disclosure_policy.read("public", LAST.last)
HUBS = [pytest.param(400, 7, id="the demo hub"), pytest.param(300, 3, id="a hub of 300 families")][: length(1, 2)]


@cache
def quarters(families, seed):
    """What stands from one quarter to the next, counted for some quarters of a made-up hub, by quarter."""
    records, asked = snapshot_of(demo.generate(families, seed)), [LAST]
    while len(asked) < MANY:
        asked.insert(0, asked[0].before)
    found = {each: counted(records, policy.load(), each, b"k" * 32) for each in asked}
    return {each: [one for one in own if one.name in ("families", "reviews")] for each, own in found.items()}


@cache
def made(families, seed):
    """Each quarter's sets, hidden for themselves."""
    return {each: sets.made(own, PUBLIC, b"", [], {}) for each, own in quarters(families, seed).items()}


@cache
def published(families, seed):
    """The same, each published after those before it."""
    found, lines = {}, []
    for quarter, own in made(families, seed).items():
        found[quarter], _ = lesser.held(own, lines, str(quarter), "hide_more")
        lines.append(found[quarter].line(str(quarter)))
    return found


def csvs(releases):
    """The files that anybody can download, quarter by quarter, and what their figures are counts of."""
    written, counts = [], {}
    for number, (quarter, release) in enumerate(releases.items()):
        edition = Edition(quarter, "", PUBLIC, ())
        tables = [(each, table) for each in release.protected for table in finish(each, edition)]
        written.append({f"{table.file}.csv": files.tidy(table) for _, table in tables})
        for each, table in tables:
            for (i, j), own in table.grouping.figures.items():
                place = table.file, table.rows[i].label, table.columns[j].label
                counts[number, *place] = each.counted.count(own)
    return written, counts


@pytest.mark.parametrize("families, seed", HUBS)
def test_each_quarter_for_itself_is_safe_and_all_of_them_together_are_not(families, seed):
    written, counts = csvs(made(families, seed))
    alone, together = (attacker.widths(written, time=knows) for knows in (False, True))
    assert all(high - low >= 5 for low, high in alone.values())
    narrow = {at: (low, high) for at, (low, high) in together.items() if high - low < 5}
    assert narrow and all(low <= counts[at] <= high for at, (low, high) in narrow.items())
    assert any(1 <= counts[at] <= 5 for at in narrow)


@pytest.mark.parametrize("families, seed", HUBS)
def test_an_attacker_who_reads_all_quarters_with_a_calendar_finds_no_small_count(families, seed):
    written, counts = csvs(published(families, seed))
    found = attacker.widths(written, least=0)
    assert all(low <= counts[at] <= high for at, (low, high) in found.items())
    assert [at for at, (low, high) in found.items() if low and high - low < 5] == []
    assert not any(0 < low == high <= 5 for low, high in found.values())


@pytest.mark.parametrize("families, seed", HUBS)
def test_the_audit_knows_the_calendar_too_and_says_so(families, seed):
    alone, together = (
        attack(own.line(str(quarter)) for quarter, own in releases.items())
        for releases in (made(families, seed), published(families, seed))
    )
    assert not alone.holds and min(each.highest - each.lowest for each in alone.weak) < 5
    assert together.holds and together.narrowest_interval >= 5
    assert "knows how records go on from quarter to quarter" in " ".join(audit_lines(together))


@pytest.mark.parametrize("families, seed", HUBS)
def test_what_is_taken_back_is_as_little_as_is_enough(families, seed):
    before, after = (
        [figure for own in releases.values() for each in own.protected for figure in each.shown.values()]
        for releases in (made(families, seed), published(families, seed))
    )
    assert after.count("[c]") < 0.7 * len(after)
    assert len(before) == len(after)


def test_a_council_may_refuse_such_a_release_instead():
    own = made(400, 7)
    lines = [own[each].line(str(each)) for each in list(own)[:-1]]
    with pytest.raises(Refused, match="nothing was published: .*the policy asks for a width of 5"):
        lesser.held(own[LAST], lines, str(LAST), "refuse")


def book(table, destroyed=(0, 0, 0, 0), width=5):
    """Releases of one hub, by quarter the figure of each state."""
    lines = []
    for n, each in enumerate(rows(table)):
        quarter = each.pop("quarter")
        atoms = [f"corby|{state}|closed" for state in each]
        shown = [figure if figure == "[c]" else int(figure) for figure in each.values()]
        figures = [[[at], one, [["retention_next", "corby", atoms[at]]]] for at, one in enumerate(shown)]
        said = {"name": "families", "atoms": atoms, "figures": figures}
        policy_ = asdict(replace(PUBLIC, width=width))
        lines.append(Line(n + 1, quarter, "r", "", policy_, (said,), destroyed=destroyed[n]))
    return lines


YEAR = """
quarter | kept_soon | kept_year | kept_later | held | due
2025-Q1 | 0         | [c]       | 40         | 0    | 20
2025-Q2 | 0         | 9         | 40         | 0    | 20
2025-Q3 | 0         | 9         | 40         | 0    | 20
2025-Q4 | 7         | 9         | 40         | 0    | 20
"""


def test_who_was_due_within_a_year_came_due_in_one_of_its_quarters():
    (weak,) = [each for each in attack(book(YEAR)).weak if each.column == "corby|kept_year|closed"]
    assert (weak.quarter, weak.lowest, weak.highest) == ("2025-Q1", 7, 7)


def test_a_quarter_that_was_never_published_is_known_to_have_been():
    gap = [line for line in book(YEAR) if line.quarter != "2025-Q3"]
    assert ("2025-Q1", 7) in {(each.quarter, each.lowest) for each in attack(gap).weak}


def test_who_was_past_its_date_stays_so_unless_records_were_destroyed():
    table = """
    quarter | kept_soon | kept_year | kept_later | held | due
    2025-Q1 | [c]       | 9         | 40         | 0    | 20
    2025-Q2 | 8         | 9         | 40         | 0    | 23
    """
    assert [(each.lowest, each.highest) for each in attack(book(table)).weak] == [(3, 3)]
    assert attack(book(table, (0, 2))).holds


def test_records_that_came_late_make_no_figure_certain_that_is_not_true():
    table = """
    quarter | kept_soon | kept_year | kept_later | held | due
    2025-Q1 | [c]       | 9         | 40         | 0    | [c]
    2025-Q2 | 10        | 9         | 40         | 0    | 20
    """  # a date was corrected: one more came due than could
    found = attack(book(table))
    assert (found.late, found.problems, found.weak) == (1, (), ())
    assert "At least 1 of the records came late" in " ".join(audit_lines(found))


def test_what_a_later_quarter_would_show_is_known_before_it_is_shown():
    table = """
    quarter | kept_soon | kept_year | kept_later | held | due
    2025-Q1 | 9         | 10        | 40         | 0    | 20
    2025-Q2 | 0         | 17        | 40         | 0    | 29
    2025-Q3 | 7         | 17        | 40         | 0    | 29
    """
    ahead = {(each.row, each.column): (each.lowest, each.highest) for each in attack(book(table)).weak}
    assert ahead["corby", "second_quarter"] == (3, 3)


def test_numbers_that_no_course_of_records_explains_are_still_a_problem():
    (line,) = book("quarter | kept_soon\n2025-Q1 | 7")
    line.sets[0]["figures"].append([[0], 8, [["retention", "corby", "soon"]]])
    assert "contradict" in attack([line]).problems[0]


def test_who_reads_only_one_quarter_knows_nothing_of_others():
    assert attack(book(YEAR)[:1]).holds


def outcome_lines(closed):
    """Two quarters of one hub's open goals, none of them new since and none set down for good, and what was closed."""
    lines = []
    for n, (quarter, open_, of_quarter) in enumerate((("2025-Q1", 40, 9), ("2025-Q2", 31, closed))):
        each = {"reviews": ("corby|in_quarter", open_), "goals": ("health|met|untold", of_quarter)}
        said = tuple(
            {"name": name, "atoms": [atom], "figures": [[[0], shown, [[name, "corby", "total"]]]]}
            for name, (atom, shown) in each.items()
        )
        lines.append(Line(n + 1, quarter, "r", "", asdict(PUBLIC), said))
    return lines


def test_goals_that_were_closed_were_open_before():
    told, before = attack(outcome_lines("[c]")), attack(outcome_lines(12))
    assert told.late == before.late == 0
    assert attack(outcome_lines(44)).late == 4, "only so many were open"
