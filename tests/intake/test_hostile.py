"""A hostile file is refused in seconds and within its bounds, by a process of its own; nothing of it is left behind."""

# ruff: noqa: E501 (a file a line)
import io
import json
import os
import resource
import socket
import subprocess
import sys
import time
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pytest

from hubdata.intake import take
from hubdata.intake.files import child
from hubdata.intake.files.archive import Bad
from tests.support import returns, workbooks

HEAD, ROW = ["family", "hub", "opened_on"], ["F1", "corby", "2026-01-01"]
BOOK = workbooks.xlsx({"families": [HEAD, ROW]})
SHEET, MAIN = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY b%d "&%s;&%s;">' % (n, p, p) for n, p in enumerate([b"a", *(b"b%d" % n for n in range(60))]))
    + b"]><worksheet>&b60;</worksheet>"
)


def _zip_with(name: str, mode: int = 0o100644, flag: int = 0) -> bytes:
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, "family,hub,opened_on\nF1,corby,2026-01-01\n")
    raw = bytearray(saved.getvalue())
    if flag:
        raw[6] |= flag
        raw[raw.index(b"PK\x01\x02") + 8] |= flag
    return bytes(raw)


def _sheet(body: bytes) -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    part = b'<?xml version="1.0"?><worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (space, body)
    return workbooks.with_part(BOOK, SHEET, lambda _: part)


