"""A sitting: whoever signed in need not prove again for a while; a private file that only this login's hub believes.

It holds no proof. It ends when nobody used it for the policy's minutes, after its hours, and with the person or their
proof. Whoever controls the login controls its sittings: what needs two people never rests on one.
"""

import hmac
import json
import os
import stat
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from hubdata import moments
from hubdata.records import private
from hubdata.records.ledger import canonical
from hubdata.records.people import prove
from hubdata.records.people.acting import Acting, login
from hubdata.records.store import Hub

RENEWED = timedelta(seconds=20)  # how long a use may go unnoticed, so that a form's every question writes no file


def begin(hub: Hub, acting: Acting) -> Path:
    """Let a person who has just proved who they are act until they leave; returns the file that says so."""
    now = moments.now()
    return _write(
        hub, {"actor": acting.actor, "proof": acting.proof, "login": login(), "since": _at(now), "seen": _at(now)}
    )


def current(hub: Hub) -> Acting | None:
    """Who is signed in at this login, with the roles that they have now; None if nobody is, or it was too long ago."""
    said = _read(hub)
    if said is None or not _lasts(hub, said):
        return None
    with hub.read() as connection:
        found = prove.standing(connection, said["actor"], said["proof"])
    if found and moments.now() - _moment(said["seen"]) > RENEWED:
        _write(hub, said | {"seen": _at(moments.now())})
    return found


def entered(hub: Hub) -> Hub:
    """The hub as whoever is signed in acts in it; as it is if nobody is."""
    there = current(hub)
    return prove.entering(hub, there) if there else hub


def lasts(hub: Hub) -> bool:
    """Whether whoever signed in is still; asking is no use."""
    said = _read(hub)
    return said is not None and _lasts(hub, said)


def end(hub: Hub) -> bool:
    """Sign out; whether anybody was signed in."""
    there = _path(hub).exists()
    _path(hub).unlink(missing_ok=True)
    return there


def _lasts(hub: Hub, said: dict) -> bool:
    """Whether it was neither left alone for too long nor began too long ago, and is this login's."""
    now, decided, day = moments.now(), hub.policy, moments.today()
    idle = timedelta(minutes=decided.value("people.idle_minutes", day))
    longest = timedelta(hours=decided.value("people.sitting_hours", day))
    since, seen = (_moment(said[name]) for name in ("since", "seen"))
    return timedelta() <= now - seen <= idle and timedelta() <= now - since <= longest and said["login"] == login()


def _path(hub: Hub) -> Path:
    """Where it lies: in the login's folder of the running system, which ends with it, or else in the hub's home."""
    whole = sha256(f"{hub.home} {hub.engine.url.set(password=None)}".encode()).hexdigest()[:32]
    place, given = hub.home / "sittings", os.environ.get("XDG_RUNTIME_DIR")
    if given and os.name == "posix":
        with suppress(OSError):
            found = os.stat(given)
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077:
                place = Path(given) / "hubdata"
    return private.folder(place) / f"{whole}.json"


def _mac(hub: Hub, said: dict) -> str:
    return hmac.digest(hub.key("sittings"), canonical(said), "sha256").hex()


def _write(hub: Hub, said: dict) -> Path:
    path = _path(hub)
    private.write(path, json.dumps({**said, "mac": _mac(hub, said)}))
    return path


def _read(hub: Hub) -> dict | None:
    """What the file says, if it is private and the hub's own word."""
    path = _path(hub)
    try:
        if os.name == "posix" and (path.stat().st_mode & 0o077 or path.stat().st_uid != os.getuid()):
            return None
        said = json.loads(path.read_text("utf-8"))
        given = said.pop("mac")
        return said if hmac.compare_digest(given, _mac(hub, said)) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def _moment(said: str) -> datetime:
    return datetime.fromisoformat(said).astimezone(UTC)
