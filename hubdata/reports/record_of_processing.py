"""The parts of the record of processing (UK GDPR, Article 30(1)) that no family's record says; it reads none.

They come from the passports, the policy and the code, so that nothing that stands there is typed a second time.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from hubdata import dates, periods
from hubdata.figures.parts import Facts
from hubdata.figures.table import Column, Table
from hubdata.policy import Policy
from hubdata.records import dictionary
from hubdata.records.people.acting import CLAIMED
from hubdata.records.people.claims import NOBODY, SINCE, Claims
from hubdata.records.tables.column import FREE_TEXT, IDENTIFYING, OPEN, STAFF_NAME, Passport
from hubdata.records.tables.contract import APPEND_ONLY, TABLES, passport
from hubdata.records.tables.retention import OF_STAFF
from hubdata.terms import ProofKind, Role

ACCOUNTABILITY = "To keep, destroy and prove, and to answer people about their data rights"
FAMILIES, STAFF = "Members of families", "Workers and officers"
PROMISES = {
    "hub_working": "P2, P3, P5",
    "additional_support": "P6",
    "evaluation": "P4",
    "safeguarding": "P7",
    "welfare": "P7",
    "legal_duty": "P7",
}
FACTS = {
    "controller": {
        "Controller": "controller.name",
        "Contact": "controller.contact",
        "Data protection officer": "controller.data_protection_officer",
        "Representative": "controller.representative",
        "Joint controllers": "controller.joint_controllers",
        "Supervised by": "regulator.name",
    },
    "transfers": {
        "To other countries, and safeguards": "controller.transfers",
        "Where the records are": "receipt.storage_location",
    },
    "links": {
        "Source of the details": "controller.source",
        "Appropriate policy document": "controller.appropriate_policy_document",
        "Impact assessment": "controller.impact_assessment",
    },
}
COPIES = {"Copies of the hub": "retention.backup_days", "Copies made for people": "rights.pack_kept_days"}
ACTIONS = {
    "review": "Reviewed, then destroyed or kept with a reason",
    "delete": "Deleted",
    "anonymise": "Made anonymous",
}


def tables(policy: Policy, as_at: date) -> dict[str, Table | Facts]:
    """Every part by its name, as decided and declared on a day."""
    made = [
        _purposes(as_at),
        _people(as_at),
        _dictionary(as_at),
        *(_facts(name, policy, as_at) for name in FACTS),
        *(make(policy, as_at) for make in (_grounds, _details, _schedule, _measures)),
    ]
    return {table.name: Facts(table) if table.name in FACTS else table for table in made}


def _table(name: str, title: str, as_at: date, labels: dict[str, str], rows: Iterable[tuple], **said) -> Table:
    columns = tuple(Column(key, label, missing="[x]") for key, label in labels.items())
    return Table(name, title, f"As decided and declared, {dates.words(as_at)}", columns, tuple(rows), **said)


def _facts(name: str, policy: Policy, as_at: date) -> Table:
    entries = {fact: policy.entry(source, as_at) for fact, source in FACTS[name].items()}
    said = (
        (fact, f"{e.value}. {f'To be confirmed: {e.unconfirmed}' if e.unconfirmed else ''}".strip())
        for fact, e in entries.items()
    )
    return _table(name, name.capitalize(), as_at, {"fact": "Fact", "value": "Value"}, said)


def _purposes(as_at: date) -> Table:
    serves: dict[str, list[str]] = {}
    for name, column in _columns():
        tables = serves.setdefault(passport(name, column).purpose, [])
        tables += [] if name in tables else [name]
    split = [(*purpose.partition(": ")[::2], ", ".join(map(_plain, names))) for purpose, names in serves.items()]
    rows = sorted(
        (
            (first if first.startswith("P") else "House rule", why[0].upper() + why[1:], names)
            for first, why, names in split
        ),
        key=_by_promise,
    )
    labels = {"promise": "Promise", "why": "What it is for", "records": "Kept in"}
    note = "Every column of the Hub's record must serve one of these; one that serves none does not exist."
    return _table("purposes", f"The Hub's record serves {len(rows)} purposes", as_at, labels, rows, notes=(note,))


def _by_promise(row: tuple) -> tuple:
    return (not row[0].startswith("P"), [int(number) for number in re.findall(r"\d+", row[0])], row[1])


def _grounds(policy: Policy, as_at: date) -> Table:
    conditions = policy.value("controller.special_category", as_at)
    basis = policy.value("controller.accountability_basis", as_at)
    account = (ACCOUNTABILITY, "P8 to P12", basis, conditions.get("accountability"), None)
    rows = [
        (
            label,
            PROMISES.get(code),
            _value(policy, f"lawful_basis.{code}", as_at),
            conditions.get(code),
            _value(policy, f"legal_power.{code}", as_at),
        )
        for code, label in policy.labels("share_purposes", as_at).items()
    ]
    labels = {
        "purpose": "Purpose",
        "promise": "Promise",
        "basis": "Lawful basis under UK GDPR",
        "condition": "Condition for special categories",
        "power": "Power or duty in law to share",
    }
    note = (
        "A family's agreement to sharing is a promise of the notice, and neither the lawful basis nor the power in law."
    )
    title = "The lawful basis, the condition and the power for each purpose"
    return _table("grounds", title, as_at, labels, [*rows, account], notes=(note,))


def _value(policy: Policy, name: str, as_at: date) -> object:
    return next((entry.value for entry in policy.in_force(as_at) if entry.name == name), None)


def _people(as_at: date) -> Table:
    rows = [*((FAMILIES, role.label) for role in Role), (STAFF, "Those who support families, and who keep the record")]
    labels = {"whom": "Whom the record is about", "said": "Who that is"}
    return _table("people", "The record is about families, and those who work for them", as_at, labels, rows)


def _details(policy: Policy, as_at: date) -> Table:
    rules = policy.value(periods.NAME, as_at)
    rows = []
    for name, said in dictionary.tables().items():
        cards = {column.name: passport(name, column.name) for column in TABLES[name].c}
        if whom := _whom([*cards.values()]):
            details = ", ".join(_plain(column) for column in cards if column != "recorded_at")
            kept = "; ".join(dict.fromkeys(rules[card.retention]["title"] for card in cards.values()))
            rows.append((_plain(name).capitalize(), said, "; ".join(whom), details, kept))
    labels = {
        "record": "Record",
        "said": "What one of them says",
        "whom": "Whom it is about",
        "details": "Details",
        "kept": "Kept as",
    }
    note = (
        "The audit chain also names the officer who did each thing. Details of partners' own work stay with them (P1)."
    )
    title = f"{len(rows)} kinds of record are about people"
    return _table("details", title, as_at, labels, rows, notes=(note,))


def _whom(cards: list[Passport]) -> list[str]:
    """The categories of people that a table is about, by its columns' passports."""
    family = any(card.retention == "family" and card.sensitivity != OPEN for card in cards)
    staff = any(card.access in (STAFF_NAME, OF_STAFF["access"]) or card.allowed == "practitioners" for card in cards)
    return [FAMILIES] * family + [STAFF] * staff


