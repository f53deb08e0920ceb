"""Whose it is to put a finding right: rows that are only added to, and that go with their family's record."""

import sqlalchemy as sa
from alembic import op

from hubdata.records.migrations import pieces

revision = "0018"
down_revision = "0017"

TABLE, KEY = "finding_assignments", "finding_assignment"
UNRELEASED = "h.family = OLD.family AND (h.released_on IS NULL OR h.released_on > date('now'))"
HELD = f"EXISTS (SELECT 1 FROM holds h WHERE {UNRELEASED})"
IN_PROGRESS = "EXISTS (SELECT 1 FROM erasing)"
APPENDED, ON_HOLD = f"{TABLE} is append-only", "on hold: release the hold first"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column(KEY, sa.String(40), primary_key=True),
        sa.Column("family", sa.String(40), sa.ForeignKey("families.family")),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("of_table", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("assigned_to", sa.String(200)),
        sa.Column("assigned_on", sa.Date(), nullable=False),
        sa.Column("assigned_by", sa.String(200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
    )
    for column in ("family", "subject"):
        op.create_index(f"{TABLE}_{column}", TABLE, [column])
    (_on_postgresql if op.get_bind().dialect.name == "postgresql" else _on_sqlite)()


def _on_sqlite() -> None:
    """Append-only first: SQLite asks the newest guard first, and who meets a hold should hear of the hold."""
    replaced = f"EXISTS (SELECT 1 FROM {TABLE} t WHERE t.{KEY} = NEW.{KEY} OR t.rowid = NEW.rowid)"
    for name, verb, when, said in (
        ("no_update", "UPDATE", "true", APPENDED),
        ("no_delete", "DELETE", f"NOT {IN_PROGRESS}", APPENDED),
        ("not_replaced", "INSERT", replaced, APPENDED),
        ("held_no_delete", "DELETE", HELD, ON_HOLD),
    ):
        op.execute(
            f"CREATE TRIGGER {TABLE}_{name} BEFORE {verb} ON {TABLE} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )


def _on_postgresql() -> None:
    for name, verb, function in (
        ("no_update", "UPDATE", "hub_append_only"),
        ("held_no_delete", "DELETE", "hub_refuse_held"),
        ("held_no_truncate", "TRUNCATE", "hub_refuse_truncate"),
        ("no_delete", "DELETE", "hub_only_in_an_erasure"),
        ("not_emptied", "TRUNCATE", "hub_append_only"),
    ):
        pieces.before(TABLE, name, verb, function)
    pieces.told(TABLE, KEY)
    for column in (KEY, "family", "subject"):
        op.execute(f"ALTER TABLE {TABLE} ALTER COLUMN {column} SET STATISTICS 0")
    pieces.say(TABLE, "families", "family")
    pieces.follow("families", "family", TABLE)
