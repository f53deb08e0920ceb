"""Addresses within the desk that lead to a form with its references filled in; a name never stands in one."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

PAGES = "/voila/render/"
CASE = "case"
CASES = {  # what has a page of its own, by the option that names it
    "family": "Family",
    "request": "Request",
    "complaint": "Complaint",
    "disposal": "Disposal",
    "finding": "Finding",
    "returned": "Return",
}
# What an address may fill in: references and codes. Names, dates of birth, reasons and notes are typed where they stay.
FILLED = (
    "family",
    "person",
    "request",
    "complaint",
    "hold",
    "disposal",
    "returned",
    "report",
    "finding",
    "code",
    "subject",
    "table",
    "status",
    "what",
    "kind",
    "organisation",
    "acknowledge",
    "share",
    "agreement",
    "supersedes",
)
PLAIN = re.compile(r"[\w.:/-]{1,80}")


def to_form(page: str, form: str, given: Mapping[str, str]) -> str:
    """The address of a form on its page, with what it is filled in with."""
    return f"{PAGES}{page}.ipynb{_query(given)}#{form}"


def to_case(kind: str, reference: str) -> str:
    """The address of a case's own page."""
    return f"{PAGES}{CASE}.ipynb{_query({kind: reference})}"


def _query(given: Mapping[str, str]) -> str:
    kept = filled(given)
    return f"?{urlencode(kept)}" if kept else ""


def filled(given: Mapping[str, str]) -> dict[str, str]:
    """Of what an address gives what a form may be filled in with."""
    return {name: value for name, value in given.items() if name in FILLED and PLAIN.fullmatch(value)}


def asked(query: str) -> dict[str, str]:
    """What the address of a page fills in; whatever else stands there is passed over."""
    return filled(dict(parse_qsl(query[:2000])))
