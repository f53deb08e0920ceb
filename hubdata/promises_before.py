"""What a board is told besides its records: the board before it, from its bundle, and the newest published quarter.

It looks into the hub's folders only where the order leaves these out, and writes nothing; what it finds becomes a
parameter of the report, so that the report can be made again to the byte from its manifest.
"""

import json
from datetime import date
from pathlib import Path

from hubdata import promises, release_ledger
from hubdata.errors import BadParameter, Refused
from hubdata.release_quarter import Quarter
from hubdata.store import Hub


def completed(values: dict, hub: Hub, bundles: Path) -> dict:
    """A board's parameters with the two that may be looked up; those of any other report as they are.

    Raises BadParameter if one that was given is not written as `promises` reads it.
    """
    if not {"before", "released"} <= values.keys():
        return values
    as_at = date.fromisoformat(values["as_at"])
    was, published = values["before"] or before(bundles, as_at), values["released"] or released(hub, as_at)
    promises.earlier(was, as_at)
    promises.published(published)
    return values | {"before": was, "released": published}


def before(bundles: Path, as_at: date) -> str:
    """The statuses of the latest board as at an earlier day, as `promises.earlier` reads them."""
    found = [_standing(path) for path in bundles.glob("promises/*/*/manifest.json")]
    earlier = [board for board in found if board and board[0] < str(as_at)]
    if not earlier:
        return promises.NONE
    day, _, standing = max(earlier, key=lambda board: board[:2])
    return promises.said(standing, date.fromisoformat(day))


def _standing(manifest: Path) -> tuple[str, str, dict] | None:
    """The day, the moment of making and the statuses of one board; None if its manifest is not one."""
    try:
        said = json.loads(manifest.read_text("utf-8"))
        found = said["parameters"]["as_at"], said["made_at"], said["standing"]
        promises.earlier(promises.said(found[2], date.fromisoformat(found[0])), date.max)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, BadParameter):
        return None
    return found


def released(hub: Hub, as_at: date) -> str:
    """The newest quarter that had been published by a day, as `promises.published` reads it."""
    path = hub.home / "published" / release_ledger.FILE
    if not path.exists():
        return promises.NONE
    try:
        lines = release_ledger.ReleaseLedger(path, hub.key("releases")).lines()
    except Refused:
        return promises.ALTERED
    known = [(Quarter.parse(line.quarter), line.at[:10]) for line in lines if line.at[:10] <= str(as_at)]
    return "{} on {}".format(*max(known)) if known else promises.NONE
