"""Proving who acts: the name and the proof that somebody gives, checked, slowed where they are wrong, and written down.

Nothing that is said, and no time that it takes, tells whether a name is registered; no proof is in any entry.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from hubdata import moments
from hubdata.errors import Refused
from hubdata.records.ledger import Act
from hubdata.records.people import actors, proofs
from hubdata.records.people.acting import Acting
from hubdata.records.people.actors import Actor
from hubdata.records.people.proofs import Given, Kept
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.spelling import plain
from hubdata.terms import TryOutcome

TRIES = TABLES["actor_tries"]
FREE, LONGEST = 3, timedelta(minutes=15)  # wrong tries that wait for nothing; the longest that one waits
WINDOW = timedelta(hours=24)  # how long a wrong try counts
TRY, PROVED, REFUSED = "people.try", "people.proved", "people.refused"
WRONG = "the name and the proof do not belong together, or nobody of that name may act here; nothing was done"
NOBODY = "somebody unknown"  # what was typed as a name may have been a passphrase, and is kept nowhere


@dataclass(frozen=True)
class _Found:
    """What a name means, if anything, and what is kept of their proofs."""

    actor: Actor | None
    kept: list[Kept]

    @property
    def name(self) -> str:
        return self.actor.name if self.actor else NOBODY


def prove(hub: Hub, name: str, given: Given, why: str) -> Acting:
    """Who acts, proved. Raises Refused if the proof is wrong, comes too soon after wrong ones, or they may not act."""
    with hub.read() as connection:
        actor = actors.named(connection, name)
        found = _Found(actor, actors.proofs_of(connection, actor.actor) if actor else [])
    who = tried_as(hub, name)
    with hub.write(Act(found.name, "nobody yet", why, TRY)) as connection:
        _refuse_soon(connection, who)
        _note(connection, who, TryOutcome.TRIED)
    proof = proofs.right(found.kept, given)
    if actor is None or proof is None:
        with hub.write(Act(found.name, "nobody yet", why, REFUSED)):
            pass
        raise Refused(WRONG)
    if barred := actor.barred(moments.today()):
        with hub.write(Act(found.name, "nobody yet", why, REFUSED, {"barred": barred})):
            pass
        raise Refused(f"{actor.name} {barred}; nothing was done")
    proved = Acting(actor.actor, actor.name, proof.kind, proof.digest, actor.roles)
    with entering(hub, proved).write(Act(actor.name, "proved", why, PROVED, {"kind": proof.kind})) as connection:
        _note(connection, who, TryOutcome.PROVED)
    return proved


def entering(hub: Hub, acting: Acting) -> Hub:
    """The hub as this person acts in it: what they write bears their proof."""
    return Hub(hub.home, hub.url, hub.engine, acting, hub._keys)


def standing(connection: Connection, actor: str, proof: str) -> Acting | None:
    """Who proved themselves so a while ago, with the roles that they have now; None if they may not act any more."""
    found = next((one for one in actors.everybody(connection) if one.actor == actor), None)
    if found is None or found.barred(moments.today()):
        return None
    for kept in actors.proofs_of(connection, actor):
        now = Acting(found.actor, found.name, kept.kind, kept.digest, found.roles)
        if proofs.same(now.proof, proof):
            return now
    return None


def tried_as(hub: Hub, name: str) -> str:
    """What stands for a name among the tries; it says no name, and is the same for those that nobody has."""
    return hmac.digest(hub.key("actors"), b"who tries " + plain(name).encode(), "sha256").hex()[:32]


def _note(connection: Connection, who: str, outcome: TryOutcome) -> None:
    row = {"actor_try": f"T{secrets.token_hex(8)}", "who": who, "outcome": outcome, "recorded_at": moments.stamp()}
    connection.execute(TRIES.insert(), row)


def _refuse_soon(connection: Connection, who: str) -> None:
    """Raises Refused if another try under this name must wait; a try counts until one is right or a day has passed."""
    query = select(TRIES.c.outcome, TRIES.c.recorded_at).filter_by(who=who).order_by(TRIES.c.recorded_at.desc())
    now, wrong, last = moments.stamp(), 0, None
    for outcome, at in connection.execute(query.limit(100)):
        if outcome == TryOutcome.PROVED or now - at > WINDOW:
            break
        wrong, last = wrong + 1, last or at
    if last is not None and (wait := _wait(wrong, now - last)) > timedelta():
        raise Refused(f"too many wrong proofs were given under this name: try again in {_seconds(wait)}")


def _wait(wrong: int, since: timedelta) -> timedelta:
    """How long is still to wait: 2 seconds after the third wrong try, twice as long after each that follows."""
    whole = min(LONGEST, timedelta(seconds=2 ** min(wrong - FREE + 1, 20))) if wrong >= FREE else timedelta()
    return whole - max(since, timedelta())  # a clock that was set back makes nothing shorter


def _seconds(wait: timedelta) -> str:
    seconds = max(1, round(wait.total_seconds()))
    return "1 second" if seconds == 1 else f"{seconds:,} seconds" if seconds < 120 else f"{seconds // 60 + 1} minutes"


def tried_since(connection: Connection, moment: datetime) -> int:
    """How many proofs were given since a moment, right or wrong."""
    return len(connection.execute(select(TRIES.c.actor_try).where(TRIES.c.recorded_at > moment)).all())
