"""NV01, NM01, PP01 and LM01: old notices, names that are not registered, partners' own policies, and what is not ours.

Readings where the contract is silent:

  * a notice is superseded from the first day of the next; an agreement of a closed family is nobody's concern;
  * a notice is in use (NV02) while it is the present one, or an agreement of an open family stands on it;
  * NM01 points at the name itself, which is what is to be registered; a corrected agreement's is not looked at;
  * PP01 is about every organisation but those outside the Hub;
  * LM01 is not worked out here: whoever makes up a text says whether it belongs in the limited record (`outside`).
"""

from collections.abc import Collection, Mapping
from datetime import date

from tests.support.oracle.agreements import Agreements, in_force
from tests.support.oracle.retention import is_closed
from tests.support.oracle.rows import Found, Records, by_key


def old_notices(records: Records, as_at: date, versions: Mapping[str, date]) -> Found:
    """NV01: agreements in force under a notice that another has taken the place of."""
    agreements = Agreements(records["agreements"])
    families = by_key(records["families"], "family")
    present = max((first for first in versions.values() if first <= as_at), default=date.min)
    return {
        ("NV01", row["agreement"])
        for row in agreements.standing
        if not is_closed(families[row["family"]], as_at)
        and versions.get(row["notice_version"], date.max) < present
        and in_force(agreements, row, as_at)
    }


def silent_notices(records: Records, as_at: date, versions: Mapping[str, date], saying: set[str], since: date) -> Found:
    """NV02: a notice in use does not say that one may complain to the controller."""
    agreements, families = Agreements(records["agreements"]), by_key(records["families"], "family")
    begun = {name for name, first in versions.items() if first <= as_at}
    used = {
        row["notice_version"]
        for row in agreements.standing
        if not is_closed(families[row["family"]], as_at) and in_force(agreements, row, as_at)
    }
    in_use = (used & begun) | {max(begun, key=versions.get)} if begun else set()
    return {("NV02", name) for name in in_use - saying} if as_at >= since else set()


def unregistered(records: Records, as_at: date, registers: Mapping[str, set[str]]) -> Found:
    """NM01: a hub, an instrument or a notice version that no register has."""
    agreements = Agreements(records["agreements"])
    standing = [row for row in records["agreements"] if not agreements.is_corrected(row["agreement"])]
    return {
        ("NM01", name)
        for register, names in (
            ("hubs", [row["hub"] for row in records["families"]]),
            ("instruments", [row["instrument"] for row in records["goals"]]),
            ("notice_versions", [row["notice_version"] for row in standing]),
        )
        for name in names
        if name not in registers[register]
    }


def partners(records: Records) -> Found:
    """PP01: partners whose own retention policy or rights contact is unknown."""
    return {
        ("PP01", row["organisation"])
        for row in records["organisations"]
        if row["kind"] != "outside" and not (row["retention_policy"] and row["rights_contact"])
    }


def outside(records: Records, texts: Collection[str]) -> Found:
    """LM01: rows, whether they still stand or not, that hold one of these texts."""
    columns = {"shares": ("reason", "risk_to", "not_told_reason"), "holds": ("reason",), "competences": ("reason",)}
    keys = {"shares": "share", "holds": "hold", "competences": "competence"}
    return {
        ("LM01", row[keys[table]])
        for table, names in columns.items()
        for row in records[table]
        if any(row[name] in texts for name in names)
    }
