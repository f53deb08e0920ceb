"""That a child was judged able to decide: rows that never change, guarded like every record of a family on hold."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

TABLE = "competences"
UNRELEASED = "h.family = OLD.family AND (h.released_on IS NULL OR h.released_on > date('now'))"
# INSERT OR REPLACE takes a row away without a word to SQLite's DELETE triggers
ON_SQLITE = (
    ("no_update", "UPDATE", "true", f"{TABLE} is append-only"),
    (
        "no_replace",
        "INSERT",
        f"EXISTS (SELECT 1 FROM {TABLE} c WHERE c.competence = NEW.competence)",
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
        sa.Column("competence", sa.String(40), primary_key=True),
        sa.Column("family", sa.String(40), sa.ForeignKey("families.family"), nullable=False),
        sa.Column("person", sa.String(40), sa.ForeignKey("people.person"), nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("judged_by", sa.String(40), sa.ForeignKey("practitioners.practitioner"), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
    )
    for column in ("family", "person"):
        op.create_index(f"{TABLE}_{column}", TABLE, [column])
    if op.get_bind().dialect.name == "postgresql":
        for name, moment, each, function in ON_POSTGRESQL:
            op.execute(
                f"CREATE TRIGGER {TABLE}_{name} BEFORE {moment} ON {TABLE} "
                f"FOR EACH {each} EXECUTE FUNCTION {function}()"
            )
        for column in ("competence", "family", "person", "reason"):
            op.execute(f"ALTER TABLE {TABLE} ALTER COLUMN {column} SET STATISTICS 0")
    else:
        for name, moment, when, said in ON_SQLITE:
            op.execute(
                f"CREATE TRIGGER {TABLE}_{name} BEFORE {moment} ON {TABLE} WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
