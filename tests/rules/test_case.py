"""One family judged by its own rows is judged as in the whole hub, also where a rule looks across families."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.rules import findings, judge, worklist
from hubdata.rules.asked import case, current
from tests.support.hostile import hub as hostile
from tests.support.hostile.kit import ERAS
from tests.support.lengths import length

STORIES = 60
EVERY = length(20, 1)  # of how many families one is judged alone


def _put(hub: Hub, seed: int) -> Snapshot:
    hostile.put(hub, hostile.together(hostile.story(seed, number) for number in range(STORIES)))
    return snapshots.take(hub)


def _hold(hub: Hub, taken: Snapshot, families: Iterable[str], as_at: date) -> int:
    """Compare each family with what is said of it in the whole hub; how many findings there were."""
    whole, count = findings.list_findings(taken, as_at), 0
    for family in families:
        alone = findings.list_findings(case.read(hub, family), as_at, case.OF_A_FAMILY)
        with hub.read() as connection:
            expected = worklist._of_family(connection, whole, family)
            assert worklist._of_family(connection, alone, family) == expected, family
        count += len(expected)
    return count


@pytest.mark.parametrize("seed", range(length(1, 8)))
def test_each_family_of_a_hostile_hub_is_judged_alone_as_in_the_hub(hub: Hub, seed: int):
    taken = _put(hub, seed)
    families = sorted(taken.tables["families"]["family"].to_pylist())[hub.dialect == "sqlite" :: EVERY]

    assert _hold(hub, taken, families, ERAS[seed % len(ERAS)] + timedelta(days=39)) > len(families) / 2


def test_what_is_judged_of_the_hub_alone_finds_nothing_of_a_family(sqlite_hub: Hub):
    taken = _put(sqlite_hub, 3)
    found = findings.list_findings(taken, ERAS[3] + timedelta(days=39), case.OF_THE_HUB)

    assert {finding.table for finding in found if finding.table != "families"} & {
        "people",
        "shares",
        "requests",
    } == set()
    assert {*case.OF_A_FAMILY, *case.OF_THE_HUB} == {*judge.FAMILIES}
    assert {finding.code for finding in found} == {"FR01", "PP01", "NV02", "NM01"}


def test_how_current_some_organisations_are_is_what_the_rule_says_of_them_in_the_hub(hub: Hub):
    taken, as_at = _put(hub, 1), ERAS[1] + timedelta(days=39)
    shown = ("last_update_on", "covers_from", "covers_to")
    whole = {row["subject"]: row for row in judge.judge("freshness", taken, as_at).to_pylist()}
    organisations = taken.tables["organisations"]["organisation"].to_pylist()

    with hub.read() as connection:
        found = current.read(connection, organisations, as_at, hub.policy)

    assert any(row["last_update_on"] for row in whole.values())
    for name in organisations:
        assert [found.get(name, {}).get(one) for one in shown] == [whole.get(name, {}).get(one) for one in shown], name
