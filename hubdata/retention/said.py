"""How `hubdata retention` says what is due, and what a certificate says: a few lines, references only; no judgement."""

from collections.abc import Iterable, Iterator
from datetime import date

from hubdata.dates import words
from hubdata.records.people import acting
from hubdata.retention.due import Due, Preview
from hubdata.retention.impact import Impact

SHOWN = 20
WAYS = {
    "sooner": "reach their date sooner",
    "later": "reach their date later",
    "cannot_tell": "can no longer be told",
    "tellable": "can be told at last",
}


def preview(shown: Preview) -> list[str]:
    """What is due, held and not to be told, the rule, and what to do next."""
    within = f" in {shown.hub}" if shown.hub else ""
    lines = [
        f"At {words(shown.as_at)}{within}: {len(shown.due):,} due, {len(shown.held):,} held, "
        f"{len(shown.cannot_tell):,} that cannot be told. Rule {shown.rule['code']}: {shown.rule['kept_for']}."
    ]
    if shown.rule["assumption"]:
        lines.append("No officer has confirmed what the period is counted from; --explain FAMILY shows the readings.")
    lines += _listed("Due", (f"{each.family} ({each.hub}) kept until {_until(each)}" for each in shown.due))
    lines += _listed("Held", map(_held, shown.held))
    lines += _listed("Cannot tell", (f"{each.family} ({each.hub}): {each.evidence}" for each in shown.cannot_tell))
    lines += _months(shown.next)
    return [*lines, f"Token{within and f', of what is due{within} alone'}: {shown.token}"]


def _until(each: Due) -> str:
    return words(each.due_on) if each.due_on else "a day that cannot be told"


def _held(each: Due) -> str:
    reviews = [hold["review_on"] for hold in each.holds]
    codes = ", ".join(sorted({hold["code"] for hold in each.holds}))
    review = f"review by {words(min(filter(None, reviews)))}" if any(reviews) else "no review date"
    why = [f"{codes}, {review}"] if each.holds else []
    why += [f"{' and '.join(each.requests)} open"] if each.requests else []
    why += [f"the same family as {' and '.join(each.linked)}"] if each.linked else []
    return f"{each.family} ({each.hub}) kept until {_until(each)}; {'; '.join(why)}"


def _months(months: tuple[dict, ...]) -> Iterator[str]:
    if found := [f"{month['month']}: {month['records']:,}" for month in months if month["records"]]:
        yield "Due next by month: " + ", ".join(found)


def impact(moved: Impact) -> list[str]:
    """Who moves which way, and how many would be past their date at once."""
    before, after = moved.before, moved.after
    lines = [
        f"From {before['code']} ({before['kept_for']}) to {after['code']} ({after['kept_for']}), "
        f"which starts on {words(moved.starts_on)}; the records are those of {words(moved.as_at)}."
    ]
    lines += [f"{len(getattr(moved, way)):,} {said}." for way, said in WAYS.items()]
    lines.append(
        f"{moved.unchanged:,} keep their date. On {words(moved.starts_on)} {moved.past_at_once:,} would be "
        f"past their date that are not under the old rule, {moved.no_longer_past:,} no longer."
    )
    for way in ("sooner", "later"):
        lines += _listed(way.capitalize(), (_moved(row) for row in getattr(moved, way)))
    return lines


def _moved(row: dict) -> str:
    was, becomes = (words(day) if day else "no date" for day in (row["was"], row["becomes"]))
    return f"{row['family']} ({row['hub']}): {was} → {becomes}"


def _listed(title: str, found: Iterable[str]) -> list[str]:
    rows = list(found)
    more = [f"  … and {len(rows) - SHOWN:,} more; --json lists all"] if len(rows) > SHOWN else []
    return [f"{title}:", *(f"  {row}" for row in rows[:SHOWN]), *more] if rows else []


def certificate(content: dict) -> list[str]:
    """One certificate for a reader."""
    sums, proof = content["conservation"], content["proof"]
    adds = "adds up" if sums["holds"] else "does NOT add up"
    return [
        f"Certificate {content['certificate']}, issued on {words(date.fromisoformat(content['issued_on']))}",
        f"  {content['families']:,} family records, {sum(content['rows'].values()):,} rows, destroyed by "
        f"{_who(content, 'destroyed')} under {content['rule']['code']} ({content['rule']['version']})",
        f"  reviewed by {_who(content, 'reviewed')}, approved by {_who(content, 'approved')}",
        f"  {_rests(content)}",
        *([f"  {acting.ONE_LOGIN}"] if content.get("one_login") else []),
        f"  {sums['opening']:,} + {sums['created']:,} − {sums['destroyed']:,} = {sums['closing']:,}: {adds}",
        f"  {proof['bytes_scanned']:,} bytes in {proof['files_scanned']:,} files searched for "
        f"{proof['marks_sought']:,} marks: none left",
        *(f"  not searched: {said}" for said in proof["not_scanned"]),
        *_copies(proof["backups"]),
        *(
            f"  {p['organisation']} keeps its own records of {p['families']:,} of them: ask {p['ask']}; {p['policy']}"
            for p in content["partners"]
        ),
    ]


def _who(content: dict, what: str) -> str:
    """Who did it, and whether that is a claim; a certificate that does not say rests on claims."""
    return f"{content[f'{what}_by']} {acting.shown(content.get(f'{what}_with'))}"


def _rests(content: dict) -> str:
    """What of it rests on a claim, in words and numbers, and since when people are in force."""
    steps = {"reviewed": "the review", "approved": "the approval", "destroyed": "the carrying out"}
    claimed = [what for step, what in steps.items() if content.get(f"{step}_with", acting.CLAIMED) == acting.CLAIMED]
    since = content.get("people_since")
    when = f"people are registered since {words(date.fromisoformat(since))}" if since else "nobody was registered"
    if not claimed:
        return f"all {len(steps)} steps are proved; {when}"
    count = f"{len(claimed)} of {len(steps)} steps {'rests' if len(claimed) == 1 else 'rest'}"
    return f"{count} on a typed name, which is a claim: {', '.join(claimed)}; {when}"


def _copies(kept: dict | None) -> list[str]:
    """Backups made before still hold the records: out of use, and gone by a day."""
    if not kept or not kept["count"]:
        return []
    until = kept["beyond_use_until"]
    gone = f"the last is deleted by {words(date.fromisoformat(until))}" if until else "no day is set to delete them"
    return [f"  {kept['count']:,} backups from before are beyond use, and do not open without a replay; {gone}"]
