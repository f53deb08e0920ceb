"""The common options of one command run: which hub, who acts and why, and how it asks and tells; no judgement."""

import getpass
import os
import sys
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from hubdata import places
from hubdata.errors import NoPassword
from hubdata.moments import By
from hubdata.records.people.acting import Acting


@dataclass(frozen=True)
class Options:
    """The common options of one command run: `words` is the command's, `acting` whoever has proved that they use it."""

    home: Path | None
    url: str | None
    json: bool
    by: By
    as_at_given: bool = False
    opened: list = field(default_factory=list)
    words: str = ""
    named: str | None = None
    proof: Path | None = None
    acting: Acting | None = None

    @property
    def as_at(self) -> date:
        """The day to judge."""
        return self.by.as_at

    @property
    def policy(self):
        """Every dated value of the hub that the options name, whether it can be opened or not."""
        from hubdata import policy  # YAML costs 0.1 s, which `--help` and a wrong option should not wait for

        return policy.of(self.home or places.home())

    def hub(self, create: bool = False):
        """The hub that the options name, opened once, as whoever acts. Raises HubError if it cannot be opened."""
        if self.opened and not create:
            return replace(self.opened[0], acting=self.acting)
        # SQLAlchemy costs 0.4 s, which `--help` and a wrong option should not wait for
        from hubdata.records.decisions import stands
        from hubdata.records.store import open_hub
        from hubdata.records.time import jumps

        try:
            older = self._copied_first() if create else None
            opened = open_hub(self.home, self.url, create)
            if older:
                older(opened)
        except NoPassword:
            if not sys.stdin.isatty():
                raise
            opened = open_hub(self.home, self._with_password(), create)
        self.opened.append(opened)
        with self.opened[-1].read() as connection:
            why = jumps.warns(connection, self.by.actor)
        if why:
            self.warn(f"Look at the clock: {why}.")
        for done in stands.at_opening(self.opened[-1]):
            self.warn(f"Look at the decisions: {done}; `hubdata decisions changes` says what the ledger has.")
        return replace(self.opened[-1], acting=self.acting)

    def _copied_first(self):
        """Copy a hub that is older than this program; what then enters the copy in its ledger, or nothing."""
        # SQLAlchemy costs 0.4 s; it is loaded by now
        from hubdata.records.backups import upgrade

        made = upgrade.first(self.home, self.url)
        for line in upgrade.lines(made) if made else []:
            self.say(line)
        return (lambda hub: upgrade.enter(hub, made, self.by)) if made else None

    def given(self, name: str):
        """The proof that somebody gives for their name, now. Raises Refused if there is none."""
        # SQLAlchemy costs 0.4 s; it is loaded by now
        from hubdata.desk.commands import proof

        return proof.given(self.proof, name)

    def _with_password(self):
        """The database's address with a password that is typed, and seen by nobody."""
        # SQLAlchemy costs 0.4 s; it is loaded by now
        from hubdata.records.opening.address import address_of

        address = address_of(self.home or Path(), self.url or os.environ.get("HUBDATA_URL"))
        return address.set(password=getpass.getpass("The database's password: "))

    def ask(self, question: str) -> str | None:
        """What somebody types, or the next line that another program gives; nothing if there is none."""
        if sys.stdin.isatty():
            print(question, end=" ", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip() or None

    @property
    def asks(self) -> bool:
        """Whether somebody is there to be asked."""
        return sys.stdin.isatty() and not self.json

    def close(self) -> None:
        """Close what was opened: SQLite then folds its log into the database."""
        for hub in self.opened:
            hub.engine.dispose()

    def say(self, line: str) -> None:
        """Tell how the work goes; on stderr, so that JSON on stdout stays whole."""
        print(line, file=sys.stderr, flush=True)

    def warn(self, line: str) -> None:
        """Tell what stands in the way of some commands, whichever this one is."""
        self.say(line)

    def count(self, done: int, of: int) -> None:
        """Tell how many of how many are done; on a terminal over the last such line."""
        if sys.stderr.isatty():
            print(f"{done:,} of {of:,}   ", file=sys.stderr, end="\r", flush=True)

    def step(self, report: str, cell: int, cells: int) -> None:
        """Tell which cell of a report starts; on a terminal over the last such line."""
        end = "\r" if sys.stderr.isatty() and cell < cells else "\n"
        if sys.stderr.isatty() or cell == cells:
            print(f"{report}: step {cell} of {cells}   ", file=sys.stderr, end=end, flush=True)
