"""Says every fault of a schedule in words, with where it stands, before anything runs; it opens no hub."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path

from hubdata import places
from hubdata.errors import BadParameter, Refused
from hubdata.policy import lines_of
from hubdata.reports import parameters
from hubdata.schedule.addresses import ADDRESS, is_webhook
from hubdata.schedule.calendar import KINDS, Rule, covered

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
REQUIRED = {"title": str, "every": str, "due": dict, "from": date, "hubs": list, "reports": list,
            "late_after_working_days": int}  # fmt: skip
OPTIONAL = {"at": str, "until": date, "covers": str, "recipients": list, "webhook": str}
KEYS = REQUIRED | OPTIONAL
OF_A_REPORT = {"report": str, "covers": str, "parameters": dict}
TYPES = {
    str: "a text",
    dict: "written as {name: value}",
    date: "a day, 2026-10-01",
    list: "a list",
    int: "a whole number",
}
MOST_LATE = 60
LONGEST = 120
YEARS = (2000, 2200)
ALL = "all"


Found = Iterator[tuple[tuple, str]]


@dataclass
class Faults:
    """What was found in a file, each with the line where it stands or should stand."""

    file: Path
    what: str
    found: list[str] = field(default_factory=list)

    def add(self, at: tuple, fault: str) -> None:
        """One fault, by the path of the key that it is about."""
        lines = lines_of(self.file)
        while at and at not in lines:
            at = at[:-1]
        self.found.append(f"{self.file.name}, line {lines.get(at, 1)}: {fault}")

    def refuse(self) -> None:
        """Raises Refused with all that was found, if anything was."""
        if self.found:
            why = f"{self.what} has {len(self.found)} fault(s), so nothing was run: " + "; ".join(self.found)
            raise Refused(why, self.found)


def pack_faults(name: object, body: object, hubs: list[str]) -> Found:
    """Every fault of one pack, and where in it; `hubs` are those that it may name."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        yield (), "a pack's name is lower-case letters, digits and _, at most 40, for example monthly_assurance"
    if not isinstance(body, dict):
        yield (), f"write the pack as {', '.join(REQUIRED)}"
        return
    yield from _key_faults(body, KEYS, REQUIRED)
    fine = {key: value for key, value in body.items() if key in KEYS and _is(value, KEYS[key])}
    title = fine.get("title", "Title")
    if not title.strip() or len(title) > LONGEST or not title.isprintable():
        yield ("title",), f"title must be 1 to {LONGEST} characters on one line, found {title[:LONGEST]!r}"
    yield from _calendar_faults(fine)
    yield from _late_faults(fine.get("late_after_working_days"))
    for number, hub in enumerate(fine.get("hubs", ())):
        if hub not in hubs:
            yield ("hubs", number), f"hub {hub!r} is not registered; allowed are {', '.join(hubs)}"
    for number, part in enumerate(fine.get("reports", ())):
        for fault in _part_faults(part):
            yield ("reports", number), fault
    for key in ("hubs", "reports"):
        if key in fine and not fine[key]:
            yield (key,), f"{key} is empty; name at least one"
    for key, names in (("hubs", fine.get("hubs", ())), ("reports", [_report(p) for p in fine.get("reports", ())])):
        for twice in sorted({str(n) for n in names if names.count(n) > 1}):
            yield (key,), f"{twice} stands twice"
    for number, one in enumerate(fine.get("recipients", ())):
        if not isinstance(one, str) or not ADDRESS.fullmatch(one):
            yield ("recipients", number), f"recipient {number + 1} is not one e-mail address, name@example.gov.uk"
    if "webhook" in fine and not is_webhook(fine["webhook"]):
        yield ("webhook",), "a webhook is an https:// address, https://name.example/path, without a user or a password"


def _is(value: object, kind: type) -> bool:
    return type(value) is kind


