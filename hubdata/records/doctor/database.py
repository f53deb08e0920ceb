"""The hub's database, looked at without a change: does it answer, is it whole, of which schema, what of its clock.

A file is opened for reading alone, by the library that everything else opens it with (stack.md 0.1).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from hubdata import moments, policy
from hubdata.dates import words
from hubdata.errors import HubError
from hubdata.records import store
from hubdata.records.backups import postgresql
from hubdata.records.decisions import stands
from hubdata.records.doctor.fact import NO, PERHAPS, YES, Fact
from hubdata.records.opening import address, privilege
from hubdata.records.people import actors, claims, recover
from hubdata.records.team import compare
from hubdata.records.time import jumps
from hubdata.records.witness import known

READ_WHOLE = 256 << 20  # bytes of a database that are read from end to end; a larger one is left to `ledger verify`
RECOVERED = "signing in ends a request; a colleague vouches for a new proof with `hubdata people recover --set`"
PEOPLED = "0015"  # the schema that has people
MOST = 20  # differences of a team's roles and rules that are named
MAY_LOOK = "SELECT has_schema_privilege('team', 'USAGE') AND has_table_privilege('team.logins', 'SELECT')"
AGAIN = "restore the newest whole backup with `hubdata restore`"


def file_of(place: URL) -> Path | None:
    """The file of a database on SQLite."""
    return Path(str(place.database)) if place.get_backend_name() == "sqlite" else None


def facts(home: Path, place: URL, actor: str) -> list[Fact]:
    """Everything that the database, or its absence, tells."""
    file = file_of(place)
    if file is not None and not file.is_file():
        do = "run `hubdata init` or `hubdata demo`, or name the hub with --home or HUBDATA_HOME"
        return [Fact("database", f"there is no hub at {home}", YES, do)]
    if file is not None and not file.stat().st_size:
        return [Fact("database", "the hub's database is an empty file", YES, f"{AGAIN}, or run `hubdata init`")]
    try:
        with _opened(home, place) as connection:
            return [*_answers(connection, home, file, actor), *(_team(connection, home) if file is None else ())]
    except HubError as error:
        return [Fact("database", str(error).rstrip("."), YES, "mend what it says, and run `hubdata doctor` again")]
    except (DatabaseError, sqlite3.Error, TypeError) as error:
        cause = getattr(error, "orig", None) or error
        if refused := privilege.refusal(cause):
            return [Fact("database", str(refused), PERHAPS, "run `hubdata doctor` with the operator's login")]
        if file is None:
            return [Fact("database", str(address.unopened(cause)), YES, "see to the server or to --url")]
        said = f"the hub's database cannot be read ({type(cause).__name__}): it is damaged, or it is no database"
        return [Fact("database", said, YES, AGAIN)]


@contextmanager
def _opened(home: Path, place: URL) -> Iterator[Connection]:
    engine = store.engine_of(home, place) if file_of(place) is None else _reading(Path(str(place.database)))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _reading(file: Path) -> Engine:
    """What reads a file and writes nothing to it or its log; without a log nobody is writing, and no lock is due."""
    how = "mode=ro" if file.with_name(f"{file.name}-wal").exists() else "immutable=1"
    uri = f"file:{quote(str(file))}?{how}"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(uri, uri=True), poolclass=StaticPool)


def _answers(connection: Connection, home: Path, file: Path | None, actor: str) -> list[Fact]:
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        said = "the database holds other tables: it is no hub" if tables else "the database is empty"
        return [Fact("database", said, YES, "name the hub's own with --url or --home, or run `hubdata init`")]
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    about = [_whole(connection, file)] if file else _server(connection, tables)
    about.append(_schema(found))
    if found not in store.KNOWN or found < "0014" or any(fact.in_the_way == YES for fact in about):
        return about
    return [
        *about,
        *_clock(connection, actor),
        _witness(connection, home),
        *_people(connection, found),
        *_decided(home, connection),
    ]


def _decided(home: Path, connection: Connection) -> list[Fact]:
    """Whether the files of what was decided are as the ledger has them."""
    found = stands.words(stands.strange(home, connection))
    do = "put the file back from a backup, or decide it again with `hubdata decisions set`"
    return [Fact("decisions", each, PERHAPS, do) for each in found]


def _whole(connection: Connection, file: Path) -> Fact:
    size = file.stat().st_size
    name = f"the hub's database (SQLite {sqlite3.sqlite_version}, {size / 1e6:,.1f} MB)"
    if size > READ_WHOLE:
        return Fact("database", f"{name} opens; it was not read through", NO, "`hubdata ledger verify` reads all of it")
    if connection.exec_driver_sql("PRAGMA quick_check(1)").scalars().all() != ["ok"]:
        return Fact("database", f"{name} is damaged", YES, AGAIN)
    return Fact("database", f"{name} opens and is whole")


def _server(connection: Connection, tables: list[str]) -> list[Fact]:
    version = int((connection.dialect.server_version_info or (0,))[0])
    name = f"the hub's database (PostgreSQL {version})"
    if version < 15:
        return [Fact("database", f"{name} is too old", YES, "PostgreSQL 15 or newer is needed")]
    asked = "SELECT count(*) FROM unnest(CAST(:tables AS text[])) t WHERE NOT has_table_privilege(quote_ident(t), :may)"
    short = {
        may: connection.execute(text(asked), {"tables": tables, "may": may}).scalar_one()
        for may in ("SELECT", "INSERT")
    }
    found = []
    if compare.there(connection):
        found.append(Fact("database", f"{name} answers; it is a team's, in which each role has rights of its own"))
    elif short["SELECT"]:
        do = "have it granted, or work with the login that owns the tables"
        found.append(Fact("database", f"{name} answers, but this login may not read {short['SELECT']} tables", YES, do))
    elif short["INSERT"]:
        said = f"{name} answers; this login reads every table and may not write to {short['INSERT']} of them"
        found.append(Fact("database", said, PERHAPS, "so it can answer and report, and record nothing"))
    else:
        found.append(Fact("database", f"{name} answers, and this login may read and write"))
    return [*found, _programs(version), *_line(connection)]


def _team(connection: Connection, home: Path) -> list[Fact]:
    """Whether a team's roles, and the rows that each login sees, are as the product gave them."""
    if not compare.there(connection):
        return []
    if not connection.execute(text(MAY_LOOK)).scalar():
        do = "run `hubdata doctor` with the operator's login, or as a superuser"
        return [Fact("database", "this login may not compare the team's roles and rules", NO, do)]
    found = compare.differences(connection, policy.of(home))
    if not found:
        return [Fact("database", "every role, right, rule and guard of the team's database is as it was made")]
    do = "run what `hubdata deploy postgresql --print` writes, as a superuser, and ask who changed it"
    more = f"; and {len(found) - MOST:,} more" if len(found) > MOST else ""
    return [Fact("database", f"the team's database is not as it was made: {'; '.join(found[:MOST])}{more}", YES, do)]


