"""What a letter's placeholders say of one request on one day: from the register, the clock and the dated values alone.

No day is typed: every one comes from the clock. It writes nothing.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from hubdata.dates import words
from hubdata.errors import Refused
from hubdata.policy import Policy
from hubdata.records.tables.contract import TABLES
from hubdata.rights import view
from hubdata.rights.copy import items
from hubdata.rights.letters.wording import Facts
from hubdata.rights.view import Standing
from hubdata.rules import clock, course
from hubdata.terms import ItemOutcome, LetterKind, OrganisationKind, RequestKind

ASKED = {
    RequestKind.ACCESS: "a copy of what is held about {whom}",
    RequestKind.RECTIFICATION: "that what is wrong about {whom} is put right",
    RequestKind.ERASURE: "that what is held about {whom} is erased",
    RequestKind.RESTRICTION: "that what is held about {whom} is kept but not used",
    RequestKind.PORTABILITY: "to take what was given about {whom} to another service",
    RequestKind.OBJECTION: "not to use what is held about {whom} in the way that we do",
    RequestKind.COMPLAINT: "a complaint about data protection",
}
WAITED = {
    "identity": "proof of who you are",
    "authority": "proof that you may act for the person",
    "fee": "a fee",
}
HUB_ONLY = (
    "The council answers for the Hub's own limited record only. Each partner keeps its own records of the support it "
    "gives, on its own system; for those, ask the partner."
)
PAUSED = {
    "law": "The day on which we ask, the day of your answer and the days between do not count towards the time that we "
    "have to answer your request (UK GDPR, Article 12A(5)). That time goes on when your answer comes.",
    "guidance": "While we wait for your answer the time that we have to answer your request stands still (the "
    "regulator's guidance on the right of access).",
}
LEFT_OUT = (
    "Some things were left out of it. The end of the copy says of what kind they are, how many, and the reason in law."
)


@dataclass(frozen=True)
class Occasion:
    """What a letter is written on: the request, its steps with the one that the letter takes, the clock, the day."""

    standing: Standing
    taken: list[course.Event]
    values: Policy
    on: date
    says: str | None
    exemption: str | None
    pack: dict | None
    to_person: str | None
    names: dict[str, str]

    @property
    def told(self) -> clock.Clock:
        """What the clock says once the letter's own step is taken."""
        asked = course.asked(self.standing.kind, self.taken)
        return clock.read(asked, clock.law(self.values, asked.received), self.on)

    def value(self, name: str):
        """A dated value on the letter's day. Raises Refused for a fact of the council's that nobody has said."""
        entry = self.values.entry(name, self.on)
        if entry.undecided:
            why = f"{name} is not decided yet, and a letter says it: decide it with `hubdata decisions set {name}`"
            raise Refused(f"The letter was not written. {why}", [why])
        return entry.value


def of(connection: Connection, occasion: Occasion, kind: str) -> Facts:
    """What each placeholder says."""
    standing, told = occasion.standing, occasion.told
    said: Facts = {
        "request": standing.request,
        "received_on": words(standing.received_on),
        "today": words(occasion.on),
        "asked_for": ASKED[RequestKind(standing.kind)].format(whom=_whom(occasion)),
        "on_behalf": _on_behalf(occasion),
        "council": occasion.value("controller.name"),
        "contact": _contact(connection, occasion),
        "regulator": f"{occasion.value('regulator.name')}, {occasion.value('regulator.contact')}",
        "due": words(told.due) if told.due else None,
    }
    if standing.kind == RequestKind.COMPLAINT:
        return said | _of_complaint(occasion, kind, told)
    return said | _of_right(connection, occasion, kind, told)


def _of_complaint(occasion: Occasion, kind: str, told: clock.Clock) -> Facts:
    text = {"progress": LetterKind.PROGRESS, "outcome": LetterKind.OUTCOME}
    days = int(occasion.value("complaints.progress"))
    return {
        **{name: (occasion.says or "") if kind == each else None for name, each in text.items()},
        "next_told": f"We tell you at least every {days} days how it is going." if days else "",
        "complain": "\n".join(
            (
                "If you are not content, you can complain to the regulator, and you can ask a court to decide.",
                f"The regulator: {occasion.value('regulator.name')}, {occasion.value('regulator.contact')}.",
            )
        ),
    }


def _of_right(connection: Connection, occasion: Occasion, kind: str, told: clock.Clock) -> Facts:
    typed = {"question": LetterKind.CLARIFY, "why": LetterKind.EXTEND, "done": LetterKind.SEND}
    laws = occasion.values.labels("rights.exemptions", occasion.on)
    pack = occasion.pack
    return {
        **{name: (occasion.says or "") if kind == each else None for name, each in typed.items()},
        **({"why": occasion.says or ""} if kind == LetterKind.REFUSE else {}),
        "answer_by": _answer_by(occasion, told),
        "waits": _waits(occasion),
        "clock_waits": _clock_waits(occasion, told),
        "law": laws.get(occasion.exemption or "") if kind == LetterKind.REFUSE else None,
        "copy": f"Its reference is {pack['pack']}; it was made on {words(pack['made_on'])}." if pack else None,
        "left_out": _left_out(connection, occasion) if pack else None,
        "delete_on": words(pack["delete_on"]) if pack else None,
        "hub_only": "\n".join([HUB_ONLY, *_partners(connection, occasion)]),
        "told": _told(connection, occasion),
        "complain": _complain(connection, occasion, kind),
    }


