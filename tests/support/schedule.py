"""Retention schedules for tests: params folders whose families' rule is what a test says; it checks nothing."""

import json
import shutil
from pathlib import Path

from hubdata import places

PLAIN = {"code": "FAMILY", "title": "A test's rule", "action": "review", "approver": "officer"}
FIVE = {"trigger": "closure", "years": 5}


def value(rule: dict, day: str = "2000-01-01", **more: str) -> dict:
    """One dated value of retention.rules: the terms given, and whatever else a rule must have."""
    said = {"value": {"family": PLAIN | rule}, "from": day, "source": "A test's notice", "last_checked": "2026-01-01"}
    return said | more


def folder(place: Path, *values: dict) -> Path:
    """A params folder like the shipped one, but with these values of retention.rules."""
    params = Path(shutil.copytree(places.params(), place / "params"))
    rest = (params / "policy" / "retention.yaml").read_text("utf-8")
    rest = rest[rest.index("retention.stale_after_days") :]
    dated = json.dumps({"unit": "rules", "values": list(values)}).replace('"from": "', '"from": !!timestamp "')
    for key in ("last_checked", "confirmed_on"):
        dated = dated.replace(f'"{key}": "', f'"{key}": !!timestamp "')
    (params / "policy" / "retention.yaml").write_text(f"retention.rules: {dated}\n{rest}", "utf-8")
    return params