def _programs(version: int) -> Fact:
    lacking = [name for name in ("pg_dump", "pg_restore", "psql") if not postgresql.has(name, version)]
    if lacking:
        said = f"PostgreSQL's own programs are missing or older than the server: {', '.join(lacking)}"
        return Fact("versions", said, PERHAPS, f"install those of version {version}: without them there is no backup")
    return Fact("versions", f"PostgreSQL's own programs of version {version} or newer are here, for backups")


def _line(connection: Connection) -> list[Fact]:
    """Whether what goes over a network is encrypted."""
    row = connection.execute(
        text(
            "SELECT s.ssl, a.client_addr IS NULL FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) "
            "WHERE pid = pg_backend_pid()"
        )
    ).one_or_none()
    if row is None or row[0] or row[1]:
        return []
    said = "the connection to the database is not encrypted"
    return [Fact("database", said, PERHAPS, "add sslmode=verify-full to its address, unless it is this machine")]


def _schema(found: str | None) -> Fact:
    if found == store.SCHEMA:
        return Fact("versions", f"the hub's tables are those of this hubdata (schema {found})")
    if found in store.KNOWN:
        said = f"the hub's tables are older than this hubdata (schema {found}, it wants {store.SCHEMA})"
        return Fact(
            "versions", said, YES, "run `hubdata backup` with the older hubdata, then `hubdata init` with this one"
        )
    said = f"a newer hubdata made this hub (schema {found}, this one knows {store.SCHEMA})"
    return Fact("versions", said, YES, "install that version; nothing was touched")


def _clock(connection: Connection, actor: str) -> list[Fact]:
    jump = jumps.standing(connection)
    if jump is None:
        return [Fact("clock", "this machine's clock follows the ledger's last entry")]
    do = "set it right, or have a second person confirm the day"
    return [Fact("clock", jump.said, YES if jumps.warns(connection, actor) else PERHAPS, do)]


def _witness(connection: Connection, home: Path) -> Fact:
    """How old the newest witness is, as the policy asks: kept, late or never."""
    today, last = moments.today(), known.latest(connection)
    within = policy.of(home).value("ledger.witness_days", today)
    do = f"take a checkpoint elsewhere at least every {within} days, with `hubdata ledger checkpoint`"
    if last is None:
        never = "nobody elsewhere has ever witnessed the ledger, so that one written anew could not be told"
        return Fact("keys", never, PERHAPS, do)
    said = f"the ledger was last witnessed {last.said}"
    if (today - last.on).days > within:
        return Fact("keys", f"{said}, which is longer ago than {within} days", PERHAPS, do)
    return Fact("keys", f"{said}, within the {within} days that the policy asks for")


def _people(connection: Connection, schema: str) -> list[Fact]:
    """Whether who acts is proved, and whether one lost passphrase would leave nobody to say who may act."""
    if schema < PEOPLED:
        return []
    begun = claims.in_force(connection)
    if begun is None:
        do = "`hubdata init --first-person NAME` registers the first person"
        return [Fact("keys", "nobody is registered: whoever acts is a name that was typed, a claim", PERHAPS, do)]
    recovered = [Fact("keys", one, PERHAPS, RECOVERED) for one in recover.told(connection)]
    since = words(moments.day_of(begun))
    may = [one for one in actors.everybody(connection) if actors.ADMINISTRATOR in one.roles]
    if sum(not one.barred(moments.today()) for one in may) < 2:
        said = f"people are registered since {since}, and one administrator alone: a passphrase is reset by two"
        return [*recovered, Fact("keys", said, PERHAPS, "make another person one too, with `hubdata people role`")]
    return [*recovered, Fact("keys", f"people are registered since {since}, and prove who acts")]
