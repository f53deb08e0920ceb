"""A return is applied whole and once, or refused with every fault and nothing written; here through the command."""

import csv
import io
import json
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubdata.intake.files.csv import HIDDEN
from hubdata.records.snapshot import take as snapshots
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES
from tests.support import returns
from tests.support.returns import GOOD

PERSONAL = ("Namecanary", "Workcanary", "Reasoncanary", "Riskcanary", "Whycanary", "REFCANARY")


def _take(hub, folder, *more):
    done = returns.command(hub, "intake", folder, "--partner", "NNC", "--json", *more)
    return done.exit_code, json.loads(done.stdout)


def _with(table: str, old: str, new: str) -> dict[str, str]:
    assert old in GOOD[table]
    return {table: GOOD[table].replace(old, new, 1)}


def _row(table: str, row: str) -> dict[str, str]:
    return {table: GOOD[table] + row + "\n"}


FORM = {
    "a missing column": (_with("families", "opened_on", "closed"), "families.csv", 1, "opened_on", "missing-column"),
    "a notes column": (
        {"leads": "family,practitioner,started_on,notes\n"},
        "leads.csv",
        1,
        "notes",
        "unknown-column",
    ),
    "a short row": (_row("families", "F3,corby,2020-01-01"), "families.csv", 5, "", "row-width"),
    "a stray quote": (_row("families", 'F3,cor"by,2020-01-01,,'), "families.csv", 5, "", "stray-quote"),
    "31/02/2026": (_row("families", "F3,corby,31/02/2026,,"), "families.csv", 5, "opened_on", "bad-date"),
    "an unknown code": (_with("people", "child", "uncle"), "people.csv", 3, "role", "unknown-code"),
    "UTF-16": ({"people": GOOD["people"].encode("utf-16")}, "people.csv", 1, "", "not-utf8"),
    "Latin-1": (
        {"people": GOOD["people"].replace("Vesta", "V\xe9sta").encode("latin-1")},
        "people.csv",
        4,
        "",
        "not-utf8",
    ),
    "an empty file": ({"needs": ""}, "needs.csv", 0, "", "empty-file"),
    "a blank first line": ({"needs": "\n" + GOOD["needs"]}, "needs.csv", 1, "", "no-header"),
    "no header": ({"reviews": GOOD["reviews"].split("\n", 1)[1]}, "reviews.csv", 1, "", "no-header"),
    "semicolons": ({"leads": GOOD["leads"].replace(",", ";")}, "leads.csv", 1, "", "not-comma"),
    "a column twice": (_with("leads", "ended_on", "family"), "leads.csv", 1, "family", "duplicate-column"),
    "a row twice": (_row("families", "F1,corby,2020-01-01,,"), "families.csv", 5, "family", "duplicate-row"),
    "a missing value": (_row("families", "F3,,2020-01-01,,"), "families.csv", 5, "hub", "missing-value"),
    "a formula": (_row("families", "=F3,corby,2020-01-01,,"), "families.csv", 5, "family", "bad-reference"),
    "a control character": (_row("families", "F3,cor\x07by,2020-01-01,,"), "families.csv", 5, "", "hidden-character"),
    "a table of no such name": ({"jottings": "note\nx\n"}, "jottings.csv", 0, "", "unknown-table"),
    "a long list": (
        _with("agreements", "support_needs;contact_details", ";".join(["support_needs", "secrets"])),
        "agreements.csv",
        2,
        "categories",
        "unknown-code",
    ),
}
REFERENCES = {
    "a family": (_with("goals", "G2,F2", "G2,F9"), "goals.csv", 3, "family"),
    "a person of a list": (_with("shares", "P1;P2", "P1;P9"), "shares.csv", 2, "about"),
    "an organisation of a list": (_with("agreements", "NHFT,", "NHFT;NONE,"), "agreements.csv", 2, "recipients"),
    "an exclusion": (_with("agreements", ";HOME,", ";NONE,"), "agreements.csv", 2, "exclusions"),
    "a practitioner": (_with("leads", "W2", "W9"), "leads.csv", 3, "practitioner"),
    "a superseded agreement": (_with("agreements", "2025-04,A1", "2025-04,A9"), "agreements.csv", 2, "supersedes"),
    "a goal": (_row("reviews", "G9,2025-06-01,5,child"), "reviews.csv", 5, "goal"),
}


