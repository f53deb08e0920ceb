"""Verifying without reading: an auditor of a team's database is told digests and verdicts, and no value of a row."""

from sqlalchemy import Connection

# Whether this login may ask a function for digests, or verdicts, of what it may not read.
ASKED = """SELECT coalesce((SELECT has_function_privilege(p.oid, 'EXECUTE') FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'team' AND p.proname = '{function}'), false)
  AND NOT has_table_privilege('people', 'SELECT')"""
# As `ledger.verify` reads the chain: where a salt stands, whether what was said is what the entry committed to.
ENTRIES = (
    "SELECT seq, prev, meta, commitment, hash, said, CASE WHEN said IS NOT NULL THEN ''::bytea END "
    "FROM team.entries({since})"
)
ROWS = "SELECT place, said FROM team.digests('{table}')"


def blind(connection: Connection, function: str = "digests") -> bool:
    """Whether this login verifies without reading: rows by their digests, the chain by `entries`."""
    asked = ASKED.format(function=function)
    return connection.dialect.name == "postgresql" and bool(connection.exec_driver_sql(asked).scalar())
