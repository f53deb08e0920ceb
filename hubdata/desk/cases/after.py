"""What comes after an answer about a request: after a letter its sending, after a draft the last look at it.

Nothing heavy may be imported here: a page that is opened waits for it.
"""

from typing import Any

from hubdata.desk.cases.case import Step
from hubdata.terms import LetterKind

KINDS = {
    LetterKind.ACKNOWLEDGE: "Write: it came",
    LetterKind.CLARIFY: "Write: a question about what is meant",
    LetterKind.EXTEND: "Write: it takes longer",
    LetterKind.REFUSE: "Write: it is refused",
    LetterKind.SEND: "Write: the answer",
}
OF_COMPLAINTS = {
    LetterKind.ACKNOWLEDGE: "Write: it came",
    LetterKind.PROGRESS: "Write: how it is going",
    LetterKind.OUTCOME: "Write: its outcome",
}


def logged(noun: str, said: Any, _reason: str) -> list[Step]:
    """What was recorded has a page of its own, where all that is next is done."""
    reference = said.get(noun, "") if isinstance(said, dict) else getattr(said, "request", "")
    return [Step("case", f"Open {noun} {reference}", {noun: reference})] if reference else []


def written(group: str, said: Any, _reason: str) -> list[Step]:
    """A letter that was written is looked at for the last time, and sent."""
    letter = getattr(said, "letter", "")
    return [last_look(group, "Look for the last time at who gets it", letter, at_once=True)] if letter else []


def last_look(group: str, label: str, letter: str, at_once: bool = False) -> Step:
    """The look at who gets a letter, at which address, and who is named: nothing is asked before it."""
    given = {"letter": letter, **dict.fromkeys(("on", "way", "checked", "again"), "")}
    return Step(f"{group} sent", label, given, at_once=at_once, looks=True)


def looked(group: str, said: Any, _reason: str) -> list[Step]:
    """What was looked at is recorded as sent once all of it was found right."""
    if not hasattr(said, "checked"):
        return []  # it was sent
    given = {"letter": said.letter, "checked": said.checked}
    return [Step(f"{group} sent", "All of it is right: record that it was sent", given)]


def items(said: Any, _reason: str) -> list[Step]:
    """Items are decided where they are listed, several alike at once; then the copy is made."""
    asked = {"request": said["request"]}
    offered = {one.item: f"{one.item}, {one.what} ({one.state})" for one in said["items"]}
    decide = [Step("rights decide", "Decide about these", asked, {"item": offered})] if offered else []
    return [*decide, Step("rights pack", "Make the copy", asked)]


def copied(said: Any, _reason: str) -> list[Step]:
    """A draft is decided about, or looked at for the last time; a copy that is whole goes with its letter."""
    if not hasattr(said, "request"):
        return []
    asked = {"request": said.request}
    if said.undecided:
        return [Step("rights items", "See what must be decided", asked)]
    if said.is_draft:
        names = {one.person: f"{one.person}, {one.who}: {'; '.join(one.where)}" for one in said.names}
        return [Step("rights pack", "They may be named: make the copy", asked, {"named": names})]
    return [Step("rights letter", KINDS[LetterKind.SEND], asked | {"kind": str(LetterKind.SEND)})]
