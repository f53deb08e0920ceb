"""What a council wrote itself, its notebooks and rules, as a copy has it: without what was shown, and without a name.

Outputs can be made again and may say what is destroyed after the copy was made, so a copy has none. What says a name
of the hub's is left out: no erasure list could follow a restored name into somebody's own text.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hubdata.records.snapshot.names import Known

FOLDERS = {"notebooks": (".ipynb", ".yaml", ".sql"), "rules": (".sql",)}
SHOWN = {"outputs": [], "execution_count": None}  # what a cell of code has of its last run
NOT_COPIED = "{} of this hub's own notebooks or rules {} the name of somebody whom the hub knows, and {} not copied: {}"


def files(home: Path) -> list[Path]:
    """Everything of its own that a hub's notebooks and rules are made of."""
    found = [path for name in FOLDERS for path in sorted((home / name).glob("*"))]
    return [path for path in found if path.is_file() and path.suffix in FOLDERS[path.parent.name]]


def bare(content: bytes) -> bytes:
    """A notebook without what its cells showed, as it was if they showed nothing; what is no notebook, as it is."""
    try:
        said = json.loads(content)
        cells = [cell for cell in said["cells"] if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError):
        return content
    if not any(cell.get("outputs") for cell in cells):
        return content
    for cell in cells:
        cell.update(SHOWN)
    said.get("metadata", {}).pop("widgets", None)
    return json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"


def names(path: Path, content: bytes, sought: Known) -> bool:
    """Whether what is to be copied, or what it is called, says a name in full."""
    text = content.decode("utf-8", "replace")
    try:
        said = list(_texts(json.loads(text))) if path.suffix == ".ipynb" else [text]
    except ValueError:
        said = [text]
    return any(sought.said(piece) for piece in (path.stem.replace("_", " "), *said))


def _texts(part: Any) -> Iterator[str]:
    """Every text in a notebook; one that is kept as a list of lines, as it reads."""
    if isinstance(part, list) and part and all(isinstance(line, str) for line in part):
        yield "".join(part)
    elif isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _texts(each)


def lines(left_out: list[str]) -> list[str]:
    """What was left out, for a reader."""
    if not left_out:
        return []
    one = len(left_out) == 1
    said = NOT_COPIED.format(len(left_out), *(("says", "is") if one else ("say", "are")), ", ".join(left_out))
    return [f"  {said}. Take the name out, and copy the hub again."]
