"""Certificates of destruction: what was destroyed, by which rule, who decided, and the proof; no personal data.

Whoever was supported can still be told: a keyed digest of each family's reference is kept, and whoever quotes the
reference is told that the record was destroyed, when and under which certificate. Source: notice P8, domain.md 4.
"""

import json
import os
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, text

from hubdata import moments
from hubdata.dates import words
from hubdata.moments import By
from hubdata.policy import Entry
from hubdata.records import erasures, ledger, owner, store
from hubdata.records.ledger import Act
from hubdata.records.people import claims, two
from hubdata.records.people.acting import kind
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.terms import DisposalStatus

CERTIFICATES, DISPOSALS, ORGANISATIONS = TABLES["certificates"], TABLES["disposals"], TABLES["organisations"]
DESTROYING = ("retention.dispose", "retention.replay")


@dataclass(frozen=True)
class Issued:
    """A certificate as issued, and what in it a person should look at."""

    certificate: str
    content: dict
    doubts: list[str] = field(default_factory=list)


def partners(connection: Connection, families: list[str]) -> dict[str, int]:
    """How many of the families each organisation worked with or was given details of; it keeps records of its own."""
    condition, value = owner.bound(connection, families)
    query = text(
        "SELECT organisation, count(DISTINCT family) AS n FROM ("
        f"SELECT organisation, family FROM involvements WHERE family IN {condition} "
        f"UNION SELECT to_organisation, family FROM shares WHERE family IN {condition}) x "
        "GROUP BY organisation ORDER BY organisation"
    )
    return {row.organisation: row.n for row in connection.execute(query, {"families": value})}


def issue(hub: Hub, disposal: str, proof: dict, by: By) -> Issued:
    """Certify a disposal that has been proved: a row, an audit entry, a line of the erasure list, and a file."""
    name = f"C{secrets.token_hex(5)}"
    act = Act(
        by.actor,
        "disposer",
        "what was destroyed is certified",
        "retention.certify",
        {"certificate": name, "disposal": disposal},
    )
    with hub.write(act) as connection:
        row = dict(connection.execute(DISPOSALS.select().filter_by(disposal=disposal)).mappings().one())
        content = {
            "certificate": name,
            "disposal": disposal,
            "issued_on": str(by.as_at),
            **_decided(row, hub.policy.entry("retention.rules", by.as_at)),
            **_destroyed(connection, row, by.actor),
            "destroyed_with": kind(two.acts(connection, by.actor).proof),
            "people_since": str(moments.day_of(begun)) if (begun := claims.in_force(connection)) else None,
            "proof": proof,
            "audit_head": list(ledger.head(connection)),
        }
        said = ledger.canonical(content)
        act.detail["sha256"] = ledger.digest(said)
        now = moments.stamp()
        issued = {"certificate": name, "disposal": disposal, "content": said.decode(), "recorded_at": now}
        connection.execute(CERTIFICATES.insert(), issued)
        connection.execute(DISPOSALS.update().filter_by(disposal=disposal).values(status=DisposalStatus.CERTIFIED))
    complete(hub)
    return Issued(name, content, _doubts(content))


def complete(hub: Hub) -> None:
    """Give every certificate its line of the erasure list and its file, which a crash may have left out."""
    with hub.read() as connection:
        whose = store.erasure_list(hub, connection)
        rows = connection.execute(CERTIFICATES.select()).mappings().all()
        missing = [row for row in rows if not _file(hub, row["certificate"]).is_file()]
        digests = {
            row["disposal"]: list(connection.execute(_DIGESTS, {"disposal": row["disposal"]}).scalars())
            for row in missing
        }
    listed_ = {line.body["certificate"] for line in whose.lines() if line.what == "certificate"} if rows else set()
    for row in rows:
        if row["certificate"] not in listed_:
            whose.append(
                "certificate",
                certificate=row["certificate"],
                disposal=row["disposal"],
                sha256=ledger.digest(row["content"].encode()),
            )
    for row in missing:
        said = {"content": json.loads(row["content"]), "digests": digests[row["disposal"]]}
        write_private(_file(hub, row["certificate"]), said)


def _file(hub: Hub, name: str) -> Path:
    return hub.home / "certificates" / f"{name}.json"


_DIGESTS = text("SELECT digest FROM destroyed WHERE disposal = :disposal ORDER BY digest")


