"""What a server's refusal means to whoever met it: their login may not do that; the words repeat no value of a row.

It is no `Refused`: whoever catches one of those takes it for a finding of their own, as intake does.
"""

import re

from hubdata.errors import HubError

DENIED = "42501"  # PostgreSQL's code for a right that a login does not have, and for a row that it may not write
OURS = "team: "  # how the messages of a team's database begin
OBJECT = re.compile(r"permission denied for (table|view|function|schema|sequence|database) (\w+)")
ASK = "whoever runs the hub's database gives roles (docs/team.md)"


def refusal(error: object) -> HubError | None:
    """The refusal in words, if that is what the server's error is."""
    if getattr(error, "sqlstate", None) != DENIED:
        return None
    said = str(error).partition("\n")[0]
    if said.startswith(OURS):
        return HubError(f"{said.removeprefix(OURS)}: nothing was written; {ASK}")
    if "row-level security" in said:
        return HubError(f"that belongs to a hub that this login of the database is not for: nothing was written; {ASK}")
    named = OBJECT.search(said)
    what = f"the {named[1]} {named[2]}" if named else "what it needs"
    return HubError(f"this login of the database may not use {what}: another role does this; {ASK}")
