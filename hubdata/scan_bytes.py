"""Looks for marks in raw bytes, in a process of its own, which must open no database.

A program that opens and closes a live SQLite file by itself drops the locks that SQLite holds on it in that process
(POSIX); a child process has locks of its own to lose, and none.

    in    {"marks": [...], "files": [...], "page": bytes}          one line of JSON
    out   {"file": {"bytes": n, "marks": n, "pages": {page: hits}, "unread": bool}}
    in    {"same": [file, copy]}    out    [pages that the two have in common, byte for byte]
"""

import json
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
    """The file in pieces that overlap, so that no mark is cut in two: where each starts, and its bytes."""
    with path.open("rb") as file:
        at, tail = 0, b""
        while block := file.read(PIECE):
            yield at - len(tail), tail + block, len(tail)
            at += len(block)
            tail = (tail + block)[-overlap:] if overlap else b""


def search(path: Path, seek: BytesAhoCorasick, overlap: int, page: int) -> dict:
    """What of the marks a file has: how many different ones, and how many hits on each page."""
    pages, marks, size = Counter(), set(), 0

    def look(piece):
        at, block, known = piece
        hits = seek.find_matches_as_indexes(block, overlapping=True)
        return [(mark, at + start) for mark, start, end in hits if end > known]

    try:
        size = path.stat().st_size
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for found in _in_step(pool, look, pieces(path, overlap)):
                marks.update(mark for mark, _ in found)
                pages.update(at // page for _, at in found)
    except OSError:
        return {"bytes": 0, "marks": 0, "pages": {}, "unread": path.exists()}
    return {"bytes": size, "marks": len(marks), "pages": pages, "unread": False}


def _in_step(pool: ThreadPoolExecutor, work, items):
    """The results in order, never more than a few pieces in memory."""
    waiting = []
    for item in items:
        waiting.append(pool.submit(work, item))
        if len(waiting) > AT_ONCE:
            yield waiting.pop(0).result()
    for running in waiting:
        yield running.result()


def same(file: Path, copy: Path, page: int) -> list[int]:
    """The pages that two SQLite files have in common, in the same place."""
    found, number = [], 0
    with file.open("rb") as ours, copy.open("rb") as theirs:
        while (one := ours.read(page)) and (other := theirs.read(page)):
            skip = 0 if number else HEADER
            if one[skip:] == other[skip:]:
                found.append(number)
            number += 1
    return found


def main() -> None:
    """Answer each line on standard input with one line on standard output."""
    asked = json.loads(sys.stdin.readline())
    marks = [mark.encode() for mark in asked["marks"]]
    seek = automaton(marks)
    overlap = max(map(len, marks), default=1) - 1
    found = {name: search(Path(name), seek, overlap, asked["page"]) for name in asked["files"]}
    print(json.dumps(found), flush=True)
    for line in sys.stdin:
        file, copy = json.loads(line)["same"]
        print(json.dumps(same(Path(file), Path(copy), asked["page"])), flush=True)


if __name__ == "__main__":
    main()
