"""One hub's keys, each a file of its own: open, or locked by the master key; made on first use.

It never guesses: a key that lies open among locked ones was put there by somebody, and is refused.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path
from threading import get_ident

from hubdata.errors import Refused
from hubdata.records.keys import asked, kept, keystore, wrapped
from hubdata.records.keys.kept import FOLDER, HOME, KEYSTORE, NOTE, Kept

SIZE = 32
LOCKED = b"hubdata-key\x01"
MASTER = ""  # what the master key is called among the keys that were taken out
WRONG = "that is not the passphrase of the hub's keys: nothing was done; try again"


def key(folder: Path, name: str, out: dict[str, bytes]) -> bytes:
    """One of the keys in a folder, made if it is not there; `out` has those that were taken out already.

    Raises Refused if it is locked and nothing here opens it, or if somebody altered it.
    """
    if name not in out:
        path, note = folder / name, kept.read(folder)
        if not path.exists():
            _make(path, note, out)
        out[name] = opened(path.read_bytes(), name, note, out)
    return out[name]


def _make(path: Path, note: Kept, out: dict[str, bytes]) -> None:
    fresh = os.urandom(SIZE)
    content = fresh if note.kind == HOME else locked(fresh, path.name, note, master(note, out))
    whole = path.with_name(f"{path.name}.{os.getpid()}.{get_ident()}")
    put(whole, content)
    with suppress(FileExistsError):  # another process was first; nobody ever reads half a key
        os.link(whole, path)
    whole.unlink()


def put(path: Path, content: bytes) -> None:
    """Write a private file and see it on the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def locked(secret: bytes, name: str, note: Kept, with_: bytes) -> bytes:
    """A key as it lies among the records when the keys are elsewhere."""
    return LOCKED + wrapped.lock(secret, with_, f"{note.id} {name}")


def is_locked(content: bytes) -> bool:
    """Whether a file of the keys' folder is a locked key."""
    return len(content) > SIZE and content.startswith(LOCKED)


def opened(content: bytes, name: str, note: Kept, out: dict[str, bytes]) -> bytes:
    """A key out of its file's content. Raises Refused if it is not as the hub left it."""
    if is_locked(content):
        if note.kind == HOME and not note.moving:
            raise Refused(f"the hub's keys are locked, and keys/{NOTE}, which says by what, is gone: put it back")
        found = wrapped.opened(content[len(LOCKED) :], master(note, out), f"{note.id} {name}")
        if found is None:
            raise Refused(f"the hub's key {name!r} has been altered: put it back from a backup")
        return found
    if not note.beside:
        raise Refused(
            f"the hub's key {name!r} lies open although the keys are {kept.KINDS[note.kind]}: somebody put it there; "
            "put the locked one back from a backup"
        )
    return content


def master(note: Kept, out: dict[str, bytes]) -> bytes:
    """The key that opens the others. Raises Refused if what is kept elsewhere is not there, or another's."""
    if MASTER not in out:
        found = _taken(note)
        if kept.check_of(found, note.id) != note.check:
            raise Refused(f"what is kept {note.file if note.kind == FOLDER else 'there'} opens another hub's keys")
        out[MASTER] = found
    return out[MASTER]


def _taken(note: Kept) -> bytes:
    if note.kind == FOLDER:
        return _from_file(note.file)
    if note.kind == KEYSTORE and (found := _from_store(note)):
        return found
    ask = "The key store does not have the hub's key. The spare passphrase:" if note.kind == KEYSTORE else None
    found = wrapped.unwrap(note.wrapped, asked.passphrase(ask) if ask else asked.passphrase(), note.id)
    if found is None:
        raise Refused(WRONG)
    return found


def _from_store(note: Kept) -> bytes | None:
    with suppress(Refused):  # no key store here, or another one: then the spare passphrase opens the keys
        return keystore.get(note.id)
    return None


def _from_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode, found = stat.S_IMODE(os.fstat(file.fileno()).st_mode), file.read(SIZE + 1)
    except OSError as error:
        raise Refused(
            f"the key that opens this hub's keys should be in {path}, and cannot be read there ({error.strerror}): "
            "put it back, or set it down where the hub looks"
        ) from None
    if os.name == "posix" and mode & 0o077:
        raise Refused(f"{path} opens this hub's keys and can be read by others: run `chmod 600 {path}` and try again")
    return found
