"""Whether this machine's clock may be believed, and who confirmed the day when it had jumped; it sets no clock.

While a jump is not confirmed everything can be read and recorded, but nothing is approved, destroyed, swept or
published: what only time has made due is not due on a clock that jumped. Source: design.md, law 9.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, text

from hubdata import moments, policy
from hubdata.dates import words
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records.ledger import Act, raw
from hubdata.records.people import two
from hubdata.records.people.two import Party
from hubdata.records.store import Hub
from hubdata.records.time.entry import AHEAD, CONFIRM, Entry, jumped, read

HOW = "`hubdata ledger confirm-day`"
MOST = 10  # entries that are named
HELD = "nothing is approved, destroyed, swept or published"


@dataclass(frozen=True)
class Jump:
    """One jump of a clock: the entry that shows it (0 if none yet), from which moment to which, and who confirmed.

    `proofs` has how each of them proved who they are, None for a claim; `claimed_by` who confirmed under a name that
    was only typed, which counts for nobody once people are registered.
    """

    entry: int
    kind: str
    before: datetime
    clock: datetime
    confirmed_by: tuple[str, ...] = ()
    proofs: tuple[str | None, ...] = ()
    claimed_by: tuple[str, ...] = ()

    @property
    def parties(self) -> tuple[Party, ...]:
        """Who confirmed the day, each person once."""
        return tuple(map(Party, self.confirmed_by, self.proofs))

    @property
    def days(self) -> int:
        """By how many whole days."""
        return abs(self.clock - self.before).days

    @property
    def what(self) -> str:
        """What happened, in words."""
        to, since = words(moments.day_of(self.clock)), words(moments.day_of(self.before))
        how = "jumped ahead" if self.kind == AHEAD else "been set back"
        return f"this machine's clock has {how}: it says {to}, and the entry before was written on {since}"

    @property
    def said(self) -> str:
        """What happened and what is held until it is confirmed."""
        by = self.by
        if len(self.confirmed_by) > 1:
            return f"{self.what}; the day was confirmed by {by}"
        who = f"; {by} confirmed the day, and so cannot be the one who acts" if by else ""
        if self.claimed_by:
            who += f"; that {' and '.join(self.claimed_by)} confirmed it is a claim, which counts for nobody here"
        return f"{self.what}{who}; {HELD} until a second person, not the one who acts, confirms the day with {HOW}"

    @property
    def by(self) -> str:
        """Who confirmed the day, in words; a name that was only typed is said to be one."""
        return " and ".join(one.said for one in self.parties)


_LAST = "SELECT seq, meta FROM chain ORDER BY seq DESC LIMIT 1"
_ONE = "SELECT seq, meta FROM chain WHERE seq = :seq"
_ALL = "SELECT seq, meta FROM chain ORDER BY seq"


def _home(connection: Connection) -> Path | None:
    """The home of the hub that a connection is to, whose decisions hold."""
    return connection.get_execution_options().get("hub_home")


def _entry(connection: Connection, query: str, **asked: int) -> Entry | None:
    row = connection.execute(text(query), asked).one_or_none()
    return read(row.seq, raw(row.meta)) if row else None


_WROTE = text("SELECT c.meta, p.payload FROM chain c JOIN payloads p ON p.seq = c.seq WHERE c.seq = :seq")


def _who(connection: Connection, seq: int) -> list[Party]:
    """Who wrote an entry, and how they proved it; nobody, once what it says has been erased."""
    rows = connection.execute(_WROTE, {"seq": seq}).all()
    return [Party(json.loads(raw(row.payload))["actor"], json.loads(raw(row.meta)).get("proof")) for row in rows]


def standing(connection: Connection) -> Jump | None:
    """The latest jump, as long as fewer than two people have confirmed the day; None if the clock may be believed."""
    last, now = _entry(connection, _LAST), moments.now()
    if last is None:
        return None
    if kind := jumped(last.clock, now, _home(connection)):
        return Jump(0, kind, last.clock, now)
    found, confirmed = last if last.tells else _entry(connection, _ONE, seq=last.doubt), list[Party]()
    while found and not found.jump:
        confirmed += _who(connection, found.seq)
        found = _entry(connection, _ONE, seq=found.doubt)
    if found is None:
        return None
    if found.action == CONFIRM:
        confirmed += _who(connection, found.seq)
    before = _entry(connection, _ONE, seq=found.seq - 1)
    jump = Jump(found.seq, found.jump, before.clock if before else found.clock, found.clock)
    jump = _confirmed(jump, two.apart(connection, confirmed), [one for one in confirmed if not one.proof])
    return jump if len(jump.confirmed_by) < 2 else None


def _confirmed(jump: Jump, parties: tuple[Party, ...], claims: list[Party]) -> Jump:
    """A jump with who confirmed the day, whoever did last coming first, and whose word for it is a claim."""
    names, proofs = (tuple(getattr(one, name) for one in parties) for name in ("name", "proof"))
    rest = tuple(dict.fromkeys(one.name for one in claims if one not in parties and one.name not in names))
    return replace(jump, confirmed_by=names, proofs=proofs, claimed_by=rest)


def holds(connection: Connection, actor: str) -> str:
    """Why somebody may approve, destroy, sweep or publish nothing on this clock; empty if they may.

    Where people are registered, whoever has not proved who they are may not: they could be the one who confirmed.
    """
    return _held(connection, actor, two.are_two)


def warns(connection: Connection, actor: str) -> str:
    """What to tell somebody of the clock who has not been asked yet to prove who they are; it decides nothing."""
    return _held(connection, actor, lambda *asked: not two.same(*asked))


def _held(connection: Connection, actor: str, apart: Callable[[Connection, Party, Party], bool]) -> str:
    jump = standing(connection)
    if jump is None:
        return ""
    who = two.acts(connection, actor)
    return "" if any(apart(connection, who, one) for one in jump.parties) else jump.said


def refuse(connection: Connection, actor: str) -> None:
    """Raises Refused if the clock has jumped and nobody but the one who acts has confirmed the day."""
    if why := holds(connection, actor):
        raise Refused(why, [why])


def confirm(hub: Hub, day: date, by: By) -> Jump:
    """Record that a person says which day it is, after the clock had jumped; returns the jump with all who confirmed.

    Raises Refused if this machine's clock says another day or this person has confirmed it already, BadParameter if
    no reason is given or no jump waits.
    """
    if not policy.meant(by.reason):
        raise BadParameter("--reason must say how you know which day it is")
    if day != moments.today():
        raise Refused(
            f"this machine's clock says {words(moments.today())}, not {words(day)}: set the clock right, then confirm"
        )
    act = Act(by.actor, "officer", str(by.reason), CONFIRM, {"day": str(day)})
    with hub.write(act) as connection:
        who = two.acts(connection, by.actor)
        two.refuse_unproved(connection, who, "confirming a day")
        jump = standing(connection) or next((one for one in found(connection).jumps if not one.confirmed_by), None)
        if jump is None:
            raise BadParameter("there is nothing to confirm: no clock has jumped without two people confirming the day")
        if any(two.same(connection, who, one) for one in jump.parties):
            raise Refused(f"{by.actor} has confirmed this day already: it is another person's turn")
        act.detail.update({"jump": jump.kind, "before": jump.before.isoformat(), "clock": jump.clock.isoformat()})
    return _confirmed(jump, (who, *jump.parties), [])


@dataclass(frozen=True)
class Times:
    """What the times of a whole chain show: every jump, and every entry that is older than the one before it.

    `moved` has the entries before which a clock was moved while its machine ran, and by how many seconds.
    """

    jumps: list[Jump]
    older: list[str]
    moved: list[tuple[int, float]] = field(default_factory=list)


def found(connection: Connection) -> Times:
    """Every jump of the chain, judged anew by what the entries say, whether they call it one or not."""
    jumps, older, moved, last = [], [], [], None
    for seq, meta in _metas(connection):
        if last is not None and _calm(last[1], meta):
            last = (seq, meta)
            continue
        this, before = read(seq, meta), read(*last) if last else None
        if before and this.at < before.at:
            older.append(f"entry {seq} is older than the one before it: {moments.said(this.at)}")
        if before and (kind := jumped(before.clock, this.clock, _home(connection))):
            jumps.append(Jump(seq, kind, before.clock, this.clock))
        if this.moved:
            moved.append((seq, this.moved))
        if this.action == CONFIRM:
            who = _who(connection, seq)
            jumps = [_also(connection, one, who) for one in jumps]
        last = (seq, meta)
    return Times(jumps, older, moved)


def _also(connection: Connection, jump: Jump, who: list[Party]) -> Jump:
    """A jump of the past with who else confirmed the day, as it was believed then: a claim, where it was one."""
    new = [one for one in who if not any(two.same(connection, one, there) for there in jump.parties)]
    return _confirmed(jump, (*jump.parties, *new), [])


AT, WIDTH = b'"at":"', 32


def _calm(before: bytes, meta: bytes) -> bool:
    """Whether nothing about an entry's time needs a look: written on the same day as the one before it, and later."""
    was, now = before.find(AT), meta.find(AT)
    if was < 0 or now < 0 or b'"clock"' in before or b'"clock' in meta or b'"moved"' in meta:
        return False
    was, now = was + len(AT), now + len(AT)
    return before[was : was + 10] == meta[now : now + 10] and before[was : was + WIDTH] <= meta[now : now + WIDTH]


