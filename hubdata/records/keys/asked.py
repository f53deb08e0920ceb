"""Where a passphrase comes from: a private file, a credential of systemd's, or a person at a terminal.

Never a command line and never the environment, which other programs can read: what is set there is a file's name.
"""

import getpass
import os
import stat
import sys
from pathlib import Path

from hubdata.errors import BadParameter, Refused

FILE = "HUBDATA_PASSPHRASE_FILE"
CREDENTIAL = "hubdata-passphrase"
LEAST = 12  # characters of a new one
LONGEST = 4096  # bytes of a file that is one
NONE = (
    "the hub's keys are locked by a passphrase, and nobody is here to type it: write it into a file that only you can "
    f"read (chmod 600) and set {FILE} to the file's name, or let systemd load it (LoadCredential={CREDENTIAL}:FILE)"
)


def passphrase(question: str = "The passphrase of the hub's keys:") -> str:
    """The passphrase, from the first place that has one. Raises Refused if none has, or if others can read its file."""
    if path := from_file():
        return read(path)
    if not sys.stdin.isatty():
        raise Refused(NONE)
    return getpass.getpass(f"{question} ")


def new() -> str:
    """A passphrase that is to lock the keys, typed twice. Raises BadParameter if it is short or typed differently."""
    said = passphrase("A passphrase for the hub's keys, twelve characters or more:")
    if len(said) < LEAST:
        raise BadParameter(f"the passphrase has fewer than {LEAST} characters: take four words that nobody can guess")
    if not from_file() and getpass.getpass("Once more: ") != said:
        raise BadParameter("the two were not the same: nothing was changed")
    return said


def read(path: Path) -> str:
    """The passphrase in a private file. Raises Refused if there is none, or if others can read it."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read(LONGEST + 1)
    except OSError as error:
        raise Refused(f"the passphrase's file {path} cannot be read ({error.strerror}): look at {FILE}") from None
    if os.name == "posix" and mode & 0o077:
        raise Refused(f"{path} holds a passphrase and can be read by others: run `chmod 600 {path}` and try again")
    try:
        said = content.decode().strip("\r\n")
    except UnicodeDecodeError:
        said = ""
    if not said or len(content) > LONGEST or "\n" in said:
        raise Refused(f"{path} does not hold a passphrase: write it as the file's only line")
    return said


def from_file() -> Path | None:
    """The file that holds the passphrase, if one is named."""
    if named := os.environ.get(FILE):
        return Path(named)
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    path = Path(folder) / CREDENTIAL if folder else None
    return path if path and path.exists() else None
