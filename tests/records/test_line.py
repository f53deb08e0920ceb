"""The line to a database on a server of its own: who vouches for it, who is let in, and what others can see of it."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from hubdata.desk.main import app
from hubdata.records.store import open_hub
from tests.support import postgresql
from tests.support.authority import Authority, Issued

HOST = "db.hub.test"  # resolved by nobody: `hostaddr` says where it is, as a service file may
SECRET = "open-sesame-7f3"
LET_IN = """local all all trust
hostssl all anna 127.0.0.1/32 cert
hostssl all all 127.0.0.1/32 scram-sha-256
hostnossl all all 127.0.0.1/32 reject
"""


@dataclass(frozen=True)
class Line:
    """A server that listens with TLS, a hub in it, and authorities: the right one, and one that did not sign for it."""

    server: postgresql.Server
    port: int
    home: Path
    right: Authority
    wrong: Authority

    def serve(self, issued: Issued | None) -> None:
        """Have the server show another certificate, or speak without TLS."""
        if issued:
            for path, name in ((issued.certificate, "server.crt"), (issued.key, "server.key")):
                place = self.server.folder / "files" / name
                shutil.copyfile(path, place)
                place.chmod(0o600)
                owner = place.parent.stat()
                os.chown(place, owner.st_uid, owner.st_gid)
        self.server.run(f"ALTER SYSTEM SET ssl = {'on' if issued else 'off'}", "SELECT pg_reload_conf()")
        self._wait("on" if issued else "off")

    def _wait(self, wanted: str) -> None:
        for _ in range(200):
            with psycopg.connect(f"host={self.server.folder} dbname=postgres user=postgres") as connection:
                if connection.execute("SHOW ssl").fetchone() == (wanted,):
                    return
        raise RuntimeError("the server did not take its new settings")

    def address(self, options: str, user: str = "officer", host: str = HOST) -> str:
        """An address over TCP with these options."""
        named = options.format(right=self.right.certificate, wrong=self.wrong.certificate)
        return f"postgresql://{user}@{host}:{self.port}/hub?hostaddr=127.0.0.1&{named}"


def _free() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return opened.getsockname()[1]


@pytest.fixture(scope="module")
def line(tmp_path_factory) -> Iterator[Line]:
    if postgresql.programs() is None:
        pytest.skip(postgresql.MISSING)
    folder, port = tmp_path_factory.mktemp("line"), _free()
    with pytest.MonkeyPatch.context() as set_, ExitStack() as opened:
        set_.setenv("PGPORT", str(port))  # a socket is named by its port
        server = opened.enter_context(postgresql.server(listen_addresses="127.0.0.1", port=str(port)))
        made = Line(server, port, folder / "hub", Authority("right", folder), Authority("wrong", folder))
        (server.folder / "files" / "pg_hba.conf").write_text(LET_IN, "utf-8")
        shutil.copyfile(made.right.certificate, server.folder / "files" / "clients.pem")
        (server.folder / "files" / "clients.pem").chmod(0o644)
        server.run(
            f"ALTER ROLE officer PASSWORD '{SECRET}'",
            "CREATE ROLE anna LOGIN IN ROLE officer",
            "CREATE DATABASE hub OWNER officer",
            "ALTER SYSTEM SET ssl_ca_file = 'clients.pem'",
        )
        open_hub(made.home, server.url("hub"), create=True).engine.dispose()
        yield made


@pytest.fixture(autouse=True)
def password(tmp_path, monkeypatch) -> None:
    file = tmp_path / "passwords"
    file.touch(0o600)
    file.write_text(f"*:*:*:*:{SECRET}\n", "utf-8")
    monkeypatch.setenv("PGPASSFILE", str(file))


def said(line: Line, address: str, *words: str) -> tuple[int, str]:
    """What a command over this address says, and its exit code."""
    done = CliRunner().invoke(app, [*(words or ("findings",)), "--home", str(line.home), "--url", address])
    return done.exit_code, done.output


GOOD = "sslmode=verify-full&sslrootcert={right}"
LINES = [
    # shown by the server | the address's options                  | exit code | what is said
    ("right", GOOD, 0, ""),
    ("right", "sslmode=verify-full&sslrootcert={wrong}", 2, "TLS settings are not the server's"),
    ("wrong", GOOD, 2, "TLS settings are not the server's"),
    ("another name", GOOD, 2, "TLS settings are not the server's"),
    ("run out", GOOD, 2, "TLS settings are not the server's"),
    ("no TLS", GOOD, 2, "TLS settings are not the server's"),
    ("right", "sslmode=require", 2, "without proof of the server"),
    ("right", "sslmode=verify-ca&sslrootcert={right}", 2, "without proof of the server"),
    ("right", "sslmode=prefer", 2, "without proof of the server"),
    ("no TLS", "sslmode=disable", 2, "without proof of the server"),
]


@pytest.mark.parametrize(("shown", "options", "code", "words"), LINES)
def test_a_hub_opens_over_a_network_where_the_given_authority_vouches_for_the_server(line, shown, options, code, words):
    server = {
        "right": lambda: line.right.issue(HOST),
        "wrong": lambda: line.wrong.issue(HOST),
        "another name": lambda: line.right.issue("other.hub.test"),
        "run out": lambda: line.right.issue(HOST, days=-1),
        "no TLS": lambda: None,
    }[shown]()
    line.serve(server)

    found = said(line, line.address(options))

    assert found[0] == code and words in found[1], found
    assert SECRET not in found[1] and str(line.right.certificate) not in found[1]


@pytest.mark.parametrize(("name", "signed", "code"), [("anna", "right", 0), ("ben", "right", 2), ("anna", "wrong", 2)])
def test_a_login_by_certificate_is_the_one_that_the_certificate_names(line, name, signed, code):
    line.serve(line.right.issue(HOST))
    mine = getattr(line, signed).issue(name)

    found = said(line, line.address(f"{GOOD}&sslcert={mine.certificate}&sslkey={mine.key}", "anna"))

    assert found[0] == code, found


def test_a_backup_over_the_network_is_encrypted_and_shows_no_password_in_a_process_list(line, monkeypatch):
    line.serve(line.right.issue(HOST))
    started, run = [], subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda asked, **more: started.append(asked) or run(asked, **more))
    monkeypatch.setenv("PGPASSFILE", os.devnull)
    monkeypatch.setenv("HUBDATA_URL", line.address(GOOD).replace("officer@", f"officer:{SECRET}@"))

    asked = ["backup", "--in-the-clear", "--reason", "the disk is encrypted", "--home", str(line.home)]
    done = CliRunner().invoke(app, asked)

    assert done.exit_code == 0, done.output
    (dumped,) = [words for words in started if Path(words[0]).name == "pg_dump" and "--no-password" in words]
    assert "sslmode=verify-full" in dumped[-1].replace("'", "") and str(line.right.certificate) in dumped[-1]
    assert SECRET not in str(started) and SECRET not in done.output
