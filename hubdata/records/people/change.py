"""Who may act is changed: a first person, others, their roles, their end, their proofs; each an entry of the ledger.

A lost passphrase is set anew by two people: one asks, another agrees, one of them an administrator; neither is whoever
lost it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, select

from hubdata import moments
from hubdata.errors import BadParameter, Refused
from hubdata.records.decisions import read as decisions
from hubdata.records.ledger import Act
from hubdata.records.people import actors, proofs, two, wrote
from hubdata.records.people.acting import CLAIMED, Acting, shown
from hubdata.records.people.actors import ADMINISTRATOR, FIRST, Actor
from hubdata.records.people.proofs import Kept
from hubdata.records.people.two import Party
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.terms import ActingRole, ProofKind

RESETS, PROOFS = TABLES["actor_resets"], TABLES["actor_proofs"]
TAKEN = "that proof is another person's, or was; two people are two proofs: take another"


@dataclass(frozen=True)
class Proof:
    """A new proof as it is given: what is kept of it, and the passphrase, to be told from other people's."""

    kept: Kept
    passphrase: str = ""

    def refuse_anothers(self, connection: Connection, actor: str = "") -> None:
        """Raises Refused if it is, or was, somebody else's: one person would then be two."""
        others = [kept for whose, kept in actors.all_proofs(connection) if whose != actor]
        taken = any(proofs.same(self.kept.digest, one.digest) for one in others)
        if taken or (self.passphrase and proofs.same_passphrase(others, self.passphrase)):
            raise Refused(TAKEN)


def first(hub: Hub, name: str, proof: Proof) -> Actor:
    """Register the first person, who may do everything but agree to their own work; from then on a name is no proof.

    Raises Refused if anybody is registered already.
    """
    act = Act(name, "first person", "the hub's first person", "people.first", {"roles": list(FIRST)})
    with hub.write(act) as connection:
        if actors.registered(connection):
            raise Refused("people are registered here already: an administrator adds others, with `hubdata people add`")
        made = actors.add(connection, name, FIRST, moments.today(), name)
        actors.keep(connection, made.actor, proof.kept)
        act.detail.update(_said(made, proof.kept))
    return made


def add(hub: Hub, name: str, roles: Sequence[ActingRole], proof: Proof, since: date, by: Acting, why: str) -> Actor:
    """Register a person. Raises Refused if their proof is another person's."""
    if not roles:
        raise BadParameter(f"--role is what they may do, one or several of {', '.join(ActingRole)}")
    act = Act(by.name, ADMINISTRATOR, why, "people.add")
    with hub.write(act) as connection:
        made = actors.add(connection, name, roles, since, by.name)
        proof.refuse_anothers(connection)
        actors.keep(connection, made.actor, proof.kept)
        act.detail.update(_said(made, proof.kept))
    return made


def roles(hub: Hub, name: str, give: Sequence[ActingRole], take: Sequence[ActingRole], by: Acting, why: str) -> Actor:
    """Give a person roles and take others away. Raises Refused if no administrator would be left."""
    if not give and not take:
        raise BadParameter(f"say which roles with --give and --take: {', '.join(ActingRole)}")
    act = Act(by.name, ADMINISTRATOR, why, "people.role", {"give": list(give), "take": list(take)})
    with hub.write(act) as connection:
        now = actors.known(connection, name)
        after = [role for role in {*now.roles, *give} if role not in take]
        made = actors.change(connection, now, why, by.name, roles=tuple(after))
        act.detail.update(_said(made))
    return made


def end(hub: Hub, name: str, on: date, by: Acting, why: str) -> Actor:
    """End a person: from that day on their proof is refused. Raises Refused if no administrator would be left."""
    act = Act(by.name, ADMINISTRATOR, why, "people.end", {"ended_on": str(on)})
    with hub.write(act) as connection:
        made = actors.change(connection, actors.known(connection, name), why, by.name, ended_on=on)
        act.detail.update(_said(made))
    return made


def renew(hub: Hub, proof: Proof, by: Acting) -> None:
    """Give oneself another passphrase or key; the one of that kind before it counts no longer."""
    act = Act(by.name, "officer", "a new proof of one's own", "people.prove", {"actor": by.actor})
    with hub.write(act) as connection:
        proof.refuse_anothers(connection, by.actor)
        actors.keep(connection, by.actor, proof.kept)
        act.detail.update({"kind": proof.kept.kind, "digest": proof.kept.digest})