def _key_faults(body: dict, keys: dict[str, type], required: dict[str, type]) -> Found:
    for key, value in body.items():
        if key not in keys:
            yield (key,), f"unknown key {key!r}; allowed are {', '.join(keys)}"
        elif not _is(value, keys[key]):
            yield (key,), f"{key} must be {TYPES[keys[key]]}, found {value!r}"
    for key in required:
        if key not in body:
            yield (), f"{key} is missing; it is {TYPES[required[key]]}"


def _calendar_faults(body: dict) -> Found:
    if "every" in body and body["every"] not in KINDS:
        yield ("every",), f"every {body['every']!r} is no period of the calendar; allowed are {', '.join(KINDS)}"
    if "at" in body and not TIME.fullmatch(body["at"]):
        yield ("at",), f'at {body["at"]!r} is no time of day; write it as "06:00", 00:00 to 23:59'
    for key in ("from", "until"):
        if key in body and not YEARS[0] <= body[key].year <= YEARS[1]:
            end = "; leave it out for a pack without an end" if key == "until" else ""
            yield (key,), f"{key} {body[key]} is not in the years that are allowed, {YEARS[0]} to {YEARS[1]}{end}"
    if "due" in body and (fault := _due_fault(body)):
        yield ("due",), fault
    if "covers" in body and (fault := _covers_fault(body["covers"])):
        yield ("covers",), fault


def _due_fault(body: dict) -> str:
    due = body["due"]
    fine = len(due) == 1 and set(due) <= {"working_day", "day"} and type(*due.values()) is int and any(due.values())
    if not fine:
        return f"due {due!r} is no day; write {{working_day: 2}} or {{day: 5}}, counted after the period's end"
    return rule_of(body).fault() if body.get("every") in KINDS and "from" in body else ""


def _covers_fault(covers: object) -> str:
    try:
        covered(covers if isinstance(covers, str) else repr(covers), date(2026, 11, 22))
    except BadParameter as error:
        return str(error)
    return ""


def _late_faults(days: int | None) -> Found:
    if days is not None and not 0 <= days <= MOST_LATE:
        yield ("late_after_working_days",), f"late_after_working_days must be 0 to {MOST_LATE}, found {days}"


def reports() -> list[str]:
    """The reports that a pack may have: those with a notebook and a parameter file."""
    found = (path.stem for path in (places.params() / "reports").glob("*.yaml"))
    return sorted(name for name in found if (places.NOTEBOOKS / f"{name}.ipynb").is_file())


def _report(part: object) -> object:
    return part.get("report") if isinstance(part, dict) else part


def _part_faults(part: object) -> Iterator[str]:
    known = reports()
    body = part if isinstance(part, dict) else {"report": part}
    for _, fault in _key_faults(body, OF_A_REPORT, {"report": str}):
        yield fault
    if body.get("report") not in known:
        yield f"there is no report {body.get('report')!r}; allowed are {', '.join(known)}"
        return
    if "covers" in body and (fault := _covers_fault(body["covers"])):
        yield fault
    given = body.get("parameters", {})
    if isinstance(given, dict):
        yield from _parameter_faults(body["report"], given)


def _parameter_faults(report: str, given: dict) -> Iterator[str]:
    declared = parameters.read(places.NOTEBOOKS / f"{report}.ipynb")
    rolling = {name for name, each in declared.items() if each.is_date and each.required} | {"hub"}
    for name in sorted(rolling & given.keys()):
        yield f"{report}: {name} is set by `covers` and `hubs`, so that every run has its own; take it out"
    try:
        days = dict.fromkeys(rolling & declared.keys() - {"hub"}, "2026-11-22")
        parameters.check(declared, days | {name: value for name, value in given.items() if name not in rolling})
    except BadParameter as error:
        yield f"{report}: {error}"


def rule_of(body: dict) -> Rule:
    """The calendar of a pack whose `every`, `on` and `from` have no fault."""
    at = time.fromisoformat(body["at"]) if TIME.fullmatch(body.get("at", "")) else time(0)
    return Rule(body["every"], **body["due"], at=at, start=body["from"], until=body.get("until", date.max))
