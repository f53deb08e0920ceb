"""Takes what was said to a question of the set-up: checked whole and recorded once, as decisions, a return or a person.

Whoever asks, a terminal, a file of answers or the desk, ends here. What was said of a value says first whom it moves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from hubdata import dates, policy
from hubdata.desk.setup import partners, questions
from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.policy import ALWAYS, Entry
from hubdata.policy_check import PROMISES, SENTENCES
from hubdata.records.decisions import entries, make, stands
from hubdata.records.people import change, proofs
from hubdata.records.store import Hub
from hubdata.rules import moved
from hubdata.terms import OrganisationKind


@dataclass(frozen=True)
class Taker:
    """Whose hub it is, who acts and why, and who decided what is said."""

    hub: Hub
    by: By
    source: str = ""

    def decide(self, name: str, value: object, start: date = ALWAYS) -> str:
        """Put one value in force from a day on; that it is, in words."""
        entry, history = make.value(self.hub, Entry(name, value, "", self.source, start, start), self.by)
        with make.drafted(self.hub, stands.SET, entry, history) as draft:
            make.enter(self.hub, draft, self.by, len(moved.reported(self.hub, start)))
        return f"{name} is decided."

    def confirm(self, name: str) -> str:
        """Confirm the value in force as it is; that it is, in words."""
        entry, history = make.confirmation(self.hub, name, self.by)
        with make.drafted(self.hub, stands.CONFIRM, entry, history) as draft:
            make.enter(self.hub, draft, self.by)
        return f"{name} is confirmed."

    def open(self, name: str) -> bool:
        """Whether nobody has said it yet."""
        return self.hub.policy.entry(name, self.by.as_at).undecided


def said(taker: Taker, key: str, given: Mapping[str, str]) -> list[str]:
    """Take what was said to the question of this name; how it went, in words.

    Raises BadParameter or Refused with what must be put right, and has then recorded nothing.
    """
    asked = questions.one(taker.hub, key, taker.by.as_at)
    lacking = [part for part in asked.parts if part.needed and not given.get(part.name, "").strip()]
    if asked.entry is None and lacking:
        raise BadParameter("; ".join(part.lacking for part in lacking))
    return [TAKES.get(asked.chapter, _fact)(taker, asked, {name: each.strip() for name, each in given.items()})]


def _fact(taker: Taker, asked: questions.Question, given: Mapping[str, str]) -> str:
    value = hubs(given["value"]) if asked.key == "hubs" else given["value"]
    if taker.hub.policy.value(asked.key, taker.by.as_at) == value:
        return f"{asked.asks}: as it was."
    return taker.decide(asked.key, value, ALWAYS if taker.open(asked.key) else taker.by.as_at)


def hubs(given: str) -> dict[str, str]:
    """Hubs as they were typed, by their codes; one without a code has its name's. Raises BadParameter if it is none."""
    found: dict[str, str] = {}
    for each in given.replace("\n", ";").split(";"):
        code, sign, name = each.partition(":")
        called = (name if sign else code).strip()
        if not each.strip():
            continue
        if not called or not (key := policy.slug(code)):
            raise BadParameter(f"value: {each.strip()!r} is no hub; write its name, or code: Name")
        if key in found:
            raise BadParameter(f"value: two hubs have the code {key}; write another before one of them, as code: Name")
        found[key] = called
    if not found:
        raise BadParameter("value: write at least one hub by its name")
    return found


def _partner(taker: Taker, asked: questions.Question, given: Mapping[str, str]) -> str:
    kind = OrganisationKind.LEAD_PARTNER if asked.key == questions.OWN else given.get("kind")
    there = partners.recorded(taker.hub).get(given["organisation"])
    if there and there[0] != given["name"]:
        raise BadParameter(f"organisation: {given['organisation']} is the code of {there[0]} already; choose another")
    row = {name: given[name] for name in partners.COLUMNS if given.get(name)} | {"kind": str(kind)}
    partners.add(taker.hub, [row], taker.by)
    return f"{row['name']} is on record as {row['organisation']}."


