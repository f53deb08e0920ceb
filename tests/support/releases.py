"""Hubs to publish from, and an attacker's eye on what was published; it must know nothing that a reader does not."""

import csv
import io
import random
from pathlib import Path

from hubdata import policy
from hubdata.records.store import Hub
from tests.support.ascii import load

HUBS = ("corby", "kettering", "wellingborough", "rushden", "east_northants")
AREAS = ("health", "housing", "education", "safety")
REASONS = ("full", "too_far", "no_service")
AT = "2024-01-05T09:00:00Z"


def table(columns: tuple[str, ...], rows: list[tuple]) -> str:
    """Rows as the ASCII table that `load` reads."""
    return "\n".join(" | ".join(map(str, row)) for row in (columns, *rows))


def fill(hub: Hub, families: int = 60, seed: int = 1) -> None:
    """A made-up hub whose families all agreed to evaluation, with needs spread over 2025."""
    draw = random.Random(seed)
    refs = {f"FAMR{seed}{n:04}": draw.choice(HUBS[: 1 + n % 5]) for n in range(families)}
    told = ("W1", "2025-04", AT)
    load(
        hub,
        organisations=table(("organisation", "recorded_at"), [("NNC", AT), ("NHFT", AT)]),
        practitioners=table(("practitioner", "recorded_at"), [("W1", AT)]),
        families=table(
            ("family", "hub", "opened_on", "recorded_at"), [(f, where, "2024-01-04", AT) for f, where in refs.items()]
        ),
        people=table(
            ("person", "family", "role", "given_name", "family_name", "date_of_birth", "recorded_at"),
            [(f"PER{f}", f, "parent_carer", f"Zebedee{f}", f"Quillfeather{f}", "1988-05-04", AT) for f in refs],
        ),
        leads=table(
            ("family", "practitioner", "started_on", "recorded_at"), [(f, "W1", "2024-01-04", AT) for f in refs]
        ),
        agreements=table(
            (
                "agreement",
                "family",
                "given_by",
                "covers",
                "decision",
                "purpose",
                "decided_on",
                "taken_by",
                "notice_version",
                "recorded_at",
            ),
            [(f"AG{f}", f, f"PER{f}", f"PER{f}", "agreed", "evaluation", "2024-01-05", *told) for f in refs],
        ),
        needs=table(
            ("need", "family", "area", "identified_on", "status", "reason", "recorded_at"),
            [(f"NEE{f}{n}", f, *_need(draw), AT) for f in refs for n in range(draw.randint(0, 3))],
        ),
    )


def _need(draw: random.Random) -> tuple[str, str, str, str]:
    day = f"2025-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
    return draw.choice(AREAS), day, "unmet", draw.choice(REASONS)


def decide(hub: Hub, method: str) -> None:
    """Let a hub's releases be protected by this policy, whatever its council decided."""
    stood = f"{{value: {method}, from: 2000-01-01, source: The board, last_checked: 2025-01-01}}"
    decided = f"releases.disclosure:\n  unit: policy\n  values:\n    - {stood}\n"
    (hub.home / policy.DECISIONS).mkdir(exist_ok=True)
    (hub.home / policy.DECISIONS / "releases.disclosure.yaml").write_text(decided, "utf-8")


def read(path: Path) -> list[dict[str, str]]:
    """One of a release's tidy files, as a spreadsheet program reads it."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a release."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
