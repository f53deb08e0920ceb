"""The dashboards' server against everything that stack.md 2 found open in Voila, row by row, on real servers."""

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
import websocket

from hubdata.dashboards.serve import guard
from hubdata.dashboards.serve.plan import Plan
from tests.support.serving import SECRETS, Server, Visitor, server, until, write_probes

CSP = (
    "default-src 'self'; script-src 'self'; script-src-attr 'none'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
TOKEN = "marsh-lantern-copper-thistle-sparrow-42"
PAGE = "/voila/render/probe.ipynb"
NO_KERNEL = "00000000-0000-0000-0000-000000000000"
ADDRESSES = (
    "/",
    "/voila/render/probe.ipynb",
    "/voila/static/voila.js",
    "/voila/files/picture.svg",
    "/voila/tree",
    "/voila/templates/hub/static/voila.js",
    "/voila/labextensions/x.js",
    "/voila/api/contents/",
    "/nowhere",
    "/voila/api/themes/x.css",
    f"/api/kernels/{NO_KERNEL}",
    f"/api/kernels/{NO_KERNEL}/channels",
    "/api/kernels",
    f"/voila/query/{NO_KERNEL}",
    "/sign-in",
    "/login",
    "/favicon.ico",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Probes to serve, a folder of releases, and room for logs."""
    made = tmp_path_factory.mktemp("serve")
    (made / "published").mkdir()
    write_probes(made / "dashboards")
    return made


@pytest.fixture(scope="module")
def plan(folder: Path) -> dict:
    """What every server here has in common."""
    return {"host": "127.0.0.1", "port": 0, "released": str(folder / "published"), "folder": str(folder / "dashboards")}


@pytest.fixture(scope="module")
def own(plan: dict, folder: Path) -> Iterator[Server]:
    """A server for one's own use."""
    with server(Plan(**plan), folder) as running:
        yield running


@pytest.fixture(scope="module")
def named(plan: dict, folder: Path) -> Iterator[Server]:
    """A server behind a proxy that says who asks, with room for three pages."""
    who = {"header": "X-Remote-User", "proxy": "127.0.0.1", "names": ("ann", "bob")}
    with server(Plan(**plan, **who, kernels=3, cull_seconds=1, left_seconds=4, idle_seconds=20), folder) as running:
        yield running


@pytest.fixture(scope="module")
def locked(plan: dict, folder: Path) -> Iterator[Server]:
    """A server that asks for a token, behind a proxy that may say how a visitor came."""
    with server(Plan(**plan, token=TOKEN, proxy="127.0.0.1"), folder) as running:
        yield running


@pytest.fixture
def ann(named: Server) -> Iterator[Visitor]:
    """A manager with a role; her kernels are shut down afterwards."""
    yield named.visitor(**{"X-Remote-User": "ann"})
    assert until(lambda: not named.kernels())


@pytest.fixture(scope="module")
def probe(own: Server) -> tuple[Visitor, str, str]:
    """Somebody who has opened the probe: the visitor, the page's text and its kernel."""
    visitor = own.visitor()
    return visitor, *visitor.open("probe")


def test_whoever_is_not_signed_in_gets_403_from_every_address_and_no_kernel(locked: Server, named: Server):
    answers = {(each, path): each.visitor().ask(path) for each in (locked, named) for path in ADDRESSES}

    assert {answer.status for answer in answers.values()} == {403}
    assert not locked.kernels() and not named.kernels()


@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*"])
@pytest.mark.parametrize("path", ["/", PAGE, "/voila/static/voila.js", "/nowhere"])
def test_every_answer_has_our_headers_and_no_word_about_the_server(own: Server, locked: Server, path: str, accept: str):
    for answer in (locked.visitor().ask(path, Accept=accept), own.visitor().ask(path.replace("probe", "none"))):
        assert answer.headers["Content-Security-Policy"] == CSP
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Server"] is None
        assert "Traceback" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", PAGE, f"/api/kernels/{NO_KERNEL}", f"/voila/api/shutdown/{NO_KERNEL}"])
def test_no_other_method_gets_in_either(locked: Server, path: str, method: str):
    assert locked.visitor().ask(path, method, "" if method != "HEAD" else None).status == 403


@pytest.mark.parametrize(
    ("comes_from", "said", "secure"),
    [
        ("127.0.0.1", "https", True),
        ("127.0.0.1", "http", False),
        ("127.0.0.1", None, False),
        ("127.0.0.1", "https, http", False),
        ("127.0.0.2", "https", False),
    ],
)
def test_a_cookie_set_over_tls_is_secure_and_only_the_named_proxy_can_say_that_it_was(locked, comes_from, said, secure):
    visitor = locked.visitor(**({"X-Forwarded-Proto": said} if said else {}))
    visitor.comes_from = comes_from

    answers = [visitor.ask("/", Accept="text/html"), visitor.ask(f"/?token={TOKEN}")]

    cookies = [cookie for answer in answers for cookie in answer.headers.get_all("Set-Cookie", [])]
    assert {cookie.partition("-")[0].partition("=")[0] for cookie in cookies} == {"username", "_xsrf"}
    assert {"; secure" in cookie.lower() for cookie in cookies} == {secure}


def test_no_page_has_a_script_of_its_own_in_it(own: Server):
    text = own.visitor().open("probe")[0]

    scripts = re.findall(r"<script([^>]*)>", text)
    assert scripts and all("src=" in said or "json" in said for said in scripts)
    assert not re.search(r"<[^>]+\son\w+=", text)
    for place in re.findall(r'<script src="([^"]+)"', text):
        assert own.visitor().ask(place).status == 200


def test_a_socket_is_refused_to_whoever_is_not_signed_in(locked: Server):
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        locked.visitor().listen(NO_KERNEL)


def test_a_token_in_the_form_is_exchanged_for_a_cookie(locked: Server):
    visitor = locked.visitor()
    refusal = visitor.ask("/?hub=corby", Accept="text/html")
    forgery = re.search(r'name="_xsrf" value="([^"]+)"', refusal.text)[1]

    wrong = visitor.post("/sign-in", token=TOKEN[:-1], wanted="/", _xsrf=forgery)
    forged = locked.visitor().post("/sign-in", token=TOKEN, wanted="/")
    right = visitor.post("/sign-in", token=TOKEN, wanted="%2F%3Fhub%3Dcorby", _xsrf=forgery)

    assert (wrong.status, forged.status, right.status) == (403, 403, 303)
    assert right.headers["Location"] == "/?hub=corby"
    assert re.search(r"username-.*; HttpOnly; Path=/; SameSite=Lax", right.headers["Set-Cookie"])
    assert visitor.ask("/").status == 200


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "%2F%2Fevil.example", "%5C%5Cevil.example", "https://evil.example"]
)
def test_signing_in_never_leads_to_another_site(locked: Server, wanted: str):
    visitor = locked.visitor()
    forgery = re.search(r'name="_xsrf" value="([^"]+)"', visitor.ask("/", Accept="text/html").text)[1]

    answer = visitor.post("/sign-in", token=TOKEN, wanted=wanted, _xsrf=forgery)

    assert re.fullmatch(r"/[^/\\].*", answer.headers["Location"])


