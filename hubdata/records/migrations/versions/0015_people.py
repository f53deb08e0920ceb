"""Who may act, and how they prove it: rows that are only added to; a disposal says how its two people were proved."""

import sqlalchemy as sa
from alembic import op

from hubdata.records.migrations import pieces

revision = "0015"
down_revision = "0014"

COVERED = {
    "actors": ("actor_version",),
    "actor_proofs": ("actor_proof",),
    "actor_resets": ("actor_reset",),
    "actor_tries": ("actor_try",),
}
IN_PROGRESS = "EXISTS (SELECT 1 FROM erasing)"
ON_DISPOSALS = ("reviewed_proof", "reviewed_login", "approved_proof", "approved_login")


def _text(name: str, size: int = 40, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(size), nullable=nullable)


def _recorded() -> sa.Column:
    return sa.Column("recorded_at", sa.DateTime(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "actors",
        sa.Column("actor_version", sa.String(40), primary_key=True),
        _text("actor"),
        _text("name", 200),
        _text("roles", 200, nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        _text("reason", 500, nullable=True),
        _text("supersedes", nullable=True),
        _text("recorded_by", 200),
        _recorded(),
    )
    op.create_table(
        "actor_proofs",
        sa.Column("actor_proof", sa.String(40), primary_key=True),
        _text("actor"),
        _text("kind"),
        _text("digest", 64),
        _text("verifier", 4000),
        _text("reset", nullable=True),
        _recorded(),
    )
    op.create_table(
        "actor_resets",
        sa.Column("actor_reset", sa.String(40), primary_key=True),
        _text("actor"),
        _text("asked_by"),
        _text("asked_with", 200),
        _text("reason", 500),
        _recorded(),
    )
    op.create_table(
        "actor_tries",
        sa.Column("actor_try", sa.String(40), primary_key=True),
        _text("who", 64),
        _text("outcome"),
        _recorded(),
    )
    for table, name in (("actors", "actor"), ("actor_proofs", "actor"), ("actor_tries", "who")):
        op.create_index(f"{table}_{name}", table, [name])
    for name in ON_DISPOSALS:
        op.add_column("disposals", sa.Column(name, sa.String(200)))
    for table, key in COVERED.items():
        (_on_postgresql if op.get_bind().dialect.name == "postgresql" else _on_sqlite)(table, *key)


def _on_sqlite(table: str, key: str) -> None:
    replaced = f"EXISTS (SELECT 1 FROM {table} t WHERE t.{key} = NEW.{key} OR t.rowid = NEW.rowid)"
    for name, verb, when in (
        ("no_update", "UPDATE", "true"),
        ("no_delete", "DELETE", f"NOT {IN_PROGRESS}"),
        ("not_replaced", "INSERT", replaced),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _on_postgresql(table: str, key: str) -> None:
    for name, verb, function in (
        ("no_update", "UPDATE", "hub_append_only"),
        ("no_delete", "DELETE", "hub_only_in_an_erasure"),
        ("not_emptied", "TRUNCATE", "hub_append_only"),
    ):
        pieces.before(table, name, verb, function)
    pieces.told(table, key)
