"""The address of a hub's database, and every way in which it can be wrong, in a sentence; it repeats no address.

A wrong address is the user's mistake, whatever the driver calls it; a database that does not answer may be nobody's.
"""

from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from hubdata import places
from hubdata.errors import BadParameter, HubError, NoPassword, WrongAddress
from hubdata.records.opening import line

WRITTEN = (
    "write it as postgresql+psycopg://user@host:5432/name?sslmode=verify-full&sslrootcert=FILE, or leave --url out for "
    "SQLite in the hub's home"
)
DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")
# What a database or its driver says of an address that is wrong, and what is wrong with it.
SIGNS = (
    (("no password supplied",), "the server asks for a password, and none was given"),
    (("password authentication failed", "28p01"), "the server knows no such user, or the password is another"),
    (('role "', "28000"), "the server knows no such user, or does not let it in"),
    (("no pg_hba.conf entry",), "the server does not let this user in from this machine"),
    (("3d000",), "the server has no database of that name"),
    (("resolve host", "translate host", "name or service not known", "nodename nor"), "there is no host of that name"),
    (("invalid connection option", "invalid integer value", "invalid port"), "it has an option that does not exist"),
    (
        ("invalid sslmode", "sslmode value", "certificate", "root.crt", "does not support ssl", "ssl error"),
        "its TLS settings are not the server's",
    ),
    (("service file", "definition of service"), "there is no service of that name in the service file"),
)


def address_of(home: Path, url: str | URL | None) -> URL:
    """Where the database is; plain postgresql:// means our own driver. Raises BadParameter if it is none."""
    if url in (None, "sqlite"):
        return URL.create("sqlite", database=str(home / "hub.db"))
    try:
        address = make_url(url)
    except ArgumentError:  # it may hold a password, so it is not repeated
        raise BadParameter(f"the database's address is none; {WRITTEN}") from None
    except ValueError:
        raise BadParameter(f"the database's address has a port that is no number; {WRITTEN}") from None
    return address.set(drivername="postgresql+psycopg") if address.drivername == "postgresql" else address


def checked(address: URL) -> URL:
    """The address, if a hub can live there. Raises BadParameter if not, HubError if its driver is not installed."""
    name = address.get_backend_name()
    if name not in ("sqlite", "postgresql"):
        raise BadParameter(f"a hub lives in SQLite or PostgreSQL, not in {name[:20]!r}; {WRITTEN}")
    if address.drivername not in DRIVERS:
        raise BadParameter(
            f"the driver {address.get_driver_name()[:20]!r} is not the one that hubdata brings; {WRITTEN}"
        )
    if address.port is not None and not 0 < address.port < 65536:
        raise BadParameter(f"the database's address has a port that is not 1 to 65535; {WRITTEN}")
    if name == "sqlite" and address.query and not str(address.database).startswith("file:"):
        raise BadParameter(f"the database's address has an option that does not exist; {WRITTEN}")
    if name == "postgresql" and not address.database and "service" not in address.query:
        raise BadParameter(f"the database's address names no database; {WRITTEN}")
    if name == "postgresql":
        places.need("psycopg")
        line.refuse_open(line.settings(address))
    return address


def usable(name: str | None) -> Path:
    """The file of a hub on SQLite. Raises BadParameter if there can be none of that name."""
    if name in (None, "", ":memory:") or str(name).startswith("file:"):
        raise BadParameter("a hub is kept in a file; write its address as sqlite:////folder/hub.db")
    path = Path(str(name))
    if path.is_dir():
        raise BadParameter("the database's address names a folder, not a file; write it as sqlite:////folder/hub.db")
    if not path.parent.is_dir():
        raise BadParameter("the database's address names a file in a folder that does not exist; make the folder first")
    return path


def refuse_missing(address: URL) -> None:
    """Raises WrongAddress if the address names a file that is not there: opening would make it."""
    if address.get_backend_name() == "sqlite" and address.database and not Path(address.database).exists():
        raise WrongAddress(
            "there is no hub in the file that the database's address names; look at --url, or `hubdata init`"
        )


def unopened(error: Exception) -> HubError:
    """What to say of a database that did not open: the address is wrong, or nothing answers there."""
    told = f"{getattr(error, 'sqlstate', None) or ''} {error}".lower()
    if 'database "' in told and "does not exist" in told:
        told = f"3d000 {told}"
    for signs, what in SIGNS:
        if any(sign in told for sign in signs):
            kind = NoPassword if signs == SIGNS[0][0] else WrongAddress
            return kind(f"the hub's database did not open: {what}; look at --url or HUBDATA_URL")
    if "refused" in told or "timeout" in told or "timed out" in told or "is the server running" in told:
        return HubError("the hub's database did not open: nothing answers at its host and port; is it running there?")
    return HubError(f"the hub's database did not open ({type(error).__name__}); is it running, and is it a hub?")
