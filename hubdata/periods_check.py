"""Says every fault of a retention schedule in words, before any date is computed; it computes none itself."""

import re
from collections.abc import Iterator

from hubdata.periods import ACTIONS, CLASSES, COMBINED, CONDITIONS, TRIGGERS, YEAR_ENDS

CODE = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*", re.ASCII)
LONGEST = {"years": 150, "months": 1800, "days": 54750}
TERM = ("trigger", *LONGEST, "end_of")
TERMS = (*TERM, *COMBINED, "floor", "ceiling")
RULE = ("code", "title", *TERMS, "escalations", "action", "approver", "source", "other_readings")
ESCALATION = ("code", "when", "hub", "why", *TERMS)


def faults(value: object) -> list[str]:
    """Every fault of a value of retention.rules; none means that it can be used."""
    if not isinstance(value, dict):
        return [f"write a rule for each class of record: {', '.join(CLASSES)}"]
    found = ["there is no rule for the class family"] if "family" not in value else []
    for name, each in value.items():
        if name == "partner":
            found.append("partner: a partner's own records are never computed here; the partner's own policy holds")
        elif name not in CLASSES:
            found.append(f"unknown class {name!r}; allowed are {', '.join(CLASSES)}")
        else:
            found += [f"{name}: {fault}" for fault in _rule(each)]
    return found + _twice(value)


def _twice(value: dict) -> list[str]:
    rules = [each for each in value.values() if isinstance(each, dict)]
    longer = [one for each in rules for one in each.get("escalations") or () if isinstance(one, dict)]
    codes = [str(each["code"]) for each in (*rules, *longer) if each.get("code")]
    return [f"the code {code} stands twice" for code in sorted({c for c in codes if codes.count(c) > 1})]


def _rule(value: object) -> Iterator[str]:
    if not isinstance(value, dict):
        yield "write the rule as code, title, trigger, years, action and approver"
        return
    yield from _unknown(value, RULE)
    yield from _code(value)
    yield from _texts(value, ("title", "approver"))
    yield from _texts(value, [name for name in ("source",) if name in value])
    yield from _one_of(value, "action", ACTIONS)
    yield from _terms(value)
    yield from _escalations(value)
    yield from _readings(value)


def _escalations(value: dict) -> Iterator[str]:
    given = value.get("escalations", [])
    if not isinstance(given, list):
        yield "escalations must be a list"
        return
    for number, each in enumerate(given, 1):
        yield from (f"escalation {number}: {fault}" for fault in _escalation(each))


def _escalation(value: object) -> Iterator[str]:
    if not isinstance(value, dict):
        yield "write it as code, when, trigger, years and why"
        return
    yield from _unknown(value, ESCALATION)
    yield from _code(value)
    yield from _one_of(value, "when", CONDITIONS)
    yield from _texts(value, ("why", "hub") if value.get("when") == "hub_is" else ("why",))
    if "hub" in value and value.get("when") != "hub_is":
        yield "hub is only for when: hub_is"
    yield from _terms(value)


def _readings(value: dict) -> Iterator[str]:
    if "other_readings" not in value:
        return
    given = value["other_readings"]
    if not isinstance(given, list) or any(not _is_in(each, TRIGGERS) for each in given):
        yield f"other_readings must be a list of triggers; allowed are {', '.join(TRIGGERS)}"
    elif value.get("trigger") in given or len(set(given)) < len(given):
        yield "other_readings names a trigger twice"
    elif any(name in value for name in COMBINED):
        yield "other_readings are for a rule with one trigger"


def _terms(value: dict) -> Iterator[str]:
    combined = [name for name in COMBINED if name in value]
    own = [name for name in TERM if name in value]
    if len(combined) == 2:
        yield "later_of and earlier_of exclude each other; write one of them"
    if combined and own:
        yield f"{combined[0]} stands beside {', '.join(own)}; write one or the other"
    for name in combined:
        yield from _list_of_terms(name, value[name])
    if not combined:
        yield from _term(value)
    for name in ("floor", "ceiling"):
        if name in value:
            yield from (f"{name}: {fault}" for fault in _whole_term(value[name]))
    if not combined or value.get("floor"):
        yield from _upside_down(value)


def _list_of_terms(name: str, given: object) -> Iterator[str]:
    if not isinstance(given, list) or len(given) < 2:
        yield f"{name} must list two terms or more"
        return
    for number, each in enumerate(given, 1):
        yield from (f"{name} {number}: {fault}" for fault in _whole_term(each))


def _whole_term(value: object) -> Iterator[str]:
    if not isinstance(value, dict):
        yield "write it as a trigger and a period"
        return
    yield from _unknown(value, TERM)
    yield from _term(value)


def _term(value: dict) -> Iterator[str]:
    yield from _one_of(value, "trigger", TRIGGERS)
    if "end_of" in value:
        yield from _one_of(value, "end_of", YEAR_ENDS)
    given = {name: value[name] for name in LONGEST if name in value}
    if not given:
        yield "the period is missing; write years, months or days"
    for name, number in given.items():
        if type(number) is not int or not 0 <= number <= LONGEST[name]:
            yield f"{name} must be a whole number up to {LONGEST[name]}, found {number!r}"
    if given and all(number == 0 for number in given.values()):
        yield "a period of nothing keeps no record; write years, months or days"


def _upside_down(value: dict) -> Iterator[str]:
    floor, ceiling = value.get("floor"), value.get("ceiling")
    if not (isinstance(floor, dict) and isinstance(ceiling, dict)):
        return
    same = [floor.get(name) == ceiling.get(name) for name in ("trigger", "end_of")]
    lengths = [_length(floor), _length(ceiling)]
    if all(same) and None not in lengths and lengths[0] > lengths[1]:
        yield "the floor lies beyond the ceiling"


def _length(value: dict) -> int | None:
    numbers = [value.get(name, 0) for name in LONGEST]
    if any(type(number) is not int for number in numbers):
        return None
    years, months, days = numbers
    return (12 * years + months) * 31 + days


def _unknown(value: dict, allowed: tuple[str, ...]) -> Iterator[str]:
    yield from (f"unknown key {name!r}; allowed are {', '.join(allowed)}" for name in value if name not in allowed)


def _code(value: dict) -> Iterator[str]:
    code = value.get("code")
    if not isinstance(code, str) or not CODE.fullmatch(code) or len(code) > 40:
        yield f"code must be capitals and figures joined by hyphens, like FAMILY-5Y, found {code!r}"


def _texts(value: dict, names: tuple[str, ...] | list[str]) -> Iterator[str]:
    for name in names:
        if not isinstance(value.get(name), str) or not value[name].strip():
            yield f"{name} is missing or no text"


def _one_of(value: dict, name: str, allowed: dict | tuple) -> Iterator[str]:
    if value.get(name) is None:
        yield f"{name} is missing; allowed are {', '.join(allowed)}"
    elif not _is_in(value[name], allowed):
        yield f"unknown {name} {value[name]!r}; allowed are {', '.join(allowed)}"


def _is_in(word: object, allowed: dict | tuple) -> bool:
    return isinstance(word, str) and word in allowed
