"""Deletes families' rows as a disposal does, and no more: what else they left is for the tests to find."""

from sqlalchemy import text

from hubdata import traces_whose
from hubdata.ledger import Act
from hubdata.records import metadata
from hubdata.store import Hub

ACT = Act("spec", "tester", "a spec test's tables", "spec.destroy")


def destroy(hub: Hub, families: list[str]) -> None:
    """Delete every row of these families."""
    with hub.write(ACT) as connection:
        condition, value = traces_whose.bound(connection, families)
        for table in reversed(metadata.sorted_tables):
            if table.name in traces_whose.OWNED:
                where = traces_whose.OWNED[table.name].format(families=condition)
                connection.execute(text(f"DELETE FROM {table.name} WHERE {where}"), {"families": value})
