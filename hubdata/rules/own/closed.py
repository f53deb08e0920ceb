"""A DuckDB of its own, closed and locked, for SQL that somebody else wrote; it is not the one that judges.

No file, network, extension, setting or Python variable can be reached from it.
"""

import os
import re
from functools import cache

import duckdb

from hubdata.records.snapshot.frozen import Snapshot
from hubdata.rules import judge

MEMORY, ASKED = "2GB", "4GB"  # that own rules may take, and an analyst's question
CLOSED = judge.ALONE | {
    "autoinstall_known_extensions": False,
    "python_enable_replacements": False,  # a frame of the notebook is no table
    "python_scan_all_frames": False,
    "temp_directory": "",  # what does not fit into memory is refused, and never written beside the notebook
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "secret_directory": "",  # its default names the home of whoever asks
}
# To a database in memory DuckDB allows a file called :memory: in the folder where it runs; no file system, no file.
ALONE = "SET GLOBAL disabled_filesystems = 'LocalFileSystem'"
# In a notebook DuckDB draws a bar of its own, which papermill would keep; how far it is can still be asked.
QUIET = "SET enable_progress_bar = true; SET enable_progress_bar_print = false"


def closed(records: Snapshot) -> duckdb.DuckDBPyConnection:
    """A DuckDB of its own that sees these tables, and the readings that rules read them through (standing.sql)."""
    made = _made(memory_limit=ASKED)
    for name, table in records.tables.items():
        made.register(name, table)
    return made


def connect(records: Snapshot, text: str) -> duckdb.DuckDBPyConnection:
    """A connection of this process's one closed DuckDB for rules, that sees those of the tables which a text names."""
    connection = _shared(os.getpid()).cursor()  # what is made known to it, no other connection sees
    if (opened := judge.OPENED.get()) is not None:
        opened.append(connection)
    words = set(re.findall(r"\w+", text.lower()))
    words |= {table for macro, tables in judge.STANDING.items() if macro in words for table in tables}
    for name, table in records.tables.items():
        if name in words:
            connection.register(name, table)
    return connection


@cache
def _shared(process: int) -> duckdb.DuckDBPyConnection:  # a fork makes its own; opening one takes 0.1 s
    return _made(memory_limit=MEMORY)


def _made(**config: str) -> duckdb.DuckDBPyConnection:
    made = duckdb.connect(config=CLOSED | config)
    made.execute(judge.sql("standing"))
    made.execute(QUIET)
    made.execute(ALONE)
    made.execute("SET GLOBAL TimeZone = 'UTC'; SET lock_configuration = true")
    return made


def said(error: Exception) -> str:
    """DuckDB's own words, without its drawing of the place."""
    return str(error).partition("\n\n")[0].replace("\n", " ").strip()


def asked(error: Exception, withheld: dict[str, str]) -> str:
    """Why a column that DuckDB does not know is withheld, if it is; else nothing."""
    text = str(error)
    return next((why for name, why in withheld.items() if f'"{name}"' in text or f"column {name}" in text), "")


def line(error: Exception, text: str) -> int:
    """The line of a statement that an error is about: as DuckDB says it, or that of the word which it quotes."""
    at = re.search(r"^LINE (\d+):", str(error), re.MULTILINE)
    if at:
        return int(at[1])
    quoted = re.search(r'"([^"]+)"|with name (\w+)', said(error))
    word = next(filter(None, quoted.groups()), "") if quoted else ""
    plain = [one.partition("--")[0] for one in text.splitlines()]
    here = (n for n, one in enumerate(plain, 1) if word and re.search(rf"\b{re.escape(word)}\b", one, re.IGNORECASE))
    return next(here, next((n for n, one in enumerate(plain, 1) if one.strip()), 1))
