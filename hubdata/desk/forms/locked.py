"""The desk's lock, where people are registered: a page shows its forms to whoever signed in, and hides them once idle.

What was typed as a passphrase is checked and forgotten; what was filled in elsewhere is there again after signing in.
"""

import asyncio
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace

from hubdata.dashboards import show
from hubdata.desk.commands.command import answered
from hubdata.desk.commands.people import sign_in
from hubdata.desk.commands.roles import FRESH, rule
from hubdata.desk.forms import answer as forms_answer
from hubdata.desk.forms.asked import at_desk
from hubdata.desk.forms.form import Field
from hubdata.desk.forms.proof import Proof
from hubdata.errors import HubError
from hubdata.figures.html import Html, element
from hubdata.terms import ProofKind

CLAIM = "Nobody is registered here, so whoever is named is a claim (default: the login name)."
WHO = "Your name, as you are registered here, to prove below that it is you (default: whoever is signed in)."
LOOK = 20  # seconds between two looks whether somebody is still there
SAYS = "Only people who are registered here may act. Whoever leaves the desk alone must sign in again."
ANEW = "Their passphrase\nTyped each time: here it takes another person, or an administrator, to prove it."


@dataclass(frozen=True)
class People:
    """Whether anybody is registered, so that the desk is locked, and whether anybody proves it by a key."""

    registered: bool = False
    by_key: bool = False


def people() -> People:
    """Who may use the desk; where there is no hub nobody is registered."""
    from hubdata.records.people import actors  # SQLAlchemy, 0.4 s: when a page is made, which opens the hub anyway

    try:
        with closing(at_desk()) as options, options.hub().read() as connection:
            keys = any(kept.kind == ProofKind.KEY for _, kept in actors.all_proofs(connection))
            return People(actors.registered(connection), keys)
    except HubError:
        return People()


def signed_in() -> bool:
    """Whether somebody is; asking is no use of the desk."""
    from hubdata.records.people import sitting  # SQLAlchemy, 0.4 s: as above

    with closing(at_desk()) as options:
        return sitting.lasts(options.hub())


def who() -> str:
    """Whoever is signed in, by name; empty, once it was too long ago."""
    from hubdata.records.people import sitting  # SQLAlchemy, 0.4 s: as above

    with closing(at_desk()) as options:
        there = sitting.current(options.hub())
    return there.name if there else ""


def proof(command: str, there: People) -> Proof | None:
    """Fields for the proof of whoever does what is proved each time; none where nobody is registered."""
    return Proof(ANEW, there.by_key) if rule(command).proof == FRESH and there.registered else None


def named(field: Field, command: str, there: People) -> Field | None:
    """A field as it is asked here: who acts is typed where it is a claim, or proved in the form; else it is known."""
    if field.option != "--actor":
        return field
    if not there.registered:
        return replace(field, help=CLAIM)
    return replace(field, called="Who does this", help=WHO) if rule(command).proof == FRESH else None


class Locked:
    """A page of forms behind a sign-in: one click once a sitting, and again when nobody was there for a while."""

    def __init__(self, forms: Callable[[], list], begin: Callable[[], None], by_key: bool = False):
        self.forms, self.begin = forms, begin
        self.name, self.proof = show.text("Your name\nAs you are registered here"), Proof("Passphrase", by_key)
        self.button, self.answer = show.button("Sign in"), show.html(Html())
        self.button.on_click(self.press)
        says = element("div", element("h2", "Sign in", id="sign-in"), element("p", SAYS))
        self.asks = show.box(show.html(says), self.name, *self.proof.controls, self.button, self.answer)
        self.asks.add_class("hub-form")
        self.asks.add_class("hub-form-sign-in")
        self.shown = show.box(self.asks)
        if signed_in():
            self.open()
        self._watch()

    def press(self, _button: object = None) -> None:
        """Sign in with what was typed, and forget it."""
        self.button.disabled, typed = True, self.proof.taken()
        try:
            done = answered(sign_in, at_desk(lambda _: None, "people sign-in", typed, actor=self.name.value))
            if done.exit_code:
                said: list[tuple[str, Field | None]] = [(each, None) for each in forms_answer.problems(done)]
                self.answer.value = forms_answer.refused(said, "hubdata people sign-in", "sign-in")
            else:
                self.answer.value = Html()
                self.open()
        finally:
            self.button.disabled = False

    def open(self) -> None:
        """Show the forms instead of the sign-in."""
        self.shown.children = tuple(self.forms())
        self.begin()

    def look(self) -> None:
        """Hide the forms if nobody used the desk for too long, whatever is on the screen."""
        if self.asks not in self.shown.children and not signed_in():
            self.shown.children = (self.asks,)

    def _watch(self) -> None:
        """Look again and again, as long as the page's kernel lives."""
        with suppress(RuntimeError):  # a page that no kernel shows has nothing to look after
            asyncio.get_running_loop().call_later(LOOK, self._again)

    def _again(self) -> None:
        self.look()
        self._watch()
