"""Who acts, and what proves it: a value that the ledger writes down with every entry; it asks no database.

An entry without a proof rests on a name that somebody typed: a claim. The login is what the operating system says, and
no variable of the environment changes it.
"""

import getpass
import hmac
import os
from dataclasses import dataclass
from functools import cache

from hubdata.terms import ActingRole, ProofKind

CLAIMED = "claimed"
ONE_LOGIN = "both came from one login of this machine's operating system"


@dataclass(frozen=True)
class Acting:
    """A registered person who has proved who they are: reference and name, how, and in which roles they may act."""

    actor: str
    name: str
    kind: ProofKind
    digest: str
    roles: tuple[ActingRole, ...] = ()

    @property
    def proof(self) -> str:
        """The proof as rows keep it: `passphrase:` and its digest."""
        return f"{self.kind}:{self.digest}"


@cache
def login() -> str:
    """The operating system's user, whatever the environment says."""
    if hasattr(os, "getuid"):
        import pwd  # there is none on Windows

        try:
            return pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            return f"uid {os.getuid()}"
    try:
        return os.getlogin()
    except OSError:  # a service without a terminal
        return getpass.getuser()


def written(key: bytes, name: str, acting: Acting | None) -> dict[str, str]:
    """What an entry of the chain says of who acts, without a name: what stands for it and for the login, the proof."""
    said = {"actor": pseudonym(key, name), "login": pseudonym(key, f"login {login()}")}
    return said | ({"proof": acting.proof} if acting else {})


def pseudonym(key: bytes, name: str) -> str:
    """What stands for a name in the chain."""
    return hmac.digest(key, name.encode(), "sha256").hex()[:16]


def kind(proof: str | None) -> str:
    """The kind of a proof as rows keep it; a claim where there is none."""
    return proof.partition(":")[0] if proof else CLAIMED


def shown(proof: str | None) -> str:
    """How somebody's name is to be read, in brackets behind it: a claim, or proved, and by what."""
    told = kind(proof)
    return f"({CLAIMED}: the name was typed)" if told == CLAIMED else f"(proved by {ProofKind(told).label.lower()})"
