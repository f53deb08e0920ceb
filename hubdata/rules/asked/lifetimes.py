"""Decisions and shares in hand that cannot be true of a life, asked of the rules' own SQL before they are kept.

It says whom an entry concerns and why, never when somebody was born or died.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import pyarrow as pa

from hubdata.policy import Policy
from hubdata.records.snapshot import lives
from hubdata.records.snapshot.frozen import scalar
from hubdata.rules import session

TEXT, DAY, MOMENT = pa.string(), pa.date32(), pa.timestamp("us")
COLUMNS = {
    "people": {"person": TEXT, "family": TEXT, "role": TEXT, "date_of_birth": DAY, "died_on": DAY},
    "agreements": {
        "agreement": TEXT,
        "family": TEXT,
        "given_by": TEXT,
        "covers": TEXT,
        "decision": TEXT,
        "decided_on": DAY,
        "supersedes": TEXT,
        "supersedes_as": TEXT,
        "recorded_at": MOMENT,
    },
    "shares": {
        "share": TEXT,
        "family": TEXT,
        "about": TEXT,
        "shared_on": DAY,
        "supersedes": TEXT,
        "recorded_at": MOMENT,
    },
    "competences": {"person": TEXT, "judged_on": DAY, "has_reason": pa.bool_()},
}
NOW = scalar("9999-12-31 00:00:00")  # when a row is recorded that does not say so: later than whatever is held
ASKED = f"""WITH untimely AS (
  SELECT of_table, reference, person, what, TRY_CAST(years AS BIGINT) AS years FROM ({lives.OF_ENTRIES})
),
entries AS (
  FROM against_a_life($alone_from)
  UNION ALL SELECT of_table, reference, person, what FROM ({lives.GROWN}) WHERE CAST(years AS BIGINT) >= $of_age
)
SELECT * FROM entries WHERE of_table = 'agreements' AND reference IN (SELECT agreement FROM standing_agreements())
  OR of_table = 'shares' AND reference IN (SELECT share FROM standing_shares()) ORDER BY ALL"""


@dataclass(frozen=True)
class Ages:
    """From which age a child decides alone, and from which nobody decides for them."""

    alone_from: int
    of_age: int

    @classmethod
    def of(cls, decided: Policy, on: date) -> "Ages":
        """The ages in force on a day."""
        return cls(decided.value("agreements.alone_from_years", on), decided.value("agreements.of_age_years", on))


class Untrue(NamedTuple):
    """An entry that cannot be true, and of whom: they had `died`, were too `young`, or had `grown` up."""

    of_table: str
    reference: str
    person: str
    what: str


def ask(tables: Mapping[str, pa.Table], ages: Ages) -> list[Untrue]:
    """What cannot be true of the rows in hand; tables of text as the records keep it, of which any may be left out.

    people   person  family  date_of_birth  died_on        agreements   agreement  given_by  covers  decided_on
             P1      F1      1990-05-05     2026-01-10                  A1         P1        P1;P2   2026-01-11
    """
    typed = {name: _typed(tables.get(name), columns) for name, columns in COLUMNS.items()}
    given = {"alone_from": ages.alone_from, "of_age": ages.of_age}
    return [Untrue(**row) for row in session.select(ASKED, typed, given)]


def _typed(rows: pa.Table | None, columns: dict[str, pa.DataType]) -> pa.Table:
    if rows is None:
        return pa.Table.from_batches([], pa.schema(list(columns.items())))
    found = {}
    for name, kind in columns.items():
        has = name in rows.column_names
        column = rows[name].cast(TEXT) if has else pa.chunked_array([pa.nulls(rows.num_rows, TEXT)])
        found[name] = (column.fill_null(NOW) if kind == MOMENT else column).cast(kind)
    return pa.table(found)
