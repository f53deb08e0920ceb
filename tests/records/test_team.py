"""A team's database: each login does what its role is for, to the rows of its own hubs, and nothing else."""

import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from hubdata import moments, policy
from hubdata.desk.main import app
from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.records.coverage.verify import verify
from hubdata.records.ledger import Act
from hubdata.records.owner import OWNED
from hubdata.records.snapshot import take
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.tables.contract import TABLES
from hubdata.records.team import compare, rights
from hubdata.reports import page
from hubdata.retention import holds
from tests.support import postgresql, returns
from tests.support import team as teams
from tests.support.team import Team


@pytest.fixture(scope="module")
def team(server, postgres_template, tmp_path_factory):
    yield from teams.made(server, postgres_template, tmp_path_factory.mktemp("team"))


# Each line is tried by a login in a transaction of its own: login | statement | what it is given, or `refused`.
BATTERY = Path(__file__).parents[1] / "support" / "hostile" / "team.txt"
OF_FAMILY = [name for name in OWNED if name != "families" and "family" in TABLES[name].c]
CHANGES = BATTERY.with_name("team_changes.txt")  # what somebody changed by hand | how the doctor begins to say it


# no right or no such row for this login; guarded; switched off on the server; not shown; no entry; a key that is there
REFUSALS = {"42501", "P0001", "55000", "42703", "42P01", "22P02", "23505"}


def _attempts(team: Team) -> list[tuple[str, str, str]]:
    written, known = (
        BATTERY.read_text("utf-8"),
        {
            "other": team.ask("SELECT family FROM families WHERE hub = 'kettering' LIMIT 1"),
            "third": team.ask("SELECT family FROM families WHERE hub NOT IN ('corby', 'kettering') LIMIT 1"),
            "partner": team.ask("SELECT organisation FROM team.logins WHERE login = 'cleo'"),
        },
    )
    for name, value in known.items():
        written = written.replace("{" + name + "}", value)
    lines = [line.rsplit("|", 1) for line in written.splitlines()]
    told = [(*left.split("|", 1), wanted) for left, wanted in lines]
    return [(login.strip(), said.strip(), wanted.strip()) for login, said, wanted in told]


def _tried(team: Team, login: str, statement: str) -> str:
    """What an attempt is given once it is committed: a value, nothing, or refused."""
    try:
        with team.connection(login) as connection, connection.cursor() as cursor:
            if statement.endswith("TO STDOUT"):
                with cursor.copy(statement) as copy:
                    return b"".join(map(bytes, copy)).decode() or "nothing"
            cursor.execute(statement)
            while cursor.nextset():
                pass
            row = cursor.fetchone() if cursor.description else None
            connection.commit()
            return str(row[0]) if row else "nothing"
    except psycopg.Error as error:
        assert "kettering" not in str(error) and "seen" not in str(error), statement
        return "refused" if error.sqlstate in REFUSALS else f"{error.sqlstate} {error}"


def _state(team: Team) -> dict[str, int]:
    with team.connection() as connection:
        tables = [*TABLES, "team.logins", "team.entered", "team.acted", "team.owed", "pg_largeobject", "pg_policy"]
        return {
            t: connection.execute(
                f"SELECT count(*), md5(string_agg(x::text, '' ORDER BY x::text)) FROM {t} x"
            ).fetchone()
            for t in tables
        }


def test_whatever_a_login_tries_it_gets_no_row_of_another_hub_and_writes_none(team):
    before, attempts = _state(team), _attempts(team)

    given = [(login, said, wanted, _tried(team, login, said)) for login, said, wanted in attempts]

    surprising = [(login, said, got) for login, said, wanted, got in given if wanted not in ("maybe", got)]
    assert len(attempts) >= 150
    assert surprising == [], "\n".join(map(str, surprising))
    assert _state(team) == before
    assert _differences(team) == []


def _differences(team: Team, change: str = "") -> list[str]:
    """What `hubdata doctor` says of the roles and rules after a change, which is then undone."""
    engine = create_engine(team.url("postgres"))
    try:
        with engine.connect() as connection:
            if change:
                connection.exec_driver_sql(change)
            return compare.differences(connection, policy.of(team.home))
    finally:
        engine.dispose()


@pytest.mark.parametrize("line", CHANGES.read_text("utf-8").splitlines())
def test_the_doctor_names_whatever_differs_from_the_lists(team, line):
    change, said = (part.strip() for part in line.rsplit("|", 1))

    assert [found for found in _differences(team, change) if found.startswith(said)]


