"""Writes a release's files: one SQLite file, charts, downloads and a manifest; only columns on the list, no clock.

The same release has the same bytes: nothing in it depends on when, by whom or on which database it was made.
"""

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from hubdata import __version__
from hubdata.dates import Year
from hubdata.errors import HubError
from hubdata.figures import workbook
from hubdata.figures.table import SHORTHAND, inert
from hubdata.policy import Entry
from hubdata.release.cellkey import change
from hubdata.release.finish import Edition, Finished

DATABASE, WORKBOOK, MANIFEST = "release.sqlite", "release.xlsx", "manifest.json"
# Everything that the release's database may hold. A column that is not here is not written.
COLUMNS = {
    "releases": ("quarter", "covers", "first_day", "last_day", "snapshot", "version"),
    "tables": ("name", "place", "title", "scope", "rows", "columns", "notes", "source", "hidden", "chart", "csv"),
    "figures": (
        "table_name",
        "row_place",
        "row_code",
        "row_label",
        "column_place",
        "column_code",
        "column_label",
        "shown",
        "value",
        "percent",
    ),
    "policy": ("name", "value", "unit", "source", "in_force_from", "last_checked", "assumption"),
    "promises": ("promise", "title", "sentence", "status"),
    "symbols": ("mark", "meaning"),
}
WHOLE = {"place", "row_place", "column_place", "hidden", "value"}
APPLICATION = 0x48554244  # "HUBD"


def write(folder: Path, edition: Edition, tables: list[Finished]) -> str:
    """Write every file into an empty folder; the manifest's SHA-256, which is the release's own name."""
    for each in tables:
        (folder / f"{each.file}.csv").write_bytes(tidy(each))
        if each.svg:
            (folder / f"{each.file}.svg").write_text(each.svg, "utf-8", newline="\n")
    _database(folder / DATABASE, edition, tables)
    workbook.write(folder / WORKBOOK, _cover(edition), [each.table for each in tables], edition.made_on)
    content = _manifest(folder, edition, tables)
    (folder / MANIFEST).write_bytes(content)
    return sha256(content).hexdigest()


def tidy(each: Finished) -> bytes:
    """One line a figure, totals last, UTF-8 with a byte order mark; a label can never be read as a formula.

    Each line says how its figure was protected, so that no line loses it on its way.
    """
    spec, text = each.grouping.spec, io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    shares = ["Per cent of row"] if spec.percent else []
    writer.writerow([spec.rows.label, spec.columns.label, "Figure", *shares, "How figures are protected"])
    for row in _figures(each):
        share = [row["percent"]] if spec.percent else []
        writer.writerow([inert(row["row_label"]), inert(row["column_label"]), row["shown"], *share, each.method])
    return text.getvalue().encode("utf-8-sig")


def _figures(each: Finished) -> Iterator[dict]:
    """Every figure of a table, with its place, its labels and its share of its row."""
    for i, (down, row) in enumerate(zip(each.rows, each.grid, strict=True)):
        for j, (across, shown) in enumerate(zip(each.columns, row, strict=True)):
            share = each.percentages[i][j] if each.percentages and j < len(row) - 1 else ""
            yield {
                "table_name": each.name,
                "row_place": i,
                "row_code": down.code,
                "row_label": down.label,
                "column_place": j,
                "column_code": across.code,
                "column_label": across.label,
                "shown": str(shown),
                "value": shown if isinstance(shown, int) else None,
                "percent": str(share),
            }


def _rows(edition: Edition, tables: list[Finished]) -> dict[str, list[dict]]:
    quarter = edition.quarter
    about = {
        "quarter": str(quarter),
        "covers": quarter.words,
        "first_day": quarter.first,
        "last_day": quarter.last,
        "snapshot": edition.snapshot,
        "version": __version__,
    }
    return {
        "releases": [about],
        "tables": [_about(place, each) for place, each in enumerate(tables, 1)],
        "figures": [row for each in tables for row in _figures(each)],
        "policy": list(map(_entry, edition.policy)),
        "promises": [dict(zip(COLUMNS["promises"], each, strict=True)) for each in edition.promises],
        "symbols": [{"mark": mark, "meaning": meaning} for mark, meaning in SHORTHAND.items()],
    }


