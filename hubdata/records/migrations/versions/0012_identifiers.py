"""A child's consistent identifier: rows that never change, guarded like every record of a family that is on hold."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

TABLE = "identifiers"
UNRELEASED = "h.family = OLD.family AND (h.released_on IS NULL OR h.released_on > date('now'))"
# INSERT OR REPLACE takes a row away without a word to SQLite's DELETE triggers
ON_SQLITE = (
    ("no_update", "UPDATE", "true", f"{TABLE} is append-only"),
    (
        "no_replace",
        "INSERT",
        f"EXISTS (SELECT 1 FROM {TABLE} i WHERE i.person = NEW.person)",
        f"{TABLE} is append-only",
    ),
    (
        "held_no_delete",
        "DELETE",
        f"EXISTS (SELECT 1 FROM holds h WHERE {UNRELEASED})",
        "on hold: release the hold first",
    ),
)
ON_POSTGRESQL = (
    ("no_update", "UPDATE", "ROW", "hub_append_only"),
    ("held_no_delete", "DELETE", "ROW", "hub_refuse_held"),
    ("held_no_truncate", "TRUNCATE", "STATEMENT", "hub_refuse_truncate"),
)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("person", sa.String(40), sa.ForeignKey("people.person"), primary_key=True),
        sa.Column("family", sa.String(40), sa.ForeignKey("families.family"), nullable=False),
        sa.Column("identifier", sa.String(40), nullable=False),
        sa.Column("regulations", sa.String(200), nullable=False),
        sa.Column("organisation", sa.String(40), sa.ForeignKey("organisations.organisation"), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
    )
    op.create_index(f"{TABLE}_family", TABLE, ["family"])
    if op.get_bind().dialect.name == "postgresql":
        for name, moment, each, function in ON_POSTGRESQL:
            op.execute(
                f"CREATE TRIGGER {TABLE}_{name} BEFORE {moment} ON {TABLE} "
                f"FOR EACH {each} EXECUTE FUNCTION {function}()"
            )
        for column in ("person", "family", "identifier", "reason"):
            op.execute(f"ALTER TABLE {TABLE} ALTER COLUMN {column} SET STATISTICS 0")
    else:
        for name, moment, when, said in ON_SQLITE:
            op.execute(
                f"CREATE TRIGGER {TABLE}_{name} BEFORE {moment} ON {TABLE} WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
