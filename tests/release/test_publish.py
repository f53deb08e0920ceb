"""A quarter is published once, safe and the same for ever, or not at all (design.md, the managers' boundary)."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest
from typer.testing import CliRunner

from hubdata import moments
from hubdata.desk import main
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.store import open_hub
from hubdata.release import files, publish
from hubdata.release.cellkey import keys
from hubdata.release.ledger import ReleaseLedger
from tests.support import hubs
from tests.support.ascii import load
from tests.support.clock import Clock
from tests.support.releases import AT, bytes_of, decide, fill, read, table

BY = By("officer", None, date(2026, 11, 22))
LATE = table(
    ("need", "family", "area", "identified_on", "status", "reason", "recorded_at"),
    [(f"LATE{n}", f"FAMR1{n:04}", "housing", "2025-05-06", "unmet", "full", AT) for n in range(20)],
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The home of a hub that has published two quarters."""
    place = tmp_path_factory.mktemp("published") / "hub"
    hub = hubs.empty(place)
    fill(hub)
    for quarter in ("2025-Q1", "2025-Q2"):
        publish.publish(hub, quarter, BY)
    hub.engine.dispose()
    return place


@pytest.fixture
def published(home, tmp_path):
    """A copy of that hub, open, for one test to spoil."""
    shutil.copytree(home, tmp_path / "copy")
    hub = open_hub(home=tmp_path / "copy")
    yield hub
    hub.engine.dispose()


def folder(hub, quarter="2025-Q2"):
    (place,) = (path for path in (hub.home / "published" / quarter).iterdir() if not path.name.startswith("."))
    return place


def _overwrite(path):
    os.chmod(path, 0o600)
    path.write_text("x")


def read_notes(place):
    with closing(sqlite3.connect(f"file:{place / 'release.sqlite'}?mode=ro&immutable=1", uri=True)) as file:
        return " ".join(notes for (notes,) in file.execute("SELECT notes FROM tables"))


def entries(hub):
    with hub.read() as connection:
        return [entry["said"]["detail"] for entry in ledger.entries(connection) if entry["action"] == "release.publish"]


def test_both_databases_give_the_same_bytes(sqlite_hub, postgres_hub):
    for hub in (sqlite_hub, postgres_hub):
        fill(hub)
        (hub.home / "keys" / keys.NAME).write_bytes(b"k" * 32)
    ours, theirs = (publish.publish(hub, "2025-Q2", BY) for hub in (sqlite_hub, postgres_hub))
    assert ours.release == theirs.release
    assert bytes_of(ours.folder) == bytes_of(theirs.folder)


def test_late_data_do_not_change_what_was_published_and_every_asking_is_in_the_audit_chain(published):
    before = bytes_of(folder(published))
    load(published, needs=LATE)
    again = publish.publish(published, "2025-Q2", replace(BY, actor="other"))
    assert again.status == "frozen"
    assert bytes_of(again.folder) == before
    assert [entry["status"] for entry in entries(published)] == ["frozen", "published", "published"]


def test_a_release_is_read_only_and_its_database_has_the_listed_columns_and_no_others(published):
    place = folder(published)
    assert {oct(path.stat().st_mode & 0o777) for path in place.iterdir()} == {"0o440"}
    with closing(sqlite3.connect(f"file:{place / 'release.sqlite'}?mode=ro&immutable=1", uri=True)) as file:
        names = [name for (name,) in file.execute("SELECT name FROM sqlite_master")]
        found = {name: tuple(row[1] for row in file.execute(f"PRAGMA table_info({name})")) for name in names}
        shown = file.execute("SELECT shown, value FROM figures").fetchall()
    assert found == files.COLUMNS
    assert all(str(value) == said if value is not None else said in ("[c]", "[x]") for said, value in shown)


def test_no_byte_of_a_release_says_who_was_counted(published):
    everything = b"".join(bytes_of(folder(published)).values())
    assert not [
        mark for mark in (b"Zebedee", b"Quillfeather", b"FAMR1", b"PERFAM", b"1988-05-04") if mark in everything
    ]


@pytest.fixture
def hidden(sqlite_hub):
    """The folder of a release that hides small counts."""
    fill(sqlite_hub)
    decide(sqlite_hub, "public")
    return publish.publish(sqlite_hub, "2025-Q2", BY).folder


