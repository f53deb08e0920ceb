"""Dashboards and forms: only usable controls, only escaped words, only what is published, and nothing heavy loaded."""

import ast
import json
import re
import sqlite3
import subprocess
import sys
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import ipywidgets
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubdata.dashboards import show
from hubdata.dashboards.catalogue import DASHBOARDS, dashboard
from hubdata.dashboards.page import again, content, problem
from hubdata.dashboards.releases import folder, releases
from hubdata.figures.html import element, together
from hubdata.figures.svg import BAR, INK, QUIET
from hubdata.moments import By
from hubdata.release import publish
from tests.support import dashboards, hubs
from tests.support.releases import fill

ROOT = Path(__file__).parents[2]
TODAY = date(2025, 8, 1)
BOARD = [("P8", "Kept for five years", "kept for five years", "broken"), ("P2", "Limited", "limited records", "kept")]
HEAVY = {"papermill", "matplotlib", "sqlalchemy", "duckdb", "pandas", "pyarrow", "numpy", "yaml"}
BANNED_WORDS = ("please", "invalid", "oops", "nan", "null", "kernel", "cell", "widget", "notebook")
# Measured with axe-core, the accessibility tree and a keyboard: these have a name, a place and a state. All others
# are banned: sliders without names, tabs that no key selects, headers that no key opens.
USABLE = {
    "Dropdown",
    "Text",
    "Textarea",
    "Password",
    "Checkbox",
    "DatePicker",
    "Button",
    "FileUpload",
    "HTML",
    "Layout",
}
USABLE |= {"VBox", "Widget"}  # a box is a div, and a widget is what all of these are: neither is a control


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The folder of two quarters' releases, of which the second has a promise board."""
    hub = hubs.empty(tmp_path_factory.mktemp("widgets") / "hub")
    fill(hub)
    publish.publish(hub, "2025-Q1", By("hubdata", None, TODAY))
    publish.publish(hub, "2025-Q2", By("hubdata", None, TODAY), standing=lambda *_: BOARD)
    hub.engine.dispose()
    return hub.home / "published"


@pytest.fixture
def found(published):
    return releases(published)


every_dashboard = pytest.mark.parametrize("page", DASHBOARDS, ids=lambda page: page.name)


def words(markup: str) -> str:
    """What a reader sees."""
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


