"""Letters over a real mail server: each once, at most once over a crash, findings in numbers, never a name."""

import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiosmtpd.controller import Controller

from hubdata.errors import BadParameter
from hubdata.schedule import letters
from hubdata.schedule.calendar import end_of
from hubdata.schedule.state import DONE, FAILED, Due, State
from tests.support.scheduled import due, monthly

TO = "ig@example.gov.uk"


class Box:
    """A mail server's own side: what it took, and what it is told to answer to a letter's text."""

    def __init__(self):
        self.raw = []
        self.taken, self.answer, self.when_taken = [], "250 OK", lambda: None
        self.dies_over, self.opened = "", 0

    async def handle_MAIL(self, server, _session, envelope, address, _options):
        self.opened += 1
        self._dies(server, "MAIL")
        envelope.mail_from = address
        return "250 OK"

    def _dies(self, server, over):
        """Hang up on the second letter, without a word, at the moment that was chosen."""
        if over == self.dies_over and self.opened > 1:
            server.transport.abort()

    async def handle_DATA(self, server, _session, envelope):
        self._dies(server, "DATA")
        if self.answer.startswith("250"):
            self.raw.append(envelope.original_content)
            self.taken.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
            self.when_taken()
        return self.answer


@pytest.fixture
def box(monkeypatch):
    box = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    monkeypatch.setenv("HUBDATA_SMTP", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("HUBDATA_SMTP_FROM", "hub@example.gov.uk")
    yield box
    server.stop()


def state(home, pack=None, status=DONE, day="2026-07-02"):
    """A due run of June whose only report is done, or has failed twice."""
    from datetime import date

    pack = pack or monthly(start="2026-07-01", recipients=(TO,))
    (span, on) = next(pack.rule.dues())
    found = State.read(home, Due(pack, span, on, "all"))
    done = {
        "run": "abc",
        "folder": "reports/retention/2026-06-30/abc",
        "findings": {"RT01": 2, "RT03": 1},
        "at": "2026-07-02T00:00:00+00:00",
    }
    failed = {"why": "it stopped", "tries": 2, "again_at": "2026-07-02T00:00:00+00:00"}
    found.reports["retention"] = {"status": status, **(done if status == DONE else failed)}
    return found, end_of(date.fromisoformat(day))


def send(state, now):
    return letters.send(state, letters.Post.of(), now, "https://hub.example/x", {"RT01": "Past its date"})


def test_a_letter_says_findings_in_numbers_and_a_link_and_carries_nothing(box, tmp_path):
    told = send(*state(tmp_path))

    ((to, letter),) = box.taken
    assert (told, to, letter.is_multipart()) == ([], [TO], False)
    assert letter["Subject"] == "Monthly pack, 1 June to 30 June 2026, all hubs: made, 3 findings"
    assert letter["Message-ID"].endswith("@example.gov.uk>")
    text = letter.get_payload(decode=True).decode()
    assert "  2 RT01  Past its date" in text and "https://hub.example/x" in text


def test_a_long_letter_arrives_in_lines_that_end_as_mail_requires(box, tmp_path):
    found, now = state(tmp_path, replace(monthly(start="2026-07-01", recipients=(TO,)), title="Café, " + "long " * 22))
    found.reports["retention"]["findings"] = {f"RT{number:02}": 2 for number in range(99)}

    told = send(found, now)

    (raw,) = box.raw
    assert (told, len(raw) > 1000) == ([], True)
    assert raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r") > 99
    assert raw.isascii() and max(map(len, raw.split(b"\r\n"))) <= 998
    assert "Café" in box.taken[0][1].get_payload(decode=True).decode()


def test_a_letter_names_the_days_of_a_report_that_covers_others_than_its_pack(box, tmp_path):
    pack = monthly(start="2026-07-01", recipients=(TO,))
    longer = replace(pack, parts=(replace(pack.parts[0], covers="last_2_full_months"),))

    send(*state(tmp_path, longer))

    ((_, letter),) = box.taken
    assert "retention (1 May to 30 June 2026): done" in letter.get_payload(decode=True).decode()


def test_a_letter_that_cannot_be_written_stops_no_other(box, tmp_path):
    pack = monthly(start="2026-07-01", recipients=("a\nb@example.gov.uk", TO))

    (told,) = send(*state(tmp_path, pack))

    assert "was not sent: it, or what signs in, holds characters that cannot be sent (ValueError)" in told
    assert "b@example" not in told
    assert [to for to, _ in box.taken] == [[TO]]


def test_a_letter_is_sent_once_however_often_it_is_asked_for(box, tmp_path):
    for _ in range(3):
        found, now = state(tmp_path)
        send(found, now)

    assert len(box.taken) == 1


def test_everybody_has_a_letter_of_their_own(box, tmp_path):
    send(*state(tmp_path, monthly(start="2026-07-01", recipients=(TO, "b@example.gov.uk"))))

    assert [to for to, _ in box.taken] == [[TO], ["b@example.gov.uk"]]
    assert len({letter["Message-ID"] for _, letter in box.taken}) == 2


def test_what_the_server_refuses_is_tried_again_and_then_sent_once(box, tmp_path):
    box.answer = "451 try again"
    first = send(*state(tmp_path))
    box.answer = "250 OK"
    send(*state(tmp_path))
    send(*state(tmp_path))

    assert "was not sent: the mail server refused it (451); it is tried again" in first[0]
    assert len(box.taken) == 1


def test_a_dead_server_is_said_and_the_letter_is_sent_when_it_lives(box, tmp_path, monkeypatch):
    alive = os.environ["HUBDATA_SMTP"]
    monkeypatch.setenv("HUBDATA_SMTP", "smtp://127.0.0.1:1")
    dead = send(*state(tmp_path))
    monkeypatch.setenv("HUBDATA_SMTP", alive)
    send(*state(tmp_path))

    assert "the mail server cannot be reached (ConnectionRefusedError); it is tried again" in dead[0]
    assert len(box.taken) == 1


@pytest.mark.parametrize(
    ("over", "said", "again"),
    [
        ("MAIL", "the mail server hung up; it is tried again", 1),
        ("DATA", "it may or may not have arrived", 0),
    ],
)
def test_a_server_that_dies_between_two_letters_has_nothing_sent_twice(over, said, again, box, tmp_path):
    pack = monthly(start="2026-07-01", recipients=(TO, "b@example.gov.uk"))
    box.dies_over = over
    (told,) = send(*state(tmp_path, pack))
    before = [to for to, _ in box.taken]
    box.dies_over = ""
    for _ in range(2):
        send(*state(tmp_path, pack, day="2026-07-03"))

    assert said in told
    assert before[:1] == [[TO]]
    assert [to for to, _ in box.taken] == [*before, *([["b@example.gov.uk"]] * again)]


KILLED = """
import os, smtplib
from pathlib import Path
from tests.schedule.test_letters import send, state
whole = smtplib.SMTP.data
def dies(self, message):
    if os.environ["DIES"] == "after":
        whole(self, message)
    os.kill(os.getpid(), 9)
smtplib.SMTP.data = dies
send(*state(Path(os.environ["PLACE"])))
"""


@pytest.mark.parametrize(("dies", "arrived"), [("before", 0), ("after", 1)])
def test_a_letter_over_which_the_runner_was_killed_is_named_and_never_sent_twice(dies, arrived, box, tmp_path):
    environment = os.environ | {"DIES": dies, "PLACE": str(tmp_path)}
    killed = subprocess.run([sys.executable, "-c", KILLED], env=environment)
    found, now = state(tmp_path)
    told = send(found, now)

    assert killed.returncode == -9
    assert told == ["monthly 2026-06 all: a letter (made) may or may not have arrived; it is not sent twice"]
    assert len(box.taken) == arrived


def test_a_killed_runner_that_had_not_begun_a_letter_sends_it_later(box, tmp_path):
    environment = os.environ | {"PLACE": str(tmp_path)}
    early = KILLED.replace("smtplib.SMTP.data = dies", "smtplib.SMTP.rcpt = lambda *_: os.kill(os.getpid(), 9)")
    subprocess.run([sys.executable, "-c", early], env=environment)

    send(*state(tmp_path))

    assert len(box.taken) == 1


def test_who_must_know_is_told_that_a_pack_is_late_or_failing_once_each(box, tmp_path):
    for day in ("2026-07-08", "2026-07-09"):
        send(*state(tmp_path, status=FAILED, day=day))

    assert sorted(letter["Subject"].replace("\r\n", "").partition(": ")[2] for _, letter in box.taken) == [
        "LATE, due on 2 July 2026, late since 8 July 2026",
        "failing, and tried again",
    ]


def test_without_a_server_that_nobody_was_told_is_said(monkeypatch, tmp_path):
    monkeypatch.delenv("HUBDATA_SMTP", raising=False)

    assert send(*state(tmp_path)) == [
        "monthly 2026-06 all: nobody was told (made), because HUBDATA_SMTP names no mail server"
    ]


@pytest.mark.parametrize(
    "address",
    ["mail.example", "ftp://mail", "ftp://mail:25", "smtp://host:port", "smtp://:25/", "smtp://a..b", "smtp://a:0"],
)
def test_an_address_that_is_no_mail_server_is_refused_without_repeating_it(address):
    with pytest.raises(BadParameter, match="HUBDATA_SMTP is no mail server; write smtp://host:25") as refused:
        letters.Post.of({"HUBDATA_SMTP": address})

    assert address not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUBDATA_SMTP_PASSWORD_FILE", "/nowhere/secret"),
        ("HUBDATA_SMTP_PASSWORD_FILE", "/"),
        ("HUBDATA_SMTP_FROM", "Hub <a@b>"),
        ("HUBDATA_SMTP_FROM", "a@b\nBcc: c@d"),
    ],
)
def test_what_letters_need_besides_is_refused_by_its_name_without_repeating_it(name, value):
    with pytest.raises(BadParameter, match=f"^{name} ") as refused:
        letters.Post.of({"HUBDATA_SMTP": "smtp://mail.example", name: value})

    assert value not in str(refused.value)


