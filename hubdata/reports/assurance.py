"""Assurance exports: the record of processing activities with the data dictionary, and what partners and notices lack.

Each is a page, a workbook and JSON over one snapshot, for officers only; together they are one folder, whole or absent.
It judges nothing: the rules do.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from nbformat import v4

from hubdata import dates
from hubdata.figures import workbook
from hubdata.figures.parts import Text
from hubdata.figures.table import MIME, Table, read
from hubdata.policy import Policy
from hubdata.records import elsewhere
from hubdata.records.people import claims
from hubdata.records.people.claims import Claims
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.reports import bundle, record_of_processing
from hubdata.reports import run as reports
from hubdata.reports.page import Page, Question, Report


@dataclass(frozen=True)
class Section:
    """A heading, the sentence below it, and the parts that follow by name."""

    heading: str
    sentence: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Export:
    """One export; `decided` are the first letters of the policy values that it says."""

    title: str
    question: str
    families: tuple[str, ...]
    decided: tuple[str, ...]
    sections: tuple[Section, ...]


ABOUT = (
    Section("What an officer must confirm", "These are used until somebody decides.", ("assumptions",)),
    Section("About this export", "The same records and decisions give it again, to the byte.", ("about", "policy")),
)
RECORD = Export(
    "Record of processing activities",
    "**What is kept, why, about whom, who receives it and for how long?** For information governance officers, and for "
    "the regulator when it asks (UK GDPR, Article 30). It is made from the declarations that the workbench obeys.",
    ("retention",),
    (
        "controller.",
        "lawful_basis.",
        "legal_power.",
        "regulator.name",
        "receipt.storage_location",
        "categories",
        "retention.rules",
        "retention.backup_days",
        "retention.disposal_cap",
        "releases.disclosure",
        "rights.pack_kept_days",
    ),
    (
        Section("Who answers for it", "Article 30(1)(a).", ("controller", "partners")),
        Section("What it is for", "Article 30(1)(b); the promises are the notice's.", ("purposes", "grounds")),
        Section("Whose details, and which", "Article 30(1)(c).", ("people", "details")),
        Section("Who receives them", "Article 30(1)(d).", ("recipients", "recipients_by_name")),
        Section("Transfers", "Article 30(1)(e).", ("transfers",)),
        Section("Until when", "Article 30(1)(f).", ("schedule",)),
        Section("How it is protected", "Article 30(1)(g), in general terms.", ("measures", "acts")),
        Section("What belongs with it", "The regulator advises to link these.", ("links", "evidence")),
        *ABOUT,
        Section("Data dictionary", "Every column that may exist, with its passport.", ("dictionary",)),
    ),
)
GAPS = Export(
    "Partners and notices",
    "**What do partners still owe, and which families agreed under an earlier notice?** For information governance "
    'officers. The notice says that families can ask for a copy of "how they manage your data and how long they keep '
    'it". (P5, P11, P12)',
    ("partners", "notices", "wording"),
    ("notice_versions", "notices.say_complaint", "notices.must_say_complaint_from", "legal_power.welfare"),
    (
        Section("What is missing of partners", "The most is missing of the first.", ("organisations",)),
        Section("What partners have given", "A family that asks is sent here.", ("on_record",)),
        Section("Under which notice", "A family counts by its latest agreement.", ("notices", "old_notice")),
        Section("Without an agreement", "Nobody has to agree; all are told of the notice.", ("without_agreement",)),
        Section("Every check, and what to do", "Each needs a person to look.", ("findings",)),
        Section("Checks that did not run", "With nothing to judge a check says nothing.", ("not_run",)),
        *ABOUT,
    ),
)
EXPORTS = {"record_of_processing": RECORD, "partners_and_notices": GAPS}


NAME = "assurance"
NONE_COUNTED = Claims(None, {})


def make(hub: Hub, as_at: date, out: Path | None = None) -> reports.Run:
    """Write the exports as at a day, under `out` or the hub's own reports, and say what was found."""
    policy, held, root = hub.policy, snapshots.take(hub), out or hub.home / "reports"
    with hub.read() as connection:
        counted = claims.found(connection, as_at)
    made = {name: Made.of(name, export, as_at, held, policy, counted) for name, export in EXPORTS.items()}
    names = tuple(dict.fromkeys(value for one in made.values() for value in one.decided))
    manifest = reports.Context.of(hub, held, policy).manifest(NAME, {"as_at": as_at.isoformat()}, names, as_at)
    manifest["findings"] = bundle.findings([table for one in made.values() for table in one.tables])
    place = root / NAME / as_at.isoformat()
    elsewhere.note(hub.home, elsewhere.BUNDLES, place, root)
    folder = bundle.build(place, manifest["run"], lambda hidden: _write(hidden, list(made.values()), manifest))
    files = sorted(path.name for path in folder.iterdir())
    return reports.Run(folder.name, NAME, "done", folder, files, manifest["findings"])


