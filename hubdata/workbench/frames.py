"""Frozen tables as pandas frames of proper types, and what their columns mean; it reads no records.

Arrow               pandas
date32              datetime64[ms], a day at midnight
timestamp[us]       datetime64[us], UTC
a closed list       category, of the codes that records hold; `labels` says what each means
list<string>        list<string>[pyarrow], for `.explode` and `.list`
int64               Int64, with <NA>
bool, with gaps     boolean, with <NA>
string              str
"""

from datetime import date
from functools import cache

import pandas as pd
import pyarrow as pa

from hubdata.policy import Policy
from hubdata.records import dictionary
from hubdata.records.snapshot import take as snapshots
from hubdata.records.tables.contract import TABLES, passport
from hubdata.terms import terms
from hubdata.workbench.answer import Answer, Caption

MADE = {
    "lives": "What rules need to know of a family's lives: its youngest child's birth, the last death",
    "untimely": "What was done by or for somebody after a death, or alone by a child; no day of birth",
    "destroyed": "How many records each disposal destroyed",
    "certificates": "What each certificate of destruction says",
    "outside": "What the database says of itself beyond the hub's own tables",
}


def frame(table: pa.Table, closed: dict[str, list[str]] | None = None) -> pd.DataFrame:
    """An Arrow table as a frame; the columns in `closed` become categories, of these codes first."""
    gaps = {name for name in table.column_names if table[name].null_count}
    made = table.to_pandas(date_as_object=False, types_mapper=_mapped, strings_to_categorical=False)
    for name in gaps & {f.name for f in table.schema if f.type == pa.bool_()}:
        made[name] = made[name].astype("boolean")
    for name, codes in (closed or {}).items():
        made[name] = _categories(table[name], codes)
    return made


def _mapped(kind: pa.DataType) -> pd.api.extensions.ExtensionDtype | None:
    if pa.types.is_list(kind) or pa.types.is_struct(kind) or pa.types.is_map(kind):
        return pd.ArrowDtype(kind)
    return pd.Int64Dtype() if kind == pa.int64() else None


def _categories(column: pa.ChunkedArray, codes: list[str]) -> pd.Categorical:
    encoded = column.combine_chunks().dictionary_encode()
    there = encoded.dictionary.to_pylist()
    order = [*codes, *sorted(set(there) - set(codes))]
    place = {code: at for at, code in enumerate(order)}
    taken = pa.array([place[code] for code in there], pa.int32()).take(encoded.indices)
    return pd.Categorical.from_codes(taken.fill_null(-1).to_numpy(zero_copy_only=False), order)


def closed(table: str, policy: Policy, day: date) -> dict[str, list[str]]:
    """The columns of a table that hold codes of a closed list, one each, and those codes."""
    found = {name: labels(table, name, policy, day) for name in coded(table, pa.string())}
    return {name: list(codes) for name, codes in found.items() if codes}


def coded(table: str, kind: pa.DataType | None = None) -> list[str]:
    """The columns that a view has of a table and that may hold codes, all or those of a type."""
    if table in snapshots.OWN or table not in TABLES:
        return []
    carried = [f.name for f in snapshots.fields(table) if f.name in TABLES[table].c and kind in (None, f.type)]
    return [name for name in carried if passport(table, name).kind in ("code", "codes")]


def labels(table: str, column: str, policy: Policy, day: date) -> dict[str, str]:
    """What the codes of a column mean, in the order of their list; nothing if it holds no codes."""
    card = passport(table, column)
    words = {term.__name__: {one.value: one.label for one in term} for term in terms()}
    if card.allowed in words:
        return words[card.allowed]
    unset = not card.register or policy.unset(card.register, day)
    return {} if unset else policy.labels(card.register, day)


@cache
def meaning(table: str) -> str:
    """What a row of a table is."""
    return MADE.get(table) or dictionary.tables()[table].partition("\n")[0]


def columns(table: str) -> Answer:
    """The columns of a table that a frame has: type, what each holds, why it may exist, and how sensitive it is.

    column     type    holds      why                                   sensitivity
    family     string  reference  P2: partners can work together …      reference
    closed_on  date    date       P8: records are kept for five years   personal
    """
    said = {row[0]: row for row in dictionary.columns(table)} if table in TABLES else {}
    rows = []
    for carried in snapshots.fields(table):
        _, _, holds, why, sensitivity, *_ = said.get(carried.name.removeprefix("has_"), ("",) * 5)
        holds = "whether there is one" if carried.type == pa.bool_() else holds
        rows.append((carried.name, str(carried.type), holds, why, sensitivity))
    heads = ["column", "type", "holds", "why", "sensitivity"]
    return Answer(pd.DataFrame(rows, columns=heads, dtype="str"), Caption(f"Columns of {table}", meaning(table)))
