"""Holds on families' records: placed for a coded reason, released one by one; it never shortens or starts a period."""

import secrets
from datetime import UTC, date, datetime

from sqlalchemy import text

from hubdata import dates
from hubdata.errors import BadParameter
from hubdata.ledger import Act
from hubdata.records import TABLES
from hubdata.store import Hub
from hubdata.terms import HoldCode


def place_hold(
    hub: Hub, family: str, code: str, placed_on: date, review_on: str | None, authority: str | None, actor: str,
    reason: str | None,
) -> str:  # fmt: skip
    """Place a hold and return its reference. Raises BadParameter if the family or the code is unknown."""
    if code not in HoldCode._value2member_map_:
        raise BadParameter(f"{code!r} is not a reason to hold; allowed are {', '.join(HoldCode)}")
    row = {
        "hold": f"H{secrets.token_hex(5)}", "family": family, "code": code, "reason": reason, "authority": authority,
        "placed_on": placed_on, "review_on": dates.parse(review_on, "--review-on") if review_on is not None else None,
        "released_on": None, "recorded_at": datetime.now(UTC).replace(tzinfo=None),
    }  # fmt: skip
    act = Act(actor, "officer", reason or f"hold: {code}", "retention.hold", {"family": family, "hold": row["hold"]})
    with hub.write(act) as connection:
        if not connection.execute(text("SELECT 1 FROM families WHERE family = :family"), {"family": family}).scalar():
            raise BadParameter(f"the hub has no family {family!r}")
        connection.execute(TABLES["holds"].insert(), row)
    return row["hold"]


def release_hold(hub: Hub, hold: str, released_on: date, actor: str, reason: str | None) -> None:
    """Release one hold. Raises BadParameter if there is none of that reference in force."""
    act = Act(actor, "officer", reason or "the reason has ended", "retention.unhold", {"hold": hold})
    with hub.write(act) as connection:
        release = text("UPDATE holds SET released_on = :day WHERE hold = :hold AND released_on IS NULL")
        if not connection.execute(release, {"day": released_on, "hold": hold}).rowcount:
            raise BadParameter(f"there is no hold {hold!r} in force")
