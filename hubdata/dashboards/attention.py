"""What a page answers first: its question in a sentence, what needs attention, worst first, what to do and whom to ask.

It reads the same released figures as the rest of the page. Where a figure is hidden, it says that there are some.
"""

from dataclasses import dataclass

from hubdata import dates
from hubdata.dashboards.catalogue import Dashboard, dashboard
from hubdata.dashboards.choice import Choice
from hubdata.dashboards.readings import DOWN, FEW, SAME, UNCLEAR, UNKNOWN, UP
from hubdata.dashboards.releases import HIDDEN, UNAVAILABLE, Release
from hubdata.dashboards.sentences import Told, told, where
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
OFFICER = "the information governance officer"
FIRST = 3  # things that are listed at once; the rest is folded


@dataclass(frozen=True)
class Watched:
    """A measure that should be 0: how grave it is, what to do about it and whom to ask, and on which page it is."""

    measure: str
    tag: str
    colour: str
    page: str
    do: str


WATCHED = (
    Watched(
        "past-date", "Overdue", BROKEN, "retention",
        do=f"Ask {OFFICER} for the list; each is reviewed and destroyed, or put on hold with a reason.",
    ),
    Watched(
        "not-covered", "Broken", BROKEN, "sharing",
        do=f"Ask {OFFICER} which these are; the partner that shared records the agreement or the risk.",
    ),
    Watched(
        "no-lead", "No lead", BROKEN, "overview",
        do="Ask each hub's manager to name somebody who takes the lead.",
    ),
    Watched("to-check", "Check", LOOK, "sharing", do=f"Ask {OFFICER} what has to be looked at, and by whom."),
    Watched("leads", "Check", LOOK, "overview", do="Ask each hub's manager which of them takes the lead."),
    Watched("no-date", "Cannot tell", GREY, "retention", do="Ask each hub's manager when support ended."),
    Watched(
        "stale", "Check", LOOK, "overview",
        do="Ask each hub's manager whether support goes on; if not, the record is closed.",
    ),
    Watched("never-reviewed", "Check", LOOK, "outcomes", do="Ask the lead workers' managers to plan a first review."),
)  # fmt: skip
SHORT = (
    ("Is support getting better?", "outcomes"),
    ("Where is it not?", ""),
    ("Are records kept too long?", "retention"),
    ("Are details shared without agreement?", "sharing"),
)
COMPARED = ("met", "reviewed")
BETTER = {
    UP: "Yes. ",
    DOWN: "No, it is worse. ",
    SAME: "No change. ",
    UNCLEAR: "No clear change. ",
    FEW: "Too few to say. ",
    UNKNOWN: "It cannot be said. ",
}
NOTHING = "Nothing needs attention"


def attention(page: Dashboard, choice: Choice, past: list[Release]) -> Html:
    """The answer to a page's question, then what needs attention, worst first; on the overview that of every page."""
    everything = page.name == "overview"
    points = [_point(each, of, everything) for each, of in to_do(page, choice, past)]
    promised = _promises(choice.release) if everything else []
    points = [*promised[:1], *points, *promised[1:]]
    return element(
        "section",
        element("h2", headline(page, choice, past), id="attention"),
        element("p", scope(choice), " ", element("a", "Link to this view", href=choice.links.view(page, choice))),
        _short(choice, past) if everything else _more(page, choice, past, bool(points)),
        _listed(points),
        aria_labelledby="attention",
        class_="attention",
    )


def to_do(page: Dashboard, choice: Choice, past: list[Release]) -> list[tuple[Watched, Told]]:
    """What of a page needs attention, worst first; of the overview that of every page."""
    return [(each, of) for each, of in _seen(page, choice, past) if _is_some(of)]


def headline(page: Dashboard, choice: Choice, past: list[Release]) -> str:
    """A page's answer in one sentence."""
    if page.name != "overview":
        return told(page.lead, choice, past).answer + "."
    seen, found = _seen(page, choice, past), to_do(page, choice, past)
    known = all(of.now is None or of.now.why_not != UNAVAILABLE for _, of in seen)
    return _head(len(found) + len(_promises(choice.release)), sum(of.is_worse for _, of in found), known)


def _seen(page: Dashboard, choice: Choice, past: list[Release]) -> list[tuple[Watched, Told]]:
    watched = [each for each in WATCHED if page.name in ("overview", each.page)]
    return [(each, told(each.measure, choice, past)) for each in watched]


