"""The desk's lock, where people are registered: a page shows its forms to whoever signed in, and hides them once idle.

What was typed as a passphrase is checked and forgotten; what was filled in elsewhere is there again after signing in.
"""

import asyncio
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

from hubdata.dashboards import show
from hubdata.desk.commands.command import answered
from hubdata.desk.commands.people import sign_in
from hubdata.desk.commands.roles import FRESH, rule
from hubdata.desk.forms import answer as forms_answer
from hubdata.desk.forms.asked import at_desk
from hubdata.desk.forms.form import Field
from hubdata.errors import HubError
from hubdata.figures.html import Html, element

LOOK = 20  # seconds between two looks whether somebody is still there
SAYS = "Only people who are registered here may act. Whoever leaves the desk alone must sign in again."
ANEW = (
    "Passphrase of whoever does this\nTyped each time: here it takes another person, or an administrator, to prove it."
)


def registered() -> bool:
    """Whether anybody is, so that the desk is locked; where there is no hub nobody is."""
    from hubdata.records.people import actors  # SQLAlchemy, 0.4 s: when a page is made, which opens the hub anyway

    try:
        with closing(at_desk()) as options, options.hub().read() as connection:
            return actors.registered(connection)
    except HubError:
        return False


def signed_in() -> bool:
    """Whether somebody is; asking is no use of the desk."""
    from hubdata.records.people import sitting  # SQLAlchemy, 0.4 s: as above

    with closing(at_desk()) as options:
        return sitting.lasts(options.hub())


def secret(command: str) -> Any:
    """A field for the proof of whoever does what is proved each time; none where nobody is registered."""
    return show.secret(ANEW) if rule(command).proof == FRESH and registered() else None


class Locked:
    """A page of forms behind a sign-in: one click once a sitting, and again when nobody was there for a while."""

    def __init__(self, forms: Callable[[], list], begin: Callable[[], None]):
        self.forms, self.begin = forms, begin
        self.name, self.phrase = show.text("Your name\nAs you are registered here"), show.secret("Passphrase")
        self.button, self.answer = show.button("Sign in"), show.html(Html())
        self.button.on_click(self.press)
        says = element("div", element("h2", "Sign in", id="sign-in"), element("p", SAYS))
        self.asks = show.box(show.html(says), self.name, self.phrase, self.button, self.answer)
        self.asks.add_class("hub-form")
        self.asks.add_class("hub-form-sign-in")
        self.shown = show.box(self.asks)
        if signed_in():
            self.open()
        self._watch()

    def press(self, _button: object = None) -> None:
        """Sign in with what was typed, and forget the passphrase."""
        self.button.disabled, typed, self.phrase.value = True, self.phrase.value, ""
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
