"""The page Returns as a walk: choose a file, see what was recognised, map its columns, preview, mend, take it in.

Each step is `hubdata intake` or `hubdata intake map`. The file that was chosen is in this page's memory; a command
reads it from a private folder that is gone when it has answered.
"""

import re
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from hubdata import moments
from hubdata.dashboards import show
from hubdata.desk.commands import intake
from hubdata.desk.commands.command import Answer, Options, answered, as_plain
from hubdata.desk.forms import answer as forms_answer
from hubdata.desk.forms import locked
from hubdata.desk.forms.asked import at_desk
from hubdata.desk.forms.choices import recorded_organisations
from hubdata.desk.forms.locked import CLAIM
from hubdata.desk.forms.words import Words
from hubdata.desk.setup.questions import Part
from hubdata.desk.walks import columns
from hubdata.desk.walks.piece import Said, Step, button, heading, problems, row
from hubdata.figures.html import Html, element
from hubdata.intake import draft
from hubdata.intake.mapping import kept
from hubdata.records import folders

KINDS = ".csv,.xlsx,.ods,.zip"
MOST = 8_000_000  # bytes: the page's connection takes ten million at once, of which the way there costs some
TOO_LARGE = "file: the file has more than 8 MB; give its place on this machine in the form below"
UNMAPPED = (
    "unknown-table",
    "no-header",
    "unknown-column",
    "missing-column",
    "duplicate-column",
    "empty-header",
    "extra-column",
)
VERDICTS = {"loads": "can be taken in", "refused": "has faults", "not read": "is passed over"}
TAKES = "A workbook (.xlsx or .ods), a CSV file, or a .zip of them. Nothing is written until you say so."
ENDS = {
    "applied": "It is taken in",
    "unchanged": "The hub has all of it already",
    "paused": "It waits for a person",
    "refused": "Nothing was taken in",
}
ELSEWHERE = re.compile(r"as the mapping says: (Kept|Decided) in ")  # another table of the same list has it
BELOW = re.compile(r" write it under values.*$")
ROWS_ARE_PEOPLE = "is each row one person"
REPORTED = "The report for whoever sent it is written: an .xlsx and an .html, with no personal value in them."


