"""The line to a database on another machine: encrypted, to a server that a given authority vouches for, or not at all.

`sslmode=require` encrypts to whoever answers, which may be somebody in between: only verify-full proves who does.
"""

import os
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL

from hubdata.errors import BadParameter

ENVIRONMENT = {"host": "PGHOST", "hostaddr": "PGHOSTADDR", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|::1", re.IGNORECASE)
OPEN = (
    "what goes to the database would cross a network without proof of the server: add sslmode=verify-full and "
    "sslrootcert=FILE, the certificate of the authority that vouches for it (or sslrootcert=system), to its address; "
    "only a socket or a loopback address of this machine needs neither"
)


def settings(address: URL) -> dict[str, str | None]:
    """What an address and the environment say of the line; a service file says it only once it is used."""
    said: dict[str, str | None] = {name: os.environ.get(variable) for name, variable in ENVIRONMENT.items()}
    for name in said:
        given = address.query.get(name)
        if given is not None:
            said[name] = given if isinstance(given, str) else ",".join(given)
    if address.host:
        said["host"] = address.host
    return said | ({"host": None, "hostaddr": None} if "service" in address.query and not address.host else {})


def refuse_open(said: Mapping[str, str | None]) -> None:
    """Raises BadParameter if the database is on another machine and no authority vouches for it."""
    hosts = [*(said.get("hostaddr") or "").split(","), *(said.get("host") or "").split(",")]
    away = [host for host in hosts if host and not host.startswith(("/", "@")) and not LOOPBACK.fullmatch(host)]
    if away and (said.get("sslmode") != "verify-full" or not said.get("sslrootcert")):
        raise BadParameter(OPEN)


def refuse_opened(connection: Any, _record: object) -> None:
    """The same of a connection that a service file may have led elsewhere: it is closed before anything is asked."""
    try:
        refuse_open({each.keyword.decode(): (each.val or b"").decode() for each in connection.pgconn.info})
    except BadParameter:
        connection.close()
        raise
