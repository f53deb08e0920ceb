"""Markup is made in one place, and whatever text it is given comes out as that text and makes no element."""

import ast
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubdata import places
from hubdata.figures.html import (
    EMPTY_TAGS,
    REPLACED,
    UNSEEN,
    Html,
    block,
    element,
    facts,
    framed,
    header,
    points,
    shown,
    style,
    table,
    table_head,
    table_row,
    together,
)

MAKER = "figures/html.py"
# A tag, or the beginning of one where an f-string goes on; the named group of a regular expression is none.
TAG = re.compile(r"(?<!\(\?P)<(?:[/!]?[a-zA-Z]|/$)")
WRITTEN = {
    MAKER: "the maker itself",
    "schedule/timer.py": "what Windows' Task Scheduler reads is XML and no page; its values are escaped for XML",
    "rights/letters/document.py": "what a word processor reads is XML and no page; its values are escaped for XML",
    "demo/make.py": "the repr of a made-up hub",
    "rules/session.py": "the name of a type of Arrow",
    "retention/traces/text.py": "patterns that take tags away before a page's words are read",
}
FINISHED = {
    "schedule/said.py": "a sentence of ours, with its apostrophe",
    "rights/copy/chapters.py": "two sentences of ours, with their apostrophes",
}


def _sources() -> Iterator[tuple[str, str]]:
    for path in sorted(places.PACKAGE.rglob("*.py")):
        yield path.relative_to(places.PACKAGE).as_posix(), path.read_text("utf-8")
    for path in [*places.DASHBOARDS.glob("*.ipynb"), *places.NOTEBOOKS.rglob("*.ipynb")]:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        code = ("".join(each["source"]) for each in cells if each["cell_type"] == "code")
        yield path.name, "\n".join(each for each in code if not each.startswith("%"))  # Jupyter's own words


MODULES = {name: ast.parse(source) for name, source in _sources()}

HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=y>",
    "</p></style></title>",
    "&amp;&#60;",
    "$title ${body}",
)
TEXT = st.one_of(st.text(), st.sampled_from(HOSTILE), st.text("<>&\"'/=!-abp \n\r\t\x00\x1f\x85\u202e$"))
ATTRIBUTES = st.dictionaries(st.sampled_from(["class_", "id", "href", "aria_label", "data_said"]), TEXT, max_size=3)
TREES = st.recursive(
    TEXT,
    lambda inner: st.tuples(st.sampled_from(["p", "div", "td", "svg"]), ATTRIBUTES, st.lists(inner, max_size=4)),
    max_leaves=12,
)


class Read(HTMLParser):
    """What is read of markup: lists of a tag, its attributes and its content, with neighbouring texts joined."""

    def __init__(self, markup: str):
        super().__init__()
        self.root = ["", {}, []]
        self.open = [self.root]
        self.feed(markup)
        self.close()
        assert self.open == [self.root]

    def handle_starttag(self, tag, attrs):
        self.open[-1][2].append([tag, dict(attrs), []])
        if tag not in EMPTY_TAGS:
            self.open.append(self.open[-1][2][-1])

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        within = self.open[-1][2]
        if within and isinstance(within[-1], str):
            data = within.pop() + data
        within.append(data)

    handle_comment = handle_pi = unknown_decl = None  # there is never one


def made(tree: str | tuple) -> str:
    """The markup of a tree; of a text the text itself."""
    return tree if isinstance(tree, str) else element(tree[0], *map(made, tree[2]), **tree[1])


def read(tree: str | tuple) -> str | list:
    """The same tree as `Read` would find it."""
    if isinstance(tree, str):
        return tree
    said = Read("").root[2]
    for each in map(read, tree[2]):
        if isinstance(each, str) and said and isinstance(said[-1], str):
            each = said.pop() + each
        if each != "":
            said.append(each)
    return [tree[0], {name.strip("_").replace("_", "-"): text for name, text in tree[1].items()}, said]


def words(found: list | str) -> str:
    """All text of what was read."""
    return found if isinstance(found, str) else "".join(map(words, found[2]))


