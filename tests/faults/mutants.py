"""Named faults put into the disposal on purpose: each must be caught by the trials, or the trials prove nothing."""

import time

from hubdata.records import erasures, signed, store
from hubdata.retention import certificates, disposal
from hubdata.retention.traces import files, scan, settling
from hubdata.retention.traces import kept as traces_kept
from hubdata.retention.traces.found import Scan


def counted_before_deleted() -> None:
    """What is destroyed is written down and committed, and only then deleted, in a transaction of its own."""
    whole = disposal.delete
    later: list = []
    disposal.delete = lambda connection, families, key: later.append((families, key)) or {"families": len(families)}
    carried_out = disposal._carry_out

    def in_two_steps(hub, *given):
        carried_out(hub, *given)
        while later:
            with hub.engine.connect().execution_options(hub_write=True) as connection, connection.begin():
                whole(connection, *later.pop())

    disposal._carry_out = in_two_steps


def holds_not_asked_again() -> None:
    """What was due at the approval is taken as due still, and the guard in the database is gone."""
    disposal.keep_back = lambda *_: {}
    carried_out = disposal._carry_out

    def unguarded(hub, *given):
        with hub.engine.begin() as connection:
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE name LIKE '%_held_no_delete'")
            for (name,) in names.all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.exec_driver_sql("UPDATE holds SET released_on = date('now')")
        carried_out(hub, *given)

    disposal._carry_out = unguarded


def listed_after_commit() -> None:
    """The erasure list is written after the database has committed, so that a crash can leave it behind."""
    append, late = erasures.ErasureList.append, []

    def behind(self, what, **said):
        if what != "intent":
            return append(self, what, **said)
        last, _ = self._end()
        body = {"n": last.n + 1, "what": what, "of": self._carried_out(last, what), **said}
        line = self._signed(body, last.mac)
        late.append((self, line))
        return line

    settle = disposal.settle_list

    def settled(hub):
        while late:
            time.sleep(0.05)
            whose, line = late.pop()
            signed.write(whose.path, line.body, line.mac, whose._end()[1])
        settle(hub)

    erasures.ErasureList.append, disposal.settle_list = behind, settled


def marks_not_kept() -> None:
    """What is looked for afterwards is remembered only by the process, which may die."""
    here: set = set()
    traces_kept.keep = lambda _hub, _disposal, marks: here.update(marks)
    traces_kept.kept = lambda _hub, _disposal: frozenset(here)


def left_on_the_pages() -> None:
    """Rows are deleted but not written over, the file is not rewritten, and nobody looks."""
    store.PRAGMAS["secure_delete"] = 0
    settling.settle = lambda _hub: []
    scan.scan = lambda _hub, marks: Scan(marks_sought=len(marks))


def files_left() -> None:
    """Reports, receipts and working files are left where they are, and nobody looks there."""
    files.erase_files = lambda _hub, _marks: files.Erased()
    scan.scan = lambda _hub, marks: Scan(marks_sought=len(marks))


def certified_as_approved() -> None:
    """The certificate counts what was approved, not what was destroyed."""
    counted = certificates._destroyed

    def approved(connection, row, actor):
        found = counted(connection, row, actor)
        query = "SELECT count(*) FROM decisions WHERE disposal = ?"
        kept = connection.exec_driver_sql(query, (row["disposal"],)).scalar_one()
        return found | {"families": found["families"] + kept}

    certificates._destroyed = approved


EVERY = (
    counted_before_deleted,
    holds_not_asked_again,
    listed_after_commit,
    marks_not_kept,
    left_on_the_pages,
    files_left,
    certified_as_approved,
)
MUTANTS = {mutant.__name__: mutant for mutant in EVERY}
