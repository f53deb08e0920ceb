"""Makes a report again from its bundle's manifest, or says exactly which of its inputs has gone; it guesses nothing.

Snapshots are not kept: a copy of the records would outlive what the notice says about them (P8). So a report can be
made again as long as the records, the decided values and the code are those that it was made from, and that is proved
by their hashes. Then the new bundle is compared with the old one, file by file.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from hubdata.errors import BadParameter, Refused
from hubdata.policy import Policy
from hubdata.records import ledger
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.reports import run as reports
from hubdata.reports.own import catalogue

SHAPE = {"run": str, "report": str, "parameters": dict, "snapshot": dict, "policy": list, "code": dict, "files": dict}


@dataclass(frozen=True)
class Again:
    """A report made again: the new bundle, which of the old one's files it has to the byte, and which were altered."""

    run: str
    report: str
    folder: Path
    same: list[str]
    different: list[str]
    altered: list[str]

    def lines(self) -> list[str]:
        """What was found, for a reader."""
        said = [f"{self.report}: made again in {self.folder}"]
        said += [f"  the same to the byte: {', '.join(self.same)}"] if self.same else []
        if self.altered:
            said.append(f"  ALTERED since the report was made, or gone: {', '.join(self.altered)} of the old bundle")
        if self.different:
            said += [
                f"  NOT the same: {', '.join(self.different)}",
                "  the inputs are the same by their hashes, so one of the two bundles has been altered or a "
                "package writes files differently; compare `packages` in their manifests",
            ]
        return said


def run(hub: Hub, name: str, progress: reports.Progress | None = None) -> Again:
    """Make the report of a bundle again, in a kernel of its own.

    Raises BadParameter if there is no such bundle, Refused with every input that has gone if it cannot be made, or with
    what is wrong with its manifest.
    """
    path = _manifest(hub, name)
    said = _read(path, name)
    held = snapshots.take(hub)
    gone = [*_records(said, held), *_decided(said, held.decided), *_code(said, hub.home, held)]
    if gone:
        raise Refused(f"{name} cannot be made again: " + "; ".join(gone), gone)
    made = reports.run(said["report"], hub, said["parameters"], held=held, progress=progress)
    altered = [file for file, digest in said["files"].items() if _sum(path.parent / file) != digest]
    different = [file for file, digest in said["files"].items() if _sum(made.folder / file) != digest]
    new = json.loads((made.folder / path.name).read_text("utf-8"))
    if any(said.get(key) != new.get(key) for key in ("findings", "standing")):
        altered.append(path.name)
    same = [file for file in said["files"] if file not in (*altered, *different)]
    return Again(made.run, made.report, made.folder, same, different, altered)


def _read(path: Path, name: str) -> dict:
    """The manifest, as it was written. Raises Refused if something in it is missing or was altered."""
    try:
        said = json.loads(path.read_text("utf-8"))
    except ValueError:
        said = None
    if not isinstance(said, dict):
        found = ["its manifest.json is no JSON object"]
    elif missing := [key for key, kind in SHAPE.items() if not isinstance(said.get(key), kind)]:
        found = [f"its manifest says nothing, or nothing of the right kind, for {', '.join(missing)}"]
    elif reports.run_id(said) != said["run"] or name.partition("-")[0] != said["run"]:
        found = [
            "the manifest was altered: its parameters, snapshot, policy and code are not those that gave the run "
            "its name"
        ]
    else:
        return said
    raise Refused(f"{name} cannot be made again: {found[0]}; put the bundle back from a backup", found)


def _manifest(hub: Hub, name: str) -> Path:
    found = [path for path in hub.home.glob("reports/*/*/*/manifest.json") if path.parent.name == name]
    if found:
        return found[0]
    with hub.read() as connection:
        deleted = ledger.said(connection, ("schedule.delete_bundles",))
    for one in deleted:
        if any(bundle["run"] == name for bundle in one["bundles"]):
            why = f"its bundle, and with it the manifest, was deleted under the retention rule {one['rule']}"
            raise Refused(f"{name} cannot be made again: {why}", [why])
    raise BadParameter(f"there is no run {name!r} in {hub.home / 'reports'}; its folder's name is the run's")


def _records(said: dict, held: Snapshot) -> list[str]:
    """Whether the records are those of the run, and if not, how far that can be told."""
    before = said["snapshot"]
    if before["sha256"] == held.sha256:
        return []
    then, now = before["rows"], held.rows
    moved = [
        f"{table} had {then.get(table, 0):,} rows and has {now.get(table, 0):,}"
        for table in sorted({*then, *now})
        if then.get(table, 0) != now.get(table, 0)
    ]
    how = ", ".join(moved) or "rows were changed, none added or removed"
    return [
        f"the snapshot {before['sha256'][:12]} has gone: snapshots are not kept, and the records have changed "
        f"since ({how})"
    ]


def _decided(said: dict, policy: Policy) -> list[str]:
    """Which decided values are not those of the run."""
    as_at = reports.Order(said["report"], said["parameters"]).question.as_at
    gone = []
    for entry in said["policy"]:
        try:
            now = policy.value(entry["name"], as_at)
        except BadParameter:
            gone.append(f"the value {entry['name']} has gone from what is decided")
            continue
        if json.loads(json.dumps(now, default=str)) != entry["value"]:
            gone.append(f"the value {entry['name']} in force on {as_at} is not what it was; it was {entry['value']!r}")
    if not gone and said.get("decisions", "none") != (policy.digest or "none"):
        gone.append(
            f"the hub's decisions are not those that it stood on ({said.get('decisions', 'none')[:12]}, now "
            f"{policy.digest[:12] or 'none'}): `hubdata decisions list` says what was decided since"
        )
    return gone


def _code(said: dict, home: Path, held: Snapshot) -> list[str]:
    now, then, own = reports.code(), said["code"], catalogue.code(said["report"], home, held.own)
    if (was := then.get("own", {})) != own:
        changed = sorted(name for name in {*was, *own} if was.get(name) != own.get(name))
        return [f"the report's own {', '.join(changed)} changed since; put back what it was"]
    if now == then["sha256"]:
        return []
    return [
        f"the code has changed: it was hubdata {then['version']} with {then['sha256'][:12]}, this is {now[:12]}; "
        "install that version beside this one"
    ]


def _sum(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