class _Balanced(HTMLParser):
    """Fails on a tag that is not closed where it should be."""

    def __init__(self):
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in ("br", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@every_dashboard
def test_a_page_answers_its_question_with_figures_and_says_where_they_come_from(found, page):
    said = words(content(page, "", found, TODAY))
    assert "last quarter" in said or "hidden" in said or "needs attention" in said
    assert "What to do, and whom to ask" in said or "Nothing" in said
    assert "Family records, open and closed" in said and "Families counted" not in said
    assert "About these figures" in said and "Data to 30 June 2025" in said and "we hide 1 to 5" in said
    assert not [each for each in BANNED_WORDS if re.search(rf"\b{each}\b", said, re.I)]


@every_dashboard
def test_a_page_shows_only_figures_that_are_in_its_releases(found, page):
    known = {shown for each in found for table in each.tables.values() for shown in table.shown.values()}
    markup = content(page, "hub=corby", found, TODAY)
    cells = re.findall(r'<td class="number">([^<]*)</td>', markup)
    counts = {cell for cell in cells if not re.search(r"%| to |exact", cell)}  # these are worked out of them
    assert counts and {cell.replace(",", "") for cell in counts} <= known | {"[c]", "[x]"}


@every_dashboard
def test_no_download_holds_more_than_the_screen_shows(found, page):
    import base64

    markup = content(page, "hub=corby&quarter=2025-Q2", found, TODAY)
    for name, data in re.findall(r'href="data:text/csv;charset=utf-8;base64,([^"]*)" download="([^"]*)"', markup):
        rows = base64.b64decode(name).decode("utf-8-sig").splitlines()[1:]
        assert data.endswith("-2025-q2.csv") and rows
    assert "download=" in markup


@given(question=st.one_of(st.text(), st.text("hubquartepn=&;%+[]<>'\"0123456789-Q"), st.binary().map(str)))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_question_is_answered_with_balanced_markup_and_none_of_its_own(found, question):
    for page in (dashboard("overview"), dashboard("sharing")):
        markup = again(page, f"hub={question}&{question}", found, TODAY)
        parser = _Balanced()
        parser.feed(markup)
        assert parser.open == [] and "<script" not in markup


@pytest.mark.parametrize(
    "question, said",
    [
        ("hub=atlantis", "We did not recognise the hub in this link, so these figures are for all hubs."),
        ("partner=nobody", "We did not recognise the partner in this link, so these figures are for all partners."),
        ("quarter=soon", "We did not recognise the period in this link, so these figures are for April to June 2025."),
        ("quarter=2019-Q1", "There are no figures for January to March 2019"),
        ("hub=total", "We did not recognise the hub in this link"),
    ],
)
def test_what_is_not_understood_falls_back_and_is_said(found, question, said):
    markup = again(dashboard("sharing"), question, found, TODAY)
    assert said in words(markup) and said.split(",")[0] in markup.split("data-said=")[1]


def test_a_hub_chosen_is_named_above_its_figures_and_what_has_no_hub_says_so(found):
    said = words(content(dashboard("sharing"), "hub=corby", found, TODAY))
    assert "Corby, April to June 2025." in said
    assert "These figures are for all hubs: they are not published by hub." in said


def test_a_hidden_figure_is_never_a_zero_and_never_counted_as_fine(found):
    (newest, *_) = found
    hidden = [
        code for (code, column), shown in newest.tables["leads"].shown.items() if shown == "[c]" and column == "two"
    ]
    said = words(content(dashboard("overview"), "", found, TODAY))
    assert "Broken 1 promise of the notice, all hubs: Kept for five years." in said
    assert not hidden or "how many is hidden to protect families" in said


def test_the_board_shows_every_promise_and_an_older_release_without_one_shows_none(found):
    assert "2. Limited limited records Kept" in words(content(dashboard("overview"), "", found, TODAY))
    assert "promises of the privacy notice" not in words(
        content(dashboard("overview"), "quarter=2025-Q1", found, TODAY)
    )


def test_a_board_is_not_published_where_a_zero_is_hidden(sqlite_hub, monkeypatch, tmp_path):
    made = publish.publish(sqlite_hub, "2025-Q2", By("hubdata", None, TODAY))
    with sqlite3.connect(made.folder / "release.sqlite") as file:
        assert file.execute("SELECT count(*) FROM promises").fetchone() == (0,)


def test_old_figures_say_how_old_they_are(found):
    assert "These figures are" not in words(content(dashboard("retention"), "", found, date(2025, 11, 14)))
    said = words(content(dashboard("retention"), "", found, date(2025, 11, 15)))
    assert "These figures are 138 days old. Those for July to September 2025 have not been published." in said


def test_where_nothing_is_published_the_page_says_so(tmp_path):
    assert "No figures have been published yet." in content(
        dashboard("overview"), "hub=x", releases(tmp_path / "no"), TODAY
    )
    assert "No figures have been published yet." in again(dashboard("overview"), "", releases(tmp_path), TODAY)


def test_a_release_that_was_altered_is_not_shown_and_only_a_reference_is_said(published, tmp_path, monkeypatch, caplog):
    spoilt = dashboards.hostile(published, tmp_path / "spoilt")
    file = next(spoilt.glob("2025-Q2/*/release.xlsx"))
    file.write_bytes(file.read_bytes() + b"x")
    monkeypatch.setenv("HUBDATA_RELEASES", str(spoilt))
    asked, answered = _shown(monkeypatch, "retention")
    asked.value = "hub=corby"
    reference = re.search(r"<strong>([0-9A-F]{4}-[0-9A-F]{4})</strong>", answered.value)[1]
    assert "Sorry, there is a problem with this page" in answered.value and "altered" not in answered.value
    assert reference in caplog.text and "altered" in caplog.text


@pytest.mark.parametrize("page", DASHBOARDS, ids=lambda page: page.name)
def test_hostile_words_of_a_release_are_escaped_everywhere(published, tmp_path, page):
    found = releases(dashboards.hostile(published, tmp_path / "hostile"))
    markup = content(page, "hub=corby", found, TODAY) + content(page, "", found, TODAY)
    assert "&lt;script&gt;document.title" in markup
    assert not re.findall(r"<script|<img|<svg onload|\son\w+=[\"']?document", markup.replace("&lt;", ""))


def _shown(monkeypatch, name: str) -> list[ipywidgets.Widget]:
    """What `show` displays besides the finished page."""
    said = []
    monkeypatch.setattr(show, "display", lambda *pieces: said.extend(pieces))
    show.show(name)
    return [each for each in said if isinstance(each, ipywidgets.Widget)]


@pytest.mark.parametrize(
    "written", ["hub=kettering", "", "x" * 100_000, "hub=%3Cscript%3E", "\x00\ud800", "hub=" * 5000]
)
def test_whatever_is_written_into_the_one_control_is_answered_from_releases(published, monkeypatch, written):
    monkeypatch.setenv("HUBDATA_RELEASES", str(published))
    asked, answered = _shown(monkeypatch, "retention")
    asked.value = "quarter=2025-Q1"
    asked.value = written
    assert 'class="shown"' in answered.value and "problem" not in answered.value
    assert "<script>" not in answered.value


def test_the_kernel_of_a_page_has_two_widgets_that_say_anything_and_neither_names_a_folder(published, monkeypatch):
    monkeypatch.setenv("HUBDATA_RELEASES", str(published))
    monkeypatch.setenv("QUERY_STRING", "hub=corby")
    asked, answered = _shown(monkeypatch, "overview")
    asked.value = "hub=kettering"
    state = json.dumps([each.get_state() for each in (asked, answered)], default=str)
    assert str(published) not in state and "/" + published.parts[1] + "/" not in state


def test_importing_widgets_loads_nothing_heavy_and_reads_no_file():
    asked = f"import sys, hubdata.dashboards.show; print(sorted({HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_list_of_dashboards_needs_nothing_but_the_standard_library():
    asked = (
        "import sys; before = set(sys.modules); import hubdata.dashboards.catalogue; "
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert [name for name in ast.literal_eval(done.stdout) if name.split(".")[0] not in sys.stdlib_module_names] == [
        "hubdata",
        "hubdata.dashboards",
        "hubdata.dashboards.catalogue",
    ]


def _sources() -> list[tuple[str, ast.Module]]:
    found = [(str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))) for path in ROOT.glob("hubdata/**/*.py")]
    for path in [*ROOT.glob("dashboards/*.ipynb"), *ROOT.glob("notebooks/**/*.ipynb")]:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        code = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        said = "\n".join(each for each in code if not each.startswith("%"))  # Jupyter's own words
        found.append((str(path.relative_to(ROOT)), ast.parse(said)))
    return found