class Returns:
    """The walk: whose file it is, what is in it, and which step is shown."""

    def __init__(self, changed: Callable[[], None]):
        self.changed, self.step = changed, Step("take-in")
        self.partner, self.name, self.content, self.actor = "", "", b"", ""
        self.chosen: dict[str, list[str]] = {}
        self.columns = columns.Columns()
        self.shown = self.step.shown

    def begin(self) -> None:
        """Ask whose file it is, and for the file."""
        with closing(at_desk()) as options:
            there = recorded_organisations(options)
        self.chosen = {}
        fields = [Said(Part("partner", "Whose return it is", needed=True, given=self.partner, offers=there))]
        if not locked.people().registered:
            fields.append(Said(Part("actor", "Recorded by", CLAIM, given=self.actor)))
        self.file = show.upload("Choose a file", KINDS)
        self.file.add_class("hub-field-file")
        self.said = show.html(_file(self.name))
        self.file.observe(self._came, "value")
        says = element("p", TAKES)
        self.step.put(
            heading("1. Choose a file", says), fields, [self.file, self.said, button("Look at it", self.look)]
        )

    def _came(self, _change: object) -> None:
        if self.file.value:
            one = self.file.value[0]
            self.name, self.content = Path(one["name"].replace("\\", "/")).name, bytes(one["content"])
            self.said.value = _file(self.name)

    def look(self) -> None:
        """Say what was recognised in the file, and what comes next."""
        given = self.step.given()
        self.partner, self.actor = given["partner"], given.get("actor", self.actor)
        lacking = self.step.lacking() + ([] if self.content else ["file: choose a file"])
        if lacking or len(self.content) > MOST:
            self._refuse(lacking or [TOO_LARGE])
            return
        done = self._run(partial(intake.take, partner=self.partner, check_only=True))
        if "error" in (said := done.said if isinstance(done.said, dict) else {}):
            self._refuse(problems(said))
            return
        self._recognised(as_plain(done.said))

    def _recognised(self, found: Any) -> None:
        """Each file and sheet: what it was read as and how many rows it has."""
        rows = [_row(one) for one in found]
        codes = {each["code"] for one in found for each in one["problems"] if one["verdict"] == "refused"}
        unmapped = bool(codes & set(UNMAPPED))
        says = (
            "Its columns are not yet the hub’s: say once which is which." if unmapped else "Everything was recognised."
        )
        shown = forms_answer.table("what was recognised", rows)
        head = heading("2. What was recognised", element("p", says, data_said=says), shown)
        maps, preview = button("Map its columns", self.map, not unmapped), button("Preview", self.preview, unmapped)
        first, other = (maps, preview) if unmapped else (preview, maps)
        self.step.put(head, [], [first, row(other, self._back(self.begin))])

    def _back(self, to: Callable[[], None]) -> Any:
        return button("Back", to, True)

    def map(self, wrong: list[str] | None = None) -> None:
        """Ask for each of our columns which of theirs it is."""
        done = self._run(self._parts)
        if isinstance(done.said, dict):
            self._refuse(problems(done.said))
            return
        with closing(at_desk()) as options:
            there = recorded_organisations(options)
            self.columns = columns.of(done.said, options.hub().policy, moments.today(), there)
        says = "One list may tell of several tables. What is chosen is kept for this partner and used next time."
        head = heading("3. Map its columns", element("p", says), element("p", columns_said(self.columns)))
        save = button("Keep this and preview", self.save)
        self.step.put(head, self.columns.fields, [save, row(self._back(self.look_again))])
        if wrong:
            self._refuse(wrong)

    def _parts(self, options: Options, path: Path) -> Answer:
        """Every table that the file is drafted as, by what was chosen so far."""
        chosen = kept.chosen(*(self.chosen.get(each, []) for each in ("column", "word", "every", "drop", "leave")))
        hub = options.hub()
        return Answer(draft.parts(path, self.partner, hub.policy, chosen, hub.home))

    def look_again(self) -> None:
        """What was recognised, by what is kept now."""
        done = self._run(partial(intake.take, partner=self.partner, check_only=True))
        self._recognised(as_plain(done.said))

    def save(self) -> None:
        """Keep the mapping and preview the return, or say what must still be decided; what was chosen stays."""
        more = self.columns.options()
        words = [*self.chosen.get("word", []), *more.get("word", [])]
        self.chosen = {**self.chosen, **more, "word": words}
        choice: dict[str, Any] = self.chosen
        drafted = self._run(partial(intake.draft, partner=self.partner, **choice))
        if lacking := self._lacking(drafted):
            self.map(lacking)
            return
        done = self._run(partial(intake.draft, partner=self.partner, save=True, **choice))
        if isinstance(done.said, dict):
            self.map(problems(done.said))
            return
        self.preview(done.said.preview)

    def _lacking(self, drafted: Answer) -> list[str]:
        """What a mapping still wants; that each row is one person is shown, and no fault."""
        if isinstance(drafted.said, dict):
            return problems(drafted.said)
        said = (BELOW.sub(" choose below which of ours it is", each) for each in drafted.said.to_decide)
        return [f"{each[:1].upper()}{each[1:]}" for each in said if ROWS_ARE_PEOPLE not in each]

    def preview(self, rows: list[dict] | None = None) -> None:
        """Check and compare the whole return, and write nothing: what it would do, and every fault."""
        done = self._run(partial(intake.take, partner=self.partner, dry_run=True))
        if isinstance(done.said, dict) and "error" in done.said:
            self._refuse(problems(done.said))
            return
        result: Any = as_plain(done.said)
        fine = result["status"] != "refused"
        say = "Nothing is wrong with it." if fine else f"{len(result['problems']):,} things must be put right first."
        parts = [
            element("p", say, class_="" if fine else "notice", data_said=say),
            *_found(result),
            *_first(rows or []),
        ]
        report = button("Write the report for whoever sent it", self.report, True)
        quiet = row(report, button("Map its columns", self.map, True), self._back(self.begin))
        self.step.put(heading("4. Preview", *parts), [], [button("Take it in", self.take), quiet] if fine else [quiet])

    def report(self) -> None:
        """Write what was found for the partner's clerk."""
        with closing(at_desk()) as options:
            home = options.hub().home
        place = home / "work" / "returns" / f"{moments.stamp():%Y%m%d-%H%M%S}"
        done = self._run(partial(intake.take, partner=self.partner, dry_run=True, report=place))
        words = Words(home.absolute(), served=True)
        said = [words.line(line) for line in done.lines if line.startswith("Written")]
        self.step.answer.value = element(
            "div", element("p", REPORTED), *(element("p", each) for each in said), class_="answer", data_said=REPORTED
        )

    def take(self) -> None:
        """Take the return in, once; or say that it waits for a person, or what is wrong with it."""
        done = self._run(partial(intake.take, partner=self.partner))
        if isinstance(done.said, dict) and "error" in done.said:
            self._refuse(problems(done.said))
            return
        result: Any = as_plain(done.said)
        self.changed()
        title = ENDS[result["status"]]
        why = [element("p", each) for each in result.get("paused", {}).get("why", [])]
        waits = "See below the returns that wait: each is taken in after all, or erased, with a reason."
        why += [element("p", waits)] if result["status"] == "paused" else []
        self.content, self.name = b"", ""
        said = element("p", f"{title}.", class_="answer", data_said=f"{title}.")
        self.step.put(heading(f"5. {title}", said, *why, *_found(result)), [], [button("Another file", self.begin)])

    def _run(self, work: Callable[..., Answer]) -> Answer:
        """What a command answers about the file that was chosen, which is in a private folder meanwhile."""
        self.step.tell("Working…")
        options = at_desk(self.step.tell, "intake", actor=self.actor or None)

        def asked(at: Options) -> Answer:
            with folders.folder(at.hub().home) as place:
                path = place / self.name
                path.touch(mode=0o600)
                path.write_bytes(self.content)
                return work(at, path=path)

        return answered(asked, options)

    def _refuse(self, said: list[str]) -> None:
        self.step.refuse(said, "hubdata intake FILE --partner CODE")


