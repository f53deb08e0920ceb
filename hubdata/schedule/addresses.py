"""Where letters and calls go: addresses that can be one, and the mail server that the environment names; sends nothing.

The server is HUBDATA_SMTP, `smtps://user@host:465`, `smtp+starttls://user@host:587` or `smtp://host:25`; its password
is in HUBDATA_SMTP_PASSWORD or in the file that HUBDATA_SMTP_PASSWORD_FILE names, never in params. HUBDATA_SMTP_FROM is
who letters come from.
"""

import os
import re
import smtplib
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from hubdata.errors import BadParameter

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
DOMAIN = rf"(?=.{{1,190}}\Z){LABEL}(?:\.{LABEL})*"
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){ATOM}(?:\.{ATOM})*@{DOMAIN}", re.ASCII)
SCHEMES = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
SECONDS = 30


def is_host(name: str | None) -> bool:
    """Whether a server may be called so: a domain's labels, also with the _ of internal names, or what stood in []."""
    return bool(name) and (":" in name or re.fullmatch(DOMAIN, name.replace("_", "x")) is not None)


def is_webhook(text: str) -> bool:
    """Whether a call can be made to an address: https, a host, nobody who signs in."""
    try:
        parts = urlsplit(text)
        fine = parts.scheme == "https" and parts.port != 0 and "@" not in parts.netloc and is_host(parts.hostname)
    except ValueError:
        return False
    return fine and re.fullmatch(r"[!-~]+", text) is not None


@dataclass(frozen=True)
class Post:
    """The mail server, and who letters come from."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str

    @classmethod
    def of(cls, environment: dict[str, str] | None = None) -> "Post | None":
        """The server that the environment names, or None. Raises BadParameter for what is written wrongly."""
        said = os.environ if environment is None else environment
        if not said.get("HUBDATA_SMTP"):
            return None
        try:
            parts = urlsplit(said["HUBDATA_SMTP"])
            default = SCHEMES[parts.scheme]
            port = default if parts.port is None else parts.port
            if not port or not is_host(parts.hostname):
                raise ValueError
        except (KeyError, ValueError):
            raise BadParameter(
                f"HUBDATA_SMTP is no mail server; write {', '.join(f'{s}://host:{p}' for s, p in SCHEMES.items())}"
            ) from None
        file = said.get("HUBDATA_SMTP_PASSWORD_FILE")
        try:
            password = Path(file).read_text("utf-8").strip() if file else said.get("HUBDATA_SMTP_PASSWORD", "")
        except (OSError, ValueError):
            raise BadParameter("HUBDATA_SMTP_PASSWORD_FILE names no file of text that can be read") from None
        sender = said.get("HUBDATA_SMTP_FROM") or f"hubdata@{parts.hostname}"
        if said.get("HUBDATA_SMTP_FROM") and not ADDRESS.fullmatch(sender):
            raise BadParameter("HUBDATA_SMTP_FROM is not one e-mail address, name@example.gov.uk")
        return cls(parts.scheme, parts.hostname or "", port, unquote(parts.username or ""), password, sender)

    def open(self) -> smtplib.SMTP:
        """A session with the server, encrypted and signed in as the address says."""
        safe = ssl.create_default_context()
        if self.scheme == "smtps":
            session = smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=safe)
        else:
            session = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        session.ehlo_or_helo_if_needed()
        if self.scheme == "smtp+starttls":
            session.starttls(context=safe)
        if self.user:
            session.login(self.user, self.password)
        return session