def test_no_small_count_is_shown_in_any_file_where_they_are_hidden(hidden):
    place = hidden
    figures = [row["Figure"] for path in place.glob("*.csv") for row in read(path)]
    assert "[c]" in figures and "0" in figures
    assert not {"1", "2", "3", "4", "5"} & set(figures)


def test_tables_with_the_same_total_hide_it_in_both_or_in_neither(hidden):
    place = hidden
    by_reason = {r["Headline area"]: r["Figure"] for r in read(place / "unmet-reasons.csv") if r["Reason"] == "Total"}
    by_hub = {r["Headline area"]: r["Figure"] for r in read(place / "unmet-hubs.csv") if r["Hub"] == "Total"}
    assert by_reason == by_hub


LOOK_LIKE_OURS = ("P1", "A1", "F1", "2025-Q2", "leads", "Sheet1", "rId1", "corby", "1,250", "33.3", "SCH", "2025-06-30")


def test_people_whose_references_are_words_of_ours_and_whose_birthday_is_a_day_of_ours_stop_nothing(sqlite_hub):
    born = ("F2", "child", "Yorick", "Quibble", "2025-06-20", AT)
    load(
        sqlite_hub,
        organisations=table(("organisation", "name", "kind", "recorded_at"), [("SCH", "Lane Primary", "partner", AT)]),
        people=table(
            ("person", "family", "role", "given_name", "family_name", "date_of_birth", "recorded_at"),
            [(person, *born) for person in LOOK_LIKE_OURS],
        ),
        involvements=table(
            ("family", "organisation", "started_on", "last_contact_on", "recorded_at"),
            [("F2", "SCH", "2025-04-01", "2025-06-19", "2025-06-20T09:00:00Z")],
        ),
    )
    kept = [("P1", "Limited records", "We keep limited records.", "kept")]
    made = publish.publish(sqlite_hub, "2025-Q2", BY, standing=lambda *_: kept)
    assert made.status == "published"
    assert "Lane Primary 20 June 2025" in read_notes(made.folder)


def test_the_newest_quarter_is_latest_whenever_it_was_published(published):
    publish.publish(published, "2024-Q4", BY)
    assert publish.latest(published) == folder(published, "2025-Q2")


def test_a_quarter_that_is_not_over_is_refused_and_nothing_is_written(sqlite_hub):
    with pytest.raises(Refused, match="2999-Q4 .* has not ended; it can be published from 1 January 3000"):
        publish.publish(sqlite_hub, "2999-Q4", BY)
    with pytest.raises(BadParameter, match="2026-Q3"):
        publish.publish(sqlite_hub, "Michaelmas", BY)
    assert not list((sqlite_hub.home / "published").iterdir())


def test_what_earlier_releases_give_away_together_with_this_one_is_refused(published):
    book = ReleaseLedger(published.home / "published" / "ledger.jsonl", published.key("releases"))
    safe = replace(book.lines()[-1]).policy
    five = ("corby", "kettering", "wellingborough", "rushden", "east_northants")
    atoms = [f"2025-Q3/needs/{hub}|health|{reason}" for hub in five for reason in ("full", "too_far", "no_service")]
    figures = [[[at], 1, [["another_role", atom, "seen"]]] for at, atom in enumerate(atoms)]
    book.append("2025", "0" * 16, safe, [{"name": "another_role", "of": "", "atoms": atoms, "figures": figures}])
    with pytest.raises(Refused, match="nothing was published"):
        publish.publish(published, "2025-Q3", BY)
    assert not (published.home / "published" / "2025-Q3").exists()
    assert len(book.lines()) == 3


@pytest.mark.parametrize("spoil", ["lost", "cut", "altered"])
def test_nothing_is_published_while_the_ledger_is_not_what_it_was(published, spoil):
    path = published.home / "published" / "ledger.jsonl"
    content = path.read_bytes()
    if spoil == "lost":
        path.unlink()
    else:
        path.write_bytes(
            content.splitlines(keepends=True)[0] if spoil == "cut" else content.replace(b"corby", b"corbi", 1)
        )
    with pytest.raises(Refused, match="release ledger"):
        publish.publish(published, "2025-Q3", BY)
    assert "release ledger" in publish.audit(published).problems[0]


