"""All that the promises object to in a hub on a day, by rule family, with the values in force on that day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from hubdata import policy
from tests.support.hostile.kit import OUTSIDE
from tests.support.oracle import days, leads, names, quality, requests, retention, sharing
from tests.support.oracle.rows import Found, Records

YOUNGEST = 13


@dataclass(frozen=True)
class Asked:
    """What is judged, as at which day and as known at the end of which (None: as known now)."""

    records: Records
    as_at: date
    known_at: date | None = None

    def value(self, name: str):
        """A value that people decided, in force on the day."""
        return _decided().value(name, self.as_at)


@cache
def _decided() -> policy.Policy:
    return policy.load()


def _sharing(asked: Asked) -> Found:
    verdicts = sharing.judge(asked.records, asked.as_at, asked.value("sharing.not_yet_told_days"))
    return {(code, share) for (share, _), code in verdicts.items() if code}


def _quality(asked: Asked) -> Found:
    records, as_at = asked.records, asked.as_at
    return {
        *days.judge(records, as_at),
        *quality.untouched(records, as_at, asked.value("freshness.untouched_after_days")),
        *quality.contrary(records, as_at),
        *quality.of_another_family(records, as_at),
        *quality.after_death(records, as_at, YOUNGEST),
    }


FAMILIES: dict[str, Callable[[Asked], Found]] = {
    "sharing": _sharing,
    "basis": lambda asked: sharing.consent(asked.records, asked.as_at),
    "retention": lambda asked: retention.judge(asked.records, asked.as_at, asked.value("retention.stale_after_days")),
    "leads": lambda asked: leads.judge(asked.records, asked.as_at, asked.value("leads.contact_within_days")),
    "outcomes": lambda asked: leads.goals(asked.records, asked.as_at, asked.value("outcomes.review_within_days")),
    "freshness": lambda asked: quality.late_partners(
        asked.records, asked.as_at, asked.known_at, asked.value("freshness.update_within_days")
    ),
    "quality": _quality,
    "partners": lambda asked: names.partners(asked.records),
    "notices": lambda asked: names.old_notices(asked.records, asked.as_at, asked.value("notice_versions")),
    "wording": lambda asked: names.silent_notices(
        asked.records,
        asked.as_at,
        asked.value("notice_versions"),
        set(asked.value("notices.say_complaint")),
        asked.value("notices.must_say_complaint_from"),
    ),
    "names": lambda asked: names.unregistered(
        asked.records,
        asked.as_at,
        {name: set(asked.value(name)) for name in ("hubs", "instruments", "notice_versions")},
    ),
    "limits": lambda asked: names.outside(asked.records, OUTSIDE),
    "rights": lambda asked: requests.judge(asked.records, asked.as_at, asked.value("rights.due_soon_days")),
}


def judge(family: str, records: Records, as_at: date, known_at: date | None = None) -> Found:
    """The (code, subject) of everything that one family of rules should object to."""
    return FAMILIES[family](Asked(records.known(known_at), as_at, known_at))
