"""`hubdata disclose` protects a file, prints it with its proof, and leaves nothing behind when it refuses."""

import json

import pytest
from typer.testing import CliRunner

from hubdata.desk.main import app

HEAD = "area,need,n\n"
GOOD = (
    HEAD + "Corby,Housing,3\nCorby,Debt,12\nCorby,=cmd,0\nKettering,Housing,40\nKettering,Debt,7\nKettering,=cmd,22\n"
)


def disclose(tmp_path, content: str | bytes, *words: str):
    file = tmp_path / "table.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    options = ["--rows", "area", "--columns", "need", "--value", "n", *map(str, words)]
    return CliRunner().invoke(app, ["disclose", str(file), *options])


def test_it_answers_a_script_as_the_contract_says(tmp_path):
    result = disclose(tmp_path, GOOD, "--json")
    said = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [each for each in said["cells"] if each["row"] == "Corby"] == [
        {"row": "Corby", "column": "Housing", "shown": "[c]"},
        {"row": "Corby", "column": "Debt", "shown": "[c]"},
        {"row": "Corby", "column": "=cmd", "shown": 0},
        {"row": "Corby", "column": "Total", "shown": 15},
    ]
    assert len(said["cells"]) == 12 and said["cells"][-1] == {"row": "Total", "column": "Total", "shown": 84}
    assert (said["hidden"], said["narrowest_interval"]) == (4, 13)
    assert said["policy"]["name"] == "public"
    assert {"row": "Kettering", "column": "Debt", "lowest": 5, "highest": 18} in said["intervals"]
    assert len(said["intervals"]) == 4


def test_rows_and_columns_of_nothing_but_commas_are_no_cells(tmp_path):
    trailing = GOOD.replace("\n", ",,\n") + ",,,,\n" * 3 + ",,\n"

    assert disclose(tmp_path, trailing, "--json").stdout == disclose(tmp_path, GOOD, "--json").stdout


def test_it_prints_the_table_and_its_proof(tmp_path):
    printed = disclose(tmp_path, GOOD).stdout
    assert "Corby          [c]   [c]     0     15" in printed.splitlines()
    assert "we hide 1 to 5" in printed and "Policy: public." in printed
    assert "4 of 12 figures are hidden" in printed
    assert "  Corby × Housing: 1 to 14" in printed
    assert printed.endswith("The narrowest spans 13; the policy asks for at least 5.\n")


def test_a_table_of_few_people_says_so(tmp_path):
    result = disclose(tmp_path, HEAD + "Corby,Debt,2\n")
    assert "1 or more" in result.stdout and "too few people here to say anything" in result.stdout
    assert json.loads(disclose(tmp_path, HEAD + "Corby,Debt,2\n", "--json").stdout)["narrowest_interval"] is None


def test_nothing_to_hide_is_said(tmp_path):
    result = disclose(tmp_path, HEAD + "Corby,Debt,0\nCorby,Housing,0\n")
    assert result.exit_code == 0 and "Nothing had to be hidden" in result.stdout and "[c]" in result.stdout
    said = json.loads(disclose(tmp_path, HEAD + "Corby,Debt,0\n", "--json").stdout)
    assert (said["hidden"], said["narrowest_interval"]) == (0, None)


def test_it_writes_a_tidy_file_that_no_program_takes_for_a_formula(tmp_path):
    out = tmp_path / "safe.csv"
    assert disclose(tmp_path, GOOD, "--out", out).exit_code == 0
    lines = out.read_bytes().decode("utf-8").split("\r\n")
    assert lines[:4] == ["\ufeffarea,need,n", "Corby,Housing,[c]", "Corby,Debt,[c]", "Corby,'=cmd,0"]
    assert lines[-2:] == ["Total,Total,84", ""] and len(lines) == 14
    assert disclose(tmp_path, GOOD, "--out", out).exit_code == 2


def test_the_order_of_lines_does_not_change_what_is_hidden(tmp_path):
    head, *lines = GOOD.splitlines(keepends=True)
    answers = [json.loads(disclose(tmp_path, head + "".join(order), "--json").stdout) for order in (lines, lines[::-1])]
    cells = [{(c["row"], c["column"], c["shown"]) for c in answer["cells"]} for answer in answers]
    assert cells[0] == cells[1]


@pytest.mark.parametrize("name", ["public", "sensitive", "rounded", "health"])
def test_each_policy_can_be_asked_for(tmp_path, name):
    result = disclose(tmp_path, GOOD, "--policy", name, "--json")
    assert result.exit_code == 0 and json.loads(result.stdout)["policy"]["name"] == name


@pytest.mark.parametrize(
    "content",
    [
        b"",
        HEAD,
        GOOD.replace("12", "-12"),
        GOOD.replace("12", "1.5"),
        GOOD.replace("12", ""),
        GOOD + "Corby,Housing,3\n",
        GOOD + "Total,Debt,18\n",
        GOOD + "Kettering,Total,68\n",
        GOOD + "Oundle,Debt,3\n",
        GOOD.replace("Corby", "Cor\x07by"),
        GOOD.replace("Corby", '"Cor\nby"'),
        GOOD.encode("utf-16"),
        GOOD + "a,b\n",
        HEAD + "".join(f"r{i},c{j},9\n" for i in range(200) for j in range(200)),
    ],
)
def test_a_bad_table_is_refused_and_nothing_is_written(tmp_path, content):
    out = tmp_path / "safe.csv"
    result = disclose(tmp_path, content, "--json", "--out", out)
    said = json.loads(result.stdout)
    assert result.exit_code == 3
    assert said["error"] and said["problems"] and "cells" not in said
    assert not out.exists()


@pytest.mark.parametrize(
    "words", [["--policy", "none"], ["--policy", ""], ["--rows", "hub"], ["--as-at", "1999-13-01"]]
)
def test_wrong_use_is_told_from_a_bad_table(tmp_path, words):
    assert disclose(tmp_path, GOOD, *words).exit_code == 2


def test_a_file_that_is_not_there_is_wrong_use(tmp_path):
    words = ["disclose", str(tmp_path / "none.csv"), "--rows", "a", "--columns", "b", "--value", "n"]
    assert CliRunner().invoke(app, words).exit_code == 2
