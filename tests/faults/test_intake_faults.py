"""Intake killed at a few random moments, and returns of four processes; the long run is intake_story."""

import multiprocessing
import os

import pytest

from hubdata.intake import take
from hubdata.records.store import open_hub
from tests.faults import intake_story
from tests.support import hubs

pytestmark = [
    pytest.mark.disk,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="killing needs fork, which this system has not"),
]


def test_a_return_that_is_killed_is_there_whole_or_not_at_all(tmp_path):
    kills, violations = intake_story.trial(tmp_path, 5, 10)
    assert violations == [] and kills > 0


def _in_turn(home, folders, together):
    hub = open_hub(home)
    together.wait(60)
    for folder in folders:
        assert not take.take(hub, folder, "NNC", "tester").problems
    hub.engine.dispose()


def test_returns_of_four_processes_at_once_give_the_same_state_in_any_order(tmp_path):
    whole = intake_story.sent(tmp_path / "whole", 40)
    folders = []
    for part in range(4):  # the same rows, told in four ways: each process sends all of them in an order of its own
        folder = tmp_path / f"part{part}"
        folder.mkdir()
        for path in whole.iterdir():
            head, *body = path.read_text("utf-8").splitlines(keepends=True)
            shift = 0 if any(line.count('"') % 2 for line in body) else part  # a cell of two lines stays whole
            (folder / path.name).write_text(head + "".join(body[shift:] + body[:shift]), "utf-8")
        folders.append(folder)
    hub = hubs.empty(tmp_path / "hub")
    forked = multiprocessing.get_context("fork")
    together = forked.Barrier(4)
    turns = [folders[n:] + folders[:n] for n in range(4)]
    running = [forked.Process(target=_in_turn, args=(hub.home, turn, together)) for turn in turns]
    for process in running:
        process.start()
    for process in running:
        process.join(300)
    other = hubs.empty(tmp_path / "other")
    take.take(other, whole, "NNC", "tester")
    assert [process.exitcode for process in running] == [0] * 4
    assert intake_story.rows(hub) == intake_story.rows(other)
