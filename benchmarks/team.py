"""What a team's rules about rows cost: one hub of twenty, one family, all of them, beside the same asked by hand."""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import psycopg
from sqlalchemy import make_url

from benchmarks.timing import Figure, compare
from hubdata import policy
from hubdata.records.store import open_hub
from hubdata.records.team import logins, script

HUBS = 20
PEOPLE = "login,role,hubs,partner,from,until\nbench_one,officer,h01,,,\nbench_all,officer,*,,,\n"
# Made past the guards, which are not what is measured; the hub is what the guard would have filled in.
FILL = """SET session_replication_role = replica;
INSERT INTO families (family, hub, opened_on, recorded_at)
  SELECT 'F' || n, 'h' || lpad((n % {hubs} + 1)::text, 2, '0'), '2024-01-01', '2024-01-01'
  FROM generate_series(1, {families}) n;
INSERT INTO people (person, family, role, given_name, family_name, recorded_at, hub)
  SELECT 'P' || n, 'F' || f, 'child', 'Given', 'Name', '2024-01-01', 'h' || lpad((f % {hubs} + 1)::text, 2, '0')
  FROM (SELECT n, (n - 1) / 2 + 1 AS f FROM generate_series(1, 2 * {families}) n) made;
"""
ONE_HUB = "SELECT count(*) FROM people"
ONE_FAMILY = "SELECT * FROM families WHERE family = 'F20'"
EXPORT = "COPY (SELECT person, family, role, hub, recorded_at FROM people) TO STDOUT"


def figures(url: str, families: int, folder: Path, rounds: int) -> Iterator[Figure | str]:
    """The figures, on a database of so many families and twice as many people."""
    _made(url, families, folder)
    one, every, hand = (
        psycopg.connect(_as(url, user), autocommit=True) for user in ("bench_one", "bench_all", "postgres")
    )
    with one, every, hand:
        by_hand = f"{ONE_HUB} WHERE hub = 'h01'"
        counted = compare("count of one hub", lambda: _ask(one, ONE_HUB), lambda: _ask(hand, by_hand), 1.5, rounds)
        yield counted
        yield f"  count of one hub: {counted.ours * 1000:.1f} ms (at most 50)"
        ours, theirs = (_median(asked, ONE_FAMILY) for asked in (one, hand))
        yield f"  look-up of one family: {ours:.2f} ms (at most 2); by hand {theirs:.2f}"
        yield compare("export of all hubs", lambda: _copy(every), lambda: _copy(hand), 1.5, rounds)


def _as(url: str, user: str) -> str:
    place = make_url(url)
    return f"host={place.query['host']} dbname={place.database} user={user}"


def _made(url: str, families: int, folder: Path) -> None:
    hub = open_hub(folder / "team", url, create=True)
    hub.engine.dispose()
    people = folder / "people.csv"
    people.write_text(PEOPLE, "utf-8")
    with psycopg.connect(_as(url, "postgres"), autocommit=True) as connection:
        connection.execute(FILL.format(hubs=HUBS, families=families))
        connection.execute(script.script("bench", "public", policy.of(hub.home), logins.read(people)))
        connection.execute("VACUUM ANALYZE families")
        connection.execute("VACUUM ANALYZE people")


def _ask(connection: psycopg.Connection, statement: str) -> list:
    return connection.execute(statement).fetchall()


def _copy(connection: psycopg.Connection) -> int:
    with connection.cursor() as cursor, cursor.copy(EXPORT) as copy:
        return sum(len(block) for block in copy)


def _median(connection: psycopg.Connection, statement: str) -> float:
    """Milliseconds of one question, a hundred times asked."""
    taken = []
    for _ in range(100):
        start = time.perf_counter()
        _ask(connection, statement)
        taken.append(time.perf_counter() - start)
    return median(taken) * 1000
