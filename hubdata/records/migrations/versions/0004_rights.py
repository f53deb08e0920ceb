"""Requests about data rights and complaints, step by step; guarded like every record of a family that is on hold."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = ("requests", "request_events")
SAID = "on hold: release the hold first"
HELD = "EXISTS (SELECT 1 FROM holds h WHERE h.family = {} AND (h.released_on IS NULL OR h.released_on > date('now')))"
WHOSE = {"requests": "OLD.family", "request_events": "(SELECT r.family FROM requests r WHERE r.request = OLD.request)"}
REPLACED = {
    "requests": "(SELECT r.family FROM requests r WHERE r.request = NEW.request)",
    "request_events": (
        "(SELECT r.family FROM request_events e JOIN requests r USING (request) WHERE e.event = NEW.event)"
    ),
}


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("request", sa.String(40), primary_key=True),
        sa.Column("family", sa.String(40), sa.ForeignKey("families.family"), nullable=False),
        sa.Column("person", sa.String(40), sa.ForeignKey("people.person")),
        sa.Column("asked_by", sa.String(40), sa.ForeignKey("people.person")),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("method", sa.String(40)),
        sa.Column("same_as", sa.String(40)),
        sa.Column("scheduled_on", sa.Date()),
        sa.Column("scheduled_rule", sa.String(40)),
        sa.Column("scheduled_state", sa.String(40)),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "request_events",
        sa.Column("event", sa.String(40), primary_key=True),
        sa.Column("request", sa.String(40), sa.ForeignKey("requests.request"), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(500)),
        sa.Column("exemption", sa.String(40)),
        sa.Column("organisation", sa.String(40), sa.ForeignKey("organisations.organisation")),
        sa.Column("supersedes", sa.String(40)),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
    )
    op.create_index("requests_family", "requests", ["family"])
    op.create_index("requests_person", "requests", ["person"])
    op.create_index("request_events_request", "request_events", ["request"])
    (_guard_postgresql if op.get_bind().dialect.name == "postgresql" else _guard_sqlite)()


def _guard_sqlite() -> None:
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        for name, moment, whose in (("delete", "DELETE", WHOSE[table]), ("replace", "INSERT", REPLACED[table])):
            op.execute(
                f"CREATE TRIGGER {table}_held_no_{name} BEFORE {moment} ON {table} WHEN {HELD.format(whose)} "
                f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
            )


def _guard_postgresql() -> None:
    op.execute(EVENTS)
    for table, refuse in (("requests", "hub_refuse_held()"), ("request_events", "hub_refuse_held_event()")):
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION hub_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_held_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {refuse}"
        )
        op.execute(
            f"CREATE TRIGGER {table}_held_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION hub_refuse_truncate()"
        )


EVENTS = f"""
CREATE FUNCTION hub_refuse_held_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM holds h JOIN requests r ON r.family = h.family WHERE r.request = OLD.request
             AND (h.released_on IS NULL OR h.released_on > CURRENT_DATE)) THEN
    RAISE EXCEPTION '{SAID}';
  END IF;
  RETURN OLD;
END $$
"""
