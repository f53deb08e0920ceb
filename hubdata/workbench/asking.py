"""SQL of an analyst's own over a view: one SELECT in a DuckDB that holds the view's tables and reaches nothing else.

It is not the DuckDB that judges. No file, network, extension, setting or Python variable can be reached from it, and no
table can be made or changed.
"""

from typing import Any

import duckdb
import pyarrow as pa

from hubdata.errors import BadParameter
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.rules import judge
from hubdata.workbench.answer import NotHere

CLOSED = judge.ALONE | {
    "autoinstall_known_extensions": False,
    "python_enable_replacements": False,  # a frame of the notebook is no table
    "python_scan_all_frames": False,
    "temp_directory": "",  # what does not fit into memory is refused, and never written beside the notebook
    "allow_community_extensions": False,
}
READS = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


def closed(records: Snapshot) -> duckdb.DuckDBPyConnection:
    """A DuckDB of its own that sees these tables, and the readings that rules read them through (standing.sql)."""
    made = duckdb.connect(config=CLOSED)
    for name, table in records.tables.items():
        made.register(name, table)
    made.execute(judge.sql("standing"))
    made.execute("SET GLOBAL TimeZone = 'UTC'; SET lock_configuration = true")
    return made


def ask(connection: duckdb.DuckDBPyConnection, text: str, given: dict[str, Any], withheld: dict[str, str]) -> pa.Table:
    """What one SELECT answers. Values are bound by name: `where hub = $hub`.

    Raises BadParameter, in a sentence, for what cannot be read, is no SELECT, or names what is not there.
    """
    try:
        statements = connection.extract_statements(text)
    except duckdb.Error as error:
        raise BadParameter(_said(error)) from None
    if len(statements) != 1 or statements[0].type not in READS:
        raise BadParameter(
            "a view can only be read: write one SELECT. What is recorded is changed by commands and forms alone"
        )
    try:
        return connection.sql(text, params=given or None).to_arrow_table()
    except duckdb.Error as error:
        for column, why in withheld.items():
            if f'"{column}"' in str(error) or f"column {column}" in str(error):
                raise NotHere(why) from None
        raise BadParameter(_said(error)) from None


def _said(error: duckdb.Error) -> str:
    """DuckDB's own words, without its drawing of the place."""
    return str(error).partition("\n\n")[0].replace("\n", " ").strip()