def test_a_token_in_a_link_is_exchanged_and_taken_out_of_the_address(locked: Server):
    visitor = locked.visitor()

    answer = visitor.ask(f"{PAGE}?hub=corby&token={TOKEN}")

    assert (answer.status, answer.headers["Location"]) == (302, f"{PAGE}?hub=corby")
    text, _ = visitor.open("probe", "?hub=corby")
    assert "asked hub=corby" in text and TOKEN not in text
    assert TOKEN not in locked.log()


def test_a_cookie_that_we_did_not_sign_is_nobody(locked: Server):
    visitor = locked.visitor()
    visitor.ask(f"/?token={TOKEN}")
    visitor.cookies = {name: value[:-1] + ("0" if value[-2] != "0" else "1") for name, value in visitor.cookies.items()}

    assert visitor.ask("/").status == 403


def test_a_name_is_believed_from_the_proxy_only(named: Server):
    stranger = Visitor(named.port, {"X-Remote-User": "ann"}, comes_from="127.0.0.2")

    assert stranger.ask("/").status == 403
    assert stranger.ask("/", **{"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"}).status == 403


@pytest.mark.parametrize("name", ["eve", "", "ann, bob", "ann\tbob", "Ann", "a" * 201])
def test_whoever_has_no_role_gets_no_page_and_no_kernel(named: Server, name: str):
    assert named.visitor(**{"X-Remote-User": name}).ask(PAGE).status == 403
    assert not named.kernels()


