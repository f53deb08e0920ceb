"""Reads mappings, a hub's own and those of `params/intake`, or says every fault; `apply` says how they are written."""

from pathlib import Path

from hubdata import places, policy, policy_check
from hubdata.intake.mapping.apply import STYLES, Mapping, Spec
from hubdata.policy import slug
from hubdata.records.decisions import stands
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES
from hubdata.written import Written, is_text, refuse

PARTS = ("columns", "dates", "defaults", "lists", "values", "dropped")
KEYS = sorted([*PARTS, "from", "once", "only_if"])
TOP = sorted(["tables", "left_out", "about", "for_everyone"])


def load(partner: str, home: Path | None = None, folder: Path | None = None) -> Mapping:
    """The mapping of a partner, the hub's own first, and those for everyone.

    Raises Refused with every fault of every file.
    """
    own, everyones, left_out, faults = [], [], {}, []
    kept = sorted((policy.folder_of(home) / stands.MAPPINGS).glob("*.yaml")) if home else []
    for path in [*kept, *sorted(((folder or places.params()) / "intake").glob("*.yaml"))]:
        content = policy.read_yaml(path)
        mine = slug(path.stem) == slug(partner)
        if not mine and not (isinstance(content, dict) and content.get("for_everyone") is True):
            continue
        found = faults_of(path.name, content)
        faults += found
        if not found:
            (own if mine else everyones).extend(_spec(*pair) for pair in content["tables"].items())
            left_out |= {slug(str(name)): reason for name, reason in (content.get("left_out") or {}).items()}
    refuse("the mapping has", faults)
    return Mapping((*own, *everyones), left_out)


def _listed(names: object) -> tuple[str, ...]:
    return tuple(slug(str(name)) for name in (names if isinstance(names, list) else [names]))


def _spec(table: str, said: dict) -> Spec:
    said = {key: part for key, part in (said or {}).items() if part or key == "from"}
    return Spec(
        table,
        _listed(said["from"]) if "from" in said else (),
        {ours: _listed(theirs) for ours, theirs in said.get("columns", {}).items()},
        {ours: {slug(str(k)): str(v) for k, v in pairs.items()} for ours, pairs in said.get("values", {}).items()},
        said.get("lists", {}),
        said.get("dates", {}),
        said.get("defaults", {}),
        {slug(str(name)): reason for name, reason in said.get("dropped", {}).items()},
        _listed(said.get("only_if", [])),
        said.get("once", False) is True,
    )


def faults_of(file: str, content: object) -> list[str]:
    """Every fault of a mapping as a file has it."""
    said = Written(content, called=f"{file}: ")
    if not isinstance(said.keys.get("tables"), dict):
        return [f"{file}: has no list of tables"]
    said.only(TOP, words=policy_check.UNKNOWN)
    said.must("left_out", lambda part: not part or isinstance(part, dict), "{key}: write `name: …` lines")
    for why in said.part("left_out").named("left_out: {name} "):
        if not policy.meant(why.value):
            why.fault("needs a reason")
    for table in said.part("tables").named():
        name = table.at[-1]
        if name not in CONTRACT_TABLES:
            said.fault(f"{name} is no table of the limited record; there are {', '.join(CONTRACT_TABLES)}")
        elif table.value and table.is_map(f"write what it is made of as {KEYS}"):
            _check_table(table, TABLES[name].c.keys())
    return said.words


def _check_table(table: Written, ours: list[str]) -> None:
    table.only(KEYS, words=policy_check.UNKNOWN)
    if odd := sorted(key for key in PARTS if table.keys.get(key) and not table.part(key).keys):
        table.fault(f"{', '.join(odd)}: write `name: …` lines")
        return
    for key in PARTS[:-1]:
        for name in table.part(key).keys:
            if name not in ours:
                table.fault(f"{key}: {name!r} is no column of {table.at[-1]}")
    if wrong := [name for name in _listed(table.keys.get("only_if") or []) if name not in ours]:
        table.fault(f"only_if: {', '.join(wrong)} is no column of {table.at[-1]}")
    for part, fits, words in (
        ("dropped", _is_reason, "{key!r} needs a reason"),
        ("values", dict, "{key}: write `theirs: ours` lines"),
        ("dates", lambda style: style in list(STYLES), f"{{key}}: {{found!r}} is none of {sorted(STYLES)}"),
        ("lists", lambda sign: is_text(sign) and len(sign) == 1, "{key}: write one sign"),
        ("defaults", _is_given, "{key} needs a value and a reason, both as text"),
    ):
        written = table.part(part, f"{part}: ")
        for name in written.keys:
            written.must(name, fits, words)
    for name, pairs in table.part("values").keys.items():
        meant: dict[str, str] = {}
        for theirs, code in (pairs if isinstance(pairs, dict) else {}).items():
            if meant.setdefault(slug(str(theirs)), str(code)) != str(code):
                table.fault(f"values: {name}: {theirs!r} stands twice, for two of ours; keep one")


def _is_given(default: object) -> bool:
    return isinstance(default, dict) and is_text(default.get("value")) and _is_reason(default.get("reason"))


def _is_reason(said: object) -> bool:
    return is_text(said) and policy.meant(said) is not None
