"""The hubs that tests work on: SQLite always, and PostgreSQL from a server that this run starts and stops."""

import itertools
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import typer.testing

from hubdata.records.store import Hub, open_hub
from tests.support import hubs, postgresql

# A run that was started in the background ignores interrupts, and so would every program that its tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# A process builds the command line once, 60 ms; so do the tests, and not for each command that they run.
typer.testing._get_command = cache(typer.testing._get_command)


@pytest.fixture(scope="session")
def server() -> Iterator[postgresql.Server]:
    """The run's own PostgreSQL server; what needs it is skipped where there is none."""
    if postgresql.programs() is None:
        pytest.skip(postgresql.MISSING)
    with postgresql.server() as running:
        yield running


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A new folder: in memory where the run has room there, but on the disk for what is marked `disk`."""
    if request.node.get_closest_marker("disk") is None:
        yield tmp_path
    else:
        with tempfile.TemporaryDirectory(prefix="hubdata-disk-") as folder:
            yield Path(folder)


@pytest.fixture(autouse=True)
def no_hub_of_yours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep every test away from the hub that this shell may point at."""
    monkeypatch.setenv("HUBDATA_HOME", str(tmp_path / "hub"))
    monkeypatch.delenv("HUBDATA_URL", raising=False)


@pytest.fixture(scope="session")
def database_names() -> Iterator[str]:
    """Names for the server's databases, each used once."""
    return (f"test_{number}" for number in itertools.count(1))


@pytest.fixture
def new_database(server: postgresql.Server, database_names: Iterator[str]) -> Iterator[Callable[..., str]]:
    """A function that makes a database and returns its SQLAlchemy address; all are dropped after the test."""
    made = []

    def make(template: str = "template0") -> str:
        made.append(next(database_names))
        # copied as files: two checkpoints, which cost little where nothing is synchronised, and no log of every page
        server.run(f"CREATE DATABASE {made[-1]} OWNER {postgresql.OWNER} TEMPLATE {template} STRATEGY file_copy")
        return server.url(made[-1])

    yield make
    server.run(*(f"DROP DATABASE {name} WITH (FORCE)" for name in made))


@pytest.fixture
def postgres_url(new_database: Callable[..., str]) -> str:
    """The address of a new and empty PostgreSQL database."""
    return new_database()


def _close(hub: Hub) -> None:
    hub.engine.dispose()


@pytest.fixture
def sqlite_hub(tmp_path: Path) -> Iterator[Hub]:
    """An empty hub on SQLite."""
    hub = hubs.empty(tmp_path / "hub")
    yield hub
    _close(hub)


@pytest.fixture(scope="session")
def postgres_template(server: postgresql.Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The name and the home of a database with the newest schema: copied, they save every test a migration."""
    home = tmp_path_factory.mktemp("template") / "hub"
    server.run(f"CREATE DATABASE template_hub OWNER {postgresql.OWNER} TEMPLATE template0")
    _close(open_hub(home=home, url=server.url("template_hub"), create=True))
    return "template_hub", home


@pytest.fixture
def postgres_hub(
    tmp_path: Path, new_database: Callable[..., str], postgres_template: tuple[str, Path]
) -> Iterator[Hub]:
    """An empty hub on PostgreSQL."""
    template, home = postgres_template
    place = tmp_path / ("postgres" if (tmp_path / "hub").exists() else "hub")  # a test may have one of each
    shutil.copytree(home, place)
    hub = open_hub(home=place, url=new_database(template), create=True)
    yield hub
    _close(hub)


@pytest.fixture(params=["sqlite", "postgresql"])
def hub(request: pytest.FixtureRequest) -> Hub:
    """An empty hub, once on each database."""
    return request.getfixturevalue("sqlite_hub" if request.param == "sqlite" else "postgres_hub")
