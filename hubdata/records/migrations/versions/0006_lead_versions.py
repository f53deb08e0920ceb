"""What the record of a lead said before it was changed, kept by the database itself whoever changes it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

KEY = ("family", "practitioner", "started_on")
SAID = "on hold: release the hold first"
# A change is known from the moment that it gives as its own, or from now on where it gives none later than the old one.
NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"
KEEP = f"""INSERT INTO lead_versions (family, practitioner, started_on, ended_on, recorded_at, replaced_at)
  SELECT o.family, o.practitioner, o.started_on, o.ended_on, o.recorded_at, o.replaced_at FROM (
    SELECT l.*, CASE WHEN NEW.recorded_at > l.recorded_at THEN NEW.recorded_at ELSE {NOW} END AS replaced_at
    FROM leads l WHERE {{which}}) o
  WHERE NOT EXISTS (SELECT 1 FROM lead_versions v WHERE v.family = o.family AND v.practitioner = o.practitioner
    AND v.started_on = o.started_on AND v.replaced_at = o.replaced_at)"""
CHANGED = "(l.ended_on IS NOT NEW.ended_on OR l.recorded_at <> NEW.recorded_at)"
UNSAMPLED = {
    "lead_versions": "family",
    "requests": "request family person asked_by same_as",
    "request_events": "event request reason supersedes",
}


def upgrade() -> None:
    op.create_table(
        "lead_versions",
        sa.Column("family", sa.String(40), sa.ForeignKey("families.family"), primary_key=True),
        sa.Column("practitioner", sa.String(40), sa.ForeignKey("practitioners.practitioner"), primary_key=True),
        sa.Column("started_on", sa.Date(), primary_key=True),
        sa.Column("ended_on", sa.Date()),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(), primary_key=True),
    )
    (_keep_on_postgresql if op.get_bind().dialect.name == "postgresql" else _keep_on_sqlite)()


def _keep_on_sqlite() -> None:
    old, new = (" AND ".join(f"l.{key} = {row}.{key}" for key in KEY) for row in ("OLD", "NEW"))
    moved = " OR ".join(f"OLD.{key} <> NEW.{key}" for key in KEY)
    # INSERT OR REPLACE and UPDATE OR REPLACE take a row away without a word to other triggers
    before = {
        "INSERT": [f"{new} AND {CHANGED}"],
        "UPDATE": [f"{old} AND ({moved} OR {CHANGED})", f"({moved}) AND {new}"],
    }
    for verb, rows in before.items():
        kept = "; ".join(KEEP.format(which=which) for which in rows)
        op.execute(f"CREATE TRIGGER leads_kept_{verb.lower()} BEFORE {verb} ON leads BEGIN {kept}; END")
    same = " AND ".join(f"v.{key} = NEW.{key}" for key in (*KEY, "replaced_at"))
    unreleased = "h.family = OLD.family AND (h.released_on IS NULL OR h.released_on > date('now'))"
    for name, moment, when, said in (
        ("no_update", "UPDATE", "true", "lead_versions is append-only"),
        (
            "no_replace",
            "INSERT",
            f"EXISTS (SELECT 1 FROM lead_versions v WHERE {same})",
            "lead_versions is append-only",
        ),
        ("held_no_delete", "DELETE", f"EXISTS (SELECT 1 FROM holds h WHERE {unreleased})", SAID),
    ):
        op.execute(
            f"CREATE TRIGGER lead_versions_{name} BEFORE {moment} ON lead_versions WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )


def _keep_on_postgresql() -> None:
    op.execute(KEEP_ON_POSTGRESQL)
    op.execute(
        "CREATE TRIGGER leads_kept_update AFTER UPDATE ON leads FOR EACH ROW "
        "WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION hub_keep_lead()"
    )
    for name, moment, each, function in (
        ("no_update", "UPDATE", "ROW", "hub_append_only"),
        ("held_no_delete", "DELETE", "ROW", "hub_refuse_held"),
        ("held_no_truncate", "TRUNCATE", "STATEMENT", "hub_refuse_truncate"),
    ):
        op.execute(
            f"CREATE TRIGGER lead_versions_{name} BEFORE {moment} ON lead_versions "
            f"FOR EACH {each} EXECUTE FUNCTION {function}()"
        )
    for table, columns in UNSAMPLED.items():
        for column in columns.split():
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


# what one transaction wrote and overwrote again was never known to anyone
KEEP_ON_POSTGRESQL = """
CREATE FUNCTION hub_keep_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO lead_versions (family, practitioner, started_on, ended_on, recorded_at, replaced_at)
  VALUES (OLD.family, OLD.practitioner, OLD.started_on, OLD.ended_on, OLD.recorded_at,
    CASE WHEN NEW.recorded_at > OLD.recorded_at THEN NEW.recorded_at ELSE timezone('utc', now()) END)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$
"""
