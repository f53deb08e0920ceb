"""What is served to whom: what `hubdata dashboards` hands to the process that serves, with no way to the records."""

import ipaddress
import json
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from hubdata import places
from hubdata.errors import BadParameter

FOLDER = places.DASHBOARDS
SHORTEST_TOKEN = 32
ROLES = ("managers", "officers")


@dataclass(frozen=True)
class Plan:
    """Where to listen, which folders to show, and who may come in.

    `name` is the only one by which a browser may ask: a fresh one under .localhost, so that its cookie goes to no other
    port of this machine, and no other user knows it. `token` and `header` are two ways of saying who somebody is;
    without either it is one person's own use, on loopback only. `names` are those who have a role; None means everybody
    who is identified. What `proxy` says of TLS is believed, and nobody else. At most `kernels` pages are open or in the
    making, `each` of one visitor's; a request that does not come to its end in `half_open_seconds` is given up. The
    three other kinds of seconds are those of dashboards/voila.json unless given: an open page, a page that is gone,
    between two looks.
    """

    host: str
    port: int
    released: str
    folder: str = str(FOLDER)
    token: str | None = None
    header: str | None = None
    proxy: str | None = None
    names: tuple[str, ...] | None = None
    name: str | None = None
    kernels: int = 20
    each: int = 6
    half_open_seconds: int = 20
    idle_seconds: int | None = None
    left_seconds: int | None = None
    cull_seconds: int | None = None

    @property
    def own_use(self) -> bool:
        """Whether nobody is asked who they are."""
        return self.token is None and self.header is None

    def admits(self, name: str) -> bool:
        """Whether somebody who has been identified may see the dashboards."""
        return self.names is None or name in self.names


def new_name() -> str:
    """A name of this machine's own that nobody can guess: browsers know that all under .localhost is this machine."""
    return f"hub-{secrets.token_hex(16)}.localhost"


def checked(plan: Plan) -> Plan:
    """The plan, if it can be served. Raises BadParameter, saying everything that is wrong, if not."""
    if faults := [said for wrong, said in _rules(plan) if wrong]:
        raise BadParameter("; ".join(faults))
    return plan


def _rules(plan: Plan) -> tuple[tuple[bool, str], ...]:
    """What may not be, and what to say of it."""
    return (
        (not 0 <= plan.port <= 65535, f"--port {plan.port} is no port: 1 to 65535, or 0 for any that is free"),
        (not 1 <= plan.kernels <= 1000, f"--kernels {plan.kernels} is out of range: 1 to 1,000"),
        (not Path(plan.folder).is_dir(), f"there are no dashboards at {plan.folder}"),
        (
            not Path(plan.released).is_dir(),
            f"there are no releases at {plan.released}: run `hubdata publish`, or name their folder with --released",
        ),
        (bool(plan.token and plan.header), "give --token-file or --identity-header, not both"),
        (
            bool(plan.header) and not plan.proxy or bool(plan.proxy) and plan.own_use,
            "--identity-header NAME and --proxy IP belong together: the header is believed from that address only; "
            "with --token-file, --proxy says whose word on TLS is believed",
        ),
        (bool(plan.proxy) and not _is_address(plan.proxy), f"--proxy {plan.proxy!r} is not an IP address"),
        (plan.names is not None and not plan.header, "--roles needs names, which only --identity-header gives"),
        (
            plan.own_use and not is_loopback(plan.host),
            f"others can reach --host {plan.host!r}: say who may come in, with --token-file or with --identity-header "
            "and --proxy; without either, listen on 127.0.0.1, ::1 or localhost",
        ),
    )


def is_loopback(host: str) -> bool:
    """Whether a host to listen on is reached from this machine only."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def read_token(path: Path) -> str:
    """The token that a file holds. Raises BadParameter if it is short, has blanks inside, or others can read it."""
    text = _text(path, "--token-file").strip()
    if len(text) < SHORTEST_TOKEN or not text.isascii() or not text.isprintable() or " " in text:
        raise BadParameter(
            f"--token-file {path} must hold one token of {SHORTEST_TOKEN} or more ASCII letters and digits"
        )
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o007:
        raise BadParameter(f"--token-file {path} can be read by everybody on this machine; run `chmod o-rwx {path}`")
    return text


def read_roles(path: Path) -> tuple[str, ...]:
    """Everybody with a role, from {"managers": ["ann"], "officers": ["ian"]}. Raises BadParameter if it is not that."""
    try:
        said = json.loads(_text(path, "--roles"))
    except ValueError:
        said = None
    lists = list(said.values()) if isinstance(said, dict) and said.keys() <= set(ROLES) else None
    if lists is None or not all(
        isinstance(each, list) and all(isinstance(name, str) for name in each) for each in lists
    ):
        raise BadParameter(f'--roles {path} is not {{"managers": ["name", …], "officers": ["name", …]}}')
    return tuple(sorted({name for each in lists for name in each}))


def _text(path: Path, option: str) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise BadParameter(
            f"{option} {path} cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}"
        ) from error
