"""How a family's record reads at the desk: a few lines of each kind, and how many more there are."""

from collections.abc import Iterator

from hubdata import agreements, leads, retention
from hubdata.dates import words
from hubdata.lookup import member_line
from hubdata.lookup_record import Record
from hubdata.worklist_words import finding_line

SHOWN = 10


def lines(one: Record) -> list[str]:
    """One family's record for a reader."""
    until = f"closed on {words(one.closed_on)}" if one.closed_on else "open"
    why = f" ({one.closure_reason})" if one.closure_reason else ""
    said = [f"Family {one.family}, {one.hub}, as at {words(one.as_at)}: since {words(one.opened_on)}, {until}{why}."]
    said += [*_part("People", map(member_line, one.people)), "", *leads.lines(one.leads)]
    said += _part("Who supports them", map(_support, one.support))
    said += ["", "Why it is kept", f"  {one.kept.text}"]
    said += _part("Holds", (retention.line(hold) for hold in one.holds))
    said += _part("What was agreed", map(agreements.state_line, one.agreements))
    said += _part("What was shared", map(_share, one.shares))
    said += _part("Goals", map(_goal, one.goals))
    said += _part("Needs", map(_need, one.needs))
    said += _part("Open requests and complaints", map(_request, one.requests))
    return said + _part("What is found about it", map(finding_line, one.findings))


def _part(title: str, found: Iterator[str]) -> list[str]:
    listed = list(found)
    more = len(listed) - SHOWN
    return ["", f"{title}: {len(listed):,}" if listed else f"{title}: none", *listed[:SHOWN],
            *([f"  and {more:,} more (--json lists them all)"] if more > 0 else [])]  # fmt: skip


def _support(row: dict) -> str:
    until = f" to {words(row['ended_on'])}" if row["ended_on"] else ""
    seen = f"; last contact {words(row['last_contact_on'])}" if row["last_contact_on"] else ""
    current = f"current as of {words(row['last_update_on'])}" if row["last_update_on"] else "never updated"
    covers = f", covers {words(row['covers_from'])} to {words(row['covers_to'])}" if row["covers_from"] else ""
    return f"  {row['organisation']}, since {words(row['started_on'])}{until}{seen}; {current}{covers}"


def _share(row: dict) -> str:
    found = f"; {', '.join(row['codes'])}" if row["codes"] else ""
    whence = f"{row['from_organisation']} to {row['to_organisation']}, {row['route'].replace('_', ' ')}"
    what = f"about {_list(row['about'])}: {_list(row['categories'])}"
    return f"  {row['share']}  {words(row['shared_on'])}, {whence}, {what}{found}"


def _list(cell: str) -> str:
    return cell.replace(";", ", ")


def _goal(row: dict) -> str:
    state = f"closed on {words(row['closed_on'])}" if row["closed_on"] else "open"
    said = [f"  {row['goal']}  {row['area']}, set on {words(row['set_on'])}, {state}"]
    said += [row["result"].replace("_", " ")] if row["result"] else []
    latest = row["latest"]
    said += [f"reviewed {row['reviews']} times, last on {words(latest['reviewed_on'])}: {latest['score']} by the "
             f"{latest['perspective']}"] if latest else ["never reviewed"]  # fmt: skip
    return "; ".join(said)


def _need(row: dict) -> str:
    by = f", {row['organisation']}" if row["organisation"] else ""
    return f"  {row['need']}  {row['area']}, found on {words(row['identified_on'])}: {row['status']}{by}"


def _request(row: dict) -> str:
    due = f", due {words(row['due'])}" if row["due"] else ""
    return f"  {row['request']}  {row['kind']}, received on {words(row['received_on'])}: {row['status']}{due}"