def _about(place: int, each: Finished) -> dict:
    spec = each.grouping.spec
    return {
        "name": each.name,
        "place": place,
        "title": each.table.title,
        "scope": each.table.scope,
        "rows": spec.rows.label,
        "columns": spec.columns.label,
        "notes": "\n".join(each.table.notes),
        "source": each.table.source,
        "hidden": each.hidden,
        "chart": f"{each.file}.svg" if each.svg else "",
        "csv": f"{each.file}.csv",
    }


def _entry(entry: Entry) -> dict:
    value = json.dumps(entry.value, sort_keys=True, ensure_ascii=False, default=str)
    return {
        "name": entry.name,
        "value": value,
        "unit": entry.unit,
        "source": entry.source,
        "in_force_from": entry.valid_from.isoformat(),
        "last_checked": entry.last_checked.isoformat(),
        "assumption": entry.unconfirmed,
    }


def _database(path: Path, edition: Edition, tables: list[Finished]) -> None:
    """A new file, made from the list of columns alone."""
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        for name, value in (("page_size", 4096), ("journal_mode", "OFF"), ("application_id", APPLICATION)):
            file.execute(f"PRAGMA {name} = {value}")
        rows = _rows(edition, tables)
        file.execute("BEGIN")
        for name, columns in COLUMNS.items():
            kinds = ", ".join(f"{c} {'INTEGER' if c in WHOLE else 'TEXT'}" for c in columns)
            file.execute(f"CREATE TABLE {name} ({kinds})")
            marks = ", ".join("?" for _ in columns)
            cells = [[_plain(row.pop(c)) for c in columns] for row in rows[name]]
            if any(rows[name]):
                raise HubError(
                    f"table {name} of the release has columns that are not on the list; nothing was published"
                )
            file.executemany(f"INSERT INTO {name} VALUES ({marks})", cells)
        file.execute("COMMIT")
        file.execute("VACUUM")


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | None) else str(value)


def _cover(edition: Edition) -> workbook.Cover:
    quarter = edition.quarter
    intro = (f"Figures of the Family Hubs for {quarter.words}.", edition.disclosure.sentence())
    about = (
        f"{'Year' if isinstance(quarter, Year) else 'Quarter'}: {quarter}",
        f"Made with: hubdata {__version__}",
        f"Snapshot of the records: {edition.snapshot}",
    )
    return workbook.Cover(f"Family Hubs, {quarter.words}", intro, about)


def _manifest(folder: Path, edition: Edition, tables: list[Finished]) -> bytes:
    files = sorted(path for path in folder.iterdir())
    said = {
        "quarter": str(edition.quarter),
        "first_day": edition.quarter.first.isoformat(),
        "last_day": edition.quarter.last.isoformat(),
        "snapshot": edition.snapshot,
        "version": __version__,
        "disclosure": vars(edition.disclosure),
        "legend": edition.disclosure.sentence(),
        "no_clear_change_within": change.clear() if edition.disclosure.method == "cell_key" else 0,
        "policy": list(map(_entry, edition.policy)),
        "decisions": edition.decisions or "none",
        "tables": [{"name": each.name, "title": each.table.title, "hidden": each.hidden} for each in tables],
        "files": {path.name: sha256(path.read_bytes()).hexdigest() for path in files},
    }
    return (json.dumps(said, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def whole(folder: Path, name: str) -> list[str]:
    """What is wrong with a release's files: one that is missing, altered or not its own."""
    try:
        content = (folder / MANIFEST).read_bytes()
    except OSError:
        return [f"{folder.name}: the manifest cannot be read"]
    if not sha256(content).hexdigest().startswith(name):
        return [f"{folder.name}: the manifest has been altered"]
    sums = json.loads(content)["files"]
    there = {path.name for path in folder.iterdir()} - {MANIFEST}
    faults = [f"{folder.name}: {file} does not belong to it" for file in sorted(there - sums.keys())]
    for file, digest in sums.items():
        if file not in there:
            faults.append(f"{folder.name}: {file} is missing")
        elif sha256((folder / file).read_bytes()).hexdigest() != digest:
            faults.append(f"{folder.name}: {file} has been altered")
    return faults
