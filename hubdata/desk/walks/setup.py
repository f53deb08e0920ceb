"""The page Set up as a walk: one question at a time with what is known about it, back and later, and how much is open.

It asks what `hubdata init --set-up` asks, from the same list, and what is said goes the way of `hubdata setup answer`.
"""

import os
from collections.abc import Callable
from contextlib import closing
from functools import partial

from hubdata.dashboards import show
from hubdata.desk.commands import setup as commands_setup
from hubdata.desk.commands.command import Answer, Options, answered
from hubdata.desk.commands.people import sign_in
from hubdata.desk.forms import links, locked
from hubdata.desk.forms.asked import UNTYPED, Typed, at_desk
from hubdata.desk.forms.locked import CLAIM
from hubdata.desk.forms.words import SERVED
from hubdata.desk.setup import answers, questions
from hubdata.desk.setup import open as setup_open
from hubdata.desk.setup.questions import CHANGE, CHAPTERS, CONFIRM, Part, Question
from hubdata.desk.walks.piece import Said, Step, button, facts, heading, problems, row
from hubdata.figures.html import Html, element, together

COMMAND = "setup answer"
SOURCE = Part("source", "Who decided it, and when", "For example: Cabinet, 3 March 2026, minute 4")
ACTOR = Part("actor", "Recorded by", CLAIM)
SURE = "Nothing is in force yet. Read whom it moves, and put it in force or write another value."
DONE = "Nothing more is asked now. What was left for later is asked again whenever this page is opened."


def register(options: Options, given: dict[str, str]) -> Answer:
    """Register the first person, with a passphrase that is in this page alone."""
    return Answer({}, answers.said(answers.Taker(options.hub(), options.by), questions.FIRST, given))


