"""A form's field as controls that a keyboard and a screen reader can use: what it offers, what was filled in.

It asks no database and judges nothing; what is filled in is read as the command takes it.
"""

import re
from typing import Any

from hubdata.dashboards import show
from hubdata.desk.commands.command import Options
from hubdata.desk.forms.choices import RECORDED, recorded
from hubdata.desk.forms.form import Field
from hubdata.desk.forms.tasks import TASKS
from hubdata.desk.forms.words import heading

COMMAND, OPTION = re.compile(r"`(?:hubdata )?([a-z ]+)`"), re.compile(r"--([a-z-]+)")
TITLES = {task.words: task.title for tasks in TASKS.values() for task in tasks}  # a command is its form here
NONE = {True: "Choose one", False: "Not stated"}
NOTHING = ""  # not None: ipywidgets then sometimes shows no choice at all, whichever trait it happens to tell first


def told(said: str) -> str:
    """What a command says of itself or of an option, to somebody who has its form: no command and no option in it."""
    said = COMMAND.sub(lambda found: f"“{TITLES.get(found[1], found[1])}”", said)
    return OPTION.sub(lambda found: f"“{heading(found[1].replace('-', ' '))}”", said).replace("`;`", ";")


class Control:
    """A field as controls: one, or a checkbox for each value where there may be several."""

    def __init__(self, field: Field, offered: dict[str, str], filled: str = ""):
        self.field = field
        self.boxes = {code: show.checkbox(f"{field.label}: {said}") for code, said in offered.items()}
        if not field.several or not offered:
            self.boxes = {}
            self.one: Any = self._one(offered)  # a choice, a text or a checkbox
            self.begins, self.wanted = self.one.value, NOTHING
            self.shown = self.one
        else:
            self.shown = show.box(*self.boxes.values())
        self.shown.add_class(f"hub-field-{field.name.replace('_', '-')}")
        if filled:
            self.fill(filled)

    def _one(self, offered: dict[str, str]):
        field = self.field
        if field.kind is bool:
            return show.checkbox(self.label(), bool(field.default))
        if offered or field.name in RECORDED:
            made = show.choice(self.label(), _options(field, offered))
            made.value = field.default if field.default in offered else NOTHING
            return made
        return show.text(self.label(), "" if field.default is None else str(field.default))

    def label(self, wrong: str = "") -> str:
        """The field's name, what it means, and what must be put right."""
        field = self.field
        optional = "" if field.required or field.kind is bool or field.default is not None else " (optional)"
        return "\n".join(filter(None, (field.label + optional, told(field.hint), wrong and f"Error: {wrong}")))

    def read(self) -> object:
        """What was filled in, as the command takes it. Raises BadParameter if it cannot be taken."""
        given = [code for code, box in self.boxes.items() if box.value] if self.boxes else self.one.value
        return self.field.read(given, "Choose" if self.boxes or hasattr(self.one, "options") else "Enter")

    def clear(self) -> None:
        """Begin anew: what was typed is done with."""
        for box in self.boxes.values():
            box.value = False
        if not self.boxes:
            self.one.value, self.wanted = self.begins, NOTHING

    @property
    def is_empty(self) -> bool:
        """Whether nothing was filled in."""
        return not (any(box.value for box in self.boxes.values()) if self.boxes else self.one.value)

    def fill(self, value: str) -> None:
        """Fill in a value that is known already; of a list that the records give, as soon as it is offered."""
        for code, box in self.boxes.items():
            box.value = box.value or code in value.split(";")
        if self.boxes or self.field.kind is bool:
            return
        self.wanted = value
        if not hasattr(self.one, "options") or value in [code for _, code in self.one.options]:
            self.one.value = value

    def say(self, wrong: str = "") -> None:
        """Say beside the field what must be put right, or that nothing must be."""
        (self.shown.add_class if wrong else self.shown.remove_class)("hub-wrong")
        if not self.boxes:
            self.one.description = self.label(wrong)

    def renew(self, options: Options) -> None:
        """Offer what the records have now; what was chosen stays if it is still there."""
        if self.field.name in RECORDED and not self.boxes:
            offered, chosen = recorded(self.field, options), self.one.value or self.wanted
            self.one.options = _options(self.field, offered)
            self.one.value = chosen if chosen in offered else NOTHING


def _options(field: Field, offered: dict[str, str]) -> list[tuple[str, str]]:
    empty = [] if field.default in offered else [(NONE[field.required], NOTHING)]
    return [*empty, *((said, code) for code, said in offered.items())]
