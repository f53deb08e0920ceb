"""What became of each due run: one small file for a pack, a period and a hub, whole or not there; no name is in it.

That a report was made is not said by this file alone: its bundle's manifest names the pack, the period and the hub, so
that a run which was killed between the two finds what it had made and makes it no second time.

    schedule/monthly/2026-09.all.json    {"reports": {"retention": {"status": "done", "run": …, "findings": {…}}}, …}
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeGuard

from hubdata import moments
from hubdata.dates import words, working_days_after
from hubdata.records import private
from hubdata.schedule.calendar import Span
from hubdata.schedule.plan import Pack

FOLDER = "schedule"
DONE, FAILED = "done", "failed"
UNSURE = "unsure"  # a letter that may or may not have arrived
SHAPE = {
    DONE: {"run": str, "folder": str, "findings": dict, "at": str},
    FAILED: {"why": str, "tries": int, "again_at": str},
}
# Minutes until a report that has failed once, twice … is tried again; from then on a day.
BACK_OFF = (0, 1, 5, 15, 60, 240)
A_DAY = 24 * 60


@dataclass(frozen=True)
class Due:
    """A pack of one period for one hub, and the day on which it is due."""

    pack: Pack
    span: Span
    due: date
    hub: str

    @property
    def key(self) -> dict[str, Any]:
        return {"pack": self.pack.name, "period": self.span.name, "hub": self.hub}

    @property
    def name(self) -> str:
        """monthly 2026-09 all."""
        return " ".join(self.key.values())

    @property
    def moment(self) -> datetime:
        return self.pack.rule.moment(self.due)

    @property
    def late_after(self) -> date:
        """The last day on which it is not late."""
        return working_days_after(self.due, self.pack.late_after)

    def is_late(self, now: datetime) -> bool:
        """Whether it is too late, if it is still not done."""
        return moments.day_of(now) > self.late_after

    @property
    def words(self) -> str:
        """Monthly assurance pack, 1 September to 30 September 2026, all hubs."""
        return f"{self.pack.title}, {self.span.words}, {'all hubs' if self.hub == 'all' else self.hub}"


def dues(packs: Iterable[Pack], now: datetime) -> list[Due]:
    """All that has come due by a moment, in the order in which it did."""
    found = [due for pack in packs for due in _of(pack, now)]
    return sorted(found, key=lambda due: due.moment)


def _of(pack: Pack, now: datetime) -> Iterator[Due]:
    for span, day in pack.rule.dues():
        if pack.rule.moment(day) > now:
            return
        yield from (Due(pack, span, day, hub) for hub in pack.hubs)


def following(pack: Pack, now: datetime) -> Due | None:
    """What comes due next after a moment, or None if the pack has ended."""
    found = (Due(pack, span, day, pack.hubs[0]) for span, day in pack.rule.dues() if pack.rule.moment(day) > now)
    return next(found, None)


@dataclass
class State:
    """The file of one due run, as read; `save` writes it. One that is damaged says so, and is never written over."""

    home: Path
    due: Due
    said: dict
    is_new: bool = False
    damage: str = ""

    @classmethod
    def read(cls, home: Path, due: Due) -> "State":
        """What is known of a run; of one that never began, nothing."""
        path, none = _path(home, due), {**due.key, "due": due.due.isoformat(), "reports": {}, "letters": {}}
        try:
            said = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return cls(home, due, none, is_new=True)
        except ValueError:
            said = None
        if not _fits(said):
            why = (
                f"{path} is damaged, so nothing is made or sent for this run; delete it: what the ledger knows "
                "as made is not made again, and no letter is sent twice"
            )
            failed = {"status": FAILED, "tries": 1, "why": why, "again_at": None}
            none |= {"reports": {part.report: failed for part in due.pack.parts}, "forgotten": True}
            return cls(home, due, none, damage=why)
        return cls(home, due, said)

    def forget(self) -> None:
        """Take every letter of this run as one that may have been sent."""
        self.said["forgotten"] = True

    def letter(self, called: str) -> dict:
        """What is known of a letter: nothing of one that was not begun, unsure if what was sent is forgotten."""
        return self.letters.get(called, {"status": UNSURE} if self.said.get("forgotten") else {})

    def save(self) -> None:
        """Write the file; it is on the disk when this returns."""
        path = _path(self.home, self.due)
        private.folder(path.parent)
        private.write(path, json.dumps(self.said, indent=1) + "\n")

    @property
    def reports(self) -> dict[str, dict]:
        return self.said["reports"]

    @property
    def letters(self) -> dict[str, dict]:
        return self.said["letters"]

    @property
    def left(self) -> list[str]:
        """The reports that are still to be made."""
        return [part.report for part in self.due.pack.parts if self.reports.get(part.report, {}).get("status") != DONE]

    def done(self, report: str, said: dict) -> None:
        """Write down that a report was made."""
        tries = self.reports.get(report, {}).get("tries", 0)
        self.reports[report] = {"status": DONE, "tries": tries + 1, **said}
        self.save()

    def failed(self, report: str, why: str, now: datetime) -> None:
        """Write down that a report failed, and when it is tried again."""
        tries = self.reports.get(report, {}).get("tries", 0) + 1
        self.reports[report] = {"status": FAILED, "tries": tries, "why": why, "again_at": again_at(tries, now)}
        self.save()

    def waits(self, report: str, now: datetime) -> bool:
        """Whether a report that failed is not yet to be tried again."""
        if self.damage:
            return True
        again = self.reports.get(report, {}).get("again_at")
        return bool(again) and datetime.fromisoformat(again) > now


def again_at(tries: int, now: datetime) -> str:
    """When something that has failed so often is tried again."""
    minutes = BACK_OFF[tries - 1] if tries <= len(BACK_OFF) else A_DAY
    return (now + timedelta(minutes=minutes)).isoformat(timespec="seconds")


def _fits(said: Any) -> TypeGuard[dict]:
    """Whether what a state's file holds has the shape that `save` gave it."""
    try:
        reports, letters = said["reports"].values(), said["letters"].values()
        typed = [(each[key], kind) for each in reports for key, kind in SHAPE[each["status"]].items()]
        typed += [(each["status"], str) for each in letters]
        typed += [(number, int) for each in reports for number in each.get("findings", {}).values()]
        moments = [each[key] for each in (*reports, *letters) for key in ("at", "again_at") if key in each]
        return all(type(v) is kind for v, kind in typed) and all(datetime.fromisoformat(at).tzinfo for at in moments)
    except (AttributeError, KeyError, TypeError, ValueError):
        return False


