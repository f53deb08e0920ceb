"""Voila for the officer's desk: our settings with the desk's own pages, and kernels that may open the records.

Who gets in, what is served and what is hidden are the dashboards' rules; only these two differ.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

import jinja2
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError
from traitlets.config import Config

from hubdata.dashboards.catalogue import DESK
from hubdata.dashboards.serve import guard
from hubdata.dashboards.serve.app import Dashboards, settings
from hubdata.dashboards.serve.kernels import Kernels, allowed
from hubdata.dashboards.serve.plan import Plan
from hubdata.desk.forms import links
from hubdata.desk.forms.words import FILES, SERVED

# Where the records are, how PostgreSQL's client finds its password, and how the hub's keys are opened.
RECORDS = (
    "HUBDATA_HOME",
    "HUBDATA_URL",
    "HUBDATA_PARAMS",
    "HOME",
    "USERPROFILE",
    "APPDATA",
    "USER",
    "LOGNAME",
    "USERNAME",
    "PGPASSFILE",
    "PGSSLROOTCERT",
    "PGSERVICEFILE",
    "XDG_RUNTIME_DIR",
    "HUBDATA_PASSPHRASE_FILE",
    "CREDENTIALS_DIRECTORY",
    "DBUS_SESSION_BUS_ADDRESS",
    "XDG_RUNTIME_DIR",
)


def told(given: Mapping[str, str]) -> dict[str, str]:
    """Of an environment the way to the records."""
    return {name: given[name] for name in RECORDS if name in given}


# What of the hub's folder a browser may open, and how: never a key, a database or a file that waits.
SHOWN = ("reports", "certificates", "work/receipts", "work/packs", "work/returns")
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ONLY_A_PAGE = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; sandbox allow-popups allow-downloads"
)
CALENDAR = "deadlines.ics"
TEMPLATES = guard.TEMPLATES.parent
MOST = 24  # pages that one officer has open at once: each of the desk's twice


class DeskKernels(Kernels):
    """Kernels of one officer, who may open the records anyway."""

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """What a kernel is given: what every kernel has, and where the records are."""
        return allowed(given) | told(given) | {SERVED: "served"}


class Files(guard.Guarded, JupyterHandler):
    """A file that a command wrote for the officer, opened in the browser, which keeps no copy of it."""

    def get(self, folder: str, name: str) -> None:
        """Send one file of the folders that may be shown; whatever else an address names does not exist."""
        place = self.settings["home"] / folder
        path = (place / name).resolve()
        kind = KINDS.get(path.suffix)
        if kind is None or not path.is_relative_to(place.resolve()) or not path.is_file():
            raise HTTPError(404)
        self.set_header("Content-Type", kind)
        self.set_header("Content-Security-Policy", ONLY_A_PAGE)
        self.finish(path.read_bytes())


class Start(guard.Guarded, JupyterHandler):
    """The desk's first page: what needs somebody now, and every page; it needs no kernel and no script."""

    async def get(self) -> None:
        """Say what is due, in a thread of its own, since the rules are asked."""
        drawn = await asyncio.to_thread(self.settings["first"][0])
        page = self.settings["pages"].get_template("index.html")
        self.finish(page.render(dashboards=guard.listed(self.settings), place=links.PAGES, today=drawn))


class Calendar(guard.Guarded, JupyterHandler):
    """The deadlines for a calendar to read, without a name or a reference."""

    async def get(self) -> None:
        """Send them; who may not see what is due gets none."""
        made = await asyncio.to_thread(self.settings["first"][1])
        if made is None:
            raise HTTPError(403)
        self.set_header("Content-Type", "text/calendar; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="deadlines.ics"')
        self.finish(made)


class OfficersDesk(Dashboards):
    """The desk's pages instead of the dashboards'.

    `first` draws what the first page says, and makes the calendar; the process that serves sets it.
    """

    first: ClassVar[tuple[Callable[[], str], Callable[[], bytes | None]]]

    @classmethod
    def settled(cls, plan: Plan) -> Config:
        """The settings to serve with."""
        config = settings(plan)
        config.VoilaConfiguration.template = "desk"
        config.VoilaConfiguration.multi_kernel_manager_class = f"{__name__}.DeskKernels"
        config.DeskKernels.most = config.DeskKernels.each = MOST
        config.MappingKernelManager.cull_busy = False  # a disposal or an audit may take longer than a page may idle
        return config

    def init_handlers(self) -> list:
        """The dashboards' addresses, and the files that commands wrote for an officer."""
        own = [(r"/", Start), (rf"/{CALENDAR}", Calendar), (rf"{FILES}({'|'.join(SHOWN)})/(.+)", Files)]
        return [*own, *super().init_handlers()]

    def init_settings(self) -> dict:
        """The dashboards' settings with the desk's own words."""
        own = jinja2.FileSystemLoader([TEMPLATES / "desk", TEMPLATES / "hub"])
        return super().init_settings() | {
            "home": Path(os.environ.get("HUBDATA_HOME") or "hub").absolute(),
            "pages": jinja2.Environment(loader=own, autoescape=True),
            "listed": DESK,
            "first": self.first,
        }
