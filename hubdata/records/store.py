"""Opening the hub's database, SQLite or PostgreSQL, and writing to it: never without an audit entry.

Files are private to their owner, and a home that others can read is refused. Writes on SQLite begin with BEGIN
IMMEDIATE (SQLAlchemy's default loses updates, stack.md 0.2). Nothing but this module may open the live file: a
second SQLite library in the same process silently loses commits (stack.md 0.1).
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import ArgumentError, DatabaseError

from hubdata import moments, places, policy
from hubdata.errors import BadParameter, HubError, NewerSchema, Refused
from hubdata.moments import By
from hubdata.records import erasures, folders, ledger
from hubdata.records.coverage import kept, watch
from hubdata.records.erasures import ErasureList
from hubdata.records.keys import ring
from hubdata.records.ledger import Act, Seal
from hubdata.records.opening import address, line, privilege
from hubdata.records.people.acting import Acting
from hubdata.records.time import believed

SCHEMA = "0018"  # the newest migration; a test holds it to migrations/versions
KNOWN = tuple(f"{number:04d}" for number in range(1, int(SCHEMA) + 1))
FOLDERS = ("reports", "published", "checkpoints", "keys", "work", "erasures", "certificates", "decisions")
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "recursive_triggers": 1}


@dataclass(frozen=True)
class Hub:
    """An open hub: its home folder, its database, and who has proved that they act in it."""

    home: Path
    url: str
    engine: Engine
    acting: Acting | None = None
    _keys: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    @property
    def policy(self) -> policy.Policy:
        """Every dated value, as this hub decided it or as it ships."""
        return policy.of(self.home)

    @property
    def dialect(self) -> str:
        """sqlite or postgresql."""
        return self.engine.dialect.name

    def key(self, name: str) -> bytes:
        """One of the hub's secret keys, made on first use. Raises Refused if it is kept where nothing here opens it."""
        return ring.key(self.home / "keys", name, self._keys)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A short read transaction; it sees one state of the hub and writes nothing.

        Raises HubError if the database is out of reach or broken.
        """
        whole = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        options: dict = whole if self.dialect == "postgresql" else {}
        try:
            with (
                self.engine.connect().execution_options(hub_acting=self.acting, **options) as connection,
                connection.begin(),
            ):
                yield connection
        except DatabaseError as error:
            raise privilege.refusal(error.orig) or HubError(
                f"the hub's database could not be read ({type(error.orig).__name__}); is it whole?"
            ) from None

    @contextmanager
    def write(self, act: Act) -> Iterator[Connection]:
        """A write transaction that commits together with its audit entry, or not at all.

        Raises HubError if the database is full, locked for too long or out of reach.
        """
        key = self.key("rows")
        options: dict = {"hub_write": True, "hub_key": key, "hub_acting": self.acting}
        try:
            with self.engine.connect().execution_options(**options) as connection:
                watch.ready(connection)
                with connection.begin():
                    watch.begin(connection)
                    with moments.not_before(believed.last_at(connection)):
                        yield connection
                    changed = watch.changes(connection, key)
                    for each in act.more:
                        self._enter(connection, each, {})
                    self._enter(connection, act, changed)
        except (DatabaseError, self.engine.dialect.loaded_dbapi.Error) as error:  # the latter from bulk loading
            cause = getattr(error, "orig", error)
            raise privilege.refusal(cause) or _plain(cause) from None

    def look(self, by: By, action: str, family: str | None) -> None:
        """Enter that somebody looks at what is held about one family, and why, before it is shown to them.

        `action` is one of `ledger.LOOKS`. A look at no one family, or at one that the hub does not have (any more), is
        not entered: a destroyed record leaves no new trace.
        """
        asked = text("SELECT 1 FROM families WHERE family = :family")
        with self.read() as connection:
            there = family is not None and connection.execute(asked, {"family": family}).first() is not None
        if there:
            with self.write(Act(by.actor, "officer", by.reason or ledger.LOOKS[action], action, {"family": family})):
                pass

    def _enter(self, connection: Connection, act: Act, changed: watch.Changes) -> None:
        proved = self.acting if self.acting and self.acting.name == act.actor else None
        ledger.append(connection, act, self.key("actors"), self._seal(connection, changed), proved)

    def _seal(self, connection: Connection, changed: watch.Changes) -> Seal:
        key = self.key("rows")
        return Seal(key, lambda entry, last: kept.enter(connection, changed, key, entry, last))


def _plain(error: Exception) -> HubError:
    said = str(error).lower().partition("\n")[0]  # what follows may repeat values
    for sign, advice in (
        ("full", "the disk is full: nothing was written; make room and run the same command again"),
        ("locked", "another program is writing to the hub: nothing was written; try again in a minute"),
        (
            "readonly",
            "the hub's database cannot be written to: nothing was written; check its owner and permissions",
        ),
        ("i/o", "the disk did not take the write: nothing was written; check the disk and its free space"),
        ("no space", "the database server's disk is full: nothing was written; make room and try again"),
        ("on hold", "a hold protects these records: nothing was changed; release the hold first"),
        (
            "append-only",
            "agreements, shares and the ledger are never overwritten: record a new row that supersedes the old",
        ),
    ):
        if sign in said:
            return HubError(advice)
    return HubError(f"the database refused the change ({type(error).__name__}): nothing was written")


def _private(path: Path, flags: int):
    return os.fdopen(os.open(path, flags, 0o600), "wb")


def private_home(home: Path, create: bool) -> Path:
    """The home folder, made 0700 if asked. Raises Refused if others can read it, HubError if it does not exist."""
    if not home.is_dir():
        if not create:
            raise HubError(f"there is no hub at {home}; run `hubdata init` or `hubdata demo`, or name it with --home")
        home.mkdir(mode=0o700, parents=True)
    _refuse_readable(home)
    return home


def _refuse_readable(path: Path) -> None:
    if os.name == "posix" and path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Refused(f"{path} can be read by others on this machine; run `chmod go-rwx {path}` and try again")


def _on_connect(connection, _record):
    connection.isolation_level = None
    cursor = connection.cursor()
    for name, wanted in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name}={wanted}")
        found = cursor.execute(f"PRAGMA {name}").fetchone()[0]
        if found != wanted:
            raise HubError(f"this SQLite cannot keep its promises: {name} is {found}, {wanted} is needed")
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.close()


def _on_begin(connection):
    write = connection.get_execution_options().get("hub_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _on_statement(connection, _cursor, statement, _parameters, _context, _many):
    if key := connection.get_execution_options().get("hub_key"):
        watch.before(connection, key, statement)


def _private_file(name: str | None) -> None:
    path = address.usable(name)
    _refuse_readable(path)
    with _private(path, os.O_WRONLY | os.O_CREAT):
        pass


def engine_of(home: Path, url: str | URL | None) -> Engine:
    """What connects to the database, which need not be a hub. Raises BadParameter if no hub can be at the address."""
    place = address.checked(address.address_of(home, url))
    sqlite = place.get_backend_name() == "sqlite"
    if sqlite:
        _private_file(place.database)
    try:
        engine = create_engine(place, hide_parameters=True, execution_options={"hub_home": home})
    except (ArgumentError, TypeError, ValueError):
        raise BadParameter(f"the database's address has an option that does not exist; {address.WRITTEN}") from None
    event.listen(engine, "handle_error", watch.doubt)
    if sqlite:
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
        event.listen(engine, "before_cursor_execute", _on_statement)
    else:
        event.listen(engine, "connect", line.refuse_opened)
    return engine


def version(engine: Engine) -> str | None:
    """Which schema a database has; none if it is empty. Raises HubError if it holds other tables."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql" and (connection.dialect.server_version_info or ()) < (15,):
            raise HubError("PostgreSQL 15 or newer is needed")
        tables = inspect(connection).get_table_names()
        if tables and "alembic_version" not in tables:
            raise HubError("this database holds other tables: it is no hub; name an empty one with --home or --url")
        if not tables:
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def open_hub(
    home: Path | str | None = None, url: str | URL | None = None, create: bool = False, replaying: bool = False
) -> Hub:
    """Open a hub; `create` makes or upgrades its schema.

    Raises HubError if there is none, NewerSchema if a newer hubdata made it, Refused if others can read it or if it is
    older than its own erasures (a restored copy), unless `replaying` is about to mend just that.
    """
    url = url or os.environ.get("HUBDATA_URL") or None
    home = private_home(Path(home).absolute() if home else places.home(), create)
    if url in (None, "sqlite") and not create and not (home / "hub.db").exists():
        raise HubError(f"there is no hub at {home}; run `hubdata init` or `hubdata demo`, or name it with --home")
    if not create:
        address.refuse_missing(address.address_of(home, url))
    engine = engine_of(home, url)
    try:
        folders.sweep(home, engine.url.database if engine.dialect.name == "sqlite" else None)
        hub = Hub(home, engine.url.render_as_string(hide_password=False), engine)
        _make_ready(hub, create)
        if not replaying:
            refuse_older(hub)
    except BaseException:
        engine.dispose()
        raise
    return hub


