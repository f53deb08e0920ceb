"""The dashboards as plain files, for a shared drive or any web server: no kernel, no script, only links beside them.

Each view that the live pages offer is a page here, made of the same releases by the same functions. The folder is
written whole or not at all, and only where nothing else lies; the same releases give the same bytes.

    index.html · overview.html, of the newest quarter · retention-corby-2026-q2.html · files/families-2026-q3.csv
    site.json: which files are ours
"""

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from hubdata import __version__, places
from hubdata.dashboards.catalogue import DASHBOARDS, Dashboard
from hubdata.dashboards.choice import BY, Choice, Links, offered
from hubdata.dashboards.page import figures
from hubdata.dashboards.releases import Bin, Release, releases
from hubdata.errors import HubError, Refused
from hubdata.figures.html import Html, element, together

LISTED = "site.json"
FILES = "files"
TEMPLATES = places.TEMPLATES / "voila" / "hub"
SAFE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Site:
    """A folder of pages as it was written."""

    folder: Path
    pages: int
    files: int


@dataclass(frozen=True)
class Beside(Links):
    """Links of a page that is a file: to other files, each by a relative address; `kept` gathers the downloads."""

    kept: dict[str, bytes] = field(default_factory=dict)
    slide: Callable[[str], bytes] | None = None

    def page(self, page: Dashboard, choice: Choice) -> str:
        """Another page with the same hub and quarter, where it has them."""
        there = {each.code for by in BY for each in offered(page, choice.release, by)}
        return name(page, {by: one for by, one in choice.chosen.items() if one.code in there}, choice.release)

    def view(self, page: Dashboard, choice: Choice) -> str:
        """The page itself."""
        return name(page, choice.chosen, choice.release)

    def file(self, name: str, kind: str, content: bytes) -> str:
        """A file beside the pages; one of a name has one content."""
        there = f"{FILES}/{'.'.join(plain(part) for part in name.rsplit('.', 1))}"
        if self.kept.setdefault(there, content) != content:
            raise HubError(f"two files of the site would be called {there}; nothing was written")
        return there


def name(page: Dashboard, chosen: dict[str, Bin], release: Release | None) -> str:
    """What a view's file is called: the page, whom it is about, and the quarter; without one it is the newest's."""
    parts = [
        page.name,
        *(plain(one.code) for one in chosen.values()),
        *([str(release.quarter).lower()] if release else []),
    ]
    return f"{'-'.join(parts)}.html"


def plain(code: str) -> str:
    """A code as part of a file's name that every system takes; two codes never give one name."""
    safe = SAFE.sub("-", code.lower()).strip("-")
    return safe if safe == code.lower().replace("_", "-") else f"{safe}-{sha256(code.encode()).hexdigest()[:8]}"


def write(folder: Path, released: Path, slides: bool = False) -> Site:
    """Write every view of every release, with `slides` PNG pictures and briefs too.

    Raises Refused, and writes nothing, where something else lies in the folder.
    """
    found = releases(released)
    if not found:
        raise Refused("nothing has been published yet: there is nothing to write", ["nothing has been published"])
    folder = refuse_others(folder)
    content = _content(found, slides)
    try:
        _put(folder, content)
    except OSError as error:
        raise HubError(f"{folder} could not be written ({error.strerror or error}); it is as it was") from error
    pages = sum(each.endswith(".html") for each in content)
    return Site(folder, pages, len(content) - pages)


def _content(found: list[Release], slides: bool) -> dict[str, bytes]:
    """Every file of the site by its name."""
    links = Beside()
    if slides:
        # 0.4 s for Pillow and ReportLab, an extra that not every hub installs
        from hubdata.dashboards.site.brief import brief
        from hubdata.figures.slides.png import png

        links = Beside(slide=cache(png))
        links.kept.update(
            {_brief(each): brief(each, [one for one in found if one.quarter <= each.quarter]) for each in found}
        )
    made = {"index.html": _template("index.html").render(base_url="index.html", place="", ends=".html").encode()}
    for page in DASHBOARDS:
        for choice in _views(page, found, links):
            own = links.view(page, choice)
            if own in made:
                raise HubError(f"two pages of the site would be called {own}; nothing was written")
            made[own] = content = _page(page, choice, found).encode()
            if choice.release is found[0]:
                made[name(page, choice.chosen, None)] = content
    made |= links.kept
    said = {
        "made_with": __version__,
        "releases": {str(each.quarter): each.folder.name for each in found},
        "files": {name: sha256(content).hexdigest() for name, content in sorted(made.items())},
    }
    return made | {LISTED: (json.dumps(said, indent=1) + "\n").encode()}


