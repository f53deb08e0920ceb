"""Disposal: reviews, what is left of destroyed records, and guards that keep held records whole, in the database."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

OWNED = (
    "families",
    "people",
    "involvements",
    "leads",
    "goals",
    "needs",
    "agreements",
    "shares",
    "withheld",
    "decisions",
    "recalls",
)
THROUGH = {"reviews": ("goals", "goal"), "look_again": ("shares", "share")}
# INSERT OR REPLACE takes a row away without a word to SQLite's DELETE triggers
KEYED = {
    "people": "person",
    "goals": "goal",
    "needs": "need",
    "agreements": "agreement",
    "shares": "share",
    "withheld": "withheld",
    "recalls": "recall",
}
# ... and so does UPDATE OR REPLACE, where rows may be updated at all
OVERWRITTEN = {
    "families": ("family",),
    "people": ("person",),
    "goals": ("goal",),
    "needs": ("need",),
    "recalls": ("recall",),
    "decisions": ("disposal", "family"),
    "involvements": ("family", "organisation", "started_on"),
    "leads": ("family", "practitioner", "started_on"),
    "reviews": ("goal", "reviewed_on", "perspective"),
    "look_again": ("share", "look_again_on"),
}
UNRELEASED = "(h.released_on IS NULL OR h.released_on > date('now'))"
# Texts that give people away are never copied into PostgreSQL's statistics, from where VACUUM does not take them.
UNSAMPLED = {
    "holds": "hold family reason scope request",
    "decisions": "family reason",
    "families": "family closure_reason",
    "people": "person family given_name family_name date_of_birth died_on",
    "involvements": "family partner_reference",
    "leads": "family",
    "goals": "goal family",
    "reviews": "goal",
    "needs": "need family reason",
    "agreements": "agreement family given_by covers supersedes",
    "shares": "share family about agreement reason risk_to not_told_reason supersedes",
    "withheld": "withheld family about reason",
    "look_again": "share",
    "recalls": "recall family",
    "payloads": "payload",
}
SAID = "on hold: release the hold first"


def upgrade() -> None:
    op.add_column("holds", sa.Column("scope", sa.String(500)))
    op.add_column("holds", sa.Column("request", sa.String(40)))
    _create()
    for index, column in (("agreements_given_by", "given_by"), ("agreements_supersedes", "supersedes")):
        op.create_index(index, "agreements", [column])
    for index, column in (("shares_agreement", "agreement"), ("shares_supersedes", "supersedes")):
        op.create_index(index, "shares", [column])
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("recalls_family_fkey", "recalls", type_="foreignkey")
        _guard_postgresql()
        for table, columns in UNSAMPLED.items():
            for column in columns.split():
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
    else:
        _loosen_recalls()
        _guard_sqlite()


def _create() -> None:
    op.create_table(
        "disposals",
        sa.Column("disposal", sa.String(40), primary_key=True),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("rules", sa.String(500), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("reviewed_by", sa.String(200), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(), nullable=False),
        sa.Column("approved_by", sa.String(200)),
        sa.Column("approved_at", sa.DateTime()),
        sa.Column("opening", sa.Integer()),
        sa.Column("opening_entry", sa.Integer()),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "decisions",
        sa.Column("disposal", sa.String(40), sa.ForeignKey("disposals.disposal"), primary_key=True),
        sa.Column("family", sa.String(40), sa.ForeignKey("families.family"), primary_key=True),
        sa.Column("decision", sa.String(40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(500)),
        sa.Column("next_on", sa.Date()),
        sa.Column("kept_because", sa.String(200)),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
    )
    op.create_index("decisions_family", "decisions", ["family"])
    op.create_table(
        "destroyed",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("disposal", sa.String(40), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("destroyed_on", sa.Date(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
    )
    op.create_index("destroyed_disposal", "destroyed", ["disposal"])
    op.create_table(
        "certificates",
        sa.Column("certificate", sa.String(40), primary_key=True),
        sa.Column("disposal", sa.String(40), nullable=False),
        sa.Column("content", sa.String(100_000), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "erasures",
        sa.Column("line", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
    )


def _loosen_recalls() -> None:
    """The same table without its reference to families: SQLite cannot drop one in place."""
    table = sa.Table(
        "recalls",
        sa.MetaData(),
        sa.Column("recall", sa.String(40), nullable=False),
        sa.Column("family", sa.String(40), nullable=False),
        sa.Column("organisation", sa.String(40), sa.ForeignKey("organisations.organisation"), nullable=False),
        sa.Column("because", sa.String(40), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("acknowledged_on", sa.Date()),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("recall"),
        sa.Index("recalls_family", "family"),
    )
    with op.batch_alter_table("recalls", copy_from=table, recreate="always"):
        pass


def _guard_sqlite() -> None:
    held = f"EXISTS (SELECT 1 FROM holds h WHERE h.family = {{}} AND {UNRELEASED})"
    for table in OWNED:
        _refuse(f"{table}_held_no_delete", f"BEFORE DELETE ON {table}", held.format("OLD.family"))
        moved = f"NEW.family <> OLD.family AND {held.format('OLD.family')}"
        _refuse(f"{table}_held_no_move", f"BEFORE UPDATE OF family ON {table}", moved)
    for table, (parent, key) in THROUGH.items():
        family = f"(SELECT p.family FROM {parent} p WHERE p.{key} = OLD.{key})"
        _refuse(f"{table}_held_no_delete", f"BEFORE DELETE ON {table}", held.format(family))
        moved = f"NEW.{key} <> OLD.{key} AND {held.format(family)}"
        _refuse(f"{table}_held_no_move", f"BEFORE UPDATE OF {key} ON {table}", moved)
    for table, key in KEYED.items():
        family = f"(SELECT p.family FROM {table} p WHERE p.{key} = NEW.{key} AND p.family <> NEW.family)"
        _refuse(f"{table}_held_no_replace", f"BEFORE INSERT ON {table}", held.format(family))
    for table, keys in OVERWRITTEN.items():
        parent, key = THROUGH.get(table, ("", ""))
        whose = (
            f"JOIN {parent} p ON p.{key} = t.{key} JOIN holds h ON h.family = p.family"
            if parent
            else ("JOIN holds h ON h.family = t.family")
        )
        other = " OR ".join(f"NEW.{k} <> OLD.{k}" for k in keys)
        same = " AND ".join(f"t.{k} = NEW.{k}" for k in keys)
        _refuse(
            f"{table}_held_no_overwrite",
            f"BEFORE UPDATE OF {', '.join(keys)} ON {table}",
            f"({other}) AND EXISTS (SELECT 1 FROM {table} t {whose} WHERE {same} AND {UNRELEASED})",
        )
    unreleased = "(OLD.released_on IS NULL OR OLD.released_on > date('now'))"
    _refuse("holds_held_no_delete", "BEFORE DELETE ON holds", unreleased)
    moved = f"(NEW.family <> OLD.family OR NEW.hold <> OLD.hold) AND {unreleased}"
    _refuse("holds_held_no_move", "BEFORE UPDATE OF family, hold ON holds", moved)
    there = f"EXISTS (SELECT 1 FROM holds h WHERE h.hold = NEW.hold AND {UNRELEASED}"
    replaced = f"{there} AND h.family <> NEW.family)"
    _refuse("holds_held_no_overwrite", "BEFORE UPDATE OF hold ON holds", f"NEW.hold <> OLD.hold AND {there})")
    _refuse("holds_held_no_replace", "BEFORE INSERT ON holds", replaced)


def _refuse(name: str, moment: str, when: str) -> None:
    op.execute(f"CREATE TRIGGER {name} {moment} WHEN {when} BEGIN SELECT RAISE(ABORT, '{SAID}'); END")


def _guard_postgresql() -> None:
    for statement in HELD:
        op.execute(statement)
    for table in (*OWNED, *THROUGH):
        parent, key = THROUGH.get(table, ("", "family"))
        given = f"'{parent}', '{key}'" if parent else ""
        for verb, name in (("DELETE", "delete"), (f"UPDATE OF {key}", "move")):
            op.execute(
                f"CREATE TRIGGER {table}_held_no_{name} BEFORE {verb} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION hub_refuse_held({given})"
            )
    op.execute(
        "CREATE TRIGGER holds_held_no_delete BEFORE DELETE OR UPDATE OF family, hold ON holds "
        "FOR EACH ROW EXECUTE FUNCTION hub_refuse_unreleased()"
    )
    for table in (*OWNED, *THROUGH, "holds"):
        op.execute(
            f"CREATE TRIGGER {table}_held_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION hub_refuse_truncate()"
        )


HELD = (
    """
