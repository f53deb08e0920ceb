"""A person's copy as a page that a family can read and print: one file, no script, no request.

It says what the JSON document says, in the family's words, and nothing beyond it but the name at its top. The officer's
list of what is to be decided is a page too, marked as not to be given out.
"""

from datetime import date
from functools import cache
from html import escape
from string import Template

from hubdata import places
from hubdata.dates import words
from hubdata.figures.html import facts, shown
from hubdata.rights.copy.chapters import CHAPTERS as MORE
from hubdata.rights.copy.parts import NOTHING, day, heading, table_of
from hubdata.rights.copy.words import CHAPTERS

TITLE = "A copy of what the Family Hub keeps about you"
OFFICER = "To be decided before the copy is given"
FOOT = "This page shows what the Hub keeps about you alone. It is as private as a letter: keep it safe."
NOT_OUT = "For the officer. Not to be given out."
DRAFT = "This is a draft. What is not decided yet is left out of it; decide, and make the copy again."


def render(said: dict, name: str) -> str:
    """The page of one person's copy; every value is escaped."""
    body = [_opening(said), _contents({anchor: title for anchor, (title, _) in (CHAPTERS | MORE).items()})]
    for anchor, (title, tables) in CHAPTERS.items():
        body += [heading(anchor, title), *(_kept(said) if anchor == "kept" else ())]
        body += [part for table in tables for part in table_of(said["held"][table], table)]
    for anchor, (title, chapter) in MORE.items():
        body += [heading(anchor, title), *chapter(said)]
    if said["draft"]:
        return _page(TITLE, NOT_OUT, [f'<p class="answer">{DRAFT}</p>', *body], NOT_OUT)
    return _page(TITLE, f"For {shown(name)}", body, FOOT)


def officer(items: list[dict], request: str, on: date) -> str:
    """The officer's list: what each item says, so that it can be decided; every value is escaped."""
    body = [f'<p class="answer">{NOT_OUT}</p>',
            f"<p>Request {shown(request)}, as at {words(on)}. Decide each item: <code>hubdata rights decide "
            f"--request {escape(request)} --item ITEM --decision disclose|withhold</code></p>"]  # fmt: skip
    for one in items:
        body += [f"<h2>{shown(one['item'])}</h2>", facts([
            ("What it is", one["what"]), ("Why it is decided", one["why"]), ("How it stands", one["state"]),
            *one["says"],
        ])]  # fmt: skip
    return _page(OFFICER, NOT_OUT, body or [f"<p>{NOTHING}</p>"], NOT_OUT)


def _page(title: str, mark: str, body: list[str], foot: str) -> str:
    style = "\n".join(
        (places.TEMPLATES / name).read_text("utf-8") for name in ("report/style.css", "subject/style.css")
    )
    return _template().substitute(title=title, style=style, mark=mark, body="\n".join(body), foot=escape(foot))


@cache
def _template() -> Template:
    return Template((places.TEMPLATES / "subject" / "page.html").read_text("utf-8"))


def _opening(said: dict) -> str:
    left = sum(one["number"] for one in said["left_out"])
    points = [
        said["searched"],
        f"{_count(left, 'thing was', 'things were')} left out; the end of this page says why." if left else
        "Nothing was left out.",
        "If something is wrong, tell us and we will put it right.",
        f"This copy is for you. The council deletes its own file of it on {day(said['delete_on'])}.",
    ]  # fmt: skip
    if said["asked_by_another"]:
        points.insert(0, "It was asked for on your behalf. “You” is the person named at the top.")
    made = f"This is what the Family Hub kept about you on {day(said['made_on'])}."
    listed = "".join(f"<li>{escape(point)}</li>\n" for point in points)
    about = facts([("Your request", f"{said['request']}, received on {day(said['received_on'])}"),
                   ("This copy", said["pack"]), ("Made on", day(said["made_on"]))])  # fmt: skip
    return f'<p class="answer">{escape(made)}</p>\n<ul class="points">\n{listed}</ul>\n{about}'


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _contents(chapters: dict[str, str]) -> str:
    listed = "".join(f'<li><a href="#{anchor}">{escape(title)}</a></li>\n' for anchor, title in chapters.items())
    return f'<nav aria-labelledby="contents"><h2 id="contents">On this page</h2>\n<ol>\n{listed}</ol></nav>'


def _kept(said: dict) -> list[str]:
    return [f"<p>{escape(said['kept_until']['said'])}</p>",
            "<p>While your request is open nothing of it is destroyed. Each partner keeps its own records for as long "
            "as its own policy says.</p>"]  # fmt: skip
