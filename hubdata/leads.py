"""Who took the lead for one family, on a day and as the hub knew it on another, with gaps and handovers.

It judges nothing: what it says is the answer of rules/continuity.sql; practitioners are named by reference only.
Source: notice P3.
"""

from datetime import date

from sqlalchemy import select

from hubdata import rules, standing
from hubdata.dates import words
from hubdata.errors import BadParameter
from hubdata.frozen import Snapshot
from hubdata.records import TABLES
from hubdata.store import Hub

OF_FAMILY = ("families", "leads", "lead_versions")
SAID = ("family", "hub", "is_open", "leads", "spans", "gaps", "overlaps", "handovers", "gap_days", "overlap_days")


def read(hub: Hub, family: str, on: date, known_at: date | None = None) -> dict:
    """Who led the family on a day, and everything up to it, as known at the end of `known_at` (None: as known now).

    Raises BadParameter if there is no such family, or it was opened later.
    """
    judged = rules.judge("continuity", _seen(hub, family), on, known_at).to_pylist()
    if not judged:
        raise BadParameter(f"the hub has no family {family!r} that was open by {words(on)}; check the reference")
    return {"on": on, "known_at": known_at, **{name: judged[0][name] for name in SAID}}


def _seen(hub: Hub, family: str) -> Snapshot:
    """One family's leads and their practitioners, as a snapshot has them; it carries no hash."""
    practitioners = TABLES["practitioners"]
    with hub.read() as connection:
        found = {
            name: connection.execute(select(TABLES[name]).filter_by(family=family)).mappings().all()
            for name in OF_FAMILY
        }
        who = {row["practitioner"] for name in OF_FAMILY[1:] for row in found[name]}
        asked = select(practitioners).where(practitioners.c.practitioner.in_(who))
        found["practitioners"] = connection.execute(asked).mappings().all()
    return Snapshot({name: standing.table(name, rows) for name, rows in found.items()}, "")


def lines(said: dict) -> list[str]:
    """The answer for a reader: who leads on the day, then how the lead went on up to it."""
    known = f", as the hub knew it on {words(said['known_at'])}" if said["known_at"] else ""
    who = " and ".join(map(_who, said["leads"])) or "nobody"
    told = [f"Taking the lead for {said['family']} on {words(said['on'])}{known}: {who}."]
    told += [f"  {_who(span)}: {words(span['started_on'])} to {_until(span)}" for span in said["spans"]]
    for name, what in (("gaps", "nobody led"), ("overlaps", "more than one led")):
        told += [
            f"  {what}: {words(each['from'])} to {words(each['to'])}, {_days(each['days'])}" for each in said[name]
        ]
    return told + [f"  handed over on {words(each['on'])} from {each['from']} to {each['to']}: {_handed(each['days'])}"
                   for each in said["handovers"]]  # fmt: skip


def _who(lead: dict) -> str:
    return f"{lead['practitioner']} ({lead['organisation']})"


def _until(span: dict) -> str:
    return words(span["ended_on"]) if span["ended_on"] else "now"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"


def _handed(days: int) -> str:
    if days > 0:
        return f"both led for {_days(days)}"
    return f"nobody led for {_days(-days)}" if days else "the next day"
