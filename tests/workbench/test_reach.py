"""Nothing that DuckDB has, in any place of a statement, takes an analyst out of the view: enumerated, not listed."""

import random
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from hubdata.errors import BadParameter
from hubdata.rules.own import closed
from hubdata.workbench import asking
from hubdata.workbench.hub import OpenHub
from hubdata.workbench.view import View
from tests.support import hubs

CANARY = "a canary that no view has"
WAYS = """SELECT DISTINCT function_name, function_type, coalesce(len(parameters), 0) AS given
FROM duckdb_functions() WHERE function_type IN ({}) AND regexp_matches(function_name, '^[a-z]\\w*$') ORDER BY ALL"""
TABLES = "'table', 'table_macro', 'pragma'"
# What a function that makes rows may be written into; {} stands for the call.
INTO = (
    "FROM {}",
    "SELECT * FROM {} AS t",
    "/* a */ sElEcT * -- b\n fRoM {}",
    "WITH x AS (FROM {}) FROM x",
    "WITH families AS MATERIALIZED (FROM {}) FROM families",
    "SELECT (SELECT count(*) FROM {}) AS n FROM families",
    "SELECT 1 WHERE EXISTS (FROM {})",
    "FROM families, LATERAL (SELECT * FROM {}) AS t",
    "FROM families UNION ALL BY NAME FROM {}",
    "SELECT [x FOR x IN (SELECT list(t) FROM {} AS t)]",
    "FROM families SEMI JOIN {} AS t ON true",
    "FROM (VALUES (1)) AS v(n) WHERE n IN (SELECT 1 FROM {})",
    "EXPLAIN ANALYZE FROM {}",
    "EXPLAIN (FORMAT json) FROM {}",
    "DESCRIBE FROM {}",
    "SUMMARIZE FROM {}",
    "FROM query('FROM {quoted}')",
    "FROM json_execute_serialized_sql(json_serialize_sql('FROM {quoted}'))",
    "SELECT json_execute_serialized_sql(json_serialize_sql('FROM {quoted}'))",
    "FROM families ORDER BY (SELECT 1 FROM {})",
    "FROM families LIMIT (SELECT count(*) FROM {})",
    "PIVOT (FROM {}) ON 1 IN (1) USING count(*)",
    "FROM families QUALIFY row_number() OVER (ORDER BY (SELECT 1 FROM {})) = 1",
)
CALLED = ("{}", "main.{}", "system.main.{}", '"{}"', "temp.main.{}")
PLACES = (
    "pg_catalog.pg_settings",
    "duckdb_settings()",
    "duckdb_databases()",
    "duckdb_secrets()",
    "duckdb_logs",
    "system.main.duckdb_tables",
    "sqlite_master",
    "'{path}'",
    '"{path}"',
    '":memory:"',
    "':memory:'",
    "'{folder}/*'",
    "'file://{path}'",
    "'https://example.org/x.csv'",
    "here",
    "other.main.people",
)


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    with OpenHub(hubs.filled(tmp_path_factory.mktemp("reach") / "hub", 40)) as hub:
        yield hub.as_at("2026-09-30")


@pytest.fixture
def canary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in (":memory:", "canary.csv"):
        (tmp_path / name).write_text(CANARY + "\n", "utf-8")
    return tmp_path / "canary.csv"


def ways(view: View, kinds: str) -> list[tuple[str, int]]:
    """Every function of these kinds that DuckDB has, with how many arguments it takes."""
    rows = closed.closed(view._records).execute(WAYS.format(kinds)).fetchall()
    return [(name, given) for name, _, given in rows]


def asked(view: View, query: str) -> str | None:
    """What a query answers or is refused with, as text; None where it was refused."""
    try:
        return str(view.sql(query).to_dict("list"))
    except BadParameter as refused:
        assert CANARY not in str(refused) and "\n" not in str(refused).strip(), query
        return None


def test_no_function_that_makes_rows_reaches_a_file_wherever_it_is_called(view: View, canary: Path):
    known = {"range", "generate_series", "unnest", "json_each", "json_tree", "repeat", "repeat_row"}
    draw, answered = random.Random(21), set()

    for name, given in ways(view, TABLES):
        for path in (str(canary), ":memory:"):
            call = draw.choice(CALLED).format(name) + f"({', '.join([repr(path)] * max(given, 1))})"
            query = draw.choice(INTO).format(call, quoted=call.replace("'", "''"))
            if (said := asked(view, query)) is not None:
                answered.add(name)
                assert CANARY not in said, query

    assert answered <= known | {name for name, *_ in ways(view, "'table_macro'")}


@pytest.mark.parametrize("into", INTO)
def test_no_place_of_a_statement_lets_a_file_a_setting_or_another_database_in(view: View, canary: Path, into: str):
    for place in (*PLACES, "read_text('{path}')", "read_csv(':memory:')", "glob('*')"):
        written = place.format(path=canary, folder=canary.parent)
        assert asked(view, into.format(written, quoted=written.replace("'", "''"))) is None, written


def test_no_function_of_a_value_says_what_a_file_or_a_setting_holds(view: View, canary: Path):
    before = sorted(canary.parent.iterdir())
    hidden = (CANARY, str(Path.home()), str(canary.parent))

    for name, given in ways(view, "'scalar', 'macro', 'aggregate'"):
        for value in (":memory:", "secret_directory"):
            said = asked(view, f"SELECT {name}({', '.join([repr(value)] * given)}) AS said")
            assert not [word for word in hidden if said and word in said], name

    assert sorted(canary.parent.iterdir()) == before
    assert asked(view, "SELECT current_setting('secret_directory')") is None


@pytest.mark.parametrize(
    "query", ["SHOW TABLES", "DESCRIBE families", "SUMMARIZE families", "FROM main.families", "TABLE families"]
)
def test_what_a_view_has_can_still_be_asked(view: View, query: str):
    assert len(view.sql(query)) > 0


def test_what_wants_too_much_memory_is_refused_in_a_sentence(view: View, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(closed, "ASKED", "200MB")
    little = View(None, view._whole, view.as_at, None)

    for query in ("SELECT list(range) AS n FROM range(20000000000)", "SELECT repeat('x', 5000000000) AS n"):
        with pytest.raises(BadParameter, match="Out of Memory|maximum supported string size"):
            little.sql(query)
    assert len(little.sql("FROM families")) == 40


def test_a_question_that_duckdb_does_not_survive_leaves_the_view_answering(view: View, monkeypatch: pytest.MonkeyPatch):
    before = view._database

    def dies(*_: object):
        before.close()
        raise duckdb.FatalException("database has been invalidated")

    with monkeypatch.context() as dying:
        dying.setattr(asking, "_answered", dies)
        with pytest.raises(BadParameter, match="DuckDB failed at this question; ask it in another way"):
            view.sql("FROM families")

    assert len(view.sql("FROM families")) == 40
