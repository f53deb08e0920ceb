"""Judges shares one by one in plain Python, as contract.md says it; it must know nothing of the rules' SQL.

It takes the rows as a partner writes them (text, lists joined by ';'), so that it also stands apart from intake and
snapshot. Where the contract is silent, these readings were chosen:

  * a superseded decision never was, unless the row that supersedes it is another decision of a later day: then the
    family changed its mind, and the earlier decision stood until then; a superseded share is not judged;
  * no_response and not_sought are not decisions, but as the latest word on a recipient they mean no agreement (SH01);
  * an exclusion stands until a later row names that recipient again; a refusal of everyone names nobody;
  * a share for a purpose that nobody can agree to (safeguarding, a legal duty) has no decision for its purpose; whether
    the family had refused (SH15) is then read from its decision on working together within the Hub.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

Row = dict[str, str | None]
TOLD_WITHIN = timedelta(days=30)
AGREED_FOR = ("hub_working", "additional_support", "evaluation")
DECIDED = ("agreed", "refused", "withdrawn")


def judge(
    agreements: list[Row], shares: list[Row], organisations: list[Row], as_at: date, known_at: date | None = None
) -> dict[tuple[str, str], str | None]:
    """The code of every (share, person), None where nothing is wrong; `known_at` is the last day of what was known."""
    decisions = defaultdict(list)
    for row in sorted(_standing(_known(agreements, known_at)), key=_when):
        decisions[row["family"]].append(row)
    terms = {row["organisation"]: row for row in organisations}
    known = _known(shares, known_at)
    gone = {row["supersedes"] for row in known}
    verdicts = {}
    for share in known:
        if share["share"] not in gone and _day(share["shared_on"]) <= as_at:
            for person in _list(share["about"]):
                case = Case(share, person, decisions[share["family"]], terms[share["to_organisation"]])
                verdicts[share["share"], person] = case.code(as_at)
    return verdicts


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(row: Row) -> datetime:
    return datetime.fromisoformat(row["recorded_at"]).astimezone(UTC)


def _list(text: str | None) -> list[str]:
    return text.split(";") if text else []


def _when(row: Row) -> tuple:
    return row["decided_on"], _moment(row), row["agreement"]


def _known(rows: list[Row], known_at: date | None) -> list[Row]:
    return [row for row in rows if known_at is None or _moment(row).date() <= known_at]


def _standing(agreements: list[Row]) -> Iterator[Row]:
    """The decisions that no correction took away."""
    newer = defaultdict(list)
    for row in agreements:
        newer[row["supersedes"]].append(row)
    for row in agreements:
        if all(_changed_mind(row, later) for later in newer[row["agreement"]]):
            yield row


def _changed_mind(earlier: Row, later: Row) -> bool:
    return later["decision"] != earlier["decision"] and later["decided_on"] > earlier["decided_on"]


@dataclass(frozen=True)
class Case:
    """One share and one person, with the family's decisions in order and what the recipient has signed."""

    share: Row
    person: str
    decisions: list[Row]
    recipient: Row

    def code(self, as_at: date) -> str | None:
        """The first code that applies."""
        if self.share["route"] in ("within_hub", "additional_support"):
            return self._with_agreement()
        return self._without_agreement(as_at)

    @property
    def _shared_on(self) -> date:
        return _day(self.share["shared_on"])

    @property
    def _by_the_day(self) -> list[Row]:
        return [row for row in self.decisions if _day(row["decided_on"]) <= self._shared_on]

    @property
    def _asked_for(self) -> str:
        return self.share["purpose"] if self.share["purpose"] in AGREED_FOR else "hub_working"

    def _asked(self) -> list[Row]:
        """This person's rows for the purpose."""
        return [r for r in self._by_the_day if self.person in _list(r["covers"]) and r["purpose"] == self._asked_for]

    def _mentions(self, row: Row) -> bool:
        return self.recipient["organisation"] in _list(row["recipients"]) + _list(row["exclusions"])

    def _speaks_of(self, row: Row) -> bool:
        everyone = row["decision"] in ("refused", "withdrawn") and not row["recipients"]
        return everyone or self._mentions(row)

    def _exclusion(self) -> bool:
        mentions = [row for row in self._asked() if self._mentions(row)]
        return bool(mentions) and self.recipient["organisation"] in _list(mentions[-1]["exclusions"])

    def _state(self) -> Row | None:
        rows = [row for row in self._asked() if self._speaks_of(row)]
        return rows[-1] if rows else None

    def _undecided(self) -> str | None:
        decided = [row for row in self._by_the_day if row["decision"] in DECIDED]
        own = [row for row in decided if self.person in _list(row["covers"])]
        if not own:
            return "SH07" if decided else "SH01"
        return None if any(row["purpose"] == self.share["purpose"] for row in own) else "SH08"

    def _with_agreement(self) -> str | None:
        if code := self._undecided():
            return code
        state = self._state()
        if state is None or self._exclusion() or self.person in _list(state["exclusions"]):
            return "SH05"
        if state["decision"] != "agreed":
            return {"refused": "SH02", "withdrawn": "SH03"}.get(state["decision"], "SH01")
        return self._under(state)

    def _under(self, agreed: Row) -> str | None:
        """Whether a share keeps within an agreement."""
        if agreed["expires_on"] and self._shared_on > _day(agreed["expires_on"]):
            return "SH04"
        if set(_list(self.share["categories"])) - (set(_list(agreed["categories"])) - set(_list(agreed["exclusions"]))):
            return "SH06"
        discussed_on = _day(self.share["discussed_on"])
        if self.share["route"] == "additional_support" and not (discussed_on and discussed_on <= self._shared_on):
            return "SH10"
        if _moment(agreed).date() > self._shared_on:
            return "SH09"
        return None if self._terms_in_force() else "SH14"

    def _terms_in_force(self) -> bool:
        first, last = _day(self.recipient["sharing_agreement_from"]), _day(self.recipient["sharing_agreement_to"])
        return bool(first) and first <= self._shared_on and (last is None or self._shared_on <= last)

    def _without_agreement(self, as_at: date) -> str | None:
        if not (self.share["reason"] and self.share["risk_to"]):
            return "SH11"
        if self.share["told_family"] in (None, "no") and not self.share["not_told_reason"]:
            return "SH12"
        if self.share["told_family"] == "not_yet" and as_at > self._shared_on + TOLD_WITHIN:
            return "SH13"
        state = self._state()
        return "SH15" if state and state["decision"] == "refused" else None
