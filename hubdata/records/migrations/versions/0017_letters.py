"""Letters about a request, that they were sent, and the letter that came; words left out of a text that is given.

All of it is only added to, and goes with its family's record alone; of a letter the moment of its deletion is written.
"""

import sqlalchemy as sa
from alembic import op

from hubdata.records.migrations import pieces

revision = "0017"
down_revision = "0016"

COVERED = {"letters": "letter", "sendings": "sending", "enclosures": "enclosure"}
FIXED = {
    "letters": "OF letter, request, family, kind, to_person, pack, says, exemption, address, made_on, page_sha256, "
    "document_sha256, delete_on ",
    "sendings": "",
    "enclosures": "",
}
UNSAMPLED = {
    "letters": "letter request family to_person pack says address",
    "sendings": "sending letter request family reason",
    "enclosures": "enclosure request family content",
}
ON_HOLD = "on hold: release the hold first"
HELD = "EXISTS (SELECT 1 FROM holds h WHERE h.family = {} AND (h.released_on IS NULL OR h.released_on > date('now')))"
IN_PROGRESS = "EXISTS (SELECT 1 FROM erasing)"


def _key(name: str) -> sa.Column:
    return sa.Column(name, sa.String(40), primary_key=True)


def _text(name: str, size: int = 40, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(size), nullable=nullable)


def _to(name: str, target: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(40), sa.ForeignKey(target), nullable=nullable)


def _day(name: str) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=False)


def _whose() -> tuple[sa.Column, sa.Column]:
    return _to("request", "requests.request"), _to("family", "families.family")


def _recorded() -> sa.Column:
    return sa.Column("recorded_at", sa.DateTime(), nullable=False)


def upgrade() -> None:
    _letters()
    _sent_and_enclosed()
    for table in COVERED:
        for column in ("family", "request"):
            op.create_index(f"{table}_{column}", table, [column])
    op.create_index("sendings_letter", "sendings", ["letter"])
    op.add_column("item_decisions", sa.Column("words_out", sa.String(200)))
    on_server = op.get_bind().dialect.name == "postgresql"
    for table, key in COVERED.items():
        (_on_postgresql if on_server else _on_sqlite)(table, key)
    if on_server:
        pieces.follow("families", "family", *sorted(COVERED))


def _letters() -> None:
    op.create_table(
        "letters",
        _key("letter"),
        *_whose(),
        _text("kind"),
        _to("to_person", "people.person", nullable=True),
        _to("pack", "packs.pack", nullable=True),
        _text("says", 2000, nullable=True),
        _text("exemption", nullable=True),
        _text("address", 4000),
        _day("made_on"),
        _text("page_sha256", 64),
        _text("document_sha256", 64),
        _day("delete_on"),
        sa.Column("deleted_at", sa.DateTime()),
        _recorded(),
    )


def _sent_and_enclosed() -> None:
    op.create_table(
        "sendings",
        _key("sending"),
        _to("letter", "letters.letter"),
        *_whose(),
        _day("sent_on"),
        _text("way"),
        _text("sha256", 64),
        _text("reason", 500, nullable=True),
        _recorded(),
    )
    op.create_table(
        "enclosures",
        _key("enclosure"),
        *_whose(),
        _day("came_on"),
        _text("media"),
        sa.Column("size", sa.Integer(), nullable=False),
        _text("content", 10_000_000),
        _recorded(),
    )


def _on_sqlite(table: str, key: str) -> None:
    """Append-only first: SQLite asks the newest guard first, and who meets a hold should hear of the hold."""
    appended = f"{table} is append-only"
    replaced = f"EXISTS (SELECT 1 FROM {table} t WHERE t.{key} = NEW.{key} OR t.rowid = NEW.rowid)"
    for name, verb, when, said in (
        ("no_update", f"UPDATE {FIXED[table]}", "true", appended),
        ("no_delete", "DELETE", f"NOT {IN_PROGRESS}", appended),
        ("not_replaced", "INSERT", replaced, appended),
        ("held_no_delete", "DELETE", HELD.format("OLD.family"), ON_HOLD),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )


def _on_postgresql(table: str, key: str) -> None:
    for name, verb, function in (
        ("no_update", f"UPDATE {FIXED[table]}", "hub_append_only"),
        ("held_no_delete", "DELETE", "hub_refuse_held"),
        ("held_no_truncate", "TRUNCATE", "hub_refuse_truncate"),
        ("no_delete", "DELETE", "hub_only_in_an_erasure"),
        ("not_emptied", "TRUNCATE", "hub_append_only"),
    ):
        pieces.before(table, name, verb, function)
    pieces.told(table, key)
    pieces.say(table, "families", "family")
    for column in UNSAMPLED[table].split():
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
