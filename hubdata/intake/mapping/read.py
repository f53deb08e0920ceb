"""Reads the mappings of `params/intake`, or says every fault of them; `apply` says how they are written."""

from pathlib import Path

from hubdata import places, policy
from hubdata.errors import Refused
from hubdata.intake.mapping.apply import STYLES, Mapping, Spec
from hubdata.policy import slug
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES

KEYS = {"from", "columns", "values", "lists", "dates", "defaults", "dropped", "once"}
TOP = {"tables", "left_out", "about", "for_everyone"}


def load(partner: str, folder: Path | None = None) -> Mapping:
    """The mapping of a partner, and those for everyone. Raises Refused with every fault of every file."""
    own, everyones, left_out, faults = [], [], {}, []
    for path in sorted(((folder or places.params()) / "intake").glob("*.yaml")):
        content = policy.read_yaml(path)
        mine = slug(path.stem) == slug(partner)
        if not mine and not (isinstance(content, dict) and content.get("for_everyone") is True):
            continue
        found = _faults(path.name, content)
        faults += found
        if not found:
            (own if mine else everyones).extend(_spec(*pair) for pair in content["tables"].items())
            left_out |= {slug(name): reason for name, reason in (content.get("left_out") or {}).items()}
    if faults:
        raise Refused(f"the mapping has {len(faults)} fault(s): " + "; ".join(faults), faults)
    return Mapping((*own, *everyones), left_out)


def _listed(names: object) -> tuple[str, ...]:
    return tuple(slug(str(name)) for name in (names if isinstance(names, list) else [names]))


def _spec(table: str, said: dict) -> Spec:
    said = said or {}
    return Spec(
        table,
        _listed(said["from"]) if "from" in said else (),
        {ours: _listed(theirs) for ours, theirs in said.get("columns", {}).items()},
        {ours: {slug(str(k)): str(v) for k, v in pairs.items()} for ours, pairs in said.get("values", {}).items()},
        said.get("lists", {}),
        said.get("dates", {}),
        said.get("defaults", {}),
        {slug(str(name)): reason for name, reason in said.get("dropped", {}).items()},
        said.get("once", False) is True,
    )


def _faults(file: str, content: object) -> list[str]:
    if not isinstance(content, dict) or not isinstance(content.get("tables"), dict):
        return [f"{file}: has no list of tables"]
    faults = [f"{file}: unknown key {key!r}; allowed are {sorted(TOP)}" for key in content if key not in TOP]
    faults += [
        f"{file}: left_out: {name} needs a reason" for name, why in (content.get("left_out") or {}).items() if not why
    ]
    for table, said in content["tables"].items():
        where = f"{file}: {table}"
        if table not in CONTRACT_TABLES:
            faults.append(f"{where} is no table of the limited record; there are {', '.join(CONTRACT_TABLES)}")
        elif not isinstance(said or {}, dict):
            faults.append(f"{where}: write what it is made of as {sorted(KEYS)}")
        else:
            faults += [f"{where}: {fault}" for fault in _table_faults(table, said or {})]
    return faults


def _table_faults(table: str, said: dict) -> list[str]:
    faults = [f"unknown key {key!r}; allowed are {sorted(KEYS)}" for key in said if key not in KEYS]
    parts = {key: said.get(key) or {} for key in KEYS - {"from", "once"}}
    if odd := sorted(key for key, part in parts.items() if not isinstance(part, dict)):
        return [*faults, f"{', '.join(odd)}: write `name: …` lines"]
    ours = set(TABLES[table].c.keys())
    for key in sorted(parts.keys() - {"dropped"}):
        faults += [f"{key}: {name!r} is no column of {table}" for name in parts[key] if name not in ours]
    faults += [f"dropped: {name!r} needs a reason" for name, why in parts["dropped"].items() if not _said(why)]
    faults += [
        f"values: {name}: write `theirs: ours` lines" for name, v in parts["values"].items() if type(v) is not dict
    ]
    faults += [f"dates: {name}: {style!r} is none of {sorted(STYLES)}" for name, style in parts["dates"].items()
               if style not in STYLES]  # fmt: skip
    faults += [
        f"lists: {name}: write one sign" for name, sign in parts["lists"].items() if not _said(sign) or len(sign) > 1
    ]
    for name, given in parts["defaults"].items():
        if not isinstance(given, dict) or not _said(given.get("value")) or not _said(given.get("reason")):
            faults.append(f"defaults: {name} needs a value and a reason, both as text")
    return faults


def _said(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())
