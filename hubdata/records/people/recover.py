"""The only administrator's lost proof is set anew: beside a colleague at once, or after days by whoever owns the home.

A hub of one person has no second one to agree. Nothing is set in silence: it is asked for first, in the ledger, as a
claim; whoever still has the old proof ends it by signing in; and until a colleague vouches for the new proof, `doctor`
says that it rests on a claim. Source: docs/decisions/0030.
"""

import secrets
from datetime import date, timedelta

from sqlalchemy import Connection, select

from hubdata import moments
from hubdata.dates import words
from hubdata.errors import Refused
from hubdata.moments import By
from hubdata.records.decisions import read as decisions
from hubdata.records.ledger import Act
from hubdata.records.people import actors, prove, two
from hubdata.records.people.acting import CLAIMED, Acting
from hubdata.records.people.actors import ADMINISTRATOR, Actor
from hubdata.records.people.change import PROOFS, RESETS, Proof
from hubdata.records.people.two import Party
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.terms import TryOutcome

TRIES = TABLES["actor_tries"]
ASK, SET = "people.ask_recovery", "people.recover"
NOBODY_YET = "nobody yet"


def ask(hub: Hub, name: str, by: By, why: str) -> date:
    """Ask that the only administrator's proof be set anew; returns the first day on which it can be.

    Raises Refused if another administrator may act: then two people reset it.
    """
    act = Act(by.actor, NOBODY_YET, why, ASK)
    with hub.write(act) as connection:
        actor = _alone(connection, name)
        _put(connection, actor, actor.actor, CLAIMED, why)
        opens = moments.today() + timedelta(days=_days(connection, "people.recovery_days"))
        act.detail.update({"actor": actor.actor, "opens": str(opens)})
    return opens


def set_anew(hub: Hub, name: str, proof: Proof, why: str, witness: Acting | None = None) -> Actor:
    """Set the only administrator's proof anew, before a colleague who has proved who they are, or after the wait.

    Raises Refused if nobody asked, it is too early or too late, or the old proof was used meanwhile.
    """
    act = Act(witness.name if witness else name, NOBODY_YET, why, SET)
    with hub.write(act) as connection:
        actor = _alone(connection, name)
        if witness is None:
            reset = _open(hub, connection, actor)
        elif two.same(connection, Party(actor.name), Party(witness.name, witness.proof)):
            raise Refused("nobody vouches for themselves: `hubdata people prove` changes a proof while you know it")
        else:
            reset = _put(connection, actor, witness.actor, witness.proof, why)
        proof.refuse_anothers(connection, actor.actor)
        actors.keep(connection, actor.actor, proof.kept, reset)
        act.detail.update({"actor": actor.actor, "kind": proof.kept.kind, "digest": proof.kept.digest, "reset": reset})
    return actor


def _alone(connection: Connection, name: str) -> Actor:
    """The administrator of that name. Raises Refused if they are none, or not the only one."""
    actor, today = actors.known(connection, name), moments.today()
    may = [one for one in actors.everybody(connection) if ADMINISTRATOR in one.roles and not one.barred(today)]
    if actor.actor not in {one.actor for one in may}:
        raise Refused("this is for an administrator: others' proofs are set anew by two, with `hubdata people reset`")
    if len(may) > 1:
        raise Refused("another administrator may act here: two people set it anew, with `hubdata people reset`")
    return actor


def _put(connection: Connection, actor: Actor, by: str, proof: str, why: str) -> str:
    row = {"actor_reset": f"R{secrets.token_hex(5)}", "actor": actor.actor, "asked_by": by, "asked_with": proof}
    connection.execute(RESETS.insert(), row | {"reason": why, "recorded_at": moments.stamp()})
    return row["actor_reset"]


def _days(connection: Connection, name: str) -> int:
    return int(decisions.of(connection).value(name, moments.today()))


def _open(hub: Hub, connection: Connection, actor: Actor) -> str:
    """The request that can be carried out today. Raises Refused, with the day, if there is none."""
    row = _waiting(connection, actor.actor)
    if row is None:
        raise Refused("nobody has asked for that: ask first, with `hubdata people recover`")
    since = select(TRIES.c.actor_try).filter_by(who=prove.tried_as(hub, actor.name), outcome=TryOutcome.PROVED)
    if connection.execute(since.where(TRIES.c.recorded_at > row["recorded_at"])).first():
        raise Refused(f"{actor.name} has proved who they are since that was asked: it is asked for no longer")
    first = moments.day_of(row["recorded_at"]) + timedelta(days=_days(connection, "people.recovery_days"))
    last = first + timedelta(days=_days(connection, "people.reset_days"))
    if not first <= moments.today() <= last:
        raise Refused(f"that can be done from {words(first)} to {words(last)}; after that, ask again")
    return row["actor_reset"]


def _waiting(connection: Connection, actor: str) -> dict | None:
    """The latest such request, unless it was carried out."""
    asked = select(RESETS.c.actor_reset, RESETS.c.recorded_at).filter_by(actor=actor, asked_with=CLAIMED)
    query = asked.order_by(RESETS.c.recorded_at.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    if row is None or connection.execute(select(PROOFS.c.reset).filter_by(reset=row["actor_reset"])).first():
        return None
    return dict(row)


def told(connection: Connection) -> list[str]:
    """What whoever looks after the hub must know: proofs that rest on a claim, and requests for one."""
    found = []
    claimed = set(connection.execute(select(RESETS.c.actor_reset).filter_by(asked_with=CLAIMED)).scalars())
    for one in actors.everybody(connection) if claimed else ():
        used = (
            select(PROOFS.c.reset, PROOFS.c.recorded_at).filter_by(actor=one.actor).where(PROOFS.c.reset.is_not(None))
        )
        last = connection.execute(used.order_by(PROOFS.c.recorded_at.desc()).limit(1)).one_or_none()
        if last is not None and last.reset in claimed:
            on = words(moments.day_of(last.recorded_at))
            found.append(f"the proof of {one.name} was set anew on {on} by whoever had this login, which is a claim")
        if row := _waiting(connection, one.actor):
            on = words(moments.day_of(row["recorded_at"]))
            found.append(f"somebody at this login asked on {on} to set the proof of {one.name} anew")
    return found
