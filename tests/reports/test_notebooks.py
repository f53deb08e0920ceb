"""The notebooks keep the style guide: thin, typed, with committed outputs and nothing of papermill's (19, 20)."""

import ast
import json
from pathlib import Path

import nbformat
import pytest

from hubdata.policy import read_yaml
from hubdata.reports import parameters
from hubdata.reports import run as reports
from hubdata.reports.page import REPORTS
from hubdata.reports.questions.read import load

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
HEAVY = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda, ast.comprehension)

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path: Path, kind: str) -> list:
    return [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == kind]


def test_every_report_has_a_notebook_and_every_notebook_is_a_report():
    assert {path.stem for path in NOTEBOOKS} == set(REPORTS)


@every_notebook
def test_cell_1_says_the_title_the_question_and_for_whom(path):
    first = nbformat.read(path, 4).cells[0]

    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert "?" in first.source
    assert "For information governance officers" in first.source


@every_notebook
def test_cell_2_has_the_parameters_each_with_a_type_and_a_comment(path):
    second = nbformat.read(path, 4).cells[1]

    assert second.metadata.tags == ["parameters"]
    assert len(parameters.read(path)) == len(second.source.splitlines())


@every_notebook
def test_the_parameter_file_is_what_the_notebook_asks(path):
    declared = parameters.read(path)
    given = read_yaml(path.parents[1] / "params" / "reports" / f"{path.stem}.yaml")

    assert parameters.check(declared, given) == {name: one.default for name, one in declared.items()}
    assert all(isinstance(value, str | int | float | bool) for value in given.values())


@every_notebook
def test_code_is_calls_and_nothing_else(path):
    for cell in cells(path, "code"):
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, HEAVY)]
        most = 8 if "parameters" in cell.metadata.get("tags", []) else 3  # a parameter is a line, and no call
        assert len(ast.parse(cell.source).body) <= most  # a call may take a line for each of what it is given


@every_notebook
def test_a_sentence_stands_before_every_section_of_results(path):
    for cell in cells(path, "markdown")[1:]:
        heading, _, sentence = cell.source.partition("\n\n")
        assert heading.startswith(("## ", "### "))
        assert sentence.endswith((".", "**", ")"))


@every_notebook
def test_every_figure_is_shown(path):
    source = "\n".join(cell.source for cell in cells(path, "code"))

    shown = {*load(path.stem), *load("common")} - {"answer"}
    assert [name for name in shown if f'page.figure("{name}"' not in source] == []


@every_notebook
def test_outputs_are_committed_in_order_and_papermill_leaves_nothing(path):
    notebook = nbformat.read(path, 4)
    code = cells(path, "code")

    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert "papermill" not in json.dumps(notebook.metadata)
    assert not any("papermill" in json.dumps(cell.metadata) for cell in notebook.cells)
    assert all(cell.outputs for cell in code[1:])


@every_notebook
def test_no_path_of_a_machine_is_in_an_output(path):
    text = path.read_text("utf-8")

    assert not [part for part in ("/home/", "/tmp/", "/Users/", "C:\\\\", str(FOLDER.parent)) if part in text]


def test_the_report_order_of_a_notebook_is_ready_to_run():
    assert [reports.order(name).values["as_at"] for name in REPORTS] == ["2026-09-30"] * len(REPORTS)


def test_the_gallery_takes_ten_steps_each_with_something_to_try_and_was_saved_whole():
    book = nbformat.read(FOLDER / "examples" / "ten_steps.ipynb", 4)
    steps = [cell.source for cell in book.cells if cell.source.startswith("## ")]
    code = [cell for cell in book.cells if cell.cell_type == "code"]

    assert [step.split(".")[0] for step in steps] == [f"## {number}" for number in range(1, 11)]
    assert all("*Try: " in step for step in steps)
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert not [
        out for cell in code for out in cell.outputs if out.output_type not in ("execute_result", "display_data")
    ]
    assert "[c]" in "".join(str(out.data) for cell in code for out in cell.outputs)
