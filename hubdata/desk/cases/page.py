"""A case as part of a page: its facts, then everything else in reading order, said once; what is long is folded."""

from datetime import date

from hubdata.dates import words as in_words
from hubdata.desk.cases.case import Case, Part
from hubdata.desk.forms.words import Words
from hubdata.figures.html import Html, element, together

TODAY = "Today"
IN_SIGHT = 8  # lines of a part that stand open


def drawn(one: Case, words: Words) -> Html:
    """The case, with codes in words and links to other cases where the desk is served."""
    facts = (element("div", element("dt", term), element("dd", words.line(said))) for term, said in one.facts)
    done = [Part("What was done", one.done)] if one.done else []
    return element(
        "div",
        element("h3", one.title) if one.kind == "family" else Html(),
        element("dl", *facts, class_="facts") if one.facts else Html(),
        _line(one.days, words),
        *(_part(part, words) for part in [*one.parts, *done] if part.said),
        class_="case",
        data_said=f"{one.title} is open.",
    )


def _line(days: list[tuple[date, str]], words: Words) -> Html:
    """The case's line in time, from its first day down to its last; what is in the future stands below today."""
    if not days:
        return Html()
    points = (
        element("li", element("strong", in_words(day)), " ", words.line(what), class_="now" if what == TODAY else None)
        for day, what in days
    )
    return together(element("h3", "Its line in time"), element("ol", *points, class_="line"))


def _part(part: Part, words: Words) -> Html:
    said = [element("li", words.line(line.strip())) for line in part.said]
    folded = element("summary", f"{len(said) - IN_SIGHT:,} more"), element("ul", *said[IN_SIGHT:])
    return together(
        element("h3", words.plain(part.title)),
        element("ul", *said[:IN_SIGHT]),
        element("details", *folded) if said[IN_SIGHT:] else Html(),
    )