@pytest.mark.parametrize("name", FORM)
def test_a_fault_is_one_clear_sentence_and_nothing_is_written(sqlite_hub, tmp_path, name):
    spoilt, file, line, column, code = FORM[name]
    before = returns.state(sqlite_hub)
    folder = returns.write(tmp_path / "return", **spoilt)
    exit_code, said = _take(sqlite_hub, folder)
    wanted = {"file": file, "line": line, "column": column, "code": code}
    problems = [{key: problem[key] for key in wanted} for problem in said["problems"]]
    assert (exit_code, said["status"], said["tables"]) == (3, "refused", {})
    if name in ("a missing column",):
        problems.remove({"file": file, "line": 1, "column": "closed", "code": "unknown-column"})
    assert problems == [wanted]
    assert all("\n" not in problem["message"] for problem in said["problems"])
    assert returns.state(sqlite_hub) == before
    shown = returns.command(sqlite_hub, "intake", folder, "--partner", "NNC")
    assert (shown.exit_code, "Traceback" in shown.output) == (3, False)
    assert not [word for word in PERSONAL if word.lower() in shown.output.lower()]


@pytest.mark.parametrize("name", REFERENCES)
def test_a_reference_to_nothing_is_refused(hub, tmp_path, name):
    spoilt, file, line, column = REFERENCES[name]
    before = returns.state(hub)
    exit_code, said = _take(hub, returns.write(tmp_path / "return", **spoilt))
    [problem] = said["problems"]
    assert (exit_code, said["status"]) == (3, "refused")
    assert (problem["file"], problem["line"], problem["column"]) == (file, line, column)
    assert problem["code"] == "unknown-reference"
    assert returns.state(hub) == before


def test_every_fault_is_told_at_once_those_of_reference_too(sqlite_hub, tmp_path):
    spoilt = _with("people", "child", "uncle") | _with("goals", "G2,F2", "G2,F9") | {"needs": b"\xff\xfe"}
    _, said = _take(sqlite_hub, returns.write(tmp_path / "return", **spoilt))
    found = {(p["file"], p["line"], p["code"]) for p in said["problems"]}
    assert found == {
        ("people.csv", 3, "unknown-code"),
        ("goals.csv", 3, "unknown-reference"),
        ("needs.csv", 1, "not-utf8"),
    }


def test_what_a_broken_table_may_hold_is_not_missed(sqlite_hub, tmp_path):
    spoilt = {"families": GOOD["families"].encode("utf-16"), "people": None, "persons": GOOD["people"]}
    _, said = _take(sqlite_hub, returns.write(tmp_path / "return", **spoilt))
    assert {(p["file"], p["code"]) for p in said["problems"]} == {
        ("families.csv", "not-utf8"),
        ("persons.csv", "unknown-table"),
    }


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "no-table"),
        ({"readme.md": b"hello"}, "no-table"),
        ({"families.xlsx": b"PK"}, "not-a-csv"),
        ({"families.parquet": b"PAR1"}, "not-a-csv"),
        ({"families": GOOD["families"].encode()}, "not-a-csv"),
        ({"families.csv": GOOD["families"].encode(), "Families.CSV": GOOD["families"].encode()}, "duplicate-table"),
        ({"fam\udcff\n.csv": b"x"}, "unknown-table"),
    ],
)
def test_a_folder_is_taken_whole_or_not_at_all(sqlite_hub, tmp_path, files, code):
    (tmp_path / "return").mkdir()
    for name, content in files.items():
        (tmp_path / "return" / name).write_bytes(content)
    before = returns.state(sqlite_hub)
    exit_code, said = _take(sqlite_hub, tmp_path / "return")
    assert exit_code == 3 and code in [problem["code"] for problem in said["problems"]]
    assert all(problem["file"].isprintable() for problem in said["problems"])
    assert returns.state(sqlite_hub) == before


def test_nothing_at_the_path_is_wrong_use(sqlite_hub, tmp_path):
    done = returns.command(sqlite_hub, "intake", tmp_path / "none", "--partner", "NNC")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"there is no file or folder at {tmp_path / 'none'}\n"


