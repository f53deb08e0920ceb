"""One thing that `hubdata doctor` found: a fact, whether it stands in the way, what to do; it names no person."""

from dataclasses import dataclass

NO, PERHAPS, YES = "no", "perhaps", "yes"
ABOUT = ("clock", "permissions", "keys", "disk", "database", "versions", "open copies", "decisions")  # contract.md
MARKS = {NO: " ", PERHAPS: "?", YES: "!"}


@dataclass(frozen=True)
class Fact:
    """A fact about one thing; `in_the_way` is yes, no, or perhaps: a person must look, as where nobody can tell."""

    about: str
    fact: str
    in_the_way: str = NO
    to_do: str = ""


def exit_code(facts: list[Fact]) -> int:
    """1 if the hub cannot be worked with as things are, 3 if a person should look at something, else 0."""
    found = {fact.in_the_way for fact in facts}
    return 1 if YES in found else 3 if PERHAPS in found else 0


def lines(facts: list[Fact]) -> list[str]:
    """The facts for a reader: what stands in the way begins with !, what a person must look at with ?."""
    said = []
    for fact in facts:
        said.append(f"{MARKS[fact.in_the_way]} {fact.about:<12} {fact.fact}{'' if fact.fact.endswith('…') else '.'}")
        if fact.to_do:
            said.append(f"{'':<14} -> {fact.to_do}.")
    stops, looks = (sum(fact.in_the_way == how for fact in facts) for how in (YES, PERHAPS))
    end = f"{stops} of {len(facts)} facts stand in the way (!); {looks} more are for a person to look at (?)."
    return [*said, end if stops or looks else "Nothing stands in the way."]
