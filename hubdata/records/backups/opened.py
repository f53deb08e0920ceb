"""An encrypted backup as it was before, for as long as it takes to put it back; then the plain files are gone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hubdata.errors import Refused
from hubdata.records import folders, private, store
from hubdata.records.backups import age
from hubdata.records.backups import folder as backups_folder
from hubdata.records.backups.folder import Manifest

LOCKED = "this backup is encrypted: name the file of a key that opens it with --identity, or type the key when asked"


@contextmanager
def opened(home: Path, folder: Path, manifest: Manifest, key: Callable[[], str] | None) -> Iterator[Path]:
    """The folder with the backup's plain files; `key` is asked only if they are encrypted.

    Raises Refused if the key is another's or a file is altered; a home that was made for this alone is gone then.
    """
    if not manifest.recipients:
        yield folder
        return
    if key is None:
        raise Refused(LOCKED)
    keys, is_new = age.identities(key()), not home.exists()
    store.private_home(home, create=True)
    try:
        with folders.folder(home) as plain:
            for name in sorted(manifest.files, key=lambda name: (folder / f"{name}{age.SUFFIX}").stat().st_size):
                private.folder((plain / name).parent)
                age.decrypted(folder / f"{name}{age.SUFFIX}", plain / name, keys)
            if backups_folder.sums(plain) != manifest.files:
                raise Refused(f"{folder} holds other files than its manifest says: take another backup")
            yield plain
    except BaseException:
        if is_new:
            _unmade(home)
        raise


def _unmade(home: Path) -> None:
    """Remove a home in which nothing was put yet."""
    with suppress(OSError):
        for lock in (home / "work").glob("*.lock"):
            lock.unlink()
        (home / "work").rmdir()
        home.rmdir()
