"""What a return says of itself, in `return.yaml` or on a sheet called `about`: its tables, its period, if it is all.

    tables: involvements; leads
    covers_from: 2026-07-01
    covers_to: 2026-09-30
    complete: yes

A complete return speaks for the partner's own rows that began in its period: what it lacks of them is removed. One that
says nothing of itself only adds and changes rows.
"""

import re
from dataclasses import dataclass
from datetime import date

from hubdata import dates
from hubdata.errors import BadParameter
from hubdata.intake.files.csv import Problem
from hubdata.policy import slug
from hubdata.records.tables.contract import CONTRACT_TABLES

KEYS = ("tables", "covers_from", "covers_to", "complete")
OWN = {"involvements": "started_on", "leads": "started_on", "needs": "identified_on"}  # and the day a row began
YES_NO = {"yes": True, "true": True, "no": False, "false": False}
LINE = re.compile(r"([a-z_]+)\s*:\s*(.*?)\s*(?:#.*)?")


@dataclass(frozen=True)
class About:
    """The scope of a return; empty tables and open days where it does not say."""

    tables: tuple[str, ...] = ()
    covers_from: date | None = None
    covers_to: date | None = None
    complete: bool = False

    def said(self) -> dict:
        """The scope as the audit entry keeps it."""
        days = {"covers_from": self.covers_from, "covers_to": self.covers_to}
        return {"tables": list(self.tables), "complete": self.complete} | {n: str(d) for n, d in days.items() if d}


def of_text(raw: bytes, file: str) -> tuple[About, list[Problem]]:
    """The scope in a file of `key: value` lines, and its faults."""
    pairs, faults = {}, []
    for number, line in enumerate(raw.decode("utf-8-sig", "replace").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = LINE.fullmatch(line.strip())
        if found and found[1] in pairs:
            faults.append(Problem(file, number, found[1], "bad-about", f"{found[1]} stands here twice; keep one"))
        elif found:
            pairs[found[1]] = found[2].strip("[]\"'")
        else:
            faults.append(Problem(file, number, "", "bad-about", "write lines as `covers_to: 2026-09-30`"))
    about, more = of_pairs(pairs, file)
    return about, faults + more


def of_pairs(pairs: dict[str, str], file: str) -> tuple[About, list[Problem]]:
    """The scope in keys and values, and its faults."""
    faults, read = [], {}
    for key, text in pairs.items():
        try:
            read[slug(key)] = _value(slug(key), text)
        except BadParameter as error:
            faults.append(Problem(file, 0, key, "bad-about", str(error)))
    about = About(**read) if not faults else About()
    if about.covers_from and about.covers_to and about.covers_from > about.covers_to:
        faults.append(Problem(file, 0, "covers_from", "bad-about", "covers_from is after covers_to"))
    if about.complete and (not about.covers_to or not about.tables or set(about.tables) - OWN.keys()):
        why = f"a complete return names covers_to and its tables, of {', '.join(OWN)}: other rows are not one partner's"
        faults.append(Problem(file, 0, "complete", "bad-about", why))
    return about, faults


def _value(key: str, text: str) -> object:
    if key in ("covers_from", "covers_to"):
        return dates.parse(text, key)
    if key == "complete" and text.lower() in YES_NO:
        return YES_NO[text.lower()]
    if key == "tables":
        tables = tuple(slug(part) for part in re.split(r"[;,]", text) if part.strip())
        if not set(tables) - set(CONTRACT_TABLES):
            return tables
    raise BadParameter(
        f"{key} {text!r} is not understood; write tables, covers_from and covers_to (days) and complete (yes or no)"
    )
