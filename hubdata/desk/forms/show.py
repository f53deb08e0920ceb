"""The officer's desk: forms made from commands, which run those same commands and show what they answer.

Nothing that is typed or answered may reach a notebook's output, a log or a file; it is in the open page and nowhere
else.
"""

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from hubdata import moments
from hubdata.dashboards import show
from hubdata.desk.commands.command import Answer, answered, as_plain
from hubdata.desk.forms import answer as forms_answer
from hubdata.desk.forms import links, locked
from hubdata.desk.forms.asked import UNTYPED, at_desk
from hubdata.desk.forms.choices import known, recorded_organisations, registers
from hubdata.desk.forms.control import Control, told
from hubdata.desk.forms.form import About, Field, line, named
from hubdata.desk.forms.locked import Locked, People
from hubdata.desk.forms.steps import NOTHING_YET, Steps, of_page
from hubdata.desk.forms.tasks import TASKS, Task
from hubdata.desk.forms.words import SERVED, Words
from hubdata.desk.lists.listing import Listing
from hubdata.desk.walks import above
from hubdata.errors import BadParameter, HubError
from hubdata.figures.html import Html, element, style

AGAIN = 60.0  # seconds in which the same once more is asked about first
CALM = 0.5  # seconds after an answer in which a second click is the end of a double click
TWICE = "The very same was recorded less than a minute ago, and is there. Press the button once more to record it twice"
STYLE = "voila/desk/desk.css"
NOBODY = People()


