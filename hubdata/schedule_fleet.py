"""The hubs of a country as people wrote them, hubs.yaml: each with its home, database and key, checked as a whole.

    hubs:
      corby: {home: /srv/hubs/corby, url: postgresql+psycopg://hub@db.corby/hub, key: /etc/hubdata/corby.key}
      rushden: {home: /srv/hubs/rushden}

`key` is a private file with the password of that hub's database; it is read where the reports run and travels nowhere.
A hub on SQLite has no password: its own keys, in its home, are its key. Homes and keys have the same path on every
machine that runs reports.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from hubdata.errors import BadParameter
from hubdata.policy import read_yaml
from hubdata.schedule_check import Faults, Found

KEYS = {"home", "url", "key"}


@dataclass(frozen=True)
class Member:
    """One hub of many."""

    name: str
    home: Path
    url: str | None = None
    key: Path | None = None

    def address(self) -> str | None:
        """The database's address with its password, or None for SQLite in the home."""
        if self.url is None or self.key is None:
            return self.url
        kind, _, rest = self.url.partition("://")
        user, _, place = rest.partition("@")
        return f"{kind}://{user}:{quote(self.key.read_text('utf-8').strip(), safe='')}@{place}"


def read(file: Path) -> list[Member]:
    """Every hub, in the order written. Raises Refused with every fault of the file, and nothing has run."""
    if not file.is_file():
        raise BadParameter(f"there is no file of hubs at {file}")
    content, faults = read_yaml(file), Faults(file, "the list of hubs")
    hubs = content.get("hubs") if isinstance(content, dict) else None
    if not isinstance(hubs, dict) or not hubs or set(content) != {"hubs"}:
        faults.add((), "write `hubs:` and below it each hub by its name, as {home: …, url: …, key: …}")
    else:
        for name, body in hubs.items():
            for at, fault in _faults(body):
                faults.add(("hubs", name, *at), f"{name}: {fault}")
        homes = [str(body.get("home")) for body in hubs.values() if isinstance(body, dict)]
        for twice in sorted({home for home in homes if homes.count(home) > 1}):
            faults.add(("hubs",), f"two hubs have the home {twice}; every hub has its own")
    faults.refuse()
    return [_member(str(name), body) for name, body in hubs.items()]


def _member(name: str, body: dict) -> Member:
    key = Path(body["key"]).absolute() if "key" in body else None
    return Member(name, Path(body["home"]).absolute(), body.get("url"), key)


def _faults(body: object) -> Found:
    if not isinstance(body, dict) or not isinstance(body.get("home"), str):
        yield (), "write it as {home: FOLDER, url: ADDRESS, key: FILE}; home is missing"
        return
    for key, value in body.items():
        if key not in KEYS:
            yield (key,), f"unknown key {key!r}; allowed are home, url, key"
        elif not isinstance(value, str) or not value:
            yield (key,), f"{key} must be a text"
            return
    if not Path(body["home"]).is_dir():
        yield ("home",), f"there is no hub at {body['home']}; run `hubdata init --home {body['home']}`"
    elif "url" not in body and not (Path(body["home"]) / "keys" / "actors").is_file():
        yield ("home",), f"the hub at {body['home']} has no key: its keys folder is missing or empty; restore it"
    yield from _key_faults(body)


def _key_faults(body: dict) -> Found:
    url = body.get("url", "sqlite")
    if not url.startswith("sqlite"):
        user, at, _ = url.partition("://")[2].partition("@")
        if not at or not user or ":" in user:
            yield (
                ("url",),
                "write the address as postgresql+psycopg://USER@HOST/NAME; the password belongs in key's file",
            )
        if "key" not in body:
            yield (), "it has no key; name the private file that holds its database's password"
    if "key" in body:
        yield from ((("key",), fault) for fault in _file_faults(Path(body["key"])))


def _file_faults(path: Path) -> Iterator[str]:
    if not path.is_file():
        yield f"it has no key: there is no file at {path}"
    elif os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield f"its key can be read by others on this machine; run `chmod go-rwx {path}`"
    elif not path.read_text("utf-8").strip():
        yield f"it has no key: {path} is empty"