def write_private(path: Path, content: dict) -> None:
    """Write a private file and see it on the disk."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1, ensure_ascii=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def _decided(row: dict, rule: Entry) -> dict:
    family = rule.value["family"]
    return {
        "rule": {"code": family["code"], "title": family["title"], "version": row["rules"], "source": rule.source},
        "as_at": str(row["as_at"]),
        "reviewed_by": row["reviewed_by"],
        "reviewed_with": kind(row["reviewed_proof"]),
        "reviewed_at": _instant(row["reviewed_at"]),
        "approved_by": row["approved_by"],
        "approved_with": kind(row["approved_proof"]),
        "one_login": bool(row["reviewed_login"]) and row["reviewed_login"] == row["approved_login"],
        "approved_at": _instant(row["approved_at"]),
    }


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds") + "Z"


def _destroyed(connection: Connection, row: dict, actor: str) -> dict:
    """What the audit entries of the batches say was destroyed, and whether the families add up."""
    batches = ledger.said(connection, DESTROYING, row["opening_entry"])
    ours = [said for said in batches if said["disposal"] == row["disposal"] and said.get("rows")]
    days = text(
        "SELECT count(*) AS n, min(destroyed_on) AS first, max(destroyed_on) AS last, min(due_on) AS due_from, "
        "max(due_on) AS due_to FROM destroyed WHERE disposal = :disposal"
    )
    found = connection.execute(days, {"disposal": row["disposal"]}).one()
    digests = list(connection.execute(_DIGESTS, {"disposal": row["disposal"]}).scalars())
    return {
        "destroyed_by": actor,
        "destroyed_from": str(found.first),
        "destroyed_to": str(found.last),
        "due_from": str(found.due_from),
        "due_to": str(found.due_to),
        "families": found.n,
        "rows": {k: n for k, n in sorted(_sum(said["rows"] for said in ours).items()) if n},
        "digests": {
            "count": len(digests),
            "sha256": ledger.digest(ledger.canonical(digests)),
            "how": "HMAC-SHA256 of the family's reference under the hub's own key",
        },
        "partners": _ask(connection, _sum(said.get("partners", {}) for said in ours)),
        "conservation": _conservation(connection, row, batches),
    }


def _sum(counts) -> Counter:
    total = Counter()
    for each in counts:
        total.update(each)
    return total


def _ask(connection: Connection, counted: Counter) -> list[dict]:
    """Partners keep records of their own, out of the Hub's reach: whom to ask, and under which policy they are kept."""
    known = {o["organisation"]: o for o in connection.execute(ORGANISATIONS.select()).mappings()}
    return [
        {
            "organisation": name,
            "families": number,
            "ask": known[name]["rights_contact"] or "no contact on record",
            "policy": known[name]["retention_policy"] or "no policy on record",
        }
        for name, number in sorted(counted.items())
        if name in known
    ]


def _conservation(connection: Connection, row: dict, batches: list[dict]) -> dict:
    """Opening + created − destroyed = closing, in families; created and destroyed as the audit entries say."""
    returns = ledger.said(connection, ("intake.return", "demo.fill"), row["opening_entry"])
    created = sum(said.get("tables", {}).get("families", [0])[0] for said in returns)
    destroyed = sum(said.get("rows", {}).get("families", 0) for said in batches)
    closing = connection.execute(text("SELECT count(*) FROM families")).scalar_one()
    holds = row["opening"] + created - destroyed == closing
    return {"opening": row["opening"], "created": created, "destroyed": destroyed, "closing": closing, "holds": holds}


def _doubts(content: dict) -> list[str]:
    sums = content["conservation"]
    if sums["holds"]:
        return []
    return [
        f"the families do not add up: {sums['opening']:,} + {sums['created']:,} created − {sums['destroyed']:,} "
        f"destroyed is not {sums['closing']:,}; records came or went past the hub's own commands"
    ]


def listed(hub: Hub) -> list[dict]:
    """Every certificate as issued, newest first."""
    with hub.read() as connection:
        found = connection.execute(CERTIFICATES.select().order_by(CERTIFICATES.c.recorded_at.desc())).mappings().all()
    return [json.loads(row["content"]) for row in found]