def test_an_unknown_partner_is_refused_and_one_that_the_return_brings_is_not(hub, tmp_path):
    folder = returns.write(tmp_path / "return")
    refused = returns.command(hub, "intake", folder, "--partner", "STRANGER", "--json")
    [problem] = json.loads(refused.stdout)["problems"]
    assert (refused.exit_code, problem["code"]) == (3, "unknown-partner")
    assert returns.command(hub, "intake", folder, "--partner", "NHFT").exit_code == 0


def test_a_return_is_applied_once_and_then_unchanged(hub, tmp_path):
    folder = returns.write(tmp_path / "return")
    exit_code, said = _take(hub, folder)
    counts = {t: content.count("\n") - 1 - (t == "families") for t, content in GOOD.items()}
    assert (exit_code, said["status"], said["problems"]) == (0, "applied", [])
    assert said["tables"] == {t: {"added": n, "changed": 0, "unchanged": 0} for t, n in counts.items()}
    before = {table: returns.rows(hub, table) for table in CONTRACT_TABLES}
    exit_code, said = _take(hub, folder)
    assert (exit_code, said["status"]) == (0, "unchanged")
    assert said["tables"] == {t: {"added": 0, "changed": 0, "unchanged": n} for t, n in counts.items()}
    assert {table: returns.rows(hub, table) for table in CONTRACT_TABLES} == before
    assert returns.count(hub, "chain") == 3


def test_a_dry_run_says_the_same_and_writes_nothing(hub, tmp_path):
    folder = returns.write(tmp_path / "return")
    before = returns.state(hub)
    exit_code, tried = _take(hub, folder, "--dry-run")
    assert (exit_code, returns.state(hub)) == (0, before)
    assert _take(hub, folder)[1] == tried


def test_who_sends_new_families_is_told_to_look_for_those_on_record_twice(sqlite_hub, tmp_path):
    folder = returns.write(tmp_path / "return")
    first, again = (returns.command(sqlite_hub, "intake", folder, "--partner", "NNC").stdout for _ in range(2))
    assert "`hubdata duplicates list`" in first
    assert "duplicates" not in again


SPOILT_NAMES = """person,family,role,given_name,family_name
P9,F2,child,ZoÃ«,Brown
P10,F2,child,SiÃ¢n,Jones
P11,F2,child,BjÃ¶rn,MÃ¼ller
P12,F2,child,Zoë,Siânson
"""


def test_names_that_an_earlier_program_spoilt_are_told_every_time_and_not_repeated(hub, tmp_path):
    returns.apply(hub, tmp_path / "first")
    folder = returns.write(tmp_path / "names", **dict.fromkeys(GOOD) | {"people": SPOILT_NAMES})

    for status in ("applied", "unchanged"):
        _, said = _take(hub, folder)

        told = [(p["line"], p["column"], p["code"]) for p in said["warnings"]]
        assert said["status"] == status
        assert told == [(n, "given_name", "look-alike") for n in (2, 3, 4)] + [(4, "family_name", "look-alike")]
        assert not [p for p in said["warnings"] if "ZoÃ" in p["message"] or "Jones" in p["message"]]


@pytest.mark.parametrize(
    ("reason", "risk_to", "not_told", "told"),
    [
        ("N/A", "-", "tbc", ["reason", "risk_to", "not_told_reason"]),
        ("...", "P2", "None", ["reason", "not_told_reason"]),
        ("A child was at risk", "12345", "It would have put her in danger", []),
        ("", "", "", []),
    ],
)
def test_a_reason_that_says_nothing_is_told_and_stands_as_it_was_sent(
    sqlite_hub, tmp_path, reason, risk_to, not_told, told
):
    """P7: a placeholder is no reason, so whoever sends it hears of it before a rule does."""
    returns.apply(sqlite_hub, tmp_path / "first")
    shares = GOOD["shares"].split("\n")[0] + "\n"
    shares += "S9,F2,P3,NNC,HOME,without_agreement,safeguarding,risk_to_person,2026-11-01,,,W2,"
    shares += f"{reason},{risk_to},no,,{not_told},\n"

    _, said = _take(sqlite_hub, returns.write(tmp_path / "second", **dict.fromkeys(GOOD) | {"shares": shares}))

    assert said["status"] == "applied"
    assert [(p["line"], p["column"], p["code"]) for p in said.get("warnings", [])] == [
        (2, column, "placeholder") for column in told
    ]


