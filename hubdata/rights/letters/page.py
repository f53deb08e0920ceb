"""A letter as a page to read and print: one file, no script, no request; it says what the .docx says."""

from hubdata.figures.html import Html, element, framed, header, shown, together
from hubdata.rights.letters.wording import Worded

MARK = "Private and confidential"
FOOT = "This letter is for the person whom it is addressed to."


def render(above: list[str], worded: Worded, below: list[str]) -> Html:
    """The page: lines above (to whom, which day), the letter under its title, and lines that close it."""
    body = [_lines(above), *(element("p", shown(said)) for said in worded.says), _lines(below)]
    return framed(worded.title, header("Family Hub", MARK), body, FOOT, "subject/letter.css")


def _lines(said: list[str]) -> Html:
    broken = (together(shown(line), element("br")) if line else element("br") for line in said)
    return element("p", *broken, class_="address")
