"""What comes next after a form's answer: a button for each step, whose own form is filled in already.

A step is a form like any other; what it is about is not asked again, and neither is the reason of a record's opening.
"""

from collections.abc import Callable, Mapping
from typing import Any

from hubdata import moments
from hubdata.dashboards import show
from hubdata.desk.cases.case import Step
from hubdata.desk.forms import locked
from hubdata.desk.forms.form import About, fields
from hubdata.desk.forms.links import CASE, CASES
from hubdata.desk.forms.tasks import BY_WORDS, Task
from hubdata.figures.html import element

NOTHING_YET = About()


class Steps:
    """What comes next after an answer: a button for each step, whose form is filled in with what it is about."""

    def __init__(self, form: Any, make: Callable[..., Any]):
        self.form, self.make, self.shown, self.buttons = form, make, show.box(), []
        self.used: Any = None
        self.shown.add_class("hub-go-on")

    def offer(self, said: object, reason: str) -> None:
        """Show the next steps of an answer instead of those before; the form of one that was used stays above them."""
        follows = self.form.task.follows
        steps = [*(follows(said, reason) if follows else ()), *self._on()]
        self.buttons = [self._button(step) for step in steps if not (step.at_once and self.form.task.goes_on)]
        self._show()
        for step in steps:
            if step.at_once:
                self.open(step)

    def _on(self) -> list[Step]:
        """The form that records what was just asked, with all that was filled in for the question."""
        if not self.form.task.goes_on:
            return []
        words, about = self.form.task.goes_on, self.form.about
        asked = {name: _text(value) for name, value in (self.form.recorded[0] or {}).items() if value}
        own = {field.name for field in fields(BY_WORDS[words].work)}
        given = {name: said for name, said in asked.items() if name in own}
        begins = {**about.begins, **{name: said for name, said in asked.items() if name not in own}}
        return [Step(words, BY_WORDS[words].title, given, dict(about.offers), begins, at_once=bool(about.title))]

    def _button(self, step: Step) -> Any:
        button = show.button(step.label)
        button.add_class("hub-next")
        button.on_click(lambda _button: self.open(step))
        return button

    def open(self, step: Step) -> None:
        """Show a step's form; a question that is complete is answered at once."""
        task = BY_WORDS[step.command]
        known_ = {**{field.name: "" for field in task.fields(moments.today())}, **step.given}
        fixed = known_ if step.command == CASE else step.given
        self.used = self.make(
            task, self._done, (), self.form.people, About(fixed, step.offers, step.label, step.begins)
        )
        self.used.renew(locked.who() if self.used.is_known else "")
        self._show()
        self.used.begin()
        if step.looks:
            self.used.press(aloud=False)

    def _done(self, used: Any) -> None:
        """Say anew what the case is now, and what comes next; a step that records is no question to ask again."""
        if not used.task.saves:
            return
        if self.form.task.goes_on:  # it answered its question; what stands above it is said anew
            self.form.done(used)
        elif self.form.task.asks and self.form.about.fixed:
            _, self.form.answer.value = self.form.made(aloud=False)
            self.offer(self.form.said, "")
        elif not self.form.task.asks:
            self.form.done(self.form)

    def _show(self) -> None:
        used = (self.used.shown, self.used.steps.shown) if self.used else ()
        said = "Next steps" if self.form.task.drawn else "Go on"
        title = (show.html(element("h2", said, class_="hub-steps")),) if self.buttons else ()
        self.shown.children = (*used, *title, *self.buttons)


def _text(value: object) -> str:
    """What was filled in as a form is filled in with it."""
    return ";".join(value) if isinstance(value, list) else str(value)


def of_page(name: str, task: Task, given: Mapping[str, str]) -> About:
    """What the forms of a page are about: on a case's own page the case that its address names, and nothing else."""
    case = {kind: given[kind] for kind in CASES if kind in given}
    if name != CASE or len(case) != 1:
        return NOTHING_YET
    ((kind, reference),) = case.items()
    asked = ("reason", "actor") if kind == "family" else ()
    quiet = {field.name: "" for field in task.fields(moments.today()) if field.name not in asked}
    return About(quiet | case, {}, f"{CASES[kind]} {reference}")
