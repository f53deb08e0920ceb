"""One page for a meeting: the questions with their answers, what to do and whom to ask, three lines over time."""

from hubdata.dashboards import cards
from hubdata.dashboards.attention import headline, questions, scope, to_do
from hubdata.dashboards.catalogue import Dashboard, dashboard
from hubdata.dashboards.choice import Choice
from hubdata.dashboards.figure import method
from hubdata.dashboards.releases import Release
from hubdata.figures.slides.paper import Paper, Part, TooMuch, pdf

DRAWN = ("met", "past-date", "not-covered")
MOST = 4  # things to do that stand on the page


def brief(release: Release, past: list[Release]) -> bytes:
    """The page of a release, all hubs together; `past` are the releases up to it, newest first."""
    choice, overview = Choice(release, {}), dashboard("overview")
    todo = [(f"{each.tag}: {of.answer}.", each.do) for each, of in to_do(overview, choice, past)]
    drawn = [(each.finding, each.drawn.picture(each.alternative())) for each in _drawn(choice, past) if each.drawn]
    for most in range(min(MOST, len(todo)), -1, -1):
        more = [("", f"On the overview page: {len(todo) - most} more.")] if most < len(todo) else []
        parts = [
            Part("Questions", [(question, said) for question, said, _ in questions(choice, past)]),
            Part("What to do, and whom to ask", [*todo[:most], *more] or [("", "Nothing needs attention.")]),
        ]
        foot = (method(release), f"Release {release.quarter}, {release.folder.name}. Published figures only.")
        paper = Paper(f"Family Hubs: {headline(overview, choice, past)}", scope(choice), parts, drawn, foot)
        try:
            return pdf(paper)
        except TooMuch:
            continue
    return pdf(Paper(f"Family Hubs, {release.quarter.words}", scope(choice), parts[:1], (), foot))


def _drawn(choice: Choice, past: list[Release]) -> list[cards.Card]:
    trends = Dashboard("brief", "", "", (), trends=DRAWN)
    return cards.cards(trends, choice, past)