class Form:
    """One task: its controls, its button, and what was answered."""

    def __init__(
        self,
        task: Task,
        done: Callable[["Form"], None],
        page: Iterable["Form"] = (),
        people: People = NOBODY,
        about: About = NOTHING_YET,
    ):
        self.task, self.done, self.page, self.people, self.quiet_until = task, done, page, people, 0.0
        self.about = about
        self.said: object = None  # what was answered when somebody last asked
        self.recorded: tuple[dict | None, float] = (None, 0.0)  # what was recorded or asked last, and when
        every = [*filter(None, (locked.named(each, task.command, people) for each in task.fields(moments.today())))]
        self.fixed = [field for field in every if field.name in about.fixed]
        self.carried = [field for field in every if field.name in task.carries and field.required]
        asked = [field for field in every if field not in self.carried and field not in self.fixed]
        offered = {each.name: about.offers.get(each.name) or known(each, at_desk()) for each in asked}
        self.controls = [Control(each, offered[each.name], about.begins.get(each.name, "")) for each in asked]
        self.steps = Steps(self, Form)
        self.proof, self.by = locked.proof(task.command, people), show.html(Html())
        self.is_known = people.registered and "actor" in task.common and not self.proof
        self.button = show.button(task.button)
        self.button.on_click(self.press)
        self.answer = show.html(Html())
        self.answered: tuple[Answer, str] = (Answer({}), "")  # what was answered last, and as which command
        self.listing = Listing(task.name, self._redraw)
        says = (
            element("h2", about.title or task.title, id=None if about.title else task.name, tabindex="-1"),
            Html() if about.title else element("p", told(task.says)),
        )
        groups = [piece for control in self.controls for piece in self._piece(control)]
        groups += self.proof.controls if self.proof else [self.by] if self.is_known else []
        button = () if task.drawn and not self.controls else (self.button,)
        self.shown = show.box(show.html(element("div", *says)), *groups, *button, self.listing.shown, self.answer)
        kinds = ("hub-step",) * bool(about.title) + ("hub-saves",) * task.saves
        for each in ("hub-form", f"hub-form-{task.name}", *kinds):
            self.shown.add_class(each)

    def _piece(self, control: Control) -> list:
        """A control, under words of its own where it is several checkboxes."""
        if not control.boxes:
            return [control.shown]
        field = control.field
        hint = told(field.hint.split(" Put ;")[0])
        said = element("p", element("strong", field.label), element("br"), hint, class_="group")
        return [show.html(said), control.shown]

    def fill(self, given: Mapping[str, str]) -> None:
        """Fill in what the page's address, or what was just done on the page, says already; nothing that was typed."""
        for control in self.controls:
            if control.is_empty and (value := given.get(control.field.name)):
                control.fill(value)

    def begin(self) -> None:
        """Answer what needs nothing filled in, without a word to who has not asked."""
        if self.task.at_once or self.asks_nothing:
            self.press(aloud=False)

    @property
    def asks_nothing(self) -> bool:
        """Whether it is a question about something that is known already, with nothing left that it must be told."""
        return self.task.asks and bool(self.fixed) and not any(control.field.required for control in self.controls)

    def press(self, _button: object = None, aloud: bool = True) -> None:
        """Run the command with what was filled in; a double click records it once, and no click after an error is lost.

        What was saved is cleared from the form: a second click, later, records nothing a second time.
        """
        if time.monotonic() < self.quiet_until:
            return
        self.button.disabled = True
        self.tell("Working…")
        try:
            was_done, self.answer.value = self.made(aloud)
            if was_done and self.task.saves:
                for control in self.controls:
                    control.clear()
            if was_done:
                self.steps.offer(self.said, self._reason())
                self.done(self)
                self.quiet_until = time.monotonic() + CALM
        finally:
            self.button.disabled = False

    def again(self) -> None:
        """Answer once more what was answered at once, since the records may have changed.

        What is carried from here stays that of the answer that somebody asked for, and looked at.
        """
        looked_at = self.said
        _, self.answer.value = self.made(aloud=False)
        self.said = looked_at

    def _reason(self) -> str:
        """The reason that was given, for a step that needs the same one."""
        given = [control.one.value for control in self.controls if control.field.name == "reason"]
        return str(self.about.fixed.get("reason") or next(iter(given), ""))

    def tell(self, said: str) -> None:
        """Show how the work goes."""
        self.answer.value = forms_answer.working(said)

    def made(self, aloud: bool = True) -> tuple[bool, Html]:
        """Whether the command did it, and what it answers or what must be put right."""
        filled, wrong = self._read()
        command = line(self.task.words, filled)
        if wrong:
            return False, self._refused([(said, field) for field, said in wrong], command)
        values = {field.name: value for field, value in filled}
        if self.task.saves and self._is_twice(values):
            return False, self._refused([(TWICE, None)], command)
        recorded = dict(values)
        common = {name: values.pop(name, None) for name in self.task.common}
        typed = self.proof.taken() if self.proof else UNTYPED
        try:
            options = at_desk(self.tell, self.task.command, typed, **common)
        except BadParameter as error:
            return False, self._refused(self._named([str(error)]), command)
        answer = answered(partial(self.task.work, **values), options)
        if _failed(answer):
            return False, self._refused(self._named(forms_answer.problems(answer)), command)
        self._say({})
        self.recorded = (recorded, time.monotonic())
        self.said, self.answered = answer.said, (answer, command)
        self.listing.offer(answer, spoken(), bool(self.task.drawn))
        return True, self._drawn(aloud)

    def _drawn(self, aloud: bool = False) -> Html:
        """What was answered, with the rows of its list that were asked for."""
        (whole, command), words = self.answered, spoken()
        answer = self.listing.applied(whole)
        if self.task.drawn:
            return forms_answer.framed(self.task.drawn(answer.said, words), command, aloud)
        most = self.listing.most
        return forms_answer.shown(self._without_carried(answer, whole.said), command, aloud, words, most)

    def _redraw(self) -> None:
        """Show the answer's list as it was asked for; alone on paper, where it is to be printed."""
        (self.shown.add_class if self.listing.whole else self.shown.remove_class)("hub-printed")
        self.answer.value = self._drawn()

    def _is_twice(self, values: dict[str, object]) -> bool:
        """Whether the very same was recorded a moment ago; who has been asked once may record it again."""
        last, at = self.recorded
        self.recorded = (None, 0.0) if last == values else self.recorded
        return last == values and time.monotonic() - at < AGAIN

    def _without_carried(self, answer: Answer, said: object) -> Answer:
        """The answer without the lines that only say what other forms of the page take from it by themselves."""
        taken = {field.name for form in self.page for field in form.carried}
        signs = [sign for name in taken if isinstance(sign := getattr(said, name, None), str)]
        return replace(answer, lines=[each for each in answer.lines if not any(sign in each for sign in signs)])

    def _read(self) -> tuple[list[tuple[Field, object]], list[tuple[Field, str]]]:
        filled, wrong = [], []
        for control in self.controls:
            try:
                filled.append((control.field, control.read()))
            except BadParameter as error:
                wrong.append((control.field, str(error)))
        return self._carry(filled), wrong

    def _carry(self, filled: list[tuple[Field, object]]) -> list[tuple[Field, object]]:
        """With what the list that was looked at fills in, where nothing else was.

        Where no list was looked at, the command itself says that it is another one.
        """
        shown = [form.said for form in self.page if form.said is not None]
        found = {name: next((v for one in shown if (v := getattr(one, name, None))), "") for name in self.task.carries}
        given = [(field, str(found.get(field.name, "")) or None if value is None else value) for field, value in filled]
        fixed = [(field, field.read(self.about.fixed[field.name])) for field in self.fixed]
        return [*((field, found[field.name]) for field in self.carried), *fixed, *given]

    def _named(self, said: list[str]) -> list[tuple[str, Field | None]]:
        fields = [control.field for control in self.controls]
        found = [(each, named(each, fields)) for each in said]
        return [(each.replace(field.option, field.label) if field else each, field) for each, field in found]

    def _refused(self, problems: list[tuple[str, Field | None]], command: str) -> Html:
        words = spoken()
        self._say({field.name: words.plain(said) for said, field in problems if field})
        return forms_answer.refused(problems, command, self.task.name, words)

    def _say(self, wrong: dict[str, str]) -> None:
        """Say beside each field what must be put right; all at once, so that the button moves once and not twice."""
        for control in self.controls:
            control.say(wrong.get(control.field.name, ""))

    def renew(self, who: str = "") -> None:
        """Offer what the records have now, and say as whom it is recorded."""
        said = (element("strong", who), ", who is signed in.") if who else ("nobody: sign in again.",)
        self.by.value = element("p", "Recorded by ", *said, class_="group")
        options = at_desk()
        try:
            for control in self.controls:
                control.renew(options)
        finally:
            options.close()


