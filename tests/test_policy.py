"""Policy values are dated, sourced and complete, or refused with every fault of every file at once."""

# ruff: noqa: E501 (a fault a line)
from datetime import date

import pytest

from hubdata import policy
from hubdata.errors import BadParameter, Refused

ROW = "{value: 5, from: 2000-01-01, source: Notice, last_checked: 2026-01-01}"
GOOD = f"period:\n  unit: years\n  values:\n    - {ROW}\n    - {ROW.replace('5', '6').replace('2000', '2027')}\n"


def _load(tmp_path, **files):
    (tmp_path / "policy").mkdir(parents=True)
    for name, content in files.items():
        (tmp_path / "policy" / f"{name}.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    return policy.load(tmp_path)


def _faults(tmp_path, **files) -> list[str]:
    with pytest.raises(Refused) as refusal:
        _load(tmp_path, **files)
    assert refusal.value.exit_code == 3
    assert all(fault in str(refusal.value) for fault in refusal.value.problems)
    return refusal.value.problems


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date.min, 5),
        (date(1999, 12, 31), 5),
        (date(2000, 1, 1), 5),
        (date(2026, 12, 31), 5),
        (date(2027, 1, 1), 6),
        (date(2999, 1, 1), 6),
    ],
)
def test_the_value_in_force_is_the_latest_that_has_begun(tmp_path, day, value):
    assert _load(tmp_path, a=GOOD).value("period", day) == value


def test_before_the_first_value_there_is_none(tmp_path):
    loaded = _load(tmp_path, a=GOOD.replace("2000-01-01", "2000-01-02"))
    with pytest.raises(BadParameter, match="period has no value in force on 2000-01-01; its first value starts on"):
        loaded.value("period", date(2000, 1, 1))
    assert loaded.in_force(date(2000, 1, 1)) == []


@pytest.mark.parametrize(
    "text",
    [None, "", "  ", ".", "...", "…", "-", "–", "—", "?", "#N/A", "N/A", "n.a.", "Ｎ／Ａ", "none", "None.", "(none)", "TBC", "t.b.c.",
     "to be confirmed", "Unknown", "not known", "xxx", "X", "0", "999", "12/05/2026", "none - none", "N/A; N/A", "null", "危",
     "ТВС", "ТbС", "Ν/Α", "Ν.Ο.Ν.Ε.", "\u200b", "\u00a0\u3000", "ⓃⒶ", "𝐓𝐁𝐂", "жжж"],
)  # fmt: skip
def test_a_word_that_says_nothing_is_no_reason(text):
    assert policy.meant(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "A&E",
        "She asked",
        "none of them was safe",
        "Unknown man at the door",
        "s47",
        "Not known to police; child hurt",
        "危险",
    ],
)
def test_a_word_that_says_something_is_a_reason(text):
    assert policy.meant(f" {text} ") == text


def test_who_is_at_risk_may_be_a_reference_without_letters():
    assert (policy.meant("1004", numbers=True), policy.meant("...", numbers=True)) == ("1004", None)


def test_the_words_that_are_no_reason_are_those_of_the_day(tmp_path):
    lists = "reasons.placeholders:\n  unit: words\n  values:\n" + "".join(
        f"    - {{value: [{word}], from: {day}, source: House, last_checked: 2026-01-01}}\n"
        for word, day in (("N/A", "2000-01-02"), ("lorem ipsum", "2027-01-01"))
    )
    decided = _load(tmp_path, a=lists)

    assert [decided.placeholders(date(year, 1, 1)) for year in (2000, 2026, 2027)] == [set(), {"na"}, {"loremipsum"}]


@pytest.mark.parametrize("words", ["none", "[1, 2]", "['-']"])
def test_placeholders_are_a_list_of_words(tmp_path, words):
    value = f"reasons.placeholders:\n  unit: words\n  values:\n    - {ROW.replace('5', words)}\n"

    [fault] = _faults(tmp_path, a=value)
    assert "value must be a list of words" in fault


