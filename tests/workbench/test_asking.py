"""An analyst's own SQL reads the view and reaches nothing else: no file, network, extension, setting or variable."""

from collections.abc import Iterator

import pandas as pd
import pytest

from hubdata.errors import BadParameter
from hubdata.workbench.hub import OpenHub
from hubdata.workbench.view import View
from tests.support import hubs

LOCAL = pd.DataFrame({"secret": [1]})
WRITES = (
    "CREATE TABLE mine AS FROM families",
    "CREATE OR REPLACE MACRO decisions(of_table) AS TABLE SELECT 1",
    "CREATE TEMP VIEW families AS SELECT 1",
    "INSERT INTO families VALUES (1)",
    "UPDATE families SET hub = 'x'",
    "DELETE FROM families",
    "DROP VIEW families",
    "ALTER VIEW families RENAME TO f",
    "COPY families TO '{folder}/out.csv'",
    "COPY (FROM families) TO '{folder}/out.parquet'",
    "EXPORT DATABASE '{folder}/out'",
    "ATTACH '{folder}/hub.db' AS other (TYPE sqlite)",
    "ATTACH '{folder}/new.duckdb'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "RESET enable_external_access",
    "SET GLOBAL lock_configuration = false",
    "PRAGMA enable_profiling",
    "PRAGMA database_list",
    "CALL pragma_version()",
    "PREPARE p AS SELECT 1",
    "BEGIN",
    "CHECKPOINT",
    "USE memory",
    "CREATE SECRET s (TYPE s3)",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP VIEW families",
    "EXPLAIN ANALYZE DELETE FROM families",
    "VACUUM",
    "",
    "-- nothing",
    "no SQL at all",
)
REACHES = (
    "FROM read_csv('{folder}/plain.csv')",
    "FROM read_csv_auto('{folder}/plain.csv')",
    "FROM read_text('{folder}/plain.csv')",
    "FROM read_blob('{folder}/plain.csv')",
    "FROM read_json('{folder}/plain.csv')",
    "FROM read_parquet('{folder}/plain.csv')",
    "FROM parquet_metadata('{folder}/plain.csv')",
    "FROM sniff_csv('{folder}/plain.csv')",
    "FROM glob('{folder}/*')",
    "FROM '{folder}/plain.csv'",
    "FROM sqlite_scan('{folder}/hub.db', 'people')",
    "FROM read_csv('https://example.org/x.csv')",
    "FROM 's3://bucket/x.parquet'",
    "SELECT getenv('HOME')",
    "FROM LOCAL",
    "FROM local_frame",
    "FROM query('COPY families TO ''{folder}/out.csv''')",
    "FROM query_table('{folder}/plain.csv')",
    "WITH x AS (FROM read_text('{folder}/plain.csv')) FROM x",
    "SELECT (SELECT content FROM read_text('{folder}/plain.csv'))",
    "EXPLAIN ANALYZE FROM read_text('{folder}/plain.csv')",
    "SELECT load_aws_credentials()",
    "SELECT write_log('x')",
)


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    with OpenHub(hubs.filled(tmp_path_factory.mktemp("asked") / "hub", 40)) as hub:
        yield hub.as_at("2026-09-30")


@pytest.mark.parametrize("query", WRITES + REACHES)
def test_sql_can_neither_write_nor_reach_anything_outside(view: View, tmp_path, query):
    local_frame = LOCAL
    (tmp_path / "plain.csv").write_text("a,b\n1,2\n", "utf-8")
    before = sorted(tmp_path.iterdir())

    with pytest.raises(BadParameter) as refused:
        view.sql(query.format(folder=tmp_path))
    assert "1,2" not in str(refused.value)

    assert sorted(tmp_path.iterdir()) == before and len(local_frame) == 1
    assert view.sql("SELECT count(*) AS n FROM families")["n"].item() == 40


def test_nothing_that_its_database_says_of_itself_names_a_person_or_a_secret(view: View):
    names = {row["table_name"] for _, row in view.sql("SELECT table_name FROM information_schema.tables").iterrows()}

    columns = set(view.sql("SELECT column_name FROM information_schema.columns")["column_name"])

    assert names >= set(view.tables) and not columns & {"given_name", "family_name", "date_of_birth", "work_email"}
    assert {str(type_) for type_ in view.sql("DESCRIBE families")["column_type"]} <= {
        "VARCHAR",
        "DATE",
        "BOOLEAN",
        "TIMESTAMP",
    }


def test_values_are_bound_and_never_become_sql(view: View):
    said = view.sql(
        "SELECT $hub AS hub, count(*) AS n FROM families WHERE hub = $hub", hub="x'; DROP VIEW families; --"
    )

    assert said["n"].item() == 0 and len(view.families) == 40


def test_the_readings_that_rules_use_can_be_asked_too(view: View):
    standing = view.sql("SELECT count(*) AS n FROM standing_shares()")["n"].item()

    assert 0 < standing <= len(view.shares)


def test_a_query_can_be_explained_as_a_plan(view: View):
    assert "aggregate" in view.sql("EXPLAIN SELECT count(*) FROM families").iloc[0, 1].lower()