def waiting(connection: Connection, actor: Actor) -> dict | None:
    """The latest request for a new passphrase that nobody agreed to yet, and that is not too old."""
    asked = select(RESETS).filter_by(actor=actor.actor).where(RESETS.c.asked_with != CLAIMED)
    query = asked.order_by(RESETS.c.recorded_at.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    if row is None or connection.execute(select(PROOFS.c.reset).filter_by(reset=row["actor_reset"])).first():
        return None
    days = timedelta(days=decisions.of(connection).value("people.reset_days", moments.today()))
    return dict(row) if timedelta() <= moments.stamp() - row["recorded_at"] <= days else None


def ask_reset(hub: Hub, name: str, by: Acting, why: str) -> str:
    """Ask that a person's lost passphrase be set anew; returns the request's reference, which another person needs."""
    reset = f"R{secrets.token_hex(5)}"
    act = Act(by.name, _role(by), why, "people.ask_reset", {"reset": reset})
    with hub.write(act) as connection:
        actor = _other(connection, name, by)
        row = {"actor_reset": reset, "actor": actor.actor, "asked_by": by.actor, "asked_with": by.proof, "reason": why}
        connection.execute(RESETS.insert(), row | {"recorded_at": moments.stamp()})
        act.detail.update({"actor": actor.actor})
    return reset


def agree_reset(hub: Hub, name: str, proof: Proof, by: Acting, why: str) -> Actor:
    """Agree, as another person than who asked, and set what whoever lost it types.

    Raises Refused if nobody asked in time, the same person did, or neither is an administrator.
    """
    act = Act(by.name, _role(by), why, "people.agree_reset")
    with hub.write(act) as connection:
        actor = _other(connection, name, by)
        asked = waiting(connection, actor)
        if asked is None:
            raise Refused("nobody has asked for that, or too long ago: ask first, with `hubdata people reset`")
        asker = next((one for one in actors.everybody(connection) if one.actor == asked["asked_by"]), None)
        if asker is None or asker.barred(moments.today()) or not asker.roles:
            raise Refused("whoever asked may act here no longer: ask again")
        if not two.are_two(connection, Party(asker.name, asked["asked_with"]), Party(by.name, by.proof)):
            raise Refused("whoever asked cannot also agree: it takes another person")
        if ADMINISTRATOR not in (*asker.roles, *by.roles):
            raise Refused("one of the two must be an administrator")
        proof.refuse_anothers(connection, actor.actor)
        actors.keep(connection, actor.actor, proof.kept, asked["actor_reset"])
        act.detail.update(_said(actor, proof.kept) | {"reset": asked["actor_reset"]})
    return actor


def _other(connection: Connection, name: str, by: Acting) -> Actor:
    """Whom a name means. Raises Refused if it is whoever acts."""
    actor = actors.known(connection, name)
    if two.same(connection, Party(actor.name), Party(by.name, by.proof)):
        raise Refused("nobody resets their own passphrase: `hubdata people prove` changes it while you know it")
    return actor


def _role(by: Acting) -> str:
    return ADMINISTRATOR if ADMINISTRATOR in by.roles else (by.roles or (ActingRole.OFFICER,))[0]


def _said(actor: Actor, kept: Kept | None = None) -> dict:
    said: dict = {"actor": actor.actor, "name": actor.name, "roles": list(actor.roles), "from_on": str(actor.from_on)}
    return said | ({"kind": kept.kind, "digest": kept.digest} if kept else {})


def listed(hub: Hub, whole: bool) -> list[dict]:
    """Everybody who may act, with how they prove it; `whole` also what was before."""
    today = moments.today()
    with hub.read() as connection:
        rows = actors.history(connection) if whole else actors.everybody(connection)
        rests = wrote.kinds(hub, connection, actors.ACTORS.name, [asdict(one) for one in rows])
        kinds = {one.actor: [kept.kind for kept in actors.proofs_of(connection, one.actor)] for one in rows}
    return [
        {
            "name": one.name,
            "roles": list(one.roles),
            "from_on": one.from_on,
            "ended_on": one.ended_on,
            "may_act": not one.barred(today),
            "proves_by": kinds[one.actor],
            "reason": one.reason,
            "recorded_by": one.recorded_by,
            "recorded_with": recorded_with,
            "recorded_at": one.recorded_at,
        }
        for one, recorded_with in zip(rows, rests, strict=True)
    ]


def lines(found: list[dict]) -> list[str]:
    """The same for a reader."""
    if not found:
        return ["Nobody is registered: whoever acts is whom they say they are, and the ledger calls that a claim."]
    return [_line(one) for one in found]


def _line(one: dict) -> str:
    until = f", until {one['ended_on']}" if one["ended_on"] else ""
    by = " or ".join(ProofKind(kind).label.lower() for kind in one["proves_by"]) or "nothing"
    roles_ = ", ".join(one["roles"]) or "no role"
    return (
        f"{one['name']}: {roles_}; from {one['from_on']}{until}; proves it by {by}; registered by {one['recorded_by']} "
        f"{shown(one['recorded_with'])}"
    )
