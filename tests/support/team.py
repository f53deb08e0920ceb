"""A team's database on the run's own server: a made-up hub, its roles, one login a person; made once for a module."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from hubdata import policy
from hubdata.demo import make as demo
from hubdata.desk import tour
from hubdata.records.store import Hub, open_hub
from hubdata.records.team import logins, script
from tests.support import postgresql

NAME = "team_hub"
PEOPLE = """login,role,hubs,partner,from,until
anna,officer,corby,,,
ben,officer,corby;kettering,,,
olga,officer,*,,,
mia,approver,*,,,
otto,auditor,,,,
rita,reporter,*,,,
rex,reporter,corby,,,
ops,operator,,,,
cleo,clerk,,{partner},,
gone,officer,*,,2020-01-01,2020-02-01
mig,owner,,,,
"""


@dataclass(frozen=True)
class Team:
    """A database with a team's roles, its home, and the server that it is on."""

    server: postgresql.Server
    home: Path

    def url(self, login: str) -> str:
        """The address by which a login reaches it."""
        return self.server.url(NAME, login)

    def hub(self, login: str) -> Hub:
        """The hub as this login opens it."""
        return open_hub(self.home, self.url(login))

    def connection(self, login: str = "postgres") -> psycopg.Connection:
        """A plain connection, past the product."""
        return psycopg.connect(f"host={self.server.folder} dbname={NAME} user={login}")

    def ask(self, statement: str, login: str = "postgres"):
        """The first value that a login is given."""
        with self.connection(login) as connection:
            return connection.execute(statement).fetchone()[0]


def written(home: Path, folder: Path, partner: str) -> str:
    """The SQL for the people above."""
    (folder / "people.csv").write_text(PEOPLE.format(partner=partner), "utf-8")
    return script.script("hub", "public", policy.of(home), logins.read(folder / "people.csv"))


def made(server: postgresql.Server, template: tuple[str, Path], folder: Path, families: int = 24) -> Iterator[Team]:
    """A hub with families and a team's roles; gone at the end."""
    name, home = template
    shutil.copytree(home, folder / "hub")
    server.run(f"CREATE DATABASE {NAME} OWNER {postgresql.OWNER} TEMPLATE {name} STRATEGY file_copy")
    hub = open_hub(folder / "hub", server.url(NAME), create=True)
    tour.fill(hub, demo.generate(families=families, seed=7), "tests")
    hub.engine.dispose()
    team = Team(server, folder / "hub")
    partner = team.ask("SELECT organisation FROM involvements GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
    with team.connection() as connection:
        connection.execute(written(team.home, folder, partner))
    try:
        yield team
    finally:
        server.run(f"DROP DATABASE {NAME} WITH (FORCE)", *(f"DROP ROLE {one}" for one in _roles(server)))


def _roles(server: postgresql.Server) -> list[str]:
    people = [line.split(",")[0] for line in PEOPLE.splitlines()[1:]]
    return [*people, *script.named("hub").values()]


def database(url: str) -> str:
    """The name of the database in an address."""
    return str(make_url(url).database)