def tags(found: list | str) -> list[str]:
    """All elements of what was read, in order."""
    return [] if isinstance(found, str) else [found[0], *(tag for each in found[2] for tag in tags(each))]


@given(tree=TREES)
@settings(deadline=None)
def test_any_text_comes_out_as_the_same_text_and_makes_no_element(tree):
    assert Read(together(made(tree))).root[2] == read(("", {}, [tree]))[2]


@given(text=TEXT)
@settings(deadline=None)
def test_what_is_made_of_elements_says_no_more_and_no_less(text):
    rows = [table_row([text, together(shown(text), text)])]
    parts = [points([text]), facts([(text, text)]), table(text, table_head([text, text]), rows, name=text)]
    found = [Read(part).root for part in parts]

    assert [tags(each) for each in found] == [
        ["", "ul", "li"],
        ["", "dl", "div", "dt", "bdi", "dd", "bdi"],
        ["", "div", "table", "caption", "thead", "tr", "th", "th", "tbody", "tr", "th", "td", "bdi"],
    ]
    seen = UNSEEN.sub(REPLACED, text)
    assert [words(each).replace("\n", "") for each in found] == [
        said.replace("\n", "") for said in (text, seen + seen, text * 4 + seen + text)
    ]


@given(text=TEXT)
@settings(deadline=None)
def test_a_page_has_its_frame_and_nothing_that_its_words_made(text):
    found = Read(framed(text, header(text, text, text or "-"), [element("p", text)], text)).root

    assert tags(found) == [
        "",
        "html",
        "head",
        *["meta"] * 3,
        "title",
        "style",
        "body",
        "a",
        "header",
        "p",
        "b",
        "span",
        "p",
        "main",
        "h1",
        "p",
        "footer",
        "p",
    ]


def test_only_what_was_made_is_taken_as_made():
    once = element("b", "&")

    assert element("p", once) == "<p><b>&amp;</b></p>"
    assert element("p", once + "") == element("p", f"{once}") == "<p>&lt;b&gt;&amp;amp;&lt;/b&gt;</p>"
    assert block("ul", [once, "<"]) == "<ul>\n<b>&amp;</b>\n&lt;\n</ul>"


@pytest.mark.parametrize("tag", ["script", "style"])
def test_no_text_is_put_where_a_browser_would_not_take_it_as_text(tag):
    with pytest.raises(TypeError, match="takes no text"):
        element(tag, "</style>")


def test_no_style_sheet_of_ours_ends_its_element():
    sheets = [path.relative_to(places.TEMPLATES).as_posix() for path in places.TEMPLATES.rglob("*.css")]

    assert len(sheets) > 3 and isinstance(style(*sheets), Html) and "</" not in style(*sheets)


def _texts(tree: ast.Module) -> Iterator[str]:
    """Every text that a module holds, but what it says of itself."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    yield from (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    )


def test_no_module_writes_tags_by_hand():
    found = {name: [text for text in _texts(tree) if TAG.search(text)] for name, tree in MODULES.items()}
    by_hand = {name: texts for name, texts in found.items() if texts}

    assert by_hand.keys() == WRITTEN.keys(), f"make it with element(): {by_hand}"


def test_only_the_maker_escapes_and_says_what_is_escaped():
    nodes = [(name, node) for name, tree in MODULES.items() for node in ast.walk(tree)]
    calls = [(name, getattr(node.func, "id", ""), node) for name, node in nodes if isinstance(node, ast.Call)]
    taken = {
        (name, each.name)
        for name, node in nodes
        if isinstance(node, ast.ImportFrom) and node.module == "html"
        for each in node.names
    }

    assert {name for name, what in taken if what == "escape"} == {MAKER}
    assert {name for name, what, node in calls if what == "Html" and node.args + node.keywords} == {MAKER}
    from_maker = {
        name
        for name, node in nodes
        if isinstance(node, ast.ImportFrom) and node.module == "hubdata.figures.html"
        for each in node.names
        if each.name == "finished"
    }
    assert from_maker == FINISHED.keys()
    tags = [(name, node) for name, what, node in calls if what in ("element", "block") and name != MAKER]
    assert not [(name, node.lineno) for name, node in tags if not isinstance(node.args[0], ast.Constant)]
