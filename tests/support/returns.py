"""A small, right return in the contract's tables, ways to spoil it, and what a hub holds; for the tests of intake."""

# ruff: noqa: E501 (a row a line)
from pathlib import Path

from sqlalchemy import Connection, text
from typer.testing import CliRunner, Result

from hubdata.desk.main import app
from hubdata.intake import take
from hubdata.records import ledger
from hubdata.records.store import Hub
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES

GOOD = {
    "organisations": """organisation,name,kind,duty_class,sharing_agreement_from,sharing_agreement_to,rights_contact
NNC,The Council,lead_partner,section_11,2010-01-04,,rights@example.org
NHFT,"The Trust, health",partner,section_11,04/01/2010,2030-01-01,
HOME,Homes,council_service,none,,,
""",
    "practitioners": """practitioner,organisation,name,work_email,active_from,active_to
W1,NNC,Zelda Workcanary,zelda.workcanary@example.org,2020-01-01,
W2,NHFT,Yorick Workcanary,,,2027-01-01
""",
    "families": """family,hub,opened_on,closed_on,closure_reason
F1,corby,2019-01-07,2020-02-29,"moved away,
happily"
F2,kettering,2025-03-01,,
""",
    "people": """person,family,role,given_name,family_name,date_of_birth,died_on
P1,F1,parent_carer,Xanthe,Namecanary,1988-05-04,
P2,F1,child,Wilfred,Namecanary,04/06/2015,
P3,F2,expectant_parent,Vesta,"O""Namecanary",1999-02-28,
""",
    "involvements": """family,organisation,started_on,ended_on,last_contact_on,partner_reference
F1,NHFT,2019-02-01,2020-02-29,2020-02-01,REFCANARY-1
F2,NNC,2025-03-01,,2026-11-01,
""",
    "leads": "family,practitioner,started_on,ended_on\nF1,W1,2019-01-07,2020-02-29\nF2,W2,2025-03-01,\n",
    "goals": """goal,family,area,instrument,set_on,closed_on,result
G1,F1,health,gbo,2019-02-01,2020-02-01,met
G2,F2,Secure housing,gbo,2025-04-01,,
""",
    "reviews": "goal,reviewed_on,score,perspective\nG1,2019-05-01,3,family\nG1,2019-05-01,4,worker\nG2,2025-06-01,-1,child\n",
    "needs": """need,family,area,identified_on,status,reason,organisation
N1,F1,health,2019-02-01,met,,NHFT
N2,F2,housing,2025-04-01,unmet,full,HOME
""",
    "agreements": """agreement,family,given_by,covers,decision,purpose,recipients,categories,exclusions,decided_on,expires_on,"""
    """method,taken_by,notice_version,supersedes
A2,F1,P1,P1;P2,agreed,hub_working,NHFT,support_needs;contact_details,risk_to_person;HOME,2019-02-02,2027-01-01,"""
    """written,W1,2025-04,A1
A1,F1,P1,P1,refused,hub_working,,,,2019-02-01,,verbal,W1,2025-04,
""",
    "shares": """share,family,about,from_organisation,to_organisation,route,purpose,categories,shared_on,discussed_on,"""
    """agreement,decided_by,reason,risk_to,told_family,told_on,not_told_reason,supersedes
S1,F1,P1;P2,NNC,NHFT,within_hub,hub_working,support_needs,2019-03-01,2019-02-28,A2,W1,,,,,,
S2,F2,P3,NNC,HOME,without_agreement,safeguarding,risk_to_person,2026-11-01,,,W2,Reasoncanary told,Riskcanary,no,,"""
    """Whycanary,
""",
}
assert tuple(GOOD) == CONTRACT_TABLES


def write(folder: Path, **tables: str | bytes | None) -> Path:
    """Write the good return with some tables replaced (None: left out); the folder is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (GOOD | tables).items():
        if content is not None:
            (folder / f"{name}.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def apply(hub: Hub, folder: Path, **tables: str | bytes | None) -> take.Result:
    """Take the good return, some tables replaced."""
    return take.take(hub, write(folder, **tables), "NNC", "tester")


def rows(hub: Hub, table: str) -> list[tuple]:
    """Every row of a table, sorted, as the database gives it."""
    with hub.read() as connection:
        return _rows(connection, table)


def _rows(connection: Connection, table: str) -> list[tuple]:
    return sorted((tuple(row) for row in connection.execute(TABLES[table].select())), key=str)


def state(hub: Hub) -> tuple:
    """Everything that a hub holds: every row of every table, and the ledger's head."""
    with hub.read() as connection:
        return ledger.head(connection), {table: _rows(connection, table) for table in TABLES}


def count(hub: Hub, table: str) -> int:
    """How many rows a table has."""
    with hub.read() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def command(hub: Hub, *words: object) -> Result:
    """Run a command on a hub, as the console script does."""
    return CliRunner().invoke(app, [*map(str, words), "--home", str(hub.home), "--url", hub.url])
