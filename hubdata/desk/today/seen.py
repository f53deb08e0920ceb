"""Which day somebody last looked at what needs them: a private file of days, with nobody's name in it."""

import hmac
import json
from contextlib import suppress
from datetime import date
from pathlib import Path

from hubdata.moments import By
from hubdata.records import private
from hubdata.records.store import Hub


def before(hub: Hub, by: By) -> date | None:
    """The last day before this one on which they looked; None if they never did."""
    days = [day for day in _read(hub).get(_whose(hub, by), []) if day < by.as_at.isoformat()]
    return date.fromisoformat(max(days)) if days else None


def note(hub: Hub, by: By) -> None:
    """Keep that they looked: this day and the one before it; where nothing can be written, nothing is kept."""
    said, whose, today = _read(hub), _whose(hub, by), by.as_at.isoformat()
    days = sorted({*said.get(whose, []), today})[-2:]
    if said.get(whose) != days:
        with suppress(OSError):
            private.folder(_path(hub).parent)
            private.write(_path(hub), json.dumps(said | {whose: days}, sort_keys=True))


def _path(hub: Hub) -> Path:
    return Path(hub.home) / "sittings" / "looks.json"


def _read(hub: Hub) -> dict[str, list[str]]:
    try:
        said = json.loads(_path(hub).read_text("utf-8"))
        whole = isinstance(said, dict) and all(isinstance(days, list) for days in said.values())
        return {whose: [str(date.fromisoformat(day)) for day in days] for whose, days in said.items()} if whole else {}
    except (OSError, ValueError, TypeError):
        return {}


def _whose(hub: Hub, by: By) -> str:
    return hmac.digest(hub.key("sittings"), by.actor.casefold().encode(), "sha256").hex()[:32]