def _whom(occasion: Occasion) -> str:
    standing = occasion.standing
    if standing.person is None or standing.person == occasion.to_person:
        return "you"
    return occasion.names[standing.person]


def _on_behalf(occasion: Occasion) -> str:
    by = occasion.standing.asked_by
    if by in (None, occasion.standing.person) or by == occasion.to_person:
        return ""
    return "It was asked for on your behalf by another member of your family."


def _contact(connection: Connection, occasion: Occasion) -> str | None:
    """How the council is reached, as entered among the values, and else in the lead partner's own row."""
    organisations = TABLES["organisations"].c
    ways = view.reached(occasion.values, occasion.on)
    lead = organisations.kind == OrganisationKind.LEAD_PARTNER
    ways += connection.execute(select(organisations.rights_contact).where(lead)).scalars()
    return "; ".join(dict.fromkeys(way for way in ways if way)) or None


def _waiting(occasion: Occasion) -> list[str]:
    waits = course.asked(occasion.standing.kind, occasion.taken).waits()
    return [WAITED[name] for name, requested, came in waits if requested and not came]


def _waits(occasion: Occasion) -> str:
    waited = _waiting(occasion)
    return f"We have asked you for {' and '.join(waited)}, and it has not come yet." if waited else ""


def _answer_by(occasion: Occasion, told: clock.Clock) -> str:
    if (waited := _waiting(occasion)) and told.relevant_time is None:
        return f"The time that we have to answer begins on the day on which {' and '.join(waited)} comes."
    if told.due is None:
        return "The time that we have to answer stands still until your answer to our question comes."
    if told.answered:
        return ""
    over = ", a day that has passed: we should have answered by then" if told.due < occasion.on else ""
    return f"We must answer you by {words(told.due)} at the latest{over}."


def _clock_waits(occasion: Occasion, told: clock.Clock) -> str:
    """That the time stands still while the person is asked, or that asking does not change it."""
    law = clock.law(occasion.values, occasion.standing.received_on)
    if occasion.standing.kind in law.pausing and told.due is None and told.relevant_time:
        return PAUSED[law.paused_by]
    until = f": we must answer you by {words(told.due)}" if told.due else ""
    return f"That we ask does not change the time that we have{until}."


def _left_out(connection: Connection, occasion: Occasion) -> str:
    decided = items.decisions(connection, occasion.standing.request).values()
    left = any(one["decision"] == ItemOutcome.WITHHOLD or one["words_out"] for one in decided)
    return LEFT_OUT if left else "Nothing that is about you was left out of it."


def _partners(connection: Connection, occasion: Occasion) -> list[str]:
    names = _organisations(connection)
    return [
        f"{names[part.organisation]}: {part.rights_contact or 'ask the person who supports you how to reach it'}"
        for part in occasion.standing.parts
    ]


def _told(connection: Connection, occasion: Occasion) -> str:
    """Which recipients a correction, an erasure or a restriction was passed on to (UK GDPR, Article 19)."""
    if occasion.standing.kind not in view.TELLS_RECIPIENTS:
        return ""
    names, parts = _organisations(connection), occasion.standing.parts
    told = [names[one.organisation] for one in parts if one.state == "complete"]
    waits = [names[one.organisation] for one in parts if one.state != "complete"]
    said = [f"We told those who had your details from us: {'; '.join(told)}."] if told else []
    said += [f"We are still telling: {'; '.join(waits)}."] if waits else []
    return " ".join(said) or "Nobody had your details from us, so nobody else was told."


def _organisations(connection: Connection) -> dict[str, str]:
    organisations = TABLES["organisations"].c
    found = connection.execute(select(organisations.organisation, organisations.name)).all()
    return {row.organisation: row.name for row in found}


def _complain(connection: Connection, occasion: Occasion, kind: str) -> str:
    """Where to complain, as the law of the letter's day asks for it, and how each of them is reached."""
    refusing = kind == LetterKind.REFUSE or (occasion.pack and _left_out(connection, occasion) == LEFT_OUT)
    said = occasion.value("rights.must_say")["refusal" if refusing else "copy"]
    council = "; ".join(filter(None, [occasion.value("controller.name"), _contact(connection, occasion)]))
    return "\n".join(
        (
            said,
            f"The council: {council}.",
            f"The regulator: {occasion.value('regulator.name')}, {occasion.value('regulator.contact')}.",
        )
    )
