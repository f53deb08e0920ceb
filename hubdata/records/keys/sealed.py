"""Texts and files of one case sealed under the hub's own key, each to its own row; it keeps none of them."""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hubdata.errors import HubError
from hubdata.records.store import Hub

KEY, NONCE = "cases", 12


def seal(hub: Hub, of: str, content: bytes) -> str:
    """A content as its row keeps it; `of` is the row's own reference, and no other row's opens."""
    nonce = os.urandom(NONCE)
    return base64.b64encode(nonce + AESGCM(hub.key(KEY)).encrypt(nonce, content, of.encode())).decode()


def opened(hub: Hub, of: str, sealed: str) -> bytes:
    """What a row keeps sealed. Raises HubError if it was altered, or is another row's."""
    try:
        content = base64.b64decode(sealed, validate=True)
        return AESGCM(hub.key(KEY)).decrypt(content[:NONCE], content[NONCE:], of.encode())
    except (InvalidTag, ValueError, binascii.Error):
        raise HubError(f"what is sealed in {of} has been altered: put the hub back from a backup") from None
