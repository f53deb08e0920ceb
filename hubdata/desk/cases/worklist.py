"""The findings worklist as a page: the gravest rule first, a table a rule; what may be done with several at once."""

from typing import Any

from hubdata.desk.cases.case import Step
from hubdata.desk.forms import links
from hubdata.desk.forms.words import Words
from hubdata.figures.html import Html, element, table_head, table_row, together
from hubdata.terms import FindingStatus, Severity

COLUMNS = ("What it is about", "Family", "Evidence", "Found since", "How it stands", "Whose it is")
IN_SIGHT = 12  # findings of a rule in sight; the others are behind a disclosure
AT_ONCE = 40  # findings of one rule that are offered to be ticked


def drawn(found: list[Any], words: Words) -> Html:
    """The worklist's findings by rule; what was said in the past is a list by days."""
    groups: dict[str, list] = {}
    for one in found:
        groups.setdefault("" if isinstance(one, dict) else one.code, []).append(one)
    said = [_rule(group, words) for group in groups.values()]
    return together(*said) if found else element("p", "Nothing of that kind was found.")


def _rule(found: list, words: Words) -> Html:
    if isinstance(found[0], dict):
        return _history(found, words)
    one = found[0]
    grave = Severity(one.severity).label.lower()
    title = f"{one.code}: {words.plain(one.message)} ({len(found):,}; {grave}, {one.promise})"
    first, rest = found[:IN_SIGHT], found[IN_SIGHT:]
    more = element("summary", f"{len(rest):,} more of {one.code}"), _table(f"{one.code}, the others", rest, words)
    return together(
        element("h3", title),
        _table(f"{one.code}: {len(found):,}", first, words),
        element("details", *more) if rest else Html(),
    )


def _table(caption: str, found: list, words: Words) -> Html:
    rows = element("tbody", *(table_row(_cells(each, words)) for each in found))
    table = element("table", element("caption", caption), table_head(COLUMNS), rows)
    return element("div", table, class_="table", tabindex="0", role="group", aria_label=caption)


def _cells(one: Any, words: Words) -> list[str]:
    subject = {"code": one.code, "table": one.table, "subject": one.subject}
    family = element("a", one.family, href=links.to_case("family", one.family)) if words.served and one.family else None
    standing = FindingStatus(one.status).value.replace("_", " ").capitalize()
    until = f" until {words.text(str(one.until))}" if one.until else ""
    return [
        words.subject(subject),
        family or one.family or "",
        words.plain(one.evidence),
        words.text(one.first_seen),
        f"{standing}{until}{f': {one.note}' if one.note else ''}",
        one.assigned_to or "",
    ]


def _history(found: list[dict], words: Words) -> Html:
    names = [name for name in found[0] if name != "mark"]
    rows = (table_row(words.cell(name, each[name]) for name in names) for each in found)
    heads = (name.replace("_", " ").capitalize() for name in names)
    table = element("table", element("caption", "What was said"), table_head(heads), element("tbody", *rows))
    return element("div", table, class_="table", tabindex="0", role="group", aria_label="What was said")


def steps(found: list) -> list[Step]:
    """What may be done next: of several rules open one, of one rule mark several or give them to somebody."""
    listed = [one for one in found if not isinstance(one, dict)]
    codes = dict.fromkeys(one.code for one in listed)
    if len(codes) > 1:
        often = {code: [one for one in listed if one.code == code] for code in codes}
        return [Step("worklist list", _open(code, some), {"code": code}) for code, some in often.items()]
    if not listed:
        return []
    offered = {one.subject: _offered(one) for one in listed[:AT_ONCE]}
    tables = {one.table for one in listed}
    given = {"code": listed[0].code} | ({"table": tables.pop()} if len(tables) == 1 else {})
    offers = {"subject": offered}
    return [
        Step("worklist mark", "Say the same of several", given, offers),
        Step("worklist assign", "Give several to somebody", given, offers),
    ]


def _open(code: str, some: list[Any]) -> str:
    return f"{code}: {some[0].message} ({len(some):,})"


def _offered(one: Any) -> str:
    of = f" of family {one.family}" if one.family and one.family != one.subject else ""
    has = f"; {one.assigned_to} has it" if one.assigned_to else ""
    return f"{one.subject}{of}: {one.evidence}{has}"
