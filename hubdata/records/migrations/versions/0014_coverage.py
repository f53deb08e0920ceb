"""The audit chain vouches for the rows, and append-only tables lose rows to an erasure in progress and to nothing else.

A plain statement could delete a share, or write over it with INSERT OR REPLACE, and the chain still held.
"""

import sqlalchemy as sa
from alembic import op

from hubdata.records.migrations import pieces

revision = "0014"
down_revision = "0013"

COVERED = {
    "agreements": ("agreement",),
    "certificates": ("certificate",),
    "competences": ("competence",),
    "decisions": ("disposal", "family"),
    "destroyed": ("digest",),
    "disposals": ("disposal",),
    "erasures": ("line",),
    "families": ("family",),
    "finding_marks": ("finding_mark",),
    "goals": ("goal",),
    "holds": ("hold",),
    "identifiers": ("person",),
    "involvements": ("family", "organisation", "started_on"),
    "item_decisions": ("item_decision",),
    "lead_versions": ("family", "practitioner", "started_on", "replaced_at"),
    "leads": ("family", "practitioner", "started_on"),
    "look_again": ("share", "look_again_on"),
    "needs": ("need",),
    "organisations": ("organisation",),
    "packs": ("pack",),
    "pair_decisions": ("pair_decision",),
    "people": ("person",),
    "practitioners": ("practitioner",),
    "recalls": ("recall",),
    "request_events": ("event",),
    "requests": ("request",),
    "returns": ("received",),
    "reviews": ("goal", "reviewed_on", "perspective"),
    "services": ("service",),
    "shares": ("share",),
    "withheld": ("withheld",),
}
ONLY_ADDED = (
    "agreements",
    "certificates",
    "competences",
    "destroyed",
    "erasures",
    "finding_marks",
    "identifiers",
    "item_decisions",
    "lead_versions",
    "look_again",
    "packs",
    "pair_decisions",
    "request_events",
    "requests",
    "returns",
    "shares",
    "withheld",
)
# what had no guard against an update; of a pack the moment of its deletion is still written
UNGUARDED = ("certificates", "destroyed", "erasures", "look_again", "returns")
CHAIN = {"chain": ("seq",), "payloads": ("seq",)}
IN_PROGRESS = "EXISTS (SELECT 1 FROM erasing)"


def upgrade() -> None:
    op.create_table(
        "coverage",
        sa.Column("of_table", sa.String(60), primary_key=True),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("total", sa.LargeBinary(32), nullable=False),
        sa.Column("placed", sa.LargeBinary(32), nullable=False),
        sa.Column("salt", sa.LargeBinary(16), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
    )
    op.create_table(
        "coverage_parts",
        sa.Column("of_table", sa.String(60), primary_key=True),
        sa.Column("part", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("total", sa.LargeBinary(32), nullable=False),
        sa.Column("placed", sa.LargeBinary(32), nullable=False),
    )
    op.create_table("erasing", sa.Column("since", sa.DateTime(), primary_key=True))
    (_on_postgresql if op.get_bind().dialect.name == "postgresql" else _on_sqlite)()


def _on_sqlite() -> None:
    for table in UNGUARDED:
        _refuse(table, "no_update", "UPDATE", "true")
    for table in (*ONLY_ADDED, "payloads"):
        _refuse(table, "no_delete", "DELETE", f"NOT {IN_PROGRESS}")
    for table in (*ONLY_ADDED, *CHAIN):
        # REPLACE takes a row away without a word to DELETE's triggers: by its key, or by the row's own number
        same = " AND ".join(f"t.{name} = NEW.{name}" for name in {**COVERED, **CHAIN}[table])
        there = f"EXISTS (SELECT 1 FROM {table} t WHERE {{}})"
        there = f"{there.format(same)} OR {there.format('t.rowid = NEW.rowid')}"
        _refuse(table, "not_replaced", "INSERT", there)
    _let_holds_speak_first()


def _let_holds_speak_first() -> None:
    """SQLite asks the newest guard first, and who meets a hold should hear of the hold."""
    asked = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    for name, table, made in op.get_bind().exec_driver_sql(asked).fetchall():
        if table in ONLY_ADDED and name.startswith(f"{table}_held_no_"):
            op.execute(f"DROP TRIGGER {name}")
            op.get_bind().exec_driver_sql(made)


def _refuse(table: str, name: str, verb: str, when: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _on_postgresql() -> None:
    op.execute(ONLY_IN_AN_ERASURE)
    for table in UNGUARDED:
        pieces.before(table, "no_update", "UPDATE", "hub_append_only")
    for table in (*ONLY_ADDED, "payloads"):
        pieces.before(table, "no_delete", "DELETE", "hub_only_in_an_erasure")
        pieces.before(table, "not_emptied", "TRUNCATE", "hub_append_only")
    op.execute(CHANGED)
    for table, key in COVERED.items():
        pieces.told(table, *key)


ONLY_IN_AN_ERASURE = f"""
CREATE FUNCTION hub_only_in_an_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {IN_PROGRESS} THEN RETURN OLD; END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$
"""
# What a session of the product is told of every change: which table, put or gone, the place of the key and a digest of
# the row; no value of a row is written anywhere. Sessions that did not ask are told nothing.
CHANGED = r"""
CREATE FUNCTION hub_changed() RETURNS trigger LANGUAGE plpgsql SET datestyle = 'ISO, YMD' AS $$
DECLARE said text; keys text;
BEGIN
  IF to_regclass('pg_temp.hub_changes') IS NULL THEN RETURN NULL; END IF;
  SELECT string_agg('r.' || quote_ident(name), ', ' ORDER BY at) INTO keys
    FROM unnest(TG_ARGV::text[]) WITH ORDINALITY AS k(name, at);
  said := format('INSERT INTO pg_temp.hub_changes SELECT %L, %%L, '
    'encode(substr(sha256(convert_to(concat_ws(chr(31), %s), ''UTF8'')), 1, 4), ''hex''), '
    'encode(sha256(convert_to(r::text, ''UTF8'')), ''hex'') FROM %%I r', TG_TABLE_NAME, keys);
  IF TG_OP <> 'INSERT' THEN EXECUTE format(said, false, 'gone'); END IF;
  IF TG_OP <> 'DELETE' THEN EXECUTE format(said, true, 'put'); END IF;
  RETURN NULL;
END $$
"""
