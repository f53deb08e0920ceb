"""Keeps a partner's mapping with the hub's decisions, sealed as they are, so that the next return is read by it."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from hubdata import policy
from hubdata.errors import BadParameter
from hubdata.intake.draft import Chosen, Draft
from hubdata.intake.mapping.read import faults_of
from hubdata.moments import By
from hubdata.policy import slug
from hubdata.records import folders, private
from hubdata.records.decisions import entries, stands
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES
from hubdata.written import refuse

WHY = "how this partner's columns become ours"


def chosen(
    columns: Sequence[str], words: Sequence[str], every: Sequence[str], drops: Sequence[str], left: Sequence[str]
) -> Chosen:
    """What somebody chose, each as it is written on a command line. Raises BadParameter if one is written otherwise."""
    if odd := [table for table in left if table not in CONTRACT_TABLES]:
        raise BadParameter(f"--leave {odd[0]!r} is no table; there are {', '.join(CONTRACT_TABLES)}")
    of_words = (_pair("--word", each) for each in words)
    return Chosen(
        {_column("--column", name): heading for name, heading in (_pair("--column", each) for each in columns)},
        {
            (*_column("--word", ".".join(name.split(".")[:2])), ".".join(name.split(".")[2:])): code
            for name, code in of_words
        },
        {_column("--every", name): said for name, said in (_pair("--every", each) for each in every) if said},
        dict(_pair("--drop", each) for each in drops),
        frozenset(left),
    )


def _pair(option: str, said: str) -> tuple[str, str]:
    name, sign, value = said.partition("=") if option != "--word" else said.rpartition("=")
    if not sign or not name:
        raise BadParameter(f"{option} {said!r} is not written as NAME=WHAT")
    return name.strip(), value.strip()


def _column(option: str, name: str) -> tuple[str, str]:
    table, _, ours = name.partition(".")
    if table not in CONTRACT_TABLES or ours not in TABLES[table].c:
        raise BadParameter(f"{option} {name!r} is no column of ours; write it as families.hub")
    return table, ours


def save(hub: Hub, partner: str, drafted: Draft, by: By) -> Path:
    """Keep a mapping for a partner; tables that it says nothing of stay as they were mapped before.

    Raises Refused with everything that must still be decided.
    """
    if not slug(partner):
        raise BadParameter("name the partner by its code: the mapping is kept under it")
    name = f"{slug(partner)}.yaml"
    with folders.folder(hub.home) as place:
        private.write(place / name, drafted.text)
        new = policy.read_yaml(place / name)
    refuse("the mapping has", faults_of(name, new))
    path = policy.folder_of(hub.home) / stands.MAPPINGS / name
    before = policy.read_yaml(path) if path.is_file() else {}
    tables = {**before.get("tables", {}), **new["tables"]}
    text = entries.as_yaml({**before, "about": new["about"], "tables": tables}) + "\n"
    digest = sha256(text.encode()).hexdigest()
    detail: dict[str, object] = {"decision": f"{stands.MAPPING}{path.stem}", "from": str(by.as_at), "file": digest}
    with hub.write(Act(by.actor, "officer", by.reason or WHY, stands.SET, detail)):
        pass
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    private.write(path, text)
    stands.seal(hub)
    return path
