"""The report of a return can be worked through in Excel or a browser, shows no personal value and runs nothing."""

import io
import json
import zipfile

import openpyxl

from tests.support import returns
from tests.support.returns import GOOD

SPOILT = {
    "people": GOOD["people"].replace("04/06/2015", "31/02/2015").replace("child", "=cmd|'/c calc'!A1"),
    "families": GOOD["families"].replace("family,hub", "family,<script>alert(1)</script>,hub").replace("F2,", "F2,,"),
    "leads": GOOD["leads"].replace("F2,W2", "Jo Canary,W2"),
}


def _report(hub, tmp_path):
    folder = returns.write(tmp_path / "return", **SPOILT)
    done = returns.command(hub, "intake", folder, "--partner", "NNC", "--json", "--report", tmp_path / "out")
    return (
        json.loads(done.stdout),
        (tmp_path / "out" / "return-report.xlsx").read_bytes(),
        (tmp_path / "out" / "return-report.html").read_text("utf-8"),
    )


def test_the_report_lists_every_fault_with_its_place_and_what_to_do(sqlite_hub, tmp_path):
    said, book, page = _report(sqlite_hub, tmp_path)
    cells = [[str(c.value) for c in row] for sheet in openpyxl.load_workbook(io.BytesIO(book)) for row in sheet]
    listed = [row for row in cells if row[0] == "fault: refuses the return"]
    assert len(listed) == len(said["problems"]) > 3
    assert ["people.csv", "none", "3", "date_of_birth", "bad-date"] in [row[1:6] for row in listed]
    assert page.count('<th scope="row">fault') == len(listed) and "Not checked" in page and said["not_run"]
    assert '<html lang="en-GB">' in page and "<caption" in page and 'scope="col"' in page


def test_nothing_in_the_report_runs_or_is_personal(sqlite_hub, tmp_path):
    said, book, page = _report(sqlite_hub, tmp_path)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert not [
        name for name, part in parts.items() if name.startswith("xl/worksheets/") and "<f" in part.replace("<fo", "")
    ]
    assert "<script>alert" not in page and "<script" not in page
    everything = json.dumps(said) + page + "".join(parts.values())
    assert not [word for word in ("amecanary", "31/02", "2015", "Jo Canary") if word in everything]


def test_a_report_is_noted_so_that_a_disposal_follows_it(sqlite_hub, tmp_path):
    _report(sqlite_hub, tmp_path)
    assert "return-report.html" in (sqlite_hub.home / "outside.jsonl").read_text("utf-8")


def test_a_dry_run_writes_the_report_that_it_was_asked_for_and_nothing_else(sqlite_hub, tmp_path):
    folder, before = returns.write(tmp_path / "return"), returns.state(sqlite_hub)

    words = ("intake", folder, "--partner", "NNC", "--dry-run", "--report", tmp_path / "out")
    done = returns.command(sqlite_hub, *words)

    page = (tmp_path / "out" / "return-report.html").read_text("utf-8")
    assert done.exit_code == 0 and str(tmp_path / "out" / "return-report.xlsx") in done.stdout
    assert "The return would be applied." in page and "was applied" not in page
    assert returns.state(sqlite_hub) == before


def test_a_check_that_opens_no_hub_says_that_it_writes_no_report(sqlite_hub, tmp_path):
    words = ("intake", returns.write(tmp_path / "return"), "--check-only", "--report", tmp_path / "out")
    done = returns.command(sqlite_hub, *words)

    assert (done.exit_code, (tmp_path / "out").exists()) == (2, False)
    assert "--dry-run with --report" in done.stderr
