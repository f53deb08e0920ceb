"""The first schema: the limited record, holds, returns and the audit chain, guarded in the database itself."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# Rows of these tables are never changed; the chain's are never deleted either. The guard is in the database, so that no
# program, ours included, can forget it (stack.md 0.9).
NO_UPDATE = ("agreements", "shares", "chain", "payloads")
NO_DELETE = ("chain",)


def upgrade() -> None:
    op.create_table(
        "chain",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("prev", sa.LargeBinary(length=32), nullable=False),
        sa.Column("meta", sa.LargeBinary(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "families",
        sa.Column("family", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("hub", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("opened_on", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("closed_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("closure_reason", sa.String(length=200), autoincrement=False, nullable=True),
        sa.Column("recorded_at", sa.DateTime(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("family"),
    )
    op.create_table(
        "organisations",
        sa.Column("organisation", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("duty_class", sa.String(length=40), autoincrement=False, nullable=True),
        sa.Column("sharing_agreement_from", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("sharing_agreement_to", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("rights_contact", sa.String(length=500), autoincrement=False, nullable=True),
        sa.Column("retention_policy", sa.String(length=500), autoincrement=False, nullable=True),
        sa.Column("recorded_at", sa.DateTime(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("organisation"),
    )
    op.create_table(
        "goals",
        sa.Column("goal", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("family", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("area", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("instrument", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("set_on", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("closed_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("result", sa.String(length=40), autoincrement=False, nullable=True),
        sa.Column("recorded_at", sa.DateTime(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["family"],
            ["families.family"],
        ),
        sa.PrimaryKeyConstraint("goal"),
    )
    op.create_index("goals_family", "goals", ["family"], unique=False)
    op.create_table(
        "holds",
        sa.Column("hold", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("family", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(length=500), autoincrement=False, nullable=True),
        sa.Column("authority", sa.String(length=200), autoincrement=False, nullable=True),
        sa.Column("placed_on", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("review_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("released_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("recorded_at", sa.DateTime(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["family"],
            ["families.family"],
        ),
        sa.PrimaryKeyConstraint("hold"),
    )
    op.create_index("holds_family", "holds", ["family"], unique=False)
    op.create_table(
        "involvements",
        sa.Column("family", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("organisation", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("started_on", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("ended_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("last_contact_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("partner_reference", sa.String(length=60), autoincrement=False, nullable=True),
        sa.Column("recorded_at", sa.DateTime(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["family"],
            ["families.family"],
        ),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.organisation"],
        ),
        sa.PrimaryKeyConstraint("family", "organisation", "started_on"),
    )
    op.create_table(
        "needs",
        sa.Column("need", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("family", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("area", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("identified_on", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(length=200), autoincrement=False, nullable=True),
        sa.Column("organisation", sa.String(length=40), autoincrement=False, nullable=True),
        sa.Column("recorded_at", sa.DateTime(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["family"],
            ["families.family"],
        ),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.organisation"],
        ),
        sa.PrimaryKeyConstraint("need"),
    )
    op.create_index("needs_family", "needs", ["family"], unique=False)
    op.create_table(
        "payloads",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seq"],
            ["chain.seq"],
        ),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "people",
        sa.Column("person", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("family", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("given_name", sa.String(length=100), autoincrement=False, nullable=False),
        sa.Column("family_name", sa.String(length=100), autoincrement=False, nullable=False),
        sa.Column("date_of_birth", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("died_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("recorded_at", sa.DateTime(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["family"],
            ["families.family"],
        ),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_index("people_family", "people", ["family"], unique=False)
    op.create_table(
        "practitioners",
        sa.Column("practitioner", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("organisation", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), autoincrement=False, nullable=False),
        sa.Column("work_email", sa.String(length=254), autoincrement=False, nullable=True),
        sa.Column("active_from", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("active_to", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("recorded_at", sa.DateTime(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.organisation"],
        ),
        sa.PrimaryKeyConstraint("practitioner"),
    )
    op.create_table(
        "returns",
        sa.Column("received", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organisation", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("content", sa.String(length=64), autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.DateTime(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.organisation"],
        ),
        sa.PrimaryKeyConstraint("received"),
    )
    op.create_table(
        "agreements",
        sa.Column("agreement", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("family", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("given_by", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("covers", sa.String(length=500), autoincrement=False, nullable=False),
        sa.Column("decision", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("recipients", sa.String(length=500), autoincrement=False, nullable=True),
        sa.Column("categories", sa.String(length=500), autoincrement=False, nullable=True),
        sa.Column("exclusions", sa.String(length=500), autoincrement=False, nullable=True),
        sa.Column("discussed_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("decided_on", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("expires_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("method", sa.String(length=40), autoincrement=False, nullable=True),
        sa.Column("taken_by", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("notice_version", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("supersedes", sa.String(length=40), autoincrement=False, nullable=True),
        sa.Column("recorded_at", sa.DateTime(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["family"],
            ["families.family"],
        ),
        sa.ForeignKeyConstraint(
            ["given_by"],
            ["people.person"],
        ),
        sa.ForeignKeyConstraint(["supersedes"], ["agreements.agreement"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(
            ["taken_by"],
            ["practitioners.practitioner"],
        ),
        sa.PrimaryKeyConstraint("agreement"),
    )
    op.create_index("agreements_family", "agreements", ["family"], unique=False)
    op.create_table(
        "leads",
        sa.Column("family", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("practitioner", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("started_on", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("ended_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("recorded_at", sa.DateTime(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["family"],
            ["families.family"],
        ),
        sa.ForeignKeyConstraint(
            ["practitioner"],
            ["practitioners.practitioner"],
        ),
        sa.PrimaryKeyConstraint("family", "practitioner", "started_on"),
    )
    op.create_table(
        "reviews",
        sa.Column("goal", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("reviewed_on", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("score", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("perspective", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.DateTime(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["goal"],
            ["goals.goal"],
        ),
        sa.PrimaryKeyConstraint("goal", "reviewed_on", "perspective"),
    )
    op.create_table(
        "shares",
        sa.Column("share", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("family", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("about", sa.String(length=500), autoincrement=False, nullable=False),
        sa.Column("from_organisation", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("to_organisation", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("route", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("categories", sa.String(length=500), autoincrement=False, nullable=False),
        sa.Column("shared_on", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("discussed_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("agreement", sa.String(length=40), autoincrement=False, nullable=True),
        sa.Column("decided_by", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(length=500), autoincrement=False, nullable=True),
        sa.Column("risk_to", sa.String(length=200), autoincrement=False, nullable=True),
        sa.Column("told_family", sa.String(length=40), autoincrement=False, nullable=True),
        sa.Column("told_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("not_told_reason", sa.String(length=500), autoincrement=False, nullable=True),
        sa.Column("supersedes", sa.String(length=40), autoincrement=False, nullable=True),
        sa.Column("recorded_at", sa.DateTime(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["agreement"], ["agreements.agreement"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["practitioners.practitioner"],
        ),
        sa.ForeignKeyConstraint(
            ["family"],
            ["families.family"],
        ),
        sa.ForeignKeyConstraint(
            ["from_organisation"],
            ["organisations.organisation"],
        ),
        sa.ForeignKeyConstraint(["supersedes"], ["shares.share"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(
            ["to_organisation"],
            ["organisations.organisation"],
        ),
        sa.PrimaryKeyConstraint("share"),
    )
    op.create_index("shares_family", "shares", ["family"], unique=False)
    guards = [(t, "UPDATE") for t in NO_UPDATE] + [(t, "DELETE") for t in NO_DELETE]
    (_guard_postgresql if op.get_bind().dialect.name == "postgresql" else _guard_sqlite)(guards)


def _guard_sqlite(guards: list[tuple[str, str]]) -> None:
    for table, verb in guards:
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _guard_postgresql(guards: list[tuple[str, str]]) -> None:
    op.execute(
        "CREATE FUNCTION hub_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table, verb in guards:
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION hub_append_only()"
        )
    op.execute("CREATE TRIGGER chain_no_truncate BEFORE TRUNCATE ON chain EXECUTE FUNCTION hub_append_only()")
    op.execute(APPEND)


# One round trip for an entry (2,214 durable appends a second with four writers, against 237 when the client links;
# reliability.md 2.2). The advisory lock makes writers queue for the head; READ COMMITTED then sees the latest one.
APPEND = """
CREATE FUNCTION hub_append(new_meta bytea, new_commitment bytea, new_salt bytea, new_payload bytea)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE last_seq integer; last_hash bytea;
BEGIN
  PERFORM pg_advisory_xact_lock(715517);
  SELECT seq, hash INTO last_seq, last_hash FROM chain ORDER BY seq DESC LIMIT 1;
  last_seq := coalesce(last_seq, 0) + 1;
  last_hash := coalesce(last_hash, decode(repeat('00', 32), 'hex'));
  INSERT INTO chain (seq, prev, meta, commitment, hash) VALUES (last_seq, last_hash, new_meta, new_commitment,
    sha256('\\x01'::bytea || int8send(last_seq) || last_hash || int4send(length(new_meta)) || new_meta
      || new_commitment));
  INSERT INTO payloads (seq, salt, payload) VALUES (last_seq, new_salt, new_payload);
  RETURN last_seq;
END $$
"""
