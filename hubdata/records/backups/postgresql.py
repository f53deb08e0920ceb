"""PostgreSQL's own programs, run for a backup: pg_dump out of one snapshot, and back in one transaction or not at all.

No password stands on a command line, and nothing that the programs say is repeated: it may hold what a row says.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast

from sqlalchemy import Connection, Engine, text

from hubdata.errors import BadParameter, HubError, Refused

DEBIAN = "/usr/lib/postgresql"  # where Debian keeps the programs of each version side by side
DRIVERS = ("context", "autocommit", "prepare_threshold")  # what the driver understands and libpq does not
OURS = "NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = {}.oid AND d.deptype = 'e')"
# What was there goes first: tables that a newer hubdata added would keep the older ones from being replaced.
EMPTY = f"""\\set VERBOSITY sqlstate
BEGIN;
SET LOCAL lock_timeout = '10s';
SET LOCAL client_min_messages = error;
DO $hub$ DECLARE each record; BEGIN
FOR each IN SELECT c.oid::regclass AS name FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
  AND c.relkind IN ('r', 'p') AND {OURS.format("c")} LOOP
  EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', each.name); END LOOP;
FOR each IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
  AND p.prokind = 'f' AND {OURS.format("p")} LOOP
  EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', each.name); END LOOP;
END $hub$;
"""
COUNTED = """DO $hub$ BEGIN
IF (SELECT count(*) FROM "{}") <> {} THEN RAISE EXCEPTION 'rows are missing'; END IF; END $hub$;
"""
# Of a team's database a server without its roles takes the rows alone: no rule, right or guard that names one.
NAMED = "SELECT name FROM unnest(CAST(:names AS text[])) name WHERE to_regrole(name) IS NULL"
ROLE = re.compile(r"^\w+\t(\w+)\t\{", re.MULTILINE)
OF_ROLES = re.compile(r"\d+; \d+ \d+ (POLICY|ROW SECURITY|COMMENT \S+ POLICY|TRIGGER \S+ \S+ team_\w+) ")
NOBODY_S = """DO $hub$ BEGIN
EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA %I, team FROM PUBLIC', current_schema()); END $hub$;
"""
SAID = {
    "55P03": "another program is using the hub's database; close it and try again",
    "42501": "this login may not replace the hub's tables; use the login that owns them",
    "42704": "the server lacks a role or setting that the copy names; restore into the server that it was made on",
    "53100": "the database server's disk is full; make room and try again",
    "P0001": "rows were missing; take another backup",
}


def dump(connection: Connection, snapshot: str, to: Path) -> int:
    """Write what an exported snapshot holds; returns the version of pg_dump. Raises HubError if it cannot be done."""
    program, version = _program("pg_dump", _server(connection))
    address, environment = _address(connection.engine)
    asked = [
        program,
        "--format=custom",
        "--no-owner",
        "--no-password",
        f"--snapshot={snapshot}",
        f"--file={to}",
        address,
    ]
    _done(asked, environment)
    _done(
        [_program("pg_restore", version)[0], f"--file={os.devnull}", str(to)], environment
    )  # it can be read to its end
    return version


def _done(asked: list[str], environment: dict) -> None:
    ended = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, env=environment)
    if ended.returncode:
        raise HubError(
            f"{Path(asked[0]).name} stopped (exit {ended.returncode}): nothing is left of the copy, and the "
            "hub is as it was; is there room on the disk, and may this login read every table?"
        )


def refuse_used(connection: Connection) -> None:
    """Raises Refused if anybody else is connected to the database."""
    others = connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND usesysid IS NOT NULL AND pid <> pg_backend_pid()"
        )
    ).scalar_one()
    if others:
        raise Refused(
            f"the hub is open elsewhere ({others:,} other connections): close notebooks, dashboards and "
            "commands that use it, and try again; nothing was changed"
        )


def load(engine: Engine, dumped: Path, rows: dict[str, int], made_with: int) -> bool:
    """Replace everything in the database by a dump, in one transaction; whether a team's roles had to be left out.

    Raises HubError, and then it is as it was.
    """
    with engine.connect() as connection:
        server = _server(connection)
    engine.dispose()
    reader, _ = _program("pg_restore", max(server, made_with))
    writer, _ = _program("psql", server)
    address, environment = _address(engine)
    script = [reader, "--clean", "--if-exists", "--no-owner", "--file=-", str(dumped)]
    asked = [writer, "-X", "-q", "-w", "-v", "ON_ERROR_STOP=1", address]
    lacks = _lacks_roles(engine, reader, dumped)
    with TemporaryDirectory(prefix="hubdata-") as folder:
        if lacks:
            listed = Path(folder) / "list"
            listed.write_text(_without_roles(reader, dumped), "utf-8")
            script[1:1] = ["--no-acl", f"--use-list={listed}"]
        counted = [COUNTED.format(*one) for one in rows.items()]
        _pass_on(script, asked, environment, "".join([*counted, *([NOBODY_S] if lacks else [])]))
    return lacks


def _lacks_roles(engine: Engine, reader: str, dumped: Path) -> bool:
    """Whether a dump is a team's whose roles this server has not."""
    whose = [reader, "--data-only", "--schema=team", "--table=roles", "--file=-", str(dumped)]
    names = ROLE.findall(subprocess.run(whose, capture_output=True, text=True).stdout)
    with engine.connect() as connection:
        lacking = connection.execute(text(NAMED), {"names": names}).all()
    engine.dispose()
    return bool(lacking)


