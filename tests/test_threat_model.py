"""docs/threat-model.md says who may turn against a hub, and names beside each row a test that plays it."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEADINGS = ["who", "what they have", "what they try", "what stands against it", "what does not", "test"]


def rows() -> list[list[str]]:
    """The table's rows, the headings first."""
    lines = (ROOT / "docs" / "threat-model.md").read_text("utf-8").splitlines()
    table = [line for line in lines if line.startswith("|") and not line.startswith("|---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def test_the_threat_model_is_a_page_whose_every_row_says_what_does_not_stand_too():
    headings, *said = rows()

    assert headings == HEADINGS
    assert 10 <= len(said) <= 30
    assert [row for row in said if len(row) != len(HEADINGS) or not all(row)] == []


@pytest.mark.parametrize("named", [row[-1] for row in rows()[1:]])
def test_the_test_beside_each_row_exists(named):
    file, _, name = re.fullmatch(r"`(tests/[\w/]+\.py)(::)(test_\w+)`", named).groups()
    tree = ast.parse((ROOT / file).read_text("utf-8"))

    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
