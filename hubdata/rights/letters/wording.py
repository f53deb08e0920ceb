"""A letter's words from the council's template: every placeholder is filled in, or the letter is refused with words.

A template is a dated value, `letters.*` in params/policy or as the hub decided it: a title and paragraphs. A paragraph
that holds nothing but placeholders which have nothing to say on that day is left out. Whatever the council writes, what
the law asks for stays in: a template without it is refused.
"""

import re
from dataclasses import dataclass
from datetime import date

from hubdata.errors import Refused
from hubdata.figures.html import REPLACED, UNSEEN
from hubdata.policy import Policy
from hubdata.terms import LetterKind

PLACEHOLDER = re.compile(r"\{(\w*)\}")
NOT_TEXT = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
Facts = dict[str, str | None]  # what a placeholder says; nothing: "", not known on this day: None

UNKNOWN = (
    "{where}: {{{name}}} is no placeholder of this letter; there are {known}. Say it otherwise with "
    "`hubdata decisions set {value}`"
)
NOT_YET = "{where}: {{{name}}} is not known on this day: {why}"
LEFT_OUT = "{value} leaves out {{{name}}}: {law}. Put it back with `hubdata decisions set {value}`"
WHY = {
    "due": "the clock stands still or has not started; write {answer_by}, which says that too",
    "contact": "nobody has entered how the council is reached; decide controller.contact with "
    "`hubdata decisions set controller.contact`, or enter the lead partner's rights contact",
}
# What each kind of letter must say, whoever worded it, and where that stands.
MUST: dict[str, dict[str, str]] = {
    "acknowledge": {"answer_by": "UK GDPR, Article 12(3): when they are answered", "contact": "how to reach us"},
    "clarify": {
        "question": "UK GDPR, Article 12A(5): what is needed to find what they mean",
        "clock_waits": "UK GDPR, Article 12A(5): that the time does not count meanwhile",
    },
    "extend": {
        "why": "UK GDPR, Article 12A(4): the reasons why it takes longer",
        "answer_by": "UK GDPR, Article 12A(3): until when",
    },
    "refuse": {
        "law": "UK GDPR, Article 12(4): the reasons why nothing is done",
        "complain": "UK GDPR, Article 12(4): that they may complain, and ask a court",
    },
    "send": {
        "copy": "UK GDPR, Article 15(3): the copy that goes with it",
        "left_out": "UK GDPR, Article 12(4): that something is left out",
        "complain": "UK GDPR, Article 15(1)(ea) and (f): that they may complain",
    },
    "done": {"done": "UK GDPR, Article 12(3): what was done", "told": "UK GDPR, Article 19: who was told of it"},
    "complaint_acknowledge": {"received_on": "Data Protection Act 2018, section 164A(3): that it came"},
    "complaint_progress": {"progress": "Data Protection Act 2018, section 164A(5)(b): how it is going"},
    "complaint_outcome": {
        "outcome": "Data Protection Act 2018, section 164A(5): the outcome",
        "complain": "that they may complain to the regulator, and ask a court",
    },
}


@dataclass(frozen=True)
class Worded:
    """A letter's title and paragraphs, as they are read."""

    title: str
    says: tuple[str, ...]


def name(kind: str, is_complaint: bool, is_access: bool) -> str:
    """The template that a kind of letter takes."""
    if is_complaint:
        return f"complaint_{kind}"
    return "done" if kind == LetterKind.SEND and not is_access else str(kind)


def clean(text: str) -> str:
    """A text without signs that turn what stands around them, or that no document can hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return NOT_TEXT.sub(REPLACED, UNSEEN.sub(REPLACED, text))


def fill(policy: Policy, template: str, on: date, facts: Facts) -> Worded:
    """The template of a day, filled in. Raises Refused with everything that stands against it."""
    value = f"letters.{template}"
    said = policy.value(value, on)
    if faults := [*_shape(value, said)]:
        raise Refused(f"The letter was not written. {'. '.join(faults)}.", faults)
    parts = {f"{value}, title": said["title"]}
    parts |= {f"{value}, paragraph {number}": each for number, each in enumerate(said["says"], 1)}
    faults = [fault for where, part in parts.items() for fault in _faults(where, value, part, facts)]
    there = {one for part in said["says"] for one in PLACEHOLDER.findall(part)}
    faults += [
        LEFT_OUT.format(value=value, name=one, law=law) for one, law in MUST[template].items() if one not in there
    ]
    if faults:
        raise Refused(f"The letter was not written. {'. '.join(faults)}.", faults)
    written = (line for part in said["says"] for line in _filled(part, facts).splitlines())
    return Worded(_filled(said["title"], facts), tuple(line for each in written if (line := _squeezed(each))))


def _shape(value: str, said: object) -> list[str]:
    ways = f"{value} must have a title and says, a list of paragraphs; write it so with `hubdata decisions set {value}`"
    if not isinstance(said, dict) or set(said) != {"title", "says"}:
        return [ways]
    texts = said["says"] if isinstance(said["says"], list) else [None]
    fits = texts and all(isinstance(each, str) and each.strip() for each in (said["title"], *texts))
    return [] if fits else [ways]


def _faults(where: str, value: str, part: str, facts: Facts) -> list[str]:
    known = ", ".join(f"{{{one}}}" for one in sorted(facts))
    found = []
    for one in dict.fromkeys(PLACEHOLDER.findall(part)):
        if one not in facts:
            found.append(UNKNOWN.format(where=where, name=one, known=known, value=value))
        elif facts[one] is None:
            found.append(NOT_YET.format(where=where, name=one, why=WHY.get(one, "there is nothing that it could say")))
    if set("{}") & set(PLACEHOLDER.sub("", part)):
        found.append(f"{where}: a brace stands alone; a placeholder is written {{due}}, and other text without braces")
    return found


def _filled(part: str, facts: Facts) -> str:
    named = PLACEHOLDER.findall(part)
    if named and not PLACEHOLDER.sub("", part).strip() and not any(facts[one] for one in named):
        return ""
    return PLACEHOLDER.sub(lambda found: clean(facts[found[1]] or ""), part)


def _squeezed(line: str) -> str:
    return " ".join(line.split())
