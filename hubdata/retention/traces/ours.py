"""What every page of this program says of its own accord, which gives nobody away; it looks at no record.

A person may be called as one of our promises is (P1), or as a rule (SH01), a quarter or a word. Of such a reference
only what says whose it is counts ("about P1", "person": "P1"): see `marks`.
"""

import json
import re
from functools import cache
from pathlib import Path

from hubdata import places

WORD = re.compile(r"\w+")
WORDS = ("*.py", "*.sql", "*.j2", "*.css", "*.yaml", "*.ipynb", "*.md")
PAGES = ("*.sql", "*.j2", "*.css", "*.yaml")  # what reports are made of; their programs have examples of references
DATED = re.compile(r"\d{4}(-Q[1-4]|-\d\d(-\d\d)?)?")  # a year, quarter, month, notice version or day


def _files(kinds: tuple[str, ...]) -> list[Path]:
    folders = (places.PACKAGE, places.NOTEBOOKS, places.shipped("params"))
    return [path for folder in folders for kind in kinds for path in folder.rglob(kind)]


@cache
def words() -> frozenset[str]:
    """Every word of the program's pages, rules and policy: "May" and "Will" in a report are seldom a child's name."""
    found = (word for path in _files(WORDS) for word in WORD.findall(path.read_text("utf-8")))
    return frozenset(word for word in found if word.isalpha())  # no reference, though examples are made with some


@cache
def codes() -> frozenset[str]:
    """Letters with digits that a report says of its own accord: promises, rules, sections of law, styles."""
    texts = [path.read_text("utf-8") for path in _files(PAGES)]
    for path in _files(("*.ipynb",)):
        if "examples" in path.parts:  # they make no report, and have examples of references
            continue
        texts += ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]]
    found = (word for text in texts for word in WORD.findall(DATED.sub(" ", text)))
    return frozenset(word for word in found if not word.isalpha() and not word.isdigit())


def is_ours(mark: str) -> bool:
    """Whether a report says this whoever it is about."""
    return mark in words() or mark in codes() or DATED.fullmatch(mark) is not None


def says_little(mark: str) -> bool:
    """Whether a text that has this need not mean the row that is called so: a word of ours, or a number."""
    return mark.isdigit() or is_ours(mark)
