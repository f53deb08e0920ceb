"""The consistent identifier: refused while no regulations specify one; then kept with its provenance, sealed."""

import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from hubdata import places, policy
from hubdata.errors import BadParameter, Refused
from hubdata.families import identifier
from hubdata.families.identifier import Given
from hubdata.families.twice import read as twice_read
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.snapshot.take import SNAPSHOT_TABLES
from hubdata.records.store import Hub
from hubdata.retention import holds
from tests.support import returns
from tests.support.ascii import load

DAY = date(2026, 11, 30)
GIVEN = Given("F1", "C1", "NHFT", DAY)


@pytest.fixture
def family(hub: Hub) -> Hub:
    load(
        hub,
        people="""
        person | family | role
        C1     | F1     | child
        P1     | F1     | parent_carer
        """,
        involvements="""
        family | organisation
        F1     | NHFT
        """,
    )
    return hub


@pytest.fixture
def specified(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if regulations named one, whatever else the hub decided."""
    entry = policy.Entry("", {"is": "on", "regulations": "SI 2030/1"}, "", "a test", DAY, DAY)
    loaded = policy.load()
    others = {name: loaded.history(name) for name in loaded.names() if name != "identifier.consistent"}
    named = policy.Policy(others | {"identifier.consistent": [entry]})
    monkeypatch.setattr(Hub, "policy", property(lambda _: named))


@pytest.mark.parametrize("on", [date(2026, 4, 28), date(2026, 4, 29), DAY])
def test_while_no_regulations_specify_one_it_is_refused_and_nothing_is_kept(family: Hub, on: date):
    with pytest.raises(Refused, match="identifier.consistent is off, because no regulations specify one"):
        identifier.keep(family, Given("F1", "C1", "NHFT", on), "made up 0000", By("officer", "came with a share", DAY))

    assert returns.rows(family, "identifiers") == []


def test_the_command_refuses_before_it_asks(sqlite_hub: Hub):
    done = returns.command(
        sqlite_hub, "family", "identifier", "--family", "F1", "--person", "C1", "--from", "NHFT", "--reason", "sent"
    )

    assert done.exit_code == 3 and "is off" in done.output and "The identifier:" not in done.output


@pytest.mark.usefixtures("specified")
def test_once_specified_it_is_kept_with_who_gave_it_why_and_by_which_law_and_no_entry_repeats_it(family: Hub):
    identifier.keep(family, GIVEN, " made up 0000 ", By("officer", "came with a share", DAY))

    [row] = returns.rows(family, "identifiers")
    assert row[:7] == ("C1", "F1", "made up 0000", "SI 2030/1", "NHFT", DAY, "came with a share")
    with family.read() as connection:
        [entry] = ledger.entries(connection, 1)
    assert entry["action"] == "family.identifier" and "made up" not in str(entry)


@pytest.mark.usefixtures("specified")
@pytest.mark.parametrize(
    ("given", "typed", "reason", "error"),
    [
        (Given("F1", "P1", "NHFT", DAY), "1", "sent", BadParameter),
        (Given("F2", "C1", "NHFT", DAY), "1", "sent", BadParameter),
        (Given("F1", "C1", "NONE", DAY), "1", "sent", BadParameter),
        (GIVEN, "1", " ", BadParameter),
        (GIVEN, " ", "sent", BadParameter),
        (GIVEN, "1" * 41, "sent", BadParameter),
        (Given("F1", "C1", "NHFT", date(2026, 11, 29)), "1", "sent", BadParameter),
    ],
)
def test_only_a_childs_with_provenance_and_a_reason_is_kept(family: Hub, given, typed, reason, error):
    with pytest.raises(error) as refused:
        identifier.keep(family, given, typed, By("officer", reason, DAY))

    assert returns.rows(family, "identifiers") == [] and "1111" not in str(refused.value)


@pytest.mark.usefixtures("specified")
def test_it_is_never_replaced_and_is_held_with_the_family(family: Hub):
    identifier.keep(family, GIVEN, "1", By("officer", "sent", DAY))
    with pytest.raises(Refused, match="kept already"):
        identifier.keep(family, GIVEN, "2", By("officer", "sent", DAY))
    holds.place_hold(family, "F1", "litigation", By("officer", "a claim", DAY), DAY, "the court")

    for statement in ("UPDATE identifiers SET identifier = '2'", "DELETE FROM identifiers"):
        with pytest.raises(DatabaseError, match="append-only|on hold"), family.engine.begin() as connection:
            connection.execute(text(statement))


def test_nothing_but_a_persons_copy_reads_it():
    """It must never say that two records are one person's, nor leave in a report or a release."""
    speaks = {
        str(path.relative_to(places.PACKAGE).as_posix())
        for path in Path(places.PACKAGE).rglob("*")
        if path.suffix in (".py", ".sql") and re.search(r"\bidentifiers\b", path.read_text("utf-8"))
    }

    assert "identifiers" not in {*SNAPSHOT_TABLES, *twice_read.COLUMNS}
    assert speaks == {
        "families/identifier.py",
        "records/migrations/versions/0012_identifiers.py",
        "records/migrations/versions/0016_whose_hub.py",
        "records/migrations/versions/0014_coverage.py",
        "records/tables/identifier.py",
        "rights/copy/rows.py",
        "rights/copy/words.py",
    }