@pytest.mark.parametrize(
    "spoil, said",
    [
        (lambda place: shutil.rmtree(place), "is missing"),
        (lambda place: (place / "leads.csv").unlink(), "leads.csv is missing"),
        (lambda place: _overwrite(place / "leads.csv"), "has been altered"),
        (lambda place: (place / "more.csv").write_text("x"), "more.csv does not belong"),
        (lambda place: shutil.copytree(place, place.with_name("f" * 16)), "the ledger does not know its numbers"),
    ],
)
def test_a_release_that_is_not_as_it_was_is_found_and_never_made_again(published, spoil, said):
    spoil(folder(published))
    assert said in " ".join(publish.audit(published).problems)
    if "ledger" not in said:
        with pytest.raises(Refused, match="never made again"):
            publish.publish(published, "2025-Q2", BY)


def test_a_release_that_a_crash_kept_from_its_place_is_put_there_the_next_time(published):
    place = folder(published)
    before = bytes_of(place)
    place.rename(place.with_name(f".ready-{place.name}"))
    assert publish.publish(published, "2025-Q2", BY).folder == place
    assert bytes_of(place) == before


def test_what_a_crash_left_before_the_ledger_knew_is_cleared_away(published):
    left = published.home / "published" / "2025-Q3" / ".ready-0123456789abcdef"
    left.mkdir(parents=True)
    (left / "leads.csv").write_text("half of it")
    made = publish.publish(published, "2025-Q3", BY)
    assert [path.name for path in left.parent.iterdir()] == [made.release]


def test_a_hub_without_records_is_unavailable_and_an_unregistered_one_is_not_named(sqlite_hub):
    families = [(f"F{n}", "unheard_of_place", "2024-01-04", AT) for n in range(8)]
    load(sqlite_hub, families=table(("family", "hub", "opened_on", "recorded_at"), families))
    decide(sqlite_hub, "public")
    made = publish.publish(sqlite_hub, "2025-Q2", BY)
    totals = {row["Hub"]: row["Figure"] for row in read(made.folder / "retention.csv") if row["State"] == "Total"}
    assert totals["Another hub"] == totals["Total"] == "8"
    assert {figure for hub, figure in totals.items() if hub not in ("Another hub", "Total")} == {"[x]"}
    assert b"unheard_of" not in b"".join(bytes_of(made.folder).values())


def test_the_commands_answer_in_json_and_end_with_the_right_code(published):
    run, home = CliRunner(), str(published.home)
    made = run.invoke(main.app, ["publish", "--home", home, "--quarter", "2025-Q2", "--json"])
    assert made.exit_code == 0 and json.loads(made.stdout)["status"] == "frozen"
    assert run.invoke(main.app, ["publish", "--home", home, "--quarter", "2999-Q1"]).exit_code == 3
    assert run.invoke(main.app, ["publish", "--home", home, "--quarter", "soon"]).exit_code == 2
    found = run.invoke(main.app, ["release", "audit", "--home", home, "--json"])
    said = json.loads(found.stdout)
    assert (found.exit_code, said["holds"], said["releases"], said["weak"]) == (0, True, 2, [])
    assert said["narrowest_interval"] is None or said["narrowest_interval"] >= 5
    shutil.rmtree(folder(published))
    assert run.invoke(main.app, ["release", "audit", "--home", home]).exit_code == 3


def test_nothing_is_published_on_a_clock_that_jumped(published, monkeypatch):
    before = {path: path.stat().st_mtime_ns for path in (published.home / "published").rglob("*")}
    said = entries(published)
    Clock(monkeypatch).stands(days=3 * 365)

    with pytest.raises(Refused, match="jumped ahead"):
        publish.publish(published, "2028-Q1", replace(BY, as_at=moments.today()))
    with pytest.raises(Refused, match="jumped ahead"):
        publish.publish(published, "2025-Q2", BY)
    after = {path: path.stat().st_mtime_ns for path in (published.home / "published").rglob("[!.]*")}
    assert after.items() <= before.items() and len(after) == sum(path.name[0] != "." for path in before)
    assert entries(published) == said
