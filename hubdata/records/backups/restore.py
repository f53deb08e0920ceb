"""Puts a backup in the place of the hub's database, in one step; it never lets a copy of another hub in.

The home's own keys and erasure list stay: they are newer than any copy. What was destroyed after the copy was made
therefore stays known, and the database stays closed until `hubdata retention replay` has destroyed it again.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import URL, Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from hubdata import places
from hubdata.errors import BadParameter, HubError, NewerSchema, Refused
from hubdata.moments import By
from hubdata.records import checkpoints as records_checkpoints
from hubdata.records import folders, ledger, private, store
from hubdata.records.backups import database, erased, postgresql
from hubdata.records.backups import folder as backups_folder
from hubdata.records.backups import opened as backups_opened
from hubdata.records.backups import swap as backups_swap
from hubdata.records.backups.folder import DATABASES, SEAL, Manifest
from hubdata.records.keys import ring
from hubdata.records.ledger import Act
from hubdata.records.opening.address import address_of
from hubdata.records.people.acting import Acting
from hubdata.records.store import Hub

BUSY = "a disposal, replay, backup or restore is running on this hub: wait until it has ended"


@dataclass(frozen=True)
class Restored:
    """What a restore did: entries of the audit chain before and now, those lost, and checkpoints that it outlives."""

    backup: str
    made_at: str
    entries: int
    before: int | None
    lost: int | None
    checkpoints: list[str]
    closed: bool
    roleless: bool = False  # a team's database on a server that has none of its roles


@dataclass(frozen=True)
class _Entry:
    """What the restored hub's ledger will say of it, and whoever has proved that it is they."""

    act: Act
    acting: Acting | None


@dataclass(frozen=True)
class _Order:
    """One restore: from where, to where, by whom."""

    folder: Path
    manifest: Manifest
    home: Path
    address: URL
    list_from_backup: bool
    list_lines: dict[int, str]
    entry: _Entry


@dataclass(frozen=True)
class Before:
    """What was in the database that is replaced: its entries and how many of them the copy lacks, None if unknown."""

    entries: int | None = None
    lost: int | None = None


def restore(
    home: Path | None,
    url: str | None,
    folder: Path,
    by: By,
    list_from_backup: bool = False,
    key: Callable[[], str] | None = None,
    acting: Acting | None = None,
) -> Restored:
    """Replace the hub's database by a backup; `key` gives the key that opens one that is encrypted, and is asked then.

    `acting` proved who they are in the hub as it was: the restored one may not know them, and its ledger says how.

    Raises Refused if the backup is altered or another hub's, the hub is in use or its erasure list is not there,
    NewerSchema if a newer hubdata made it, HubError if it cannot be done; nothing is changed then.
    """
    home = Path(home).absolute() if home else places.home()
    folder, keys = Path(folder).absolute(), home / "keys"
    manifest = backups_folder.read(folder, ring.key(keys, SEAL, {}) if (keys / SEAL).exists() else None)
    backups_folder.check(folder, manifest)
    if manifest.schema not in store.KNOWN:
        raise NewerSchema(f"a newer hubdata made this backup (schema {manifest.schema}); install that version")
    address = address_of(home, url or os.environ.get("HUBDATA_URL") or None)
    if address.get_backend_name() != manifest.database or address.database in (None, "", ":memory:"):
        raise BadParameter(f"the backup was made of a hub in {manifest.database}: name such a database with --url")
    with backups_opened.opened(home, folder, manifest, key) as plain:
        act = Act(by.actor, "officer", by.reason or "restore", "backup.restore")
        return _restored(home, address, plain, manifest, list_from_backup, _Entry(act, acting))


def _restored(
    home: Path, address: URL, folder: Path, manifest: Manifest, list_from_backup: bool, entry: _Entry
) -> Restored:
    followed = erased.lines_of(home, folder, manifest, list_from_backup)
    work = store.private_home(home, create=True) / "work"
    work.mkdir(mode=0o700, exist_ok=True)
    order = _Order(folder, manifest, home, address, list_from_backup, followed, entry)
    with folders.only_one(work / folders.ALONE, BUSY):
        return _sqlite(order) if manifest.database == "sqlite" else _postgresql(order)


def _sqlite(order: _Order) -> Restored:
    """Make the new database ready beside the old one, its audit entry in it, and put it in its place."""
    live, name = Path(str(order.address.database)), DATABASES["sqlite"]
    live.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = live.with_name(f"{live.name}{folders.RESTORING}")
    try:
        if backups_folder.copied(order.folder / name, beside) != order.manifest.files[name]:
            raise Refused(f"{order.folder / name} was altered while it was read; take another backup")
        _refuse_unlike(database.check_sqlite(beside), order.manifest)
        with backups_swap.held(live) as (engine, swap):
            before = _before(engine, order)
            _complete(order)
            done = _enter(order, URL.create("sqlite", database=str(beside)), before)
            swap(beside)
        return done
    finally:
        backups_swap.remove(beside)


