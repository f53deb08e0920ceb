"""Whose rows a login of a team's database sees, and what an answer says of itself where those are not all of them.

An officer of one hub works in that hub, and needs no more. But a report that left the others out without a word would
be taken for the council's, and a release of one hub's figures would stand for all of them for good.
"""

from sqlalchemy import Connection, text

from hubdata.errors import Refused

THERE = "SELECT to_regclass('team.logins') IS NOT NULL"
# Its owner and who passes the rules about rows see every family; so does whoever's list says so.
HUBS = """SELECT CASE WHEN row_security_active('families') AND NOT pg_has_role(c.relowner, 'USAGE')
  AND NOT team.all_hubs() THEN coalesce(nullif(array_to_string(team.my_hubs(), ', '), ''), 'no hub') END
  FROM pg_class c WHERE c.oid = 'families'::regclass"""
NAMES = "SELECT has_column_privilege('people', 'given_name', 'SELECT')"
WHO = "an officer or an approver of all hubs, or the operator, publishes (docs/team.md); nothing was published"


def _hubs(connection: Connection) -> str | None:
    """The hubs whose rows are all that this login sees, or None where it sees every hub's."""
    if connection.dialect.name != "postgresql" or not connection.execute(text(THERE)).scalar():
        return None
    return connection.execute(text(HUBS)).scalar()


def partly(connection: Connection) -> str:
    """What an answer over this login's rows must say first; nothing where they are every hub's."""
    hubs = _hubs(connection)
    if hubs is None:
        return ""
    said = f"This is about {hubs} alone: the login that asked sees the records of no other hub"
    unread = "" if connection.execute(text(NAMES)).scalar() else ", and free text that says too much was not looked for"
    return f"{said}{unread}."


def refuse_to_publish(connection: Connection) -> None:
    """Raises Refused unless this login sees every hub, whose figures stand for all, and every name, to look for it."""
    hubs = _hubs(connection)
    if hubs is not None:
        raise Refused(f"a release counts every hub, and this login of the database sees {hubs} alone: {WHO}")
    if connection.dialect.name == "postgresql" and not connection.execute(text(NAMES)).scalar():
        raise Refused(
            "before it is published a release is looked through for the name of everybody in the records, and this "
            f"login of the database may read none: {WHO}"
        )