def test_rows_of_nothing_but_commas_are_passed_over_and_told_in_one_sentence(hub, tmp_path):
    returns.apply(hub, tmp_path / "first")
    rows = "family,organisation,started_on,ended_on,last_contact_on,partner_reference\nF2,HOME,2025-03-01,,,\n"
    folder = returns.write(tmp_path / "second", **dict.fromkeys(GOOD) | {"involvements": rows + ",,,,,\n" * 100})

    _, said = _take(hub, folder)

    assert (said["status"], said["tables"]["involvements"]["added"]) == ("applied", 1)
    assert [(p["line"], p["code"]) for p in said["warnings"]] == [(3, "blank-rows")]


@pytest.mark.parametrize("heading", ["Opened On", "opened-on", "OPENED_ON:"])
def test_two_headings_that_mean_one_column_are_refused(sqlite_hub, tmp_path, heading):
    rows = f"family,hub,opened_on,{heading}\nF9,corby,2026-01-01,2026-02-01\n"
    _, said = _take(sqlite_hub, returns.write(tmp_path / "return", families=rows))

    assert [(p["line"], p["code"]) for p in said["problems"] if p["file"] == "families.csv"] == [
        (1, "duplicate-column")
    ]


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(hub, tmp_path):
    marked = {t: b"\xef\xbb\xbf" + content.replace("\n", "\r\n").encode() for t, content in GOOD.items()}
    assert _take(hub, returns.write(tmp_path / "return", **marked))[0] == 0


def test_an_unregistered_hub_instrument_and_notice_are_accepted(hub, tmp_path):
    new = _with("families", "kettering", "Nowhere New") | _with("goals", "gbo", "new_scale")
    new |= _with("agreements", "W1,2025-04,A1", "W1,1999-01,A1")
    assert _take(hub, returns.write(tmp_path / "return", **new))[1]["status"] == "applied"


def test_a_name_beside_a_registered_one_is_told_once_with_the_one_that_was_meant(sqlite_hub, tmp_path):
    rows = (
        "family,hub,opened_on\nF8,Corby,2026-01-05\nF9,Corby,2026-01-05\nF10,corby,2026-01-05\nF11,Leeds,2026-01-05\n"
    )
    returns.apply(sqlite_hub, tmp_path / "first")

    _, said = _take(sqlite_hub, returns.write(tmp_path / "second", **dict.fromkeys(GOOD) | {"families": rows}))

    assert said["status"] == "applied"
    assert [(p["line"], p["column"], p["code"]) for p in said["warnings"]] == [(2, "hub", "registered-name")]
    assert said["warnings"][0]["message"].startswith("'Corby' is not registered, and reads like 'corby' (2 rows)")


def test_one_file_alone_is_a_return(hub, tmp_path):
    returns.apply(hub, tmp_path / "first")
    (tmp_path / "Families.CSV").write_text(GOOD["families"] + "F3,corby,2026-01-01,,\n", "utf-8")
    assert _take(hub, tmp_path / "Families.CSV")[1]["tables"] == {
        "families": {"added": 1, "changed": 0, "unchanged": 2}
    }


def test_a_changed_row_overwrites_what_the_file_has_and_keeps_the_rest(hub, tmp_path):
    returns.apply(hub, tmp_path / "first")
    (tmp_path / "families.csv").write_text("family,hub,opened_on\nF1,kettering,2019-01-07\n", "utf-8")
    assert _take(hub, tmp_path / "families.csv")[1]["tables"] == {
        "families": {"added": 0, "changed": 1, "unchanged": 0}
    }
    [first, _] = returns.rows(hub, "families")
    assert first[1] == "kettering" and str(first[3]) == "2020-02-29" and first[4] == "moved away,\nhappily"


def test_an_empty_cell_empties_what_was_held(hub, tmp_path):
    returns.apply(hub, tmp_path / "first")
    (tmp_path / "families.csv").write_text("family,hub,opened_on,closed_on\nF1,corby,2019-01-07,\n", "utf-8")
    assert _take(hub, tmp_path / "families.csv")[0] == 0
    assert returns.rows(hub, "families")[0][3] is None


