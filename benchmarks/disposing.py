"""Figures of disposal: destroying families and proving it, against bare SQL; and a replay of a long erasure list."""

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from statistics import median

from benchmarks.timing import Figure, seconds
from hubdata.demo import make as demo
from hubdata.desk import tour
from hubdata.moments import By
from hubdata.records import erasures, ledger, owner, store
from hubdata.records.store import open_hub
from hubdata.records.tables.contract import metadata
from hubdata.retention import disposal, due, replay, review
from hubdata.retention.review import FamilyDecision

TODAY = date.today()  # noqa: DTZ011 (records are destroyed as at the day that it is)


def figures(families: int, gone: int, folder: Path, rounds: int) -> Iterator[Figure | str]:
    """So many of a hub's families destroyed: the whole run, proof included, against DELETE and VACUUM."""
    home, name = _approved(folder / "disposing", families, gone)
    rows = [0]
    ours, bare = [], []
    for _ in range(rounds):
        copy = _copied(home, folder)
        bare.append(seconds(lambda copy=copy: rows.__setitem__(0, _bare(copy / "hub.db"))))
        copy = _copied(home, folder)
        ours.append(seconds(lambda copy=copy: _run(copy, name)))
    what = f"disposing {gone:,} of {families:,} families ({rows[0]:,} rows), proof and byte scan included"
    yield Figure(f"{what}, against bare DELETE + VACUUM", median(ours), median(bare), 2)
    shutil.rmtree(folder / "disposing")


def _approved(folder: Path, families: int, gone: int) -> tuple[Path, str]:
    """A made-up hub of which so many families are due, reviewed and approved."""
    hub = open_hub(folder, create=True)
    tour.fill(hub, demo.generate(families, 7), "bench")
    with hub.engine.begin() as connection:
        chosen = [row[0] for row in connection.exec_driver_sql("SELECT family FROM families ORDER BY family")][:gone]
        connection.exec_driver_sql(
            "UPDATE families SET opened_on = '2012-01-02', closed_on = '2015-01-02' WHERE family <= ?", (chosen[-1],)
        )
        connection.exec_driver_sql("UPDATE holds SET released_on = '2020-01-02'")
    shown = due.preview(hub, TODAY)
    wanted = [FamilyDecision(row.family, "dispose") for row in shown.due if row.family <= chosen[-1]]
    made = review.review(hub, shown.token, wanted, By("anna", None, TODAY))
    review.approve(hub, made, By("ben", None, TODAY))
    hub.engine.dispose()
    return folder, made


def _copied(home: Path, folder: Path) -> Path:
    shutil.rmtree(folder / "copy", ignore_errors=True)
    return Path(shutil.copytree(home, folder / "copy"))


def _bare(path: Path) -> int:
    """What an administrator would type: delete the rows of these families, table by table, and VACUUM."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TEMP TABLE gone AS SELECT family FROM decisions WHERE decision = 'dispose'")
    deleted = 0
    for table in reversed(metadata.sorted_tables):
        if table.name in owner.OWNED and table.name != "recalls":
            where = owner.OWNED[table.name].format(families="(SELECT family FROM gone)")
            deleted += connection.execute(f"DELETE FROM {table.name} WHERE {where}").rowcount
    connection.commit()
    connection.execute("VACUUM")
    connection.close()
    return deleted


def _run(home: Path, name: str) -> None:
    hub = open_hub(home)
    outcome = disposal.run(hub, name, By("carl", None, TODAY))
    hub.engine.dispose()
    if outcome.status != "certified":
        raise RuntimeError(outcome.problems[0])


def replayed(families: int, folder: Path) -> str:
    """A database put back to before all but a tenth of its families were destroyed, brought up to its erasure list."""
    home = folder / "replaying"
    hub = open_hub(home, create=True)
    now = datetime(2020, 1, 2)  # noqa: DTZ001 (as the store keeps it)
    with hub.engine.begin() as connection:
        rows = [(f"F{number:07d}", str(now)) for number in range(families * 10 // 9)]
        insert = "INSERT INTO families VALUES (?, 'corby', '2012-01-02', '2015-01-02', NULL, ?)"
        connection.exec_driver_sql(insert, rows)
    key = hub.key("erasures")
    with hub.read() as connection:
        whose, head = store.erasure_list(hub, connection), list(ledger.head(connection))
    for start in range(0, families, 500):
        digests = [erasures.digest(key, f"F{number:07d}") for number in range(start, start + 500)]
        whose.append("intent", disposal="D0", on="2026-01-02", head=head, digests=digests)
        whose.append("done")
    hub.engine.dispose()
    took = seconds(lambda: replay.run(home, None, By("olga", None, TODAY)))
    shutil.rmtree(home)
    return f"replay of {families:,} erasures: {took:.1f} s (at most 5 s)"
