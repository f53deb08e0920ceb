"""Figures of finding the same family twice: against plain splink over the same people, and how it grows."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_library import ExactMatch, JaroWinklerAtThresholds

from benchmarks.timing import Figure, peak_megabytes, seconds
from hubdata.families.twice import pairs, read
from hubdata.records.store import Hub, open_hub
from tests.support import twice

GROWTH = 15.0  # of ten times the families: more than in step, as names are shared by more people


def figures(small: int, folder: Path, rounds: int) -> Iterator[Figure | str]:
    """All that `hubdata duplicates list` does, reading the hub included, at one size and at ten times that."""
    took = []
    for families in (small, 10 * small):
        story = twice.made(families)
        hub = open_hub(folder / f"twice{families}", "sqlite", create=True)
        twice.load(hub, story)
        ours, plain = [], []
        for _ in range(rounds):
            plain.append(seconds(lambda hub=hub: _plain(_people(hub))))
            ours.append(seconds(lambda hub=hub: pairs.find(hub, pairs.Search(), twice.TODAY)))
        took.append(median(ours))
        found = pairs.find(hub, pairs.Search(shown=10 * small), twice.TODAY)
        people = f"{len(story.families):,} families, {len(story.people):,} people"
        yield Figure(f"the same family twice among {people}, against plain splink", took[-1], median(plain), 5)
        yield f"  {_right(found, story)}; peak {peak_megabytes():,.0f} MB"
        hub.engine.dispose()
    yield Figure("ten times the families, against ten times the seconds", took[1], 10 * took[0], GROWTH / 10)


def _right(found: pairs.Found, story: twice.Made) -> str:
    real = {pair for pair, kind in story.planted.items() if kind != "shared"}
    shown = {(one.family, one.other) for one in found.pairs if one.kind != "shared"}
    return f"precision {len(shown & real) / len(shown):.3f}, recall {len(shown & real) / len(real):.3f}"


def _people(hub: Hub) -> pa.Table:
    with hub.read() as connection:
        return read.tables(connection, twice.TODAY)["people"]


def _plain(people: pa.Table) -> int:
    """splink as its own tutorial has it: exact and Jaro-Winkler levels, three exact blocking rules, people only."""
    with duckdb.connect() as database:
        api = DuckDBAPI(database)
        settings = SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name="person",
            comparisons=[
                JaroWinklerAtThresholds("given_name", [0.92, 0.85]),
                JaroWinklerAtThresholds("family_name", [0.92, 0.85]),
                ExactMatch("date_of_birth"),
            ],
            blocking_rules_to_generate_predictions=[
                block_on("given_name", "family_name"),
                block_on("family_name", "date_of_birth"),
                block_on("given_name", "date_of_birth"),
            ],
        )
        linker = Linker(api.register(people), settings, log_level=None)
        found = linker.inference.predict(threshold_match_probability=0.5, warning_mode="never")
        return found.as_pyarrow_table().num_rows
