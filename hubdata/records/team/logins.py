"""Who signs in to a team's database: one login a person, in one role, for some hubs or one partner; no password.

The list is a file of the council's own, a line a login:

    login,role,hubs,partner,from,until
    a.okafor,officer,east;west,,2026-12-01,
    m.hale,approver,*,,2026-12-01,
    s.lunn,clerk,,NPT,2026-12-01,2027-03-31
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hubdata import dates
from hubdata.errors import BadParameter, Refused
from hubdata.records.team.rights import OWNER, roles

COLUMNS = ("login", "role", "hubs", "partner", "from", "until")
NAME = re.compile(r"[a-z_][a-z0-9_.@-]{0,62}")
WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
CODE = re.compile(r"[A-Za-z0-9_.-]{1,40}|\*")


@dataclass(frozen=True)
class Login:
    """A person's own login: its role, whose families it sees, from the first day to the day that it ends before."""

    login: str
    role: str
    hubs: tuple[str, ...]
    partner: str
    from_on: date | None
    ended_on: date | None


def word(given: str, option: str) -> str:
    """A name that needs no quotes. Raises BadParameter if it is none."""
    if not WORD.fullmatch(given):
        raise BadParameter(f"{option} {given!r} must be small letters, digits and _, as hub or east_hubs")
    return given


def read(path: Path) -> list[Login]:
    """The list. Raises Refused with every line that is wrong, BadParameter if there is no such file."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file, strict=True))
    except (OSError, ValueError, csv.Error) as error:
        raise BadParameter(f"--people {path} cannot be read ({type(error).__name__})") from None
    problems, found = [], list[Login]()
    for number, row in enumerate(rows, 2):
        try:
            found.append(_login(row))
        except BadParameter as error:
            problems.append(f"line {number}: {error}")
    twice = sorted({one.login for one in found if sum(one.login == each.login for each in found) > 1})
    problems += [f"{login}: stands there twice" for login in twice]
    if problems or not rows:
        raise Refused("the list of logins is not whole: " + ("; ".join(problems) or "it is empty"), problems)
    return found


def _login(row: dict[str, str]) -> Login:
    if set(row) != set(COLUMNS) or None in row.values():
        raise BadParameter(f"the columns are {', '.join(COLUMNS)}")
    said = {name: value.strip() for name, value in row.items()}
    if not NAME.fullmatch(said["login"]):
        raise BadParameter("a login is small letters, digits and . _ @ -")
    if said["role"] not in (*roles(), OWNER):
        raise BadParameter(f"the role is one of {', '.join((*roles(), OWNER))}")
    hubs = tuple(part.strip() for part in said["hubs"].split(";") if part.strip())
    if any(not CODE.fullmatch(code) for code in (*hubs, said["partner"] or "*")):
        raise BadParameter("hubs are codes with ; between, or * for all, and the partner is a code")
    if (said["role"] == "clerk") != bool(said["partner"]):
        raise BadParameter("a clerk is of a partner, and nobody else is")
    days = [dates.parse(said[name], name) if said[name] else None for name in ("from", "until")]
    return Login(said["login"], said["role"], hubs, said["partner"], days[0], days[1])


def statements(people: Sequence[Login], names: dict[str, str]) -> Iterator[str]:
    """What makes the logins as the list has them, and ends those that it has no more."""
    for one in people:
        yield from _statements(one, names)
    listed = ", ".join(f"'{one.login}'" for one in people)
    yield (
        "DO $team$ DECLARE each record; BEGIN\n"
        f"FOR each IN SELECT m.rolname AS login, g.rolname AS role FROM pg_auth_members a JOIN pg_roles m ON m.oid = "
        f"a.member JOIN pg_roles g ON g.oid = a.roleid JOIN team.roles r ON r.name = g.rolname "
        f"WHERE m.rolname NOT IN ({listed}) LOOP\n"
        "  EXECUTE format('REVOKE %I FROM %I', each.role, each.login);\nEND LOOP;\nEND $team$;\n"
        f"UPDATE team.logins SET ended_on = current_date WHERE login NOT IN ({listed}) "
        "AND (ended_on IS NULL OR ended_on > current_date);"
    )


def _statements(one: Login, names: dict[str, str]) -> Iterator[str]:
    owns = one.role == OWNER
    beside = "BYPASSRLS" if not owns and roles()[one.role].beside == "bypassrls" else "NOBYPASSRLS"
    others = ", ".join(name for role, name in names.items() if role != one.role)
    yield (
        f"DO $team$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{one.login}') "
        f'THEN CREATE ROLE "{one.login}" LOGIN; END IF; END $team$;\n'
        # whose migrations they are takes the owner's role for that, and has none of its rights otherwise
        f'ALTER ROLE "{one.login}" LOGIN {"NOINHERIT" if owns else "INHERIT"} NOSUPERUSER NOCREATEDB NOCREATEROLE '
        f"NOREPLICATION {beside};\n"
        f'REVOKE {others} FROM "{one.login}";\nGRANT {names[one.role]} TO "{one.login}";'
    )
    if owns:
        yield (
            f"DELETE FROM team.logins WHERE login = '{one.login}';\nDO $team$ BEGIN "
            f"EXECUTE format('GRANT CONNECT ON DATABASE %I TO \"{one.login}\"', current_database()); END $team$;"
        )
        return
    hubs = ", ".join(f"'{code}'" for code in one.hubs)
    partner, until = (f"'{value}'" if value else "NULL" for value in (one.partner, one.ended_on))
    since = f"DATE '{one.from_on}'" if one.from_on else "current_date"
    yield (
        "INSERT INTO team.logins (login, role, hubs, organisation, from_on, ended_on) VALUES "
        f"('{one.login}', '{one.role}', ARRAY[{hubs}]::varchar[], {partner}, {since}, {until}) "
        "ON CONFLICT (login) DO UPDATE SET role = excluded.role, hubs = excluded.hubs, "
        "organisation = excluded.organisation, from_on = least(team.logins.from_on, excluded.from_on), "
        "ended_on = excluded.ended_on;"
    )
