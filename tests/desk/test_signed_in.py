"""Whoever is signed in is whom the ledger names, with their proof, whatever they do; if nobody is, it is a claim.

Entries that are written past the sitting's own commands: a restore, a checkpoint, a look from a notebook, a round.
"""

from datetime import date

import pytest
from typer.testing import CliRunner

from hubdata import moments, periods
from hubdata.desk.commands import proved
from hubdata.desk.main import app
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.backups import make, recipients
from hubdata.records.people import acting, sitting
from hubdata.records.store import Hub, open_hub
from hubdata.schedule import keep
from hubdata.workbench import hub as workbench
from tests.support import people
from tests.support.ascii import load
from tests.support.people import BEN, CAT
from tests.support.returns import command

BUNDLES = periods.Rule("R1", "Bundles", periods.Terms(()), "delete", "nobody")


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with people.cheap():
        yield


@pytest.fixture
def staffed(sqlite_hub) -> Hub:
    return people.register(sqlite_hub, ben="operator;auditor", cat="officer")


def entered(hub: Hub, action: str) -> tuple[str, str]:
    """Who the latest entry of an action says that it was, and how they proved it."""
    with hub.read() as connection:
        found = next(one for one in ledger.entries(connection) if one["action"] == action)
    return found["said"]["actor"], acting.kind(found["proof"])


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_checkpoint_waits_for_nobody_and_says_whether_anybody_was_signed_in(staffed, tmp_path, signed_in):
    (tmp_path / "elsewhere").mkdir()
    if signed_in:
        sitting.begin(staffed, people.proved(staffed, BEN))

    done = command(staffed, "ledger", "checkpoint", "--to", tmp_path / "elsewhere")

    assert done.exit_code == 0, done.output
    wanted = (BEN, "passphrase") if signed_in else (acting.login(), acting.CLAIMED)
    assert entered(staffed, "ledger.witness") == wanted


def test_a_restore_is_entered_with_the_proof_that_was_given_in_the_hub_as_it_was(staffed):
    made = make.backup(staffed, None, By("officer", "nightly", moments.today()), recipients.IN_THE_CLEAR)
    sitting.begin(staffed, people.proved(staffed, BEN))
    staffed.engine.dispose()

    done = command(staffed, "restore", made.folder)

    assert done.exit_code == 0, done.output
    restored = open_hub(staffed.home, staffed.url)
    assert entered(restored, "backup.restore") == (BEN, "passphrase")
    restored.engine.dispose()


def test_a_restore_on_a_machine_that_knows_nobody_is_a_claim(staffed, tmp_path):
    made = make.backup(staffed, None, By("officer", "nightly", moments.today()), recipients.IN_THE_CLEAR)

    home = tmp_path / "new"

    place = ("--home", str(home), "--actor", BEN)
    done = CliRunner().invoke(app, ["restore", str(made.folder), "--list-from-backup", *place])

    assert done.exit_code == 0, done.output
    restored = open_hub(home, "sqlite")
    assert entered(restored, "backup.restore") == (BEN, acting.CLAIMED)
    restored.engine.dispose()


def test_a_look_from_a_notebook_is_that_of_whoever_is_signed_in(staffed):
    load(staffed, families="family\nF1")
    view = workbench.OpenHub(staffed).as_at(date(2026, 11, 30))
    view.lead("F1", reason="to see whether it works")
    assert entered(staffed, "family.leads") == (acting.login(), acting.CLAIMED)

    sitting.begin(staffed, people.proved(staffed, CAT))
    view.lead("F1", reason="to see whether it works")

    assert entered(staffed, "family.leads") == (CAT, "passphrase")


def test_a_round_that_nobody_watches_enters_what_it_does_with_the_operator_s_proof(staffed):
    sitting.begin(staffed, people.proved(staffed, BEN))

    hub = proved.unattended(staffed, None, None, "schedule run-due")

    assert hub.acting is not None and hub.acting.name == BEN
    keep.delete(hub, BUNDLES, [], BEN)
    assert entered(hub, "schedule.delete_bundles") == (BEN, "passphrase")
