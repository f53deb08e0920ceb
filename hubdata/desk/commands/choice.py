"""An option that takes one of a list has the list in its type: forms offer it, and its help says it in words.

The command itself judges what it is given; a choice refuses nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hubdata.terms import Term


@dataclass(frozen=True)
class OneOf:
    """What an option takes one of: codes with their labels, or those that a `register` gives on the day."""

    labels: dict[str, str]
    register: str = ""

    def __str__(self) -> str:
        """The codes as help says them: written, verbal or electronic."""
        *others, last = self.labels
        return f"{', '.join(others)} or {last}"


def one_of(codes: Iterable[str], register: str = "") -> OneOf:
    """A choice of these codes; words of the glossary have their labels there."""
    return OneOf({str(code): _label(code) for code in codes}, register)


def _label(code: str) -> str:
    return code.label if isinstance(code, Term) else code.replace("_", " ").capitalize()
