"""What needs somebody, for a reader: in lines for a terminal, and as a list for START HERE in JupyterLab."""

from collections.abc import Iterator

from hubdata.dates import words
from hubdata.desk.today.thing import BROKEN, GROUPS, Thing, Today

CALM = "Nothing needs anybody today."
SHOWN = 20


def title(group: str, said: Today) -> str:
    """A group's heading, with the day that it compares with where it compares."""
    return f"{GROUPS[group]} since {words(said.since)}" if group == BROKEN else GROUPS[group]


def first(said: Today) -> str:
    """How much needs somebody, in one sentence."""
    if not said.things:
        return CALM
    count = "1 thing needs" if len(said.things) == 1 else f"{len(said.things):,} things need"
    return f"{count} somebody."


def still(said: Today) -> str:
    """How many findings are open in all."""
    count = "1 finding is" if said.open_findings == 1 else f"{said.open_findings:,} findings are"
    return f"{count} open in all."


def whose(one: Thing) -> str:
    """Whose it is and by when."""
    return f"{one.whose[:1].upper()}{one.whose[1:]}{f', by {words(one.by)}' if one.by else ''}."


def lines(said: Today) -> list[str]:
    """The same for a terminal: each group, and of each thing whose it is, by when, and what happens otherwise."""
    return [f"As at {words(said.as_at)}: {first(said)}", *_groups(said), "", still(said), *said.not_run]


def _groups(said: Today) -> Iterator[str]:
    for group in GROUPS:
        found = said.of(group)
        if found:
            yield from ("", title(group, said))
        for one in found[:SHOWN]:
            yield f"  {one.what}"
            yield f"      {whose(one)} Otherwise: {one.otherwise} `{command(one)}`"
        if len(found) > SHOWN:
            yield f"  and {len(found) - SHOWN:,} more (--json lists them all)"


def command(one: Thing) -> str:
    """The command that does the next step, with what it is about."""
    given = (f"--{name.replace('_', '-')} {value}" for name, value in one.given.items())
    return " ".join(["hubdata", one.command, *given])


def markdown(said: Today) -> str:
    """What START HERE shows: the same things, a list a group; their words are escaped."""
    parts = [f"**{first(said)}** As at {words(said.as_at)}; {still(said)}"]
    for group in GROUPS:
        found = said.of(group)
        if found:
            points = [f"- {_plain(one.what)}. {_plain(whose(one))} Otherwise: {_plain(one.otherwise)}" for one in found]
            more = [f"- and {len(found) - SHOWN:,} more"] if len(found) > SHOWN else []
            parts += [f"**{title(group, said)}**", "\n".join([*points[:SHOWN], *more])]
    return "\n\n".join(parts)


def _plain(said: str) -> str:
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#+!|~" else letter for letter in said)
