"""Puts the guard around plain `voila dashboards/` as well, or does not let it start; dashboards/voila.json names it.

Voila has no setting for the list of its addresses. Who visits is asked for just before that list is made, and exchanges
it. Where these settings are not found a page shows no figure (dashboards/show.py).
"""

import os
import shutil
from functools import partial
from typing import Any

from hubdata.dashboards.serve import app, guard
from hubdata.dashboards.serve.kernels import releases
from hubdata.dashboards.serve.plan import SHORTEST_TOKEN, Plan, is_loopback
from hubdata.dashboards.serve.visitors import Visitors


class Plain(Visitors):
    """Who visits plain Voila: one person's browsers, told apart by a cookie, or whoever has the token."""

    def __init__(self, **given: Any):
        super().__init__(**given)
        surround(self.parent, self.token or None)


def surround(voila: Any, token: str | None) -> None:
    """Have a Voila that is starting serve our addresses alone. Raises SystemExit where that would guard nothing."""
    plan = Plan(voila.ip, voila.port, releases(os.environ), voila.root_dir, token)
    if faults := [said for wrong, said in _rules(voila, plan) if wrong]:
        shutil.rmtree(voila.connection_dir, ignore_errors=True)
        raise SystemExit(f"Voila was not started: {'; '.join(faults)}.")
    voila.plan = plan
    voila.kernel_manager.each = voila.kernel_manager.most if plan.own_use else plan.each
    voila.log.addFilter(app.with_reference)
    voila.init_handlers = partial(_served, voila, voila.init_handlers)


def _rules(voila: Any, plan: Plan) -> tuple[tuple[bool, str], ...]:
    """What plain Voila may not be asked for, and what to say of it."""
    return (
        (
            plan.own_use and not is_loopback(plan.host),
            f"others can reach --Voila.ip={plan.host!r}: leave it out, or use `hubdata dashboards` with a token",
        ),
        (
            plan.token is not None and len(plan.token) < SHORTEST_TOKEN,
            f"a token has {SHORTEST_TOKEN} or more characters: say --token alone, and Voila makes one",
        ),
        (
            (voila.base_url, voila.server_url) != ("/", "/"),
            "the dashboards are served at / alone: let a proxy put them under another address",
        ),
    )


def _served(voila: Any, theirs: Any) -> list:
    """Our addresses in the place of Voila's, and what stands behind each."""
    voila.app.settings.update(guard.settings(voila.plan) | {"headers": voila.tornado_settings["headers"]})
    voila.app.listen = partial(voila.app.listen, **app.bounds(voila.plan))
    return guard.served(theirs())
