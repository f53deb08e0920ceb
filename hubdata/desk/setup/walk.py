"""The walk through a hub's set-up: each thing asked once, of a person or of a file of answers, and decided at once.

Whatever has been decided is not asked again, so that a walk that was left is taken up where it was left.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hubdata import dates, policy, policy_write
from hubdata.desk.setup import notice, partners
from hubdata.desk.setup.open import weighed
from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.policy import ALWAYS, Entry
from hubdata.policy_check import PROMISES, SENTENCES
from hubdata.records.decisions import make, stands
from hubdata.records.store import Hub
from hubdata.reports import promises
from hubdata.rules import moved

FACTS = {
    "controller.name": "The council's name, as the regulator's register of controllers has it",
    "controller.contact": "How families reach the council about the Hub's record: address, e-mail, telephone",
    "controller.data_protection_officer": "The data protection officer's post and how to reach it, no person's name",
    "hubs": "Your hubs, as code: Name, with a ; between them (harbour: Harbour; mill: Mill Lane)",
}
NOTICE, PARTNERS = "notice", "partners"
KEYS = ("source", *FACTS, PARTNERS, NOTICE, "confirm", "set")
NO, LATER = "-", ""
SOURCE = "Who decided these, where and when? It is the source of each (for example: Cabinet, 3 March 2026, minute 4)"
Ask = Callable[[str], str | None]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Walk:
    """One walk: the hub, who acts, and how it asks and tells."""

    hub: Hub
    by: By
    ask: Ask
    say: Say
    source: str

    def decide(self, name: str, value: object, start: date = ALWAYS) -> None:
        """Put one value in force from a day on."""
        entry, history = make.value(self.hub, Entry(name, value, "", self.source, start, start), self.by)
        with make.drafted(self.hub, stands.SET, entry, history) as draft:
            make.enter(self.hub, draft, self.by, len(moved.reported(self.hub, start)))
        self.say(f"{name} is decided.")

    def confirm(self, name: str) -> None:
        """Confirm the value in force as it is."""
        entry, history = make.confirmation(self.hub, name, self.by)
        with make.drafted(self.hub, stands.CONFIRM, entry, history) as draft:
            make.enter(self.hub, draft, self.by)
        self.say(f"{name} is confirmed.")

    def open(self, name: str) -> bool:
        """Whether nobody has said it yet."""
        return self.hub.policy.entry(name, self.by.as_at).undecided


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
    for name in FACTS:
        if name in said and walk.open(name):
            walk.decide(name, said[name])
    if PARTNERS in said:
        walk.say(partners.add(walk.hub, said[PARTNERS], walk.by))
    if NOTICE in said and walk.open(SENTENCES):
        _notice(walk, said[NOTICE], beside)
    for name, value in said.get("set", {}).items():
        walk.decide(name, value, walk.by.as_at)
    for name in said.get("confirm", []):
        if walk.hub.policy.entry(name, walk.by.as_at).unconfirmed:
            walk.confirm(name)


def _notice(walk: Walk, said: dict[str, Any], beside: Path) -> None:
    """A notice: its version and first day, its sentences, its whole text, and whether it says how to complain."""
    start, version = said.get("from"), said.get("version")
    if not isinstance(start, date) or not version:
        raise BadParameter(
            "a notice needs its version and its first day: notice: {version: 2026-04, from: 2026-04-01, …}"
        )
    if file := said.get("file"):
        walk.decide("notice.wording", (beside / file).read_text("utf-8"), start)
    if said.get("sentences"):
        walk.decide(SENTENCES, said["sentences"], start)
    walk.decide("notice_versions", {**said.get("earlier", {}), str(version): start})
    if said.get("says_complaint"):
        walk.decide("notices.say_complaint", [str(version)], start)


def asked(walk: Walk) -> None:
    """Everything that is open, one thing at a time; an empty answer leaves it for later."""
    for name, question in FACTS.items():
        if walk.open(name) and (given := walk.ask(f"{question}:")):
            walk.decide(name, _hubs(given) if name == "hubs" else given)
    rows = [partners.row(given) for given in iter(lambda: walk.ask(f"{partners.QUESTION}:") or "", "")]
    if rows:
        walk.say(partners.add(walk.hub, rows, walk.by))
    if walk.open(SENTENCES) and (file := walk.ask("Your notice, as a text file (nothing: later):")):
        _ask_notice(walk, Path(file))
    for entry in weighed(walk.hub.policy, walk.by.as_at):
        if not entry.undecided and not _weigh(walk, entry):
            return


def _hubs(given: str) -> dict[str, str]:
    pairs = [each.partition(":") for each in given.split(";") if each.strip()]
    if not all(code.strip() and sign and name.strip() for code, sign, name in pairs):
        raise BadParameter("write each hub as code: Name, with a ; between them")
    return {policy.slug(code): name.strip() for code, _, name in pairs}


def _ask_notice(walk: Walk, file: Path) -> None:
    """The notice's sentences beside the promises; for each, take what is nearest, write another, or say it has none."""
    if not file.is_file():
        raise BadParameter(f"there is no file at {file}")
    whole, version = file.read_text("utf-8"), walk.ask("The name of its version, for example 2026-04:")
    start = dates.parse(walk.ask("Its first day, for example 2026-04-27:") or "", "the first day")
    found = dict(_beside(walk, notice.sentences(whole)))
    said = {"version": version, "from": start, "file": str(file.absolute()), "sentences": found}
    _notice(walk, said | {"says_complaint": "complain" in whole.lower()}, file.parent)


def _beside(walk: Walk, sentences: list[str]) -> Iterator[tuple[str, str]]:
    for each in promises.read(walk.hub.policy, walk.by.as_at):
        near, _ = notice.nearest(each["sentence"], sentences)
        walk.say(f"{each['promise']} {each['title']}: {each['sentence']}")
        walk.say(f"  yours: {near or 'nothing like it was found'}")
        walk.say(f"  {notice.differs(each['sentence'], near)}" if near else "  the promise would be: not promised")
        given = walk.ask(f"Enter takes it; write your own sentence, or {NO} where your notice has none:") or near
        if given and given != NO and each["promise"] in PROMISES:
            yield each["promise"], given


def _weigh(walk: Walk, entry: Entry) -> bool:
    """Ask about one value: confirm, change or later; whether the walk goes on."""
    walk.say(f"{entry.name}: {str(entry.value)[:70]} ({entry.unit}). Source: {entry.source}. {entry.unconfirmed}")
    given = (walk.ask("confirm, change, later, or stop:") or LATER).strip().lower()
    if given == "confirm":
        walk.confirm(entry.name)
    elif given == "change":
        walk.decide(entry.name, policy_write.parsed(walk.ask("The value, as YAML:"), None), walk.by.as_at)
    return given != "stop"
