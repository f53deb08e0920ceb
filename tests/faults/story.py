"""A hub with a disposal approved and ready to run, whose every family has canaries of its own; trials copy it."""

import json
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from hubdata import places
from hubdata.intake import take
from hubdata.moments import By
from hubdata.records.ledger import Act
from hubdata.records.store import Hub, open_hub
from hubdata.retention import due as retention_due
from hubdata.retention import holds, review
from hubdata.retention.review import FamilyDecision

TODAY = date.today()  # noqa: DTZ011 (records are destroyed as at the day that it is)
BATCH = 7
DUE, HELD, KEPT = 60, 8, 20


def canaries(number: int) -> tuple[str, ...]:
    """Texts that only this family's rows and files say."""
    return tuple(f"{word}{number:04d}canary" for word in ("Fam", "Per", "Given", "Surname", "Goal", "Share", "Reason"))


@dataclass(frozen=True)
class Story:
    """A home to copy, the disposal to run there, and what each family is."""

    home: Path
    disposal: str
    due: list[int]
    held: list[int]
    kept: list[int]


def _tables(numbers: list[int], closed: dict[int, str | None]) -> dict[str, pa.Table]:
    rows: dict[str, list[dict]] = {
        name: [] for name in ("families", "people", "goals", "reviews", "agreements", "shares")
    }
    for number in numbers:
        family, person, given, surname, goal, share, reason = canaries(number)
        rows["families"].append(
            {
                "family": family,
                "hub": "corby",
                "opened_on": "2012-01-04",
                "closed_on": closed[number],
                "closure_reason": closed[number] and reason,
            }
        )
        rows["people"].append(
            {"person": person, "family": family, "role": "child", "given_name": given, "family_name": surname}
        )
        rows["goals"].append(
            {"goal": goal, "family": family, "area": "health", "instrument": "gbo", "set_on": "2012-02-01"}
        )
        rows["reviews"].append({"goal": goal, "reviewed_on": "2012-05-01", "score": "3", "perspective": "family"})
        rows["agreements"].append(
            {
                "agreement": f"A-{number:04d}",
                "family": family,
                "given_by": person,
                "covers": person,
                "decision": "agreed",
                "purpose": "hub_working",
                "recipients": "NNC",
                "categories": "support_needs",
                "decided_on": "2012-02-01",
                "taken_by": "W1",
                "notice_version": "2025-04",
            }
        )
        rows["shares"].append(
            {
                "share": share,
                "family": family,
                "about": person,
                "from_organisation": "NNC",
                "to_organisation": "NNC",
                "route": "within_hub",
                "purpose": "hub_working",
                "categories": "support_needs",
                "shared_on": "2012-03-01",
                "agreement": f"A-{number:04d}",
                "decided_by": "W1",
            }
        )
    rows["organisations"] = [{"organisation": "NNC", "name": "The Council", "kind": "lead_partner"}]
    rows["practitioners"] = [{"practitioner": "W1", "organisation": "NNC", "name": "Wendy Madeup"}]
    return {name: pa.Table.from_pylist(found) for name, found in rows.items()}


def make(folder: Path) -> Story:
    """Make the hub once: due, held and kept families, files that carry them, a review and its approval."""
    numbers = list(range(DUE + HELD + KEPT))
    due_, held, kept = numbers[:DUE], numbers[DUE : DUE + HELD], numbers[DUE + HELD :]
    recent = str(TODAY - timedelta(days=400))
    closed = dict.fromkeys(due_ + held, "2015-03-31") | {n: recent if n % 2 else None for n in kept}
    hub = open_hub(folder / "hub", create=True)
    result = take.load(hub, _tables(numbers, closed), "NNC", Act("faults", "tester", "a story", "intake.return"))
    if result.status != "applied":
        raise ValueError(result.problems[0].message)
    for number in held:
        holds.place_hold(hub, canaries(number)[0], "litigation", By("hana", "a claim", TODAY), None, "a court")
    _files(hub, numbers)
    decisions = [FamilyDecision(canaries(number)[0], "dispose") for number in due_]
    disposal = review.review(hub, retention_due.preview(hub, TODAY).token, decisions, By("anna", None, TODAY))
    review.approve(hub, disposal, By("ben", None, TODAY))
    hub.engine.dispose()
    return Story(folder / "hub", disposal, due_, held, kept)


def _files(hub: Hub, numbers: list[int]) -> None:
    """A report's bundle and a receipt for every tenth family, as reports and receipts would have left them."""
    for number in numbers[::10]:
        family, person, given, *_ = canaries(number)
        bundle = hub.home / "reports" / "retention" / "2026-09-30" / f"run{number}"
        bundle.mkdir(parents=True, mode=0o700)
        (bundle / "retention.html").write_text(f"<td>{family}</td>", "utf-8")
        (bundle / "manifest.json").write_text(json.dumps({"run": f"run{number}"}), "utf-8")
        receipts = hub.home / "work" / "receipts"
        receipts.mkdir(parents=True, mode=0o700, exist_ok=True)
        (receipts / f"receipt-{number}.html").write_text(f"<p>{given} {person}</p>", "utf-8")


def small_batches(folder: Path) -> Path:
    """The house's values, but for a few families a batch, so that there are many moments to stop at."""
    params = Path(shutil.copytree(places.params(), folder / "params"))
    file = params / "policy" / "retention.yaml"
    text = file.read_text("utf-8")
    later = (
        f"retention.disposal_batch:\n  unit: families\n  values:\n    - {{value: {BATCH}, from: 2000-01-01, "
        "source: the fault trials, last_checked: 2026-11-22}\n"
    )
    head, _, rest = text.partition("retention.disposal_batch:")
    following = rest.split("\nretention.", 1)
    file.write_text(head + later + (f"retention.{following[1]}" if len(following) > 1 else ""), "utf-8")
    return params
