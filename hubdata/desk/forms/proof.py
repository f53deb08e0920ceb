"""A proof as a form asks for it: a passphrase or, where anybody has a key, a signature over a challenge made for it.

What is typed is taken once and forgotten, and each challenge is asked once.
"""

from hubdata.dashboards import show
from hubdata.desk.forms.asked import Typed
from hubdata.figures.html import Html, element

SAYS = "With a key of your own instead: run this where the key is, and paste below what it prints."
SIGN = "printf %s '{}' | ssh-keygen -Y sign -n hubdata -f ~/.ssh/id_ed25519"
SIGNATURE = (
    "Signature (optional)\nAll of it, from BEGIN SSH SIGNATURE to END SSH SIGNATURE; then no passphrase is needed."
)


class Proof:
    """The fields of a proof, and what was typed into them."""

    def __init__(self, label: str, by_key: bool):
        self.phrase, self.signature = show.secret(label), show.lines(SIGNATURE)
        self.says, self.challenge = show.html(Html()), b""
        self.controls = [self.phrase, self.says, self.signature] if by_key else [self.phrase]
        if by_key:
            self._ask_anew()

    def taken(self) -> Typed:
        """What was typed, for this one time."""
        typed = Typed(self.phrase.value, self.challenge, self.signature.value.strip())
        self.phrase.value = self.signature.value = ""
        if self.challenge:
            self._ask_anew()
        return typed

    def _ask_anew(self) -> None:
        # argon2 and SQLAlchemy: 0.4 s that a page without people should not take
        from hubdata.records.people.proofs import challenge

        self.challenge = challenge()
        line = SIGN.format(self.challenge.decode())
        self.says.value = element("div", element("p", SAYS, class_="group"), element("code", line), class_="key")
