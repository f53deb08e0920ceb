"""Plain `voila dashboards/`, as somebody types it in the checkout, has the guard too, or shows nothing."""

import asyncio
import http.client
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from tornado.web import HTTPError

from hubdata.dashboards import show
from hubdata.dashboards.serve import plain
from hubdata.dashboards.serve.kernels import Kernels
from tests.support import dashboards

ROOT = Path(__file__).parents[2]
PAGE = "/voila/render/overview.ipynb"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The host and port of a plain Voila."""
    folder = tmp_path_factory.mktemp("plain")
    with dashboards.voila(dashboards.published(folder), folder / "voila") as where:
        yield urlsplit(where).netloc


def asked(address: str, path: str, method: str = "GET", **headers: str) -> tuple[int, str, str]:
    """What a visitor gets: the status, the text, and the cookies that came with it."""
    connection = http.client.HTTPConnection(address, timeout=100)
    connection.request(method, path, headers={name.replace("_", "-"): said for name, said in headers.items()})
    answer = connection.getresponse()
    cookies = "; ".join(said.partition(";")[0] for said in answer.headers.get_all("Set-Cookie", []))
    text = answer.read().decode()
    connection.close()
    return answer.status, text, cookies


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {}, 200),
        ("/", {"Host": "evil.example"}, 403),
        (PAGE, {"Host": "rebound.example:8866"}, 403),
        (PAGE, {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Dest": "iframe"}, 403),
        (PAGE, {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Dest": "empty"}, 403),
        ("/voila/tree/", {}, 404),
        ("/voila/tree/..", {}, 404),
        ("/voila/api/contents/", {}, 404),
        ("/voila/api/contents/voila.json", {}, 404),
        ("/voila/files/voila.json", {}, 403),
        ("/voila/render/none.ipynb", {}, 404),
        ("/login", {}, 404),
    ],
)
def test_foreign_names_other_ports_and_listings_get_nothing(address, path, headers, status):
    found, text, _ = asked(address, path, **headers)

    assert found == status
    assert status == 200 or ("reference" in text and len(text) < 5000)


def test_a_visitor_s_kernel_is_for_nobody_else(address):
    _, page, mine = asked(address, PAGE)
    (kernel,) = set(re.findall(r'"kernelId": ?"([^"]+)"', page))
    _, _, theirs = asked(address, "/")

    assert "What needs attention" in page or "<svg" in page
    assert asked(address, f"/api/kernels/{kernel}", Cookie=mine)[0] == 200
    assert asked(address, f"/api/kernels/{kernel}", Cookie=theirs)[0] == 403
    assert asked(address, f"/api/kernels/{kernel}")[0] == 403
    assert asked(address, f"/api/kernels/{kernel}/channels", Cookie=theirs, Upgrade="websocket")[0] == 403


def starting(tmp_path: Path, **given: str) -> SimpleNamespace:
    """What a Voila is while it starts."""
    usual = {"ip": "localhost", "port": 8866, "root_dir": "dashboards", "base_url": "/", "server_url": "/"}
    return SimpleNamespace(**(usual | given), connection_dir=str(tmp_path / "connections"))


@pytest.mark.parametrize(
    ("given", "token", "said"),
    [
        ({"ip": "0.0.0.0"}, None, "others can reach --Voila.ip='0.0.0.0'"),
        ({"ip": ""}, None, "others can reach"),
        ({}, "short", "a token has 32 or more characters"),
        ({"base_url": "/hubs/", "server_url": "/hubs/"}, None, "the dashboards are served at / alone"),
    ],
)
def test_what_would_guard_nothing_does_not_start(tmp_path, given, token, said):
    with pytest.raises(SystemExit, match="Voila was not started: ") as refused:
        plain.surround(starting(tmp_path, **given), token)

    assert said in str(refused.value)


def test_the_program_itself_says_in_one_line_why_it_does_not_start(tmp_path):
    asked = [sys.executable, "-m", "voila", "dashboards/", "--no-browser", "--Voila.ip=0.0.0.0", "--Voila.log_level=40"]
    own = {"JUPYTER_CONFIG_PATH": str(ROOT / "dashboards"), "PATH": "/usr/bin", "HOME": str(tmp_path)}

    done = subprocess.run(asked, cwd=ROOT, env=own, capture_output=True, text=True, timeout=120)

    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("Voila was not started: others can reach")


def test_without_our_settings_a_page_shows_no_figure_and_no_kernel_of_ours_starts(monkeypatch):
    shown = []
    monkeypatch.setattr(show, "display", shown.append)
    monkeypatch.setenv("VOILA_REQUEST_URL", "http://localhost:8866/voila/render/overview.ipynb")

    show.show("overview")

    (said,) = shown
    assert "no figure is shown" in str(said.markup) and "<svg" not in str(said.markup)
    with pytest.raises(HTTPError) as refused:
        ThreadPoolExecutor(1).submit(
            asyncio.run, Kernels().start_kernel()
        ).result()  # a browser may hold this one's loop
    assert refused.value.status_code == 403