def _path(home: Path, due: Due) -> Path:
    return home / FOLDER / due.pack.name / f"{due.span.name}.{private.plain(due.hub)}.json"


def late_words(due: Due) -> str:
    """Since when something is late."""
    return f"due on {words(due.due)}, late since {words(due.late_after + timedelta(1))}"


RAN = "schedule.run"


def begun(hub, states: list[State]) -> list[dict]:
    """What the ledger says of runs so far; a run that it knows and whose file is gone forgets what letters it sent."""
    from hubdata.records import ledger  # SQLAlchemy: half a second that nothing due should not take

    with hub.read() as connection:
        known = ledger.said(connection, (RAN,))
    for state in states:
        if state.is_new:
            if any(state.due.key.items() <= detail.items() for detail in known):
                state.forget()
            state.save()  # from here on, a file that is not there was lost
    return known


def made(home: Path, order):
    """What an earlier runner made, and died before it wrote that down: the run whose manifest says so, or None."""
    from hubdata.reports.run import Run  # pandas: 0.8 s that nothing due should not take

    for path in sorted((home / "reports" / order.report / order.period).glob("*/manifest.json")):
        try:
            said = json.loads(path.read_text("utf-8"))
            if said["schedule"] == order.scheduled:
                files = sorted(file.name for file in path.parent.iterdir())
                return Run(path.parent.name, order.report, DONE, path.parent, files, dict(said["findings"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # no whole bundle, or no scheduled one
    return None


def told(home: Path, order, known: list[dict]):
    """What the ledger knows as made, though its bundle is kept no longer, or None."""
    from hubdata.reports.run import Run  # pandas: 0.8 s that nothing due should not take

    for detail in known:
        if {**order.scheduled, "report": order.report, "status": DONE}.items() <= detail.items():
            folder = home / "reports" / order.report / order.period / detail["run"]
            return Run(detail["run"], order.report, DONE, folder, [], detail["findings"])
    return None
