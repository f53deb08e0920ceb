"""What a step of a walk is built of: a field for each part that is asked, and the place for what was answered."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hubdata.dashboards import show
from hubdata.desk.forms import answer as forms_answer
from hubdata.desk.forms.form import Field
from hubdata.desk.setup.questions import LINES, SECRET, Part
from hubdata.figures.html import Html, element, together

NOTHING = ""  # the first choice of a list: that nothing is chosen


class Said:
    """A part as one control: its label, what it means, what is filled in, and what must be put right."""

    def __init__(self, part: Part, name: str = ""):
        self.part, self.name = part, name or part.name
        self.control: Any = self._control()
        self.control.add_class(f"hub-field-{self.name.replace('_', '-')}")
        above = [show.html(together(*(element("p", each, class_="beside") for each in part.says)))] if part.says else []
        self.shown = [*above, self.control]

    def _control(self) -> Any:
        part, label = self.part, self.label()
        if part.offers:
            empty = [] if part.given in part.offers else [("Choose one" if part.needed else "Not stated", NOTHING)]
            made = show.choice(label, [*empty, *((said, code) for code, said in part.offers.items())])
            made.value = part.given if part.given in part.offers else NOTHING
            return made
        if part.kind == SECRET:
            return show.secret(label)
        if part.kind == LINES:
            made = show.lines(label)
            made.value, made.rows = part.given, min(12, max(3, len(part.given) // 70 + part.given.count("\n") + 1))
            return made
        return show.text(label, part.given)

    def label(self, wrong: str = "") -> str:
        """Its name, what it means, and what must be put right."""
        optional = "" if self.part.needed or self.part.says else " (optional)"
        return "\n".join(filter(None, (self.part.label + optional, self.part.hint, wrong and f"Error: {wrong}")))

    @property
    def value(self) -> str:
        """What was filled in."""
        return str(self.control.value or "").strip()

    def say(self, wrong: str = "") -> None:
        """Say beside it what must be put right, or that nothing must be."""
        (self.control.add_class if wrong else self.control.remove_class)("hub-wrong")
        self.control.description = self.label(wrong)


class Step:
    """A step's controls in one box, the newest answer last: where the page's status hears of it."""

    def __init__(self, name: str):
        self.name, self.fields, self.answer = name, [], show.html(Html())
        self.head = show.html(Html())
        self.shown = show.box(self.head, self.answer)
        for each in ("hub-form", "hub-walk", f"hub-form-{name}"):
            self.shown.add_class(each)

    def put(self, head: Html, fields: Iterable[Said], buttons: Iterable[Any], below: Iterable[Any] = ()) -> None:
        """Show another step: its head, its fields, its buttons, and what stands below."""
        self.fields = list(fields)
        self.head.value, self.answer.value = head, Html()
        shown = [piece for each in self.fields for piece in each.shown]
        self.shown.children = (self.head, *shown, *buttons, *below, self.answer)

    def given(self) -> dict[str, str]:
        """What was filled in, part by part."""
        return {each.name: each.value for each in self.fields}

    def lacking(self) -> list[str]:
        """What must not be empty and is, as a refusal says it."""
        return [each.part.lacking for each in self.fields if each.part.needed and not each.value]

    def tell(self, said: str) -> None:
        """Show how the work goes."""
        self.answer.value = forms_answer.working(said)

    def refuse(self, problems: Iterable[str], command: str) -> None:
        """Say what must be put right, each beside its field too; what was typed stays."""
        found = [self._placed(each) for each in problems]
        wrong = {field.name: said for said, field in found if field}
        for each in self.fields:
            each.say(wrong.get(each.name, ""))
        self.answer.value = forms_answer.refused(found, command, self.name)

    def right(self) -> None:
        """Say that nothing must be put right."""
        for each in self.fields:
            each.say()

    def _placed(self, said: str) -> tuple[str, Field | None]:
        """A problem without the name of the part that it begins with, and that part's field."""
        for each in self.fields:
            if said.startswith((f"{each.name}: ", f"{each.name} ")):
                rest = said.removeprefix(f"{each.name}: ")
                rest = rest if rest != said else f"{each.part.label}{said[len(each.name) :]}"
                return rest[:1].upper() + rest[1:], Field(each.name, f"--{each.name}", str, "")
        return said, None


def button(label: str, act: Callable[[], None], next_: bool = False) -> Any:
    """A button that does one thing; a quiet one where it only leads elsewhere."""
    made = show.button(label)
    if next_:
        made.add_class("hub-next")

    def press(_button: object) -> None:
        made.disabled = True
        try:
            act()
        finally:
            made.disabled = False

    made.on_click(press)
    return made


def row(*buttons: Any) -> Any:
    """Buttons side by side, as far as the screen is wide."""
    made = show.box(*buttons)
    made.add_class("hub-row")
    return made


def heading(title: str, *below: str) -> Html:
    """A step's heading, which takes the focus as it comes, and what stands below it."""
    return element("div", element("h2", title, tabindex="-1", data_next=""), *below)


def facts(rows: Mapping[str, str]) -> Html:
    """Terms and what is said of each."""
    each = (element("div", element("dt", name), element("dd", said)) for name, said in rows.items() if said)
    return element("dl", *each, class_="facts")


def problems(said: Mapping[str, Any]) -> list[str]:
    """What a refusal says, a part's name before each where it speaks of one."""
    found = [str(each) for each in said.get("problems", []) if isinstance(each, str)]
    return found or [one for one in str(said["error"]).split("; ") if one]
