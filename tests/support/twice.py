"""Invented families, some of them recorded twice as partners really do it: misspelt, half listed, with days mistyped.

`made` also plants what only looks the same: twins, a parent and child of one name, people of one name, parents who live
apart with their child on both records. Nobody bears these names; the same seed makes the same families.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product

import pyarrow as pa

from hubdata.intake import take
from hubdata.records.ledger import Act
from hubdata.records.store import Hub

Person = dict[str, str | None]
TODAY = date(2026, 11, 22)
STARTS = "Bar Cel Dor Fen Gal Hob Jas Kel Lum Mar Nor Pel Quin Ros Sel Tor Ul Vin Wes Yor Zan Çel Dör Łum"
MIDDLES = "a e i o u an el or us it ey ock"
GIVEN_ENDS = "n ra lo mia s nie dan lia ric tta"
FAMILY_ENDS = "borough field stead wick thorpe combe worth ley hurst dale mere shaw ridge croft"
HUBS = ["corby", "kettering", "wellingborough"]
PARTNERS = ["HVS", "SNS", "PRI", "NUR", "YTH"]


@dataclass
class Made:
    """Rows by table, and which pairs of families were planted as what."""

    families: list[Person] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    involvements: list[Person] = field(default_factory=list)
    planted: dict[tuple[str, str], str] = field(default_factory=dict)


def made(families: int, seed: int = 7, twice: float = 0.02) -> Made:
    """Families, a part of them `twice`: as a likely duplicate, a move or a return, in turn."""
    return _Maker(seed).make(families, twice)


class _Maker:
    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        given, named = (
            ["".join(parts) for parts in product(STARTS.split(), MIDDLES.split(), ends.split())]
            for ends in (GIVEN_ENDS, FAMILY_ENDS)
        )
        self.chance.shuffle(given)
        self.chance.shuffle(named)
        self.given, self.named = given[:700], named
        self.common = [1 / (8 + n) for n in range(700)], [1 / (60 + n) for n in range(len(named))]
        self.out = Made()

    def make(self, families: int, twice: float) -> Made:
        for _ in range(families):
            self._family(self._people())
        again, alike = round(families * twice), round(families * twice / 2)
        chosen = [f"F{number:06}" for number in self.chance.sample(range(families), again + alike)]
        self.members: dict[str, list[Person]] = {}
        for one in self.out.people:
            self.members.setdefault(one["family"], []).append(one)
        for number, family in enumerate(chosen[:again]):
            self._again(family, ("duplicate", "move", "return")[number % 3])
        for number, family in enumerate(chosen[again:]):
            self._look_alike(family, number % 4)
        return self.out

    def _day(self, youngest: int, oldest: int) -> str:
        return str(TODAY - timedelta(days=self.chance.randrange(youngest, oldest)))

    def _people(self) -> list[Person]:
        """One or two adults and up to four children, now and then twins; some days of birth are not known."""
        name, second = self.chance.choices(self.named, self.common[1], k=2)
        adults = [self._person("parent_carer", name, self._day(7000, 17000))]
        if self.chance.random() < 0.6:
            other = name if self.chance.random() < 0.6 else second
            adults.append(self._person("parent_carer", other, self._day(7000, 17000)))
        children = [
            self._person("child", name, self._day(30, 6200)) for _ in range(self.chance.choice([1, 1, 2, 2, 3]))
        ]
        if self.chance.random() < 0.05:
            children.append(self._person("child", name, children[0]["date_of_birth"]))
        return [*adults, *children]

    def _person(self, role: str, name: str, born: str | None) -> Person:
        given = self.chance.choices(self.given, self.common[0])[0]
        known = born if self.chance.random() > 0.04 else None
        return {"role": role, "given_name": given, "family_name": name, "date_of_birth": known}

    def _family(self, people: list[Person], **given: str | None) -> str:
        reference = f"F{len(self.out.families):06}"
        opened = self._day(200, 2000)
        self.out.families.append(
            {"family": reference, "hub": self.chance.choice(HUBS), "opened_on": opened, "closed_on": None, **given}
        )
        for person in people:
            self.out.people.append({**person, "person": f"P{len(self.out.people):07}", "family": reference})
        helped, theirs = self.chance.choice(PARTNERS), f"REF-{self.chance.randrange(10**7)}"
        self.out.involvements.append(
            {"family": reference, "organisation": helped, "started_on": opened, "partner_reference": theirs}
        )
        return reference

    def _again(self, family: str, kind: str) -> None:
        first = self.out.families[int(family[1:])]
        people = self._of(family)
        kept = [one for one in people if self.chance.random() > 0.15 or one["role"] != "child"]
        hub, opened = first["hub"], first["opened_on"]
        if kind == "move":
            hub = self.chance.choice([one for one in HUBS if one != hub])
        if kind != "duplicate":
            first["closed_on"] = str(date.fromisoformat(opened) + timedelta(days=90))
            opened = str(date.fromisoformat(first["closed_on"]) + timedelta(days=20))
        second = self._family([self._misspelt(one) for one in kept], hub=hub, opened_on=opened)
        if kind == "return":
            self.out.involvements[-1]["organisation"] = self.out.involvements[int(family[1:])]["organisation"]
        self.out.planted[family, second] = kind

    def _of(self, family: str) -> list[Person]:
        return [{k: v for k, v in one.items() if k not in ("person", "family")} for one in self.members[family]]

    def _misspelt(self, one: Person) -> Person:
        """The same person as another partner writes them down."""
        again, luck = dict(one), self.chance.random
        for name in ("given_name", "family_name"):
            if luck() < 0.06:
                again[name] = self._typo(again[name])
            if luck() < 0.03:
                again[name] = again[name].upper().replace("Ö", "O").replace("Ç", "C")
        if luck() < 0.03:
            again["given_name"] = again["given_name"][:4]
        if luck() < 0.03:
            again["family_name"] += "-" + self.chance.choice(self.named)
        if luck() < 0.02:
            again["given_name"], again["family_name"] = again["family_name"], again["given_name"]
        born = again["date_of_birth"]
        if born and luck() < 0.05:
            again["date_of_birth"] = None
        elif born and luck() < 0.03 and int(born[8:]) <= 12:
            again["date_of_birth"] = f"{born[:5]}{born[8:]}-{born[5:7]}"
        elif born and luck() < 0.04:
            again["date_of_birth"] = f"{born[:8]}{self.chance.randrange(1, 28):02}"
        return again

    def _typo(self, name: str) -> str:
        at = self.chance.randrange(1, len(name) - 1)
        return self.chance.choice(
            [
                name[:at] + name[at + 1 :],
                name[:at] + name[at] + name[at:],
                name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            ]
        )

    def _look_alike(self, family: str, kind: int) -> None:
        """What an officer must not be told is one family."""
        people = self._of(family)
        if kind == 0:  # the same names, born on other days
            self._family([{**one, "date_of_birth": self._day(30, 17000)} for one in people[:2]])
        elif kind == 1:  # a grown child of the parent's name, with a family of their own
            self._family([{**people[0], "date_of_birth": self._day(6600, 6900)}, *self._people()[1:]])
        elif kind == 2:  # one of two twins lives elsewhere: another given name, all else the same
            child = [one for one in people if one["role"] == "child"][0]
            self._family([*self._people()[:1], {**child, "given_name": self.chance.choice(self.given)}])
        else:  # parents who live apart, and their child on both records
            child = [one for one in people if one["role"] == "child"][0]
            other = self._family(
                [self._person("parent_carer", self.chance.choice(self.named), self._day(7000, 17000)), child]
            )
            self.out.planted[family, other] = "shared"


def load(hub: Hub, story: Made) -> None:
    """Put made families into a hub through intake."""
    names = {name: f"Made-up {name}" for name in ("NNC", *PARTNERS)}
    rows = {
        "organisations": [{"organisation": code, "name": name, "kind": "partner"} for code, name in names.items()],
        "families": story.families,
        "people": story.people,
        "involvements": story.involvements,
    }
    act = Act("spec", "tester", "made-up families", "intake.return")
    done = take.load(hub, {name: _arrow(found) for name, found in rows.items()}, partner="NNC", act=act)
    assert done.status == "applied", done.problems


def _arrow(rows: list[Person]) -> pa.Table:
    return pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in rows[0]})
