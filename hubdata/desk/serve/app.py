"""Voila for the officer's desk: our settings with the desk's own pages, and kernels that may open the records.

Who gets in, what is served and what is hidden are the dashboards' rules; only these two differ.
"""

import jinja2
from traitlets.config import Config

from hubdata.dashboards.catalogue import DESK
from hubdata.dashboards.serve import guard
from hubdata.dashboards.serve.app import Dashboards, settings
from hubdata.dashboards.serve.kernels import Kernels, allowed
from hubdata.dashboards.serve.plan import Plan

# Where the records are, and how PostgreSQL's client finds its password.
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
)


def told(given: dict[str, str]) -> dict[str, str]:
    """Of an environment the way to the records."""
    return {name: given[name] for name in RECORDS if name in given}


TEMPLATES = guard.TEMPLATES.parent
MOST = 24  # pages that one officer has open at once: each of the desk's twice


class DeskKernels(Kernels):
    """Kernels of one officer, who may open the records anyway."""

    def environment(self, given: dict[str, str]) -> dict[str, str]:
        """What a kernel is given: what every kernel has, and where the records are."""
        return allowed(given) | told(given)


class OfficersDesk(Dashboards):
    """The desk's pages instead of the dashboards'."""

    @classmethod
    def settled(cls, plan: Plan) -> Config:
        """The settings to serve with."""
        config = settings(plan)
        config.VoilaConfiguration.template = "desk"
        config.VoilaConfiguration.multi_kernel_manager_class = f"{__name__}.DeskKernels"
        config.DeskKernels.most = MOST
        config.MappingKernelManager.cull_busy = False  # a disposal or an audit may take longer than a page may idle
        return config

    def init_settings(self) -> dict:
        """The dashboards' settings with the desk's own words."""
        own = jinja2.FileSystemLoader([TEMPLATES / "desk", TEMPLATES / "hub"])
        return super().init_settings() | {
            "pages": jinja2.Environment(loader=own, autoescape=True),
            "listed": DESK,
        }