def test_what_is_written_can_be_run_again_and_puts_right_what_somebody_changed(team, tmp_path):
    partner = team.ask("SELECT organisation FROM team.logins WHERE login = 'cleo'")
    with team.connection() as connection:
        connection.execute(
            "GRANT ALL ON people TO PUBLIC; DROP POLICY team_by_hub ON people; DROP VIEW reporting.goals"
        )
        connection.commit()
        connection.execute(teams.written(team.home, tmp_path, partner))

    assert _differences(team) == []


def test_every_table_about_a_family_keeps_its_rows_apart(team):
    """A new table with families in it needs a hub in each row (migration 0016) and stands in the lists by itself."""
    of_hub = team.ask(
        "SELECT array_agg(c.relname::text) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relkind = 'r' AND a.attname = 'hub' AND c.relnamespace = 'public'::regnamespace"
    )
    empty = [
        t
        for t in of_hub
        if t not in ("finding_marks", "payloads", "recalls") and team.ask(f"SELECT count(*) FROM {t} WHERE hub IS NULL")
    ]

    assert set(of_hub) == {"families", *OWNED, "payloads"} == set(rights.BY_HUB) and empty == []
    assert {right.table for right in rights.rights()} <= {*TABLES, rights.MIGRATIONS}


def faults(team: Team) -> list[str]:
    """What `hubdata ledger verify` finds as the operator."""
    hub = team.hub("ops")
    try:
        return verify(hub).faults
    finally:
        hub.engine.dispose()


def run(team: Team, login: str, *words: object) -> tuple[int, str]:
    """A command as a login gives it: its exit code and all that it said."""
    done = CliRunner().invoke(app, [*map(str, words), "--home", str(team.home), "--url", team.url(login)])
    return done.exit_code, done.output


def _of(team: Team, hub: str, more: str = "true") -> str:
    return team.ask(f"SELECT family FROM families WHERE hub = '{hub}' AND {more} ORDER BY 1 LIMIT 1")


def hold(family: str) -> tuple[str, ...]:
    return "retention", "hold", "--family", family, "--code", "complaint", "--reason", "a complaint is open"


def test_an_officer_works_in_their_own_hub_and_another_s_is_not_there(team):
    ours, theirs = _of(team, "corby", "closed_on IS NULL"), _of(team, "kettering")
    show = ("family", "show", "--reason", "a visit", "--family")

    code, said = run(team, "anna", "findings", "--json")
    assert code == 0 and theirs not in said
    assert run(team, "anna", *show, ours)[0] == 0
    assert "no record under that reference" in run(team, "anna", *show, theirs)[1]
    assert run(team, "anna", *hold(ours))[0] == 0
    assert run(team, "anna", *hold(theirs))[0] != 0
    assert run(team, "anna", "looked", "--family", ours)[0] == 0
    assert team.ask("SELECT login || ' ' || role FROM team.entered ORDER BY seq DESC LIMIT 1") == "anna officer"
    assert faults(team) == []


def test_a_backup_is_the_operator_s_and_holds_every_row(team):
    in_the_clear = ("backup", "--in-the-clear", "--json", "--reason", "the disk is encrypted")

    code, said = run(team, "anna", *in_the_clear)
    assert code == 3 and "sees the rows of some hubs only" in said
    code, said = run(team, "ops", *in_the_clear)
    assert code == 0, said
    manifest = json.loads((next((team.home / "backups").glob("*")) / "backup.json").read_text("utf-8"))
    counted = {name: team.ask(f"SELECT count(*) FROM {name}") for name in manifest["rows"]}
    assert manifest["rows"] == counted and counted["families"] == 24
    assert [path.name for path in (team.home / "backups").iterdir()] == [manifest["backup"]]


def test_an_auditor_verifies_everything_and_reads_no_name(team):
    code, said = run(team, "otto", "ledger", "verify")

    assert "were compared with what the chain vouches for" in said and "Every entry holds" in said
    assert code == 0, said


