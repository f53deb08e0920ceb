"""The process that serves the desk, and what its first page says: what needs somebody, or why that is not shown.

That is one command, asked as any form asks, in the server itself, which has the way to the records as its kernels have
it: no kernel is waited for. Where people are registered it says nothing to who has not signed in.
"""

import threading
from functools import partial

from hubdata.dashboards.serve import main
from hubdata.dashboards.serve.plan import Plan
from hubdata.desk.commands import today as commands_today
from hubdata.desk.commands.command import Answer, answered
from hubdata.desk.commands.options import Options
from hubdata.desk.forms import links
from hubdata.desk.forms.asked import at_desk
from hubdata.desk.forms.locked import people
from hubdata.desk.forms.tasks import TASKS, address
from hubdata.desk.serve.app import CALENDAR, OfficersDesk
from hubdata.desk.today import page
from hubdata.desk.today.thing import Today
from hubdata.figures.html import Html, element, together

FORMS = {task.words: (task.title, name) for name, tasks in TASKS.items() for task in tasks}
SIGN_IN = "Sign in to see what needs somebody"


def drawn() -> Html:
    """What needs somebody, each thing a link; where it may not or cannot be said, why."""
    answer = answered(commands_today.today, at_desk(words="today"))
    if not isinstance(answer.said, Today):
        lead = element("a", SIGN_IN, href=f"{links.PAGES}today.ipynb")
        said = together(lead, ".") if people().registered else together(f"{answer.said['error']}.")
        return element("p", said, class_="notice")
    said = page.drawn(answer.said, partial(address, forms=FORMS), "h2")
    deadlines = element("a", "The deadlines for your calendar, without names (.ics)", href=f"/{CALENDAR}")
    return element("div", said, element("p", deadlines))


def calendar() -> bytes | None:
    """The deadlines as a calendar file; None to who may not see what is due."""
    answer = answered(_calendar, at_desk(words="today"))
    return answer.said if isinstance(answer.said, bytes) else None


def _calendar(options: Options) -> Answer:
    # DuckDB and SQLAlchemy: 1.3 s that the desk's address should not wait for
    from hubdata.desk.today import calendar as calendars

    return Answer(calendars.made(options.hub(), options.as_at).encode())


def _load() -> None:
    # DuckDB and SQLAlchemy, as above: 1.3 s that nobody waits for while they open their browser
    from hubdata.desk.today import gather  # noqa: F401


def _serve(asked: Plan, sockets: list) -> None:
    """Serve the desk; what its first page asks is loaded meanwhile."""
    threading.Thread(target=_load, daemon=True).start()
    OfficersDesk.first = (drawn, calendar)
    OfficersDesk.serve(asked, sockets)


if __name__ == "__main__":
    main.main(_serve)
