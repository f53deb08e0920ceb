"""How much each agreement or disagreement weighs: dated values of `params`, read and held to their shape; no data here.

level       m     u       it weighs log2(m / u): that the given name is close speaks for one person by 3.9
close       0.06  0.004
"""

from dataclasses import dataclass
from datetime import date
from math import log2

from hubdata.policy import Policy
from hubdata.written import Written, refuse

# Comparisons and their levels, best first, each with its condition in SQL; the last is everything else.
CONDITIONS = {
    name: {
        "same": f"{name}_l = {name}_r",
        "swapped": "given_name_l = family_name_r AND family_name_l = given_name_r",
        "close": f"jaro_winkler_similarity({name}_l, {name}_r) >= 0.92 AND damerau_levenshtein({name}_l, {name}_r) < 3",
        "part": f"list_has_all(string_split({name}_l, ' '), string_split({name}_r, ' ')) OR "
        f"list_has_all(string_split({name}_r, ' '), string_split({name}_l, ' ')) OR (least(length({name}_l), "
        f"length({name}_r)) > 2 AND (starts_with({name}_l, {name}_r) OR starts_with({name}_r, {name}_l)))",
        "alike": f"jaro_winkler_similarity({name}_l, {name}_r) >= 0.85",
        "different": "ELSE",
    }
    for name in ("given_name", "family_name")
} | {
    "date_of_birth": {
        "same": "date_of_birth_l = date_of_birth_r",
        "swapped": "year(date_of_birth_l) = year(date_of_birth_r) AND month(date_of_birth_l) = day(date_of_birth_r) "
        "AND day(date_of_birth_l) = month(date_of_birth_r)",
        # one wrong digit, but never a generation apart: a parent and a child of one name are two people
        "close": "damerau_levenshtein(CAST(date_of_birth_l AS VARCHAR), CAST(date_of_birth_r AS VARCHAR)) = 1 "
        "AND abs(year(date_of_birth_l) - year(date_of_birth_r)) < 13",
        "different": "ELSE",
    },
    "role": {"same": "role_l = role_r", "different": "ELSE"},
}
BY_FREQUENCY = ("given_name", "family_name", "date_of_birth")  # what is the same weighs more where it is rare


@dataclass(frozen=True)
class Weights:
    """The values in force on a day."""

    levels: dict[str, dict[str, dict[str, float]]]
    usual: dict[str, float]
    usual_weight: int
    expected: float
    unmatched: float
    partner_reference: float
    threshold: float
    handover_days: int
    block_limit: int

    def prior(self, families: int) -> float:
        """What speaks for any two of so many families being one, before they are compared."""
        chance = min(self.expected / max(families - 1, 1), 0.5)
        return log2(chance / (1 - chance))


def in_force(policy: Policy, as_at: date) -> Weights:
    """The values in force on a day. Raises Refused with every fault of their shape."""
    names = Weights.__dataclass_fields__
    found = Weights(**{name: policy.value(f"duplicates.{name}", as_at) for name in names})
    refuse("params/policy/duplicates.yaml has", _faults(Written(vars(found), called="duplicates.")))
    return found


def _faults(said: Written) -> list[str]:
    _check_levels(said.part("levels", "levels"))
    part = "{key} must be above 0 and below 1"
    for key in ("expected", "unmatched", "threshold"):
        said.must(key, _is_part, part)
    for name in BY_FREQUENCY:
        said.part("usual", "usual, ").must(name, _is_part, part, needed=True)
    for key in ("usual_weight", "handover_days", "block_limit"):
        said.whole(key, "{key} must be a whole number above 0", 1)
    said.must("partner_reference", lambda ratio: type(ratio) in (int, float) and ratio >= 1, "{key} must be 1 or more")
    return said.words


def _check_levels(said: Written) -> None:
    if set(said.keys) != set(CONDITIONS):
        said.fault(f" must have {', '.join(CONDITIONS)}")
        return
    for name, conditions in CONDITIONS.items():
        levels = said.part(name, f": {name}")
        if list(levels.keys) != list(conditions):
            levels.fault(f" must have, in this order, {', '.join(conditions)}")
            continue
        for level in levels.named(", {name}"):
            wanted = {"m"} if level.at[-1] == "same" and name in BY_FREQUENCY else {"m", "u"}
            if set(level.keys) != wanted or not all(map(_is_part, level.keys.values())):
                level.fault(f" must have {' and '.join(sorted(wanted))}, each above 0 and below 1")


def _is_part(value: object) -> bool:
    return type(value) is float and 0 < value < 1