def _without_roles(reader: str, dumped: Path) -> str:
    """What a dump has but for what names a team's roles, as pg_restore takes it."""
    listed = subprocess.run([reader, "--list", str(dumped)], capture_output=True, text=True).stdout
    return "".join(line for line in listed.splitlines(keepends=True) if not OF_ROLES.match(line))


def _pass_on(script: list[str], asked: list[str], environment: dict, last: str) -> None:
    reading = subprocess.Popen(script, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    writing = subprocess.Popen(asked, env=environment, stdin=pipe, stdout=nowhere, stderr=pipe)
    try:
        _feed(reading, writing, last)
        _, said = writing.communicate()
    finally:
        _end(reading, writing)
    if writing.returncode:
        code = re.search(rb"ERROR:  (\w{5})", said)
        why = SAID.get(code[1].decode() if code else "", f"psql, {code[1].decode() if code else 'no connection'}")
        raise HubError(f"the copy was not put back: {why}; the hub is as it was")


def _feed(reading: subprocess.Popen, writing: subprocess.Popen, last: str) -> None:
    """Pass the dump on; only when all of it was read and counted may it be committed: a cut stream commits nothing."""
    last = f"RESET search_path;\n{last}COMMIT;\n"
    with suppress(BrokenPipeError):  # psql has stopped, and says why
        to = cast(IO[bytes], writing.stdin)
        to.write(EMPTY.encode())
        shutil.copyfileobj(cast(IO[bytes], reading.stdout), to, 1 << 20)
        if reading.wait():
            raise HubError("pg_restore could not read the copy to its end: nothing was changed; take another backup")
        to.write(last.encode())


def _end(*programs: subprocess.Popen) -> None:
    for each in programs:
        each.kill()
        for pipe in (each.stdin, each.stdout, each.stderr):
            with suppress(BrokenPipeError):
                if pipe:
                    pipe.close()
        each.wait()


def _server(connection: Connection) -> int:
    return int((connection.dialect.server_version_info or (0,))[0])


def _address(engine: Engine) -> tuple[str, dict]:
    """The database as libpq names it, and the environment that has the password."""
    _, given = engine.dialect.create_connect_args(engine.url)
    if "sslpassword" in given:
        raise BadParameter(
            "the address holds the password of a key, which would be seen on a command line; use a key file"
        )
    secret = {"PGPASSWORD": str(given.pop("password"))} if given.get("password") else {}
    words = " ".join(f"{name}='{_quoted(str(value))}'" for name, value in given.items() if name not in DRIVERS)
    return f"--dbname={words}", {**os.environ, **secret, "LC_ALL": "C", "PGCLIENTENCODING": "UTF8"}


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def _program(name: str, version: int) -> tuple[str, int]:
    """The program that is just new enough. Raises HubError naming the package to install."""
    found = sorted((_version(path), path) for path in _places(name))
    fit = [(number, path) for number, path in found if number >= version]
    if not fit:
        older = f"{name} {found[-1][0]} is older than what is needed" if found else f"{name} is not on this machine"
        raise HubError(
            f"{older}: install PostgreSQL's programs of version {version} or newer (on Debian the package "
            f"postgresql-client-{version}) and try again; nothing was changed"
        )
    return fit[0][1], fit[0][0]


def has(name: str, version: int) -> bool:
    """Whether one of the programs is here, of this version or newer."""
    return any(_version(path) >= version for path in _places(name))


def _places(name: str) -> Iterator[str]:
    if on_path := shutil.which(name):
        yield on_path
    yield from map(str, Path(DEBIAN).glob(f"*/bin/{name}"))


def _version(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True)
    number = re.search(r" (\d+)[.\d]*", said.stdout)
    return int(number[1]) if number else 0
