"""The dashboards' door, as deploy/ sets it up: a real Apache, an identity provider of the tests, and who comes in."""

import http.cookiejar
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from hubdata import places
from tests.support import bring
from tests.support.authority import Authority
from tests.support.provider import Provider, provider

DEPLOY = places.PACKAGE.parent / "deploy"
MODULES = bring.OPENIDC.parent
NEEDED = (
    "mpm_event",
    "authn_core",
    "authz_core",
    "authz_user",
    "headers",
    "ssl",
    "proxy",
    "proxy_http",
    "auth_openidc",
)
BASE = """ServerRoot {folder}
{modules}
PidFile {folder}/pid
DefaultRuntimeDir {folder}
Listen 127.0.0.1:{port}
User www-data
Group www-data
ErrorLog {folder}/error.log
"""
LACKS = "Apache with its OpenID Connect: neither is here (apt-get install apache2 libapache2-mod-auth-openidc)"


class Upstream(BaseHTTPRequestHandler):
    """In the place of the dashboards: it says who it is told comes."""

    def log_message(self, *_said: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        said = " ".join(f"{name}={value}" for name, value in self.headers.items() if name.startswith("X-Hub"))
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said.encode())


@dataclass(frozen=True)
class Door:
    """The door: where it is, who vouches for it, and the provider behind it."""

    address: str
    authority: Path
    provider: Provider

    def browser(self) -> urllib.request.OpenerDirector:
        """A browser that nobody has used."""
        trusted = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=str(self.authority)))
        return urllib.request.build_opener(trusted, urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def look(self, browser: urllib.request.OpenerDirector, **headers: str) -> tuple[int, str]:
        """What a browser is shown."""
        asked = urllib.request.Request(self.address, headers={"Accept": "text/html", **headers})
        try:
            with browser.open(asked, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()


def _free() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return opened.getsockname()[1]


def _written(folder: Path, issuer: str, port: int, upstream: int) -> Authority:
    """What `deploy/install` writes for a council whose name is localhost, on other ports than a server's."""
    authority = Authority("council", folder)
    issued = authority.issue("localhost")
    (folder / "team.conf").write_text(
        f"NAME=localhost\nCERTIFICATE={issued.certificate}\nKEY={issued.key}\nISSUER={issuer}\nCLIENT=family-hub\n"
        "MANAGERS=hub-managers\nBACKUPS=/mnt/hub-backups\n",
        "utf-8",
    )
    given = {"HUBDATA_TEAM_CONF": str(folder / "team.conf"), "PATH": "/usr/bin:/bin"}
    subprocess.run([DEPLOY / "install", "--into", folder / "made"], env=given, check=True, capture_output=True)
    site = (folder / "made/etc/apache2/sites-available/hubdata.conf").read_text("utf-8")
    said = {
        "*:443": f"*:{port}",
        "OIDCUserInfoRefreshInterval 30": "OIDCUserInfoRefreshInterval 1",
        "https://localhost/": f"https://localhost:{port}/",
        ":8866/": f":{upstream}/",
        "/etc/hubdata/oidc.conf": f"{folder}/oidc.conf",
        '"|/usr/bin/logger -t hubdata-proxy -p local6.err"': f"{folder}/site.log",
    }
    for old, new in said.items():
        assert old in site
        site = site.replace(old, new)
    (folder / "oidc.conf").write_text('OIDCClientSecret "not-a-secret"\nOIDCCryptoPassphrase "nor-this"\n', "utf-8")
    modules = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in NEEDED)
    base = BASE.format(folder=folder, modules=modules, port=port)
    (folder / "apache.conf").write_text(base + site, "utf-8")
    return authority


@pytest.fixture(scope="module")
def door(tmp_path_factory) -> Iterator[Door]:
    program = shutil.which("apache2", path=bring.SYSTEM)
    if program is None or not bring.OPENIDC.exists():
        pytest.skip(LACKS)
    folder, port = tmp_path_factory.mktemp("door"), _free()
    upstream = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    serving = threading.Thread(target=upstream.serve_forever, kwargs={"poll_interval": 0.05})
    with provider("family-hub", "not-a-secret") as council:
        authority = _written(folder, council.issuer, port, upstream.server_address[1])
        serving.start()
        started = subprocess.Popen([program, "-f", folder / "apache.conf", "-DFOREGROUND"], stderr=subprocess.PIPE)
        try:
            _wait(started, port)
            yield Door(f"https://localhost:{port}/", authority.certificate, council)
        finally:
            started.terminate()
            started.communicate(timeout=20)
            upstream.shutdown()
            upstream.server_close()
            serving.join()


def _wait(started: subprocess.Popen, port: int) -> None:
    for _ in range(200):
        if started.poll() is not None:
            raise RuntimeError(started.stderr.read().decode())
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("Apache did not start")


def test_a_manager_signs_in_once_and_is_named_by_the_provider_s_word_alone(door):
    browser = door.browser()
    door.provider.sitting, door.provider.groups = "mo-5f2", {"mo-5f2": ["staff", "hub-managers"]}

    assert door.look(browser) == (200, "X-Hub-Visitor=mo-5f2")
    door.provider.sitting = "somebody-else"
    forged = {"X-Hub-Visitor": "mia", "X-Hub-User": "mia"}
    assert door.look(browser, **forged) == (200, "X-Hub-Visitor=mo-5f2")


@pytest.mark.parametrize("groups", [[], ["staff"], ["hub-managers-emeriti"], ["not-hub-managers"]])
def test_who_is_not_in_the_group_sees_nothing(door, groups):
    door.provider.sitting, door.provider.groups = "olga", {"olga": groups}

    code, said = door.look(door.browser())

    assert code in (401, 403) and "X-Hub" not in said and "Ask whoever runs the Family Hub" in said


def test_a_token_for_somebody_else_a_forged_one_and_a_cookie_of_nobody_let_nobody_in(door):
    door.provider.sitting, door.provider.groups = "mo-5f2", {"mo-5f2": ["hub-managers"]}
    door.provider.audience = "another-service"
    try:
        assert "X-Hub" not in door.look(door.browser())[1]
    finally:
        door.provider.audience = "family-hub"
    key, door.provider.key = door.provider.key, rsa.generate_private_key(65537, 2048)
    try:
        assert "X-Hub" not in door.look(door.browser())[1]
    finally:
        door.provider.key = key
    door.provider.sitting = "nobody"
    assert "X-Hub" not in door.look(door.browser(), Cookie="mod_auth_openidc_session=0a1b2c3d")[1]


def test_whoever_leaves_the_group_is_refused_when_the_groups_are_asked_again(door):
    """Every 30 seconds on a server, and every second here."""
    browser = door.browser()
    door.provider.sitting, door.provider.groups = "leaver", {"leaver": ["hub-managers"]}
    assert door.look(browser)[0] == 200

    door.provider.groups = {"leaver": []}
    left = time.monotonic()
    while door.look(browser)[0] == 200 and time.monotonic() - left < 10:
        time.sleep(0.1)

    assert time.monotonic() - left <= 2


def test_a_provider_that_does_not_answer_lets_nobody_in_and_is_said_civilly(door):
    signed_in, new = door.browser(), door.browser()
    door.provider.sitting, door.provider.groups = "mo-5f2", {"mo-5f2": ["hub-managers"]}
    assert door.look(signed_in)[0] == 200

    door.provider.down = True
    try:
        fresh = door.look(new)
        time.sleep(1.1)
        later = door.look(signed_in)
    finally:
        door.provider.down = False

    assert fresh[0] == 503 and "X-Hub" not in fresh[1]
    assert later[0] == 401 and "the sign-in does not answer just now" in later[1]
