"""What is said of records that may be of one family: the evidence in words, and what an officer does next.

Names are said only where the pair carries them, which takes an officer's reason.
"""

from dataclasses import asdict

from hubdata.dates import words
from hubdata.families.find import Member
from hubdata.families.twice.decided import Decided
from hubdata.families.twice.pairs import Found, Match, Pair
from hubdata.records.people.acting import shown
from hubdata.terms import PairOutcome

KINDS = {
    "duplicate": "likely duplicate: open at the same time",
    "move": "likely move: one ended before the other began, elsewhere",
    "return": "likely return: one ended before the other began, at the same hub",
    "shared": "a child on both, but no adult",
}
COMPARED = {"given_name": "given name", "family_name": "family name", "date_of_birth": "day of birth", "role": "role"}
LEVELS = {
    "same": "the same",
    "swapped": "swapped with the other name",
    "close": "nearly the same",
    "part": "one is part of the other",
    "alike": "alike",
    "different": "different",
    "unknown": "not on both records",
}
OF_DAYS = {"swapped": "day and month swapped", "close": "one digit apart"}
SURE = 0.999  # no more is said: the weights are not that exact
DECIDE = "`hubdata duplicates decide --family {} --other {} --decision same|different|unsure --reason …`"


def evidence(match: Match) -> str:
    """Why two people may be one, in words."""
    said = []
    for name, level in match.levels.items():
        word = OF_DAYS.get(level, LEVELS[level]) if name == "date_of_birth" else LEVELS[level]
        said.append(f"{COMPARED[name]} {word}{_values(name, match)}")
    return f"{match.person} and {match.counterpart}: {'; '.join(said)}"


def _values(name: str, match: Match) -> str:
    if match.names is None:
        return ""
    values = list(dict.fromkeys(_value(one, name) for one in match.names))
    return f" ({', '.join(values)})"


def _value(one: Member, name: str) -> str:
    value = getattr(one, name)
    if name == "date_of_birth":
        return words(value) if value else "not recorded"
    # a name may hold signs that turn what follows around
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in value.replace("_", " "))


def next_step(pair: Pair) -> str:
    """What an officer does with a suggestion."""
    decide = DECIDE.format(pair.family, pair.other)
    if pair.kind == "shared":
        return (
            "Parents who live apart are no duplicate: tell neither what the other's record says. Ask each lead "
            f"by itself, then {decide}."
        )
    asked = _partners(pair)
    if pair.kind == "duplicate":
        return f"Ask {asked} whether it is one family and which record goes on, then {decide}."
    return f"Ask {asked} whether the family came {'from there' if pair.kind == 'move' else 'back'}, then {decide}."


def _partners(pair: Pair) -> str:
    named = sorted({partner for each in pair.partners for partner in each})
    return ", ".join(named) or "both records' leads"


def after(one: Decided) -> str:
    """What follows from a decision; nothing is done by machine."""
    if one.decision == PairOutcome.SAME:
        return (
            "Nothing was merged. If both are open, agree with the partners which record goes on; the partner of "
            "the other closes it in its next return. Each record is kept for its own five years."
        )
    if one.decision == PairOutcome.DIFFERENT:
        return "They are not suggested again unless a name, a day of birth or who is in the family changes."
    if one.decision == PairOutcome.UNSURE:
        return "They stay on the list until it is decided."
    return "What was decided no longer stands; they are suggested again if the records call for it."


def decided_lines(one: Decided) -> list[str]:
    """A decision as recorded, for a reader."""
    said = PairOutcome(one.decision).label
    return [
        f"{one.family} and {one.other}: {said[0].lower()}{said[1:]}. Recorded on {words(one.decided_on)}.",
        after(one),
    ]


def lines(found: Found) -> list[str]:
    """What was found, for a reader."""
    said = [
        f"{found.families:,} families compared as at {words(found.as_at)}; pairs at least {found.threshold:.0%} "
        f"likely: {len(found.pairs) + found.more:,}."
    ]
    for pair in found.pairs:
        said += ["", *_pair_lines(pair)]
    if found.more:
        said += ["", f"and {found.more:,} more; show them with --limit, or narrow it with --hub or --family."]
    said += ["", "Decided to be of one family:"] * bool(found.linked)
    said += [
        f"  {one.family} and {one.other}, on {words(one.decided_on)}, by {_who(one)}{_since(one)}"
        for one in found.linked
    ]
    if found.linked:
        said.append(after(found.linked[0]))
    if found.different:
        said.append(f"{_count(found.different, 'pair stands', 'pairs stand')} decided to be different families.")
    if found.not_compared:
        said.append(
            f"{_count(found.not_compared, 'person was', 'people were')} not compared: too many share their "
            "names, and no day of birth tells them apart."
        )
    return said


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _who(one: Decided) -> str:
    return f"{one.decided_by} {shown(one.decided_with)}"


def _since(one: Decided) -> str:
    return "; the records have changed since: look again" if one.changed else ""


def _pair_lines(pair: Pair) -> list[str]:
    likely = "over 99.9% likely" if pair.probability > SURE else f"{pair.probability:.1%} likely"
    head = f"{pair.family} and {pair.other}: {KINDS[pair.kind]} ({likely})"
    said = [head, *(f"  {_record(pair, at)}" for at in (0, 1)), *(f"  {evidence(match)}" for match in pair.matches)]
    said += [f"  the same reference at {', '.join(pair.same_reference_at)}"] if pair.same_reference_at else []
    if pair.decided:
        on = f"{words(pair.decided.decided_on)}, by {_who(pair.decided)}"
        said.append(
            f"  decided before on other details: {pair.decided.decision}, on {on}"
            if pair.decided.changed
            else f"  could not be told on {on}"
        )
    return [*said, f"  {next_step(pair)}"]


def _record(pair: Pair, at: int) -> str:
    opened, closed = words(pair.opened_on[at]), pair.closed_on[at]
    when = f"{opened} to {words(closed)}" if closed else f"open since {opened}"
    helped = f", with {', '.join(pair.partners[at])}" if pair.partners[at] else ""
    people = _count(pair.people[at], "person", "people")
    return f"{(pair.family, pair.other)[at]}: {pair.hubs[at]}, {when}, {people}{helped}"


def as_json(found: Found) -> dict:
    """What was found as the command's JSON, with what to do next; no name unless the pair carries it."""
    said = asdict(found)
    for pair, one in zip(found.pairs, said["pairs"], strict=True):
        one["next"] = next_step(pair)
        for match, each in zip(pair.matches, one["matches"], strict=True):
            each["evidence"] = evidence(match)
    for linked, one in zip(found.linked, said["linked"], strict=True):
        one["next"] = after(linked)
    return said
