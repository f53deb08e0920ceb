"""Who does something, why and as at which day: one value, which every write takes; it imports nothing of ours."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class By:
    """Who acts, why if they say so, and as at which day."""

    actor: str
    reason: str | None
    as_at: date