SOURCES = _sources()


def test_only_usable_controls_are_made_and_only_by_widgets():
    for name, tree in SOURCES:
        nodes = list(ast.walk(tree))
        made = {n.attr for n in nodes if isinstance(n, ast.Attribute) and getattr(n.value, "id", "") == "ipywidgets"}
        assert made <= USABLE, f"{name} makes {made - USABLE}"
        modules = [alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names]
        modules += [n.module for n in nodes if isinstance(n, ast.ImportFrom)]
        controls = {module for module in modules if module.split(".")[0] in ("ipywidgets", "anywidget")}
        assert controls <= ({"ipywidgets"} if name == "hubdata/dashboards/show.py" else set()), (
            f"{name}: use hubdata.dashboards.show"
        )


@pytest.mark.parametrize("path", sorted((ROOT / "dashboards").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_dashboard_is_a_title_a_question_and_one_call(path):
    title, code = json.loads(path.read_text("utf-8"))["cells"]
    page = dashboard(path.stem)
    assert "".join(title["source"]) == f"# {page.title}\n\n{page.question}"
    assert "".join(code["source"]) == f'from hubdata.dashboards.show import show\n\nshow("{page.name}")'
    assert code["outputs"] == [] and code["execution_count"] is None


def test_every_dashboard_has_its_notebook_and_the_templates_list_them():
    assert {path.stem for path in (ROOT / "dashboards").glob("*.ipynb")} == {each.name for each in DASHBOARDS}
    listed = (ROOT / "hubdata/figures/templates/voila/hub/parts.html.j2").read_text("utf-8")
    for each in DASHBOARDS:
        assert f'{{"name": "{each.name}", "title": "{each.title}", "question": "{each.question}"}}' in listed


def test_everything_but_markup_is_escaped():
    assert element("p", "<b>", title='"x"') == '<p title="&quot;x&quot;">&lt;b&gt;</p>'
    assert together("<", element("i", "&")) == "&lt;<i>&amp;</i>"
    assert element("option", "a", selected=True, value="") == '<option selected value="">a</option>'
    with pytest.raises(TypeError, match="figures.html"):
        show.html("<b>not escaped</b>")
    assert show.html(problem("A")).value == problem("A")


def test_every_control_has_its_label():
    made = [
        show.text("A"),
        show.choice("B", [("one", 1)]),
        show.checkbox("C"),
        show.day("D"),
        show.button("E"),
    ]
    assert [each.description for each in made] == list("ABCDE")


def test_releases_are_looked_for_where_the_environment_says(monkeypatch, tmp_path):
    for name in ("HUBDATA_RELEASES", "HUBDATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "hub" / "published").mkdir(parents=True)
    (tmp_path / "dashboards").mkdir()
    monkeypatch.chdir(tmp_path / "dashboards")
    assert folder().resolve() == tmp_path / "hub" / "published"
    monkeypatch.setenv("HUBDATA_HOME", str(tmp_path / "other"))
    assert folder() == tmp_path / "other" / "published"
    monkeypatch.setenv("HUBDATA_RELEASES", str(tmp_path / "these"))
    assert folder() == tmp_path / "these"


def _light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour, least", [(INK, 4.5), (QUIET, 4.5), (BAR, 3.0), ("#1a65a6", 4.5)])
def test_colours_stand_out_from_white(colour, least):
    assert 1.05 / (_light(colour) + 0.05) >= least


@pytest.mark.parametrize(
    "ground, ink",
    [
        ("#f4d7d7", "#651b1b"),
        ("#fde4d7", "#7a3c1c"),
        ("#ffee80", "#7a3c1c"),
        ("#cfe4dc", "#083d29"),
        ("#cecece", "#0b0c0c"),
    ],
)
def test_a_tags_word_stands_out_from_its_ground(ground, ink):
    style = (ROOT / "hubdata/figures/templates/voila/hub/hub.css").read_text("utf-8")
    assert f"color:{ink};background:{ground}" in style
    assert (_light(ground) + 0.05) / (_light(ink) + 0.05) >= 4.5


HUB = ROOT / "hubdata/figures/templates/voila/hub"


@pytest.mark.parametrize("path", sorted(HUB.rglob("*.*")), ids=lambda path: path.name)
def test_a_template_names_no_other_place_and_no_handler_in_its_markup(path):
    text = path.read_text("utf-8")
    assert not re.findall(r"https?://|//cdn", text)
    assert not re.findall(r"\son\w+=", text)


INSTALLED = Path(sys.prefix)


@pytest.mark.parametrize(
    "ours, theirs",
    [
        *((path, f"share/jupyter/voila/templates/hub/{path.relative_to(HUB)}") for path in sorted(HUB.rglob("*.*"))),
        (ROOT / "dashboards/voila.json", "etc/jupyter/voila.json"),
    ],
    ids=lambda each: getattr(each, "name", None),
)
def test_plain_voila_finds_our_template_and_settings_as_they_are_here(ours, theirs):
    there = INSTALLED / theirs
    assert there.exists() and there.read_bytes() == ours.read_bytes(), "run make: it installs them again"
