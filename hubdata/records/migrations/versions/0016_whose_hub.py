"""On a server every row about a family says of which hub it is, kept true by the database, so that a rule can ask it.

A rule that asks the family's own row costs 50 to 100 times as much as one that asks the row itself. A hub in a file has
no such rules, and no such column.
"""

from alembic import op

from hubdata.records.migrations import pieces

revision = "0016"
down_revision = "0015"

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
THROUGH = {
    "item_decisions": ("requests", "request"),
    "look_again": ("shares", "share"),
    "request_events": ("requests", "request"),
    "reviews": ("goals", "goal"),
}
# The tables that somebody counts or lists by hub; the others are small, or read by family.
INDEXED = ("agreements", "families", "goals", "involvements", "leads", "needs", "people", "reviews", "shares")
LEAD = ("family", "practitioner", "started_on", "ended_on", "recorded_at")


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    schema = op.get_bind().exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    for function in FUNCTIONS:
        op.execute(function.replace("THIS_SCHEMA", schema))
    # one by one: rows as wholes are written otherwise once a backup has been put back, and would look altered
    moved = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in LEAD)
    op.execute("DROP TRIGGER leads_kept_update ON leads")
    op.execute(
        "CREATE TRIGGER leads_kept_update AFTER UPDATE ON leads FOR EACH ROW "
        f"WHEN ({moved}) EXECUTE FUNCTION hub_keep_lead()"
    )
    for table in OF_FAMILY:
        pieces.say(table, "families", "family")
    for table, (parent, key) in THROUGH.items():
        pieces.say(table, parent, key)
    pieces.follow("families", "family", *OF_FAMILY)
    for parent, key in sorted(set(THROUGH.values())):
        pieces.follow(parent, key, *(table for table, above in THROUGH.items() if above == (parent, key)))
    _say_of_entries()
    for table in INDEXED:
        op.execute(f"CREATE INDEX {table}_hub ON {table} (hub)")


def _say_of_entries() -> None:
    """What an entry says about one family is of that family's hub; what it says about none is of no hub."""
    op.execute("ALTER TABLE payloads ADD COLUMN hub varchar(40)")
    op.execute(
        "CREATE TRIGGER payloads_hub_whose BEFORE INSERT ON payloads FOR EACH ROW EXECUTE FUNCTION hub_entry_about()"
    )
    op.execute("UPDATE payloads SET hub = hub_about(payload) WHERE hub_about(payload) IS NOT NULL")


# The functions that look for a hub do so as the owner of the tables, or a row would be of no hub to whoever may not see
# the one above it. What is only added to may change in nothing but its hub.
FUNCTIONS = (
    """
CREATE OR REPLACE FUNCTION hub_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_LEVEL = 'ROW' AND TG_OP = 'UPDATE' THEN
    IF to_jsonb(NEW)->>'hub' IS DISTINCT FROM to_jsonb(OLD)->>'hub'
       AND to_jsonb(NEW) - 'hub' = to_jsonb(OLD) - 'hub' THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$
""",
    """
CREATE FUNCTION hub_whose() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
DECLARE found text;
BEGIN
  IF TG_ARGV[0] = 'families' THEN SELECT p.hub INTO found FROM families p WHERE p.family = NEW.family;
  ELSIF TG_ARGV[0] = 'goals' THEN SELECT p.hub INTO found FROM goals p WHERE p.goal = NEW.goal;
  ELSIF TG_ARGV[0] = 'shares' THEN SELECT p.hub INTO found FROM shares p WHERE p.share = NEW.share;
  ELSE SELECT p.hub INTO found FROM requests p WHERE p.request = NEW.request; END IF;
  IF found IS NULL AND TG_OP = 'UPDATE' THEN found := OLD.hub; END IF;
  NEW.hub := found;
  RETURN NEW;
END $$
""",
    """
CREATE FUNCTION hub_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
BEGIN
  FOR at IN 1 .. TG_NARGS - 1 LOOP
    EXECUTE format('UPDATE %I SET hub = $1 WHERE %I = $2', TG_ARGV[at], TG_ARGV[0])
      USING NEW.hub, to_jsonb(NEW)->>TG_ARGV[0];
  END LOOP;
  RETURN NULL;
END $$
""",
    """
CREATE FUNCTION hub_about(said bytea) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = THIS_SCHEMA, pg_temp AS $$
BEGIN
  RETURN (SELECT f.hub FROM families f WHERE f.family = convert_from(said, 'UTF8')::json #>> '{detail,family}');
EXCEPTION WHEN data_exception THEN RETURN NULL;
END $$
""",
    """
CREATE FUNCTION hub_entry_about() RETURNS trigger LANGUAGE plpgsql SET search_path = THIS_SCHEMA, pg_temp AS $$
BEGIN
  NEW.hub := hub_about(NEW.payload);
  RETURN NEW;
END $$
""",
)
