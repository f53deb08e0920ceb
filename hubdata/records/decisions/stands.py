"""How a hub's decisions stand: as the ledger has them, or changed behind its back; and which want to be looked at.

Every opening compares the files with a seal that is written beside them, which costs no look into the ledger; what
differs from the seal, or has none, is compared with the ledger itself. `standing` says it for the promise board.
"""

import hmac
import re
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection

from hubdata import dates
from hubdata.errors import BadParameter
from hubdata.policy import folder_of
from hubdata.records import ledger, private
from hubdata.records.store import Hub

SET, CONFIRM = "decisions.set", "decisions.confirm"
ACTIONS = (SET, CONFIRM)
MAPPINGS, MAPPING = "mappings", "mapping."  # the folder of how partners' columns become ours, and what one is called
SEAL = ".seal"
ENTERED = "as entered"
LONGEST = 180  # characters
SAID_DECIDED = re.compile(r"(?P<kind>strange|back|unsourced|more) (?P<name>[A-Za-z0-9_.]+)( (?P<day>\d{4}-\d\d-\d\d))?")
OTHER = "another"  # what a file is called that has no value's name: its name may say anything
WORDS = {
    "edited": "{name}.yaml was edited behind the product's back",
    "put in": "{name}.yaml was put in behind the product's back",
    "gone": "{name}.yaml is gone",
}


def strange(home: Path, connection: Connection) -> list[tuple[str, str]]:
    """Names whose file is not as the ledger has it, each with what was done to it."""
    known = {one["decision"]: one["file"] for one in ledger.said(connection, ACTIONS)}
    there = _files(home)
    told = [(name, "put in") for name in there.keys() - known.keys()]
    told += [(name, "gone") for name in known.keys() - there.keys()]
    told += [(name, "edited") for name in there.keys() & known.keys() if there[name] != known[name]]
    return sorted(told)


def _files(home: Path) -> dict[str, str]:
    place = folder_of(home)
    found = {path.stem: path for path in sorted(place.glob("*.yaml"))}
    found |= {f"{MAPPING}{path.stem}": path for path in sorted((place / MAPPINGS).glob("*.yaml"))}
    return {name: sha256(path.read_bytes()).hexdigest() for name, path in found.items()}


def words(found: list[tuple[str, str]]) -> list[str]:
    """What was done to the files, for a reader."""
    return [WORDS[what].format(name=name) for name, what in found]


def seal(hub: Hub) -> None:
    """Write down how the files are now, once the ledger has them so."""
    private.write(folder_of(hub.home) / SEAL, _mark(hub))


def _mark(hub: Hub) -> str:
    said = "".join(f"{name} {digest}\n" for name, digest in _files(hub.home).items())
    return hmac.digest(hub.key("rows"), b"decisions" + said.encode(), "sha256").hex()


def at_opening(hub: Hub) -> list[str]:
    """What was done to the files since the product wrote them last, in words; nothing where no file and no seal is."""
    place = folder_of(hub.home) / SEAL
    sealed = place.read_text("ascii", "replace") if place.is_file() else ""
    if (not sealed and not _files(hub.home)) or hmac.compare_digest(sealed.encode(), _mark(hub).encode()):
        return []
    with hub.read() as connection:
        return words(strange(hub.home, connection))


def standing(hub: Hub) -> str:
    """How the decisions stand: `as entered`, or what wants to be looked at, as `promises.decided_so` reads it."""
    with hub.read() as connection:
        found, entered = strange(hub.home, connection), ledger.said(connection, ACTIONS)
    known = hub.policy.names()
    items = [f"strange {name if name in known else OTHER}" for name, _ in found]
    items += [f"back {one['decision']} {one['from']}" for one in entered if one.get("reported")]
    items += [f"unsourced {one['decision']} {one['from']}" for one in entered if one.get("unsourced")]
    return _short(list(dict.fromkeys(items))) or ENTERED


def _short(items: list[str]) -> str:
    """As many as a report's parameter takes, and how many more there are."""
    fit = [at for at in range(len(items) + 1) if len("; ".join(items[:at])) <= LONGEST]
    return "; ".join(items[: fit[-1]] + ([f"more {len(items) - fit[-1]}"] if fit[-1] < len(items) else []))


def read(decisions: str) -> list[dict]:
    """Each decision that wants to be looked at, as `standing` said; no rows if all are as entered or nobody said."""
    if decisions in ("", "none", ENTERED):
        return []
    found = [SAID_DECIDED.fullmatch(one) for one in decisions.split("; ")]
    if not all(found):
        raise BadParameter(
            f"decisions {decisions!r} is not written as: {ENTERED}; or: strange hubs; back hubs 2026-04-01"
        )
    return [
        {
            "kind": one["kind"],
            "name": one["name"],
            "from_on": dates.parse(one["day"], "decisions") if one["day"] else None,
        }
        for one in found
        if one
    ]
