"""The beginning of a dashboard's page, first figures included, sent before its kernel is started: nobody waits for one.

It reads releases and the question in the address, as the kernel does for every question that follows.
"""

from functools import cache

from jinja2 import Environment, FileSystemLoader
from jupyter_server import CallContext
from jupyter_server.base.handlers import JupyterHandler

from hubdata import places
from hubdata.dashboards.catalogue import DASHBOARDS
from hubdata.dashboards.page import content, made

TEMPLATES = places.TEMPLATES / "voila" / "hub"
SENT = "hub_first_sent"


async def send(handler: JupyterHandler) -> None:
    """Send a dashboard's heading, question and figures; nothing for a notebook that is none of ours."""
    name = handler.request.path.rpartition("/")[2].removesuffix(".ipynb")
    page = next((each for each in DASHBOARDS if each.name == name), None)
    if page is None:
        return
    first = made(content, page, handler.request.query)
    handler.write(_beginning().render(page=page, name=page.name, base_url=handler.base_url, first=first))
    setattr(handler, SENT, True)
    await handler.flush()


def was_sent(_name: str) -> bool:
    """Whether the page that is being sent has its beginning; the template asks."""
    return getattr(CallContext.get(CallContext.JUPYTER_HANDLER), SENT, False)


@cache
def _beginning():
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True).get_template("begin.html.j2")
