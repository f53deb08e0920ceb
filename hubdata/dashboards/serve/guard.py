"""What the dashboards' server answers: every address guarded, the same headers on all, no error in its own words.

An address that is not listed here does not exist, whatever Voila adds to its own list; it must never serve a file of
the folder that holds the dashboards.
"""

import asyncio
import hmac
import json
import logging
import posixpath
import re
import time
from collections.abc import Awaitable
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import jinja2
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler, FileFindHandler, JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyterlab_server.themes_handler import ThemesHandler
from tornado.web import HTTPError, RequestHandler, StaticFileHandler
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import AllowListFileHandler, MultiStaticFileHandler, TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from hubdata import places
from hubdata.dashboards.catalogue import DASHBOARDS, Dashboard
from hubdata.dashboards.serve.kernels import SORRY, new_reference
from hubdata.dashboards.serve.plan import Plan
from hubdata.dashboards.serve.visitors import same_address
from hubdata.figures.html import element

LOG = logging.getLogger("hubdata.dashboards.serve.start")
TEMPLATES = places.TEMPLATES / "voila" / "hub"
SLOW, CROWD = 1, 20  # seconds that a wrong token waits for its refusal, and how many may wait
MOST_LINES = 300  # of refusals in the log in a minute
RETRY = 60  # seconds, to come back when all places are taken
LONGEST = 120  # seconds, for a page to be finished
KEPT = "private, max-age=3600"
SAID = {
    403: "You are not signed in, or may not see this.",
    404: "There is no page at this address.",
    429: "You have as many pages open as one visitor may, or too many wrong tokens came. Close one, or wait a minute.",
    503: "Too many people are looking at the dashboards just now. Try again in a minute.",
}


class Gate:
    """Answers wrong tokens one after the other, and lets no crowd of them wait: a second each, right ones at once."""

    def __init__(self) -> None:
        self.lock, self.waiting = asyncio.Lock(), 0

    @property
    def full(self) -> bool:
        """Whether so many wait that no token is looked at."""
        return self.waiting >= CROWD

    async def wait(self) -> None:
        """Wait until it is this wrong token's turn to be refused."""
        self.waiting += 1
        try:
            async with self.lock:
                await asyncio.sleep(SLOW)
        finally:
            self.waiting -= 1


class Lines:
    """How many lines of refusals the log takes in a minute; what is left out is counted, and said with the next."""

    def __init__(self) -> None:
        self.minute, self.said, self.left_out = 0.0, 0, 0

    def take(self, now: float) -> bool:
        """Whether a line may be written now; says first how many were not."""
        if now - self.minute >= 60:
            if self.left_out:
                LOG.warning("%s more refusals in the minute before", self.left_out)
            self.minute, self.said, self.left_out = now, 0, 0
        self.said += 1
        self.left_out += self.said > MOST_LINES
        return self.said <= MOST_LINES


