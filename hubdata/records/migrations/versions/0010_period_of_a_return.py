"""The days that a return says it covers; earlier returns said it in the audit chain only, and keep these empty."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    for name in ("covers_from", "covers_to"):
        op.add_column("returns", sa.Column(name, sa.Date()))
