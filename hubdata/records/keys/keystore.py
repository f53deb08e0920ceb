"""The operating system's key store as a place for one secret, if there is one that keeps it from others.

The package's stand-ins (none, nothing kept, plain text) are no key store. It says nothing of what it keeps.
"""

import base64
from typing import Any

from hubdata.errors import Refused

SERVICE = "hubdata"
STAND_INS = ("fail", "null", "plaintext", "uncrypted", "chainer")
WITHOUT = (
    "this machine has no key store that a program can use (Keychain, Windows Credential Manager, a Secret Service that "
    "is unlocked): use --move passphrase, or --move folder"
)


def backend() -> Any:
    """The key store. Raises Refused if there is none that keeps secrets."""
    # keyring looks through all that is installed: 0.1 s, which only a hub that uses it should pay
    import keyring

    found = keyring.get_keyring()
    several = list(getattr(found, "backends", [])) or [found]
    good = [one for one in several if not _stands_in(one)]
    if not good:
        raise Refused(WITHOUT)
    return good[0]


def _stands_in(found: object) -> bool:
    name = f"{type(found).__module__}.{type(found).__qualname__}".lower()
    return any(word in name for word in STAND_INS) or float(getattr(found, "priority", 0)) < 1


def usable() -> bool:
    """Whether there is a key store."""
    try:
        backend()
    except Refused:
        return False
    return True


def put(entry: str, secret: bytes) -> None:
    """Keep a secret. Raises Refused if the key store does not give back what it was given."""
    found = backend()
    try:
        found.set_password(SERVICE, entry, base64.b64encode(secret).decode())
    except Exception as error:  # noqa: BLE001 (each system's key store has errors of its own; no value is repeated)
        raise Refused(f"the key store did not take the key ({type(error).__name__}): is it unlocked?") from None
    if get(entry) != secret:
        raise Refused("the key store did not keep the key: use --move passphrase, or --move folder")


def get(entry: str) -> bytes | None:
    """The secret, or None if the key store has none under that name. Raises Refused if there is no key store."""
    found = backend()
    try:
        said = found.get_password(SERVICE, entry)
    except Exception as error:  # noqa: BLE001 (as above)
        raise Refused(f"the key store did not answer ({type(error).__name__}): is it unlocked?") from None
    return base64.b64decode(said) if said else None


def forget(entry: str) -> None:
    """Have the key store forget a secret; one that it does not know is no fault."""
    try:
        backend().delete_password(SERVICE, entry)
    except Exception:  # noqa: BLE001 (as above: what is not there need not go)
        return