@pytest.mark.parametrize("word", ["tbc", "N/A", "-", ".", "  ", "xx", "ТВС", "An officer"])
def test_a_confirmation_by_nobody_is_refused(tmp_path, word):
    """Law 11: an assumption that "tbc" has confirmed would leave the board's list of what is to be confirmed."""
    lists = f"reasons.placeholders:\n  unit: words\n  values:\n    - {ROW.replace('5', '[na, tbc]')}\n"
    said = f"assumption: A guess, confirmed_by: {word!r}, confirmed_on: 2026-01-05, source"
    confirmed = GOOD.replace("source", said, 1)

    if word == "An officer":
        assert _load(tmp_path, a=lists, b=confirmed).entry("period", date(2026, 6, 1)).unconfirmed == ""
    else:
        assert _faults(tmp_path, a=lists, b=confirmed) == [
            f"period: confirmed_by {word!r} names nobody: write who confirmed the assumption, or leave both keys out"
        ]


def test_an_unknown_name_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(BadParameter, match="no policy value is called 'perod'; there are period"):
        _load(tmp_path, a=GOOD).value("perod", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (GOOD + GOOD, "a.yaml, line 6: key 'period' stands twice (first on line 1)"),
        (GOOD.replace("unit: years", "unit: years\n  unit: days"), "a.yaml, line 3: key 'unit' stands twice (first on line 2)"),
        (GOOD.replace("unit", "units"), "a.yaml: period: unknown key 'units'; allowed are ['unit', 'values']"),
        (GOOD.replace("unit: years", ""), "a.yaml: period: unit is missing"),
        (GOOD.replace("source: Notice, ", "", 1), "a.yaml: period: source is missing"),
        (GOOD.replace("Notice", "''", 1), "a.yaml: period: source is missing"),
        (GOOD.replace(", last_checked: 2026-01-01", "", 1), "a.yaml: period: last_checked is missing"),
        (GOOD.replace("value: 5", "value: "), "a.yaml: period: value is missing"),
        (GOOD.replace("from: 2000-01-01", "from: soon"), "a.yaml: period: from must be a date, found 'soon'"),
        (GOOD.replace("2027", "2000"), "a.yaml: period: two values start on 2000-01-01"),
        (GOOD.replace("source", "confirmed_by: An officer, source", 1), "a.yaml: period: confirmed_by and confirmed_on belong together: who confirmed the assumption, and when"),
        (GOOD.replace("source", "confirmed_by: 5, confirmed_on: soon, source", 1), "a.yaml: period: confirmed_by must be a str, found 5"),
        (GOOD.replace("source", "confirmed_by: 5, confirmed_on: soon, source", 1), "a.yaml: period: confirmed_on must be a date, found 'soon'"),
        (GOOD.replace("source", "confirmed_by: O, confirmed_on: 2026-01-01, source", 1), "a.yaml: period: confirmed, but there is no assumption to confirm"),
        (GOOD.replace("period:", "retention.disposal_cap:").replace("5", "0", 1), "a.yaml: retention.disposal_cap: value must be a whole number above 0, found 0"),
        (GOOD.replace("period:", "retention.disposal_batch:").replace("5", "many", 1), "a.yaml: retention.disposal_batch: value must be a whole number above 0, found 'many'"),
        (GOOD.replace("period:", "retention.rules:"), "a.yaml: retention.rules: write a rule for each class of record: family, reference, ledger, reports, certificates"),
        (GOOD.replace("period:", "retention.rules:").replace("5", "{family: {years: 0}}", 1), "a.yaml: retention.rules: family: trigger is missing; allowed are closure, last_contact, creation, last_change, birth, death"),
        (GOOD.replace("from: 2027-01-01", "from: 2027-02-29"), "a.yaml, line 5: '2027-02-29' looks like a day or a number and is none; a day is written 2026-10-01"),
        (GOOD.replace("value: 5", "value: 0b_"), "a.yaml, line 4: '0b_' looks like a day or a number and is none; a day is written 2026-10-01"),
        ("period:\n", "a.yaml: period must have a unit and values"),
        ("period: {unit: years, values: []}", "a.yaml: period: values is missing or empty"),
        ("period: {unit: years, values: [5]}", "a.yaml: period: write each value as {value: …, from: …, source: …, last_checked: …}"),
        ("", "a.yaml: is empty or not a list of names"),
        ("- 1", "a.yaml: is empty or not a list of names"),
    ],
)  # fmt: skip
def test_a_fault_is_named(tmp_path, content, fault):
    assert fault in _faults(tmp_path, a=content)


