"""Tells people that a pack is made, late or failing: findings in numbers and a link, by e-mail, each of them once.

Nothing is sent twice. Before a letter's text leaves, that it is about to is written down; after the server's yes, that
it was sent. What a crash leaves between the two may have arrived or not: it is named for a person and not sent again
(at most once). What a server refused, or never took, certainly did not leave: it is tried again, later each time.
"""

import os
import smtplib
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path

from hubdata.schedule.addresses import Post
from hubdata.schedule.state import FAILED, UNSURE, State, again_at, late_words

SENT, WAITING = "sent", "waiting"
MAIL = SMTP.clone(cte_type="7bit")  # lines that end in CR LF, in characters that every server takes
MADE, LATE, FAILING = "made", "late", "failing"


def link(home: Path) -> str:
    """Where a letter's reader finds the reports: HUBDATA_LINK, or the page that lists them on this machine."""
    return os.environ.get("HUBDATA_LINK") or (home / "reports" / "index.html").resolve().as_uri()


def wanted(state: State, now: datetime) -> Iterator[tuple[str, str]]:
    """Which letters a due run calls for by a moment, and to whom."""
    for to in state.due.pack.recipients:
        if not state.left:
            yield MADE, to
        elif state.due.is_late(now):
            yield LATE, to
        if any(report["status"] == FAILED and report["tries"] > 1 for report in state.reports.values()):
            yield FAILING, to


def name(state: State, kind: str, to: str) -> str:
    """What a letter is called in the state's file and in its Message-ID; it never changes."""
    said = "\0".join([*state.due.key.values(), kind, to.lower()])
    return f"{kind}-{sha256(said.encode()).hexdigest()[:24]}"


def send(state: State, post: Post | None, now: datetime, link: str, summary: dict[str, str]) -> list[str]:
    """Send what a due run still calls for; what a person must know of it, a line each."""
    told = []
    for kind, to in wanted(state, now):
        called = name(state, kind, to)
        before = state.letter(called)
        if before.get("status") == SENT or waits(before, now):
            continue
        if before.get("status") == UNSURE:
            told.append(f"{state.due.name}: a letter ({kind}) may or may not have arrived; it is not sent twice")
        elif post is None:
            told.append(f"{state.due.name}: nobody was told ({kind}), because HUBDATA_SMTP names no mail server")
        else:
            why = _send(state, post, kind, to, now, link, summary)
            told += [f"{state.due.name}: a letter ({kind}) was not sent: {why}"] if why else []
    return told


def waits(before: dict, now: datetime) -> bool:
    """Whether what did not leave is not yet to be tried again."""
    return bool(before.get("again_at")) and datetime.fromisoformat(before["again_at"]) > now


def _send(state: State, post: Post, kind: str, to: str, now: datetime, link: str, summary: dict[str, str]) -> str:
    """Hand a letter over; empty, or why it was not. That it is about to leave is on the disk before its text leaves."""
    called = name(state, kind, to)
    try:
        text = _letter(state, post, kind, to, now, link, summary).as_bytes()
        with post.open() as session:
            for code, said in (session.mail(post.sender), session.rcpt(to)):
                if code >= 300:
                    raise smtplib.SMTPResponseException(code, said)
            write(state, called, status=UNSURE)
            code, said = session.data(text)
            if code >= 300:
                raise smtplib.SMTPResponseException(code, said)
            write(state, called, status=SENT, at=now.isoformat(timespec="seconds"))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        status, code = state.letter(called).get("status"), getattr(error, "smtp_code", None)
        if status == SENT:
            return ""  # it only left without a good-bye
        if status == UNSURE and code is None:
            return "the line broke over it; it may or may not have arrived, and is not sent twice"
        return again(state, called, now, _why(error, code))
    return ""


def _why(error: Exception, code: int | None) -> str:
    """Why a letter did not leave, without a word of the letter or of what signs in."""
    if code is not None:
        return f"the mail server refused it ({code})"
    if not isinstance(error, OSError):
        return f"it, or what signs in, holds characters that cannot be sent ({type(error).__name__})"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "the mail server hung up"
    return f"the mail server cannot be reached ({type(error).__name__})"


def again(state: State, called: str, now: datetime, why: str) -> str:
    """Write down that something certainly did not leave, and when it is tried again; why, for a person."""
    tries = state.letter(called).get("tries", 0) + 1
    write(state, called, status=WAITING, tries=tries, again_at=again_at(tries, now))
    return f"{why}; it is tried again"


def write(state: State, called: str, **said: object) -> None:
    """Write down how it stands with a letter; it is on the disk when this returns."""
    tries = state.letter(called).get("tries", 0)
    state.letters[called] = {"tries": tries} | said
    state.save()


def _letter(
    state: State, post: Post, kind: str, to: str, now: datetime, link: str, summary: dict[str, str]
) -> EmailMessage:
    """The letter: plain text without a name, a reference or an attachment."""
    letter = EmailMessage(MAIL)
    letter["From"], letter["To"] = post.sender, to
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = f"<{name(state, kind, to)}@{post.sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["Subject"] = f"{state.due.words}: {_headline(state, kind)}"
    lines = [f"{state.due.words}: {_headline(state, kind)}.", ""]
    days = {part.report: part.aside(state.due.due, state.due.span) for part in state.due.pack.parts}
    for report, said in state.reports.items():
        found = [f"  {n:,} {code}  {summary.get(code, '')}".rstrip() for code, n in said.get("findings", {}).items()]
        lines += [
            f"{report}{days.get(report, '')}: {said['status']}",
            *(found or ["  nothing was found" if not said.get("why") else ""]),
        ]
    lines += ["", f"Read it: {link}", "For officers only. The link opens for those who may see the hub's reports."]
    letter.set_content("\n".join(lines) + "\n")
    return letter


def _headline(state: State, kind: str) -> str:
    if kind == MADE:
        found = sum(sum(said["findings"].values()) for said in state.reports.values())
        return f"made, {found:,} {'finding' if found == 1 else 'findings'}"
    return f"LATE, {late_words(state.due)}" if kind == LATE else "failing, and tried again"
