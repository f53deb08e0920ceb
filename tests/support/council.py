"""The council of the tests: the shipped values with the made-up council's facts in place, as a folder of params.

So a test's hub need not decide them first. What is about a council that has decided nothing, or other facts, asks for
`shipped` values.
"""

import os
import re
import shutil
from pathlib import Path

import pytest

from hubdata import places
from tests.support.room import once

PARAMS = "HUBDATA_PARAMS"


def _blocks(text: str) -> dict[str, str]:
    """Each name of a file, with the lines from it to the next."""
    return {block.partition(":")[0]: block for block in re.split(r"(?m)^(?=[a-z])", text)}


def _make(place: Path) -> None:
    shutil.copytree(places.shipped("params"), place)
    facts = _blocks(places.COUNCIL.read_text("utf-8"))
    for file in (place / "policy").glob("*.yaml"):
        blocks = _blocks(file.read_text("utf-8"))
        file.write_text("".join({name: facts.get(name, block) for name, block in blocks.items()}.values()), "utf-8")


def settle() -> None:
    """Let this process and those that it starts read the tests' council, unless they name other values."""
    if PARAMS not in os.environ:
        os.environ[PARAMS] = str(once("params", _make))


def shipped(patch: pytest.MonkeyPatch) -> None:
    """From here on the test reads what ships, and nothing of any council."""
    patch.delenv(PARAMS, raising=False)