def spoken() -> Words:
    """How answers are put into words here: the hub's folder, its registers and organisations, and the desk's forms."""
    served = os.environ.get(SERVED) == "served"
    forms = {task.words: (task.title, page) for page, tasks in TASKS.items() for task in tasks}
    options = at_desk()
    try:
        organisations, home = recorded_organisations(options), options.opened[-1].home.absolute()
    except HubError:
        return Words(forms=forms, served=served)
    finally:
        options.close()
    return Words(home, registers(options), organisations, forms, served)


def _failed(answer: Answer) -> bool:
    return isinstance(answer.said, dict) and "error" in answer.said


def desk(name: str) -> None:
    """Show a page of the desk: its forms at once, then what the records offer for them."""
    head = show.html(_head(TASKS[name]))
    head.add_class("hub-desk-head")
    show.place(head)
    why, warned = _no_hub()
    if why:
        head.value = forms_answer.missing(why)
        return
    if warned:
        head.value = _head(TASKS[name], warned)
    forms: list[Form] = []
    walks = above.walks(name, partial(_after, forms))
    there = locked.people()
    form_of = partial(_opened, name, forms, links.asked(os.environ.get("QUERY_STRING", "")), there)
    opened = partial(_with, walks, form_of)
    if not there.registered:
        for each in opened():
            show.place(each)
        _begin(forms, walks)
    else:
        show.place(Locked(opened, partial(_begin, forms, walks), there.by_key).shown)


def _with(walks: list, opened: Callable[[], list]) -> list:
    """The controls of a page: what leads through something first, then its forms."""
    return [*(walk.shown for walk in walks), *opened()]


def _after(forms: list[Form]) -> None:
    """The forms of a page as the records are after its walk changed them."""
    _renew(forms)
    for form in forms:
        if form.task.at_once:
            form.again()


def _opened(name: str, forms: list[Form], given: Mapping[str, str], people: People) -> list:
    """The controls of a page's forms, made once, with what the page's address fills in."""
    for task in TASKS[name] if not forms else ():
        forms.append(Form(task, partial(_renew, forms), forms, people, of_page(name, task, given)))
        forms[-1].fill(given)
    return [shown for each in forms for shown in (each.shown, *([each.steps.shown] if each.task.leads_on else []))]


def _begin(forms: list[Form], walks: Iterable = ()) -> None:
    """Offer what the records have, begin what leads through something, and answer what needs nothing filled in."""
    for walk in walks:
        walk.begin()
    _renew(forms)
    for form in forms:
        form.begin()


def _renew(forms: list[Form], pressed: Form | None = None) -> None:
    """What the forms offer and list, as the records are after one of them was used."""
    who = locked.who() if any(form.is_known for form in forms) else ""
    for form in forms:
        form.renew(who)
        if pressed and form is not pressed:
            form.fill(_carried(pressed, form))
    if pressed and not pressed.task.at_once:
        for form in forms:
            if form.task.at_once:
                form.again()


def _carried(pressed: Form, form: Form) -> dict[str, str]:
    """What the form that was just used says of what another one must be told: the references in its answer."""
    must = {each.field.name for each in form.controls if each.field.required or each.field.name == "disposal"}
    said = as_plain(pressed.said)
    return {name: str(said[name]) for name in must & set(links.FILLED) if isinstance(said, dict) and said.get(name)}


def _head(tasks: tuple[Task, ...], warned: Sequence[str] = ()) -> Html:
    """How the desk looks, the same in JupyterLab and alone, what to look at first, and where each task is."""
    links = (element("li", element("a", task.title, href=f"#{task.name}")) for task in tasks)
    listed = element("nav", element("ul", *links), aria_label="On this page") if len(tasks) > 1 else Html()
    first = (element("p", spoken().line(each), class_="doubt", role="status") for each in warned)
    return element("div", element("style", style(STYLE)), *first, listed)


def _no_hub() -> tuple[str, list[str]]:
    """Why there is nothing to work on, or nothing; and what stands in the way of some forms."""
    options = at_desk()
    try:
        options.hub()
    except HubError as error:
        return str(error), []
    finally:
        options.close()
    return "", options.warned
