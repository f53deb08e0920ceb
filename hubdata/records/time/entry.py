"""How an entry of the audit chain gets its time, never an earlier one than the entry before; it asks no database.

An entry whose machine's clock had jumped says so, and every later one points back to it, until two people have
confirmed the day: so the last entry alone tells whether a jump is settled. Beside `at` an entry may therefore have

    clock   what this machine's clock said, where that was before the last entry's time, which `at` then repeats
    jump    ahead or behind: the clock had moved further than the policy allows since the entry before
    doubt   the number of the latest entry that jumped or that confirmed the day
    up      which start of the machine this is, and for how many seconds it runs, where that can be told
    moved   by how many seconds the clock was moved since the entry before, against the time for which it ran
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hubdata.moments import day_of

CONFIRM = "clock.confirm"
NEVER = datetime(1, 1, 2, tzinfo=UTC)  # a day after the first, so that a zone's hours may be taken from it
AHEAD, BEHIND = "ahead", "behind"
DAYS = "clock.jump_days"
SLACK = timedelta(minutes=2)  # what the clocks of two machines that write to one hub may differ by
LEAST = timedelta(days=1)  # no policy can call less than this a jump, so that a policy is seldom read


@dataclass(frozen=True)
class Entry:
    """The time of an entry: its place in the order, what its machine's clock said, and what is in doubt about it."""

    seq: int
    action: str
    at: datetime
    clock: datetime
    jump: str = ""
    doubt: int = 0
    boot: str = ""
    up: float = 0.0
    moved: float = 0.0

    @property
    def tells(self) -> bool:
        """Whether it is one that later entries point back to."""
        return bool(self.jump) or self.action == CONFIRM


def read(seq: int, meta: bytes) -> Entry:
    """The time of an entry as its meta has it; one that somebody made unreadable stands at the beginning of time."""
    try:
        said = json.loads(meta)
        at, clock = (datetime.fromisoformat(said.get(name, said["at"])).astimezone(UTC) for name in ("at", "clock"))
        boot, _, up = said.get("up", "").rpartition(" ")
        jump, doubt, moved = said.get("jump", ""), int(said.get("doubt", 0)), float(said.get("moved", 0))
        return Entry(seq, said["action"], at, clock, jump, doubt, boot, float(up or 0), moved)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return Entry(seq, "", NEVER, NEVER)


def jumped(before: datetime, now: datetime, home: Path | None) -> str:
    """Whether the clock has jumped since it was last believed, as the hub of a home decided: ahead, behind or empty."""
    if now < before - SLACK:
        return BEHIND
    return AHEAD if now - before > LEAST and now - before > _allowed(before, home) else ""


def _allowed(before: datetime, home: Path | None) -> timedelta:
    """By how much the clock may move between two entries, as decided on the last day that is believed."""
    # policy and its YAML cost 0.1 s, and between most entries lies less than a day
    from hubdata import policy

    decided, day = policy.of(home), day_of(before)
    known = DAYS in decided.names() and not decided.unset(DAYS, day)
    return timedelta(days=decided.value(DAYS, day)) if known else LEAST


def stamped(
    last: Entry | None, now: datetime, running: tuple[str, float] | None = None, home: Path | None = None
) -> dict:
    """What an entry that follows the last says of its time; `running` is how long the machine runs."""
    up = {"up": f"{running[0]} {running[1]:.1f}"} if running else {}
    if last is None:
        return {"at": _written(now)} | up
    said: dict = {"at": _written(max(now, last.at))} | up
    if running and last.boot == running[0]:
        moved = (now - last.clock).total_seconds() - (running[1] - last.up)
        said |= {"moved": round(moved)} if abs(moved) > SLACK.total_seconds() else {}
    jump = jumped(last.clock, now, home)
    if now < last.at - SLACK:
        said["clock"] = _written(now)
    if jump:
        said["jump"] = jump
    doubt = last.seq if last.tells else last.doubt
    return said | ({"doubt": doubt} if doubt else {})


def doubted(said: dict) -> str:
    """What a reader of an entry must know of its time: what the clock said, where `at` could not be that."""
    return f"  (its clock said {said['clock']})" if "clock" in said else ""


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
