"""The door of splink: compares people of different families, pair by pair, in a DuckDB in memory; nothing is trained.

It must leave nothing behind: no file, no line in a log, no value in an exception.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from hubdata import places
from hubdata.errors import HubError
from hubdata.families.twice import families, people
from hubdata.families.twice.weights import BY_FREQUENCY, CONDITIONS, Weights

LEAST = 8.0  # two people are taken for one from here on: as much as one rare name says
PRIVATE = {"enable_external_access": False, "autoload_known_extensions": False, "temp_directory": ""}
EVEN = 0.5  # splink's own prior, of no weight: the families' prior is added once for the family


@contextmanager
def _quiet() -> Iterator[None]:
    """Without splink's log, which shows SQL, and without exceptions that may repeat values."""
    log = logging.getLogger("splink")
    before = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise HubError(
            "there is not enough memory to compare so many people, and none of them is written to a disk "
            "meanwhile; run it where there is more"
        ) from None
    except Exception as error:  # noqa: BLE001 (splink repeats what DuckDB says, and DuckDB repeats values)
        raise HubError(f"the people could not be compared ({type(error).__name__}); nothing was changed") from None
    finally:
        log.setLevel(before)


def compare(tables: dict[str, pa.Table], weights: Weights, threshold: float) -> tuple[list[dict], int]:
    """Pairs of families that may be one, likeliest first, and how many people could not be compared.

    `tables`: people, families (as at a day, those that are closed later still open) and involvements.
    """
    places.need("splink")
    with _quiet(), duckdb.connect(config=PRIVATE) as database:
        for name, table in tables.items():
            database.register(name, table)
        left_out = people.prepare(database, weights)
        if tables["families"].num_rows < 2 or not tables["people"].num_rows:
            return [], left_out
        _people(database, weights)
        return families.pairs(database, weights, threshold), left_out


def _people(database: duckdb.DuckDBPyConnection, weights: Weights) -> None:
    """Make `alike`: people of different families who may be one, with how each comparison came out and weighs."""
    # two seconds of import that only this needs
    from splink import DuckDBAPI, Linker, SettingsCreator

    api = DuckDBAPI(database)
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="person",
        probability_two_random_records_match=EVEN,
        comparisons=[_comparison(name, weights) for name in CONDITIONS],
        blocking_rules_to_generate_predictions=people.RULES,
        retain_intermediate_calculation_columns=True,
        additional_columns_to_retain=["family"],
    )
    linker = Linker(api.register("compared"), settings, log_level=None, validate_settings=False)
    for name in BY_FREQUENCY:
        linker.table_management.register_term_frequency_lookup(api.register(f"tf_{name}"), name)
    found = linker.inference.predict(threshold_match_weight=LEAST, warning_mode="never")
    found.as_duckdbpyrelation().create_view("alike")


def _comparison(name: str, weights: Weights) -> dict:
    unknown = {
        "sql_condition": f"{name}_l IS NULL OR {name}_r IS NULL",
        "label_for_charts": "unknown",
        "is_null_level": True,
    }
    return {
        "output_column_name": name,
        "comparison_levels": [unknown, *(_level(name, level, weights) for level in CONDITIONS[name])],
    }


def _level(name: str, level: str, weights: Weights) -> dict:
    said = weights.levels[name][level]
    found = {"sql_condition": CONDITIONS[name][level], "label_for_charts": level, "m_probability": said["m"]}
    if "u" in said:
        return found | {"u_probability": said["u"]}
    return found | {"u_probability": weights.usual[name], "tf_adjustment_column": name, "tf_adjustment_weight": 1.0}
