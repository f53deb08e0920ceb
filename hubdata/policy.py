"""Values that people decide, read from `params/policy/*.yaml`: dated, sourced, only added to; the only reader of YAML.

    retention.stale_after_days:
      unit: days without contact or review
      values:
        - {value: 365, from: 2000-01-01, source: House default, last_checked: 2026-11-22, assumption: Twelve months}

The value in force on a day is the one with the latest `from` on or before it; one from 2000-01-01 has always been. An
assumption stands until an officer adds `confirmed_by` and `confirmed_on`. What a hub decided lies in `decisions/*.yaml`
of its home, written the same way: a name that is there has these values alone, whatever ships.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from hubdata import places, policy_check, spelling
from hubdata.errors import BadParameter, Refused
from hubdata.policy_check import PLACEHOLDERS
from hubdata.written import Fault, refuse

ALWAYS = date(2000, 1, 1)  # how a file writes that a value has always been: it holds on earlier days too
DECISIONS = "decisions"  # the folder of a hub's home, unless `lie` said another
UNDECIDED = "Not decided yet"  # what ships for a fact that only the council can say; a list of such facts ships empty


@dataclass(frozen=True)
class Entry:
    """One dated value.

    `assumption` says what an officer must confirm, or is empty; `confirmed_by` who has; `seen` how its source was read.
    """

    name: str
    value: Any  # whatever YAML may hold; a value's shape is checked where it is read
    unit: str
    source: str
    valid_from: date
    last_checked: date
    assumption: str = ""
    confirmed_by: str = ""
    confirmed_on: date | None = None
    seen: str = ""

    @property
    def holds_from(self) -> date:
        """The first day on which it may be the value in force."""
        return date.min if self.valid_from == ALWAYS else self.valid_from

    @property
    def undecided(self) -> bool:
        """Whether it is a fact that only the council can say, and nobody has said it."""
        return self.value in (UNDECIDED, {})

    @property
    def unconfirmed(self) -> str:
        """What an officer must still confirm, or empty."""
        return "" if self.confirmed_by else self.assumption


_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Strict(_Loader):
    """YAML that refuses a key written twice instead of keeping the last; where libyaml is built in, it reads."""

    def construct_object(self, node, deep=False):
        """A value, or where it stands if it only looks like one: 2027-02-29."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, KeyError, AttributeError):
            why = f"{str(node.value)[:40]!r} looks like a day or a number and is none; a day is written 2026-10-01"
            raise yaml.constructor.ConstructorError(None, None, why, node.start_mark) from None


def _mapping(loader, node):
    seen = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "a key must be one word", key.start_mark)
        if key.value in seen:
            why = f"key {key.value!r} stands twice (first on line {seen[key.value]})"
            raise yaml.constructor.ConstructorError(None, None, why, key.start_mark)
        seen[key.value] = key.start_mark.line + 1
    return loader.construct_mapping(node, deep=True)


_Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> Any:
    """The content of one YAML file. Raises Refused with file and line if it is broken or a key stands twice."""
    try:
        return yaml.load(path.read_text("utf-8"), Loader=_Strict)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        why = f"{path.name}, line {line}: {error.problem}"
    except (yaml.YAMLError, UnicodeDecodeError):
        why = f"{path.name}: holds characters that are not text in UTF-8; save it again as plain text"
    raise Refused(why, [why])


def lined(path: Path, faults: list[Fault]) -> list[str]:
    """Each fault of a readable YAML file with the line where it stands, or under which it should stand."""
    lines = dict(_lines(yaml.compose(path.read_text("utf-8"), Loader=_Strict), ())) if faults else {}

    def line(at: tuple) -> int:
        return lines[at] if at in lines else line(at[:-1]) if at else 1

    return [f"{path.name}, line {line(fault.at)}: {fault.words}" for fault in faults]


