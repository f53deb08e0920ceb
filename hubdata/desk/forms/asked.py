"""A command's common options as a form gives them: the hub is the one that the environment names; nothing is kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hubdata import dates, moments
from hubdata.desk.commands.command import Options, who, why
from hubdata.errors import Refused
from hubdata.moments import By


@dataclass(frozen=True)
class Typed:
    """A proof as it was typed: a passphrase, or a signature over the challenge that was shown."""

    passphrase: str = field(default="", repr=False)
    challenge: bytes = field(default=b"", repr=False)
    signature: str = field(default="", repr=False)


UNTYPED = Typed()


@dataclass(frozen=True)
class AtForm(Options):
    """A command's common options as a form gives them; how the work goes is told beside its button."""

    tell: Callable[[str], None] = print
    warned: list[str] = field(default_factory=list)
    typed: Typed = UNTYPED

    def say(self, line: str) -> None:
        """Tell how the work goes."""
        self.tell(line)

    def warn(self, line: str) -> None:
        """Keep for the head of the page what stands in the way of some forms; it is said there once."""
        self.warned.append(line)

    def ask(self, question: str) -> str | None:
        """Ask nothing: a form has a field for everything."""

    def given(self, name: str):
        """The proof that was typed. Raises Refused if none was."""
        # SQLAlchemy and argon2: 0.4 s that a page without people should not take
        from hubdata.records.people.proofs import Given

        typed = self.typed
        if typed.signature:
            return Given(challenge=typed.challenge, signature=typed.signature)
        if not typed.passphrase:
            raise Refused(f"{name} must prove who acts: type the passphrase, or sign in again")
        return Given(typed.passphrase)

    def count(self, done: int, of: int) -> None:
        """Tell how many of how many are done."""
        self.tell(f"{done:,} of {of:,}")

    def step(self, report: str, cell: int, cells: int) -> None:
        """Tell which step of a report starts."""
        what = report.replace("_", " ").removesuffix(" audit")
        self.tell(f"Running the {what} audit: step {cell} of {cells}")


def at_desk(tell: Callable[[str], None] = print, words: str = "", typed: Typed = UNTYPED, **common: Any) -> AtForm:
    """A command run's options: the home and the database are those that are given, or that the environment names."""
    given, actor = common.get("as_at"), common.get("actor")
    as_at = dates.parse(given, "--as-at") if given else moments.today()
    by = By(who(actor), why(common.get("reason")), as_at)
    named = by.actor if (actor or "").strip() else None
    return AtForm(
        common.get("home"),
        common.get("url"),
        False,
        by,
        bool(given),
        tell=tell,
        words=words,
        typed=typed,
        named=named,
    )