def since(hub: Hub, as_at: date) -> list[str]:
    """What was destroyed after a day, in a line for whoever asks about that day; nothing if nothing was."""
    gone = text("SELECT count(*) AS n FROM destroyed WHERE destroyed_on > :day")
    under = text(
        "SELECT DISTINCT c.certificate FROM certificates c JOIN destroyed d ON d.disposal = c.disposal "
        "WHERE d.destroyed_on > :day ORDER BY c.certificate"
    )
    with hub.read() as connection:
        count = connection.execute(gone, {"day": as_at}).scalar_one()
        names = connection.execute(under, {"day": as_at}).scalars().all()
    if not count:
        return []
    records = "1 family record was" if count == 1 else f"{count:,} family records were"
    by = f"under {' and '.join(names)}" if names else "not certified yet"
    return [f"{records} destroyed after {words(as_at)} ({by}), and what was found about them is gone with them."]


@dataclass(frozen=True)
class Told:
    """What whoever quotes a family's reference is told."""

    family: str
    destroyed: bool
    destroyed_on: date | None = None
    certificate: str | None = None


def told(hub: Hub, family: str) -> Told:
    """Whether the record of this family was destroyed, when, and under which certificate (none while unfinished)."""
    query = text(
        "SELECT d.destroyed_on, c.certificate FROM destroyed d LEFT JOIN certificates c "
        "ON c.disposal = d.disposal WHERE d.digest = :digest"
    )
    query = query.columns(destroyed_on=TABLES["destroyed"].c.destroyed_on.type)
    with hub.read() as connection:
        row = connection.execute(query, {"digest": erasures.digest(hub.key("erasures"), family)}).first()
    return Told(family, True, row.destroyed_on, row.certificate) if row else Told(family, False)


def told_lines(said: Told) -> list[str]:
    """The same for a reader."""
    if said.destroyed_on is None:
        return [f"No record under the reference {said.family!r} was destroyed by this hub."]
    under = f"certificate {said.certificate}" if said.certificate else "a disposal that is not certified yet"
    return [
        f"The record under the reference {said.family!r} was destroyed on {words(said.destroyed_on)}, under {under}."
    ]


def check(hub: Hub) -> list[str]:
    """Where certificates, destroyed rows, the erasure list and the audit chain disagree; empty if they do not."""
    with hub.read() as connection:
        whose = store.erasure_list(hub, connection)
        gone = Counter(connection.execute(text("SELECT disposal FROM destroyed")).scalars())
        digests = set(connection.execute(text("SELECT digest FROM destroyed")).scalars())
        rows = connection.execute(CERTIFICATES.select()).mappings().all()
        signed = ledger.said(connection, ("retention.certify",))
    signed += [line.body for line in whose.lines() if line.what == "certificate"]  # a restored chain may lack some
    by_name = {said["certificate"]: said["sha256"] for said in signed}
    bare = [row["certificate"] for row in rows if not _file(hub, row["certificate"]).is_file()]
    lost = [f"certificate {name} has no file; the next disposal or replay writes it again" for name in bare]
    return [*_unsigned(rows, by_name), *_uncounted(rows, gone), *_unlisted(whose, digests), *lost]


def _unsigned(rows: Sequence, signed: dict[str, str]) -> list[str]:
    bad = [
        row["certificate"] for row in rows if signed.get(row["certificate"]) != ledger.digest(row["content"].encode())
    ]
    return [f"certificate {name} is not the one that was signed" for name in bad]


def _uncounted(rows: Sequence, gone: Counter) -> list[str]:
    said = Counter()
    for row in rows:
        said[row["disposal"]] += json.loads(row["content"])["families"]
    wrong = [name for name in sorted(said) if said[name] != gone[name]]
    open_ = sorted(gone.keys() - said.keys())
    return [
        *(f"disposal {name}: {gone[name]:,} destroyed, {said[name]:,} certified" for name in wrong),
        *(f"disposal {name}: {gone[name]:,} destroyed and not certified yet; carry it on" for name in open_),
    ]


def _unlisted(whose: erasures.ErasureList, digests: set[str]) -> list[str]:
    listed_, pending = set(), []
    for line in whose.lines():
        if line.what == "intent":
            pending = line.body["digests"]
        elif line.what == "done":
            listed_.update(pending)
        elif line.what == "spared":
            listed_.difference_update(line.body["digests"])
    missing, more = len(digests - listed_), len(listed_ - digests - set(pending))
    said = [f"{missing:,} destroyed records are not on the erasure list"] if missing else []
    return said + ([f"{more:,} records of the erasure list are not among the destroyed"] if more else [])
