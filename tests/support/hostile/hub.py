"""A whole hostile hub from one number, and how its rows get into a database; it asks nobody's permission."""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES, metadata
from tests.support.hostile import decided, household, work
from tests.support.hostile.kit import ERAS, Kit, Row

Tables = dict[str, list[Row]]


def story(seed: int, number: int) -> Tables:
    """One small story's rows, by table; the same number gives the same story."""
    kit = Kit(Random(f"{seed}/{number}"), ERAS[seed % len(ERAS)], f"H{number}")
    cast = household.tell(kit)
    decided.tell(kit, cast)
    work.tell(kit, cast)
    return {name: _once(name, rows) for name, rows in kit.made.items()}


def together(stories: Iterable[Tables]) -> Tables:
    """Many stories as the rows of one hub."""
    found: Tables = {name: [] for name in TABLES}
    for tables in stories:
        for name, rows in tables.items():
            found[name] += rows
    found["returns"] = [row | {"received": number} for number, row in enumerate(found["returns"], 1)]
    return found


def put(hub: Hub, tables: Tables, shuffled: Random | None = None) -> None:
    """Write the rows as they are; `shuffled` mixes the order of the rows of each table."""
    with hub.write(Act("spec", "tester", "made-up stories", "spec.hostile")) as connection:
        for table in metadata.sorted_tables:  # what is referred to before what refers
            rows = [{key: cell for key, cell in row.items() if key in table.c} for row in tables.get(table.name, [])]
            if shuffled:
                shuffled.shuffle(rows)
            if rows:
                connection.execute(table.insert(), rows)


def _once(name: str, rows: list[Row]) -> list[Row]:
    """Of the rows with one key, the last."""
    keys = [column.name for column in TABLES[name].primary_key]
    return list({tuple(row[key] or number for key in keys): row for number, row in enumerate(rows)}.values())


def moved(tables: Tables, by: timedelta) -> Tables:
    """The same rows with every day and instant later by so much."""
    return {
        name: [{key: cell + by if isinstance(cell, date) else cell for key, cell in row.items()} for row in rows]
        for name, rows in tables.items()
    }
