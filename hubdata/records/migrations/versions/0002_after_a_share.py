"""What follows a share: decisions not to share, days to look again, and recalls with their acknowledgements."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "recalls",
        sa.Column("recall", sa.String(length=40), nullable=False),
        sa.Column("family", sa.String(length=40), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("because", sa.String(length=40), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["family"],
            ["families.family"],
        ),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.organisation"],
        ),
        sa.PrimaryKeyConstraint("recall"),
    )
    op.create_index("recalls_family", "recalls", ["family"], unique=False)
    op.create_table(
        "withheld",
        sa.Column("withheld", sa.String(length=40), nullable=False),
        sa.Column("family", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=500), nullable=False),
        sa.Column("from_organisation", sa.String(length=40), nullable=False),
        sa.Column("to_organisation", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("categories", sa.String(length=500), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["to_organisation"],
            ["organisations.organisation"],
        ),
        sa.PrimaryKeyConstraint("withheld"),
    )
    op.create_index("withheld_family", "withheld", ["family"], unique=False)
    op.create_table(
        "look_again",
        sa.Column("share", sa.String(length=40), nullable=False),
        sa.Column("look_again_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["share"], ["shares.share"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("share", "look_again_on"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER withheld_no_update BEFORE UPDATE ON withheld "
            "FOR EACH ROW EXECUTE FUNCTION hub_append_only()"
        )
    else:
        op.execute(
            "CREATE TRIGGER withheld_no_update BEFORE UPDATE ON withheld "
            "BEGIN SELECT RAISE(ABORT, 'withheld is append-only'); END"
        )
