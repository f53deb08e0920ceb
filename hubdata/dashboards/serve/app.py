"""Standalone Voila under our settings; never its server extension, where a viewer can run code.

What JSON can say is in dashboards/voila.json, so that plain `voila dashboards/` has it too; the rest is here.
"""

import json
import logging
import sys
import threading
from typing import cast

from jupyter_server import CallContext
from nbclient.exceptions import CellExecutionError
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from traitlets import Any
from traitlets.config import Config
from traitlets.config.loader import JSONFileConfigLoader
from voila.app import Voila

from hubdata.dashboards.serve import guard
from hubdata.dashboards.serve.kernels import where
from hubdata.dashboards.serve.plan import FOLDER, Plan
from hubdata.dashboards.serve.visitors import Owners, Visitors

LARGEST_BODY = 64 * 1024


def settings(plan: Plan) -> Config:
    """Our settings for Voila: those of dashboards/voila.json, and what they cannot say."""
    config = JSONFileConfigLoader("voila.json", path=str(FOLDER)).load_config()
    config.Voila.log_level = "ERROR"
    config.Voila.identity_provider_class = Visitors
    config.Voila.authorizer_class = Owners
    config.Kernels.most = plan.kernels
    config.Kernels.each = plan.kernels if plan.own_use else plan.each
    given = {
        "cull_idle_timeout": plan.idle_seconds,
        "left_after": plan.left_seconds,
        "cull_interval": plan.cull_seconds,
    }
    config.Kernels.update({name: seconds for name, seconds in given.items() if seconds is not None})
    return config


class Dashboards(Voila):
    """Voila with our list of addresses, listening where it was told and nowhere else."""

    plan = Any()
    sockets = Any()

    @classmethod
    def settled(cls, plan: Plan) -> Config:
        """The settings to serve with."""
        return settings(plan)

    @classmethod
    def serve(cls, plan: Plan, sockets: list) -> None:
        """Serve until the process that started this one ends it."""
        app = cls.instance(config=cls.settled(plan), plan=plan, sockets=sockets, config_file_paths=[])
        app.initialize(argv=[])
        app.root_dir = plan.folder
        app.log.addFilter(with_reference)
        app.start()

    def init_settings(self) -> dict:
        """Voila's settings and ours."""
        return cast(dict, super().init_settings()) | guard.settings(self.plan)  # Voila's Dict and List are traits

    def init_handlers(self) -> list:
        """Only the addresses that are served, each behind the guard."""
        return guard.served(cast(list, super().init_handlers()))

    def listen(self) -> None:
        """Serve on the sockets that are bound already, and say so."""
        server = HTTPServer(self.app, **bounds(self.plan))
        server.add_sockets(self.sockets)
        self.ioloop = IOLoop.current()
        threading.Thread(target=self._end_with_stdin, daemon=True).start()
        print(json.dumps({"port": self.sockets[0].getsockname()[1]}), flush=True)
        try:
            self.ioloop.start()
        except KeyboardInterrupt:
            pass
        finally:
            self.stop()

    def _end_with_stdin(self) -> None:
        sys.stdin.read()
        self.ioloop.add_callback(self.ioloop.stop)


def bounds(plan: Plan) -> dict[str, int]:
    """How large a request may be, and how long one that has begun, or a connection between two, is waited for."""
    wait = plan.half_open_seconds
    sizes = {"max_body_size": LARGEST_BODY, "max_header_size": LARGEST_BODY}
    return sizes | {"idle_connection_timeout": wait, "body_timeout": wait}


def with_reference(record: logging.LogRecord) -> bool:
    """Put the number of the request before what is logged, and where a notebook failed in place of what it said."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, CellExecutionError):
        record.msg, record.args, record.exc_info = where(error.ename, error.traceback), (), None
    page = CallContext.get(CallContext.JUPYTER_HANDLER)
    if page is not None and hasattr(page, "reference"):
        record.msg = f"reference {page.reference}: {record.msg}"
    return True