@dataclass(frozen=True)
class Made:
    """An export with its parts finished: the answer, and what each section shows."""

    name: str
    title: str
    as_at: date
    decided: tuple[str, ...]
    answer: Text
    question: str
    sections: tuple[tuple[Section, list], ...]

    @classmethod
    def of(
        cls, name: str, export: Export, as_at: date, held: Snapshot, policy: Policy, counted: Claims = NONE_COUNTED
    ) -> "Made":
        """One export over these records and decisions, and what acts rest on."""
        decided = tuple(e.name for e in policy.in_force(as_at) if e.name.startswith(export.decided))
        page = Page(name, Question(as_at), held, policy, Report(export.title, export.families, decided))
        declared = record_of_processing.tables(policy, as_at)
        declared["acts"] = record_of_processing.acts(counted, as_at)
        shown = tuple(
            (each, [declared.get(part) or page.figure(part) for part in each.parts]) for each in export.sections
        )
        return cls(name, f"{export.title}, {dates.words(as_at)}", as_at, decided, page.answer(), export.question, shown)

    @property
    def tables(self) -> list[Table]:
        """Every table, in order."""
        return [read(part._repr_mimebundle_()[MIME]) for _, parts in self.sections for part in parts]

    def page(self) -> str:
        """The export as a page, in the reports' own template."""
        cells = [v4.new_markdown_cell(f"# {self.title.split(',')[0]}\n\n{self.question}"), _shown([self.answer])]
        for section, parts in self.sections:
            cells += [v4.new_markdown_cell(f"## {section.heading}\n\n{section.sentence}"), _shown(parts)]
        return bundle.page(v4.new_notebook(cells=cells), bundle.Heading(self.title, self.as_at))

    def json(self) -> str:
        """The same for other programs: each table's rows with their columns named."""
        tables = {
            table.name: {
                "title": table.title,
                "scope": table.scope,
                "notes": table.notes,
                "rows": [dict(zip((c.name for c in table.columns), row, strict=True)) for row in table.rows],
            }
            for table in self.tables
        }
        said = {"title": self.title, "as_at": self.as_at.isoformat(), "answer": self.answer.plain.split("\n")}
        return json.dumps(said | {"tables": tables}, indent=1, ensure_ascii=False) + "\n"

    def write(self, folder: Path) -> Iterator[Path]:
        """The page, the workbook and the JSON."""
        page, book, plain = (folder / f"{self.name.replace('_', '-')}.{kind}" for kind in ("html", "xlsx", "json"))
        page.write_text(self.page(), "utf-8")
        plain.write_text(self.json(), "utf-8")
        about = next(table for table in self.tables if table.name == "about")
        cover = workbook.Cover(self.title, tuple(self.answer.plain.split("\n")), tuple(map(": ".join, about.rows)))
        workbook.write(book, cover, [table for table in self.tables if table != about], self.as_at, working=True)
        yield from (page, book, plain)


def lines(made: reports.Run) -> list[str]:
    """What was written, for a reader: the pages to open and what the checks found."""
    found = ", ".join(f"{code} {count}" for code, count in made.findings.items()) or "nothing"
    return [*(str(made.folder / name) for name in made.files if name.endswith(".html")), f"  found: {found}"]


def _shown(parts: list):
    outputs = [v4.new_output("display_data", part._repr_mimebundle_()) for part in parts]
    return v4.new_code_cell(outputs=outputs)


def _write(folder: Path, made: list[Made], manifest: dict) -> list[Path]:
    paths = [path for one in made for path in one.write(folder)]
    sums = {path.name: sha256(path.read_bytes()).hexdigest() for path in paths}
    said = folder / "manifest.json"
    said.write_text(json.dumps({**manifest, "files": sums}, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return [*paths, said]
