"""Reads a service directory in Open Referral UK form: the whole file or nothing, applied once; no contact is kept.

A file is a page of services (`contents`, or `content` in version 1), a list of them, or one. Of each service the Hub
keeps its name, whose it is, the headline areas that its taxonomy terms serve, the hubs that it covers (none: all of
them) and its first and last day. Text about the service, people to call and places on a map stay out.
"""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa

from hubdata import dates, moments
from hubdata.errors import BadParameter
from hubdata.intake import cells
from hubdata.intake import take as intake_take
from hubdata.intake.files.csv import Problem, Sheet
from hubdata.intake.held.weigh import Difference, compare
from hubdata.policy import Policy, slug
from hubdata.records.bulk import insert, update
from hubdata.records.ledger import Act
from hubdata.records.snapshot.frozen import content_hash
from hubdata.records.store import Hub

COLUMNS = ("service", "name", "organisation", "areas", "hubs", "valid_from", "valid_to")
LISTS = ("contents", "content", "services")
PAGES = ("total_pages", "totalPages", "pages", "page_count", "page_number", "pageNumber", "page", "number")
ITEMS = ("total_items", "totalItems", "total_elements", "totalElements", "total_count", "totalCount", "total", "count")
ENDS = ("first_page", "firstPage", "first", "last_page", "lastPage", "last")  # false where there is another page
NEXT = ("next", "next_page", "nextPage", "next_page_url", "previous", "prev", "previous_page")
LINKS = ("links", "_links", "pagination", "page", "meta")  # objects that may say so instead
ASK = "save the answer of the directory's /services address"
STATUSES = ("active", "inactive", "defunct", "temporarily closed")
TERMS = (("attributes", "taxonomy_term"), ("service_taxonomys", "taxonomy"), ("service_taxonomies", "taxonomy"))
# what only a service has in Open Referral UK, in any version; an answer about organisations has none of these
SERVICE_SIGNS = (
    "organization",
    "organization_id",
    "status",
    "service_areas",
    "service_at_locations",
    "service_taxonomys",
    "service_taxonomies",
    "schedules",
    "regular_schedules",
    "cost_options",
    "eligibilitys",
    "eligibilities",
    "eligibility_description",
    "fees",
    "fees_description",
    "application_process",
    "wait_time",
    "valid_from",
    "valid_to",
)
# what no service has
OTHER_SIGNS = {
    "organisations": (
        "services",
        "legal_status",
        "tax_id",
        "tax_status",
        "year_incorporated",
        "organization_identifiers",
    ),
    "locations": ("latitude", "longitude", "location_type", "physical_addresses"),
    "terms of a taxonomy": ("taxonomy_detail", "term_uri", "vocabulary"),
}
SCHEDULES = ("schedules", "regular_schedules")
NAME_CHARACTERS = 200


class Fault(ValueError):
    """What is wrong with one service: (where, code, what was found and what is allowed)."""


def take(hub: Hub, path: Path, actor: str, reason: str | None = None, dry_run: bool = False) -> intake_take.Result:
    """Check and apply the directory at `path`; services that it does not list stay as they are.

    Raises BadParameter if there is no such file.
    """
    rows, problems = read(path, hub.policy, moments.today())
    if problems:
        return intake_take.Result("refused", {}, problems)
    sheet = Sheet(path.name, pa.table({name: pa.array([r[name] for r in rows], pa.string()) for name in COLUMNS}))
    if dry_run:
        with hub.read() as connection:
            return _weigh(connection, sheet)[0]
    act = Act(actor, "intake", reason or "service directory", "intake.directory", {})
    with hub.write(act) as connection:
        result, difference = _weigh(connection, sheet)
        act.detail.update({"content": content_hash({"services": sheet.table}), "tables": result.tables})
        _apply(connection, sheet.table, difference)
    return result


def _weigh(connection, sheet: Sheet) -> tuple[intake_take.Result, Difference]:
    difference = compare(connection, "services", sheet)
    added, changed = len(difference.added), len(difference.changed)
    counts = {"added": added, "changed": changed, "unchanged": difference.unchanged}
    return intake_take.Result("applied" if added or changed else "unchanged", {"services": counts}), difference


