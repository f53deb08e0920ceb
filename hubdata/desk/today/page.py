"""What needs somebody, as part of a page: each thing a link to its case or to the form that does the next step."""

from collections.abc import Callable

from hubdata.dates import words
from hubdata.desk.today.said import first, still, title, whose
from hubdata.desk.today.thing import GROUPS, Thing, Today
from hubdata.figures.html import Html, element, together

Address = Callable[[Thing], str]
MOST = 12  # things of a group that are in sight; the others are behind a disclosure


def drawn(said: Today, address: Address, level: str = "h3") -> Html:
    """What needs somebody; `address` says where a thing is done, or nothing where no page does it."""
    groups = [_group(group, said, address, level) for group in GROUPS if said.of(group)]
    calm = "" if said.things else " calm"
    return element(
        "div",
        element("p", element("strong", first(said)), f" As at {words(said.as_at)}; {still(said)}"),
        *groups,
        *(element("p", each, class_="aside") for each in said.not_run),
        class_=f"today{calm}",
        data_said=first(said),
    )


def _group(group: str, said: Today, address: Address, level: str) -> Html:
    """A group's things, those with the same consequence under one sentence that says it."""
    found = said.of(group)
    whys = dict.fromkeys(one.otherwise for one in found)
    blocks = [_block(why, [one for one in found if one.otherwise == why], address) for why in whys]
    named = f"{title(group, said)} ({len(found):,})"
    return together(element("h2", named) if level == "h2" else element("h3", named), *blocks)


def _block(otherwise: str, found: list[Thing], address: Address) -> Html:
    shown = [_thing(one, address(one)) for one in found]
    rest = element("summary", f"and {len(shown) - MOST:,} more"), element("ul", *shown[MOST:])
    return together(
        element("p", f"Otherwise: {otherwise}", class_="aside"),
        element("ul", *shown[:MOST]),
        element("details", *rest) if shown[MOST:] else Html(),
    )


def _thing(one: Thing, address: str) -> Html:
    what = element("a", one.what, href=address) if address else together(one.what)
    return element("li", what, element("br"), element("span", whose(one), class_="aside"))
