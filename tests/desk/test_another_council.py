"""A hub of another council shows its own words everywhere, and nothing of the council that the demo makes up."""

import ast
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from typer.testing import CliRunner

from hubdata import places, policy
from hubdata.demo import make as demo
from hubdata.desk.main import app
from hubdata.intake import take
from hubdata.moments import By
from hubdata.records.decisions import entries, make, stands
from hubdata.records.ledger import Act
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.release import publish
from hubdata.reports import assurance, board, promises
from hubdata.reports.page import REPORTS, Page, Question
from hubdata.rights.view import reached
from hubdata.sharing import receipt
from tests.support import council, hubs

THEIRS = re.compile(
    r"north[ _]?northants|northamptonshire|corby|kettering|wellingborough|rushden|\bNNC\b", re.IGNORECASE
)
DAY = demo.AS_AT
BY = By("Ann Officer", "decided by the cabinet", DAY)
OURS = {
    "controller.name": "Exampleshire Council",
    "controller.contact": "hub@exampleshire.example.org",
    "hubs": "{harbour: Harbour, mill: Mill Lane}",
    "notice_versions": '{"2025-04": 2025-04-01, "2026-04": 2026-04-01}',
    "notice.sentences": "{P2: Exampleshire keeps few details., P8: We keep them for five years.}",
}
MOVED = {"corby": "harbour", "kettering": "harbour", "NNC": "EXC"}


