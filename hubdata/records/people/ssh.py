"""SSH signatures: a challenge is signed by `ssh-keygen` with a person's own key, and verified here; no key is kept.

A key may lie in a file, with an agent or in a security key. Source: OpenSSH's PROTOCOL.sshsig and PROTOCOL.u2f.
"""

import base64
import hashlib
import re
import struct
import subprocess
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from hubdata.errors import BadParameter, Refused

NAMESPACE = "hubdata"
MAGIC, VERSION = b"SSHSIG", 1
ARMOUR = re.compile(r"-----BEGIN SSH SIGNATURE-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END SSH SIGNATURE-----")
HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
RSA = {b"rsa-sha2-256": hashes.SHA256, b"rsa-sha2-512": hashes.SHA512}
CURVES = {"secp256r1": hashes.SHA256, "secp384r1": hashes.SHA384, "secp521r1": hashes.SHA512}
LEAST_RSA = 2048
TOUCHED = 1  # the flag of a security key that somebody was there
WAIT = 60  # seconds, for a passphrase of the key or a touch


def public(text: str) -> str:
    """A public key as it is kept: its type and itself. Raises BadParameter if it is none that can be verified here."""
    words = text.split()
    try:
        if len(words) < 2 or _parts(base64.b64decode(words[1], validate=True))[0].decode() != words[0]:
            raise ValueError
        key = load_ssh_public_key(" ".join(words[:2]).encode())
    except (ValueError, UnsupportedAlgorithm, struct.error):
        raise BadParameter("that file is no SSH public key that can be verified here; give the .pub file") from None
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < LEAST_RSA:
        raise BadParameter(f"an RSA key must have at least {LEAST_RSA:,} bits")
    if not isinstance(key, rsa.RSAPublicKey | ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey):
        raise BadParameter("that kind of SSH key cannot be verified here; Ed25519, ECDSA and RSA keys can")
    return " ".join(words[:2])


def fingerprint(key: str) -> str:
    """A public key's fingerprint, as `ssh-keygen -l` says it."""
    digest = hashlib.sha256(base64.b64decode(key.split()[1])).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def is_key(content: str) -> bool:
    """Whether a file holds a private or a public SSH key."""
    return content.startswith(("-----BEGIN ", "ssh-", "ecdsa-", "sk-"))


def sign(path: Path, challenge: bytes) -> str:
    """Sign with the key in a file, or the agent's of which the public half is in it. Raises Refused if it cannot."""
    asked = ("ssh-keygen", "-Y", "sign", "-q", "-n", NAMESPACE, "-f", str(path))
    try:
        done = subprocess.run(asked, input=challenge, capture_output=True, timeout=WAIT, check=False)
    except FileNotFoundError:
        raise Refused("a key signs with ssh-keygen, which is not installed here: install OpenSSH") from None
    except subprocess.TimeoutExpired:
        raise Refused("the key did not sign in time; nothing was done") from None
    if done.returncode:
        raise Refused(
            "ssh-keygen could not sign with that key: is the file yours alone (0600), and the key with your agent?"
        )
    return done.stdout.decode("ascii", "replace")


def verifies(key: str, challenge: bytes, signature: str) -> bool:
    """Whether a signature over the challenge was made, for this product, with the private half of a public key."""
    found = ARMOUR.search(signature)
    try:
        blob = base64.b64decode("".join(found[1].split()), validate=True) if found else b""
        if blob[:6] != MAGIC or struct.unpack(">I", blob[6:10])[0] != VERSION:
            return False
        made_with, namespace, reserved, hashed, made = _parts(blob[10:])
        if made_with != base64.b64decode(key.split()[1]) or namespace != NAMESPACE.encode() or hashed not in HASHES:
            return False
        digest = HASHES[hashed](challenge).digest()
        _verify(key, MAGIC + b"".join(map(_string, (namespace, reserved, hashed, digest))), made)
    except (InvalidSignature, ValueError, KeyError, IndexError, struct.error):
        return False
    return True


def _verify(public_key: str, signed: bytes, signature: bytes) -> None:
    """Raises InvalidSignature, or ValueError where the signature is not written as one."""
    kind, made, rest = _first(signature)
    key = load_ssh_public_key(public_key.encode())
    if kind.startswith(b"sk-"):
        signed = _touched(public_key, signed, rest)
        rest = b""
    if rest:
        raise ValueError
    if isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(made, signed)
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(made, signed, padding.PKCS1v15(), RSA[kind]())
    elif isinstance(key, ec.EllipticCurvePublicKey):
        r, s = (int.from_bytes(part, signed=True) for part in _parts(made))
        key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(CURVES[key.curve.name]()))
    else:
        raise ValueError


def _touched(public_key: str, signed: bytes, rest: bytes) -> bytes:
    """What a security key signs. Raises ValueError if nobody touched it."""
    application = _parts(base64.b64decode(public_key.split()[1]))[-1]
    flags, counter = struct.unpack(">BI", rest)
    if not flags & TOUCHED:
        raise ValueError
    said = hashlib.sha256(application).digest() + struct.pack(">BI", flags, counter)
    return said + hashlib.sha256(signed).digest()


def _first(blob: bytes) -> tuple[bytes, bytes, bytes]:
    """A signature's kind, itself, and what a security key adds."""
    kind, rest = _string_of(blob)
    made, rest = _string_of(rest)
    return kind, made, rest


def _parts(blob: bytes) -> list[bytes]:
    found = []
    while blob:
        part, blob = _string_of(blob)
        found.append(part)
    return found


def _string_of(blob: bytes) -> tuple[bytes, bytes]:
    (size,) = struct.unpack(">I", blob[:4])
    if len(blob) < 4 + size:
        raise ValueError
    return blob[4 : 4 + size], blob[4 + size :]


def _string(part: bytes) -> bytes:
    return struct.pack(">I", len(part)) + part
