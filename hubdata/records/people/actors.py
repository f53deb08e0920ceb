"""Who may act in a hub: read as they are now, and written down as new rows; it asks nobody for a proof."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from hubdata import moments, policy
from hubdata.dates import words
from hubdata.errors import BadParameter, Refused
from hubdata.records.people.proofs import Kept
from hubdata.records.tables.contract import TABLES
from hubdata.spelling import plain
from hubdata.terms import ActingRole, ProofKind

ACTORS, PROOFS = TABLES["actors"], TABLES["actor_proofs"]
ADMINISTRATOR = ActingRole.ADMINISTRATOR
FIRST = tuple(role for role in ActingRole if role != ActingRole.APPROVER)  # what the first person may do: all but agree


@dataclass(frozen=True)
class Actor:
    """A person who may act, or might once: their roles now, since when, and the latest change."""

    actor: str
    name: str
    roles: tuple[ActingRole, ...]
    from_on: date
    ended_on: date | None
    reason: str | None
    recorded_by: str
    recorded_at: datetime
    version: str

    def has_ended(self, today: date) -> bool:
        """Whether they may act no longer; a clock that was set back revives nobody."""
        return self.ended_on is not None and self.ended_on <= max(today, moments.day_of(self.recorded_at))

    def barred(self, today: date) -> str:
        """Why they may not act on a day, in words; empty if they may."""
        if self.ended_on is not None and self.has_ended(today):
            return f"may act here no longer, since {words(self.ended_on)}"
        return f"may act here from {words(self.from_on)}" if today < self.from_on else ""


def registered(connection: Connection) -> bool:
    """Whether anybody is, so that names alone are not believed."""
    return connection.execute(select(ACTORS.c.actor).limit(1)).first() is not None


def history(connection: Connection) -> list[Actor]:
    """Every row about every person, the oldest first."""
    rows = connection.execute(select(ACTORS).order_by(ACTORS.c.recorded_at, ACTORS.c.actor_version)).mappings()
    return [_actor(row) for row in rows]


def _actor(row) -> Actor:
    roles = tuple(ActingRole(role) for role in (row["roles"] or "").split(";") if role in set(ActingRole))
    kept = {
        name: row[name] for name in ("actor", "name", "from_on", "ended_on", "reason", "recorded_by", "recorded_at")
    }
    return Actor(roles=roles, version=row["actor_version"], **kept)


def everybody(connection: Connection) -> list[Actor]:
    """Every person as the latest row has them, by name: that which no other supersedes."""
    old = select(ACTORS.c.supersedes).where(ACTORS.c.supersedes.is_not(None))
    rows = connection.execute(select(ACTORS).where(ACTORS.c.actor_version.not_in(old))).mappings()
    latest: dict[str, Actor] = {}
    for one in sorted(map(_actor, rows), key=lambda one: (one.recorded_at, one.version)):
        latest[one.actor] = one
    return sorted(latest.values(), key=lambda one: (plain(one.name), one.recorded_at))


def named(connection: Connection, name: str) -> Actor | None:
    """Whom a name means, however it is spelled: whoever may still act before whoever has ended."""
    found = [one for one in everybody(connection) if plain(one.name) == plain(name)]
    return min(found, key=lambda one: (one.has_ended(moments.today()), -one.recorded_at.timestamp()), default=None)


def known(connection: Connection, name: str) -> Actor:
    """Whom a name means. Raises BadParameter if nobody of that name may act."""
    found = named(connection, name)
    if found is None or found.has_ended(moments.today()):
        raise BadParameter("nobody of that name may act here; `hubdata people list` shows who may")
    return found


def proofs_of(connection: Connection, actor: str) -> list[Kept]:
    """How a person proves who they are now: the latest of each kind."""
    query = select(PROOFS).filter_by(actor=actor).order_by(PROOFS.c.recorded_at, PROOFS.c.actor_proof)
    latest = {row["kind"]: row for row in connection.execute(query).mappings()}
    return [Kept(ProofKind(kind), row["digest"], row["verifier"]) for kind, row in latest.items()]


def all_proofs(connection: Connection) -> list[tuple[str, Kept]]:
    """Every proof that is kept, also of those who have ended, each with whose it is."""
    rows = connection.execute(select(PROOFS)).mappings()
    return [(row["actor"], Kept(ProofKind(row["kind"]), row["digest"], row["verifier"])) for row in rows]


def add(connection: Connection, name: str, roles: Iterable[ActingRole], since: date, by: str) -> Actor:
    """A new person. Raises BadParameter if the name says nobody, or is another's however it is spelled."""
    name = " ".join(name.split())
    if policy.meant(name, numbers=True) is None or len(name) > 200:
        raise BadParameter("--name must be the name of the person who is to act")
    there = named(connection, name)
    if there is not None and not there.has_ended(moments.today()):
        raise BadParameter("somebody of that name may act here already; two names that read alike are one person's")
    new = Actor(f"A{secrets.token_hex(5)}", name, _ordered(roles), since, None, None, by, moments.stamp(), "")
    return put(connection, new, None)


def put(connection: Connection, actor: Actor, supersedes: str | None) -> Actor:
    """Write down how a person is now, after the row that it supersedes."""
    now = replace(actor, version=f"V{secrets.token_hex(8)}", recorded_at=moments.stamp())
    row = {name: getattr(now, name) for name in ("actor", "name", "from_on", "ended_on", "reason", "recorded_by")}
    row |= {"actor_version": now.version, "roles": ";".join(now.roles) or None, "supersedes": supersedes}
    connection.execute(ACTORS.insert(), row | {"recorded_at": now.recorded_at})
    return now


def change(connection: Connection, actor: Actor, reason: str, by: str, **changed: object) -> Actor:
    """Change a person's roles, or end them. Raises Refused if nobody could say any more who may act."""
    after = replace(actor, reason=reason, recorded_by=by, **changed)
    after = replace(after, roles=_ordered(after.roles))
    left = [one for one in everybody(connection) if one.actor != actor.actor] + [after]
    today = moments.today()
    # an administrator who is yet to end, or to begin, is none to rely on
    if not any(ADMINISTRATOR in one.roles and one.ended_on is None and one.from_on <= today for one in left):
        raise Refused(
            "nobody would be left to say who may act: the last administrator cannot be removed; make another person "
            "one first, with `hubdata people role`"
        )
    return put(connection, after, actor.version)


def keep(connection: Connection, actor: str, proof: Kept, reset: str | None = None) -> None:
    """Write down how a person proves who they are from now on."""
    row = {"actor_proof": f"P{secrets.token_hex(8)}", "actor": actor, "reset": reset, "recorded_at": moments.stamp()}
    connection.execute(PROOFS.insert(), row | {"kind": proof.kind, "digest": proof.digest, "verifier": proof.verifier})


def latest_change(connection: Connection) -> datetime | None:
    """When somebody last changed who may act."""
    return connection.execute(select(func.max(ACTORS.c.recorded_at))).scalar()


def _ordered(roles: Iterable[ActingRole]) -> tuple[ActingRole, ...]:
    wanted = set(roles)
    return tuple(role for role in ActingRole if role in wanted)


def roles_of(words_: Iterable[str]) -> tuple[ActingRole, ...]:
    """Roles as they are typed. Raises BadParameter for a word that is none."""
    typed = [part.strip().lower() for word in words_ for part in word.split(";") if part.strip()]
    if wrong := [word for word in typed if word not in set(ActingRole)]:
        raise BadParameter(f"{wrong[0]!r} is no role; there are {', '.join(ActingRole)}")
    return _ordered(map(ActingRole, typed))
