"""A form as data, from the signature that is the command's own: its fields, what each takes, how each is read.

It draws nothing and asks no database. A form cannot offer what its command does not take, nor leave out what it does.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import get_args, get_origin

from typer.models import ArgumentInfo

from hubdata.desk.commands.choice import OneOf
from hubdata.desk.commands.command import COMMON, Answer
from hubdata.desk.main import commands
from hubdata.errors import BadParameter
from hubdata.reports.parameters import Parameter

KINDS = (str, int, float, bool, Path, list)
ALL_OF = "`;` between"
OF_HUBS = "code of one hub, or all"  # a list stands there, and says it
PLAINLY = {"--actor": "Recorded by", "--about": "About whom", "--on": "Day", "--what": "Step"}


@dataclass(frozen=True)
class Field:
    """One thing to fill in: its name in Python, its option on the command line, and what it takes."""

    name: str
    option: str
    kind: type
    help: str
    required: bool = False
    default: object = None
    choice: OneOf | None = None
    called: str = ""

    @property
    def label(self) -> str:
        """What stands beside it: the option's own words, or plainer ones."""
        if self.called:
            return self.called
        if self.option in PLAINLY:
            return PLAINLY[self.option]
        return self.option.removeprefix("--param ").strip("-").replace("-", " ").replace("_", " ").capitalize()

    @property
    def hint(self) -> str:
        """What its help says to somebody who has a form before them and no command line."""
        if self.choice and str(self.choice) in self.help:
            return ""
        said = "" if self.help == OF_HUBS else self.help.replace("YYYY-MM-DD", "for example 27/3/2027")
        said = said[:1].upper() + said[1:].replace(" (default: --as-at)", ", today if left empty")
        said = re.sub(r"[;,] (?:repeat it, or separate them by ';'|may be repeated)", "", said)
        said = re.sub(r"--([a-z-]+)", lambda option: option[1].replace("-", " ").capitalize(), said)
        return f"{said} Put ; between several." if self.several and "between" not in said else said

    @property
    def several(self) -> bool:
        """Whether it takes more than one value."""
        return self.kind is list or ALL_OF in self.help

    def read(self, given: str | bool | list[str] | None, verb: str = "Enter") -> object:
        """What was filled in as the command takes it. Raises BadParameter if it must not be empty, or is no number."""
        if self.kind is bool:
            return bool(given)
        words = given if isinstance(given, list) else [str(given or "")]
        parts = [part.strip() for each in words for part in (each.split(";") if self.several else [each])]
        if not (parts := [part for part in parts if part]):
            if self.required:
                raise BadParameter(f"{verb} {self.label.lower()}")
            return self.default
        return parts if self.kind is list else self._one(";".join(parts))

    def _one(self, text: str) -> object:
        try:
            return self.kind(text)
        except ValueError:
            number = "a whole number" if self.kind is int else "a number"
            raise BadParameter(f"{self.label} must be {number}") from None


@dataclass(frozen=True)
class About:
    """What a form is about already: values that are not asked for, lists to choose from, its own heading, and values
    that it begins with.
    """

    fixed: Mapping[str, str] = field(default_factory=dict)
    offers: Mapping[str, dict[str, str]] = field(default_factory=dict)
    title: str = ""
    begins: Mapping[str, str] = field(default_factory=dict)


def fields(work: Callable[..., Answer]) -> tuple[Field, ...]:
    """The fields of a command, in its own order."""
    own = (each for each in inspect.signature(work).parameters.values() if each.name != "options")
    return tuple(_field(each.name, each.annotation, each.default) for each in own)


def shared(*names: str) -> tuple[Field, ...]:
    """Of the options that all commands share those that are named."""
    return tuple(_field(name, COMMON[name], None) for name in names)


def asked(report: dict[str, Parameter], prefilled: dict[str, object]) -> tuple[Field, ...]:
    """The fields of a report: its parameters cell, with the days that `hubdata report` would take."""
    return tuple(
        Field(
            each.name,
            f"--param {each.name}",
            each.type,
            each.help.removeprefix("required:").strip(),
            each.required,
            prefilled.get(each.name, "" if each.required else each.default),
        )
        for each in report.values()
    )


def _field(name: str, annotation: object, default: object) -> Field:
    takes, *choices, said = get_args(annotation)
    kind = _kind(takes)
    if kind not in KINDS:
        raise TypeError(f"a form has no control for {name}: {takes}")
    words = [each for each in (said.default, *(said.param_decls or ())) if str(each).startswith("--")]
    option = words[0].split("/")[0] if words else f"--{name.replace('_', '-')}"
    option = name if isinstance(said, ArgumentInfo) else option  # it has no option: its place says what it is
    required = default is inspect.Parameter.empty
    return Field(name, option, kind, said.help or "", required, None if required else default, *choices)


def _kind(takes: object) -> object:
    if get_origin(takes) is UnionType:
        (takes,) = (each for each in get_args(takes) if each is not NoneType)
    return get_origin(takes) or takes


@cache
def words(work: Callable[..., Answer]) -> str:
    """How a command is called on the command line. Raises LookupError if it is none."""
    asked = (work.__module__, work.__qualname__)
    for said, each in commands().items():
        if (each.callback.__module__, each.callback.__qualname__) == asked:
            return said
    raise LookupError(f"{work.__qualname__} is no command")


def line(words: str, filled: list[tuple[Field, object]]) -> str:
    """The same as a command: every option, and of what was typed only that something was."""
    said = (each.option if each.kind is bool else f"{each.option} …" for each, value in filled if value != each.default)
    return " ".join(["hubdata", words, *said])


def named(message: str, within: list[Field]) -> Field | None:
    """The field that a refusal speaks of: by its option, or by its name at the beginning."""
    options = {each.option: each for each in within}
    found = re.search(r"--[a-z-]+", message)
    if found and found[0] in options:
        return options[found[0]]
    return next((each for each in within if re.match(rf"{re.escape(each.name)}\b", message)), None)