@pytest.mark.parametrize(
    ("table", "old", "new", "line"),
    [("agreements", "refused", "agreed", 3), ("shares", "S1,F1,P1;P2", "S1,F1,P1", 2)],
)
def test_agreements_and_shares_are_never_overwritten(hub, tmp_path, table, old, new, line):
    returns.apply(hub, tmp_path / "first")
    before = returns.state(hub)
    exit_code, said = _take(hub, returns.write(tmp_path / "second", **_with(table, old, new)))
    [problem] = said["problems"]
    assert (exit_code, problem["code"], problem["file"], problem["line"]) == (3, "append-only", f"{table}.csv", line)
    assert "supersedes" in problem["message"]
    assert returns.state(hub) == before


def test_a_filled_and_an_empty_recorded_at(hub, tmp_path):
    stamped = (
        "family,hub,opened_on,recorded_at\nF1,corby,2019-01-07,2019-01-08T09:00:00+01:00\nF2,kettering,2025-03-01,\n"
    )
    returns.apply(hub, tmp_path / "return", families=stamped)
    first, second = (str(row[5]) for row in returns.rows(hub, "families"))
    assert first == "2019-01-08 08:00:00" and second > "2026"
    assert _take(hub, tmp_path / "return")[1]["status"] == "unchanged"


def test_an_empty_recorded_at_still_counts_as_an_update(hub, tmp_path):
    empty = {"families": "family,hub,opened_on,recorded_at\nF1,corby,2019-01-07,\nF2,kettering,2025-03-01,\n"}
    returns.apply(hub, tmp_path / "return", **empty)
    assert returns.count(hub, "returns") == 1


def _export(hub) -> dict[str, str]:
    """Everything held, as a partner would send it."""
    files = {}
    for table in CONTRACT_TABLES:
        sink = io.StringIO()
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerow(TABLES[table].c.keys())
        writer.writerows(["" if cell is None else str(cell) for cell in row] for row in returns.rows(hub, table))
        files[table] = sink.getvalue()
    return files


words = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]) | st.sampled_from('",\n;'), max_size=30
)
words = words.filter(lambda text: text.strip() and not HIDDEN.search(text))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(words, min_size=1, max_size=5), seed=st.randoms())
def test_what_is_exported_and_taken_in_again_is_the_same_in_any_order(hub, tmp_path, names, seed):
    people = "".join(_line(f"X{n}", "F2", "child", name, name) for n, name in enumerate(names))
    header = "person,family,role,given_name,family_name\n"
    shutil.rmtree(tmp_path / "return", ignore_errors=True)
    assert returns.apply(hub, tmp_path / "return", people=GOOD["people"]).status in ("applied", "unchanged")
    (tmp_path / "return" / "people.csv").write_text(header + people, "utf-8", newline="")
    returns.apply(hub, tmp_path / "other", **{t: None for t in GOOD if t != "people"} | {"people": header + people})
    before, files = snapshots.take(hub).tables["people"], _export(hub)
    kept = {row[0]: row[3] for row in returns.rows(hub, "people")}
    assert [kept[f"X{n}"] for n in range(len(names))] == [name.strip() for name in names]
    for table, content in files.items():
        rows = list(csv.reader(io.StringIO(content, newline="")))
        body = rows[1:]
        seed.shuffle(body)
        sink = io.StringIO()
        csv.writer(sink).writerows([rows[0], *body])
        files[table] = sink.getvalue()
    again = returns.apply(hub, tmp_path / "again", **files)
    assert (again.status, again.problems) == ("unchanged", [])
    assert snapshots.take(hub).tables["people"] == before


def _line(*cells: str) -> str:
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerow(cells)
    return sink.getvalue()


def test_personal_values_stay_out_of_what_is_said_and_kept_in_the_chain(hub, tmp_path):
    done = returns.command(hub, "intake", returns.write(tmp_path / "return"), "--partner", "NNC")
    chained = str(returns.rows(hub, "chain")) + str(returns.rows(hub, "payloads"))
    assert not [word for word in PERSONAL if word.lower() in (done.output + chained).lower()]
