"""The retention schedule: every fault and rule in words, and dates that an independent reckoning agrees with."""

# ruff: noqa: E501 (a fault a line)

import calendar
from datetime import date, datetime, time, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubdata import periods, policy, policy_check
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.tables.contract import TABLES, passport
from hubdata.rules import judge
from tests.support import schedule
from tests.support.lengths import length

TERMS = {"trigger": "closure", "years": 5}
GOOD = schedule.PLAIN | TERMS
LONGER = {"code": "LONGER", "when": "person_died", "why": "x", "trigger": "death", "years": 7}
AS_AT = date(2026, 11, 22)


def _faults(**change) -> list[str]:
    rule = {name: value for name, value in (GOOD | change).items() if value != "gone"}
    return policy_check.schedule_faults({"family": rule})


def test_every_class_that_a_passport_names_has_a_rule_and_the_partners_have_none():
    classes = {passport(t.name, c.name).retention for t in TABLES.values() for c in t.c}
    decided = policy.load().value("retention.rules", AS_AT)

    assert classes <= decided.keys() == set(periods.CLASSES)
    assert "partner" not in decided
    assert all(str(periods.rule(value)) for value in decided.values())


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"trigger": "opening"}, "unknown trigger 'opening'; allowed are closure, last_contact, creation, last_change, birth, death"),
        ({"trigger": ["closure"]}, "unknown trigger ['closure']; allowed are"),
        ({"trigger": "gone"}, "trigger is missing; allowed are"),
        ({"years": "gone"}, "the period is missing; write years, months or days"),
        ({"years": 0}, "a period of nothing keeps no record"),
        ({"years": -1}, "years must be a whole number up to 150, found -1"),
        ({"years": True}, "years must be a whole number up to 150, found True"),
        ({"years": "5"}, "years must be a whole number up to 150, found '5'"),
        ({"years": 5.0}, "years must be a whole number up to 150, found 5.0"),
        ({"days": 10**9}, "days must be a whole number up to 54750"),
        ({"end_of": "tax_year"}, "unknown end_of 'tax_year'; allowed are financial_year, calendar_year"),
        ({"later_of": [TERMS, TERMS]}, "later_of stands beside trigger, years; write one or the other"),
        ({"trigger": "gone", "years": "gone", "later_of": [TERMS, TERMS], "earlier_of": [TERMS, TERMS]}, "later_of and earlier_of exclude each other"),
        ({"trigger": "gone", "years": "gone", "later_of": [TERMS]}, "later_of must list two terms or more"),
        ({"trigger": "gone", "years": "gone", "later_of": [TERMS, {"trigger": "birth"}]}, "later_of 2: the period is missing"),
        ({"trigger": "gone", "years": "gone", "later_of": [TERMS, 5]}, "later_of 2: write it as a trigger and a period"),
        ({"floor": {"years": 1}}, "floor: trigger is missing"),
        ({"ceiling": 5}, "ceiling: write it as a trigger and a period"),
        ({"floor": TERMS, "ceiling": TERMS | {"years": 4}}, "the floor lies beyond the ceiling"),
        ({"escalations": {}}, "escalations must be a list"),
        ({"escalations": 5}, "escalations must be a list"),
        ({"escalations": [{"code": "L", "when": "person_died", "why": "x"}]}, "escalation 1: trigger is missing"),
        ({"escalations": [{"code": "L", "when": "person_died", "why": "x"}]}, "escalation 1: the period is missing"),
        ({"escalations": [LONGER | {"when": "moved_house"}]}, "escalation 1: unknown when 'moved_house'; allowed are shared_without_agreement, person_died, hub_is, had_unmet_need"),
        ({"escalations": [LONGER | {"why": ""}]}, "escalation 1: why is missing or no text"),
        ({"escalations": [LONGER | {"when": "hub_is"}]}, "escalation 1: hub is missing or no text"),
        ({"escalations": [LONGER | {"hub": "corby"}]}, "escalation 1: hub is only for when: hub_is"),
        ({"escalations": [LONGER | {"code": "FAMILY"}]}, "the code FAMILY stands twice"),
        ({"escalations": [LONGER, LONGER]}, "the code LONGER stands twice"),
        ({"escalations": [None]}, "escalation 1: write it as code, when, trigger, years and why"),
        ({"code": "family'; DROP"}, "code must be capitals and figures joined by hyphens, like FAMILY-5Y"),
        ({"code": None}, "code must be capitals"),
        ({"title": " "}, "title is missing or no text"),
        ({"approver": "gone"}, "approver is missing or no text"),
        ({"source": 5}, "source is missing or no text"),
        ({"action": "burn"}, "unknown action 'burn'; allowed are review, delete, anonymise"),
        ({"year": 5}, "unknown key 'year'; allowed are code, title, trigger"),
        ({"other_readings": ["closure"]}, "other_readings names a trigger twice"),
        ({"other_readings": "creation"}, "other_readings must be a list of triggers"),
        ({"other_readings": [{}]}, "other_readings must be a list of triggers"),
    ],
)  # fmt: skip
def test_a_fault_of_a_rule_is_named(change, fault):
    assert [said for said in _faults(**change) if said.removeprefix("family: ").startswith(fault)]