def _notice(taker: Taker, asked: questions.Question, given: Mapping[str, str]) -> str:
    if asked.key == questions.PROMISED:
        meant = {name: given[name] for name in PROMISES if given.get(name)}
        if not meant:
            raise BadParameter("P1: write at least one sentence of your notice, beside the promise that it makes")
        taker.decide(SENTENCES, meant, _began(taker))
        return f"Your notice promises {len(meant)} of {len(PROMISES)}; the others are “Not promised”."
    return notice(
        taker, given["version"], dates.parse(given["from"], "from"), given["text"], given["complaint"] == "yes"
    )


def _began(taker: Taker) -> date:
    """The first day of the notice that was given last: what it promises holds from that day."""
    return taker.hub.policy.history("notice.wording")[-1].valid_from


def notice(taker: Taker, version: str, start: date, text: str, complaint: bool, earlier: Mapping | None = None) -> str:
    """A version of the notice with its first day and its words, all of it or, where any of it cannot be, nothing.

    `complaint`: whoever read it says that it tells families how to complain to the council.
    """
    hub, day = taker.hub, taker.by.as_at
    versions = {**(earlier or {}), **hub.policy.value("notice_versions", max(day, start)), version: start}
    wanted: list[tuple[str, object, date]] = [("notice.wording", text, start)] if text else []
    wanted.append(("notice_versions", versions, ALWAYS if taker.open("notice_versions") else start))
    if complaint:
        say = hub.policy.value("notices.say_complaint", max(day, start))
        wanted.append(("notices.say_complaint", [*dict.fromkeys([*say, version])], start))
    left = [each for each in wanted if not _holds(hub, *each)]
    for name, value, since in left:
        make.value(hub, Entry(name, value, "", taker.source, since, since), taker.by)
    for each in left:
        taker.decide(*each)
    return f"Version {version} of your notice holds from {dates.words(start)}."


def _holds(hub: Hub, name: str, value: object, start: date) -> bool:
    """Whether that very value is in force from that day already, as where somebody was stopped half-way."""
    return any(each.valid_from == start and each.value == value for each in hub.policy.history(name))


def _value(taker: Taker, asked: questions.Question, given: Mapping[str, str]) -> str:
    """Confirm a value as it is, or put another in force."""
    if asked.entry is None or given.get("choice", questions.CONFIRM) == questions.CONFIRM:
        return taker.confirm(asked.key)
    done = moved.decide(taker.hub, stands.SET, *_other(taker, asked, given), taker.by, False)
    return "\n".join(moved.lines(done))


def _other(taker: Taker, asked: questions.Question, given: Mapping[str, str]) -> tuple[Entry, list[Entry]]:
    """Another value of this name as it was typed, and all its values with it."""
    if not given.get("value") or asked.entry is None:
        raise BadParameter("value: enter another value")
    start = dates.parse(given["from"], "from") if given.get("from") else taker.by.as_at
    value = entries.typed(given["value"], asked.entry.value)
    if value == asked.entry.value:
        raise BadParameter("value: that is the value in force; confirm it, or write another one")
    return make.value(taker.hub, Entry(asked.key, value, "", taker.source, start, start), taker.by)


def impact(taker: Taker, key: str, given: Mapping[str, str]) -> list[str]:
    """Whom another value would move, in words; nothing is recorded."""
    asked = questions.one(taker.hub, key, taker.by.as_at)
    new, history = _other(taker, asked, given)
    by = replace(taker.by, reason=taker.by.reason or "asked whom it moves")
    return moved.lines(moved.decide(taker.hub, stands.SET, new, history, by, True))


def _person(taker: Taker, _asked: questions.Question, given: Mapping[str, str]) -> str:
    if given["passphrase"] != given.get("again"):
        raise BadParameter("again: the two passphrases were not the same; nothing was kept")
    proof = change.Proof(proofs.of_passphrase(given["passphrase"]), given["passphrase"])
    change.first(taker.hub, given["name"], proof)
    return f"{given['name']} is registered."


TAKES = {
    questions.PARTNERS: _partner,
    questions.NOTICE: _notice,
    questions.VALUES: _value,
    questions.PERSON: _person,
}
