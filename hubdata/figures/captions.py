"""Captions in SQL: comments `-- key: value` that say what a query's table is called and shows; it runs no query."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Captioned:
    """What the comments before a query say, by key and in the order written, and the query."""

    said: dict[str, list[str]]
    sql: str

    def one(self, key: str) -> str:
        """What is said once. Raises KeyError if it is not said."""
        return self.said[key][0]

    def all(self, key: str) -> list[str]:
        """What may be said several times, or not at all."""
        return self.said.get(key, [])

    def some(self, *keys: str) -> dict[str, str]:
        """Of these, what is said."""
        return {key: self.one(key) for key in keys if key in self.said}


def blocks(text: str, opens: str) -> list[str]:
    """What stands before the first comment of this key, and each stretch that one of them opens."""
    return re.split(rf"^(?=-- {opens}: )", text, flags=re.MULTILINE)


def read(block: str, keys: Iterable[str]) -> Captioned:
    """One stretch: its captions of these keys, and the rest, without a semicolon at its end."""
    caption = re.compile(rf"-- ({'|'.join(keys)}): (.+)")
    said: dict[str, list[str]] = {}
    for key, value in caption.findall(block):
        said.setdefault(key, []).append(value.strip())
    return Captioned(said, caption.sub("", block).strip().rstrip(";"))


def parts(line: str, sign: str = "|") -> list[str]:
    """The parts of one caption."""
    return [part.strip() for part in line.split(sign)]
