"""The dated values of the hub that a connection is to, so that two hubs of one process never read each other's."""

from sqlalchemy import Connection

from hubdata import policy
from hubdata.policy import Policy


def of(connection: Connection) -> Policy:
    """What the hub of this connection decided over what ships."""
    return policy.of(connection.get_execution_options().get("hub_home"))
