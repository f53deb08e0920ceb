"""What is in force and what differs, for a reader: since when, from which source, and who decided or confirmed it."""

from datetime import date

from hubdata.dates import words
from hubdata.policy import Entry, Policy
from hubdata.records import ledger
from hubdata.records.decisions import make, stands
from hubdata.records.people import wrote
from hubdata.records.people.acting import shown
from hubdata.records.store import Hub

LONGEST = 70  # characters of a value on its line


def listed(hub: Hub, as_at: date, prefix: str = "", unconfirmed: bool = False) -> list[dict]:
    """Every value in force on a day whose name begins so; of those only what nobody has confirmed, if asked."""
    decided = hub.policy
    found = [entry for entry in decided.in_force(as_at) if entry.name.startswith(prefix)]
    wanted = [each for each in found if each.unconfirmed or not unconfirmed]
    with hub.read() as connection:
        rests = wrote.confirmed(connection, wanted)
    return [_row(each, decided, confirmed_with) for each, confirmed_with in zip(wanted, rests, strict=True)]


def _row(entry: Entry, decided: Policy, confirmed_with: str | None) -> dict:
    return {
        "name": entry.name,
        "value": entry.value,
        "unit": entry.unit,
        "from": entry.valid_from,
        "source": entry.source,
        "decided": entry.name in decided.decided and bool(entry.confirmed_by),
        "confirmed_by": entry.confirmed_by or None,
        "confirmed_with": confirmed_with,
        "confirmed_on": entry.confirmed_on,
        "open": entry.unconfirmed or None,
    }


def lines(found: list[dict], as_at: date) -> list[str]:
    """The list for a reader, with how many wait to be confirmed."""
    waiting = sum(one["open"] is not None for one in found)
    said = [f"{len(found):,} values in force as at {words(as_at)}; {waiting:,} wait to be confirmed."]
    for one in found:
        who = "nobody yet" if one["open"] else "law"
        if one["confirmed_by"]:
            who = f"{one['confirmed_by']} {shown(one['confirmed_with'])}, {words(one['confirmed_on'])}"
        value = f"{len(one['value'])} listed" if isinstance(one["value"], list | dict) else str(one["value"])
        said += [
            f"{one['name']}: {value[:LONGEST]} ({one['unit']}), from {words(one['from'])}",
            f"  source: {one['source']}; confirmed by {who}",
            *([f"  to confirm: {one['open']}"] if one["open"] else []),
        ]
    return said


def changes(hub: Hub) -> dict:
    """What ships otherwise than was decided, what was done to the files, and every decision in the ledger."""
    pairs = make.touched(hub)
    with hub.read() as connection:
        entered = ledger.said(connection, stands.ACTIONS)
        strange = stands.words(stands.strange(hub.home, connection))
    shipped = [
        {"name": new.name, "from": new.valid_from, "ships": new.value, "holds": ours.value, "source": new.source}
        for new, ours in pairs
    ]
    return {"shipped": shipped, "strange": strange, "decisions": entered}


def changes_lines(found: dict) -> list[str]:
    """What differs, both values of each, for a reader."""
    said = [f"{len(found['decisions']):,} decisions are in the ledger."]
    said += [f"NOT as the ledger has it: {why}." for why in found["strange"]]
    for one in found["shipped"]:
        said += [
            f"{one['name']} ships as {one['ships']!r} from {words(one['from'])} ({one['source']});",
            f"  what was decided holds: {one['holds']!r}. `hubdata decisions set` takes the new one on.",
        ]
    return said if found["shipped"] or found["strange"] else [*said, "Nothing differs from what was decided."]
