"""The short version of `make faults`: a few disposals killed at random moments, and every mutant of them caught."""

import os
from pathlib import Path

import pytest

from tests.faults import story, trial
from tests.faults.mutants import MUTANTS

pytestmark = [
    pytest.mark.disk,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="killing needs fork, which this system has not"),
]
ENOUGH = 15
MOST = 30  # trials that a mutant may survive before it counts as missed


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory):
    """The hub that every trial copies."""
    folder = tmp_path_factory.mktemp("faults")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUBDATA_PARAMS", str(story.small_batches(folder)))
        yield story.make(folder / "made")


def test_a_disposal_killed_again_and_again_breaks_no_promise(made: story.Story, tmp_path: Path):
    kills, violations = 0, []
    for seed in range(MOST * 2):  # how often one is killed depends on how fast this machine is
        done = trial.run(made, tmp_path, seed, 6)
        kills, violations = kills + done.kills, violations + done.violations
        if kills >= ENOUGH:
            break

    assert violations == [] and kills >= ENOUGH


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_of_the_disposal_is_caught(made: story.Story, tmp_path: Path, name: str):
    found = (trial.run(made, tmp_path, 1000 + seed, 6, MUTANTS[name]).violations for seed in range(MOST))

    assert any(found), f"{MOST} trials did not notice that {MUTANTS[name].__doc__}"