def test_the_name_reaches_the_kernel_from_the_proxy_and_not_from_the_visitor(ann: Visitor):
    ann.sent |= {"X-Hub-User": "bob", "x-hub-user": "bob"}

    text, kernel = ann.open("probe", "?HTTP_X_HUB_USER=bob&user=bob")

    assert "visitor ann asked" in text
    _close(ann, kernel)


def test_a_kernel_is_its_visitor_s_own(named: Server, ann: Visitor):
    _, kernel = ann.open("probe")
    bob = named.visitor(**{"X-Remote-User": "bob"})
    forgery = bob.cookies["_xsrf"] = ann.cookies["_xsrf"]

    assert bob.ask(f"/api/kernels/{kernel}").status == 403
    assert bob.ask(f"/api/kernels/{kernel}", "DELETE", **{"X-XSRFToken": forgery}).status == 403
    assert bob.post(f"/voila/api/shutdown/{kernel}", _xsrf=forgery).status == 403
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        bob.listen(kernel)
    assert ann.ask(f"/api/kernels/{kernel}").status == 200
    _close(ann, kernel)


def test_without_names_a_kernel_belongs_to_the_browser_that_opened_it(own: Server, probe: tuple[Visitor, str, str]):
    visitor, _, kernel = probe

    assert own.visitor().ask(f"/api/kernels/{kernel}").status == 403
    assert visitor.ask(f"/api/kernels/{kernel}").status == 200


def _close(visitor: Visitor, kernel: str) -> None:
    """What the page says when it closes."""
    assert visitor.post(f"/voila/api/shutdown/{kernel}", _xsrf=visitor.cookies["_xsrf"]).status == 204


@pytest.mark.parametrize(
    ("kind", "content", "channel"),
    [
        ("execute_request", {"code": "open('written', 'w')", "silent": False}, "shell"),
        ("execute_request", {"code": "1", "user_expressions": {"x": "open('written', 'w')"}}, "control"),
        ("complete_request", {"code": "shown.", "cursor_pos": 6}, "shell"),
        ("inspect_request", {"code": "shown", "cursor_pos": 5, "detail_level": 1}, "shell"),
        ("history_request", {"hist_access_type": "range", "output": True, "raw": True}, "shell"),
        ("is_complete_request", {"code": "1"}, "shell"),
        ("debug_request", {"seq": 1, "type": "request", "command": "evaluate"}, "control"),
        ("input_reply", {"value": "1"}, "stdin"),
    ],
)
def test_a_socket_cannot_run_or_read_code(probe: tuple, folder: Path, kind: str, content: dict, channel: str):
    visitor, _, kernel = probe
    with visitor.listen(kernel) as line:
        number = line.send(kind, content, channel)
        heard = line.heard()

    assert not [each for each in heard if each["parent_header"].get("msg_id") == number]
    assert not (folder / "dashboards" / "written").exists()


def test_a_widget_that_is_set_to_nonsense_breaks_without_a_word_and_the_page_lives_on(own: Server, probe: tuple):
    visitor, _, kernel = probe
    with visitor.listen(kernel) as line:
        states = line.widgets()
        choice = next(name for name, each in states.items() if each["model_name"] == "DropdownModel")

        heard = line.set(choice, {"index": 1}, {"index": 99})

        assert line.widgets().keys() == states.keys()
    said = [each for each in heard if each["header"]["msg_type"] == "error"]
    assert len(said) == 2
    assert not re.search("Quillfeather|ValueError|TraitError|File|line", str(said))
    reference = re.search(r"reference ([0-9A-F]{8})", said[0]["content"]["evalue"])[1]
    assert f"reference {reference}: ValueError\n" in own.log()
    assert "Quillfeather" not in own.log() and "ERROR logged in a kernel\n" in own.log()
    assert not [each for each in heard if each["content"].get("name") == "stderr"]


def test_the_state_of_every_widget_is_what_was_displayed(probe: tuple):
    visitor, _, kernel = probe

    with visitor.listen(kernel) as line:
        states = line.widgets()

    models = sorted(each["model_name"] for each in states.values() if "Layout" not in each["model_name"])
    assert models == ["DescriptionStyleModel", "DropdownModel", "TextModel", "TextStyleModel"]


