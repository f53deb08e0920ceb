"""Says every fault of a schedule in words, with where it stands, before anything runs; it opens no hub."""

import re
from datetime import date, time
from pathlib import Path

from hubdata import places
from hubdata.errors import BadParameter
from hubdata.reports import parameters
from hubdata.reports.own import catalogue
from hubdata.schedule.addresses import ADDRESS, is_webhook
from hubdata.schedule.calendar import KINDS, Rule, covered
from hubdata.written import Written, twice

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
LATE = "late_after_working_days"
REQUIRED = {"title": str, "every": str, "due": dict, "from": date, "hubs": list, "reports": list, LATE: int}
OPTIONAL = {"at": str, "until": date, "covers": str, "recipients": list, "webhook": str}
OF_A_REPORT = {"report": str, "covers": str, "parameters": dict}
MOST_LATE = 60
LONGEST = 120
YEARS = (2000, 2200)
ALL = "all"


def check(pack: Written, hubs: list[str], home: Path | None = None) -> None:
    """Every fault of one pack; `hubs` are those that it may name, `home` is where own reports may be."""
    name = pack.at[-1]
    if not isinstance(name, str) or not NAME.fullmatch(name):
        pack.fault("a pack's name is lower-case letters, digits and _, at most 40, for example monthly_assurance")
    if not pack.is_map(f"write the pack as {', '.join(REQUIRED)}"):
        return
    fine = pack.only(REQUIRED | OPTIONAL, REQUIRED)
    title = fine.keys.get("title", "Title")
    if not title.strip() or len(title) > LONGEST or not title.isprintable():
        fine.fault(f"title must be 1 to {LONGEST} characters on one line, found {title[:LONGEST]!r}", "title")
    _calendar(fine)
    fine.whole(LATE, "{key} must be {least} to {most}, found {found}", 0, MOST_LATE)
    _listed(fine, hubs, home)
    for number, one in enumerate(fine.part("recipients").each(), 1):
        if not isinstance(one.value, str) or not ADDRESS.fullmatch(one.value):
            one.fault(f"recipient {number} is not one e-mail address, name@example.gov.uk")
    https = "a webhook is an https:// address, https://name.example/path, without a user or a password"
    fine.must("webhook", is_webhook, https)


def _listed(pack: Written, hubs: list[str], home: Path | None) -> None:
    for hub in pack.part("hubs").each():
        if hub.value not in hubs:
            hub.fault(f"hub {hub.value!r} is not registered; allowed are {', '.join(hubs)}")
    known = reports() + catalogue.own(home)
    for part in pack.part("reports").each():
        for fault in _part_faults(part.value, known, home):
            part.fault(fault)
    for key in ("hubs", "reports"):
        pack.must(key, len, "{key} is empty; name at least one")
    reported = [one.get("report") if isinstance(one, dict) else one for one in pack.keys.get("reports", [])]
    for key, names in (("hubs", pack.keys.get("hubs", [])), ("reports", reported)):
        for name in twice(names):
            pack.fault(f"{name} stands twice", key)


def _calendar(pack: Written) -> None:
    pack.one_of("every", KINDS, "{key} {found!r} is no period of the calendar")
    pack.must("at", TIME.fullmatch, '{key} {found!r} is no time of day; write it as "06:00", 00:00 to 23:59')
    for key, end in (("from", ""), ("until", "; leave it out for a pack without an end")):
        allowed = f"the years that are allowed, {YEARS[0]} to {YEARS[1]}{end}"
        pack.must(key, lambda day: YEARS[0] <= day.year <= YEARS[1], f"{{key}} {{found}} is not in {allowed}")
    if "due" in pack.keys and (fault := _due_fault(pack.keys)):
        pack.fault(fault, "due")
    if "covers" in pack.keys and (fault := _covers_fault(pack.keys["covers"])):
        pack.fault(fault, "covers")


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


def reports() -> list[str]:
    """The reports that a pack may have: those with a notebook and a parameter file."""
    found = (path.stem for path in (places.params() / "reports").glob("*.yaml"))
    return sorted(name for name in found if (places.NOTEBOOKS / f"{name}.ipynb").is_file())


def _part_faults(value: object, known: list[str], home: Path | None) -> list[str]:
    part = Written(value if isinstance(value, dict) else {"report": value})
    part.only(OF_A_REPORT, ["report"])
    report, given = part.keys.get("report"), part.keys.get("parameters", {})
    if report not in known:
        return [*part.words, f"there is no report {report!r}; allowed are {', '.join(known)}"]
    if "covers" in part.keys and (fault := _covers_fault(part.keys["covers"])):
        part.fault(fault)
    if isinstance(given, dict):
        _parameters(part, report, given, home)
    return part.words


def _parameters(part: Written, report: str, given: dict, home: Path | None) -> None:
    declared = parameters.read(catalogue.notebook(report, home))
    rolling = {name for name, each in declared.items() if each.is_date and each.required} | {"hub"}
    for name in sorted(rolling & given.keys()):
        part.fault(f"{report}: {name} is set by `covers` and `hubs`, so that every run has its own; take it out")
    try:
        days: dict[str, object] = dict.fromkeys(rolling & declared.keys() - {"hub"}, "2026-11-22")
        parameters.check(declared, days | {name: value for name, value in given.items() if name not in rolling})
    except BadParameter as error:
        part.fault(f"{report}: {error}")


def rule_of(body: dict) -> Rule:
    """The calendar of a pack whose `every`, `on` and `from` have no fault."""
    at = time.fromisoformat(body["at"]) if TIME.fullmatch(body.get("at", "")) else time(0)
    return Rule(body["every"], **body["due"], at=at, start=body["from"], until=body.get("until", date.max))
