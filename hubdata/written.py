"""Holds what people wrote in a file to what it may say, every fault in words and with its place; it reads no file.

    pack = Written({"every": "moon", "late": 99, "hubs": ["corby"]})
    pack.only(("every", "late"))             unknown key 'hubs'; allowed are every, late
    pack.one_of("every", ("week", "month"))  unknown every 'moon'; allowed are week, month
    pack.whole("late", "{key} must be 0 to {most}, found {found}", 0, 60)       late must be 0 to 60, found 99

In words that a checker gives, {key} and {found} stand for what the fault is about. A key that is left out has no fault
unless it is needed; then it is held to the same as None.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from math import inf
from typing import Any, NamedTuple

from hubdata.errors import Refused

KINDS = {
    str: "a text",
    list: "a list",
    dict: "written as {name: value}",
    date: "a day, 2026-10-01",
    int: "a whole number",
}
Fits = Callable[[Any], object]
UNKNOWN = "unknown key {key!r}; allowed are {allowed}"


class Fault(NamedTuple):
    """What is wrong, and the keys and numbers that lead to where it stands or should stand."""

    at: tuple
    words: str


@dataclass(frozen=True)
class Written:
    """What is written at one place; `faults` are those of the whole file, each beginning with what it is `called`."""

    value: Any
    at: tuple = ()
    called: str = ""
    faults: list[Fault] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        """The faults without their places."""
        return [fault.words for fault in self.faults]

    @property
    def keys(self) -> dict[str, Any]:
        """Its keys and values, none if it has no such form."""
        return self.value if isinstance(self.value, dict) else {}

    def fault(self, words: str, *at: object) -> None:
        """One fault of what is written here, or below at a key."""
        self.faults.append(Fault((*self.at, *at), self.called + words))

    def part(self, key: str, called: str = "") -> "Written":
        """What is written under a key; None if nothing is."""
        return Written(self.keys.get(key), (*self.at, key), self.called + called, self.faults)

    def each(self, called: str = "") -> Iterator["Written"]:
        """What a list holds, one by one; {number} in what it is called counts from 1."""
        for number, one in enumerate(self.value if isinstance(self.value, list) else ()):
            yield Written(one, (*self.at, number), self.called + called.format(number=number + 1), self.faults)

    def named(self, called: str = "{name}: ") -> Iterator["Written"]:
        """What stands under each key, one by one; its name is the last of its place."""
        for name in self.keys:
            yield self.part(name, called.format(name=name))

    def is_map(self, words: str) -> bool:
        """Whether it has keys and values at all."""
        if not isinstance(self.value, dict):
            self.fault(words)
        return isinstance(self.value, dict)

    def holds(self, key: str, words: str) -> Iterator["Written"]:
        """What stands under each name below the one key that a file must have, and nothing beside it."""
        below = self.part(key)
        if not below.keys or set(self.keys) != {key}:
            self.fault(words)
            return iter(())
        return below.named()

    def only(self, keys: Collection[str], needed: Iterable[str] = (), words: str = UNKNOWN) -> "Written":
        """No keys but these, each of its kind if kinds are given, and all that are needed; leaves what has no fault."""
        kinds, fine = keys if isinstance(keys, dict) else {}, {}
        for key, found in self.keys.items():
            if key not in keys:
                self.fault(words.format(key=key, keys=list(keys), allowed=", ".join(keys)), key)
            elif key in kinds and type(found) is not kinds[key]:
                self.fault(f"{key} must be {KINDS[kinds[key]]}, found {found!r}", key)
            else:
                fine[key] = found
        for key in needed:
            if key not in self.keys:
                self.fault(f"{key} is missing; it is {KINDS[kinds[key]]}")
        return replace(self, value=fine)

    def must(self, key: str, fits: type | Fits, words: str, needed: bool = False, **more: object) -> bool:
        """Whether what stands under a key is of a kind, or fits; a fault says so if not."""
        found = self.keys.get(key)
        said = key in self.keys or needed
        fine = not said or (isinstance(found, fits) if isinstance(fits, type) else fits(found))
        if not fine:
            self.fault(words.format(key=key, found=found, **more), key)
        return bool(fine)

    def one_of(self, key: str, allowed: Collection[str], words: str = "", needed: bool = False) -> bool:
        """A word out of those that are allowed, which the fault lists."""
        words = words or ("{key} is missing" if self.keys.get(key) is None else "unknown {key} {found!r}")
        fits, listed = list(allowed).__contains__, ", ".join(allowed)
        return self.must(key, fits, words + "; allowed are {allowed}", needed, allowed=listed)

    def text(self, key: str, needed: bool = False) -> bool:
        """A text that says something."""
        return self.must(key, is_text, "{key} is missing or no text", needed)

    def whole(self, key: str, words: str, least: int, most: float = inf) -> bool:
        """A whole number within bounds, both included; {least} and {most} in the words."""
        return self.must(
            key, lambda found: type(found) is int and least <= found <= most, words, least=least, most=most
        )


def is_text(found: object) -> bool:
    """Whether it is a text that says something."""
    return isinstance(found, str) and bool(found.strip())


def twice(names: list) -> list[str]:
    """Those that stand there more than once, sorted."""
    return sorted({str(name) for name in names if names.count(name) > 1})


def refuse(what: str, faults: list[str], so: str = "") -> None:
    """Raises Refused with every fault, if there are any."""
    if faults:
        raise Refused(f"{what} {len(faults)} fault(s){so}: " + "; ".join(faults), faults)