CREATE FUNCTION hub_refuse_held() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whose text;
BEGIN
  IF TG_NARGS = 0 THEN
    IF TG_OP = 'UPDATE' AND NEW.family = OLD.family THEN RETURN NEW; END IF;
    whose := OLD.family;
  ELSIF TG_ARGV[0] = 'goals' THEN
    IF TG_OP = 'UPDATE' AND NEW.goal = OLD.goal THEN RETURN NEW; END IF;
    SELECT p.family INTO whose FROM goals p WHERE p.goal = OLD.goal;
  ELSE
    IF TG_OP = 'UPDATE' AND NEW.share = OLD.share THEN RETURN NEW; END IF;
    SELECT p.family INTO whose FROM shares p WHERE p.share = OLD.share;
  END IF;
  IF EXISTS (SELECT 1 FROM holds h WHERE h.family = whose
             AND (h.released_on IS NULL OR h.released_on > CURRENT_DATE)) THEN
    RAISE EXCEPTION 'on hold: release the hold first';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$
""",
    """
CREATE FUNCTION hub_refuse_unreleased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.released_on IS NULL OR OLD.released_on > CURRENT_DATE)
     AND (TG_OP = 'DELETE' OR NEW.family <> OLD.family OR NEW.hold <> OLD.hold) THEN
    RAISE EXCEPTION 'on hold: release the hold first';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$
""",
    """
CREATE FUNCTION hub_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM holds h WHERE h.released_on IS NULL OR h.released_on > CURRENT_DATE) THEN
    RAISE EXCEPTION 'on hold: release the hold first';
  END IF;
  RETURN NULL;
END $$
""",
)
