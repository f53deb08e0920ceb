"""What dashboards and forms are built of: controls that a keyboard and a screen reader can use, and no others.

A dashboard's page has one control in its kernel, `asked`, which takes the same text as a link to a view, and one place
where figures are shown. Whatever a viewer writes into either is read as a question and answered from releases, so that
setting a trait shows nothing that is not on screen. Nothing heavy may be imported here: a viewer waits for it.
"""

import os
from collections.abc import Sequence
from datetime import date

import ipywidgets
from IPython.display import display

from hubdata.dashboards.catalogue import DASHBOARDS, dashboard
from hubdata.dashboards.page import again, content, made
from hubdata.figures.html import Html, element

__all__ = [
    "DASHBOARDS",
    "box",
    "button",
    "checkbox",
    "choice",
    "day",
    "html",
    "lines",
    "place",
    "secret",
    "show",
    "text",
    "upload",
]

UNGUARDED = "VOILA_REQUEST_URL"
SETTINGS = (
    "This server did not find the settings that keep one visitor's page from another's, so no figure is shown. Start "
    "it with hubdata dashboards, or with voila from the environment in which hubdata is installed."
)
WIDE = {"layout": ipywidgets.Layout(width="auto"), "style": {"description_width": "initial"}}


def html(markup: Html) -> ipywidgets.HTML:
    """Markup that `figures.html` made. Raises TypeError for any other text: it has not been escaped."""
    if not isinstance(markup, Html):
        raise TypeError("only markup made by figures.html.element may be shown as HTML")
    return ipywidgets.HTML(markup)


def choice(label: str, options: Sequence[tuple[str, object]]) -> ipywidgets.Dropdown:
    """One of a list."""
    return ipywidgets.Dropdown(description=label, options=options, **WIDE)


def text(label: str, value: str = "") -> ipywidgets.Text:
    """A line of text, taken when the field is left."""
    return ipywidgets.Text(description=label, value=value, continuous_update=False, **WIDE)


def secret(label: str) -> ipywidgets.Password:
    """A line of text that nobody sees, taken when the field is left."""
    return ipywidgets.Password(description=label, continuous_update=False, **WIDE)


def lines(label: str) -> ipywidgets.Textarea:
    """Several lines of text, taken when the field is left."""
    return ipywidgets.Textarea(description=label, continuous_update=False, rows=6, **WIDE)


def checkbox(label: str, value: bool = False) -> ipywidgets.Checkbox:
    """Yes or no."""
    return ipywidgets.Checkbox(description=label, value=value, indent=False, **WIDE)


def day(label: str, value: date | None = None) -> ipywidgets.DatePicker:
    """A day, typed or picked."""
    return ipywidgets.DatePicker(description=label, value=value, **WIDE)


def upload(label: str, kinds: str) -> ipywidgets.FileUpload:
    """A button that lets a file be chosen; what is in it comes to the kernel, and is in no file."""
    return ipywidgets.FileUpload(description=label, accept=kinds, multiple=False)


def button(label: str) -> ipywidgets.Button:
    """A button that says what it does."""
    return ipywidgets.Button(description=label)


def box(*controls: ipywidgets.Widget) -> ipywidgets.VBox:
    """Controls one under the other."""
    return ipywidgets.VBox(controls)


class _Placed:
    """A control as a notebook's output: only that it is there, whatever it holds, since a notebook is saved."""

    def __init__(self, control: ipywidgets.Widget):
        self.control = control

    def _repr_mimebundle_(self, **_wanted) -> dict:
        view = {"version_major": 2, "version_minor": 0, "model_id": self.control.model_id}
        return {"application/vnd.jupyter.widget-view+json": view, "text/plain": "A form of the officer's desk"}


def place(control: ipywidgets.Widget) -> None:
    """Show a control of the desk; nothing that it holds, now or later, is in the notebook's output."""
    display(_Placed(control))


class _Finished:
    """Markup as a notebook's output, for the page that is being sent."""

    def __init__(self, markup: Html):
        self.markup = markup

    def _repr_mimebundle_(self, **_wanted) -> dict:
        return {"text/html": str(self.markup), "text/plain": "Figures of the Family Hubs"}


def show(name: str) -> None:
    """Show a dashboard: its figures for the question in the page's address, and again for each that is asked later."""
    page = dashboard(name)
    if UNGUARDED in os.environ:  # a kernel that our guard started has no such name
        display(_Finished(element("p", SETTINGS, role="alert")))
        return
    asked, answered = text("asked"), html(Html())
    for each, its in ((asked, "asked"), (answered, "answered")):
        each.add_class(f"hub-{its}")

    def answer(change: dict) -> None:
        answered.value = made(again, page, change["new"])

    asked.observe(answer, "value")
    display(_Finished(made(content, page, os.environ.get("QUERY_STRING", ""))))
    display(asked, answered)