def test_a_wrong_mail_server_is_refused_before_anything_is_run_where_somebody_is_to_be_told(tmp_path, monkeypatch):
    (tmp_path / "hub").mkdir()
    monkeypatch.setenv("HUBDATA_SMTP", "ftp://mail.example")

    with pytest.raises(BadParameter, match="HUBDATA_SMTP is no mail server"):
        due(tmp_path / "hub", "2026-07-02", monthly(start="2026-07-01", recipients=(TO,)))

    assert list((tmp_path / "hub").iterdir()) == []
    due(tmp_path / "hub", "2026-07-01", monthly(start="2026-07-01"))  # nobody is to be told, and nothing is due


def test_the_password_comes_from_a_file_or_the_environment_alone(tmp_path):
    (tmp_path / "password").write_text("open sesame\n", "utf-8")
    said = {"HUBDATA_SMTP": "smtps://me@mail.example", "HUBDATA_SMTP_PASSWORD_FILE": str(tmp_path / "password")}

    post = letters.Post.of(said)

    assert (post.port, post.user, post.password) == (465, "me", "open sesame")
    assert "sesame" not in repr(post)


def test_a_webhook_is_called_once_with_numbers(tmp_path):
    from hubdata.schedule import hooks

    calls = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self):
            calls.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pack = monthly(start="2026-07-01")
    calling = type(pack)(**{**vars(pack), "webhook": f"http://127.0.0.1:{server.server_port}/"})

    told = [hooks.send(*state(tmp_path, calling)) for _ in range(2)]
    none = hooks.send(*state(tmp_path, pack))
    server.shutdown()
    server.server_close()

    assert (told, none) == ([[], []], [])
    assert calls == [
        {
            "pack": "monthly",
            "period": "2026-06",
            "hub": "all",
            "status": "done",
            "reports": {"retention": {"run": "abc", "findings": {"RT01": 2, "RT03": 1}}},
        }
    ]


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1:1/",
        "https://a..b/",
        "https://127.0.0.1:{port}/",
        "https://h:x/",
    ],
)
def test_a_webhook_that_was_never_reached_is_tried_again(address, tmp_path):
    from hubdata.schedule import hooks

    def hang_up(ear):  # before any secret; nobody calls where the address is another's
        with suppress(OSError):
            ear.accept()[0].close()

    with socket.create_server(("127.0.0.1", 0)) as ear:
        threading.Thread(target=hang_up, args=(ear,), daemon=True).start()
        calling = replace(monthly(start="2026-07-01"), webhook=address.format(port=ear.getsockname()[1]))
        (told,) = hooks.send(*state(tmp_path, calling))

    assert told == "monthly 2026-06 all: the webhook was not called: it cannot be reached; it is tried again"


def test_a_webhook_that_falls_silent_over_the_call_is_not_called_twice(tmp_path):
    from hubdata.schedule import hooks

    heard = []

    def hear(ear):
        line = ear.accept()[0]
        while b"retention" not in b"".join(heard):
            heard.append(line.recv(65536))
        line.close()

    with socket.create_server(("127.0.0.1", 0)) as ear:
        threading.Thread(target=hear, args=(ear,), daemon=True).start()
        calling = replace(monthly(start="2026-07-01"), webhook=f"http://127.0.0.1:{ear.getsockname()[1]}/")
        told = [hooks.send(*state(tmp_path, calling))[0] for _ in range(2)]

    assert all("may or may not have" in line for line in told)
    assert b"".join(heard).count(b"POST") == 1
