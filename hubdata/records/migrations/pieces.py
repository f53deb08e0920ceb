"""What migrations give a table of a server: its guards, telling of changes, whose its rows are; it lists no table."""

from alembic import op


def before(table: str, name: str, verb: str, function: str) -> None:
    """Let a function of the hub's speak before a row is touched, or before the table is emptied."""
    each = "STATEMENT" if verb == "TRUNCATE" else "ROW"
    op.execute(f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()")


def told(table: str, *key: str) -> None:
    """Tell a session of the product of every change to the table: `key` is the place of its rows."""
    keys = ", ".join(f"'{name}'" for name in key)
    for verb, given in (
        ("INSERT", "NEW TABLE AS put"),
        ("UPDATE", "OLD TABLE AS gone NEW TABLE AS put"),
        ("DELETE", "OLD TABLE AS gone"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_told_{verb.lower()} AFTER {verb} ON {table} REFERENCING {given} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION hub_changed({keys})"
        )


def say(table: str, parent: str, key: str) -> None:
    """Add the column of the hub, fill it, and keep it as the row above says."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN hub varchar(40)")
    op.execute(f"UPDATE {table} t SET hub = p.hub FROM {parent} p WHERE p.{key} = t.{key}")
    op.execute(
        f"CREATE TRIGGER {table}_hub_whose BEFORE INSERT OR UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION hub_whose('{parent}')"
    )


def follow(parent: str, key: str, *tables: str) -> None:
    """When a row moves to another hub, those below it go with it: those that went already, and these tables' too."""
    given = ", ".join(f"'{name}'" for name in (key, *_following(parent), *tables))
    op.execute(f"DROP TRIGGER IF EXISTS {parent}_hub_moved ON {parent}")
    op.execute(
        f"CREATE TRIGGER {parent}_hub_moved AFTER UPDATE ON {parent} FOR EACH ROW "
        f"WHEN (OLD.hub IS DISTINCT FROM NEW.hub) EXECUTE FUNCTION hub_moved({given})"
    )


def _following(parent: str) -> list[str]:
    """The tables that the database itself says go with a row of this one."""
    asked = f"SELECT tgargs FROM pg_trigger WHERE tgname = '{parent}_hub_moved' AND tgrelid = '{parent}'::regclass"
    given = op.get_bind().exec_driver_sql(asked).scalar_one_or_none()
    return bytes(given).decode().split("\0")[1:-1] if given is not None else []
