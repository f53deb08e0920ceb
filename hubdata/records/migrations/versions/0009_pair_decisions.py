"""What officers decide about two records that may be of one family: rows that never change.

A row goes with either family. While one of them is on hold the other can still be destroyed, so a row is guarded only
while both are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TABLE = "pair_decisions"
HELD = "EXISTS (SELECT 1 FROM holds h WHERE h.family = OLD.{} AND (h.released_on IS NULL OR h.released_on > {}))"
# INSERT OR REPLACE takes a row away without a word to SQLite's DELETE triggers
ON_SQLITE = (
    ("no_update", "UPDATE", "true", f"{TABLE} is append-only"),
    (
        "no_replace",
        "INSERT",
        f"EXISTS (SELECT 1 FROM {TABLE} d WHERE d.pair_decision = NEW.pair_decision)",
        f"{TABLE} is append-only",
    ),
    (
        "held_no_delete",
        "DELETE",
        " AND ".join(HELD.format(f, "date('now')") for f in ("family", "other")),
        "on hold: release the hold first",
    ),
)
ON_POSTGRESQL = (
    ("no_update", "UPDATE", "ROW", "hub_append_only"),
    ("held_no_delete", "DELETE", "ROW", "hub_refuse_held_pair"),
    ("held_no_truncate", "TRUNCATE", "STATEMENT", "hub_refuse_truncate"),
)
REFUSE = f"""
CREATE FUNCTION hub_refuse_held_pair() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {HELD.format("family", "CURRENT_DATE")} AND {HELD.format("other", "CURRENT_DATE")} THEN
    RAISE EXCEPTION 'on hold: release the hold first';
  END IF;
  RETURN OLD;
END $$
"""


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("pair_decision", sa.String(40), primary_key=True),
        sa.Column("family", sa.String(40), sa.ForeignKey("families.family"), nullable=False),
        sa.Column("other", sa.String(40), sa.ForeignKey("families.family"), nullable=False),
        sa.Column("decision", sa.String(40), nullable=False),
        sa.Column("compared", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
    )
    for column in ("family", "other"):
        op.create_index(f"{TABLE}_{column}", TABLE, [column])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(REFUSE)
        for name, moment, each, function in ON_POSTGRESQL:
            op.execute(
                f"CREATE TRIGGER {TABLE}_{name} BEFORE {moment} ON {TABLE} "
                f"FOR EACH {each} EXECUTE FUNCTION {function}()"
            )
        for column in ("pair_decision", "family", "other", "compared", "reason"):
            op.execute(f"ALTER TABLE {TABLE} ALTER COLUMN {column} SET STATISTICS 0")
    else:
        for name, moment, when, said in ON_SQLITE:
            op.execute(
                f"CREATE TRIGGER {TABLE}_{name} BEFORE {moment} ON {TABLE} WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
