"""What a case's page says, whatever the case is about: facts, parts in reading order, what was done, next steps."""

from dataclasses import dataclass, field
from datetime import date

from hubdata.dates import words


@dataclass(frozen=True)
class Step:
    """A next step: the command that does it, what it is about, and the people or rows that it may choose from.

    What it is about is not asked again; `begins` is what its form begins with, which may be changed. One that is
    `at_once` is open as soon as it is offered; one that `looks` is answered as it opens.
    """

    command: str
    label: str
    given: dict[str, str] = field(default_factory=dict)
    offers: dict[str, dict[str, str]] = field(default_factory=dict)
    begins: dict[str, str] = field(default_factory=dict)
    at_once: bool = False
    looks: bool = False

    @property
    def line(self) -> str:
        """The step as it is typed."""
        given = (
            f"--{name.replace('_', '-')} {value}" for name, value in self.given.items() if value and name != "reason"
        )
        return f"{self.label}: `{' '.join(['hubdata', self.command, *given])}`"


@dataclass(frozen=True)
class Part:
    """A heading of a case and what stands under it, a line a piece."""

    title: str
    said: list[str]


@dataclass(frozen=True)
class Case:
    """One case as it stands on a day; `days` are its line in time, each day with what happened, or is to happen."""

    kind: str
    reference: str
    title: str
    facts: list[tuple[str, str]]
    parts: list[Part]
    done: list[str]
    steps: list[Step]
    days: list[tuple[date, str]] = field(default_factory=list)


def lines(one: Case) -> list[str]:
    """The case for a reader of a terminal."""
    said = [one.title, *(f"  {term}: {what}" for term, what in one.facts)]
    clock = Part("Its line in time", [f"{words(day)}: {what}" for day, what in one.days])
    for part in [clock, *one.parts, Part("What was done", one.done)]:
        said += ["", part.title, *(f"  {line.strip()}" for line in part.said)] if part.said else []
    return said + (["", "Next steps", *(f"  {step.line}" for step in one.steps)] if one.steps else [])


def open_family(family: str) -> Step:
    """The step from anything to the record of the family that it is about."""
    return Step("case", f"Open family {family}", {"family": family})
