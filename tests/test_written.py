"""What the kit says of what people wrote: which fault, in which words, and where it stands."""

from datetime import date

import pytest

from hubdata import policy
from hubdata.errors import Refused
from hubdata.written import Fault, Written, refuse, twice

PACK = {"every": "moon", "late": 61, "title": " ", "hubs": ["corby", 5]}
TEXTS = {"every": str, "late": str, "title": str, "hubs": list}


@pytest.mark.parametrize(
    ("say", "key", "words"),
    [
        (lambda pack: pack.is_map("write it as names and values"), "", ""),
        (lambda pack: pack.only(list(PACK)), "", ""),
        (
            lambda pack: pack.only(["late", "title", "hubs"]),
            "every",
            "unknown key 'every'; allowed are late, title, hubs",
        ),
        (lambda pack: pack.only(list(PACK)[:3], words="no {key!r} in {keys}"), "hubs", "no 'hubs' in {0}"),
        (lambda pack: pack.only(TEXTS), "late", "late must be a text, found 61"),
        (lambda pack: pack.only(TEXTS | {"late": date}), "late", "late must be a day, 2026-10-01, found 61"),
        (lambda pack: pack.one_of("every", ("week", "moon")), "", ""),
        (lambda pack: pack.one_of("every", ("week", "day")), "every", "unknown every 'moon'; allowed are week, day"),
        (
            lambda pack: pack.one_of("every", ("day",), "no {key} of {found!r}"),
            "every",
            "no every of 'moon'; allowed are day",
        ),
        (lambda pack: pack.one_of("hubs", ("corby",)), "hubs", "unknown hubs ['corby', 5]; allowed are corby"),
        (lambda pack: pack.one_of("at", ("noon",)), "", ""),
        (lambda pack: pack.one_of("at", ("noon",), needed=True), "at", "at is missing; allowed are noon"),
        (lambda pack: pack.text("every"), "", ""),
        (lambda pack: pack.text("title"), "title", "title is missing or no text"),
        (lambda pack: pack.text("late"), "late", "late is missing or no text"),
        (lambda pack: pack.text("at"), "", ""),
        (lambda pack: pack.text("at", needed=True), "at", "at is missing or no text"),
        (lambda pack: pack.whole("late", "odd", 61, 61), "", ""),
        (lambda pack: pack.whole("late", "odd", 0), "", ""),
        (
            lambda pack: pack.whole("late", "{key} is {found}, not {least} to {most}", 0, 60),
            "late",
            "late is 61, not 0 to 60",
        ),
        (lambda pack: pack.whole("late", "{key} must be above {least}", 62), "late", "late must be above 62"),
        (lambda pack: pack.whole("every", "{key} is no number", 0), "every", "every is no number"),
        (lambda pack: pack.whole("at", "odd", 0), "", ""),
        (lambda pack: pack.must("hubs", list, "{key} is no list"), "", ""),
        (lambda pack: pack.must("hubs", dict, "{key} is a list"), "hubs", "hubs is a list"),
        (lambda pack: pack.must("late", (62).__le__, "{key} {found} is {how}", how="soon"), "late", "late 61 is soon"),
    ],
)
def test_a_verb_says_one_fault_and_where_it_stands_or_none(say, key, words):
    pack = Written(PACK, ("packs", "monthly"), "monthly: ")
    say(pack)
    said = words.replace("{0}", str(list(PACK)[:3]))
    assert pack.faults == ([Fault(("packs", "monthly", key), f"monthly: {said}")] if words else [])


def test_true_is_no_whole_number():
    written = Written({"late": True})
    written.whole("late", "odd", 0, 60)
    written.only({"late": int})
    assert len(written.faults) == 2


def test_what_is_needed_is_missed_where_it_should_stand_and_what_has_a_fault_is_held_to_nothing_more():
    pack = Written(PACK, ("packs",))
    fine = pack.only({"every": str, "late": str, "at": str}, ("at", "every"))
    assert fine.keys == {"every": "moon"} and fine.faults is pack.faults
    assert pack.faults[-1] == Fault(("packs",), "at is missing; it is a text")
    assert len(pack.faults) == 4


def test_parts_know_their_place_and_say_what_they_are_called():
    pack = Written({"hubs": ["corby", 5], "due": {"day": 2}})
    for hub in pack.part("hubs").each("hub {number}: "):
        hub.fault(f"{hub.value}")
    for day in pack.part("due", "due, ").named():
        day.fault("is odd", "here")
    pack.part("due").part("week").fault("is missing")
    for nothing in (*pack.part("due").each(), *pack.part("hubs").named(), *pack.part("at").each()):
        nothing.fault("is read as what it is not")
    assert pack.faults == [
        (("hubs", 0), "hub 1: corby"),
        (("hubs", 1), "hub 2: 5"),
        (("due", "day", "here"), "due, day: is odd"),
        (("due", "week"), "is missing"),
    ]


@pytest.mark.parametrize("value", [None, [], "packs", {}, {"packs": {}}, {"packs": [1]}, {"packs": {"a": 1}, "b": 2}])
def test_a_file_holds_names_under_its_one_key_and_nothing_else(value):
    file = Written(value)
    assert list(file.holds("packs", "write packs")) == []
    assert file.faults == [((), "write packs")]
    assert [each.at for each in Written({"packs": {"a": 1}}).holds("packs", "write packs")] == [("packs", "a")]


def test_all_faults_are_refused_at_once_with_their_lines(tmp_path):
    (tmp_path / "file.yaml").write_text("packs:\n\n  a:\n    hubs: [x,\n      y]\n", "utf-8")
    faults = [
        Fault(at, "odd") for at in ((), ("packs", "a"), ("packs", "a", "hubs", 1), ("packs", "a", "title"), ("b",))
    ]
    said = policy.lined(tmp_path / "file.yaml", faults)
    assert [each.split(":")[0] for each in said] == [f"file.yaml, line {line}" for line in (1, 3, 5, 3, 1)]
    with pytest.raises(Refused, match=r"the file has 5 fault\(s\), so no: file.yaml, line 1: odd; file") as refused:
        refuse("the file has", said, ", so no")
    assert refused.value.problems == said
    refuse("the file has", [])


def test_what_stands_twice_is_named_once():
    assert twice(["b", "a", "b", 5, "a", 5, "c", [], []]) == ["5", "[]", "a", "b"]
