"""How much each agreement or disagreement weighs: dated values of `params`, read and held to their shape; no data here.

level       m     u       it weighs log2(m / u): that the given name is close speaks for one person by 3.9
close       0.06  0.004
"""

from dataclasses import dataclass
from datetime import date
from math import log2

from hubdata.errors import Refused
from hubdata.policy import Policy

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
    if faults := [*_level_faults(found.levels), *_number_faults(found)]:
        raise Refused(f"params/policy/duplicates.yaml has {len(faults)} fault(s): " + "; ".join(faults), faults)
    return found


def _level_faults(levels: object) -> list[str]:
    if not isinstance(levels, dict) or set(levels) != set(CONDITIONS):
        return [f"duplicates.levels must have {', '.join(CONDITIONS)}"]
    faults = []
    for name, conditions in CONDITIONS.items():
        if not isinstance(levels[name], dict) or list(levels[name]) != list(conditions):
            faults.append(f"duplicates.levels: {name} must have, in this order, {', '.join(conditions)}")
            continue
        for level, value in levels[name].items():
            wanted = {"m"} if level == "same" and name in BY_FREQUENCY else {"m", "u"}
            if not isinstance(value, dict) or set(value) != wanted or not all(map(_is_part, value.values())):
                faults.append(f"duplicates.levels: {name}, {level} must have {' and '.join(sorted(wanted))}, each "
                              "above 0 and below 1")  # fmt: skip
    return faults


def _number_faults(found: Weights) -> list[str]:
    parts = {"expected": found.expected, "unmatched": found.unmatched, "threshold": found.threshold}
    usual = found.usual if isinstance(found.usual, dict) else {}
    parts |= {f"usual, {name}": usual.get(name) for name in BY_FREQUENCY}
    whole = {name: getattr(found, name) for name in ("usual_weight", "handover_days", "block_limit")}
    faults = [f"duplicates.{name} must be above 0 and below 1" for name, one in parts.items() if not _is_part(one)]
    faults += [f"duplicates.{name} must be a whole number above 0" for name, one in whole.items()
               if type(one) is not int or one <= 0]  # fmt: skip
    if type(found.partner_reference) not in (int, float) or found.partner_reference < 1:
        faults.append("duplicates.partner_reference must be 1 or more")
    return faults


def _is_part(value: object) -> bool:
    return type(value) is float and 0 < value < 1
