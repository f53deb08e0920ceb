"""Deletes families' rows as a disposal does, and no more: what else they left is for the tests to find."""

from sqlalchemy import text

from hubdata.records import owner
from hubdata.records.coverage.erasing import erasing
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import metadata

ACT = Act("spec", "tester", "a spec test's tables", "spec.destroy")


def destroy(hub: Hub, families: list[str]) -> None:
    """Delete every row of these families."""
    with hub.write(ACT) as connection, erasing(connection):
        condition, value = owner.bound(connection, families)
        for table in reversed(metadata.sorted_tables):
            if table.name in owner.OWNED:
                where = owner.OWNED[table.name].format(families=condition)
                connection.execute(text(f"DELETE FROM {table.name} WHERE {where}"), {"families": value})