def _brief(release: Release) -> str:
    return f"{FILES}/family-hub-brief-{release.quarter}.pdf".lower()


def _views(page: Dashboard, found: list[Release], links: Beside) -> Iterator[Choice]:
    """Every view that a page offers: all together, and each hub or partner, in each quarter."""
    for release in found:
        yield Choice(release, {}, links=links)
        for by in BY:
            for one in offered(page, release, by):
                yield Choice(release, {by: one}, links=links)


def _page(page: Dashboard, choice: Choice, found: list[Release]) -> str:
    at = {each.name: choice.links.page(each, choice) for each in DASHBOARDS}
    return _template("static.html.j2").render(
        page=page,
        words=choice.words,
        at=at,
        filters=_filters(page, choice, found),
        figures=figures(page, choice, found, found[0].quarter.last),
        brief=_brief(choice.release) if choice.links.slide and page.name == "overview" else "",
    )


def _filters(page: Dashboard, choice: Choice, found: list[Release]) -> Html:
    """What the live page's filters offer, as links."""
    picks = []
    for by, everything in BY.items():
        there = offered(page, choice.release, by)
        views = [(everything.capitalize(), {}), *((one.label, {by: one}) for one in there)]
        now = {of: one for of, one in choice.chosen.items() if of == by}
        picks += (
            [
                _pick(
                    by,
                    page,
                    [(said, Choice(choice.release, own, links=choice.links)) for said, own in views],
                    now,
                    choice,
                )
            ]
            if there
            else []
        )
    quarters = [(each.quarter.words, _same(page, choice, each)) for each in found]
    picks.append(_pick("period", page, quarters, choice.chosen, choice))
    return element("nav", *picks, class_="filters", aria_label="Choose figures")


def _same(page: Dashboard, choice: Choice, release: Release) -> Choice:
    """The same hub or partner in another quarter, or all where that has none."""
    there = {each.code: each for by in BY for each in offered(page, release, by)}
    chosen = {by: there[one.code] for by, one in choice.chosen.items() if one.code in there}
    return Choice(release, chosen, links=choice.links)


def _pick(of: str, page: Dashboard, views: list[tuple[str, Choice]], now: dict[str, Bin], choice: Choice) -> Html:
    items, picked = [], ""
    for said, view in views:
        is_now = view.release is choice.release and view.chosen == now
        picked = said if is_now else picked
        link = element("a", said, href=choice.links.view(page, view), aria_current="true" if is_now else None)
        items.append(element("li", link))
    summary = element("summary", together(f"{of.capitalize()}: ", element("b", picked)))
    return element("details", summary, element("ul", *items))


def refuse_others(folder: Path, home: Path | None = None) -> Path:
    """The folder in full. Raises Refused unless it is new, empty or what was written here before.

    A hub's home is for nobody but its officers, and pages in it would be backed up with the records.
    """
    folder = folder.absolute()
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise Refused(f"{folder} is no folder; name one of the site's own", [f"{folder} is no folder"])
    if home is not None and folder.resolve().is_relative_to(home.resolve()):
        why = f"{folder} is in the hub's home, where managers cannot read; name a folder outside it"
        raise Refused(why, [why])
    there = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()
    }
    try:
        ours = {LISTED, *json.loads((folder / LISTED).read_text("utf-8"))["files"]} if there else set()
    except (OSError, ValueError, KeyError, TypeError):
        ours = set()
    if others := sorted(there - ours):
        why = f"{folder} holds something else ({others[0]}): a site has a folder of its own; nothing was written"
        raise Refused(why, [f"{each} is not the site's" for each in others])
    return folder


def lines_of(made: Site) -> list[str]:
    """A site for a reader."""
    return [
        f"The dashboards are also plain files: {made.pages:,} pages and {made.files:,} files beside them.",
        f"  {made.folder / 'index.html'}",
    ]


def _put(folder: Path, content: dict[str, bytes]) -> None:
    """Write everything beside the folder, then put it in its place at once; the old one stays until then."""
    making, old = f".{folder.name}.making-", f".{folder.name}.old-"
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in [*folder.parent.glob(f"{making}*"), *folder.parent.glob(f"{old}*")]:
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=making, dir=folder.parent, ignore_cleanup_errors=True) as place:
        new = Path(place) / "site"
        (new / FILES).mkdir(parents=True)
        for each, own in content.items():
            (new / each).write_bytes(own)
        aside = folder.with_name(f"{old}{Path(place).name[len(making) :]}")
        if folder.exists():
            folder.rename(aside)
        try:
            new.rename(folder)
        except OSError:
            if aside.exists():
                aside.rename(folder)
            raise
        if aside.exists():
            shutil.rmtree(aside)


@cache
def _template(file: str):
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True).get_template(file)
