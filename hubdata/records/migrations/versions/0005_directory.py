"""A service directory: which services there were, for which headline areas and hubs, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "services",
        sa.Column("service", sa.String(40), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("organisation", sa.String(200)),
        sa.Column("areas", sa.String(500)),
        sa.Column("hubs", sa.String(500)),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_to", sa.Date()),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
    )