@pytest.mark.parametrize(
    "content",
    [
        "a: [",
        "a: {b",
        "? [x, y]\n: 1",
        "5:\n  unit: years\n",
        "a: \x07",
        b"a: \xff",
        "a: !!python/name:os.system",
        GOOD.replace("from: 2000-01-01", "from: [1]"),
        GOOD.replace("from: 2000-01-01", "from: 2000-01-01 10:00:00"),
        GOOD.replace("from: 2000-01-01", "from: x").replace("from: 2027-01-01", "from: x")
        + f"    - {ROW}\n    - {ROW}\n",
    ],
)
def test_whatever_stands_in_a_file_is_a_fault_in_words(tmp_path, content):
    assert all(fault.startswith("a.yaml") for fault in _faults(tmp_path, a=content))


def test_all_faults_of_all_files_come_at_once(tmp_path):
    bad = "x: {unit: 1, values: [{value: 1, from: 2000-01-01, sauce: N}]}\n"
    faults = _faults(tmp_path, a=bad, b=GOOD + GOOD, c=GOOD, d=GOOD)
    assert len(faults) == 6
    assert "d.yaml: period is also set in another file" in faults


def test_no_policy_is_no_default(tmp_path):
    with pytest.raises(Refused, match="no policy files in .*; set HUBDATA_PARAMS"):
        policy.load(tmp_path)


def test_every_shipped_value_has_a_source_and_the_five_years_a_visible_assumption():
    shipped = policy.load().in_force(date(2026, 11, 22))
    assert all(entry.source and entry.unit for entry in shipped)
    [period] = [entry for entry in shipped if entry.name == "retention.rules"]
    assert period.value["family"]["years"] == 5 and "closed_on" in period.assumption


def test_how_a_source_was_read_can_be_said_and_is_a_text(tmp_path):
    said = GOOD.replace("source", "seen: read in the Act, source", 1)
    assert _load(tmp_path / "said", a=said).entry("period", date(2026, 1, 1)).seen == "read in the Act"
    assert _faults(tmp_path / "odd", a=GOOD.replace("source", "seen: 5, source", 1)) == [
        "a.yaml: period: seen must be a str, found 5"
    ]


@pytest.mark.parametrize(
    "name",
    [
        "rights.period_months", "rights.extension_months", "rights.complaint_acknowledge_days", "notice_and_law.complaints",
        "legal_power.welfare", "notice_and_law.welfare_duty", "areas", "outcomes.sustained_after_months",
        "notice_and_law.agreement_and_basis", "regulator.name", "disclosure.public", "rights.must_say",
        "complaints.progress", "identifier.consistent", "lawful_basis.hub_working", "rights.erasure_grounds",
    ],
)  # fmt: skip
def test_what_was_read_again_in_november_2026_says_how(name):
    """Each row of what the law was read for, as it stands on the day."""
    assert policy.load().entry(name, date(2026, 11, 30)).seen


def test_the_values_of_law_hold_from_their_days():
    shipped = policy.load()

    def says(name: str, day: date) -> str:
        return str(shipped.entry(name, day).value) + shipped.entry(name, day).source

    assert "4A" in says("rights.period_months", date(2025, 8, 20))
    assert "4A" not in says("rights.period_months", date(2025, 8, 19))
    assert [shipped.value("complaints.progress", date(2026, 6, day)) for day in (18, 19)] == [0, 30]
    own = [says(f"lawful_basis.{one}", date(2026, 2, day)) for one in ("hub_working", "welfare") for day in (4, 5)]
    assert ["the controller's own" in one for one in own] == [False, True, False, True]
    assert shipped.value("identifier.consistent", date(2026, 11, 30))["is"] == "off"
    assert "16LC" in says("identifier.consistent", date(2026, 4, 29))


def test_an_assumption_stands_until_an_officer_confirms_it(tmp_path):
    said = "assumption: Counted so, source"
    open_, done = (
        _load(tmp_path / name, a=GOOD.replace("source", more)).entry("period", date(2026, 1, 1))
        for name, more in (("open", said), ("done", f"confirmed_by: An officer, confirmed_on: 2026-01-05, {said}"))
    )
    assert (open_.unconfirmed, open_.confirmed_on) == ("Counted so", None)
    assert (done.unconfirmed, done.assumption, done.confirmed_by) == ("", "Counted so", "An officer")


@pytest.mark.parametrize("spelling", ["housing", "Secure housing", "SECURE  HOUSING!", "9"])
def test_a_register_knows_its_codes_by_any_spelling(spelling):
    assert policy.load().codes("areas", date(2026, 11, 22))[policy.slug(spelling)] == "housing"