class Guarded(RequestHandler):
    """Before any handler: who asks, and may they; around it: our headers, and errors without their own words."""

    log = LOG

    @property
    def base_url(self) -> str:
        return self.settings["base_url"]

    @cached_property
    def reference(self) -> str:
        """The number of this request, in the log and on an error's page; a page with a kernel has its kernel's."""
        return new_reference()

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.clear_header("Server")
        self.set_header("Cache-Control", KEPT if isinstance(self, StaticFileHandler) else "no-store")
        for name, value in self.settings["headers"].items():
            self.set_header(name, value)

    async def prepare(self) -> None:
        """Refuse whoever is not let in, before anything of the handler runs."""
        self.current_user = None
        if self._over_tls():
            self.request.protocol = "https"
        if self._comes_from_elsewhere() or not self._here(self.request.host_name):
            raise HTTPError(403)
        gate: Gate = self.settings["gate"]
        if self._brings_token() and gate.full:
            raise HTTPError(429)
        self.current_user = visitor = self.settings["identity_provider"].get_user(self)
        if visitor is None and self._brings_token():
            await gate.wait()
        if visitor is None or not self.settings["plan"].admits(visitor.username):
            raise HTTPError(403)
        if "token" in self.request.query_arguments:
            return self.redirect(self._without_token())
        waiting = super().prepare()
        return await waiting if isinstance(waiting, Awaitable) else waiting

    def _over_tls(self) -> bool:
        """Whether the reverse proxy that was named, and nobody else, says that the visitor came to it over TLS."""
        said, proxy = self.request.headers.get_list("X-Forwarded-Proto"), self.settings["plan"].proxy
        return proxy is not None and said == ["https"] and same_address(str(self.request.remote_ip), proxy)

    def set_cookie(self, name: str, value: str | bytes, *place: Any, **more: Any) -> None:
        """Set a cookie; one that was set over TLS never travels without."""
        super().set_cookie(
            name, value, *place, **(more | ({"secure": True} if self.request.protocol == "https" else {}))
        )

    def _brings_token(self) -> bool:
        """Whether somebody tries to come in with a token, right or wrong."""
        return self.settings["plan"].token is not None and bool(self.settings["identity_provider"].get_token(self))

    def _comes_from_elsewhere(self) -> bool:
        """Whether another site, or another port of this name, asks, other than by a link that somebody followed."""
        headers = self.request.headers
        plan = self.settings["plan"]
        others = ("cross-site", "same-site") if plan.name or plan.own_use else ("cross-site",)
        return headers.get("Sec-Fetch-Site") in others and headers.get("Sec-Fetch-Dest") != "document"

    def _here(self, host: str) -> bool:
        """Whether the name asked for is the one that was given out, or where there is none and nobody is asked who they
        are, this machine's own (DNS rebinding)."""
        if name := self.settings["plan"].name:
            return hmac.compare_digest(host.encode(), name.encode())
        if not self.settings["plan"].own_use or host == "localhost":
            return True
        try:
            return ip_address(host.strip("[]")).is_loopback
        except ValueError:
            return False

    def _without_token(self) -> str:
        """The address asked for, on this server, without the token that it named."""
        kept = [(name, value) for name, value in parse_qsl(self.request.query, True) if name != "token"]
        return "/" + self.request.path.lstrip("/\\") + (f"?{urlencode(kept)}" if kept else "")

    def log_exception(self, kind, error, trace) -> None:
        """Put a fault of ours into the log under its reference; a refusal has its line already."""
        if not isinstance(error, HTTPError):
            LOG.error("reference %s", self.reference, exc_info=(kind, error, trace))

    def write_error(self, status_code: int, **_kwargs) -> None:
        """Say what happened in our words; a page to a browser, JSON to everything else."""
        message = SAID.get(status_code, "Something went wrong on our side.")
        said = {"status": status_code, "message": message, "reference": self.reference}
        if status_code in (429, 503):
            self.set_header("Retry-After", str(RETRY))
        if "text/html" in self.request.headers.get("Accept", "") and not isinstance(self, APIHandler):
            asks = status_code == 403 and self.settings["plan"].token is not None
            form = {"sign_in": self.xsrf_form_html(), "wanted": self._without_token()} if asks else {}
            self.set_header("Content-Type", "text/html; charset=UTF-8")
            self.finish(self.settings["pages"].get_template("error.html").render(said, **form))
        else:
            self.set_header("Content-Type", "application/json")
            self.finish(json.dumps(said))


class Index(Guarded, JupyterHandler):
    """The list of dashboards."""

    def get(self) -> None:
        page = self.settings["pages"].get_template("index.html")
        self.finish(page.render(dashboards=listed(self.settings), place="/voila/render/"))


class SignIn(Guarded, JupyterHandler):
    """Where the form of a refusal leads: the right token was exchanged for a cookie before this runs."""

    def post(self) -> None:
        self.redirect("/" + self.get_body_argument("wanted", "").lstrip("/\\"), status=303)


