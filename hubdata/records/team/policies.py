"""Which rows each role of a team's database sees and may write, and what every change owes; SQL made from the lists.

A row about a family is of a hub, and a login sees the rows of its own hubs. Who somebody is is the login that the
server let in, looked up once a statement; a setting that a session can change says nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from hubdata.records.team.rights import BY_HUB, BY_PARTNER, OWNER, owing

READERS = ("officer", "approver")  # who reads rows about families, each those of their own hubs
MINE = "hub = ANY ((SELECT team.my_hubs())::varchar[])"
WRITTEN = f"(SELECT team.all_hubs()) OR {MINE}"  # a new hub's first family is nobody's yet
PARTNERS_OWN = "organisation = (SELECT team.my_partner())"
# What is about two families is shown to whoever may see both; what is about none belongs to no hub.
BOTH = "EXISTS (SELECT 1 FROM families f WHERE f.family = other)"
# What entries of these actions say is about no family, and the product asks it whoever works: which days were
# confirmed, who witnessed the chain, what was decided, which returns, releases, backups and rounds there were.
ABOUT_NONE = (
    "backup.make",
    "clock.confirm",
    "decisions.confirm",
    "decisions.set",
    "intake.return",
    "ledger.cosign",
    "ledger.witness",
    "release.publish",
    "schedule.delete_bundles",
    "schedule.run",
)
OPEN = " OR ".join(f'position(\'"action":"{action}"\'::bytea IN c.meta) > 0' for action in ABOUT_NONE)
NEEDED = f"EXISTS (SELECT 1 FROM chain c WHERE c.seq = payloads.seq AND ({OPEN}))"
OF_NOBODY = {
    "finding_marks": ("officer", "family IS NULL"),
    "finding_assignments": ("officer", "family IS NULL"),
    "payloads": ("approver", "hub IS NULL"),
}


@dataclass(frozen=True)
class Policy:
    """A rule about the rows of a table that some roles see, and those that they may write."""

    name: str
    table: str
    roles: tuple[str, ...]
    sees: str
    writes: str
    verb: str = "ALL"

    def sql(self, names: dict[str, str]) -> str:
        """The statement that makes it, for roles of these names."""
        to = ", ".join(names[role] for role in self.roles)
        check = "" if self.verb == "SELECT" else f" WITH CHECK ({self.writes})"
        return f"CREATE POLICY {self.name} ON {self.table} FOR {self.verb} TO {to} USING ({self.sees}){check}"


@dataclass(frozen=True)
class Trigger:
    """What a table does when it is changed; `moment` up to the name of the table."""

    name: str
    table: str
    moment: str
    each: str
    function: str
    kind: str = "TRIGGER"
    later: str = ""

    def sql(self) -> str:
        """The statement that makes it."""
        return (
            f"CREATE {self.kind} {self.name} {self.moment} ON {self.table} {self.later}FOR EACH {self.each} "
            f"EXECUTE FUNCTION team.{self.function}()"
        )


def secured() -> list[str]:
    """The tables of which a login sees some rows only."""
    return sorted({*BY_HUB, *BY_PARTNER})


def policies() -> list[Policy]:
    """Every rule, by table; its owner sees all, or no migration could change a row."""
    return [policy for table in secured() for policy in _of(table)]


def _of(table: str) -> Iterator[Policy]:
    yield Policy("team_owner", table, (OWNER,), "true", "true")
    if table in BY_HUB:
        both = f" AND {BOTH}" if table == "pair_decisions" else ""
        yield Policy("team_by_hub", table, READERS, f"{MINE}{both}", f"({WRITTEN}){both}")
    else:
        yield Policy("team_all", table, READERS, "true", "true")
    if table in OF_NOBODY:
        role, which = OF_NOBODY[table]
        yield Policy("team_of_nobody", table, (role,), which, which)
    if table == "payloads":
        yield Policy("team_about_none", table, ("officer", "auditor", "reporter"), NEEDED, "", "SELECT")
    if table in BY_PARTNER:
        yield Policy("team_by_partner", table, ("clerk",), PARTNERS_OWN, "", "SELECT")


def triggers() -> list[Trigger]:
    """What every change owes, and what the server notes by itself."""
    changed = "AFTER INSERT OR DELETE OR UPDATE"
    owed = [Trigger("team_owes", table, changed, "STATEMENT", "owe") for table in owing()]
    later = "DEFERRABLE INITIALLY DEFERRED "
    return [
        *owed,
        Trigger("team_entered", "chain", "AFTER INSERT", "ROW", "note_entry"),
        Trigger("team_two_people", "disposals", "BEFORE INSERT OR UPDATE", "ROW", "two_people"),
        Trigger("team_paid", "team.owed", "AFTER INSERT", "ROW", "paid", "CONSTRAINT TRIGGER", later),
    ]