def _ours(table: pa.Table) -> pa.Table:
    """The made-up rows as another council's: its two hubs, and its own code."""
    for at, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            named = table.column(at)
            if field.name == "hub":
                named = pa.chunked_array([pa.array([MOVED.get(one, "mill") for one in named.to_pylist()], pa.string())])
            table = table.set_column(at, field, pc.replace_substring_regex(named, r"(?i)\bNNC\b", "EXC"))
    return table


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub whose council decided its own name, two hubs and a notice, with twenty families."""
    with pytest.MonkeyPatch.context() as patch:
        council.shipped(patch)
        hub = hubs.empty(tmp_path_factory.mktemp("another") / "hub")
        for name, value in OURS.items():
            fact = policy.Entry(name, entries.parsed(value, None), "", "The cabinet", policy.ALWAYS, DAY)
            entry, history = make.value(hub, fact, BY)
            with make.drafted(hub, stands.SET, entry, history) as draft:
                make.enter(hub, draft, BY)
        made = demo.generate(families=20, seed=3)
        tables = {name: _ours(table) for name, table in made.tables.items()}
        assert (
            take.load(hub, tables, "EXC", Act("Ann Officer", "officer", "a return", "intake.return")).status
            == "applied"
        )
        yield hub
        hub.engine.dispose()


def _asked(hub: Hub, *words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--home", str(hub.home)])
    assert done.exit_code in (0, 3), done.output
    return done.output


def test_every_page_of_its_reports_has_its_own_hubs_and_no_word_of_another_council(theirs: Hub):
    held, told = snapshots.take(theirs), ""
    for name in REPORTS:
        page = Page(name, Question(DAY, date(2026, 7, 1)), held, theirs.policy)
        shown = [page.figure(one, of="P2") if one == "promise" else page.figure(one) for one in page.names]
        told += page.answer().plain + "".join(map(_text, shown))

    assert not THEIRS.findall(told)
    assert "Mill Lane" in told and "Exampleshire keeps few details." in told


def _text(shown) -> str:
    return str(shown._repr_mimebundle_())


def test_its_board_says_its_own_sentences_and_what_its_notice_does_not_promise(theirs: Hub):
    rows = {each["promise"]: each for each in board.rows(board.opened(theirs, DAY))}

    assert rows["P8"]["sentence"] == "We keep them for five years." and rows["P8"]["status"] != "not_promised"
    assert rows["P5"]["status"] == "not_promised" and rows["P5"]["sentence"] == promises.UNSAID
    assert "Shared" in rows["P5"]["evidence"]


def test_whatever_it_gives_away_has_no_word_of_another_council(theirs: Hub, tmp_path: Path):
    exports = assurance.make(theirs, DAY)
    release = publish.publish(theirs, "2026-Q2", BY, standing=board.standing)
    agreed = snapshots.take(theirs).tables["agreements"].to_pylist()
    one = next(each for each in agreed if each["decision"] == "agreed")
    given = receipt.make(theirs, one["agreement"], one["covers"][0], BY, tmp_path)
    _asked(theirs, "intake", "template", "--out", str(tmp_path / "blank.xlsx"))
    _asked(theirs, "rights", "log", "--family", one["family"], "--person", one["covers"][0], "--kind", "access")
    _asked(theirs, "rights", "pack", "--family", one["family"], "--person", one["covers"][0], "--out", str(tmp_path))
    _asked(theirs, "today", "--calendar", str(tmp_path / "deadlines.ics"))
    asked = json.JSONDecoder().raw_decode(_asked(theirs, "rights", "list", "--json"))[0][-1]
    _asked(
        theirs,
        "rights",
        "letter",
        "--request",
        asked["request"],
        "--kind",
        "acknowledge",
        "--out",
        str(tmp_path),
        "--address",
        "handed over at Mill Lane",
    )
    told = [
        _asked(theirs, *words) for words in (["promises"], ["findings"], ["decisions", "list"], ["retention", "due"])
    ]

    files = [*exports.folder.iterdir(), *Path(publish.latest(theirs) or "").rglob("*"), *tmp_path.iterdir()]
    assert release.status == "published" and given.page
    assert any("draft" in path.name for path in files)
    assert {".ics", ".docx", ".html", ".xlsx"} <= {path.suffix for path in files}
    assert not THEIRS.findall("".join(told))
    assert not {path.name: found for path in files if path.is_file() and (found := THEIRS.findall(_read(path)))}
    assert "Exampleshire Council" in "".join(map(_read, exports.folder.iterdir()))
    assert "Mill Lane" in _read(tmp_path / "blank.xlsx")


def _read(path: Path) -> str:
    """Everything that a file says, and of a workbook or a letter every part."""
    if path.suffix not in (".xlsx", ".docx"):
        return path.read_bytes().decode("utf-8", "replace")
    with ZipFile(path) as book:
        return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


def test_a_new_hub_says_that_a_fact_is_not_decided_yet_and_nobody_else_s(
    sqlite_hub: Hub, monkeypatch: pytest.MonkeyPatch
):
    council.shipped(monkeypatch)
    facts = {name: sqlite_hub.policy.entry(name, DAY) for name in (*OURS, "controller.data_protection_officer")}
    exports = assurance.make(sqlite_hub, DAY)

    assert all(each.undecided and each.unconfirmed for each in facts.values())
    assert not reached(sqlite_hub.policy, DAY)
    assert policy.UNDECIDED in "".join(map(_read, exports.folder.iterdir()))
    assert "is not decided yet" in board.opened(sqlite_hub, DAY).answer().plain


def test_the_demo_hub_has_its_facts_by_its_own_decisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    filled = hubs.filled(tmp_path / "demo", 60)
    council.shipped(monkeypatch)

    assert filled.policy.labels("hubs", DAY)["corby"] == "Corby"
    assert set(policy.decisions(places.COUNCIL)) == filled.policy.decided
    assert '"as entered"' not in _asked(filled, "decisions", "changes")
    filled.engine.dispose()


def _said(path: Path) -> str:
    """What a shipped file may show: of a module its texts without the docstrings, of a notebook what it says itself."""
    if path.suffix != ".py":
        return re.sub(r'"outputs": \[.*?\n   \],', "", path.read_text("utf-8"), flags=re.DOTALL)
    tree = ast.parse(path.read_text("utf-8"))
    quiet = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return "\n".join(
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in quiet
    )


def test_no_shipped_text_outside_the_demo_names_its_council():
    kinds = {".py", ".sql", ".j2", ".css", ".js", ".yaml", ".json", ".md", ".ipynb", ".html", ".txt"}
    rooms = (places.PACKAGE, places.NOTEBOOKS, places.DASHBOARDS, places.shipped("params"))
    files = [path for room in rooms for path in room.rglob("*") if path.suffix in kinds]
    outside = [
        path for path in files if places.PACKAGE / "demo" not in path.parents and ".ipynb_checkpoints" not in path.parts
    ]

    assert len(outside) > 300
    named = [path for path in outside if THEIRS.search(path.read_text("utf-8"))]
    assert not {str(path): found for path in named if (found := THEIRS.findall(_said(path)))}
