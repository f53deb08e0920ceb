"""What the register of data rights says to a reader: sentences and days in words, references only."""

from dataclasses import asdict
from datetime import date

from hubdata import dates, policy
from hubdata.dates import words
from hubdata.rights.question import STATUS
from hubdata.rights.view import Part, Standing
from hubdata.rules.clock import COMPLAINT
from hubdata.terms import RequestKind

WORTH = {
    "applies": "applies",
    "limited": "applies with limits",
    "does_not_apply": "does not apply",
    "cannot_tell": "cannot be told: no point of Article 6(1) is named",
}


def day(said: str | None, as_at: date, name: str = "--on") -> date:
    """A day as given, or the day that is judged."""
    return dates.parse(said, name) if said is not None else as_at


def complaint(made: Standing) -> dict:
    """A complaint as the commands give it: its reference is called so."""
    return {"complaint": made.request} | {name: each for name, each in asdict(made).items() if name != "request"}


def logged(made: Standing, decided: policy.Policy) -> list[str]:
    """What was logged, and what follows."""
    said = [f"{_noun(made).capitalize()} {made.request} is logged. {standing(made)}"]
    if made.holds:
        said.append(f"Hold {', '.join(made.holds)} keeps family {made.family} until it is closed.")
    if made.scheduled["due_on"]:
        said.append(
            f"Scheduled for disposal after {words(made.scheduled['due_on'])} ({made.scheduled['state']}, rule "
            f"{made.scheduled['rule']}); that is kept as evidence."
        )
    if made.same_as:
        said.append(
            f"The same person's request {made.same_as} was open when it came: both are linked, and who asks must be "
            "confirmed for this one too."
        )
    said += [
        f"By the lawful basis of {one.purpose} ({one.basis}), the right {WORTH[one.answer]}."
        for one in made.applies
        if one.answer != "applies"
    ]
    if made.kind == RequestKind.ERASURE:
        grounds = decided.labels("rights.erasure_grounds", made.received_on).values()
        said += ["It is to be done where one of these holds, and no exemption stands against it:"]
        said += [f"  {ground}" for ground in grounds]
    return said + [part_line(part) for part in made.parts] + [f"Look at this: {note}." for note in made.notes]


def stepped(made: Standing, what: str) -> list[str]:
    """What was recorded, and what is left."""
    said = [f"{what} is recorded for {_noun(made)} {made.request}. {standing(made)}"]
    if made.outcome != "open":
        left = f"Hold {', '.join(made.holds)} stays: release it when the restriction is lifted." if made.holds else ""
        said = [f"{_noun(made).capitalize()} {made.request} is {made.outcome}. {left}".strip()]
        said += [f"  Tell the person: {line}" for line in made.must_say]
    if what == "responded" and not any(event["what"].startswith("id_") for event in made.events):
        said.append("No step says how it was known who asks; record id_received if it was confirmed.")
    return said + [f"Look at this: {note}." for note in made.notes]


def lines(found: list[Standing], as_at: date) -> list[str]:
    """The register."""
    if not found:
        return [f"Nothing is in the register by {words(as_at)}."]
    said = []
    for one in found:
        of = f"of {one.person}, " if one.person else "of "
        said.append(
            f"{one.request}  {one.kind} {of}family {one.family}, received on {words(one.received_on)}. {standing(one)}"
        )
        said += [f"  linked to {one.same_as}"] if one.same_as else []
        said += [part_line(part) for part in one.parts] + [f"  look at this: {note}" for note in one.notes]
    return said


def _noun(made: Standing) -> str:
    return "complaint" if made.kind == COMPLAINT else "request"


def standing(made: Standing) -> str:
    """How a request or complaint stands, and by when what must be done."""
    status = STATUS.get(made.status, made.status)
    if made.outcome == "open" and made.acknowledged_on:
        late = ", late" if made.status == "answered_late" else ""
        told = f"; the person was last told how it goes on {words(made.progress_on)}" if made.progress_on else ""
        return f"Acknowledged on {words(made.acknowledged_on)}{late}; its outcome is still to be told{told}."
    if made.outcome != "open" or not made.due:
        return f"{status[0].upper()}{status[1:]}."
    what = "Acknowledge" if made.kind == COMPLAINT else "Answer"
    strictly = f"; read strictly, by {words(made.alert_on)}" if made.alert_on and made.alert_on != made.due else ""
    return f"{what} by {words(made.due)} ({status}{strictly})."


def part_line(part: Part) -> str:
    """One organisation's part, and whom to ask about it."""
    asked = part.rights_contact or "its contact is not known"
    return f"  {part.organisation} {part.why}: {part.state}; whom to ask: {asked}"
