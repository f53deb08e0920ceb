"""Where reports and receipts were written outside the hub's home, so that destroying records can follow them there.

It notes places and nothing of what was written.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path

from hubdata.errors import BadParameter

OURS = ("keys", "checkpoints", "erasures", "certificates", "decisions", "backups", "published")
REGISTER = "outside.jsonl"
BUNDLES, FILE = "bundles", "file"  # a folder with report bundles in it, or one file


def note(home: Path, kind: str, place: Path, root: Path) -> None:
    """Remember, before it is written, a place outside the home; `root` is the folder that was asked for."""
    place, root, home = place.resolve(), root.resolve(), home.resolve()
    if place.is_relative_to(home):
        if place.relative_to(home).parts[:1] in {(name,) for name in OURS}:
            raise BadParameter(f"{root} is where the hub keeps what it needs to prove itself; name another folder")
        return
    line = json.dumps({"kind": kind, "place": str(place), "root": str(root)}, ensure_ascii=False)
    if line not in _lines(home):
        _append(home / REGISTER, line)


def places(home: Path) -> list[tuple[str, Path, Path]]:
    """Every place noted: its kind, where it is, and the folder that was asked for."""
    noted = [json.loads(line) for line in _lines(home)]
    return [(one["kind"], Path(one["place"]), Path(one["root"])) for one in noted]


def forget(home: Path, gone: Iterable[Path]) -> None:
    """Drop places where nothing of the hub's is left."""
    names = {str(place) for place in gone}
    left = [line for line in _lines(home) if json.loads(line)["place"] not in names]
    if names:
        whole = home / f"{REGISTER}.new"
        whole.unlink(missing_ok=True)
        for line in left:
            _append(whole, line)
        os.replace(whole, home / REGISTER) if left else (home / REGISTER).unlink(missing_ok=True)


def _lines(home: Path) -> list[str]:
    try:
        return (home / REGISTER).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []


def _append(path: Path, line: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, f"{line}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)
