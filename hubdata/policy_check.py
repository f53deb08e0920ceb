"""Holds one name's dated values, a retention schedule among them, to what they may be, every fault in words.

It reads no file and computes no date.
"""

import re
from datetime import date, datetime
from functools import partial

from hubdata import periods, spelling
from hubdata.periods import ACTIONS, CLASSES, COMBINED, CONDITIONS, TRIGGERS, YEAR_ENDS
from hubdata.written import Written, twice

REQUIRED = {"value": object, "from": date, "source": str, "last_checked": date}
CONFIRMED = {"confirmed_by": str, "confirmed_on": date}
VALUE_KEYS = sorted([*REQUIRED, "assumption", "seen", *CONFIRMED])
SENTENCES = "notice.sentences"
PROMISES = tuple(f"P{number}" for number in range(1, 13))
PLACEHOLDERS = "reasons.placeholders"
COUNTS = ("retention.disposal_cap", "retention.disposal_batch", "retention.backup_days", "clock.jump_days")
UNKNOWN = "unknown key {key!r}; allowed are {keys}"


def faults(file: str, name: str, value: object, decided: bool = False) -> list[str]:
    """Every fault of one name's values; where they are `decided`, there may be nothing left to confirm."""
    body = Written(value, called=f"{file}: {name}: ")
    if not isinstance(value, dict) or not isinstance(name, str):
        return [f"{file}: {name} must have a unit and values"]
    body.only(["unit", "values"], words=UNKNOWN)
    body.must("unit", str, "{key} is missing", needed=True)
    if not body.must("values", lambda rows: isinstance(rows, list) and rows, "{key} is missing or empty", needed=True):
        return body.words
    rows = list(body.part("values").each())
    for row in rows:
        if row.is_map("write each value as {value: …, from: …, source: …, last_checked: …}"):
            _check_row(name, row, decided)
    for day in twice([row.keys["from"] for row in rows if type(row.keys.get("from")) is date]):
        body.fault(f"two values start on {day}")
    return body.words


def _check_row(name: str, row: Written, decided: bool) -> None:
    row.only(VALUE_KEYS, words=UNKNOWN)
    given = [key for key in CONFIRMED if key in row.keys]
    for key, kind in (REQUIRED | {key: CONFIRMED[key] for key in given}).items():
        if key in REQUIRED and row.keys.get(key) in (None, ""):
            row.fault(f"{key} is missing", key)
        else:
            row.must(key, partial(_is_a, kind), "{key} must be a {kind}, found {found!r}", kind=kind.__name__)
    if "seen" in row.keys:
        row.must("seen", partial(_is_a, str), "{key} must be a {kind}, found {found!r}", kind="str")
    if len(given) == 1:
        row.fault("confirmed_by and confirmed_on belong together: who confirmed the assumption, and when")
    if given and not row.keys.get("assumption") and not decided:
        row.fault("confirmed, but there is no assumption to confirm")
    value = row.keys.get("value")
    if name == periods.NAME and value not in (None, ""):
        for fault in schedule_faults(value):
            row.fault(fault, "value")
    if name == SENTENCES and isinstance(value, dict):
        row.must(
            "value", _are_sentences, "{key} must be a text for each of P1 to P12 that the notice has a sentence for"
        )
    if name == PLACEHOLDERS and value not in (None, ""):
        row.must("value", _are_words, "{key} must be a list of words, found {found!r}")
    if name in COUNTS and value not in (None, ""):
        row.whole("value", "{key} must be a whole number above 0, found {found!r}", 1)


def _is_a(kind: type, found: object) -> bool:
    return isinstance(found, kind) and not isinstance(found, datetime) and found != ""


def _are_sentences(found: dict) -> bool:
    return all(key in PROMISES and isinstance(said, str) and said.strip() for key, said in found.items())


def _are_words(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(word, str) and spelling.squeezed(word) for word in found)


CODE = re.compile(r"(?=.{1,40}\Z)[A-Z][A-Z0-9]*(-[A-Z0-9]+)*", re.ASCII)
LONGEST = {"years": 150, "months": 1800, "days": 54750}
TERM = ("trigger", *LONGEST, "end_of")
TERMS = (*TERM, *COMBINED, "floor", "ceiling")
RULE = ("code", "title", *TERMS, "escalations", "action", "approver", "source", "other_readings")
ESCALATION = ("code", "when", "hub", "why", *TERMS)


