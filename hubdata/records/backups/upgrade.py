"""A hub that an older program made is copied before a newer one changes its tables, and the copy is named.

The copy is made before the ledger can be written to, and entered there as soon as it can.
"""

import os
from pathlib import Path

from sqlalchemy import URL

from hubdata import places
from hubdata.moments import By
from hubdata.records import store
from hubdata.records.backups import make
from hubdata.records.backups.make import MAKE, Made
from hubdata.records.ledger import Act
from hubdata.records.opening import address
from hubdata.records.store import Hub

WHY = "a copy before an upgrade"


def first(home: Path | None, url: str | URL | None) -> Made | None:
    """The copy of a hub that is older than this program; nothing where there is none, or it is as new or newer."""
    place, url = Path(home).absolute() if home else places.home(), url or os.environ.get("HUBDATA_URL") or None
    at = address.address_of(place, url)
    file = Path(str(at.database)) if at.get_backend_name() == "sqlite" else None
    if not place.is_dir() or (file is not None and not (file.is_file() and file.stat().st_size)):
        return None
    engine = store.engine_of(store.private_home(place, create=False), url)
    try:
        found = store.version(engine)
        if found not in store.KNOWN or found == store.SCHEMA:
            return None
        return make.before_upgrade(Hub(place, engine.url.render_as_string(hide_password=False), engine))
    finally:
        engine.dispose()


def enter(hub: Hub, made: Made, by: By) -> None:
    """Enter the copy in the ledger that was upgraded after it."""
    detail = {"backup": made.folder.name, "outside": False, "deletes": [], "recipients": made.recipients}
    with hub.write(Act(by.actor, "officer", WHY, MAKE, detail)):
        pass


def lines(made: Made) -> list[str]:
    """Where the copy is and how it is put back, for a reader."""
    kept = "encrypted" if made.recipients else "in the clear: delete it once the upgraded hub has been looked at"
    return [
        f"This hub was made by an older hubdata and is upgraded; as it was, it is copied to {made.folder} ({kept}).",
        f"`hubdata restore {made.folder}` puts it back.",
    ]
