"""The kernels behind dashboards: whose each is, what it is given, how many there are, and what it may answer.

A kernel's environment is a list of what it needs, so that no address, key or home reaches it, whatever the server has.
Plain `voila dashboards/` uses these classes too, through dashboards/voila.json. Source: stack.md 2, the hooks.
"""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import cast
from uuid import uuid4

from jupyter_server import CallContext
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError
from traitlets import Dict, Integer

from hubdata.dashboards.serve import first

WHO = "HTTP_X_HUB_USER"
RELEASES = "HUBDATA_RELEASES"
# What a Python process needs to start and to speak the viewer's language, and which view was asked for.
SYSTEM = (
    "PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
    "PATHEXT",
    "LD_LIBRARY_PATH",
    "IPYTHONDIR",
)
VIEW = ("QUERY_STRING", "SCRIPT_NAME", WHO)
FRAME = re.compile(r"(?m)^(?:File|Cell) .*$")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SORRY = "Something went wrong on our side. Quote reference {} if you ask for help."


def new_reference() -> str:
    """A short number that a viewer can read out and that the log also has."""
    return secrets.token_hex(4).upper()


def releases(given: Mapping[str, str]) -> str:
    """The folder of releases: HUBDATA_RELEASES, or `published` in the hub's home."""
    return given.get(RELEASES) or str(Path(given.get("HUBDATA_HOME") or "hub").absolute() / "published")


def allowed(given: Mapping[str, str]) -> dict[str, str]:
    """Of an environment what a kernel may have."""
    return {name: given[name] for name in (*SYSTEM, *VIEW) if name in given} | {RELEASES: releases(given)}


def where(kind: str | None, trace: str) -> str:
    """An error for the log: its kind, and the places it passed; not its own words, which can hold a value."""
    return "\n  ".join([str(kind), *FRAME.findall(COLOUR.sub("", trace))])


class Kernels(AsyncMappingKernelManager):
    """At most `most` kernels, each of its visitor, each with a bare environment, none of them left running."""

    most = Integer(20, config=True, help="How many kernels may run or start at once.")
    each = Integer(6, config=True, help="How many of them may be one visitor's, so that nobody shuts the others out.")
    left_after = Integer(300, config=True, help="Seconds until a kernel whose page is gone is shut down.")
    owners = Dict(help="Whose each running or starting kernel is.")

    async def start_kernel(self, *, env: dict[str, str] | None = None, **kwargs) -> str:
        """Start one kernel more. Raises HTTPError 503 if all places are taken, 429 if this visitor has theirs.

        Raises HTTPError 403 for everybody where no guard stands around the server (plain.py).
        """
        if not hasattr(self.parent, "plan"):
            raise HTTPError(403)
        given = os.environ | (env or {})
        visitor = given.get(WHO, "")
        if visitor and list(self.owners.values()).count(visitor) >= self.each:
            raise HTTPError(429)
        if len(self.owners) >= self.most:
            raise HTTPError(503)
        kernel_id = str(uuid4())
        self.owners[kernel_id] = visitor
        try:
            if page := CallContext.get(CallContext.JUPYTER_HANDLER):
                page.xsrf_token  # noqa: B018 (asking sets the cookie without which a closing page may not end its kernel)
                page.reference = kernel_id[:8].upper()
                await first.send(page)
            return await super().start_kernel(kernel_id=kernel_id, env=self.environment(given), **kwargs)
        except BaseException:
            self.owners.pop(kernel_id, None)
            raise

    def environment(self, given: dict[str, str]) -> dict[str, str]:
        """What a kernel is given of an environment."""
        return allowed(given)

    def remove_kernel(self, kernel_id: str):
        """Forget a kernel that has ended, however it ended."""
        self.owners.pop(kernel_id, None)
        return super().remove_kernel(kernel_id)

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """Shut a kernel down that nobody has used for long; sooner where no page is connected to it any more."""
        open_page = self.kernel_model(kernel_id)["connections"]
        longest = self.cull_idle_timeout
        self.cull_idle_timeout = longest if open_page else min(self.left_after, longest)
        try:
            await super().cull_kernel_if_idle(kernel_id)
        finally:
            self.cull_idle_timeout = longest


class Channel(ZMQChannelsWebsocketConnection):
    """What a page hears of its kernel: never the text of an error, which goes to the server's log."""

    def handle_outgoing_message(self, stream, outgoing_msg: list) -> None:
        """Pass a message on; an error as a reference number, and nothing that was written to stderr."""
        before, message = self.session.feed_identities(outgoing_msg)
        _signature, header, parent, metadata, content, *rest = cast(list[bytes], message)
        kind, said = self.session.unpack(header)["msg_type"], {}
        if kind in ("error", "stream") or kind.endswith("_reply"):
            said = self.session.unpack(content)
        if kind == "stream" and said["name"] == "stderr":
            return
        if kind == "error" or said.get("status") == "error":
            content = self.session.pack(said | self._hidden(said))
            signed = [header, parent, metadata, content]
            outgoing_msg = [*before, b"<IDS|MSG>", self.session.sign(signed), *signed, *rest]
        super().handle_outgoing_message(stream, outgoing_msg)

    def _hidden(self, said: dict) -> dict:
        """A reference number instead of an error; its kind and where it arose are logged, its own words are not."""
        reference = new_reference()
        self.log.error("reference %s: %s", reference, where(said.get("ename"), "\n".join(said.get("traceback", []))))
        sorry = SORRY.format(reference)
        return {"ename": "Error", "evalue": sorry, "traceback": [sorry]}
