"""A person's copy from the command line: exit codes, one JSON document, and no name anywhere."""

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from hubdata.records.store import Hub
from tests.rights.test_copy import ALL_FIVE, OTHERS, ask, filled, withhold_all
from tests.support import returns

TODAY = date.today()  # noqa: DTZ011 (what is recorded must not lie ahead)


@pytest.fixture
def family(sqlite_hub: Hub) -> Hub:
    return filled(sqlite_hub)


def said(hub: Hub, *words: object) -> dict:
    return json.loads(returns.command(hub, *words, "--json").stdout)


def test_undecided_is_3_and_lists_what_is_to_be_decided(family: Hub, tmp_path: Path):
    request = ask(family)
    words = ("rights", "pack", "--request", request, "--out", tmp_path / "out")

    told, done = returns.command(family, *words), returns.command(family, *words, "--json")

    assert told.exit_code == done.exit_code == 3
    assert {path.name.split("-")[0] for path in (tmp_path / "out").iterdir()} == {"draft"}
    problems = json.loads(done.stdout)["undecided"]
    assert {"item", "what", "grounds", "why"} == set(problems[0]) and len(problems) == 10
    assert "shares.risk_to/S2" in told.output and "rights decide" in told.output
    assert not [name for name in OTHERS if name in told.output + done.output]


def test_a_copy_is_decided_made_given_and_deleted(family: Hub, tmp_path: Path):
    request = ask(family)
    found = said(family, "rights", "items", "--request", request, "--out", tmp_path)
    assert {one["state"] for one in found["items"]} == {"undecided"} and Path(found["page"]).exists()
    decide = ("rights", "decide", "--request", request, "--decision")
    assert returns.command(family, *decide, "withhold", "--item", "*").exit_code == 0
    assert returns.command(family, *decide, "disclose", "--item", "goals/G2", "--because", "own").exit_code == 3
    factors = [word for name, text in ALL_FIVE for word in ("--factor", f"{name}={text}")]
    one = ("--item", "shares.about/S1/B2", "--because", "reasonable", *factors)
    assert said(family, *decide, "disclose", *one)[0]["state"] == "disclose"
    opinion = ("--opinion-on", TODAY.strftime("%d/%m/%Y"), "--opinion-by", "school nurse")
    assert (
        returns.command(family, *decide, "disclose", "--item", "goals/G2", "--because", "own", *opinion).exit_code == 0
    )

    made = said(family, "rights", "pack", "--family", "F1", "--person", "P1", "--out", tmp_path)

    assert Path(made["page"]).exists() and Path(made["data"]).exists()
    assert set(made) >= {"pack", "request", "page_sha256", "data_sha256", "delete_on", "left_out", "notes"}
    kept = said(family, "rights", "sweep")["kept"]
    assert made["pack"] in {one["pack"] for one in kept}
    late = str(TODAY + timedelta(days=400))
    swept = returns.command(family, "rights", "sweep", "--as-at", late, "--json")
    assert swept.exit_code == 0 and made["pack"] in json.loads(swept.stdout)["deleted"]
    assert not Path(made["page"]).exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--request", "Q0"), 2),
        (("--family", "F1"), 2),
        ((), 2),
        (("--family", "F1", "--person", "D9"), 2),
        (("--family", "F1", "--person", "P1"), 3),
    ],
)
def test_what_is_unknown_is_2_and_what_is_not_open_is_3(family: Hub, words: tuple, code: int):
    done = returns.command(family, "rights", "pack", *words)

    assert done.exit_code == code, done.output
    assert "Anneliese" not in done.output


def test_every_rights_command_deletes_the_copies_whose_time_is_over(family: Hub):
    request = ask(family)
    withhold_all(family, request)
    made = said(family, "rights", "pack", "--request", request)
    with family.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER packs_no_update")
        connection.exec_driver_sql(f"UPDATE packs SET delete_on = '{TODAY}'")

    assert returns.command(family, "rights", "list").exit_code == 0

    assert not Path(made["page"]).exists() and not Path(made["data"]).exists()


def test_a_copy_imports_nothing_heavy_that_it_does_not_need():
    """Most of its three seconds is starting."""
    heavy = ["pandas", "adbc_driver_sqlite", "papermill", "nbconvert", "alembic", "dask", "gptables"]
    code = (
        "import hubdata.desk.main, hubdata.rights.copy.make, sys; "
        f"print([one for one in {heavy} if one in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == "[]"