class Page(Guarded, TornadoVoilaHandler):
    """One dashboard: a notebook that lies in the folder itself, and nothing else that might."""

    async def get(self, path: str) -> None:
        if path not in {f"{each.name}.ipynb" for each in listed(self.settings)}:
            raise HTTPError(404)
        self.traitlet_config = self.traitlet_config.copy()
        self.traitlet_config.VoilaExecutor.cell_error_instruction = SORRY.format(self.reference)
        try:
            async with asyncio.timeout(LONGEST):
                if (waiting := super().get(path)) is not None:
                    await waiting
        except TimeoutError:  # Voila waits for ever for a kernel that did not start, and keeps the connection alive
            LOG.error("reference %s: %s was not finished after %s s", self.reference, path, LONGEST)
            self.finish(element("p", SORRY.format(self.reference), role="alert"))


class Shutdown(Guarded, VoilaShutdownKernelHandler):
    """What a page says when it closes; only of its own kernel."""

    @authorized("write", "kernels")
    async def post(self, kernel_id: str) -> None:
        """End the kernel that the address names."""
        if (waiting := super().post(kernel_id)) is not None:
            await waiting


class Missing(Guarded, RequestHandler):
    """Every other address."""

    async def prepare(self) -> None:
        await super().prepare()
        raise HTTPError(404)


class Templates(Guarded, TemplateStaticFileHandler):
    """The files of a template; an address that is not one of those has no file, which Voila does not check."""

    def parse_url_path(self, path: str) -> str:
        if not re.fullmatch(r"[\w-]+/static/.+", posixpath.normpath(path)):
            raise HTTPError(404)
        return super().parse_url_path(path)


def guarded(handler: type) -> type:
    """The same handler behind the guard."""
    return type(handler.__name__, (Guarded, handler), {})


# What of Voila's own addresses is served. Its tree and its list of the folder's contents are not.
SERVED = {
    TornadoVoilaHandler: Page,
    TemplateStaticFileHandler: Templates,
    **{
        each: guarded(each)
        for each in (
            KernelHandler,
            VoilaKernelWebsocketHandler,
            MultiStaticFileHandler,
            FileFindHandler,
            ThemesHandler,
            AllowListFileHandler,
        )
    },
}


def served(handlers: list) -> list:
    """Of Voila's addresses those that are served, each behind the guard, and our own."""
    kept = [(pattern, SERVED[handler], *rest) for pattern, handler, *rest in handlers if handler in SERVED]
    return [(r"/", Index), (r"/sign-in", SignIn), (r"/voila/api/shutdown/(?P<kernel_id>[\w-]+)", Shutdown), *kept]


def log_request(handler: Guarded) -> None:
    """One line for each refusal or fault: never a query, which can hold a token, and no line break of a visitor's."""
    status = handler.get_status()
    if status >= 400 and (status >= 500 or handler.settings["lines"].take(time.monotonic())):
        visitor = getattr(handler, "visitor", None)
        LOG.warning(
            "%s %s %s by %r: reference %s",
            status,
            handler.request.method,
            ascii(handler.request.path)[1:-1],
            visitor and visitor.username,
            handler.reference,
        )


def listed(settings: dict) -> list[Dashboard]:
    """The pages that lie in the folder served: ours in our order, then any other by its name."""
    there = {path.stem for path in Path(settings["plan"].folder).glob("*.ipynb")}
    ours = [each for each in settings["listed"] if each.name in there]
    others = sorted(there - {each.name for each in ours})
    return ours + [Dashboard(name, name, "", ()) for name in others]


def settings(plan: Plan) -> dict:
    """What the handlers above look up, and who answers where nobody else does."""
    return {
        "plan": plan,
        "gate": Gate(),
        "lines": Lines(),
        "listed": DASHBOARDS,
        "pages": jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True),
        "default_handler_class": Missing,
        "log_function": log_request,
        "xsrf_cookie_kwargs": {"samesite": "Lax", "expires_days": None},
    }