def _head(count: int, worse: int, known: bool) -> str:
    """The overview's answer in one line; it never says that all is well where something could not be counted."""
    if not count:
        return f"{NOTHING}." if known else "Not everything could be counted."
    head = f"{count} {'thing needs' if count == 1 else 'things need'} attention"
    return f"{head}; {worse or 'none'} of these figures {'are' if worse > 1 else 'is'} clearly worse than last quarter."


def scope(choice: Choice) -> str:
    """What the page is about, as somebody would say it aloud."""
    quarter = choice.release.quarter
    return f"{choice.place}, {quarter.words}. Data to {dates.words(quarter.last)}."


def questions(choice: Choice, past: list[Release]) -> list[tuple[str, str, str]]:
    """A manager's questions, each with its answer and the page that says more, if there is one."""
    found = []
    for question, name in SHORT:
        of = told(dashboard(name).lead, choice, past) if name else None
        found.append((question, f"{_verdict(of)}{of.answer}." if of else f"{where(COMPARED, choice, past)}.", name))
    return found


def _short(choice: Choice, past: list[Release]) -> Html:
    rows = [
        element("div", element("dt", question), element("dd", said, _link(name, choice)))
        for question, said, name in questions(choice, past)
    ]
    return element("dl", *rows, class_="facts")


def _link(name: str, choice: Choice) -> Html:
    """A sentence that leads to a page."""
    if not name:
        return Html()
    page = dashboard(name)
    there = choice.links.page(page, choice)
    return together(" ", element("a", f"See {page.title.lower()}", href=there, data_page=page.name), ".")


def _verdict(of: Told) -> str:
    """The shortest answer to a manager's question: whether it goes where it should, or whether there is any."""
    if of.measure.good == "more":
        return BETTER[of.directions[1]]
    return "Yes. " if _is_some(of) else ""


def _more(page: Dashboard, choice: Choice, past: list[Release], some: bool) -> Html:
    """What else a page says at once: where it is worse, and that nothing else needs attention."""
    said = [f"{where(COMPARED, choice, past)}."] if page.name == "outcomes" else []
    said += [f"{told(name, choice, past).answer}." for name in page.trends[1:] if name not in _watched(page)]
    said += [] if some else ["Nothing on this page needs you to act."]
    return element("ul", *(element("li", each) for each in said), class_="said")


def _watched(page: Dashboard) -> set[str]:
    return {each.measure for each in WATCHED if each.page == page.name}


def _is_some(of: Told) -> bool:
    """Whether the figure is not 0, or hidden: then it is not known to be 0."""
    return of.now is not None and (of.now.part == HIDDEN or (isinstance(of.now.part, int) and of.now.part > 0))


def _listed(points: list[Html]) -> Html:
    """The worst, and the rest folded."""
    if not points:
        return Html()
    rest = points[FIRST:]
    more = element("summary", f"{len(rest)} more")
    folded = element("details", more, element("ul", *rest, class_="points"), id="more") if rest else Html()
    return together(
        element("h3", "What to do, and whom to ask"), element("ul", *points[:FIRST], class_="points"), folded
    )


def _point(each: Watched, of: Told, everything: bool) -> Html:
    link = _link(each.page, of.choice) if everything and each.page != "overview" else Html()
    return element("li", _tag(each.tag, each.colour), " ", of.answer, ". ", element("span", each.do, link, class_="do"))


def _tag(said: str, colour: str) -> Html:
    return element("strong", said, class_=f"tag {colour}")


def _promises(release: Release) -> list[Html]:
    """Which promises are broken and which at risk, a line for each; they are judged for all hubs together."""
    found = []
    for status in ("broken", "at_risk"):
        titles = [title for _, title, _, stands in release.promises if stands == status]
        if titles:
            count = f"{len(titles)} {'promise' if len(titles) == 1 else 'promises'} of the notice, all hubs: "
            found.append(element("li", _tag(*STANDS[status]), " ", count, "; ".join(titles), ". ", BELOW, "."))
    return found


def board(release: Release) -> Html:
    """Every promise and how it stood, folded; nothing if the release has no board."""
    if not release.promises:
        return Html()
    rows = [
        table_row([f"{promise[1:]}. {title}", sentence, _tag(*STANDS.get(status, STANDS["cannot_tell"]))])
        for promise, title, sentence, status in release.promises
    ]
    caption = element("caption", "Table: promises and how they stood, all hubs", id="board-table")
    table = element("table", caption, table_head(BOARD), element("tbody", *rows))
    region = element("div", table, class_="table", role="region", tabindex="0", aria_labelledby="board-table")
    return element("details", element("summary", "The promises of the privacy notice"), region, id="board")
