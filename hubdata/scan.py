"""The byte scan: proves that nothing of destroyed records is left in the database's files; it changes nothing.

A destroyed "S12" is also seen in the living "S122", because SQLite lays columns side by side. So hits are told apart by
a pristine copy: VACUUM INTO writes what living rows say and nothing else, page for page as VACUUM left it. A hit on a
page that the copy has too is a living row's; any other is a residue. On PostgreSQL the server reads its files for us,
if it may.
"""

import json
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from sqlalchemy import text

from hubdata import scan_postgresql, settling, traces_files, working
from hubdata.scan_found import LEAST, Scan, joined
from hubdata.store import Hub

SUFFIXES = ("", "-wal", "-shm", "-journal")
BEYOND_USE = ("backups",)  # copies of an earlier day, out of use until they are replaced; a restore is replayed first


def scan(hub: Hub, marks: Collection[str]) -> Scan:
    """Look for every mark in the hub's database files and in everything else under its home."""
    sought = sorted({mark for mark in marks if len(mark.encode()) >= LEAST})
    short = len(set(marks)) - len(sought)
    database = _sqlite(hub, sought) if hub.dialect == "sqlite" else scan_postgresql.scan(hub, sought)
    return joined(Scan(marks_sought=len(sought), marks_too_short=short), database, _others(hub, marks))


def _sqlite(hub: Hub, marks: list[str]) -> Scan:
    main = Path(hub.engine.url.database)
    with hub.engine.connect() as connection:
        page = connection.execute(text("PRAGMA page_size")).scalar_one()
    files = [Path(f"{main}{suffix}") for suffix in SUFFIXES]
    with _Child() as child:
        found = child.ask({"marks": marks, "files": [str(file) for file in files if file.exists()], "page": page})
        unread = [f"{Path(name).name} could not be read" for name, said in found.items() if said["missing"]]
        if found[str(main)]["pages"]:
            living = set(_living(hub, child, main))
            found[str(main)]["pages"] = {p: n for p, n in found[str(main)]["pages"].items() if int(p) not in living}
    said = [
        f"{Path(name).name}: {sum(one['pages'].values()):,} traces of destroyed records on {len(one['pages']):,} pages"
        for name, one in found.items() if one["pages"]
    ]  # fmt: skip
    return Scan(len(found), sum(one["bytes"] for one in found.values()), found=tuple(said), not_scanned=tuple(unread))


def _living(hub: Hub, child: "_Child", main: Path) -> list[int]:
    """The pages of the database that hold what living rows say and nothing else."""
    with working.folder(hub.home) as folder:
        copy = folder / "pristine.db"
        copy.touch(0o600)
        with settling.outside_transactions(hub) as cursor:
            cursor.execute("VACUUM INTO ?", (str(copy),))
        return child.ask({"same": [str(main), str(copy)]})


class _Child:
    """The process that reads bytes: one question and one answer to a line."""

    def __enter__(self) -> "_Child":
        command = [sys.executable, "-m", "hubdata.scan_bytes"]
        here = str(Path(__file__).parents[1])
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=here)
        return self

    def ask(self, question: dict) -> object:
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def _others(hub: Hub, marks: Collection[str]) -> Scan:
    """Everything else under the home, read as text where it is text, inside archives too."""
    looked = traces_files.look(hub, marks)
    kept = [f"{name}: copies of earlier days; a restore destroys again what the erasure list names"
            for name in BEYOND_USE if any((hub.home / name).glob("*"))]  # fmt: skip
    return Scan(looked.files, looked.bytes, found=tuple(looked.said), not_scanned=(*looked.unread, *kept))
