"""What a login of a team's database may not do itself, done by the functions of the tables' owner, which look who asks.

It imports no list of rights: the ledger and a disposal ask it.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text

ASKED = """SELECT to_regnamespace('team') IS NOT NULL AND NOT has_table_privilege('payloads', 'DELETE')"""
DESTROY = (
    "SELECT of_table, gone FROM team.destroy(:disposal, CAST(:families AS varchar[]), CAST(:digests AS varchar[]))"
)
FORGET = "SELECT team.forget(CAST(:entries AS integer[]))"
SETTLE = "SELECT team.settle(:table)"


def asked(connection: Connection) -> bool:
    """Whether this login has to ask: it is one of a team's, and may delete nothing."""
    return connection.dialect.name == "postgresql" and bool(connection.execute(text(ASKED)).scalar())


def destroy(connection: Connection, disposal: str, families: list[str], digests: list[str]) -> dict[str, int]:
    """Have the rows of families destroyed whose disposal was approved; how many by table."""
    given = {"disposal": disposal, "families": families, "digests": digests}
    return {row.of_table: row.gone for row in connection.execute(text(DESTROY), given)}


def forget(connection: Connection, entries: Sequence[int]) -> None:
    """Have what entries say erased, while the traces of a disposal are."""
    connection.execute(text(FORGET), {"entries": list(entries)})


def settle(connection: Connection, table: str) -> None:
    """Have a table written anew, without the bytes of rows that are gone."""
    connection.execute(text(SETTLE), {"table": table})