def test_an_auditor_is_told_of_a_row_and_of_an_entry_that_were_altered(team):
    row, entry = "person = (SELECT min(person) FROM people)", "seq = 2"
    name, said = (
        team.ask(f"SELECT given_name FROM people WHERE {row}"),
        team.ask(f"SELECT payload FROM payloads WHERE {entry}"),
    )

    def alter(given_name: str, payload: bytes) -> None:
        with team.connection() as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(f"UPDATE people SET given_name = %s WHERE {row}", [given_name])
            connection.execute(f"UPDATE payloads SET payload = %s WHERE {entry}", [payload])

    alter("Altered", b"{}")
    kept = run(team, "otto", "ledger", "verify")
    alter(name, said)

    assert kept[0] == 3
    assert (
        "people: rows were changed, put in or taken out behind the product's back; this login may not read" in kept[1]
    )
    assert "what entry 2 says has been altered" in kept[1]


def test_a_disposal_is_reviewed_by_one_login_and_approved_and_carried_out_by_another(team):
    due = CliRunner().invoke(app, ["retention", "due", "--json", "--home", str(team.home), "--url", team.url("olga")])
    token, family = (found := json.loads(due.stdout))["token"], found["due"][0]["family"]
    assert (
        run(team, "olga", "retention", "review", "--token", token, "--dispose", family, "--actor", "Olga One")[0] == 0
    )
    disposal = team.ask("SELECT disposal FROM disposals")

    for login in ("olga", "anna"):
        assert run(team, login, "retention", "approve", "--disposal", disposal, "--actor", "Somebody Else")[0] != 0
    assert run(team, "mia", "retention", "dispose", "--disposal", disposal, "--actor", "Mia Two")[0] != 0
    assert run(team, "mia", "retention", "approve", "--disposal", disposal, "--actor", "Mia Two")[0] == 0
    code, said = run(team, "mia", "retention", "dispose", "--disposal", disposal, "--actor", "Mia Two")
    assert code == 0 and "is issued" in said, said
    assert team.ask(f"SELECT count(*) FROM families WHERE family = '{family}'") == 0
    assert team.ask("SELECT string_agg(what || ' ' || login, ', ' ORDER BY at) FROM team.acted") == (
        "reviewed olga, approved mia"
    )
    assert faults(team) == []


def test_a_reporter_s_snapshot_is_the_officer_s_without_a_name_having_left_the_database(team):
    taken = {}
    for login in ("olga", "rita"):
        hub = team.hub(login)
        taken[login] = take.take(hub)
        hub.engine.dispose()

    differing = [name for name in taken["olga"].tables if taken["olga"].tables[name] != taken["rita"].tables[name]]
    assert differing == []
    assert taken["olga"].sha256 == taken["rita"].sha256
    code, said = run(team, "rita", "report", "retention")
    assert code == 0, said


@pytest.mark.parametrize(
    ("login", "why"), [("anna", "sees corby alone"), ("rex", "sees corby alone"), ("rita", "none")]
)
def test_nobody_publishes_who_does_not_see_every_hub_and_every_name(team, login, why):
    code, said = run(team, login, "publish", "--quarter", "2025-Q1", "--reason", "the quarter")

    assert code == 3 and why in said and "the operator, publishes" in said
    assert not list((team.home / "published").glob("2025-Q1/*"))


def test_the_operator_publishes_what_is_looked_through_for_every_name(team):
    code, said = run(team, "ops", "publish", "--quarter", "2024-Q4", "--reason", "the quarter")

    assert code == 0 and "none is in it" in said


@pytest.mark.parametrize(
    ("login", "command", "first", "unread"),
    [
        ("anna", "findings", True, False),
        ("rex", "promises", True, True),
        ("olga", "findings", False, False),
    ],
)
def test_an_answer_says_whose_records_it_is_about_where_a_login_sees_some(team, login, command, first, unread):
    code, said = run(team, login, command)

    assert code == 0
    assert ("This is about corby alone" in said, "says too much was not looked for." in said) == (first, unread)


def test_a_report_s_page_says_so_too(team, tmp_path):
    hub = team.hub("rex")
    held = take.take(hub)
    hub.engine.dispose()
    held.save(tmp_path / "snapshot")

    shown = page.Page("quality", page.Question(date(2026, 11, 22)), Snapshot.load(tmp_path / "snapshot"), held.decided)

    assert shown.answer().plain.splitlines()[1] == held.partly != ""


def test_a_return_is_taken_by_whose_hubs_it_is_about(team, tmp_path):
    folder = returns.write(tmp_path / "return")

    assert run(team, "rita", "intake", folder, "--partner", "NNC")[0] != 0
    refused = run(team, "mia", "intake", folder, "--partner", "NNC")
    assert refused[0] != 0, refused[1]
    code, said = run(team, "olga", "intake", folder, "--partner", "NNC")
    assert code == 0, said
    assert team.ask("SELECT count(*) FROM people WHERE hub IS NULL") == 0
    assert faults(team) == []