def _far() -> bytes:
    return _sheet(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def _wide() -> bytes:
    book = openpyxl.Workbook(write_only=True)
    book.create_sheet("families").append([f"c{n}" for n in range(16_384)])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


CELL = '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
HOSTILE = {
    "a zip bomb": (".zip", lambda: workbooks.zipped({"families.csv": b"0" * (250 << 20)}), "bomb"),
    "a zip of more than is taken": (".zip", lambda: workbooks.zipped({f"{n}.csv": b"0" * (30 << 20) for n in range(10)}), "too-large"),
    "a zip of a thousand files": (".zip", lambda: workbooks.zipped({f"{n}.csv": b"" for n in range(1000)}), "too-many-files"),
    "a zip in a zip": (".zip", lambda: workbooks.zipped({"a.zip": workbooks.zipped({"families.csv": b""})}), "nested-zip"),
    "a name that leads elsewhere": (".zip", lambda: _zip_with("../../families.csv"), "bad-name"),
    "a name from the root": (".zip", lambda: _zip_with("/etc/families.csv"), "bad-name"),
    "a name with backslashes": (".zip", lambda: _zip_with("..\\families.csv"), "bad-name"),
    "a link in a zip": (".zip", lambda: _zip_with("families.csv", 0o120777), "link"),
    "a zip with a password": (".zip", lambda: _zip_with("families.csv", flag=1), "encrypted"),
    "a zip that is cut short": (".zip", lambda: workbooks.zipped({"families.csv": os.urandom(9000)})[:5000], "not-a-zip"),
    "a workbook called a zip": (".zip", lambda: BOOK, "wrong-extension"),
    "a workbook called a CSV file": (".csv", lambda: BOOK, "wrong-extension"),
    "text called a workbook": (".xlsx", lambda: b"family,hub\n", "not-a-csv"),
    "an .ods called an .xlsx": (".xlsx", lambda: workbooks.ods({"families": [HEAD]}), "not-a-workbook"),
    "an .xlsx called an .ods": (".ods", lambda: BOOK, "not-a-workbook"),
    "a workbook with a password": (".xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096, "encrypted"),
    "a workbook with macros": (".xlsx", lambda: workbooks.with_part(BOOK, "xl/vbaProject.bin", lambda _: b"x"), "has-macros"),
    "a binary workbook": (".xlsb", lambda: BOOK, "not-a-csv"),
    "a workbook with macros by name": (".xlsm", lambda: BOOK, "not-a-csv"),
    "an external link": (".xlsx", lambda: workbooks.with_part(BOOK, "xl/externalLinks/externalLink1.xml", lambda _: b"<x/>"), "external-link"),
    "a query to a database": (".xlsx", lambda: workbooks.with_part(BOOK, "xl/connections.xml", lambda _: b"<x/>"), "external-link"),
    "an embedded file": (".xlsx", lambda: workbooks.with_part(BOOK, "xl/embeddings/a.bin", lambda _: b"x"), "embedded-file"),
    "a billion laughs": (".xlsx", lambda: workbooks.with_part(BOOK, SHEET, lambda _: LAUGHS), "xml-entities"),
    "a billion laughs elsewhere": (".xlsx", lambda: workbooks.with_part(BOOK, MAIN, lambda _: LAUGHS), "xml-entities"),
    "a sheet of 16,384 columns": (".xlsx", _wide, "too-wide"),
    "two cells far apart": (".xlsx", _far, "too-wide"),
    "a million empty rows apart": (".xlsx", lambda: _sheet(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="Z1048576"><v>1</v></c></row>'), "too-large"),
    "a cell twice": (".xlsx", lambda: _sheet(b'<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'), "not-a-workbook"),
    "XML that ends too soon": (".xlsx", lambda: workbooks.with_part(BOOK, SHEET, lambda part: part[:-30]), "not-a-workbook"),
    "a workbook bomb": (".xlsx", lambda: workbooks.with_part(BOOK, SHEET, lambda part: part + b" " * (40 << 20)), "bomb"),
    "repeated cells": (".ods", lambda: workbooks.ods({"families": [HEAD, [CELL]]}), "too-wide"),
    "repeated rows": (".ods", lambda: workbooks.with_part(workbooks.ods({"families": [HEAD]}), "content.xml", lambda part: part.replace(b"<table:table-row>", b'<table:table-row table:number-rows-repeated="9000000">')), "too-large"),
    "deep XML": (".ods", lambda: workbooks.with_part(workbooks.ods({"families": [HEAD]}), "content.xml", lambda part: part.replace(b"family", b"<text:span>" * 2_000_000)), "bomb"),
    "200,000 columns": (".csv", lambda: (",".join(f"c{n}" for n in range(200_000)) + "\n").encode(), "too-many-columns"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_seconds_and_nothing_is_left(sqlite_hub, tmp_path, name):
    suffix, make, code = HOSTILE[name]
    path = tmp_path / f"families{suffix}"
    path.write_bytes(make())
    before, files = returns.state(sqlite_hub), sorted(sqlite_hub.home.rglob("*"))
    began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    result = take.take(sqlite_hub, path, "NNC", "tester")
    assert (result.status, [p.code for p in result.problems if p.code != "unknown-partner"]) == ("refused", [code])
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - used < 5 and time.monotonic() - began < 60
    assert (returns.state(sqlite_hub), sorted(sqlite_hub.home.rglob("*"))) == (before, files)


# Looks into files one after the other, in a process that has done nothing else; says the seconds that each child worked,
# and the most memory that any child, and the process itself, had by then.
MEASURE = """
import json, resource, sys
from pathlib import Path
from hubdata.intake import take
worked, said = 0, []
for path in map(Path, sys.argv[1:]):
    take.read(path, "NNC")
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    used, worked = children.ru_utime + children.ru_stime - worked, children.ru_utime + children.ru_stime
    status = Path("/proc/self/status").read_text()  # what rusage says of a process itself includes who started it
    own = int(status.split("VmHWM:")[1].split()[0])
    said.append([path.parent.name, used, children.ru_maxrss >> 10, own >> 10])
print(json.dumps(said))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in kilobytes here and otherwise elsewhere")
def test_no_hostile_file_costs_more_than_five_seconds_and_512_megabytes(tmp_path):
    paths = []
    for number, (suffix, make, _) in enumerate(HOSTILE.values()):
        paths.append(tmp_path / str(number) / f"families{suffix}")
        paths[-1].parent.mkdir()
        paths[-1].write_bytes(make())

    done = subprocess.run([sys.executable, "-c", MEASURE, *map(str, paths)], capture_output=True, text=True, check=True)

    costs = json.loads(done.stdout)
    assert len(costs) == len(HOSTILE)
    assert [cost for cost in costs if cost[1] > 5 or max(cost[2:]) > 512] == []


def test_a_link_in_a_folder_is_refused(tmp_path):
    (tmp_path / "secret.csv").write_text("family,hub,opened_on\nF1,corby,2026-01-01\n", "utf-8")
    (tmp_path / "return").mkdir()
    (tmp_path / "return" / "families.csv").symlink_to(tmp_path / "secret.csv")
    assert [p.code for p in take.read(tmp_path / "return", "NNC").problems] == ["link"]


def _pipe(place: Path) -> None:
    os.mkfifo(place)


def _socket(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(place))


ENDLESS = {
    "a pipe": _pipe,
    "a socket": _socket,
    "a link to a device": lambda place: place.symlink_to("/dev/zero"),
    "a link to a pipe": lambda place: (os.mkfifo(place.with_name("pipe")), place.symlink_to(place.with_name("pipe"))),
}


@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.parametrize("words", [("--partner", "NNC"), ("--check-only",), ("--partner", "NNC", "--dry-run")])
def test_what_has_no_end_is_refused_at_once_as_wrong_use(sqlite_hub, tmp_path, name, words):
    ENDLESS[name](tmp_path / "families.csv")

    done = returns.command(sqlite_hub, "intake", tmp_path / "families.csv", *words)

    assert (done.exit_code, done.stdout) == (2, "")
    assert "is neither a file nor a folder" in done.stderr


@pytest.mark.parametrize("name", [*ENDLESS])
def test_inside_a_folder_it_is_not_looked_into(tmp_path, name):
    (tmp_path / "return").mkdir()
    ENDLESS[name](tmp_path / "return" / "families.csv")

    reading = take.read(tmp_path / "return", "NNC")

    assert {p.code for p in [*reading.problems, *reading.told]} <= {"no-table", "not-read", "link"}
    assert reading.problems and not reading.found


def test_a_device_is_refused_by_a_draft_and_by_a_directory_too(sqlite_hub):
    drafted = returns.command(sqlite_hub, "intake", "map", "/dev/zero", "--partner", "NNC")
    listed = returns.command(sqlite_hub, "intake", "--directory", "/dev/zero")

    assert (drafted.exit_code, listed.exit_code) == (2, 2)


def test_a_file_that_says_it_is_empty_and_is_not_is_read_within_its_bound(tmp_path, monkeypatch):
    (tmp_path / "families.csv").symlink_to("/proc/self/status")  # its size is said to be nothing

    reading = take.read(tmp_path / "families.csv", "NNC")

    assert reading.problems


OPENED = ("~$families.xlsx", "~$return.docx", ".~lock.families.ods#", ".#families.csv")
TABLE = "family,hub,opened_on\nF1,corby,2026-01-01\n"


@pytest.mark.parametrize("packed", [False, True])
def test_what_a_program_leaves_beside_an_open_file_is_passed_over_and_told(tmp_path, packed):
    """Excel's owner file stands beside a workbook for as long as somebody has it open."""
    files = {"families.csv": TABLE.encode()} | dict.fromkeys(OPENED, b"\x08Jo Bloggs" + b" " * 150)

    reading = take.read(_sent(tmp_path, files, packed), "NNC")

    assert (reading.problems, list(reading.found)) == ([], ["families"])
    assert {(p.file, p.code) for p in reading.told} == {(name, "not-read") for name in OPENED}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    "name", ["README.txt", "ReadMe.TXT", "Read me.txt", "Guidance.json", "readme.md", "cover.docx", "README"]
)
def test_a_file_that_explains_the_return_is_passed_over_and_told(tmp_path, packed, name):
    reading = take.read(_sent(tmp_path, {"families.csv": TABLE.encode(), name: b"Our return for Q3"}, packed), "NNC")

    assert (reading.problems, list(reading.found)) == ([], ["families"])
    assert [(p.file, p.code) for p in reading.told] == [(name, "not-read")]


BUNDLES = {  # what is in a zip: what is refused, as (file, code, what the words must name); what is told; which tables
    "a README in each of two folders": (
        {"a/README.txt": b"x", "b/README.txt": b"y", "a/families.csv": TABLE.encode()},
        [],
        [("a/README.txt", "not-read"), ("b/README.txt", "not-read")],
        ["families"],
    ),
    "the same in capitals": (
        {"README.txt": b"x", "docs/ReadMe.TXT": b"y", "families.csv": TABLE.encode()},
        [],
        [("README.txt", "not-read"), ("docs/ReadMe.TXT", "not-read")],
        ["families"],
    ),
    "folders in folders, and what a Mac leaves": (
        {"r/": b"", "r/1/2/families.csv": TABLE.encode(), "__MACOSX/r/1/2/._families.csv": b"x", "r/__MACOSX/x": b"x"},
        [],
        [],
        ["families"],
    ),
    "one table from two folders": (
        {"a/families.csv": TABLE.encode(), "b/families.csv": TABLE.encode()},
        [("b/families.csv", "duplicate-table", "a/families.csv and b/families.csv")],
        [],
        ["families"],
    ),
    "one table in two formats": (
        {"families.csv": TABLE.encode(), "families.xlsx": workbooks.xlsx({"Sheet1": [HEAD, ROW]})},
        [("families.xlsx", "duplicate-table", "families.csv and families.xlsx, sheet Sheet1")],
        [],
        ["families"],
    ),
    "two names that mean one table": (
        {"families.csv": TABLE.encode(), "Families (2).csv": TABLE.encode()},
        [("Families (2).csv", "duplicate-table", "Families (2).csv and families.csv")],
        [],
        ["families"],
    ),
    "two that say what it covers": (
        {"a/return.yaml": b"", "b/return.yaml": b"", "families.csv": TABLE.encode()},
        [("b/return.yaml", "bad-about", "keep one")],
        [],
        ["families"],
    ),
    "a hundred and twenty tables of a Mac": (
        {f"{where}{n}.md": b"x" for n in range(120) for where in ("", "__MACOSX/._")}
        | {"families.csv": TABLE.encode()},
        [],
        [(f"{n}.md", "not-read") for n in range(120)],
        ["families"],
    ),
    "only a README": (
        {"README.txt": b"x"},
        [("return.zip", "no-table", "families.csv")],
        [("README.txt", "not-read")],
        [],
    ),
}


@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_zip_is_told_of_file_by_file_and_refused_only_for_what_nobody_can_tell(tmp_path, bundle):
    files, refused, told, tables = BUNDLES[bundle]

    reading = take.read(_sent(tmp_path, files, packed=True), "NNC")

    assert [(p.file, p.code) for p in reading.problems] == [(file, code) for file, code, _ in refused]
    assert all(words in p.message for p, (_, _, words) in zip(reading.problems, refused, strict=True))
    assert sorted((p.file, p.code) for p in reading.told if p.code != "read-as") == sorted(told)
    assert list(reading.found) == tables


def test_two_files_of_one_name_in_a_zip_are_both_looked_at(tmp_path):
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a name comes twice, which is what is tried
        for name in ("README.txt", "README.txt", "families.csv", "families.csv"):
            archive.writestr(name, TABLE if name == "families.csv" else "Ours")
    (tmp_path / "return.zip").write_bytes(saved.getvalue())

    reading = take.read(tmp_path / "return.zip", "NNC")

    assert [(p.file, p.code) for p in reading.problems] == [("families.csv", "duplicate-table")]
    assert "table families comes twice, under one name" in reading.problems[0].message
    assert [(p.file, p.code) for p in reading.told] == [("README.txt", "not-read")] * 2


def test_a_folder_inside_a_folder_is_told_and_what_a_mac_leaves_is_not(tmp_path):
    folder = _sent(tmp_path, {"families.csv": TABLE.encode()}, packed=False)
    for name in ("Q3", "__MACOSX"):
        (folder / name).mkdir()
        (folder / name / "goals.csv").write_bytes(b"goal\n")

    reading = take.read(folder, "NNC")

    assert (reading.problems, list(reading.found)) == ([], ["families"])
    assert [(p.file, p.code) for p in reading.told] == [("Q3", "not-read")]
    assert "a folder was not looked into; send it instead" in reading.told[0].message


@pytest.mark.parametrize("name", ["families.txt", "our figures.txt", "cases.tsv", "people.xls"])
def test_what_may_be_a_table_is_refused_and_says_what_to_do(tmp_path, name):
    reading = take.read(_sent(tmp_path, {"goals.csv": b"goal\n", name: b"x"}, False), "NNC")

    [problem] = [p for p in reading.problems if p.file == name]
    assert problem.code == "not-a-csv" and "save the table as CSV UTF-8" in problem.message
    assert ("remove the file" in problem.message) == (name in ("our figures.txt", "cases.tsv"))


def _sent(folder: Path, files: dict[str, bytes], packed: bool) -> Path:
    if packed:
        (folder / "return.zip").write_bytes(workbooks.zipped(files))
        return folder / "return.zip"
    (folder / "return").mkdir()
    for name, content in files.items():
        (folder / "return" / name).write_bytes(content)
    return folder / "return"


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_AS"), reason="this system bounds no process")
def test_the_judges_process_reaches_no_file_no_network_and_no_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("HUBDATA_URL", "postgresql://owner:secret@host/hub")
    reach = (
        "import os, socket, sys\n"
        "from hubdata.intake.files import judge\n"
        "judge._limit(1 << 29, 5)\n"
        "def tried(what):\n"
        "    try:\n        what()\n        return 'reached'\n"
        "    except OSError as error:\n        return error.errno\n"
        "print(tried(lambda: open('/etc/hostname')), tried(lambda: socket.socket()),\n"
        "      tried(lambda: open('/dev/shm/x', 'w')), sorted(os.environ))"
    )
    done = subprocess.run(
        [sys.executable, "-c", reach], env=child.environment(), capture_output=True, text=True, check=True
    )
    files, network, written, rest = done.stdout.split(" ", 3)
    assert (files, network, written) == ("24", "24", "24") and "HUBDATA" not in rest and "HOME" not in rest


def test_what_takes_too_long_or_too_much_is_given_up():
    rows = [b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n * 7919) for n in range(1, 100_000)]
    with pytest.raises(Bad) as caught:
        child.judge(".xlsx", _sheet(b"".join(rows)), child.Limits(1 << 20, 5, 50 << 20))
    assert caught.value.args[0] == "too-heavy"
