"""The walk through a hub's set-up: every question of the one list, asked of a person or of a file of answers.

Whatever has been settled is not asked again, so that a walk that was left is taken up where it was left.
"""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hubdata import policy
from hubdata.desk.setup import answers, partners, questions
from hubdata.desk.setup.answers import Taker
from hubdata.desk.setup.questions import CHANGE, CONFIRM, LATER, STOP, Part, Question
from hubdata.errors import BadParameter
from hubdata.policy_check import SENTENCES

PARTNERS, NOTICE = "partners", "notice"
KEYS = ("source", *questions.FACTS, "hubs", PARTNERS, NOTICE, "confirm", "set")
NONE = "-"
LOOKED = (questions.PERSON, questions.RETURN)  # asked beside the walk: a proof is typed unseen, a return is a file
TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
Ask = Callable[[str], str | None]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Walk:
    """One walk: who takes the answers, and how it asks and tells."""

    taker: Taker
    ask: Ask
    say: Say


def read(file: Path) -> dict[str, Any]:
    """A file of answers. Raises BadParameter if it has a key that nothing asks for."""
    if not file.is_file():
        raise BadParameter(f"there is no file of answers at {file}")
    said = policy.read_yaml(file)
    unknown = sorted(set(said) - set(KEYS)) if isinstance(said, dict) else ["?"]
    if unknown:
        raise BadParameter(f"{file.name} has {', '.join(map(str, unknown))}; allowed are {', '.join(KEYS)}")
    return said


def answered(walk: Walk, said: dict[str, Any], beside: Path) -> None:
    """Everything that a file of answers says, in the walk's order; what is decided already is left."""
    taker = walk.taker
    for name in (*questions.FACTS, "hubs"):
        if name in said and taker.open(name):
            walk.say(taker.decide(name, said[name]))
    if PARTNERS in said:
        walk.say(partners.add(taker.hub, said[PARTNERS], taker.by))
    if NOTICE in said and taker.open(SENTENCES):
        _notice(walk, said[NOTICE], beside)
    for name, value in said.get("set", {}).items():
        walk.say(taker.decide(name, value, taker.by.as_at))
    for name in said.get("confirm", []):
        if taker.hub.policy.entry(name, taker.by.as_at).unconfirmed:
            walk.say(taker.confirm(name))


def _notice(walk: Walk, said: dict[str, Any], beside: Path) -> None:
    """A notice: its version and first day, its sentences, its whole text, and whether it says how to complain."""
    start, version = said.get("from"), said.get("version")
    if not isinstance(start, date) or not version:
        raise BadParameter(
            "a notice needs its version and its first day: notice: {version: 2026-04, from: 2026-04-01, …}"
        )
    whole = text_of(beside / said["file"]) if said.get("file") else ""
    complaint = bool(said.get("says_complaint"))
    walk.say(answers.notice(walk.taker, str(version), start, whole, complaint, said.get("earlier")))
    if said.get("sentences"):
        walk.say(walk.taker.decide(SENTENCES, said["sentences"], start))


def text_of(file: Path) -> str:
    """The words of a notice: a text, or a page as a browser saves it. Raises BadParameter if it is neither."""
    if not file.is_file():
        raise BadParameter(f"there is no file at {file}")
    try:
        return words_of(file.read_bytes(), file.suffix)
    except UnicodeDecodeError:
        raise BadParameter(f"{file.name} is no text in UTF-8; save the notice as plain text, or as a page") from None


def words_of(raw: bytes, suffix: str) -> str:
    """The words of a file of that kind. Raises UnicodeDecodeError if it is no text."""
    said = raw.decode("utf-8-sig")
    if suffix.lower() not in (".html", ".htm"):
        return said.strip()
    lines = (" ".join(line.split()) for line in html.unescape(TAGS.sub("\n", said)).splitlines())
    return "\n".join(line for line in lines if line)


def asked(walk: Walk) -> None:
    """Everything that is open, one thing at a time; an empty answer leaves it for later."""
    left: set[str] = set()
    while question := next((each for each in _asked_here(walk) if each.key not in left), None):
        if question.chapter == questions.VALUES:
            _values(walk)
            return
        if not _one(walk, question) or not question.again:
            left.add(question.key)


def _asked_here(walk: Walk) -> list[Question]:
    found = questions.every(walk.taker.hub, walk.taker.by.as_at)
    return [each for each in found if (each.open or each.again) and each.chapter not in LOOKED]


def _one(walk: Walk, question: Question) -> bool:
    """Ask each part of a question; whether it was answered. What cannot be taken is said, and asked again later."""
    walk.say(f"{question.chapter}: {question.asks}. {' '.join(question.says)}".strip())
    given: dict[str, str] = {}
    for part in question.parts:
        given[part.name] = said = _said(walk, part)
        if part.needed and not said:
            return False
    try:
        for line in answers.said(walk.taker, question.key, given):
            walk.say(line)
    except BadParameter as wrong:
        walk.say(f"Nothing was recorded: {wrong}.")
        return False
    return True


def _said(walk: Walk, part: Part) -> str:
    """What is typed for a part: Enter takes what is filled in, a line of its own says that there is none."""
    for line in part.says:
        walk.say(line)
    offers = f" One of {', '.join(part.offers)}." if part.offers else ""
    given = f" Enter takes: {part.given}; {NONE} for none." if part.given else ""
    file = " As a file: its text, or the page." if part.name == "text" else ""
    said = (walk.ask(f"{part.label}.{file or (f' {part.hint}.' if part.hint else '')}{offers}{given}") or "").strip()
    if said == NONE:
        return ""
    return text_of(Path(said)) if said and file else said or part.given


def _values(walk: Walk) -> None:
    """Ask about each value that waits: confirm, change or later; whoever stops goes on from there another day."""
    for question in [each for each in _asked_here(walk) if each.chapter == questions.VALUES]:
        value = questions.shown(question.entry.value) if question.entry else ""
        walk.say(f"{question.key}: {value}. {' '.join(question.says)}")
        choice = (walk.ask(f"{CONFIRM}, {CHANGE}, {LATER}, or {STOP}:") or LATER).strip().lower()
        if choice == CONFIRM:
            walk.say(walk.taker.confirm(question.key))
        elif choice == CHANGE:
            _change(
                walk, question.key, {part.name: walk.ask(f"{part.label}. {part.hint}") or "" for part in question.parts}
            )
        elif choice == STOP:
            return


def _change(walk: Walk, key: str, given: Mapping[str, str]) -> None:
    """Say whom another value moves, and put it in force once that was read."""
    for line in answers.impact(walk.taker, key, given):
        walk.say(line)
    if (walk.ask("Put it in force? yes or no:") or "no").strip().lower() == "yes":
        for line in answers.said(walk.taker, key, {**given, "choice": CHANGE}):
            walk.say(line)
