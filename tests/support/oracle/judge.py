"""All that the promises object to in a hub on a day, with the values in force on that day."""

from collections.abc import Iterator
from datetime import date
from functools import cache

from hubdata import policy
from tests.support.hostile.kit import OUTSIDE
from tests.support.oracle import days, leads, names, quality, requests, retention, sharing
from tests.support.oracle.rows import Found, Records


def judge(hub: Records, as_at: date, known_at: date | None = None) -> Found:
    """The (code, subject) of everything that the rules should object to, as known at the end of a day (None: now)."""
    records = hub.known(known_at)
    found = names.outside(hub, OUTSIDE) | names.partners(records)
    return found.union(
        *_of_sharing(records, as_at),
        *_of_support(records, as_at),
        *_of_contradictions(records, as_at),
        *_of_names(records, as_at),
        quality.late_partners(records, as_at, known_at, value("freshness.update_within_days", as_at)),
        requests.judge(records, as_at, value("rights.due_soon_days", as_at)),
    )


@cache
def _decided() -> policy.Policy:
    return policy.load()


def value(name: str, as_at: date):
    """A value that people decided, in force on a day."""
    return _decided().value(name, as_at)


def _of_sharing(records: Records, as_at: date) -> Iterator[Found]:
    verdicts = sharing.judge(records, as_at, value("sharing.not_yet_told_days", as_at))
    yield {(code, share) for (share, _), code in verdicts.items() if code}
    yield sharing.consent(records, as_at)


def _of_support(records: Records, as_at: date) -> Iterator[Found]:
    yield retention.judge(records, as_at, value("retention.stale_after_days", as_at))
    yield leads.judge(records, as_at, value("leads.contact_within_days", as_at))
    yield leads.goals(records, as_at, value("outcomes.review_within_days", as_at))


def _of_contradictions(records: Records, as_at: date) -> Iterator[Found]:
    yield days.judge(records, as_at)
    after, stale_after = (
        value(name, as_at) for name in ("freshness.untouched_after_days", "retention.stale_after_days")
    )
    yield quality.untouched(records, as_at, after, stale_after)
    yield quality.contrary(records, as_at)
    yield quality.of_another_family(records, as_at)
    yield quality.after_death(records, as_at, value("agreements.alone_from_years", as_at))


def _of_names(records: Records, as_at: date) -> Iterator[Found]:
    versions = value("notice_versions", as_at)
    saying, since = value("notices.say_complaint", as_at), value("notices.must_say_complaint_from", as_at)
    yield names.old_notices(records, as_at, versions)
    yield names.silent_notices(records, as_at, versions, set(saying), since)
    registers = {name: set(value(name, as_at)) for name in ("hubs", "instruments", "notice_versions")}
    yield names.unregistered(records, as_at, registers)
