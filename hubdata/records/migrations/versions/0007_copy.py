"""What is decided about each item of a person's copy, and that a copy was made; guarded like every held record."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

SAID = "on hold: release the hold first"
HELD = "EXISTS (SELECT 1 FROM holds h WHERE h.family = {} AND (h.released_on IS NULL OR h.released_on > date('now')))"
OF_REQUEST = "(SELECT r.family FROM requests r WHERE r.request = {})"
THERE = "(SELECT r.family FROM {table} t JOIN requests r USING (request) WHERE t.{key} = NEW.{key})"
KEYS = {"item_decisions": "item_decision", "packs": "pack"}
# of a pack nothing changes but the moment when its files were deleted
FIXED = {
    "item_decisions": "",
    "packs": "OF pack, request, family, person, made_on, page_sha256, data_sha256, delete_on ",
}
UNSAMPLED = {
    "item_decisions": "item_decision request item factors opinion_by reason supersedes",
    "packs": "pack request family person",
}


def upgrade() -> None:
    op.create_table(
        "item_decisions",
        sa.Column("item_decision", sa.String(40), primary_key=True),
        sa.Column("request", sa.String(40), sa.ForeignKey("requests.request"), nullable=False),
        sa.Column("item", sa.String(300), nullable=False),
        sa.Column("decision", sa.String(40), nullable=False),
        sa.Column("exemption", sa.String(40)),
        sa.Column("because", sa.String(40)),
        sa.Column("factors", sa.String(2000)),
        sa.Column("opinion_on", sa.Date()),
        sa.Column("opinion_by", sa.String(200)),
        sa.Column("known_since", sa.Date()),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(500)),
        sa.Column("supersedes", sa.String(40)),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "packs",
        sa.Column("pack", sa.String(40), primary_key=True),
        sa.Column("request", sa.String(40), sa.ForeignKey("requests.request"), nullable=False),
        sa.Column("family", sa.String(40), sa.ForeignKey("families.family"), nullable=False),
        sa.Column("person", sa.String(40), sa.ForeignKey("people.person"), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("page_sha256", sa.String(64), nullable=False),
        sa.Column("data_sha256", sa.String(64)),
        sa.Column("delete_on", sa.Date(), nullable=False),
        sa.Column("deleted_at", sa.DateTime()),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
    )
    op.create_index("item_decisions_request", "item_decisions", ["request"])
    for column in ("family", "request", "person"):
        op.create_index(f"packs_{column}", "packs", [column])
    (_guard_postgresql if op.get_bind().dialect.name == "postgresql" else _guard_sqlite)()


def _guard_sqlite() -> None:
    for table, key in KEYS.items():
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE {FIXED[table]}ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        whose = OF_REQUEST.format("OLD.request")
        replaced = THERE.format(table=table, key=key)
        for name, moment, family in (("delete", "DELETE", whose), ("replace", "INSERT", replaced)):
            op.execute(
                f"CREATE TRIGGER {table}_held_no_{name} BEFORE {moment} ON {table} WHEN {HELD.format(family)} "
                f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
            )


def _guard_postgresql() -> None:
    for table in KEYS:
        for name, moment, each, function in (
            ("no_update", f"UPDATE {FIXED[table]}", "ROW", "hub_append_only"),
            ("held_no_delete", "DELETE", "ROW", "hub_refuse_held_event"),
            ("held_no_truncate", "TRUNCATE", "STATEMENT", "hub_refuse_truncate"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_{name} BEFORE {moment} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION {function}()"
            )
        for column in UNSAMPLED[table].split():
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
