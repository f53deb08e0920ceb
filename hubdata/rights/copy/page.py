"""A person's copy as a page that a family can read and print: one file, no script, no request.

It says what the JSON document says, in the family's words, and nothing beyond it but the name at its top. The officer's
list of what is to be decided is a page too, marked as not to be given out.
"""

from datetime import date

from hubdata.dates import words
from hubdata.figures.html import Html, block, element, facts, framed, header, points, shown, together
from hubdata.rights.copy.chapters import CHAPTERS as MORE
from hubdata.rights.copy.chapters import day, heading, table_of
from hubdata.rights.copy.words import CHAPTERS

TITLE = "A copy of what the Family Hub keeps about you"
OFFICER = "To be decided before the copy is given"
FOOT = "This page shows what the Hub keeps about you alone. It is as private as a letter: keep it safe."
NOT_OUT = "For the officer. Not to be given out."
KEPT = (
    "While your request is open nothing of it is destroyed. Each partner keeps its own records for as long as its own "
    "policy says."
)
DRAFT = "This is a draft. What is not decided yet is left out of it; decide, and make the copy again."
LAST_LOOK = "The last look: other people whom the copy would name, and where"


def render(said: dict, name: str, others: list[tuple[str, str]]) -> Html:
    """The page of one person's copy; a draft lists for the officer the others whom it names, and where."""
    body = [_opening(said), _contents({anchor: title for anchor, (title, _) in (CHAPTERS | MORE).items()})]
    for anchor, (title, tables) in CHAPTERS.items():
        body += [heading(anchor, title), *(_kept(said) if anchor == "kept" else ())]
        body += [part for table in tables for part in table_of(said["held"][table], table)]
    for anchor, (title, chapter) in MORE.items():
        body += [heading(anchor, title), *chapter(said)]
    if said["draft"]:
        look = [element("h2", LAST_LOOK), facts(others)] if others else []
        return _page(TITLE, NOT_OUT, [element("p", DRAFT, class_="answer"), *look, *body], NOT_OUT)
    return _page(TITLE, together("For ", shown(name)), body, FOOT)


def officer(items: list[dict], request: str, on: date) -> Html:
    """The officer's list: what each item says, so that it can be decided."""
    command = f"hubdata rights decide --request {request} --item ITEM --decision disclose|withhold"
    asked = ("Request ", shown(request), f", as at {words(on)}. Decide each item: ", element("code", command))
    body = [element("p", NOT_OUT, class_="answer"), element("p", *asked)]
    for one in items:
        rows = (("What it is", one["what"]), ("Why it is decided", one["why"]), ("How it stands", one["state"]))
        body += [element("h2", shown(one["item"])), facts([*rows, *one["says"]])]
    return _page(OFFICER, NOT_OUT, body, NOT_OUT)


def _page(title: str, mark: str, body: list[Html], foot: str) -> Html:
    return framed(title, header("Family Hub", mark), body, foot, "subject/style.css")


def _opening(said: dict) -> Html:
    left = sum(one["number"] for one in said["left_out"])
    first = [
        said["searched"],
        f"{_count(left, 'thing was', 'things were')} left out; the end of this page says why."
        if left
        else "Nothing was left out.",
        "If something is wrong, tell us and we will put it right.",
        f"This copy is for you. The council deletes its own file of it on {day(said['delete_on'])}.",
    ]
    if said["asked_by_another"]:
        first.insert(0, "It was asked for on your behalf. “You” is the person named at the top.")
    made = f"This is what the Family Hub kept about you on {day(said['made_on'])}."
    about = facts(
        [
            ("Your request", f"{said['request']}, received on {day(said['received_on'])}"),
            ("This copy", said["pack"]),
            ("Made on", day(said["made_on"])),
        ]
    )
    return together(element("p", made, class_="answer"), "\n", points(first), "\n", about)


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _contents(chapters: dict[str, str]) -> Html:
    listed = (element("li", element("a", title, href=f"#{anchor}")) for anchor, title in chapters.items())
    above = element("h2", "On this page", id="contents")
    return element("nav", above, "\n", block("ol", listed), aria_labelledby="contents")


def _kept(said: dict) -> list[Html]:
    return [element("p", said["kept_until"]["said"]), element("p", KEPT)]