def schedule_faults(value: object) -> list[str]:
    """Every fault of a value of retention.rules; none means that it can be used."""
    said = Written(value)
    if not said.is_map(f"write a rule for each class of record: {', '.join(CLASSES)}"):
        return said.words
    if "family" not in said.keys:
        said.fault("there is no rule for the class family")
    for rule in said.named():
        name = rule.at[-1]
        if name == "partner":
            rule.fault("a partner's own records are never computed here; the partner's own policy holds")
        elif name not in CLASSES:
            said.fault(f"unknown class {name!r}; allowed are {', '.join(CLASSES)}")
        elif rule.is_map("write the rule as code, title, trigger, years, action and approver"):
            _rule(rule)
    coded = [one for rule in said.named() for one in (rule, *rule.part("escalations").each())]
    for code in twice([str(one.keys["code"]) for one in coded if one.keys.get("code")]):
        said.fault(f"the code {code} stands twice")
    return said.words


def _rule(rule: Written) -> None:
    rule.only(RULE)
    _code(rule)
    rule.text("title", needed=True)
    rule.text("approver", needed=True)
    rule.text("source")
    rule.one_of("action", ACTIONS, needed=True)
    _terms(rule)
    if rule.must("escalations", list, "escalations must be a list"):
        for each in rule.part("escalations").each("escalation {number}: "):
            _escalation(each)
    _readings(rule)


def _code(of: Written) -> None:
    words = "code must be capitals and figures joined by hyphens, like FAMILY-5Y, found {found!r}"
    of.must("code", lambda code: isinstance(code, str) and CODE.fullmatch(code), words, needed=True)


def _escalation(longer: Written) -> None:
    if not longer.is_map("write it as code, when, trigger, years and why"):
        return
    longer.only(ESCALATION)
    _code(longer)
    longer.one_of("when", CONDITIONS, needed=True)
    longer.text("why", needed=True)
    if longer.keys.get("when") == "hub_is":
        longer.text("hub", needed=True)
    elif "hub" in longer.keys:
        longer.fault("hub is only for when: hub_is")
    _terms(longer)


def _readings(rule: Written) -> None:
    if "other_readings" not in rule.keys:
        return
    given = rule.keys["other_readings"]
    if not isinstance(given, list) or any(not isinstance(each, str) or each not in TRIGGERS for each in given):
        rule.fault(f"other_readings must be a list of triggers; allowed are {', '.join(TRIGGERS)}")
    elif rule.keys.get("trigger") in given or twice(given):
        rule.fault("other_readings names a trigger twice")
    elif any(name in rule.keys for name in COMBINED):
        rule.fault("other_readings are for a rule with one trigger")


def _terms(of: Written) -> None:
    combined = [name for name in COMBINED if name in of.keys]
    own = [name for name in TERM if name in of.keys]
    if len(combined) == 2:
        of.fault("later_of and earlier_of exclude each other; write one of them")
    if combined and own:
        of.fault(f"{combined[0]} stands beside {', '.join(own)}; write one or the other")
    for name in combined:
        if of.must(name, _several, "{key} must list two terms or more"):
            for term in of.part(name).each(f"{name} {{number}}: "):
                _whole_term(term)
    if not combined:
        _term(of)
    for name in ("floor", "ceiling"):
        if name in of.keys:
            _whole_term(of.part(name, f"{name}: "))
    if not combined or of.keys.get("floor"):
        _upside_down(of)


def _several(given: object) -> bool:
    return isinstance(given, list) and len(given) > 1


def _whole_term(term: Written) -> None:
    if term.is_map("write it as a trigger and a period"):
        term.only(TERM)
        _term(term)


def _term(term: Written) -> None:
    term.one_of("trigger", TRIGGERS, needed=True)
    term.one_of("end_of", YEAR_ENDS)
    given = [term.keys[name] for name in LONGEST if name in term.keys]
    if not given:
        term.fault("the period is missing; write years, months or days")
    for name, most in LONGEST.items():
        term.whole(name, "{key} must be a whole number up to {most}, found {found!r}", 0, most)
    if given and all(number == 0 for number in given):
        term.fault("a period of nothing keeps no record; write years, months or days")


def _upside_down(of: Written) -> None:
    floor, ceiling = of.part("floor").keys, of.part("ceiling").keys
    same = [floor.get(name) == ceiling.get(name) for name in ("trigger", "end_of")]
    least, most = _length(floor), _length(ceiling)
    if floor and ceiling and all(same) and least is not None and most is not None and least > most:
        of.fault("the floor lies beyond the ceiling")


def _length(value: dict) -> int | None:
    numbers = [value.get(name, 0) for name in LONGEST]
    if any(type(number) is not int for number in numbers):
        return None
    years, months, days = numbers
    return (12 * years + months) * 31 + days
