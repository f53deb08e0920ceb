"""A checkpoint on paper: the number of an entry and a digest in groups that people read aloud and type back.

Each line has a check of its own, so that a slip is told from a chain that is another. The page holds no personal data.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, text

from hubdata import moments
from hubdata.errors import BadParameter
from hubdata.records.checkpoints import LETTERS, Note, sign_of, spelled

LINES, GROUPS, GROUP, CHECK = 4, 2, 4, 4
PER_LINE = GROUPS * GROUP
NUMBER = re.compile(r"^\s*entry(?: number)?\s*:?\s*([\d,]+)\s*$", re.IGNORECASE | re.MULTILINE)
LINE = re.compile(r"^\s*([1-9])\s*:\s*([a-z0-9 \t-]+?)\s*$", re.IGNORECASE | re.MULTILINE)
TITLE = "CHECKPOINT OF A FAMILY HUB'S AUDIT CHAIN"


@dataclass(frozen=True)
class Letter:
    """What a letter says: an entry's number and the letters of its digest."""

    seq: int
    letters: str


def letters_of(seq: int, hash_: str) -> str:
    """The digest of an entry as the letter spells it, without blanks."""
    return spelled(sha256(f"family-hub/letter\n{seq}\n{hash_}\n".encode()).digest(), LINES * PER_LINE).replace(" ", "")


def _check(seq: int, line: int, letters: str) -> str:
    return spelled(sha256(f"{seq} {line} {letters}".encode()).digest(), CHECK)


def page(note: Note) -> str:
    """The page to print: what it is for, the digest, and how it is used."""
    letters = letters_of(note.seq, note.hash)
    lines = []
    for number in range(LINES):
        part = letters[number * PER_LINE : (number + 1) * PER_LINE]
        groups = "  ".join(part[at : at + GROUP] for at in range(0, PER_LINE, GROUP))
        lines.append(f"    {number + 1}:  {groups}  -  {_check(note.seq, number + 1, part)}")
    rows = [f"Rows that the chain vouched for: {note.rows[0]:,}"] if note.rows else []
    at = [f"Last entry: {moments.said(note.said['at'])}"] if "at" in note.said else []
    whose = [f"The hub's sign: {sign_of(note.public)}"] if note.public else []
    return "\n".join(
        [
            TITLE,
            "",
            *whose,
            *at,
            *rows,
            "",
            f"    Entry number: {note.seq}",
            *lines,
            "",
            "Keep this page where nobody who runs the hub can change it. Whoever wants to know whether entries up",
            "to this one were cut off or written anew types it into a file, the number's line and the four lines:",
            "hubdata ledger verify --against FILE. A line's last group only shows whether it was typed rightly.",
            "",
        ]
    )


def read(said: str) -> Letter | None:
    """What somebody typed back, or the page itself; None if it is no letter. Raises BadParameter naming slips."""
    number, found = NUMBER.search(said), {int(n): _plain(line) for n, line in LINE.findall(said)}
    if number is None or not found:
        return None
    seq = int(number[1].replace(",", ""))
    slips = [n for n in range(1, LINES + 1) if not _right(seq, n, found.get(n, ""))]
    if slips:
        which = " and ".join(map(str, slips))
        more = ", or the number of the entry is not as printed" if len(slips) == LINES else ""
        raise BadParameter(f"line {which} of the letter is not as it was printed{more}: look again and type it anew")
    return Letter(seq, "".join(found[n][:PER_LINE] for n in range(1, LINES + 1)))


def _plain(line: str) -> str:
    return re.sub(r"[\s-]", "", line).lower()


def _right(seq: int, number: int, line: str) -> bool:
    part, check = line[:PER_LINE], line[PER_LINE:]
    return len(line) == PER_LINE + CHECK and set(line) <= set(LETTERS) and check == _check(seq, number, part)


def fault(connection: Connection, name: str, letter: Letter) -> str:
    """Why the chain does not bear a letter out, in words; empty if it does."""
    found = connection.execute(text("SELECT hash FROM chain WHERE seq = :seq"), {"seq": letter.seq}).scalar()
    if found is None:
        return f"{name}: entry {letter.seq} is gone; the chain has been cut off before it"
    if not isinstance(found, bytes | memoryview) or letters_of(letter.seq, bytes(found).hex()) != letter.letters:
        return (
            f"{name}: entry {letter.seq} is not the one on the letter; the chain has been rewritten, or it is another's"
        )
    return ""