def _postgresql(order: _Order) -> Restored:
    engine = store.engine_of(order.home, order.address)
    try:
        with engine.connect() as connection:
            postgresql.refuse_used(connection)
        before = _before(engine, order)
        engine.dispose()
        dumped = order.folder / DATABASES["postgresql"]
        roleless = postgresql.load(engine, dumped, order.manifest.rows, order.manifest.program or 0)
    except DatabaseError as error:
        raise HubError(
            f"the hub's database did not answer ({type(error.orig).__name__}): nothing was changed"
        ) from None
    finally:
        engine.dispose()
    _complete(order)
    order.entry.act.detail.update({"without_roles": True} if roleless else {})
    return replace(_enter(order, order.address, before), roleless=roleless)


def _refuse_unlike(found: database.State, manifest: Manifest) -> None:
    if any(
        getattr(found, name) != getattr(manifest, name) for name in ("list", "line", "mac", "head", "schema", "rows")
    ):
        raise Refused("the database in the backup is not the one that its manifest names: take another backup")


def _before(engine: Engine | None, order: _Order) -> Before:
    """What is about to be replaced; a damaged database cannot say. Raises Refused if it is another hub."""
    if engine is None:
        return Before()
    try:
        with engine.connect() as connection:
            tables = inspect(connection).get_table_names()
            if not tables:
                return Before()
            if "alembic_version" not in tables:
                raise HubError("this database holds other tables: it is no hub; nothing was changed")
            mac = connection.execute(text("SELECT mac FROM erasures WHERE line = 1")).scalar()
            if mac not in (None, order.manifest.list):
                raise Refused(erased.OTHER)
            line, followed = store.followed(connection)
            if order.list_lines.get(line) != followed:
                raise Refused(erased.OLDER.format("the hub's database", order.home / "erasures"))
            last, head = ledger.head(connection)[0], order.manifest.head
            return Before(last, last - head[0] if ledger.holds(connection, *head) else None)
    except DatabaseError:
        return Before()


def _complete(order: _Order) -> None:
    """Take from the backup what this home lacks; what it has is newer and stays."""
    skipped = {DATABASES[order.manifest.database]}
    for name in sorted(order.manifest.files.keys() - skipped):
        target = order.home / name
        if target.exists() or (name.startswith("erasures/") and not order.list_from_backup):
            continue
        private.folder(target.parent)
        new = target.with_name(f"{target.name}.new")
        backups_folder.copied(order.folder / name, new)
        os.replace(new, target)
        backups_folder.synced(target.parent)


def _enter(order: _Order, address: URL, before: Before) -> Restored:
    """Upgrade the restored database if it is older than this hubdata, and write down how it came here."""
    hub = store.open_hub(order.home, address, create=True, replaying=True)
    manifest, outlived, act = order.manifest, _outlived(hub), order.entry.act
    try:
        act.detail.update(
            {
                "backup": manifest.backup,
                "made_at": manifest.made_at,
                "head": manifest.head,
                "before": before.entries,
                "lost": before.lost,
                "checkpoints": outlived,
                "list_from_backup": order.list_from_backup,
            }
        )
        with replace(hub, acting=order.entry.acting).write(act):
            pass
        return Restored(
            manifest.backup, manifest.made_at, manifest.head[0], before.entries, before.lost, outlived, _closed(hub)
        )
    finally:
        hub.engine.dispose()


def _outlived(hub: Hub) -> list[str]:
    """The signed checkpoints that the restored chain does not bear out: they were signed after the copy was made."""
    public = records_checkpoints.public(hub.key("checkpoint"))
    signed = {
        p.name: records_checkpoints.read(p.read_text("utf-8", "replace"), public)
        for p in sorted((hub.home / "checkpoints").glob("*.txt"))
    }
    with hub.read() as connection:
        return [name for name, head in signed.items() if head and not ledger.holds(connection, *head)]


def _closed(hub: Hub) -> bool:
    try:
        store.refuse_older(hub)
    except Refused:
        return True
    return False


def lines(done: Restored) -> list[str]:
    """A restore for a reader."""
    said = [f"The hub is as it was when backup {done.backup} was made, with {done.entries:,} audit entries."]
    if done.lost is not None:
        said += [f"  audit entries made since, now lost: {done.lost:,}"]
    elif done.before is not None:
        said += [f"  the database that it replaced had {done.before:,} entries of another line of events"]
    if done.checkpoints:
        named = ", ".join(done.checkpoints)
        said += [
            f"  `hubdata ledger verify` will name {len(done.checkpoints):,} checkpoints that were signed after "
            f"the backup; the audit entry of this restore names them too: {named}"
        ]
    if done.roleless:
        said += [
            "This server has none of the team's roles, so who may see and do what was left out: before anybody works, "
            "have a superuser run what `hubdata deploy postgresql --print --people FILE` writes (docs/team.md)."
        ]
    if done.closed:
        said += [
            "Records were destroyed after the backup was made, and are back: the hub stays closed until "
            "`hubdata retention replay` has destroyed them again."
        ]
    return said