def _row(one: dict) -> dict:
    """What was recognised in a file or a sheet."""
    fault = next((each["message"] for each in one["problems"]), "")
    read = {"file": one["file"], "sheet": one["sheet"], "read_as": "; ".join(one["tables"]), "rows": one["rows"]}
    return read | {"outcome": VERDICTS[one["verdict"]], "first_fault": fault}


def _file(name: str) -> Html:
    return element("p", f"Chosen: {name}" if name else "No file is chosen yet.", class_="group")


def columns_said(made: columns.Columns) -> str:
    """How many columns have a heading already."""
    placed = [each for each in made.fields if made.means[each.name][0] == "column"]
    proposed = sum(bool(each.value) for each in placed)
    return f"{proposed:,} of {len(placed):,} columns have a proposal: read each, and change what is not so."


def _found(result: dict) -> list[Html]:
    """What a return does to each table, its faults and its remarks."""
    counts = [{"table": table, **said} for table, said in result["tables"].items()]
    told = [each for each in result.get("warnings", []) if not ELSEWHERE.search(each["message"])]
    lists = [
        ("what it does", counts),
        ("to put right", _faults(result["problems"])),
    ]
    shown = [forms_answer.table(name, rows) for name, rows in lists if rows]
    summary = element("summary", f"Remarks: {len(told):,}")
    return [*shown, *([element("details", summary, forms_answer.table("told", _faults(told)))] if told else [])]


def _faults(said: list[dict]) -> list[dict]:
    return [{"where": _where(each), "column": each["column"], "what": each["message"]} for each in said]


def _where(one: dict) -> str:
    row_of = f"row {one['line']}" if one["line"] else ""
    return ", ".join(filter(None, (one["file"], one.get("sheet", ""), row_of)))


def _first(rows: list[dict]) -> list[Html]:
    """What the first rows become, masked."""
    tables = dict.fromkeys(row["table"] for row in rows)
    shown = [[{n: v for n, v in one.items() if n != "table"} for one in rows if one["table"] == t] for t in tables]
    return [forms_answer.table(f"first rows of {t}, masked", one) for t, one in zip(tables, shown, strict=True)]