def test_a_family_that_moves_takes_every_row_of_it_along(team):
    family = _of(team, "corby")
    hub = team.hub("ben")
    try:
        with hub.write(Act("Ben", "officer", "the family has moved", "family.move", {"family": family})) as connection:
            connection.execute(text("UPDATE families SET hub = 'kettering' WHERE family = :f"), {"f": family})
    finally:
        hub.engine.dispose()

    left = {
        t: team.ask(f"SELECT count(*) FROM {t} WHERE family = '{family}' AND hub <> 'kettering'") for t in OF_FAMILY
    }
    assert left == dict.fromkeys(OF_FAMILY, 0)
    assert team.ask("SELECT count(*) FROM reviews JOIN goals g USING (goal) WHERE reviews.hub <> g.hub") == 0
    assert faults(team) == []


def test_a_migration_s_login_has_the_owner_s_rights_when_it_takes_them_and_not_before(team):
    as_owner = team.url("mig") + "&options=-c role=hub_owner"

    assert run(team, "mig", "findings")[0] != 0
    done = CliRunner().invoke(app, ["init", "--home", str(team.home), "--url", as_owner])
    assert done.exit_code == 0, done.output


def _counts(connection: psycopg.Connection) -> dict[str, int]:
    kept = [*TABLES, "team.entered", "team.acted", "team.logins", "team.roles"]
    return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in kept}


def test_a_server_that_is_lost_is_made_again_from_the_backup_alone_by_the_database_s_owner(team, tmp_path):
    shutil.rmtree(team.home / "backups", ignore_errors=True)
    assert run(team, "ops", "backup", "--in-the-clear", "--reason", "the disk is encrypted")[0] == 0
    (copy,) = (team.home / "backups").iterdir()
    with team.connection() as connection:
        before, partner = _counts(connection), team.ask("SELECT organisation FROM team.logins WHERE login = 'cleo'")

    with postgresql.server() as fresh, ExitStack() as opened:
        fresh.run(f"CREATE DATABASE {teams.NAME} OWNER {postgresql.OWNER}")
        again, began = Team(fresh, tmp_path / "hub"), time.monotonic()
        code, said = run(again, postgresql.OWNER, "restore", copy, "--list-from-backup", "--reason", "it was lost")
        assert code == 0 and "none of the team's roles" in said, said
        connection = opened.enter_context(again.connection())
        assert not again.ask(
            "SELECT has_function_privilege('public', 'hub_append(bytea, bytea, bytea, bytea)', 'EXECUTE')"
        )
        connection.execute(teams.written(again.home, tmp_path, partner))
        connection.commit()
        took = time.monotonic() - began

        after = _counts(connection)
        more = {name: after[name] - before[name] for name in before if after[name] != before[name]}
        assert more == {"chain": 1, "payloads": 1}  # that it was restored, by whom and from which copy
        assert _differences(again) == [] and faults(again) == []
        assert run(again, "anna", "findings")[1] == run(team, "anna", "findings")[1]
        assert took < 60


def test_what_ten_officers_record_at_once_is_all_there_and_a_hold_is_released_by_one_of_two(team):
    family, hubs = _of(team, "corby", "closed_on IS NULL"), [team.hub(login) for login in ("anna", "ben") * 5]
    who = [By(f"Officer {n}", f"complaint {n} is open", moments.today()) for n in range(10)]

    def released(n: int) -> str:
        try:
            return str(holds.release_hold(hubs[n], placed[0], who[n]))
        except BadParameter as refused:
            return str(refused)

    with ThreadPoolExecutor(10) as pool:
        placed = list(pool.map(lambda n: holds.place_hold(hubs[n], family, "complaint", who[n], None, None), range(10)))
        two = list(pool.map(released, range(2)))

    for hub in hubs:
        hub.engine.dispose()
    said = team.ask(f"SELECT array_agg(reason ORDER BY reason) FROM holds WHERE hold = ANY ('{{{','.join(placed)}}}')")
    assert said == [f"complaint {n} is open" for n in range(10)]
    assert sorted(two) == ["None", f"there is no hold {placed[0]!r} in force"]
    assert faults(team) == []
