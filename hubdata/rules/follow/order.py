"""In which order findings are followed up: the gravest first, and one family's together; it judges nothing."""

from collections import Counter
from typing import Any, TypeVar

from hubdata.terms import Severity

NEVER = "9999"  # after every day
Found = TypeVar("Found", bound=Any)  # a finding with its family


def gravest_first(found: list[Found]) -> list[Found]:
    """Broken promises first, then the rule that finds most; within a rule by family, with the oldest finding first."""
    often = Counter(one.code for one in found)
    oldest: dict[tuple[str, str | None], str] = {}
    for one in found:
        since = one.first_seen or NEVER
        oldest[one.code, one.family] = min(since, oldest.get((one.code, one.family), since))
    return sorted(
        found,
        key=lambda one: (
            one.severity != Severity.BREACH,
            -often[one.code],
            one.code,
            oldest[one.code, one.family],
            one.family or "",
            one.first_seen or NEVER,
            one.subject,
        ),
    )
