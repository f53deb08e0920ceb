"""Writes what a hub decided as the YAML that `policy` reads: values are added or confirmed, none edited."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from hubdata.errors import BadParameter
from hubdata.policy import DECISIONS, Entry, Policy

BELOW = " > "  # between the names of a row, the outer one first


class _Plain(yaml.SafeDumper):
    """YAML without anchors, so that each value stands by itself."""

    def ignore_aliases(self, data: object) -> bool:
        """Write everything out each time."""
        return True


def parsed(text: str | None, file: Path | None) -> Any:
    """A value as somebody wrote it, or as a file has it: a number, day, text, list or map, in YAML.

    Raises BadParameter if it is none, or both or neither are given.
    """
    if (text is None) == (file is None):
        raise BadParameter("give the value with --value, or the file that holds it with --file")
    if file is not None and not file.is_file():
        raise BadParameter(f"there is no file at {file}")
    try:
        value = yaml.safe_load(file.read_text("utf-8") if file else str(text))
    except (yaml.YAMLError, ValueError):
        raise BadParameter("the value is none: write a number, a day, a text, a list or a map, as YAML") from None
    if value in (None, ""):
        raise BadParameter("the value is empty; a decision needs one")
    return value


def plain(value: Any) -> str:
    """A value as somebody may write it again: a list a line each, a map a row each; as YAML what fits in no line."""
    if isinstance(value, list) and not any(isinstance(each, list | dict) for each in value):
        return "\n".join(map(str, value))
    if isinstance(value, dict) and _in_rows(value):
        return "\n".join(f"{BELOW.join(path)}: {said}".rstrip() for path, said in _rows(value))
    return as_yaml(value) if isinstance(value, list | dict) else str(value)


def as_yaml(value: Any) -> str:
    """A list or a map as a file has it."""
    return yaml.dump(value, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120).strip()


def typed(text: str, like: Any) -> Any:
    """What somebody wrote for a value of the kind of another, as `plain` writes it. Raises BadParameter if it is none.

    What is a text there is taken as it was written, whatever YAML would make of it.
    """
    if isinstance(like, str):
        return text.strip()
    if isinstance(like, list) and not any(isinstance(each, list | dict) for each in like):
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return [line if not like or isinstance(like[0], str) else parsed(line, None) for line in lines]
    if isinstance(like, dict) and _in_rows(like):
        return _of_rows(text, like)
    return parsed(text, None)


def _in_rows(value: Any) -> bool:
    """Whether a value fits in rows of a path and what stands there, and can be read back from them."""
    if isinstance(value, dict):
        fit = (isinstance(key, str) and key and BELOW.strip() not in key and ": " not in f"{key} " for key in value)
        return bool(value) and all(fit) and all(_in_rows(each) for each in value.values())
    if isinstance(value, list):
        return not any(isinstance(each, list | dict) or not _in_rows(each) for each in value)
    return not isinstance(value, str) or (value == value.strip() and "\n" not in value)


def _rows(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """A map's rows: the names that lead to each thing, and the thing; a list is a row each, or an empty row."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _rows(each, (*path, key))
    elif isinstance(value, list):
        yield from ((path, str(each)) for each in value or [""])
    else:
        yield path, str(value)


def _of_rows(text: str, like: dict) -> dict:
    """A map from its rows, each thing of the kind that stands at that place, or beside it. Raises BadParameter."""
    found: dict[str, Any] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, sign, said = (line + " ").partition(": ")
        path = [each.strip() for each in name.split(BELOW.strip())]
        if not sign or not all(path):
            raise BadParameter(
                f"value: {line!r} is no row; write it as name: value, or as name {BELOW.strip()} part: value"
            )
        kind, place = _kind(like, path), found
        for each in path[:-1]:
            place = place.setdefault(each, {})
            if not isinstance(place, dict):
                raise BadParameter(f"value: {each!r} has a value and parts of its own; keep one of the two")
        thing = said.strip()
        if isinstance(kind, list):
            many = place.setdefault(path[-1], [])
            many += [_thing(thing, kind[0] if kind else "")] if thing else []
        elif path[-1] in place:
            raise BadParameter(f"value: {name.strip()!r} stands twice; keep one row")
        else:
            place[path[-1]] = _thing(thing, kind)
    return found


def _thing(said: str, like: Any) -> Any:
    """What stands in a row, of the kind of another; as YAML has 1e-06 for a text, a number is tried first."""
    if isinstance(like, str):
        return said
    try:
        return float(said) if isinstance(like, float) else parsed(said, None)
    except ValueError:
        raise BadParameter(f"value: {said!r} is no number") from None


def _kind(like: Any, path: list[str]) -> Any:
    """What stands in another value at that place, or at the same place of whatever has one; None if nothing does."""
    if not path or like is None:
        return like
    if not isinstance(like, dict):
        return None
    if path[0] in like:
        return _kind(like[path[0]], path[1:])
    return next((kind for each in like.values() if (kind := _kind(each, path[1:])) is not None), None)


def added(history: list[Entry], new: Entry) -> list[Entry]:
    """The dated values with one more. Raises BadParameter if it is of another kind, or another starts that day.

    What ships for a fact that was not decided yet is no value: what is decided from its day takes its place.
    """
    history = [each for each in history if not (each.undecided and each.valid_from == new.valid_from)]
    if not history:
        return [new]
    last = history[-1]
    kinds = (int, float) if type(last.value) in (int, float) else (type(last.value),)
    if type(new.value) not in kinds:
        raise BadParameter(f"{new.name} is a {type(last.value).__name__}, and --value a {type(new.value).__name__}")
    if isinstance(new.value, int | float) and new.value < 0 <= last.value:
        raise BadParameter(f"{new.name} cannot be below 0, found {new.value}")
    if any(each.valid_from == new.valid_from for each in history):
        raise BadParameter(
            f"{new.name} has a value from {new.valid_from} already, which is never edited: decide from another day"
        )
    return sorted([*history, new], key=lambda each: each.valid_from)


def confirmed(history: list[Entry], on: date, by: str, day: date) -> list[Entry]:
    """The dated values, that in force `on` a day confirmed by somebody. Raises BadParameter if it needs none."""
    at = max((n for n, each in enumerate(history) if each.holds_from <= on), default=None)
    if at is None:
        raise BadParameter(f"{history[0].name} has no value in force on {on}")
    if history[at].confirmed_by:
        raise BadParameter(f"{history[at].name} is confirmed already; `hubdata decisions list` says by whom")
    return [replace(each, confirmed_by=by, confirmed_on=day) if n == at else each for n, each in enumerate(history)]


def lay(decided: Policy, home: Path, name: str, history: list[Entry]) -> bytes:
    """Write every decision of a home into another's folder with one name's values in place; that name's file."""
    folder = home / DECISIONS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for each in (*decided.decided, name):
        values = history if each == name else decided.history(each)
        path = folder / f"{each}.yaml"
        path.write_bytes(text(each, values))
        path.chmod(0o600)
    return (folder / f"{name}.yaml").read_bytes()


def text(name: str, history: list[Entry]) -> bytes:
    """One name's values as a file of decisions has them."""
    rows = [_row(each) for each in history]
    body = {name: {"unit": history[0].unit, "values": rows}}
    return yaml.dump(body, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120).encode()


def _row(entry: Entry) -> dict:
    said = {name: value for name, value in vars(entry).items() if name not in ("name", "unit", "valid_from")}
    first = {"value": said.pop("value"), "from": entry.valid_from}
    return first | {name: value for name, value in said.items() if value not in ("", None)}
