"""Who looked at a record, when and why: every command that shows one family's is a look, and none shows a search."""

from datetime import date

import pytest
from typer.testing import CliRunner

from hubdata.desk.main import app
from hubdata.errors import BadParameter
from hubdata.families import find, looked, record
from hubdata.families.looked import Wanted
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.store import open_hub
from tests.support import hubs

DAY = date(2026, 11, 30)
SHOWS = {
    "leads": "family.leads",
    "agreement list": "agreement.list",
    "recall": "recall.list",
    "retention holds": "retention.holds",
    "rights list": "rights.list",
    "complaint list": "complaint.list",
    "worklist list": "worklist.list",
    "duplicates list": "pair.list",
}


def by(reason=None, actor="Ann Officer"):
    return By(actor, reason, DAY)


@pytest.fixture
def hub(tmp_path):
    return hubs.filled(tmp_path / "hub", families=20)


@pytest.fixture
def family(hub):
    with hub.read() as connection:
        asked = (
            "SELECT family FROM people WHERE family IN (SELECT family FROM leads) GROUP BY family HAVING COUNT(*) > 1"
        )
        return connection.exec_driver_sql(asked).scalars().first()


def actions(hub, wanted):
    return [look.action for look in looked.looked(hub, wanted, by())]


def run(hub, *words):
    done = CliRunner().invoke(app, [*words, "--home", str(hub.home), "--actor", "Ann Officer", "--as-at", str(DAY)])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("command", SHOWS)
def test_whatever_shows_what_is_held_about_one_family_is_a_look(command, hub, family):
    run(hub, *command.split(), "--family", family)

    assert actions(hub, Wanted(family=family)) == [SHOWS[command]]


def test_why_a_record_is_kept_and_whether_it_may_be_shared_are_looks_too(hub, family):
    with hub.read() as connection:
        asked = f"SELECT person FROM people WHERE family = '{family}'"
        person = connection.exec_driver_sql(asked).scalars().first()
    run(hub, "retention", "due", "--explain", family)
    asking = ("--about", person, "--to", "HVS", "--category", "contact_details", "--purpose", "hub_working")
    run(hub, "share", "check", "--family", family, *asking)

    assert actions(hub, Wanted(family=family)) == ["retention.explain", "share.check"]


def test_a_reference_that_the_hub_does_not_have_gets_into_no_entry(hub):
    with hub.read() as connection:
        before = ledger.head(connection)
    run(hub, "rights", "list", "--family", "F-NOBODY")
    with hub.read() as connection:
        after = ledger.head(connection)

    assert after == before
    with pytest.raises(BadParameter, match="no record under that reference"):
        actions(hub, Wanted(family="F-NOBODY"))


def test_a_look_says_who_and_why_and_that_somebody_asked_is_a_look(hub, family):
    record.show(hub, family, by("the school asked", "Bea Worker"))
    (first,) = looked.looked(hub, Wanted(family=family), by())
    again = looked.looked(hub, Wanted(family=family), by())

    assert (first.actor, first.reason, first.what) == (
        "Bea Worker",
        "the school asked",
        "Looked at the family's record",
    )
    assert [look.action for look in again] == ["family.show", "family.looked"]


def test_what_was_searched_for_is_shown_to_who_says_why_and_is_in_no_export(hub, family):
    with hub.read() as connection:
        name = connection.exec_driver_sql(f"SELECT family_name FROM people WHERE family = '{family}'").scalars().first()
    find.find(hub, find.Sought(name=name), by("a letter came"))

    (masked,) = looked.looked(hub, Wanted(family=family), by("N/A"))
    (shown,) = [look for look in looked.looked(hub, Wanted(family=family), by("a complaint")) if look.searched]
    exported = run(hub, "ledger", "export", "--json")

    assert masked.searched == ["name"]
    assert shown.searched == {"name": name}
    assert "family.found" in exported
    assert name not in exported


def test_a_look_at_one_person_is_none_at_another_but_one_at_the_whole_record_is(hub, family):
    with hub.read() as connection:
        asked = f"SELECT person FROM people WHERE family = '{family}' ORDER BY person"
        one, other = connection.exec_driver_sql(asked).scalars().all()[:2]
    find.find(hub, find.Sought(reference=one), by("a call"))
    record.show(hub, family, by("a visit"))

    assert "family.show" in actions(hub, Wanted(person=one))
    assert "family.show" in actions(hub, Wanted(person=other))


def test_looks_are_found_by_who_looked_and_when(hub, family):
    record.show(hub, family, by("a visit"))
    record.show(hub, family, by("a visit", "Bea Worker"))

    for wanted, count in (
        (Wanted(actor="ann officer"), 1),
        (Wanted(actor="Bea Worker"), 1),
        (Wanted(actor="Nobody"), 0),
        (Wanted(actor="Ann Officer", first=date(2999, 1, 1)), 0),
        (Wanted(actor="Ann Officer", last=date(1999, 1, 1)), 0),
    ):
        assert len(looked.looked(hub, wanted, by())) == count, wanted


def test_the_command_without_a_family_shows_the_looks_of_who_is_named(hub, family):
    record.show(hub, family, by("a visit"))

    assert "Looked at the family's record: a visit" in run(hub, "looked")
    assert "Nobody looked" in run(open_hub(hub.home), "looked", "--by", "Bea Worker")


def test_every_look_that_may_be_entered_is_played_here():
    assert {*SHOWS.values(), "retention.explain", "share.check", "family.looked"} == ledger.LOOKS.keys()
