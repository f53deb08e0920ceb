"""The hubs of a country as people wrote them, hubs.yaml: home, database, key and decisions of each, checked as a whole.

    hubs:
      corby: {home: /srv/hubs/corby, url: postgresql+psycopg://hub@db.corby/hub, key: /etc/hubdata/corby.key}
      rushden: {home: /srv/hubs/rushden, decisions: /srv/decisions/rushden}

`key` is a private file with the password of that hub's database; it is read where the reports run and travels nowhere.
A hub on SQLite has no password: its own keys, in its home, are its key, and `key` is refused beside it. `decisions` is
the folder in which what the hub's council decided lies, where that is not `decisions` in its home; no two hubs share
one. Homes, keys and decisions have the same path on every machine that runs reports.
"""

import os
import re
import stat
from dataclasses import dataclass, replace
from pathlib import Path

from hubdata.errors import BadParameter
from hubdata.policy import DECISIONS, lined, read_yaml
from hubdata.written import Written, refuse

KEYS = ("home", "url", "key", "decisions")
NAME = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)
KINDS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")


@dataclass(frozen=True)
class Member:
    """One hub of many."""

    name: str
    home: Path
    url: str | None = None
    key: Path | None = None
    decisions: Path | None = None

    def address(self) -> str:
        """The database's address with its password; SQLite in the home, whatever the environment says, if none."""
        if self.url is None or self.key is None:
            return self.url or "sqlite"
        password = self.key.read_text("utf-8").strip()
        return _url(self.home, self.url).set(password=password).render_as_string(hide_password=False)


def _url(home: Path, url: str):
    """The address in its parts. Raises BadParameter if it is none, or its port is no number."""
    # SQLAlchemy: half a second that hubs on SQLite should not take
    from hubdata.records.opening.address import address_of

    return address_of(home, url)


def read(file: Path) -> list[Member]:
    """Every hub, in the order written. Raises Refused with every fault of the file, and nothing has run."""
    if not file.is_file():
        raise BadParameter(f"there is no file of hubs at {file}")
    said, seen = Written(read_yaml(file)), {}
    for hub in said.holds(
        "hubs", "write `hubs:` and below it each hub by its name, as {home: …, url: …, key: …, decisions: …}"
    ):
        name = hub.at[-1]
        fine = isinstance(name, str) and NAME.fullmatch(name)
        called = name if fine else "this hub"
        hub = replace(hub, at=("hubs", str(name)), called=f"{called}: ")
        if not fine:
            hub.fault("a hub's name is letters, digits, _ and -, at most 40; a number in quotes")
        _check(hub)
        _check_own(hub, called, seen)
    refuse("the list of hubs has", lined(file, said.faults), ", so nothing was run")
    return [_member(name, body) for name, body in said.value["hubs"].items()]


def _member(name: str, body: dict) -> Member:
    key, decisions = (Path(body[each]).absolute() if each in body else None for each in ("key", "decisions"))
    return Member(name, Path(body["home"]).absolute(), body.get("url"), key, decisions)


def _check(hub: Written) -> None:
    home = hub.keys.get("home")
    if not isinstance(home, str):
        hub.fault("write it as {home: FOLDER, url: ADDRESS, key: FILE}; home is missing")
        return
    hub.only(KEYS)
    texts = [hub.must(key, lambda said: isinstance(said, str) and said, "{key} must be a text") for key in KEYS]
    if not all(texts):
        return
    if not Path(home).is_dir():
        hub.fault(f"there is no hub at {home}; run `hubdata init --home {home}`", "home")
    elif _on_sqlite(hub.keys) and not (Path(home) / "keys" / "actors").is_file():
        hub.fault(f"the hub at {home} has no key: its keys folder is missing or empty; restore it", "home")
    if "url" in hub.keys and (fault := _url_fault(hub.keys)):
        written = "postgresql+psycopg://USER@HOST:PORT/NAME or sqlite:////FOLDER/hub.db"
        hub.fault(f"{fault}; write the address as {written}; the password belongs in key's file", "url")
    if "decisions" in hub.keys and not Path(hub.keys["decisions"]).is_dir():
        hub.fault(f"there is no folder of decisions at {hub.keys['decisions']}", "decisions")
    if not _on_sqlite(hub.keys):
        _check_key(hub)
    elif "key" in hub.keys:
        hub.fault("a hub on SQLite has no password; take key out, or name a PostgreSQL database in url", "key")


def _on_sqlite(body: dict) -> bool:
    return body.get("url", "sqlite").startswith("sqlite")


def _url_fault(body: dict) -> str:
    """What is wrong with an address, or empty; it may hold a password, so it is not repeated."""
    try:
        url = _url(Path(body["home"]), body["url"])
    except BadParameter as wrong:
        return "the url's port is no number" if "port that is no number" in str(wrong) else "the url is no address"
    if url.drivername not in KINDS:
        return "the url is of a kind of database that holds no hub"
    if _on_sqlite(body):
        return "the url names no file" if url.database in (None, "", ":memory:") else ""
    if url.password is not None or "password" in url.query:
        return "the url holds a password"
    if url.port is not None and not 0 < url.port < 65536:
        return "the url's port is not 1 to 65535"
    named = {"user": url.username, "host": url.host or url.query.get("host"), "database": url.database}
    missing = [word for word, value in named.items() if not value]
    return f"the url names no {' and no '.join(missing)}" if missing else ""


def _check_own(hub: Written, name: str, seen: dict[tuple, str]) -> None:
    """No hub that was seen before has the same home, decisions or, whoever signs in to it, database."""
    home = hub.keys.get("home")
    if not isinstance(home, str) or not Path(home).is_dir():
        return
    for what, key, place in (
        ("home", "home", os.path.realpath(home)),
        ("database", "url", _database(hub.keys)),
        ("folder of decisions", "decisions", _decisions(hub.keys)),
    ):
        first = seen.setdefault((key, place), name) if place else name
        if first != name:
            hub.fault(f"{first} and {name} have one {what}; every hub has its own", key)
            return


def _decisions(body: dict) -> str:
    """Where a hub's decisions lie, empty where that is no text."""
    said = body.get("decisions", os.path.join(body["home"], DECISIONS))
    return os.path.realpath(said) if isinstance(said, str) else ""


def _database(body: dict) -> str | tuple:
    """What tells a database from others, empty where the address has a fault."""
    if "url" not in body:
        return os.path.realpath(Path(body["home"]) / "hub.db")
    if not isinstance(body["url"], str) or _url_fault(body):
        return ""
    url = _url(Path(body["home"]), body["url"])
    if _on_sqlite(body):
        return os.path.realpath(str(url.database))
    host = str(url.query.get("host") or url.host).lower()  # as the driver has it
    return host, url.port or 5432, url.database, url.query.get("options")


def _check_key(hub: Written) -> None:
    if "key" not in hub.keys:
        hub.fault("it has no key; name the private file that holds its database's password")
        return
    path = Path(hub.keys["key"])
    if not path.is_file():
        hub.fault(f"it has no key: there is no file at {path}", "key")
    elif os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        hub.fault(f"its key can be read by others on this machine; run `chmod go-rwx {path}`", "key")
    elif not _is_one_line(path):
        hub.fault(f"it has no key: {path} must hold one line of text in UTF-8, the password alone", "key")


def _is_one_line(path: Path) -> bool:
    try:
        return len(path.read_text("utf-8").strip().splitlines()) == 1
    except UnicodeDecodeError:
        return False