def _make_ready(hub: Hub, create: bool) -> None:
    try:
        found = version(hub.engine)
    except (DatabaseError, TypeError) as error:  # the latter from SQLite's driver, for an option that it does not know
        cause = getattr(error, "orig", None) or error
        raise privilege.refusal(cause) or address.unopened(cause) from None
    if found not in (None, *KNOWN):
        raise NewerSchema(
            f"this hub was made by a newer hubdata (schema {found}, this one knows {SCHEMA}); install that version"
        )
    if found != SCHEMA and not create:
        raise HubError("this hub's database is empty or older than this hubdata; run `hubdata init` to set it up")
    for folder in FOLDERS:
        (hub.home / folder).mkdir(mode=0o700, exist_ok=True)
    if found != SCHEMA:
        _migrate(hub, found)


def _migrate(hub: Hub, found: str | None) -> None:
    # alembic costs 0.2 s of import, and only a new or older hub needs it
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(places.PACKAGE / "records" / "migrations"))
    act = Act("hubdata", "system", "set up or upgrade the hub's tables", "schema.upgrade", {"to": SCHEMA})
    key = hub.key("rows")
    hub.key("checkpoint")  # a home that is put back to an earlier day must know its own checkpoints
    with hub.engine.connect().execution_options(hub_write=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        covered = found is not None and found >= "0014"
        differing = kept.differences(connection, key) if covered else {}  # an upgrade hides nothing
        vouched = not covered or kept.genuine(connection, key, ledger.state(connection))
        command.upgrade(config, "head")
        if not connection.execute(text("SELECT count(*) FROM erasures")).scalar():
            _begin_erasures(hub, connection, found)
        missing = () if covered else ledger.unsaid(connection)
        seal = Seal(key, lambda entry, _last: kept.begin(connection, key, entry, differing, vouched), missing)
        ledger.append(connection, act, hub.key("actors"), seal)


def _label(hub: Hub) -> str:
    """Which database of this home: its own file, or another, told apart by a digest of its address."""
    if Path(hub.engine.url.database or "") == hub.home / "hub.db":
        return "hub.db"
    return sha256(hub.engine.url.set(password=None).render_as_string().encode()).hexdigest()[:16]


def _begin_erasures(hub: Hub, connection: Connection, found: str | None) -> None:
    """Tie the database to its erasure list: a new one, or for an older copy of a hub the one that it had."""
    folder, key, label = hub.home / "erasures", hub.key("erasures"), _label(hub)
    lists = [ErasureList(path, key) for path in sorted(folder.glob("*.jsonl"))]
    known = [one for one in lists if next(one.lines()).body["database"] == label and one.last().n > 1]
    if known and found is None:
        raise Refused(
            f"{hub.home} has the erasure list of a database that is gone: restore a backup of it with "
            "`hubdata restore`, or name another --home for a new hub"
        )
    first = next((known or [ErasureList.begin(folder, key, label)])[-1].lines())
    connection.execute(
        text("INSERT INTO erasures (line, mac, recorded_at) VALUES (1, :mac, :now)"),
        {"mac": first.mac, "now": moments.stamp()},
    )


def erasure_list(hub: Hub, connection: Connection) -> ErasureList:
    """The erasure list of this database. Raises HubError if the database has lost its place in it."""
    mac = connection.execute(text("SELECT mac FROM erasures WHERE line = 1")).scalar()
    if mac is None:
        raise HubError("the hub's database does not say which erasure list is its own; restore a whole copy")
    return ErasureList(hub.home / "erasures" / erasures.name(mac), hub.key("erasures"))


def followed(connection: Connection) -> tuple[int, str]:
    """The last intent of the erasure list that this database has carried out: its line and signature."""
    row = connection.execute(text("SELECT line, mac FROM erasures ORDER BY line DESC LIMIT 1")).one()
    return row.line, row.mac


def refuse_older(hub: Hub) -> None:
    """Raises Refused if the database has not followed its erasure list to the end."""
    with hub.read() as connection:
        last = erasure_list(hub, connection).looked_over()
        line, mac = followed(connection)
        pending = last.what == "intent" and line < last.n
        done = last.n if last.what == "intent" and not pending else last.body.get("of", 1)
        if line < done or (pending and not ledger.holds(connection, *last.body["head"])):
            raise Refused(
                f"this database is older than its own erasures (it has followed {line} of {last.n} lines of "
                f"the list): it was restored from a copy; {erasures.REPLAY}"
            )
        if line > done or (line == last.n and mac != last.mac):
            raise Refused(
                f"the erasure list is older than the database (line {last.n} of {line}), or is another's: "
                f"put the newest copy of it back into {hub.home / 'erasures'}"
            )