def _schedule(policy: Policy, as_at: date) -> Table:
    rules = [periods.rule(value) for value in policy.value(periods.NAME, as_at).values()]
    rows: list[tuple] = [(rule.title, str(rule), ACTIONS[rule.action], rule.approver, rule.code) for rule in rules]
    for copies, name in COPIES.items():
        kept = f"{policy.value(name, as_at)} days after they were made"
        rows.append((copies, kept, ACTIONS["delete"], None, name))
    labels = {"record": "Record", "kept": "Kept for", "then": "Then", "approver": "Approved by", "rule": "Rule"}
    return _table("schedule", "Time limits for erasure", as_at, labels, rows)


def _measures(policy: Policy, as_at: date) -> Table:
    cards = {f"{_plain(name)}: {_plain(column)}": passport(name, column).sensitivity for name, column in _columns()}
    naming = [place for place, sensitivity in cards.items() if sensitivity == IDENTIFYING]
    texts = sum(sensitivity == FREE_TEXT for sensitivity in cards.values())
    shown = policy.value(f"disclosure.{policy.value('releases.disclosure', as_at)}", as_at)
    small = (
        "Managers see no exact count: each is changed slightly, and always alike for the same families."
        if shown["zeros"] == "kept"
        else f"Managers see no count from 1 to {shown['threshold']}, nor figures to work one out from."
    )
    cap, outside = (policy.value(n, as_at) for n in ("retention.disposal_cap", "controller.organisational_measures"))
    said = {
        "Few details": f"{len(cards)} columns may exist, each with a stated purpose. Anything else is refused.",
        "Names stay in the records": f"Only these say who somebody is: {', '.join(naming)}. Reports, findings and "
        "releases have references; whoever looks a name up leaves an entry in the audit chain.",
        "Free text stays in the records": f"{texts} columns hold short free text. It leaves the database only in a "
        "person's own copy.",
        "Who may open them": "On a server the database's own login decides; on one computer, only the files' owner.",
        "Every write is answered for": "Who, when and why go into an audit chain in the same transaction. A change of "
        "the past breaks the chain.",
        "Nothing about sharing is overwritten": f"To {', '.join(map(_plain, APPEND_ONLY))} rows are only added; the "
        "database itself refuses a change.",
        "Destruction takes two people": f"One reviews, another approves, at most {cap:,} families at a time, and a "
        "certificate says what was destroyed.",
        "Small numbers are hidden": small,
        "What the council does beside it": outside,
    }
    labels = {"measure": "Measure", "how": "How it works"}
    return _table("measures", "How the record is protected", as_at, labels, said.items())


def acts(counted: Claims, as_at: date) -> Table:
    """How many acts of each kind rest on a name that was typed, and how many on a proof."""
    kinds = {CLAIMED: "A typed name, a claim", SINCE: "Of those, since people are registered"}
    kinds |= {kind: kind.label for kind in ProofKind}
    rows: list[tuple] = [
        (act.capitalize(), *(numbers.get(kind, 0) for kind in kinds)) for act, numbers in counted.acts.items()
    ]
    typed, proved = counted.of(CLAIMED), sum(map(counted.of, ProofKind))
    title = f"{typed:,} acts rest on a typed name, {proved:,} on a proof"
    begun = f"People are registered since {dates.words(counted.since)}." if counted.since else f"{NOBODY}."
    columns = (Column("act", "Acts"), *(Column(str(kind), label, "number") for kind, label in kinds.items()))
    scope = f"Entries of the audit chain by {dates.words(as_at)}"
    note = "One login of a machine's operating system may serve several people; who typed a name is not known."
    return Table("acts", title, scope, columns, tuple(rows), notes=(begun, note))


def _dictionary(as_at: date) -> Table:
    rows = [
        (f"{_plain(name)}: {_plain(column)}", *rest)
        for name in dictionary.tables()
        for column, *rest in dictionary.columns(name)
    ]
    labels = {label.replace(" ", "_").replace("'", ""): label[0].upper() + label[1:] for label in dictionary.HEAD}
    title = f"{len(rows)} columns may exist, and no others"
    return _table("dictionary", title, as_at, labels, rows)


def _columns() -> Iterator[tuple[str, str]]:
    return ((name, column.name) for name in dictionary.tables() for column in TABLES[name].c)


def _plain(name: str) -> str:
    return name.replace("_", " ")
