"""A year of the whole council for everybody: hidden with more width, with no stock by date, and never told by quarters.

Whoever sees the managers' quarters too works out less of it than two, and the public, who does not, less than eight.
"""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from hubdata.dates import Quarter, Year
from hubdata.desk import main
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.release import publish
from hubdata.release.attack import Attacked, attack
from hubdata.release.ledger import QUARTERLY, YEARLY
from hubdata.release.tables import definitions
from hubdata.release.together import book
from tests.support import hubs
from tests.support.releases import bytes_of, decide, fill, read

BY = By("officer", None, date(2026, 11, 22))


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """A hub that has published two quarters for managers and, between them, the year that they are in."""
    found = hubs.empty(tmp_path_factory.mktemp("yearly") / "hub")
    fill(found, 100)
    decide(found, "managers")
    publish.publish(found, "2025-Q2", BY)
    publish.publish(found, "2025-26", BY, what=YEARLY)
    publish.publish(found, "2025-Q4", BY)
    yield found
    found.engine.dispose()


def test_a_year_is_four_quarters_to_march():
    year = Year.parse("2025-26")
    assert list(map(str, year.quarters)) == ["2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"]
    assert (year.first, year.last) == (Quarter.parse("2025-Q2").first, Quarter.parse("2026-Q1").last)
    assert str(Year.ended_by(date(2026, 3, 31))) == "2024-25" and str(Year.ended_by(date(2026, 4, 1))) == "2025-26"
    with pytest.raises(BadParameter, match="for example 2025-26"):
        Year.parse("2025-27")


def test_it_has_flows_of_the_whole_council_and_no_stock_by_date(hub):
    (folder,) = (hub.home / "published" / "2025-26").iterdir()
    found = {path.stem for path in folder.glob("*.csv")}
    assert found == {
        "agreements", "goals-results", "goals-change", "unmet-reasons", "shares", "shares-judged",
    }  # fmt: skip
    assert not any(each.stages and each.yearly for each in definitions())
    assert not any("Corby" in row.values() for path in folder.glob("*.csv") for row in read(path))
    said = json.loads((folder / "manifest.json").read_bytes())
    assert said["quarter"] == "2025-26" and said["disclosure"]["width"] == 8
    assert b"identified in April 2025 to March 2026" in (folder / "release.sqlite").read_bytes()


def test_everybody_and_managers_are_attacked_with_what_each_of_them_sees(hub):
    lines = book.trusted(hub)
    everybody, managers = Attacked(lines, "public"), Attacked(lines, "internal")
    assert [line.what for line in everybody.lines] == [YEARLY] and len(managers.lines) == 3
    for found, width in ((everybody, 8), (managers, 2)):
        hidden = [each for each in found.hidden if each[0].what == YEARLY]
        assert hidden and min(each.width for each in found.intervals(hidden)) >= width
    assert publish.audit(hub).holds


def test_managers_who_add_up_quarters_are_told_by_their_exact_year():
    from tests.release.test_attack import PUBLIC, line

    quarters = [
        line(f"2025-Q{n}", "needs", ["a|h|r"], [(["a|h|r"], "[c]" if n == 4 else 10 * n)], n) for n in (2, 3, 4)
    ]
    quarters.append(line("2026-Q1", "needs", ["a|h|r"], [(["a|h|r"], 10)], 4))
    year = line("2025-26", "needs", ["a|h|r"], [(["a|h|r"], 63)], 5)
    year = type(year)(5, "2025-26", "r", "", PUBLIC, year.sets, what=YEARLY)
    assert attack(quarters).holds
    assert [(weak.quarter, weak.lowest, weak.highest) for weak in attack([*quarters, year]).weak] == [("2025-Q4", 3, 3)]


def test_it_is_published_once_and_no_quarter_is_latest_because_of_it(hub):
    (folder,) = (hub.home / "published" / "2025-26").iterdir()
    before = bytes_of(folder)
    again = publish.publish(hub, "2025-26", BY, what=YEARLY)
    assert (again.status, bytes_of(again.folder)) == ("frozen", before)
    assert publish.latest(hub).parent.name == "2025-Q4"
    assert [line.quarter for line in book.releases(book.trusted(hub), QUARTERLY)] == ["2025-Q2", "2025-Q4"]


def test_the_command_gives_the_public_years_and_managers_quarters(hub):
    run, home = CliRunner(), str(hub.home)
    made = run.invoke(main.app, ["publish", "--home", home, "--audience", "public", "--year", "2025-26", "--json"])
    assert made.exit_code == 0 and json.loads(made.stdout)["status"] == "frozen"
    for words in (["--year", "2025-26"], ["--audience", "public", "--quarter", "2025-Q2"], ["--audience", "press"]):
        assert run.invoke(main.app, ["publish", "--home", home, *words]).exit_code == 2
    with pytest.raises(Refused, match="2998-99 .* has not ended"):
        publish.publish(hub, "2998-99", BY, what=YEARLY)
