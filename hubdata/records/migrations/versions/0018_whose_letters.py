"""On a server letters, their sendings and what came with a request say of which hub they are, as other rows do."""

from alembic import op

revision = "0018"
down_revision = "0017"

ADDED = ("enclosures", "letters", "sendings")
OF_FAMILY = (
    "agreements",
    "competences",
    "decisions",
    "finding_marks",
    "goals",
    "holds",
    "identifiers",
    "involvements",
    "lead_versions",
    "leads",
    "needs",
    "packs",
    "pair_decisions",
    "people",
    "recalls",
    "requests",
    "shares",
    "withheld",
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in ADDED:
        op.execute(f"ALTER TABLE {table} ADD COLUMN hub varchar(40)")
        op.execute(f"UPDATE {table} t SET hub = f.hub FROM families f WHERE f.family = t.family")
        op.execute(
            f"CREATE TRIGGER {table}_hub_whose BEFORE INSERT OR UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION hub_whose('families')"
        )
    given = ", ".join(f"'{name}'" for name in ("family", *OF_FAMILY, *ADDED))
    op.execute("DROP TRIGGER families_hub_moved ON families")
    op.execute(
        "CREATE TRIGGER families_hub_moved AFTER UPDATE ON families FOR EACH ROW "
        f"WHEN (OLD.hub IS DISTINCT FROM NEW.hub) EXECUTE FUNCTION hub_moved({given})"
    )