@pytest.mark.parametrize(
    "path",
    [
        f"/voila/{where}/{name}"
        for where in ("files", "static", "render", "tree", "templates/hub/static", "labextensions", "api/contents")
        for name in ("hub.db", "returns.csv", "notes.py", "picture.png", "picture.svg", "probe.ipynb?download=1",
                     "../hub.db", "%2e%2e/hub.db", "..%2fdashboards%2fhub.db", "/etc/passwd", "%2Fetc%2Fpasswd")
        if (where, name) != ("render", "probe.ipynb?download=1")
    ] + ["/files/hub.db", "/hub.db", "/../hub.db", "/voila/files/", "/voila/templates/../../x", "/voila/templates/x",
         "/voila/templates//static/x", "/api/contents/hub.db", "/api/terminals", "/terminals/1"],
)  # fmt: skip
def test_no_file_is_served(probe: tuple, path: str):
    answer = probe[0].ask(path)

    assert answer.status in (403, 404)
    assert "marigold" not in answer.text and "root:" not in answer.text and "ipywidgets" not in answer.text


def test_a_kernel_is_given_what_it_needs_and_nothing_of_the_server(own: Server, probe: tuple, folder: Path):
    text = probe[1]

    given = set(re.search(r"environment ([\w ]+);", text)[1].split())

    assert not given & SECRETS.keys()
    assert not [name for name in given if re.search("(?i)hub.*(home|url)|secret|token|key|pass|jupyter_[^pc]", name)]
    assert f"in {folder}/dashboards" in text
    assert "marigold" not in str([own.process.environ(), *(each.environ() for each in own.kernels())])
    assert own.process.cwd() == str(folder / "dashboards")


@pytest.mark.parametrize("query", ['?theme="><script>alert(1)</script>', "?template=nowhere", "?template=../../etc"])
def test_an_address_chooses_neither_theme_nor_template(own: Server, query: str):
    visitor = own.visitor()

    text, kernel = visitor.open("probe", query.replace(" ", "%20").replace('"', "%22"))

    assert "<script>alert" not in text
    assert "environment" in text
    _close(visitor, kernel)


def test_a_page_that_closes_ends_its_kernel_and_nobody_else_s_form_does(own: Server):
    visitor = own.visitor()
    _, kernel = visitor.open("probe")
    process = own.kernels()[-1]

    assert visitor.post(f"/voila/api/shutdown/{kernel}").status == 403
    assert visitor.ask(f"/api/kernels/{kernel}").status == 200
    _close(visitor, kernel)

    assert visitor.ask(f"/api/kernels/{kernel}").status == 404
    assert until(lambda: not process.is_running())


def test_a_kernel_that_dies_is_not_started_again(own: Server):
    visitor = own.visitor()
    before = set(own.kernels())
    _, kernel = visitor.open("probe")

    (set(own.kernels()) - before).pop().kill()

    assert until(lambda: visitor.ask(f"/api/kernels/{kernel}").status == 404)
    assert set(own.kernels()) <= before


def test_a_kernel_is_culled_soon_when_its_page_is_gone_and_later_when_nobody_uses_it(named: Server, ann: Visitor):
    _, left = ann.open("probe")
    _, watched = ann.open("probe")

    with ann.listen(watched):
        assert until(lambda: ann.ask(f"/api/kernels/{left}").status == 404, 15)
        assert ann.ask(f"/api/kernels/{watched}").status == 200
        assert until(lambda: ann.ask(f"/api/kernels/{watched}").status == 404, 40)


def test_when_all_places_are_taken_a_page_says_so_and_when_to_come_back(named: Server, ann: Visitor):
    opened = []
    while len(opened) < 3:  # a page that nobody is connected to ends soon on this server
        opened += [ann.open("probe")[1] for _ in range(3 - len(opened))]
        opened = [kernel for kernel in opened if ann.ask(f"/api/kernels/{kernel}").status == 200]
    full = ann.ask(PAGE, Accept="text/html")

    assert (full.status, full.headers["Retry-After"]) == (503, "60")
    assert "<h1>" in full.text and full.headers["Content-Security-Policy"] == CSP
    assert len(named.kernels()) == 3
    _close(ann, opened[-1])
    assert "environment" in ann.open("probe")[0]


