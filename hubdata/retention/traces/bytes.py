"""Looks for marks in raw bytes, in a process of its own, which must open no database.

A program that opens and closes a live SQLite file by itself drops the locks that SQLite holds on it in that process
(POSIX); a child process has locks of its own to lose, and none.

    in    {"marks": [...], "page": bytes}                          one line of JSON
    in    {"files": [...], "copy": {file: its pristine copy}}
    out   {file: {"bytes": n, "living": n, "marks": n, "pages": {page: hits}, "unread": bool}}

Where a file has a pristine copy, every byte of it is compared with that, and only what differs is searched.
"""

import json
import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ahocorasick_rs import BytesAhoCorasick, Implementation

PIECE = 8 << 20
AT_ONCE = 2  # the search releases Python's lock
HEADER = 100  # of a SQLite file's first page: counters, which differ from one making to the next


def automaton(marks: list[bytes]) -> BytesAhoCorasick:
    """A search for all marks at once."""
    return BytesAhoCorasick(marks, implementation=Implementation.ContiguousNFA)


def pieces(path: Path, overlap: int):
    """The file in pieces that overlap, so that no mark is cut in two: where each starts, its bytes, how many known."""
    with path.open("rb") as file:
        at, tail = 0, b""
        while block := file.read(PIECE):
            yield at - len(tail), tail + block, len(tail)
            at += len(block)
            tail = (tail + block)[-overlap:] if overlap else b""


def differing(path: Path, copy: Path, page: int):
    """The runs of pages in which a SQLite file differs from its copy, in the form of `pieces`."""
    with path.open("rb") as ours, copy.open("rb") as theirs:
        at, run = 0, b""
        while block := ours.read(PIECE):
            other = theirs.read(PIECE)
            if block == other:
                at, run = at + len(block), b""
                continue
            for start in range(0, len(block), page):
                one, skip = block[start : start + page], 0 if at else HEADER
                if one[skip:] == other[start : start + page][skip:]:
                    run = b""
                else:
                    yield at - len(run), run + one, len(run)
                    run = one
                at += len(one)


def search(path: Path, seek: BytesAhoCorasick, overlap: int, page: int, copy: Path | None = None) -> dict:
    """What of the marks a file has: how many different ones, and how many hits on each page."""
    pages, marks, size, searched = Counter(), set(), 0, 0

    def look(piece):
        at, block, known = piece
        hits = seek.find_matches_as_indexes(block, overlapping=True)
        return len(block) - known, [(mark, at + start) for mark, start, end in hits if end > known]

    try:
        size = path.stat().st_size
        parts = differing(path, copy, page) if copy else pieces(path, overlap)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for length, found in _in_step(pool, look, parts):
                searched += length
                marks.update(mark for mark, _ in found)
                pages.update(at // page for _, at in found)
    except OSError:
        return {"bytes": 0, "living": 0, "marks": 0, "pages": {}, "unread": path.exists()}
    return {"bytes": size, "living": size - searched, "marks": len(marks), "pages": pages, "unread": False}


def _in_step(pool: ThreadPoolExecutor, work, items):
    """The results in order, never more than a few pieces in memory."""
    waiting = []
    for item in items:
        waiting.append(pool.submit(work, item))
        if len(waiting) > AT_ONCE:
            yield waiting.pop(0).result()
    for running in waiting:
        yield running.result()


def main() -> None:
    """Read what to look for and where, a line each, and answer with one line; silent if whoever asked is gone."""
    try:
        _answer()
    except (BrokenPipeError, EOFError):
        os._exit(1)  # without a last look at an output that nobody reads


def _asked() -> dict:
    line = sys.stdin.readline()
    if not line.endswith("\n"):
        raise EOFError
    return json.loads(line)


def _answer() -> None:
    asked = _asked()
    marks = [mark.encode() for mark in asked["marks"]]
    seek, overlap = automaton(marks), max(map(len, marks), default=1) - 1
    where = _asked()
    copies = {name: Path(copy) for name, copy in where["copy"].items()}
    found = {name: search(Path(name), seek, overlap, asked["page"], copies.get(name)) for name in where["files"]}
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
