"""An address as it is typed at the time: its lines, or what is wrong with it; no message repeats it."""

import re

from hubdata import policy
from hubdata.errors import BadParameter
from hubdata.rights.letters.wording import clean

MOST, LONGEST = 9, 100
HIDDEN = "what was typed is not repeated here"


def lines(typed: str | None) -> list[str]:
    """The lines of an address, one below the other or with `;` between.

    Raises BadParameter if there is none, or it is too long for an envelope.
    """
    found = [" ".join(clean(line).split()) for line in re.split(r"[;\r\n]", typed or "")]
    found = [line for line in found if line]
    if not found or policy.meant(" ".join(found), numbers=True) is None:
        raise BadParameter(
            "a letter needs an address: the lines of an envelope with ; between, or where it is handed over"
        )
    if len(found) > MOST or max(map(len, found)) > LONGEST:
        raise BadParameter(f"an address has at most {MOST} lines of {LONGEST} signs each; {HIDDEN}")
    return found
