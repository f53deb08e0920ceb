"""What a new council is asked, in its order: the one list from which the terminal and the desk ask; it records nothing.

A question is settled or open as the hub has it, so whoever left is asked on from there. `answers` takes what was said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase

from sqlalchemy import text

from hubdata import policy
from hubdata.dates import words
from hubdata.desk.setup import beside, partners
from hubdata.desk.setup.open import weighed
from hubdata.errors import BadParameter
from hubdata.policy import Entry
from hubdata.policy_check import SENTENCES
from hubdata.records.decisions import entries
from hubdata.records.people import actors
from hubdata.records.store import Hub
from hubdata.reports import promises
from hubdata.terms import DutyClass, OrganisationKind

CHAPTERS = (
    "Who we are",
    "Our hubs",
    "Partners",
    "Our notice",
    "Values to confirm",
    "First person",
    "First return",
)
WHO, HUBS, PARTNERS, NOTICE, VALUES, PERSON, RETURN = CHAPTERS
LINE, LINES, SECRET = "line", "lines", "secret"
CONFIRM, CHANGE, LATER, STOP = "confirm", "change", "later", "stop"
OWN, PARTNER, TEXT, PROMISED, FIRST, BEGIN = "own", "partner", "notice", SENTENCES, "person", "return"
SOURCE = "Who decided these, where and when? It is the source of each (for example: Cabinet, 3 March 2026, minute 4)"
FACTS = {
    "controller.name": ("The council's name", "As the regulator's register of controllers has it"),
    "controller.contact": ("How families reach the council about the Hub's record", "Address, e-mail, telephone"),
    "controller.data_protection_officer": (
        "The data protection officer's post, and how to reach it",
        "A post and an address; no person's name",
    ),
}
YES_OR_NO = {"yes": "Yes", "no": "No"}
LONG = 60  # characters of an answer that wants more than a line
SHOWN = 12  # of a list's items, or of a map's


@dataclass(frozen=True)
class Part:
    """One thing to say: what it is called and means, what is filled in already, and what it may be."""

    name: str
    label: str
    hint: str = ""
    needed: bool = False
    given: str = ""
    offers: Mapping[str, str] = field(default_factory=dict)
    kind: str = LINE
    says: tuple[str, ...] = ()  # what stands above it

    @property
    def lacking(self) -> str:
        """What is said where nothing was given: the name of the part, and what is to be done."""
        kept = self.label[1:2].isupper() or self.label[1:2].isdigit()  # as DPO, or P8
        label = self.label if kept else self.label[:1].lower() + self.label[1:]
        return f"{self.name}: {'choose' if self.offers else 'enter'} {label}"


@dataclass(frozen=True)
class Question:
    """One thing that is asked: its parts, what is known about it, and what was said if it is settled."""

    key: str
    chapter: str
    asks: str
    says: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    done: str = ""
    entry: Entry | None = None  # the value that it is about, which may be confirmed as it is

    @property
    def open(self) -> bool:
        """Whether nobody has settled it yet."""
        return not self.done

    @property
    def again(self) -> bool:
        """Whether it is asked until there is no more to say."""
        return self.key == PARTNER


def every(hub: Hub, day: date) -> list[Question]:
    """Every question in its order: facts and first steps, settled or not, and the values that wait."""
    decided = hub.policy
    read = promises.read(decided, day)
    values = [_value(entry, read) for entry in weighed(decided, day) if not entry.undecided]
    found = [*_facts(hub, day), _hubs(hub, day), *_partners(hub, day), *_notice(hub, day), *values]
    return [*found, *_first(hub)]


def one(hub: Hub, key: str, day: date) -> Question:
    """The question of that name, though it be settled. Raises BadParameter if nothing is asked so."""
    found = next((each for each in every(hub, day) if each.key == key), None)
    if found is None and key not in hub.policy.names():
        raise BadParameter(f"nothing is asked as {key!r}; `hubdata setup next` says what is asked")
    return found or _value(hub.policy.entry(key, day), promises.read(hub.policy, day))


def _facts(hub: Hub, day: date) -> Iterator[Question]:
    """Who the council is: what every page needs first, then what its records of processing say."""
    ships = policy.load()
    facts = [name for name in ships.names() if name.startswith("controller.") and ships.history(name)[0].undecided]
    others = [name for name in facts if name not in FACTS]
    for name in [*FACTS, *others]:
        entry = hub.policy.entry(name, day)
        asks, hint = FACTS.get(name) or (
            entry.unit[:1].upper() + entry.unit[1:],
            hub.policy.history(name)[0].assumption,
        )
        part = Part("value", asks, hint, True, "" if entry.undecided else str(entry.value), kind=LINE)
        if len(part.given) > LONG:
            part = replace(part, kind=LINES)
        yield Question(name, WHO, asks, (), (part,), _settled(entry))


def _hubs(hub: Hub, day: date) -> Question:
    entry = hub.policy.entry("hubs", day)
    said = "\n".join(f"{code}: {name}" for code, name in hub.policy.labels("hubs", day).items())
    hint = "One a line by its name, as Mill Lane; a code of your own stands before it, as mill: Mill Lane"
    return Question(
        "hubs", HUBS, "Your hubs", (), (Part("value", "Your hubs", hint, True, said, kind=LINES),), _settled(entry)
    )


def _settled(entry: Entry) -> str:
    """What was said of a fact, and when it was confirmed (`decisions list` says by whom); empty while nobody has."""
    if entry.undecided or entry.unconfirmed:
        return ""
    confirmed = f", confirmed on {words(entry.confirmed_on)}" if entry.confirmed_on else ""
    return f"{shown(entry.value)} ({entry.source}{confirmed})"


def shown(value: object) -> str:
    """A value in words: of a list or a map its first items."""
    if not isinstance(value, list | dict):
        return str(value)
    items = [f"{key}: {_inner(each)}" for key, each in value.items()] if isinstance(value, dict) else map(str, value)
    listed = list(items)
    more = f"; and {len(listed) - SHOWN:,} more" if len(listed) > SHOWN else ""
    return "; ".join(listed[:SHOWN]) + more


def _inner(value: object) -> str:
    return str(value.get("label", shown(value))) if isinstance(value, dict) else shown(value)


def _partners(hub: Hub, day: date) -> Iterator[Question]:
    rows = partners.recorded(hub).values()
    council = hub.policy.entry("controller.name", day)
    own = [name for name, kind in rows if kind == OrganisationKind.LEAD_PARTNER]
    others = [name for name, kind in rows if kind != OrganisationKind.LEAD_PARTNER]
    called = "" if council.undecided else str(council.value)
    says = ("The lead partner, which keeps the Hub's own records. It needs no agreement with itself.",)
    yield Question(OWN, PARTNERS, "Your own organisation", says, _organisation(called, False), "; ".join(own))
    if own:
        there = (f"On record: {'; '.join(others) or 'nobody yet'}.",)
        yield Question(PARTNER, PARTNERS, "A partner", there, _organisation("", True), "; ".join(others))


def _organisation(called: str, other: bool) -> tuple[Part, ...]:
    kinds = {str(kind): kind.label for kind in OrganisationKind if kind != OrganisationKind.LEAD_PARTNER}
    duties = {str(duty): duty.label for duty in DutyClass}
    first = (
        Part("name", "Its name", "As families know it", True, called),
        Part("organisation", "A short code for it", "Letters and digits, as EXC: it stands on its returns", True),
    )
    contact = Part("rights_contact", "Whom families ask there for a copy of their data", "An address or a post")
    keeps = Part("retention_policy", "Its own policy on how long it keeps records", "Its name or where it is read")
    duty = Part("duty_class", "Its duty to share for a child's welfare", offers=duties)
    if not other:
        return (*first, contact, keeps, duty)
    agreed = "The day from which the sharing agreement with it holds"
    return (
        *first,
        Part("kind", "What it is", needed=True, offers=kinds, given=str(OrganisationKind.PARTNER)),
        contact,
        keeps,
        Part("sharing_agreement_from", agreed, "For example 27/3/2026"),
        Part("sharing_agreement_to", "The last day of that agreement", "Leave it empty while none is agreed"),
        duty,
    )


def _notice(hub: Hub, day: date) -> Iterator[Question]:
    wording, sentences = hub.policy.entry("notice.wording", day), hub.policy.entry(SENTENCES, day)
    versions = hub.policy.entry("notice_versions", day)
    whole = "" if wording.undecided else str(wording.value)
    parts = (
        Part("text", "The whole notice", "Paste it here as families read it", True, whole, kind=LINES),
        Part("version", "The name of this version", "For example 2026-04", True),
        Part("from", "The first day on which families were given it", "For example 27/4/2026", True),
        Part("complaint", "Does it say that one may complain to the council?", needed=True, offers=YES_OR_NO),
    )
    done = "" if wording.undecided or versions.undecided else f"Version {'; '.join(versions.value)}"
    yield Question(TEXT, NOTICE, "Your privacy notice", (), parts, done)
    says = (
        "Beside each promise that this product checks stands the sentence of your notice that is most like it. ",
        "What you leave empty your notice does not promise, and the board then says “Not promised”.",
    )
    said = "" if sentences.undecided else f"{len(sentences.value)} of {len(promises.read(hub.policy, day))} promises"
    if whole:
        yield Question(PROMISED, NOTICE, "What your notice promises", says, _promised(hub, whole, day), said)


def _promised(hub: Hub, whole: str, day: date) -> tuple[Part, ...]:
    """A part for each promise: its sentence, and what of the notice is most like it."""
    found, entry = beside.sentences(whole), hub.policy.entry(SENTENCES, day)
    parts = []
    for each in promises.read(policy.load(), day):
        near, _ = beside.nearest(each["sentence"], found)
        near = near if entry.undecided else entry.value.get(each["promise"], "")
        differs = f"What differs: {beside.differs(each['sentence'], near)}" if near else "Nothing like it was found."
        label = f"{each['promise']} {each['title']}"
        above = (f"{label}: {each['sentence']}", differs)
        parts.append(Part(each["promise"], f"{label}, in your notice's words", "", False, near, kind=LINES, says=above))
    return tuple(parts)


def _value(entry: Entry, read: list[dict]) -> Question:
    """A value that may be confirmed or changed; `read` are the promises, which say whether they stand on it."""
    stands = [each["promise"] for each in read if any(fnmatchcase(entry.name, one) for one in each["stands_on"])]
    rests = f"{', '.join(stands)} {'stands' if len(stands) == 1 else 'stand'} on it." if stands else ""
    source = f"Source: {entry.source}. In force since {words(entry.valid_from)}."
    says = (f"{entry.unit[:1].upper()}{entry.unit[1:]}. {rests}".strip(), source, entry.assumption)
    done = f"confirmed on {words(entry.confirmed_on)}" if entry.confirmed_on else "by law"
    done = "" if entry.unconfirmed else done
    parts = (
        Part(
            "value",
            "Another value",
            _how(entry.value),
            True,
            entries.plain(entry.value),
            kind=LINES if isinstance(entry.value, list | dict) else LINE,
        ),
        Part("from", "The first day on which it holds", "Left empty: today"),
    )
    asks = entry.name.replace(".", ": ").replace("_", " ")
    return Question(entry.name, VALUES, asks[:1].upper() + asks[1:], tuple(filter(None, says)), parts, done, entry)


def _how(value: object) -> str:
    """How a value of this kind is written."""
    if isinstance(value, dict):
        return "One a line, its name before the colon; more lines with the same name where there are several"
    return "One a line" if isinstance(value, list) else ""


def _first(hub: Hub) -> Iterator[Question]:
    with hub.read() as connection:
        there = actors.registered(connection)
        families = connection.execute(text("SELECT 1 FROM families LIMIT 1")).first()
    says = ("Whoever this is may do everything here but agree to their own work, and registers the others.",)
    parts = (
        Part("name", "The first person's name", "As it shall stand in the ledger", True),
        Part("passphrase", "A passphrase", "At least four words that nobody guesses", True, kind=SECRET),
        Part("again", "The same passphrase again", "", True, kind=SECRET),
    )
    yield Question(FIRST, PERSON, "The first person who may act here", says, parts, "registered" if there else "")
    yield Question(BEGIN, RETURN, "The first return", (), (), "families are on record" if families else "")
