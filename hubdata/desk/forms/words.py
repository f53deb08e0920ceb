"""Turns what a command says, or refuses, into what an officer reads: words for codes, links for commands and files.

A command speaks to whoever typed it: it names commands, options, folders and codes. On the desk a command is a form, a
file of the hub opens in the browser, and a code has a label. Nothing is left out, and nothing is said that it did not.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from hubdata import dates, moments
from hubdata.desk.forms import links
from hubdata.figures.html import Html, element, together
from hubdata.terms import Decision, HoldCode, Method, Purpose, RequestKind, Role, Severity, ShareRoute, Term, Told

SERVED = "HUBDATA_DESK"  # set where the desk is served by itself; JupyterLab has no address for the hub's files
FILES = "/hub/"
TERMS: dict[str, type[Term]] = {
    "role": Role,
    "decision": Decision,
    "purpose": Purpose,
    "route": ShareRoute,
    "method": Method,
    "told_family": Told,
    "kind": RequestKind,
    "severity": Severity,
}
ORGANISATIONS = ("organisation", "from_organisation", "to_organisation", "recipient", "recipients", "organisations")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?|Z|[+-]\d{2}:\d{2})")
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
BY_MONTH = re.compile(rf"(?<![\w-]){MONTH.pattern}(?=: \d)")
SNAKE = re.compile(r"(?<![\w./-])[A-Za-z]+(?:_[a-z]+)+(?![\w/-]|\.\w)")
LISTED = re.compile(r"\[((?:'[^']*'(?:, )?)+)\]")
QUOTED = re.compile(r"(?<!\w)'([^'\n]{0,80})'(?!\w)")
OPTION = re.compile(r"--([a-z]+(?:-[a-z]+)*)(?: ([A-Z]{2,}))?")
GIVEN = re.compile(r"--([a-z-]+)[ =]([\w.:/-]*\w)")
COMMAND = re.compile(
    r"`hubdata (?P<quoted>[^`]+)`|(?<![\w/])hubdata (?P<bare>[a-z]+(?: [a-z]+)?(?: --[a-z-]+(?: [^\s.;,-]\S*)?)*)"
)


@dataclass(frozen=True)
class Words:
    """What is known where an answer is shown: the hub's folder, its registers, and which command is which form."""

    home: Path | None = None
    registers: dict[str, dict[str, str]] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    forms: dict[str, tuple[str, str]] = field(default_factory=dict)
    served: bool = False

    def line(self, said: str) -> Html:
        """A line that a command said."""
        return together(*self._linked(said))

    def plain(self, said: str) -> str:
        """A line in words alone."""
        hubs = self.registers.get("hub", {})
        said = LISTED.sub(lambda found: found[1].replace("'", ""), said)
        said = OPTION.sub(lambda found: f"“{heading(found[1].replace('-', ' '))}”", said)
        said = QUOTED.sub(lambda found: f"“{found[1]}”", said)
        said = MOMENT.sub(lambda found: _moment(found[0]), said)
        said = BY_MONTH.sub(_month, said)
        if hubs:
            said = re.sub(rf"\b(?:{'|'.join(map(re.escape, hubs))})\b", lambda found: hubs[found[0]], said)
        return SNAKE.sub(lambda found: found[0].replace("_", " "), said)

    def cell(self, name: str, value: object) -> Html:
        """A value of a record under the name of its column."""
        if isinstance(value, str) and self.home and value.startswith(f"{self.home}{os.sep}"):
            return together(*self._linked(value))
        if self.served and name in links.CASES and isinstance(value, str) and value:
            return element("a", value, href=links.to_case(name, value))
        return together(self.text(value, name))

    def subject(self, row: dict) -> Html:
        """A finding's row as a link to the finding's own page."""
        said = str(row["subject"])
        named = f"{row['code']}:{row['table']}:{said}"
        return element("a", said, href=links.to_case("finding", named)) if self.served else together(said)

    def text(self, value: object, name: str = "") -> str:
        """A value in words: days as people say them, lists with semicolons, what is not known as nothing."""
        if isinstance(value, dict):
            each = ((key, self.text(one, key)) for key, one in value.items())
            return "; ".join(f"{heading(key).lower()} {said}" for key, said in each if said)
        if isinstance(value, list):
            return "; ".join(self.text(each, name) for each in value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int):
            return f"{value:,}"
        return "" if value is None else self._label(name, str(value))

    def _label(self, name: str, said: str) -> str:
        if DAY.fullmatch(said):
            return _day(said)
        if MOMENT.fullmatch(said):
            return _moment(said)
        if name == "month" and (month := MONTH.fullmatch(said)):
            return _month(month)
        if name in ORGANISATIONS and said in self.organisations:
            return self.organisations[said]
        if said in self.registers.get(name, {}):
            return self.registers[name][said]
        kind = HoldCode if name == "code" and said.islower() else TERMS.get(name)
        if kind and said in set(kind):
            return kind(said).label
        return said.replace("_", " ") if SNAKE.fullmatch(said) else said

    @cached_property
    def _places(self) -> re.Pattern | None:
        """A file of the hub, as commands say where they wrote it."""
        return re.compile(re.escape(f"{self.home}{os.sep}") + r"([\w./\\ -]*\w)") if self.home else None

    def _linked(self, said: str) -> Iterator[str]:
        """A line piece by piece: words, forms that it names as commands, and files of the hub."""
        yield from _parted(COMMAND, said, self._form, lambda rest: _parted(self._places, rest, self._file, self._words))

    def _words(self, said: str) -> Iterator[str]:
        yield self.plain(said)

    def _form(self, found: re.Match) -> Html:
        """The form that a command is, by its heading; a command that is no form stays one, to be typed."""
        asked = found["quoted"] or found["bare"]
        words = asked.split(" --")[0].split()
        name = next((name for n in range(len(words), 0, -1) if (name := " ".join(words[:n])) in self.forms), None)
        if name is None:
            return element("code", f"hubdata {asked}")
        title, page = self.forms[name]
        given = {option.replace("-", "_"): value for option, value in GIVEN.findall(asked)}
        address = links.to_form(page, name.replace(" ", "-"), given)
        return element("a", title, href=address) if self.served else together(f"“{title}”")

    def _file(self, found: re.Match) -> Html:
        """A link that opens the file, or where in the hub's folder it is."""
        path = found[1].replace(os.sep, "/")
        if not (self.served and (self.home / path).is_file()):
            return together(f"{path} in the hub’s folder")
        return element("a", f"Open {path.rsplit('/', 1)[1]}", href=FILES + path, target="_blank", rel="noopener")


def heading(name: str) -> str:
    """A column's or a list's name in words."""
    return name.replace("_", " ").strip().capitalize()


def _parted(pattern: re.Pattern | None, said: str, each: Callable[[re.Match], Html], rest: Callable) -> Iterator[str]:
    at = 0
    for found in pattern.finditer(said) if pattern else ():
        yield from rest(said[at : found.start()])
        yield each(found)
        at = found.end()
    yield from rest(said[at:])


def _month(found: re.Match) -> str:
    return f"{dates.MONTHS[int(found[2]) - 1]} {found[1]}"


def _moment(said: str) -> str:
    try:
        return moments.said(said)
    except (ValueError, OverflowError):  # somebody's own words that only look like a moment
        return said


def _day(said: str) -> str:
    try:
        return dates.words(date.fromisoformat(said))
    except ValueError:  # somebody's own words that only look like a day
        return said
