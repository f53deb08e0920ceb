"""A proof as it is given to a command: a private file, standard input, or typed; never a word of the command line."""

import getpass
import os
import sys
from pathlib import Path

from hubdata.errors import BadParameter, Refused
from hubdata.records.people import proofs, ssh
from hubdata.records.people.proofs import Given

STANDARD_INPUT = Path("-")
SIGN_IN = "sign in first, with `hubdata people sign-in`"


def given(file: Path | None, name: str) -> Given:
    """The proof that somebody gives: from a private file or standard input, or typed where nobody sees it.

    Raises Refused if there is none, or others can read the file.
    """
    if file is None:
        if not sys.stdin.isatty():
            raise Refused(f"{name} must prove who acts: {SIGN_IN}, or give --proof FILE (- for standard input)")
        return Given(getpass.getpass(f"{name}'s passphrase: "))
    if file == STANDARD_INPUT:
        return Given(sys.stdin.readline().rstrip("\r\n"))
    content = private_text(file)
    if ssh.is_key(content):
        challenge = proofs.challenge()
        return Given(challenge=challenge, signature=ssh.sign(file, challenge))
    return Given(content.partition("\n")[0].rstrip("\r"))


def private_text(file: Path) -> str:
    """What stands in a file that is its owner's alone; a public key may be anybody's to read."""
    try:
        content = file.read_text("utf-8", errors="replace")
    except OSError as error:
        # its name is not repeated: somebody may have typed the passphrase where the file belongs
        raise BadParameter(f"the file of the proof cannot be read ({error.strerror}): name one that is there") from None
    is_open = os.name == "posix" and file.stat().st_mode & 0o077
    if is_open and not content.startswith(("ssh-", "ecdsa-", "sk-")):
        raise Refused(f"{file} can be read by others on this machine; run `chmod go-rwx {file}` and try again")
    return content


def typed_anew(file: Path | None, whose: str) -> str:
    """A new passphrase: from a private file or standard input, or typed twice. Raises BadParameter if they differ."""
    if file == STANDARD_INPUT:
        return sys.stdin.readline().rstrip("\r\n")
    if file is not None:
        return private_text(file).partition("\n")[0].rstrip("\r")
    if not sys.stdin.isatty():
        raise BadParameter(f"{whose} needs a passphrase from a file (--passphrase-file) or a key (--key FILE.pub)")
    first = getpass.getpass(f"A passphrase for {whose}, typed by nobody else: ")
    if first != getpass.getpass("The same again: "):
        raise BadParameter("the two were not the same; nothing was kept")
    return first
