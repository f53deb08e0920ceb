"""Every figure of every report over hubs and periods that have little or nothing in them: each has a title in words."""

import ast
import json
import re

import pytest

from hubdata.intake import take
from hubdata.records.snapshot import take as snapshots
from hubdata.reports import page
from hubdata.reports import run as reports
from tests.faults import intake_story
from tests.support import hubs
from tests.support.ascii import load

UNSAID = re.compile(r"\b(NULL|nan|NaT)\b|None (and|broke)|\{\w+\}")
DAYS = {
    "a day long before any record": ("2018-07-01", "2018-09-30"),
    "the demo hub's own quarter": ("2026-07-01", "2026-09-30"),
    "a quarter in which nothing happened": ("2026-10-01", "2026-11-23"),
    "a leap day far ahead": ("2040-02-29", "2040-02-29"),
}


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    """An empty hub, one with a single family, and the demo hub, each as a saved snapshot."""
    folder, found = tmp_path_factory.mktemp("hubs"), {}
    for name in ("nothing", "one family", "made up"):
        hub = hubs.empty(folder / name.replace(" ", "-"))
        if name == "one family":
            load(
                hub,
                families="""
                family | hub   | opened_on
                F1     | corby | 2026-08-03
            """,
            )
        if name == "made up":
            assert take.take(hub, intake_story.sent(folder / "sent", 40), "NNC", "tester").status == "applied"
        found[name] = folder / f"{hub.home.name}.snapshot"
        snapshots.take(hub).save(found[name])
        hub.engine.dispose()
    return found


def _shown(report: str, place: str, values: dict):
    """What every cell of a notebook shows, by its source, as papermill would run it but in this process."""
    cells = json.loads(reports.Order(report, values).notebook.read_text("utf-8"))["cells"]
    names = {}
    for cell in (cell for cell in cells if cell["cell_type"] == "code"):
        source = "".join(cell["source"])
        *first, last = ast.parse(source).body
        exec(compile(ast.Module(first, []), "cell", "exec"), names)
        names |= values
        if isinstance(last, ast.Expr):
            yield source, eval(compile(ast.Expression(last.value), "cell", "eval"), names)
        else:
            exec(compile(ast.Module([last], []), "cell", "exec"), names)
            names |= values


@pytest.mark.parametrize("asked", DAYS)
@pytest.mark.parametrize("name", ["nothing", "one family", "made up"])
@pytest.mark.parametrize("report", sorted(page.REPORTS))
def test_every_figure_says_its_finding_whatever_there_is(homes, monkeypatch, report, name, asked):
    monkeypatch.setenv("HUBDATA_SNAPSHOT", str(homes[name]))
    first, last = DAYS[asked]
    declared = reports.declared(report)
    given = {"as_at": last, "period_from": first, "hub": "all", "before": "none", "released": "none"}
    values = {n: given.get(n, p.default) for n, p in declared.items()}
    for source, shown in _shown(report, name, values):
        said = shown._repr_mimebundle_() if hasattr(shown, "_repr_mimebundle_") else {"text/plain": str(shown)}
        texts = [text for text in said.values() if isinstance(text, str)]
        assert texts and all(texts), source
        assert not [text for text in texts if UNSAID.search(text)] or "page.source" in source, source