class SetUp:
    """The walk: which question is shown, which were passed over, and what is told of each."""

    def __init__(self, changed: Callable[[], None]):
        self.changed, self.step = changed, Step("setup-answer")
        self.step.shown.add_class("hub-saves")
        self.key, self.trail, self.later = "", [], set()
        self.asked: list[Question] = []  # as the hub had them when something was last recorded, or asked for anew
        self.left = 0
        self.kept = {"source": "", "actor": ""}  # typed once, and filled in from then on
        self.shown = self.step.shown

    def begin(self) -> None:
        """Show the first question that is open."""
        self.go_on()

    def go_on(self, told: str = "") -> None:
        """Look what the hub has now and show what comes next; `told` is what was just recorded."""
        with closing(at_desk()) as options:
            hub = options.hub()
            self.asked = questions.every(hub, options.as_at)
            self.left = len(setup_open.found(hub, options.as_at))
        self._next(told)

    def _next(self, told: str = "") -> None:
        """Show the next open question after this one, or that nothing is left."""
        asked, keys = self.asked, [each.key for each in self.asked]
        at = keys.index(self.key) if self.key in keys else -1
        again = [each for each in asked[at : at + 1] if each.again and told]
        new = [each for each in asked[at + 1 :] + asked[: at + 1] if self._waits(each)]
        self._show(next(iter([*again, *new]), None), told)

    def _waits(self, one: Question) -> bool:
        return (one.open or one.again) and one.key not in self.later

    def show(self, key: str) -> None:
        """Show one question, open or not."""
        found = next((each for each in self.asked if each.key == key), None)
        if found is None:  # a value that was confirmed since
            with closing(at_desk()) as options:
                found = questions.one(options.hub(), key, options.as_at)
        self._show(found, "")

    def _show(self, one: Question | None, told: str) -> None:
        if one and self.key and one.key != self.key:
            self.trail.append(self.key)
        self.key = one.key if one else ""
        self.step.put(
            _head(one, self.left, told),
            self._fields(one) if one and one.chapter != questions.VALUES else [],
            self._buttons(one),
            [self._all()],
        )

    def _fields(self, one: Question) -> list[Said]:
        """A field for each part and, where something is decided, for who decided it and who records it."""
        parts = list(one.parts)
        if one.chapter in (questions.WHO, questions.HUBS, questions.NOTICE, questions.VALUES):
            parts.append(self._filled(SOURCE))
        if one.parts and one.chapter != questions.PERSON and not locked.people().registered:
            parts.append(self._filled(ACTOR))
        return [Said(part) for part in parts]

    def _filled(self, part: Part) -> Part:
        return Part(part.name, part.label, part.hint, given=self.kept[part.name])

    def _buttons(self, one: Question | None) -> list:
        back = [button("Back", self.back, True)] if self.trail else []
        if one is None:
            return [row(button("Ask what was left for later", self.anew, True), *back)]
        quiet = [button(_later(one), self.pass_over, True), *back]
        if one.chapter == questions.VALUES:
            rest = button("Leave the other values for later", self.pass_values, True)
            return [
                button("Confirm it as it is", partial(self.save, {"choice": CONFIRM})),
                row(button("Change it", partial(self.change, one), True), quiet[0], rest, *back),
            ]
        if one.chapter == questions.RETURN:
            return [button("Look whether it is there", self.go_on), row(*quiet)]
        return [button("Save and go on", self.save), row(*quiet)]

    def _all(self):
        """Every step with how it stands, each a button that leads there."""
        made = [show.html(element("h3", "All steps", class_="hub-steps"))]
        for chapter in CHAPTERS:
            of = [each for each in self.asked if each.chapter == chapter]
            waiting = [each for each in of if each.open and not each.again]
            first = next(iter([*waiting, *of]), None)
            said = f"{len(waiting):,} open" if waiting else "done"
            if first:
                made.append(button(f"{chapter}: {said}", partial(self.show, first.key), True))
        return show.box(made[0], row(*made[1:]))

    def back(self) -> None:
        """Show the question before, with what was said to it."""
        before = self.trail.pop() if self.trail else ""
        self.later.discard(before)
        self.key = ""
        self.show(before) if before else self.go_on()

    def pass_over(self) -> None:
        """Leave this question for later."""
        self.later.add(self.key)
        self._next()

    def pass_values(self) -> None:
        """Leave every value for later that waits."""
        self.later |= {each.key for each in self.asked if each.chapter == questions.VALUES}
        self._next()

    def anew(self) -> None:
        """Ask again what was left for later."""
        self.later.clear()
        self.go_on()

    def change(self, one: Question) -> None:
        """Ask for another value, and say whom it moves before it is in force."""
        head = heading(f"Change {one.asks[:1].lower()}{one.asks[1:]}", facts(_facts(one)))
        done = partial(self.save, {"choice": CHANGE})
        back = button("Back", partial(self.show, one.key), True)
        self.step.put(head, self._fields(one), [button("See whom it moves", partial(self.look, done)), back])

    def look(self, done: Callable[[], None]) -> None:
        """Say whom another value would move, and offer to put it in force."""
        said = self._work(partial(commands_setup.answer, impact=True), {"choice": CHANGE})
        if said is None:
            return
        lines = [element("p", line) for line in said.said["said"]]
        self.step.answer.value = element(
            "div", *lines, element("p", SURE, class_="notice"), class_="answer", data_said=SURE
        )
        self.step.shown.children = (*self.step.shown.children, button("Put it in force", done))

    def save(self, more: dict[str, str] | None = None) -> None:
        """Record what was said, and go on; what cannot be taken is said, and what was typed stays."""
        if self.key == questions.FIRST:
            self._register()
            return
        said = self._work(commands_setup.answer, more or {})
        if said is not None:
            self.changed()
            self.go_on(" ".join(said.said["said"]))

    def _work(self, work: Callable[..., Answer], more: dict[str, str]) -> Answer | None:
        """What the command answered; nothing where it refused, which is said."""
        given = self.step.given()
        for name in self.kept:
            self.kept[name] = given.pop(name, self.kept[name])
        if lacking := self.step.lacking():
            self._refuse(lacking)
            return None
        self.step.tell("Working…")
        say = [f"{name}={text}" for name, text in (given | more).items()]
        options = at_desk(self.step.tell, COMMAND, actor=self.kept["actor"] or None)
        done = answered(partial(work, question=self.key, say=say, source=self.kept["source"]), options)
        if done.exit_code:
            self._refuse(problems(done.said))
            return None
        self.step.right()
        return done

    def _refuse(self, said: list[str]) -> None:
        self.step.refuse(said, f"hubdata {COMMAND} {self.key}")

    def _register(self) -> None:
        """Register the first person, who is signed in from then on; nothing of the passphrase is kept."""
        given = self.step.given()
        if lacking := self.step.lacking():
            self._refuse(lacking)
            return
        done = answered(partial(register, given=given), at_desk(words="init"))
        typed = Typed(given["passphrase"]) if not done.exit_code else UNTYPED
        if done.exit_code:
            self._refuse(problems(done.said))
            return
        answered(sign_in, at_desk(words="people sign-in", typed=typed, actor=given["name"]))
        self.changed()
        self.go_on(f"{given['name']} is registered, and signed in.")


def _later(one: Question) -> str:
    return "No more partners" if one.again else "Later"


def _head(one: Question | None, left: int, told: str) -> Html:
    """What was just recorded, which step this is, what is asked, and what is known about it."""
    things = "1 thing is still open" if left == 1 else f"{left:,} things are still open"
    said = element("p", f"{told} {things}.", class_="answer", data_said=f"{told} {things}.") if told else Html()
    if one is None:
        return together(said, heading("That is all for now", element("p", f"{things}. {DONE}")))
    step = f"Step {CHAPTERS.index(one.chapter) + 1} of {len(CHAPTERS)}: {one.chapter}. {things}."
    what = heading(one.asks, facts(_facts(one)), *_first_return(one))
    return together(said, element("p", step, class_="group"), what)


def _facts(one: Question) -> dict[str, str]:
    """What is known about a question: of a value what it is, what it does and where it comes from."""
    if one.entry is None:
        return {"What this is": " ".join(one.says), "So far": one.done}
    does, source, *why = one.says
    unconfirmed = {"To confirm": " ".join(why), "So far": one.done}
    return {
        "Its name": one.key,
        "In force": questions.shown(one.entry.value),
        "What it does": does,
        "Its source": source,
    } | unconfirmed


def _first_return(one: Question) -> list[Html]:
    """Where the first return is taken in."""
    if one.chapter != questions.RETURN:
        return []
    ways = "A list of your own, in Excel or as CSV, or the blank workbook once somebody has filled it in."
    page = element("a", "Go to Returns", href=f"{links.PAGES}returns.ipynb")
    there = page if os.environ.get(SERVED) == "served" else together("Open the page Returns.")
    return [element("p", ways), element("p", there)]