def test_all_faults_of_a_schedule_come_at_once():
    wrong = {"partner": GOOD, "people": GOOD, "reports": None, "family": {"years": 0}}
    faults = policy_check.schedule_faults(wrong)

    assert len(faults) == 10
    assert "partner: a partner's own records are never computed here; the partner's own policy holds" in faults
    assert f"unknown class 'people'; allowed are {', '.join(periods.CLASSES)}" in faults
    assert policy_check.schedule_faults([]) == [f"write a rule for each class of record: {', '.join(periods.CLASSES)}"]


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (TERMS, "5 years after the end of the Hub's support"),
        ({"trigger": "birth", "years": 1, "months": 13, "days": 1}, "2 years and 1 month and 1 day after the youngest member's birth"),
        ({"trigger": "last_change", "years": 6, "end_of": "financial_year"}, "6 years after the end of the financial year (31 March) of the last change of the record"),
        ({"later_of": [TERMS, {"trigger": "death", "years": 7}]}, "the later of 5 years after the end of the Hub's support and 7 years after a member's death"),
        (TERMS | {"floor": {"trigger": "creation", "years": 1}, "ceiling": {"trigger": "death", "months": 6}}, "5 years after the end of the Hub's support, but not before 1 year after the opening of the record, and never beyond 6 months after a member's death"),
        (TERMS | {"escalations": [LONGER | {"when": "hub_is", "hub": "corby"}]}, "5 years after the end of the Hub's support; 7 years after a member's death if that is later and the hub is corby"),
    ],
)  # fmt: skip
def test_a_rule_is_said_in_words(terms, said):
    assert str(periods.rule(schedule.PLAIN | terms)) == said


def test_only_a_rule_of_so_many_years_is_called_by_them():
    more = ({"months": 1}, {"end_of": "calendar_year"}, {"floor": TERMS}, {"escalations": [LONGER]})
    assert periods.rule(GOOD).whole_years == 5
    assert [periods.rule(GOOD | each).whole_years for each in more] == [None] * 4


def test_other_readings_are_the_same_rule_from_another_day():
    read = periods.rule(GOOD | {"other_readings": ["creation", "last_contact"]}).readings()
    assert list(map(str, read)) == [
        "5 years after the opening of the record",
        "5 years after the last contact or review",
    ]


@pytest.mark.parametrize(
    ("terms", "wanted"),
    [
        (TERMS, False),
        (TERMS | {"other_readings": ["birth"]}, True),
        (TERMS | {"floor": {"trigger": "death", "years": 1}}, True),
        (TERMS | {"escalations": [{**LONGER, "trigger": "closure"}]}, True),
    ],
)
def test_a_date_of_birth_is_asked_for_only_where_a_rule_needs_one(tmp_path, terms, wanted):
    folder = schedule.folder(tmp_path, schedule.value(TERMS), schedule.value(terms, "2030-01-01"))
    assert periods.needs_lives(policy.load(folder)) is wanted


# A reckoning of its own: no SQL, no dateutil, nothing of the product's.
DAYS = st.dates(date(2012, 1, 1), date(2024, 12, 31)) | st.sampled_from(
    [date(2016, 2, 29), date(2020, 2, 29), date(2020, 3, 31)]
)
PERIODS = st.fixed_dictionaries(
    {}, optional={"years": st.integers(0, 30), "months": st.integers(0, 40), "days": st.integers(0, 400)}
).filter(lambda p: any(p.values()))
TERM = st.builds(
    lambda trigger, period, end: {"trigger": trigger, **period} | ({"end_of": end} if end else {}),
    st.sampled_from(list(periods.TRIGGERS)),
    PERIODS,
    st.sampled_from([None, None, "financial_year", "calendar_year"]),
)
BOUNDS = st.fixed_dictionaries({}, optional={"floor": TERM, "ceiling": TERM})
ALL_TERMS = st.builds(
    lambda some, bounds, how: (some[0] if how == "one" else {how: some}) | bounds,
    st.lists(TERM, min_size=2, max_size=3),
    BOUNDS,
    st.sampled_from(["one", "later_of", "earlier_of"]),
)
LONGERS = st.builds(
    lambda terms, when: terms | {"when": when, "why": "x"} | ({"hub": "corby"} if when == "hub_is" else {}),
    ALL_TERMS,
    st.sampled_from(list(periods.CONDITIONS)),
)
RULES = st.builds(
    lambda terms, longer: terms | {"escalations": [each | {"code": f"L{n}"} for n, each in enumerate(longer)]},
    ALL_TERMS,
    st.lists(LONGERS, max_size=2),
).filter(lambda terms: not policy_check.schedule_faults({"family": schedule.PLAIN | terms}))
FAMILIES = st.fixed_dictionaries(
    {
        "closed": st.none() | DAYS,
        "contact": st.none() | DAYS,
        "changed": DAYS,
        "born": st.none() | DAYS,
        "died": st.none() | DAYS,
        "hub": st.sampled_from(["corby", "rushden"]),
        "shared": st.booleans(),
        "unmet": st.booleans(),
    }
)
OPENED = date(2011, 1, 1)


