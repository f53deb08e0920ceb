"""The moment that rows get in a write: never before the ledger's last entry, whatever this machine's clock says.

`moments.stamp` asks for it, so that no table and no command has to. Source: design.md, law 9.
"""

from datetime import datetime

from sqlalchemy import Connection

from hubdata.records.time import entry

LAST = "SELECT seq, meta FROM chain ORDER BY seq DESC LIMIT 1"


def last_at(connection: Connection) -> datetime:
    """The time of the ledger's last entry; the beginning of time if there is none."""
    # the driver's own cursor: every write waits for this, and SQLAlchemy takes 0.1 ms a statement
    cursor = connection.connection.cursor()
    cursor.execute(LAST)
    found = cursor.fetchone()
    cursor.close()
    return entry.read(found[0], bytes(found[1])).at if found and not isinstance(found[1], str) else entry.NEVER