def _metas(connection: Connection) -> Iterator[tuple[int, bytes]]:
    rows = connection.execution_options(stream_results=True, yield_per=10_000).exec_driver_sql(_ALL)
    # the driver's own rows of SQLite are read in half the time
    for seq, meta in cast(Any, rows.cursor) if connection.dialect.name == "sqlite" else rows:
        yield seq, raw(meta)
    rows.close()


HOUR = 3600


def lines(times: Times) -> list[str]:
    """Every jump for a reader, and what small ones add up to."""
    said = [f"{one[:1].upper()}{one[1:]}." for one in map(_line, times.jumps)]
    ahead, back = (sum(max(0.0, sign * by) for _, by in times.moved) for sign in (1, -1))
    if max(ahead, back) < HOUR:
        return said
    entries = ", ".join(f"{seq:,}" for seq, _ in times.moved[:MOST]) + (" and more" if len(times.moved) > MOST else "")
    return [
        *said,
        f"While a machine ran, its clock was moved by {_long(ahead)} ahead and {_long(back)} back in all (before "
        f"entries {entries}); a machine inside another that slept shows the same. A witness that names a day can tell.",
    ]


def _long(seconds: float) -> str:
    hours = round(seconds / HOUR)
    return f"{hours // 24:,} days and {hours % 24} hours"


def _line(jump: Jump) -> str:
    since, to = (words(moments.day_of(moment)) for moment in (jump.before, jump.clock))
    how = "jumped ahead" if jump.kind == AHEAD else "been set back"
    who = f"{jump.by} confirmed the day" if jump.confirmed_by else "nobody has confirmed the day"
    return f"entry {jump.entry}: the clock had {how} from {since} to {to}, {jump.days:,} days; {who}"
