"""A dashboard's whole content for one question: what is asked, what is answered, where it comes from.

It is a function of the releases and of text that anybody may write; it holds no state and never fails on a question.
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from hubdata import dates, moments
from hubdata.dashboards import cards
from hubdata.dashboards.attention import attention, board
from hubdata.dashboards.catalogue import Dashboard
from hubdata.dashboards.choice import BY, Choice, chosen, offered
from hubdata.dashboards.figure import method, saved, section
from hubdata.dashboards.releases import HIDDEN, TOTAL, UNAVAILABLE, Bin, Release, folder, releases
from hubdata.figures.html import Html, element, together
from hubdata.figures.table import SHORTHAND

LOG = logging.getLogger("hubdata.dashboards.show")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_GIVEN = {HIDDEN: "Hidden to protect families", UNAVAILABLE: "Not available"}
LATE_AFTER = 45  # days from a quarter's end by which its figures are expected
EMPTY = "No figures have been published yet. Ask your information governance officer when they will be."
PROTECTED = "No family, child or worker can be told from this page, and no free text is in it."


def content(page: Dashboard, question: str, found: list[Release], today: date) -> Html:
    """A page's filters and figures for what was asked; the filters stay when other figures are asked for."""
    if not found:
        return element("p", EMPTY, class_="empty")
    choice = chosen(question, page, found)
    return together(form(page, choice, found), figures(page, choice, found, today))


def again(page: Dashboard, question: str, found: list[Release], today: date) -> Html:
    """The figures alone, for what is asked of a page that is open."""
    return (
        figures(page, chosen(question, page, found), found, today) if found else content(page, question, found, today)
    )


def made(what: Callable[..., Html], page: Dashboard, question: str) -> Html:
    """Content or figures for a question, or a reference number where they cannot be made; nobody sees an error."""
    try:
        return what(page, question, releases(folder()), moments.today())
    except Exception:
        reference = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
        LOG.exception("reference %s", reference)
        return problem(reference)


def figures(page: Dashboard, choice: Choice, found: list[Release], today: date) -> Html:
    """Everything that changes with the choice; what it is of goes into the page's address and its status."""
    past = [each for each in found if each.quarter <= choice.release.quarter]
    return element(
        "div",
        *(element("p", note, class_="notice") for note in (*choice.notes, *_stale(found[0], today))),
        attention(page, choice, past),
        _charts(page, choice, past),
        board(choice.release) if page.name == "overview" else Html(),
        element("h2", "All figures", id="figures"),
        *(section(figure, choice) for figure in page.figures),
        about(choice),
        class_="shown",
        data_query=choice.query,
        data_said=" ".join([f"Figures updated: {choice.words}.", *choice.notes]),
    )


def _charts(page: Dashboard, choice: Choice, past: list[Release]) -> Html:
    """The page's charts beside each other, and which of what was chosen they do not follow."""
    drawn = [cards.shown(each, choice) for each in cards.cards(page, choice, past)]
    return element(
        "section",
        element("h2", "Over time, and beside each other", id="charts"),
        element("div", *drawn, class_="cards"),
        aria_labelledby="charts",
    )


def form(page: Dashboard, choice: Choice, found: list[Release]) -> Html:
    """The filters, as a form that also works before the page has come alive and after it has ended."""
    quarters = [Bin(str(each.quarter), each.quarter.words) for each in found]
    picks = [
        _pick(by, by.capitalize(), everything.capitalize(), there, choice.chosen.get(by))
        for by, everything in BY.items()
        if (there := offered(page, choice.release, by))
    ]
    period = _pick("quarter", "Period", "", quarters, Bin(str(choice.release.quarter), ""))
    return element(
        "form",
        *picks,
        period,
        element("button", "Update", type="submit"),
        element("button", "Print this page", type="button", class_="print"),
        method="get",
        class_="filters",
        aria_label="Choose figures",
    )


def _pick(name: str, label: str, everything: str, there: Sequence[Bin], now: Bin | None) -> Html:
    options = [Bin("", everything), *there] if everything else there
    picked = now.code if now else ""
    listed = (element("option", each.label, value=each.code, selected=each.code == picked) for each in options)
    return element(
        "p", element("label", label, for_=f"pick-{name}"), element("select", *listed, id=f"pick-{name}", name=name)
    )


def _stale(newest: Release, today: date) -> list[str]:
    """That the next quarter's figures should have been here by now."""
    if today <= _expected(newest):
        return []
    old = (today - newest.quarter.last).days
    return [f"These figures are {old} days old. Those for {newest.quarter.after.words} have not been published."]


def _expected(release: Release) -> date:
    """By when the figures that follow a release should be there."""
    return release.quarter.after.last + timedelta(days=LATE_AFTER)


def about(choice: Choice) -> Html:
    """Where the figures come from, how small numbers are protected, and how to keep them."""
    release = choice.release
    said = release.manifest
    rows = {
        "Figures for": release.quarter.words,
        "Data to": dates.words(release.quarter.last),
        "Next figures": f"for {release.quarter.after.words}, expected by {dates.words(_expected(release))}",
        "Family records, open and closed": _families(release),
        "Small numbers": method(release),
        "Shorthand": "; ".join(SHORTHAND[mark] for mark in (HIDDEN, UNAVAILABLE)) + ".",
        "Release": f"{release.quarter}, {release.folder.name}, made with hubdata {said['version']}",
        "Questions": "Ask your information governance officer, and quote the release.",
    }
    listed = (element("div", element("dt", name), element("dd", text)) for name, text in rows.items())
    name = f"family-hub-figures-{release.quarter}.xlsx".lower()
    whole = f"Download every published figure for {release.quarter.words}"
    return element(
        "section",
        element("h2", "About these figures", id="about"),
        element("p", PROTECTED),
        element("dl", *listed, class_="facts"),
        saved(whole, name, XLSX, release.read("release.xlsx"), "Excel workbook", choice),
        aria_labelledby="about",
        class_="about",
    )


def _families(release: Release) -> str:
    table = release.tables.get("retention")
    figure = table.shown.get((TOTAL, TOTAL), UNAVAILABLE) if table else UNAVAILABLE
    return NOT_GIVEN.get(figure, figure)


def problem(reference: str) -> Html:
    """What is said when a page cannot be made: no jargon, no blame, a number to quote."""
    return element(
        "div",
        element("h2", "Sorry, there is a problem with this page"),
        element("p", "The figures are safe. Try again later."),
        element(
            "p",
            "If it goes on, ask your information governance officer and quote reference ",
            element("strong", reference),
            ".",
        ),
        class_="problem",
    )
