"""An own rule as its file says it: captions, a spec and one query; every fault with its line. It runs no SQL.

    -- code: X001
    -- sentence: Support began more than 28 days ago, and no need is recorded
    -- promise: P2
    -- severity: check
    -- to do: Ask the lead what the family needs.
    --
    -- spec: 2026-09-30
    -- given: families
    --   family | hub   | opened_on
    --   F1     | east  | 2026-07-01
    --   F2     | east  | 2026-09-20
    -- finds:
    --   subject | since
    --   F1      | 2026-07-30
    SELECT family AS subject, 'families' AS "table", ... AS since, ... AS evidence FROM families WHERE ...

A line of a table begins with two spaces or more. A spec may be followed by others, of other days.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from hubdata import dates
from hubdata.errors import BadParameter
from hubdata.terms import Severity

FILE = re.compile(r"[a-z][a-z0-9_]{0,39}\.sql", re.ASCII)
CODE = re.compile(r"X[A-Z0-9]{1,9}", re.ASCII)
PROMISES = re.compile(r"P([1-9]|1[0-2])(,P([1-9]|1[0-2]))*", re.ASCII)
LONGEST = 200  # characters of a sentence
LARGEST = 64_000  # characters of a file
CAPTION = re.compile(r"--\s?(code|sentence|promise|severity|to do|spec|given|finds)\s*:\s*(.*)", re.IGNORECASE)
ROW = re.compile(r"--\s{2,}(\S.*)")
SAYS = {
    "code": "write `-- code: X001`, an X and up to nine capitals or digits, so that it is none of the notice's",
    "sentence": "write `-- sentence: ...`, what was found, in one line",
    "promise": "write `-- promise: P2`, one of P1 to P12 or several with commas",
    "severity": "write `-- severity: check` or `-- severity: breach`",
    "to do": "write `-- to do: ...`, what a person does about it, in one line",
}


@dataclass
class Rows:
    """A table of a spec: its name, the line that opens it, and the lines below it, each with its number."""

    name: str
    line: int
    cells: list[tuple[int, list[str]]] = field(default_factory=list)


@dataclass
class Spec:
    """What is given on a day, and what the rule then finds; `finds` is None where the file forgot to say."""

    line: int
    said: str
    given: list[Rows] = field(default_factory=list)
    finds: Rows | None = None

    @property
    def day(self) -> date:
        """The day as at which it is judged. Raises BadParameter if it is none."""
        return dates.parse(self.said, "the day of the spec")


@dataclass(frozen=True)
class Written:
    """An own rule as it was written; `text` is the whole file, so that its lines are those of an error."""

    file: str
    text: str
    said: dict[str, tuple[int, str]]  # each caption with its line
    specs: tuple[Spec, ...]
    faults: tuple[str, ...]

    @property
    def code(self) -> str:
        return self._of("code")

    @property
    def sentence(self) -> str:
        return self._of("sentence")

    @property
    def promise(self) -> str:
        return self._of("promise").replace(" ", "")

    @property
    def severity(self) -> str:
        return self._of("severity").lower()

    @property
    def to_do(self) -> str:
        return self._of("to do")

    @property
    def called(self) -> str:
        """How it is spoken of: its code, if it has one, and its file."""
        return f"{self.code} ({self.file})" if self.code else self.file

    def _of(self, key: str) -> str:
        return self.said.get(key, (0, ""))[1]


def every(texts: dict[str, str]) -> list[Written]:
    """The rules in these files, by name of the file; a code that two of them claim is a fault of both."""
    found = [read(file, text) for file, text in sorted(texts.items())]
    holders = {each.code: [other.file for other in found if other.code == each.code] for each in found if each.code}
    return [_alone(each, holders.get(each.code, [])) for each in found]


def _alone(one: Written, holders: list[str]) -> Written:
    others = [file for file in holders if file != one.file]
    if not others:
        return one
    fault = f"line {one.said['code'][0]}: {', '.join(others)} has the code {one.code} too; every rule has its own"
    return Written(one.file, one.text, one.said, one.specs, (*one.faults, fault))


def read(file: str, text: str) -> Written:
    """One rule, with every fault of how it is written."""
    if not FILE.fullmatch(file):
        why = "write its name in lower-case letters, digits and _, a letter first, at most 40, and .sql"
        return Written(file, "", {}, (), (f"line 1: {file!r} can be no rule's file; {why}",))
    if len(text) > LARGEST or "\ufffd" in text:
        why = "is no text in UTF-8" if "\ufffd" in text else f"is longer than {LARGEST:,} characters"
        return Written(file, "", {}, (), (f"line 1: the file {why}",))
    said, specs, faults = {}, [], []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("--"):
            break
        faults += _line(number, line.strip(), said, specs)
    faults += [*_captions(said), *_specs(specs)]
    return Written(file, text, said, tuple(specs), tuple(faults))


def _line(number: int, line: str, said: dict[str, tuple[int, str]], specs: list[Spec]) -> Iterator[str]:
    """Take up one comment; yields what is wrong with it."""
    caption, row = CAPTION.fullmatch(line), ROW.fullmatch(line)
    if caption:
        key, value = caption[1].lower(), caption[2].strip()
        if key == "spec":
            specs.append(Spec(number, value))
        elif key in ("given", "finds"):
            yield from _opens(key, Rows(value, number), specs)
        elif key in said:
            yield f"line {number}: `{key}` stands there twice"
        else:
            said[key] = number, value
    elif row and specs and (table := specs[-1].finds or (specs[-1].given or [None])[-1]):
        table.cells.append((number, [cell.strip() for cell in row[1].split("|")]))


def _opens(key: str, table: Rows, specs: list[Spec]) -> Iterator[str]:
    if not specs:
        yield f"line {table.line}: say first the day that the spec is of: `-- spec: 2026-09-30`"
    elif key == "finds" and specs[-1].finds is None:
        specs[-1].finds = table
    elif key == "given" and specs[-1].finds is None:
        specs[-1].given.append(table)
    else:
        yield f"line {table.line}: `{key}` comes after what the spec finds; open another with `-- spec:`"


def _captions(said: dict[str, tuple[int, str]]) -> Iterator[str]:
    right = {
        "code": CODE.fullmatch,
        "sentence": lambda text: 0 < len(text) <= LONGEST and text.isprintable() and not set("{}") & set(text),
        "promise": lambda text: PROMISES.fullmatch(text.replace(" ", "")),
        "severity": lambda text: text.lower() in [*Severity],
        "to do": lambda text: 0 < len(text) <= LONGEST and text.isprintable(),
    }
    for key, is_right in right.items():
        line, text = said.get(key, (1, ""))
        if key not in said:
            yield f"line 1: there is no {key}; {SAYS[key]}"
        elif not is_right(text):
            yield f"line {line}: {text!r} can be no {key}; {SAYS[key]}"


def _specs(specs: list[Spec]) -> Iterator[str]:
    if not specs:
        yield "line 1: there is no spec; write `-- spec: 2026-09-30`, below it what is given and what the rule finds"
    for spec in specs:
        try:
            dates.parse(spec.said, "the day of the spec")
        except BadParameter as error:
            yield f"line {spec.line}: {error}"
        if spec.finds is None:
            yield f"line {spec.line}: the spec does not say what the rule finds; write `-- finds:` and a table below it"
        for table in [*spec.given, *filter(None, [spec.finds])]:
            yield from _square(table)
    if specs and not any(spec.finds and len(spec.finds.cells) > 1 for spec in specs):
        yield f"line {specs[0].line}: no spec finds anything; give at least one row that the rule finds"


def _square(table: Rows) -> Iterator[str]:
    if not table.cells:
        yield f"line {table.line}: no table stands below it; its first line names the columns, after two spaces"
        return
    (first, names), *body = table.cells
    if len(set(names)) != len(names) or not all(names):
        yield f"line {first}: a column has no name, or two have the same"
    for number, cells in body:
        if len(cells) != len(names):
            yield f"line {number}: {len(cells)} cells stand below {len(names)} columns; put ` | ` between cells"
