"""What an agreement that supersedes another means by it; earlier rows keep it empty, and their days decide."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("agreements", sa.Column("supersedes_as", sa.String(40)))
