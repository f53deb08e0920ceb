"""A two-way table of one's own with its small counts protected, by the same method and proof as `hubdata disclose`."""

from datetime import date

import pandas as pd
import pyarrow as pa

from hubdata import moments
from hubdata.errors import BadParameter
from hubdata.records.snapshot.frozen import tabled
from hubdata.release.disclosure import policy as disclosure_policy
from hubdata.release.disclosure import protect, words
from hubdata.release.disclosure import table as disclosure_table
from hubdata.release.together import given
from hubdata.workbench.answer import Answer, Caption
from hubdata.workbench.hub import OpenHub


def disclose(
    frame: pd.DataFrame,
    rows: str,
    columns: str,
    value: str | None = None,
    policy: str | None = None,
    as_at: date | None = None,
    hub: OpenHub | None = None,
    reason: str | None = None,
) -> Answer:
    """A frame's two-way table of counts that may be shown to others: a row each, a column each, with totals.

        area     met    not_met  Total
        health   12     [c]      [c]
        Total    30     9        39

    `value` names the column of counts of a frame that has one line a cell; without it the frame's rows are counted.
    What is hidden is `[c]`. With `hub` the table enters its release ledger, under your name and `reason`, as what was
    given out: a later table that differs from it by one to four records is refused, and so is this one if an earlier
    one does. Without it nobody remembers the table, which its note says. Raises BadParameter for a column that is not
    there or a policy that there is not, Refused for a table that would tell.
    """
    if not isinstance(frame, pd.DataFrame):
        raise BadParameter(f"disclose takes a frame, not {type(frame).__name__}")
    for name in filter(None, (rows, columns, value)):
        if name not in frame.columns:
            raise BadParameter(f"there is no column {name!r}; the frame has {', '.join(map(repr, frame.columns))}")
    if value is None:
        counted = pd.crosstab(frame[rows].astype("str"), frame[columns].astype("str"))
        frame, value = pd.DataFrame({"families": counted.stack()}).reset_index(), "families"
    asked = [rows, columns, value]
    cells = ([str(each) for each in row] for row in frame[asked].itertuples(index=False, name=None))
    lower = [name.strip().lower() for name in asked]
    table = disclosure_table.tidy(tabled(dict.fromkeys(lower, pa.string()), cells), *lower, line=lambda at: at)
    found = protect.protect(table, disclosure_policy.read(policy, as_at or moments.today()))
    kept = given.UNKEPT if hub is None else hub.give(found, reason)
    said = words.said(found)
    tidy = pd.DataFrame(said["cells"])
    shown = tidy.pivot(index="row", columns="column", values="shown")
    order = list(dict.fromkeys(tidy["row"])), list(dict.fromkeys(tidy["column"]))
    listed = shown.loc[order[0], order[1]].rename_axis(columns=None).rename_axis(rows).reset_index()
    notes = (*words.lines(found)[-2:], kept)
    return Answer(listed, Caption("Protected table", f"{rows} by {columns}", notes=notes))
