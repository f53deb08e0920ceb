"""Says every fault of a retention schedule in words, before any date is computed; it computes none itself."""

import re

from hubdata.periods import ACTIONS, CLASSES, COMBINED, CONDITIONS, TRIGGERS, YEAR_ENDS
from hubdata.written import Written, twice

CODE = re.compile(r"(?=.{1,40}\Z)[A-Z][A-Z0-9]*(-[A-Z0-9]+)*", re.ASCII)
LONGEST = {"years": 150, "months": 1800, "days": 54750}
TERM = ("trigger", *LONGEST, "end_of")
TERMS = (*TERM, *COMBINED, "floor", "ceiling")
RULE = ("code", "title", *TERMS, "escalations", "action", "approver", "source", "other_readings")
ESCALATION = ("code", "when", "hub", "why", *TERMS)


def faults(value: object) -> list[str]:
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