def _lines(node: yaml.Node | None, at: tuple) -> Iterator[tuple[tuple, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*at, key.value), key.start_mark.line + 1
            yield from _lines(value, (*at, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield (*at, number), value.start_mark.line + 1
            yield from _lines(value, (*at, number))


def _entries(name: str, body: dict) -> list[Entry]:
    return [
        Entry(name=name, unit=body["unit"], valid_from=row["from"], **{key: row[key] for key in row if key != "from"})
        for row in sorted(body["values"], key=lambda row: row["from"])
    ]


def slug(text: str) -> str:
    """A code's plain spelling: lower case, words joined by one underscore."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def _label(code: str, said: object) -> str:
    """What a code is called; one that only has a day, as a notice's version, is called as it is."""
    return str(said.get("label", code)) if isinstance(said, dict) else said if isinstance(said, str) else str(code)


class Policy:
    """Every dated value; `decided` are the names that a hub decided, `digest` is the SHA-256 of its decisions."""

    def __init__(self, entries: dict[str, list[Entry]], decided: frozenset[str] = frozenset(), digest: str = ""):
        self._entries, self.decided, self.digest = entries, decided, digest

    def names(self) -> list[str]:
        """The names of all values, sorted."""
        return sorted(self._entries)

    def entry(self, name: str, as_at: date) -> Entry:
        """The entry in force on a day. Raises BadParameter if the name is unknown or nothing was in force yet."""
        if name not in self._entries:
            raise BadParameter(f"no policy value is called {name!r}; there are {', '.join(self.names())}")
        in_force = [e for e in self._entries[name] if e.holds_from <= as_at]
        if not in_force:
            raise BadParameter(self.unset(name, as_at))
        return in_force[-1]

    def unset(self, name: str, as_at: date) -> str:
        """Why a value that there is has none in force on a day; empty if one is."""
        first = self._entries[name][0].holds_from
        return f"{name} has no value in force on {as_at}; its first value starts on {first}" if first > as_at else ""

    def history(self, name: str) -> list[Entry]:
        """Every dated value of a name, earliest first."""
        return list(self._entries[name])

    def value(self, name: str, as_at: date) -> Any:
        """The value in force on a day, as written in the file."""
        return self.entry(name, as_at).value

    def labels(self, name: str, as_at: date) -> dict[str, str]:
        """The label of each code of a register in force on a day, in the order written; none before its first value."""
        value = {} if self.unset(name, as_at) else self.value(name, as_at)
        return {code: _label(code, v) for code, v in value.items()}

    def codes(self, name: str, as_at: date) -> dict[str, str]:
        """Every spelling that a register accepts (a code, its label as a slug, `also`) → its code."""
        spellings = {}
        for code, v in self.value(name, as_at).items():
            also = v.get("also", []) if isinstance(v, dict) else []
            label = v.get("label", code) if isinstance(v, dict) else str(v)
            spellings |= {slug(text): code for text in (code, label, *also)}
        return spellings

    def in_force(self, as_at: date) -> list[Entry]:
        """All entries in force on a day, by name; a value that starts later is left out."""
        return [self.entry(n, as_at) for n in self.names() if self._entries[n][0].holds_from <= as_at]

    def placeholders(self, as_at: date = date.max) -> frozenset[str]:
        """The words that are no reason on a day, squeezed; none where no list is in force."""
        rows = [entry.value for entry in self._entries.get(PLACEHOLDERS, []) if entry.holds_from <= as_at]
        return frozenset(map(spelling.squeezed, rows[-1])) if rows else frozenset()


def meant(text: object, numbers: bool = False, decided: Policy | None = None) -> str | None:
    """What somebody wrote as a reason, without the blanks around it; None if it says nothing, as "N/A" or "...".

    `numbers`: it may be a reference, as of whoever is at risk or of a case, and so have no letter.
    """
    said = str(text or "").strip()
    return None if not said or spelling.says_nothing(said, _placeholders(decided or load()), numbers) else said


def reason(given: object, what: str, by: str = "--reason", kept: str = "in the ledger", most: int | None = None) -> str:
    """What was given as a reason. Raises BadParameter if it says nothing, or is longer than what is kept.

    `what` needs it, in words; it is given `by` an option, and kept where `kept` says.
    """
    if most is not None and len(str(given or "").strip()) > most:
        raise BadParameter(f"{what} needs a reason of at most {most} characters; make it shorter with {by}")
    said = meant(given)
    if said is None:
        raise BadParameter(
            f'{what} needs a reason: say it with {by}; it is kept {kept}, and a placeholder such as "N/A" is none'
        )
    return said


@cache
def _placeholders(decided: Policy) -> frozenset[str]:
    return decided.placeholders()


def load(folder: Path | None = None) -> Policy:
    """Read `folder`/policy/*.yaml. Raises Refused with every fault of every file at once."""
    return _load(Path(folder or places.params()))


_elsewhere: dict[Path, Path] = {}  # homes whose decisions lie in another folder, as a list of hubs may say


def lie(home: Path, folder: Path | None) -> None:
    """Say for this process in which folder the decisions of this home's hub lie; None: in the home itself."""
    if folder is None:
        _elsewhere.pop(home.absolute(), None)
    else:
        _elsewhere[home.absolute()] = folder


def folder_of(home: Path) -> Path:
    """The folder in which the decisions of this home's hub lie."""
    return _elsewhere.get(home.absolute(), home / DECISIONS)


def of(home: Path | None) -> Policy:
    """What ships, with what the hub of this home decided laid over it. Raises Refused with every fault."""
    files = sorted(folder_of(home).glob("*.yaml")) if home else []
    if not files:
        return load()
    return _over(places.params(), tuple((path, path.read_bytes()) for path in files))


@lru_cache(8)
def _over(folder: Path, files: tuple[tuple[Path, bytes], ...]) -> Policy:
    shipped = load(folder)
    entries, faults = _read([path for path, _ in files], decided=True)
    faults += [f"{name}: nothing is called so" for name in entries if name not in shipped.names()]
    digest = sha256(b"".join(sha256(path.name.encode() + content).digest() for path, content in files)).hexdigest()
    everything = {name: shipped.history(name) for name in shipped.names()} | entries
    whole = Policy(everything, frozenset(entries), digest)
    refuse("the hub's decisions have", faults + _unsaid(whole))
    return whole


@cache
def _load(folder: Path) -> Policy:
    files = sorted((folder / "policy").glob("*.yaml"))
    if not files:
        raise Refused(f"no policy files in {folder / 'policy'}; set HUBDATA_PARAMS to a folder that has policy/*.yaml")
    entries, faults = _read(files)
    whole = Policy(entries)
    refuse("the policy files have", faults + _unsaid(whole))
    return whole


def decisions(file: Path) -> dict[str, list[Entry]]:
    """The values of one file that is written as a hub's decisions are. Raises Refused with every fault of it."""
    entries, faults = _read([file], decided=True)
    refuse(f"{file.name} has", faults)
    return entries


def _read(files: list[Path], decided: bool = False) -> tuple[dict[str, list[Entry]], list[str]]:
    """The values of these files by name, and every fault of every file."""
    faults, entries = [], {}
    for path in files:
        try:
            content = read_yaml(path)
        except Refused as broken:
            faults += broken.problems
            continue
        if not isinstance(content, dict):
            faults.append(f"{path.name}: is empty or not a list of names")
            continue
        for name, body in content.items():
            found = policy_check.faults(path.name, name, body, decided)
            if name in entries:
                found.append(f"{path.name}: {name} is also set in another file")
            faults += found
            if not found:
                entries[name] = _entries(name, body)
    return entries, faults


def _unsaid(decided: Policy) -> list[str]:
    """Confirmations in the name of nobody: a word that says nothing leaves an assumption as it stands."""
    nothing = decided.placeholders()
    why = "{}: confirmed_by {!r} names nobody: write who confirmed the assumption, or leave both keys out"
    return [
        why.format(name, entry.confirmed_by)
        for name in decided.names()
        for entry in decided.history(name)
        if entry.confirmed_by and spelling.says_nothing(entry.confirmed_by, nothing)
    ]
