"""What a dashboard answers first: which things need attention, worst first, and how things stand; it decides nothing.

It reads the same released figures as the rest of the page. Where a figure is hidden, it says that there are some.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from hubdata import dates
from hubdata.dashboards.catalogue import FIGURES, Dashboard, dashboard
from hubdata.dashboards.choice import Choice
from hubdata.dashboards.figure import answer, moved
from hubdata.dashboards.releases import HIDDEN, TOTAL, UNAVAILABLE, Release
from hubdata.figures.html import Html, element, table_head, table_row, together

BROKEN, LATE, LOOK, GREEN, GREY = "red", "orange", "yellow", "green", "grey"
STANDS = {
    "broken": ("Broken", BROKEN),
    "at_risk": ("At risk", LATE),
    "cannot_tell": ("Cannot tell", GREY),
    "kept": ("Kept", GREEN),
    "not_promised": ("Not promised", GREY),
}
BOARD = ("Promise", "What families were told", "Status")
BELOW = element("a", "See the promises", href="#board")
NOT_GIVEN = {HIDDEN: "Hidden to protect families", UNAVAILABLE: "Not available"}


@dataclass(frozen=True)
class Watched:
    """A figure that should be 0: where it is, how grave it is, and what to say of one and of many."""

    table: str
    column: str
    tag: str
    colour: str
    one: str
    many: str
    page: str


WATCHED = (
    Watched("retention", "due", "Overdue", BROKEN, "record is past its date and not on hold",
            "records are past their date and not on hold", "retention"),
    Watched("shares_judged", "breach", "Broken", BROKEN, "share was not covered by agreement or a recorded risk",
            "shares were not covered by agreement or a recorded risk", "sharing"),
    Watched("leads", "none", "No lead", BROKEN, "open family has nobody taking the lead",
            "open families have nobody taking the lead", "overview"),
    Watched("shares_judged", "check", "Check", LOOK, "share needs a person to look",
            "shares need a person to look", "sharing"),
    Watched("leads", "two", "Check", LOOK, "open family has several people taking the lead",
            "open families have several people taking the lead", "overview"),
    Watched("retention", "cannot_tell", "Cannot tell", GREY, "record has no date to count from",
            "records have no date to count from", "retention"),
    Watched("families", "stale", "Check", LOOK, "open family has had no recent contact",
            "open families have had no recent contact", "retention"),
    Watched("reviews", "never", "Check", LOOK, "open goal has never been reviewed",
            "open goals have never been reviewed", "outcomes"),
)  # fmt: skip
FACTS = (
    ("families", "total", "Families supported on the last day"),
    ("leads", "one", "Open families with one person taking the lead"),
    ("reviews", "in_quarter", "Open goals reviewed in the quarter"),
    ("shares", "total", "Times that details were shared"),
)


def attention(page: Dashboard, choice: Choice) -> Html:
    """The answer to a page's question: what needs attention, worst first; on the overview that of every page."""
    everything = page.name == "overview"
    watched = [each for each in WATCHED if everything or each.page == page.name]
    points = [_point(each, said, everything) for each in watched for said in _said(each, choice)]
    if everything:
        points = [*_promises(choice.release), *points]
    answers = [answer(FIGURES[table], choice) for table in page.answers]
    known = all(_figure(choice.release, each.table, each.column, choice) != UNAVAILABLE for each in watched)
    return element(
        "section",
        element("h2", _head(len(points), known, page, answers), id="attention"),
        element("p", _of(choice), " ", element("a", "Link to this view", href=f"?{choice.query}"), class_="scope"),
        element("ul", *points, *(element("li", f"{said}.") for said in answers), class_="points"),
        aria_labelledby="attention",
        class_="attention",
    )


def _head(count: int, known: bool, page: Dashboard, answers: list[str]) -> str:
    """The answer in one line; it never says that all is well where something could not be counted."""
    if count:
        return f"{count} {'thing needs' if count == 1 else 'things need'} attention"
    if not known:
        return "Not everything could be counted"
    return page.fine or answers.pop(0)


def _of(choice: Choice) -> str:
    """What the page is about, as somebody would say it aloud."""
    quarter = choice.release.quarter
    return f"{choice.place}, {quarter.words}. Data to {dates.words(quarter.last)}."


def _said(each: Watched, choice: Choice) -> Iterator[str]:
    """The sentence, if the figure is not 0 and known not to be."""
    figure = _figure(choice.release, each.table, each.column, choice)
    if figure == HIDDEN:
        yield f"Some {each.many} (how many is hidden to protect families)"
    elif isinstance(figure, int) and figure:
        yield f"{figure:,} {each.one if figure == 1 else each.many}"


def _figure(release: Release, table: str, column: str, choice: Choice) -> int | str:
    """One figure of the hub chosen, or of all."""
    row = choice.chosen["hub"].code if "hub" in choice.chosen else TOTAL
    found = release.tables.get(table)
    return found.at(row, column) if found else UNAVAILABLE


def _point(each: Watched, said: str, everything: bool) -> Html:
    link = Html()
    if everything and each.page != "overview":
        page = dashboard(each.page)
        link = together(" ", element("a", f"See {page.title.lower()}", href=f"{page.name}.ipynb", data_page=page.name))
    return element("li", _tag(each.tag, each.colour), " ", said, ".", link)


def _tag(said: str, colour: str) -> Html:
    return element("strong", said, class_=f"tag {colour}")


def _promises(release: Release) -> Iterator[Html]:
    """Which promises are broken and which at risk, a line for each; they are judged for all hubs together."""
    for status in ("broken", "at_risk"):
        titles = [title for _, title, _, stands in release.promises if stands == status]
        if titles:
            count = f"{len(titles)} {'promise' if len(titles) == 1 else 'promises'} of the notice, all hubs: "
            yield element("li", _tag(*STANDS[status]), " ", count, "; ".join(titles), ". ", BELOW)


def facts(choice: Choice, past: list[Release]) -> Html:
    """How the hub stands, in four figures: numbers and words, no dials."""
    rows = [_fact(*each, choice, past) for each in FACTS]
    return element(
        "section",
        element("h2", "How things stand", id="stands"),
        element("dl", *rows, class_="facts"),
        aria_labelledby="stands",
    )


def _fact(table: str, column: str, label: str, choice: Choice, past: list[Release]) -> Html:
    now = _figure(choice.release, table, column, choice)
    said = [NOT_GIVEN[now] if isinstance(now, str) else f"{now:,}"]
    if isinstance(now, int) and column != "total":
        of = _figure(choice.release, table, "total", choice)
        said += [f" of {of:,}"] if isinstance(of, int) else []
    if isinstance(now, int) and len(past) > 1:
        before = _figure(past[1], table, column, choice)
        within = choice.release.manifest.get("no_clear_change_within", 0)
        said.append(f" ({moved(before, now, past[1].quarter.words, within)})")
    return element("div", element("dt", label), element("dd", "".join(said)))


def board(release: Release) -> Html:
    """Every promise and how it stood; nothing if the release has no board."""
    if not release.promises:
        return Html()
    rows = [
        table_row([f"{promise[1:]}. {title}", sentence, _tag(*STANDS.get(status, STANDS["cannot_tell"]))])
        for promise, title, sentence, status in release.promises
    ]
    caption = element("caption", "Table: promises and how they stood, all hubs", id="board-table")
    table = element("table", caption, table_head(BOARD), element("tbody", *rows))
    region = element("div", table, class_="table", role="region", tabindex="0", aria_labelledby="board-table")
    return together(element("h2", "The promises of the privacy notice", id="board"), region)