def _apply(connection, rows: pa.Table, difference: Difference) -> None:
    """A changed service keeps the moment at which the Hub first learned of it."""
    now = moments.stamp().isoformat(sep=" ", timespec="microseconds")
    new = rows.take(pa.array(difference.added, pa.int64()))
    insert(connection, "services", new.append_column("recorded_at", pa.array([now] * new.num_rows, pa.string())))
    update(connection, "services", rows.take(pa.array(difference.changed, pa.int64())))


def read(path: Path, decided: Policy, today: date) -> tuple[list[dict], list[Problem]]:
    """Every service of a file as a row, and every fault; nothing is asked of the hub."""
    if not path.is_file():
        raise BadParameter(f"there is no file at {path}")
    if path.stat().st_size > (most := decided.value("intake.largest_mb", today)) << 20:
        why = f"the file is larger than {most:,} MB, as no directory is; save the answer again"
        return [], [Problem(path.name, 0, "", "too-large", why)]
    try:
        services = _services(
            json.loads(path.read_text("utf-8-sig"), parse_constant=_no_number, object_pairs_hook=_object)
        )
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        said = error.args if isinstance(error, Fault) else ("", "not-json", _not_json(error))
        return [], [Problem(path.name, 0, *said)]
    rows, problems, seen = [], [], {}
    words = Words(decided, today)
    for number, service in enumerate(services, 1):
        try:
            row = words.row(service)
            if row["service"] in seen:
                raise Fault("id", "duplicate-row", f"has the same id as service {seen[row['service']]}; keep one")
            seen[row["service"]] = number
            rows.append(row)
        except Fault as fault:
            where, code, why = fault.args
            problems.append(Problem(path.name, 0, where, code, f"service {number} {why}"))
    return rows, problems


def _no_number(text: str):
    raise Fault("", "not-json", f"{text} is no number of JSON; write the directory again")