def test_one_visitor_has_so_many_pages_and_never_shuts_the_others_out(plan: dict, folder: Path):
    who = {"header": "X-Remote-User", "proxy": "127.0.0.1", "names": ("ann", "bob")}
    with server(Plan(**plan, **who, kernels=6, each=2), folder) as running:
        ann, bob = (running.visitor(**{"X-Remote-User": name}) for name in ("ann", "bob"))
        with ThreadPoolExecutor(8) as many:
            asked = [many.submit(ann.ask, PAGE, Accept="text/html") for _ in range(8)]
            answers = sorted(each.result().status for each in asked)

        assert answers == [200] * 2 + [429] * 6
        assert "environment" in bob.open("probe")[0]


def test_a_request_that_never_ends_is_given_up_and_others_are_answered(plan: dict, folder: Path):
    with server(Plan(**plan, half_open_seconds=2), folder) as running, contextlib.ExitStack() as open_:
        began = time.monotonic()
        lines = [open_.enter_context(socket.create_connection(("127.0.0.1", running.port))) for _ in range(200)]
        for at, line in enumerate(lines):
            rest = b"Content-Length: 9\r\n\r\nx" if at % 2 else b""
            line.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n" + rest)
            line.settimeout(30)
        assert running.visitor().ask("/").status == 200
        for line in lines:
            while line.recv(65536):
                """Until the server closes it."""
        assert time.monotonic() - began < 25


def test_wrong_tokens_are_slow_and_the_right_one_is_not(locked: Server):
    began = time.monotonic()
    with ThreadPoolExecutor(4) as many:
        wrong = [many.submit(locked.visitor().ask, f"/?token={'y' * 40}") for _ in range(4)]
        right = locked.visitor().ask(f"/?token={TOKEN}")
        waiting = [each for each in wrong if not each.done()]  # however fast or slow this machine is
        statuses = {each.result().status for each in wrong}

    assert (right.status, statuses) == (302, {403})
    assert waiting and time.monotonic() - began > 3.5


def test_the_log_of_refusals_has_a_ceiling(caplog):
    lines = guard.Lines()
    taken = sum(lines.take(float(at) / 1000 + 100) for at in range(10_000))
    lines.take(200.0)

    assert taken == guard.MOST_LINES
    assert f"{10_000 - guard.MOST_LINES} more refusals" in caplog.text


def test_a_kernel_speaks_to_the_server_encrypted(own: Server, probe: tuple):
    files = [Path(each.cmdline()[-1]) for each in own.kernels()]

    assert files and all("curve_secretkey" in path.read_text() for path in files)
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)


def test_a_notebook_that_fails_gives_a_reference_and_the_log_gives_the_place(own: Server):
    visitor = own.visitor()

    text, kernel = visitor.open("broken")

    assert not re.search("Quillfeather|ValueError|Traceback|show_tracebacks", text)
    assert kernel[:8].upper() in text
    assert f"reference {kernel[:8].upper()}: ValueError" in own.log()
    assert "Quillfeather" not in own.log()
    _close(visitor, kernel)


def test_another_site_can_neither_ask_nor_listen(own: Server, probe: tuple):
    visitor, _, kernel = probe
    running = len(own.kernels())

    assert visitor.ask(PAGE, **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}).status == 403
    assert visitor.ask(PAGE, **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe"}).status == 403
    assert visitor.ask("/", **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}).status == 200
    assert visitor.ask("/", Host="evil.example").status == 403
    assert visitor.ask(f"/api/kernels/{kernel}", "DELETE", Origin="https://evil.example").status in (403, 404)
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        visitor.listen(kernel, Origin="https://evil.example")
    assert len(own.kernels()) == running


def test_a_request_that_is_far_too_large_is_not_taken(own: Server):
    with pytest.raises((OSError, AssertionError)):
        assert own.visitor().ask("/sign-in", "POST", "x" * 1_000_000).status == 200


def test_the_process_that_serves_ends_with_the_one_that_started_it(plan: dict, folder: Path):
    with server(Plan(**plan), folder) as running:
        running.visitor().open("probe")
        kernels = running.kernels()
        assert kernels

    assert until(lambda: not any(map(psutil.Process.is_running, kernels)))
