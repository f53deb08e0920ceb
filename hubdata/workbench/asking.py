"""SQL of an analyst's own over a view: one SELECT in a closed DuckDB that holds the view's tables and reaches nothing.

It is not the DuckDB that judges. No file, network, extension, setting or Python variable can be reached from it, and no
table can be made or changed.
"""

from typing import Any

import duckdb
import pyarrow as pa

from hubdata.errors import BadParameter
from hubdata.records.snapshot import withheld
from hubdata.rules.own import closed, reads
from hubdata.workbench import waiting
from hubdata.workbench.answer import NotHere

BROKEN = (duckdb.InternalException, duckdb.FatalException)  # after which a DuckDB answers nothing more
READS = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


class Broken(BadParameter):
    """A question that DuckDB itself did not survive; the next one needs another."""


def ask(connection: duckdb.DuckDBPyConnection, text: str, given: dict[str, Any], tables: set[str]) -> pa.Table:
    """What one SELECT over these tables answers. Values are bound by name: `where hub = $hub`.

    Raises BadParameter, in a sentence, for what cannot be read, is no SELECT, or names what is not there.
    """
    if not isinstance(text, str):
        raise BadParameter(f"a question is a text of SQL, not {type(text).__name__}: write view.sql('FROM families')")
    try:
        statements = connection.extract_statements(text)
    except duckdb.Error as error:
        raise BadParameter(closed.said(error)) from None
    if len(statements) != 1 or statements[0].type not in READS:
        raise BadParameter(
            "a view can only be read: write one SELECT. What is recorded is changed by commands and forms alone"
        )
    if why := reads.outside(connection, text, tables):
        raise BadParameter(why)
    try:
        return _answered(connection, statements[0], given)
    except BROKEN as error:
        raise Broken(f"DuckDB failed at this question; ask it in another way ({closed.said(error)})") from None
    except duckdb.Error as error:
        if why := closed.asked(error, withheld.named(text)):
            raise NotHere(why) from None
        raise BadParameter(closed.said(error)) from None


def _answered(connection: duckdb.DuckDBPyConnection, asked: duckdb.Statement, given: dict[str, Any]) -> pa.Table:
    """What a statement answers. Raises KeyboardInterrupt once it has stopped; the connection can be asked again."""
    return waiting.stoppable(
        "Asking",
        lambda: connection.sql(asked, params=given or None).to_arrow_table(),
        [connection],
        connection.query_progress,
    )