def _object(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Fault("", "not-json", f"{twice[:40]!r} stands twice in one object; write the directory again")
    return found


def _not_json(error: Exception) -> str:
    place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
    return f"the file is not JSON in UTF-8{place}; save the answer of the directory's /services address as it is"


def _services(content: object) -> list:
    head = content if isinstance(content, dict) else {}
    found = next((head[name] for name in LISTS if name in head), [head] if "id" in head else content)
    if not isinstance(found, list) or not found:
        raise Fault("", "no-services", "no service was found; a directory is a list of services, or has it as contents")
    if "id" not in head and _more(head, len(found)):
        raise Fault("", "more-pages", "this is one page of several; put the services of all pages into one list")
    given = [each for each in ([head] if "id" in head else found) if isinstance(each, dict)]
    for what, signs in OTHER_SIGNS.items():
        if any(each.keys() & set(signs) for each in given):
            raise Fault("", "no-services", f"this is an answer about {what}; {ASK}")
    if given and not any(each.keys() & set(SERVICE_SIGNS) for each in given):
        raise Fault("", "no-services", f"nothing here shows that it is a service (whose it is, a status); {ASK}")
    return found


def _more(head: dict, here: int) -> bool:
    """Whether an answer says in any of the usual ways that it is one page of several."""
    heads = [head, *(head[name] for name in LINKS if isinstance(head.get(name), dict))]
    return any(
        any(_number(one.get(name)) > 1 for name in PAGES)
        or any(_number(one.get(name)) > here for name in ITEMS)
        or any(one.get(name) in (False, "false") for name in ENDS)
        or any(one.get(name) for name in NEXT)
        for one in heads
    )


def _number(said: object) -> int:
    text = str(said).strip()
    return int(text) if re.fullmatch("[0-9]{1,9}", text, re.ASCII) else 0


class Words:
    """The lists that a directory's words are looked up in, in force on a day."""

    def __init__(self, decided: Policy, today: date):
        terms = {slug(str(term)): code for term, code in decided.value("directory.taxonomy", today).items()}
        self.areas = terms | decided.codes("areas", today)
        self.hubs = decided.codes("hubs", today)
        self.everywhere = {slug(str(place)) for place in decided.value("directory.everywhere", today)}

    def row(self, service: object) -> dict[str, str | None]:
        """One service as the Hub keeps it. Raises Fault with the first thing that is wrong with it."""
        if not isinstance(service, dict):
            raise Fault("", "bad-service", "is not an object with id and name")
        ident, name = _text(service, "id", 40), _text(service, "name", NAME_CHARACTERS)
        if not cells.REFERENCE.fullmatch(ident):
            raise Fault("id", "bad-reference", "has an id with spaces or signs; an id starts with a letter or digit")
        organisation = service.get("organization") or {}
        if not isinstance(organisation, dict):
            raise Fault("organization", "bad-service", "has an organization that is no object with a name")
        first, last = _days(service)
        return {
            "service": ident,
            "name": name,
            "areas": self._areas(service),
            "hubs": self._hubs(service),
            "organisation": _text(organisation, "name", NAME_CHARACTERS) if organisation.get("name") else None,
            "valid_from": first,
            "valid_to": last,
        }

    def _areas(self, service: dict) -> str | None:
        """The headline areas of its terms; a term that serves none of them is passed over."""
        terms = [term for name, of in TERMS for each in _objects(service, name) for term in _objects([each], of)]
        spoken = [term.get(key) for term in terms for key in ("code", "id", "name")]
        codes = {self.areas[said] for word in spoken if isinstance(word, str) and (said := slug(word)) in self.areas}
        return ";".join(sorted(codes)) or None

    def _hubs(self, service: dict) -> str | None:
        """The hubs of its service areas, or None for all of them. Raises Fault for a place that nobody registered."""
        places = [area.get("name") or area.get("service_area") for area in _objects(service, "service_areas")]
        found = set()
        for place in places:
            word = slug(place) if isinstance(place, str) else ""
            if word in self.everywhere:
                return None
            if word not in self.hubs:
                raise Fault(
                    "service_areas",
                    "unknown-code",
                    f"covers {str(place)[:80]!r}, which is no hub; allowed are "
                    f"{', '.join(dict.fromkeys(self.hubs.values()))} and what directory.everywhere in "
                    "`hubdata decisions list` has: decide it there if it is the whole area",
                )
            found.add(self.hubs[word])
        return ";".join(sorted(found)) or None


def _objects(of: dict | list, name: str) -> list[dict]:
    """The objects under a name: of an object's list, or of each object in a list. Raises Fault if they are none."""
    found = of.get(name) or [] if isinstance(of, dict) else [each[name] for each in of if each.get(name)]
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Fault(name, "bad-service", f"has {name} of another form; Open Referral UK has a list of objects there")
    return found


def _text(of: dict, name: str, most: int) -> str:
    found = of.get(name)
    text = " ".join(found.split()) if isinstance(found, str) else ""
    if not text or len(text) > most:
        raise Fault(name, "missing-value" if not text else "too-long", f"needs a {name} of at most {most} characters")
    return text


def _days(service: dict) -> tuple[str | None, str | None]:
    """The first and last day: its own, or the earliest and latest of its schedules; an open end stays open."""
    schedules = [one for name in SCHEDULES for one in _objects(service, name)]
    spans = [service] if {"valid_from", "valid_to"} & service.keys() else schedules
    first, last = _end(spans, "valid_from", min), _end(spans, "valid_to", max)
    if first and last and first > last:
        raise Fault("valid_to", "bad-date", f"ends on {last}, before it starts on {first}")
    status = service.get("status") or STATUSES[0]
    if status not in STATUSES:
        raise Fault("status", "unknown-code", f"has status {str(status)[:40]!r}; allowed are {', '.join(STATUSES)}")
    if status != STATUSES[0] and not last:
        raise Fault("valid_to", "missing-value", f"is {status} but says no last day; write valid_to")
    return first, last


def _end(spans: list[dict], name: str, choose: Callable) -> str | None:
    found = [_day(span[name], name) if span.get(name) else None for span in spans]
    return choose(found) if found and None not in found else None


def _day(text: object, name: str) -> str:
    try:
        return dates.parse(str(text)[:10] if "T" in str(text) else str(text), name).isoformat()
    except BadParameter:
        raise Fault(name, "bad-date", f"has {name} {str(text)[:30]!r}; write a day as 2026-11-22") from None
