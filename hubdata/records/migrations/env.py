"""Runs migrations in the connection and transaction that the store hands over; it opens nothing itself."""

from alembic import context

from hubdata.records.tables.contract import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, compare_type=True)
context.run_migrations()