def _later(day: date, term: dict) -> date:
    if term.get("end_of") == "calendar_year":
        day = date(day.year, 12, 31)
    if term.get("end_of") == "financial_year":
        day = date(day.year + (day > date(day.year, 3, 31)), 3, 31)
    month = day.year * 12 + day.month - 1 + 12 * term.get("years", 0) + term.get("months", 0)
    year, month = divmod(month, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + timedelta(term.get("days", 0))


def _reckon(terms: dict, family: dict) -> date | str | None:
    triggers = {
        "closure": family["closed"],
        "creation": OPENED,
        "last_contact": family["contact"],
        "last_change": family["changed"],
        "birth": family["born"],
        "death": family["died"],
    }

    def on(term: dict) -> date | None:
        day = triggers[term["trigger"]]
        return _later(day, term) if day else None

    listed = terms.get("later_of") or terms.get("earlier_of") or [terms]
    asked = {t["trigger"] for t in [*listed, terms.get("floor"), terms.get("ceiling")] if t}
    if [name for name in asked if name != "death" and triggers[name] is None]:
        return "cannot_tell"
    days = [day for day in map(on, listed) if day]
    found = (min if "earlier_of" in terms else max)(days) if days else None
    floor, ceiling = (on(terms[name]) if name in terms else None for name in ("floor", "ceiling"))
    if found and floor:
        found = max(found, floor)
    return min(day for day in (found, ceiling) if day) if found or ceiling else None


def _expected(rule: dict, family: dict) -> date | str | None:
    if family["closed"] is None:
        return "not closed"
    if family["contact"] and family["contact"] > family["closed"]:
        return "cannot_tell"
    conditions = {
        "shared_without_agreement": family["shared"],
        "person_died": family["died"] is not None,
        "had_unmet_need": family["unmet"],
        "hub_is": family["hub"] == "corby",
    }
    applying = [each for each in rule["escalations"] if conditions[each["when"]]]
    dates = [_reckon(terms, family) for terms in [rule, *applying]]
    if "cannot_tell" in dates:
        return "cannot_tell"
    return max((day for day in dates if day), default=None)


def _table(name: str, rows: list[dict]) -> pa.Table:
    columns = snapshots.fields(name)
    return pa.table({f.name: pa.array([row.get(f.name) for row in rows], f.type) for f in columns})


def _snapshot(families: list[dict]) -> Snapshot:
    found = {name: [] for name in snapshots.SNAPSHOT_TABLES}
    for number, each in enumerate(families):
        key = {"family": f"F{number}", "recorded_at": datetime.combine(each["changed"], time(9))}
        found["families"].append(key | {"hub": each["hub"], "opened_on": OPENED, "closed_on": each["closed"]})
        found["lives"].append(
            key
            | {
                "youngest_born_on": each["born"],
                "last_died_on": each["died"],
                "has_unknown_birth": each["born"] is None,
            }
        )
        if each["contact"]:
            ended = {"ended_on": each["contact"]}
            found["involvements"].append(key | ended | {"last_contact_on": each["contact"], "started_on": OPENED})
        if each["shared"]:
            found["shares"].append(key | {"share": f"S{number}", "route": "without_agreement", "shared_on": OPENED})
        if each["unmet"]:
            found["needs"].append(key | {"need": f"N{number}", "status": "unmet", "identified_on": OPENED})
    return Snapshot({name: _table(name, rows) for name, rows in found.items()}, "")


@settings(max_examples=length(20, 60), deadline=None)
@given(RULES, st.lists(FAMILIES, min_size=1, max_size=8))
def test_the_rule_in_sql_gives_the_date_that_a_reckoning_of_its_own_gives(rule, families):
    taken, decided = _snapshot(families), policy.load()
    connection = judge.connect(taken, decided, AS_AT, periods.rule(schedule.PLAIN | rule))

    judged = judge.judge("retention", taken, AS_AT, None, decided, connection).to_pylist()
    found = {row["family"]: row for row in judged}

    for number, family in enumerate(families):
        row, expected = found[f"F{number}"], _expected(rule, family)
        assert (row["due_on"], row["state"] == "cannot_tell", row["state"] in ("open", "stale")) == (
            expected if isinstance(expected, date) else None,
            expected == "cannot_tell",
            expected == "not closed",
        )
        if isinstance(expected, date):
            assert (row["state"] == "due") is (expected < AS_AT)
