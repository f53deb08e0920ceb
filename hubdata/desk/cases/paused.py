"""The case of a return that waits for a person: why it waits, until when it is kept, and how it is decided about."""

from hubdata.dates import words
from hubdata.desk.cases.case import Case, Part, Step
from hubdata.errors import BadParameter
from hubdata.intake import take as returns
from hubdata.moments import By
from hubdata.records.store import Hub


def read(hub: Hub, reference: str, _by: By) -> Case:
    """A paused return. Raises BadParameter if none of that number waits."""
    one = next((one for one in returns.waiting(hub) if one["return"] == reference), None)
    if one is None:
        raise BadParameter("no return of that number waits; `hubdata intake waiting` lists those that do")
    facts = [
        ("Partner", one["partner"]),
        ("Kept until", words(one["kept_until"])),
        ("How it stands", "Nothing of it was applied; it waits for a person, encrypted"),
    ]
    steps = [
        Step("intake resume", "Apply it after all", {"number": reference}),
        Step("intake discard", "Erase it without applying it", {"number": reference}),
    ]
    return Case("return", reference, f"Return {reference}", facts, [Part("Why it waits", one["why"])], [], steps)
