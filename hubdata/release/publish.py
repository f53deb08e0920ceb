"""What managers may see, finished and frozen, and the ledger of every number published; it must identify nobody.

A release is one quarter, for managers, or one year, for everybody: counted from one snapshot, protected, attacked
together with everything published before, scanned for every mark of the hub, and then put in its place once and for
all. It is never made again: late data do not change it, and asking again gives the same bytes. Families destroyed later
stay counted in it, because it holds sums and nothing that leads back to them. Source: notice P3 and P4; design.md, the
managers' boundary.

    published/ledger.jsonl                   every number ever published (release_ledger)
    published/latest                         which release is the newest: 2026-Q3/5f0c0d3a9b1e7c42
    published/2026-Q3/5f0c0d3a9b1e7c42/      release.sqlite, *.svg, *.csv, release.xlsx, manifest.json; all read-only
    published/2025-26/91c7a0b2d4e6f805/      the same of a year to March
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from hubdata import moments
from hubdata.dates import Quarter, Year
from hubdata.errors import Refused
from hubdata.moments import By
from hubdata.policy import Policy
from hubdata.records import folders as records_folders
from hubdata.records.ledger import Act
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.records.team import seen
from hubdata.records.time import jumps
from hubdata.release import files, said, sets
from hubdata.release.attack import Audit, attack
from hubdata.release.cellkey import keys
from hubdata.release.counts import counted
from hubdata.release.disclosure import policy as disclosure_policy
from hubdata.release.disclosure.policy import DisclosurePolicy
from hubdata.release.disclosure.protect import HIDDEN
from hubdata.release.finish import Edition, Finished, finish
from hubdata.release.ledger import QUARTERLY, YEARLY, Line, ReleaseLedger
from hubdata.release.protect import ProtectedSet, Shown
from hubdata.release.scan import refuse_marked
from hubdata.release.together import book as kept
from hubdata.release.together import lesser

LATEST = "latest"
READY = ".ready-"
MAKING = ".making-"
DIGITS = 16  # of the manifest's SHA-256: a release's name
POLICIES = {QUARTERLY: "releases.disclosure", YEARLY: "releases.public"}
DECIDED = (
    "releases.coarser_above",
    "releases.if_time_tells",
    "hubs",
    "areas",
    "need_reasons",
    "instruments",
    "retention.rules",
    "retention.stale_after_days",
)
Standing = Callable[[Hub, Snapshot, Policy, date], list[tuple[str, ...]]]
TOLD = ("shown", "kept")  # how 0 may be treated where a promise's status may be published


@dataclass(frozen=True)
class Published:
    """A release: `published` now, or `frozen` since it was. `marks` is how many marks were looked for and not found."""

    status: str
    quarter: str
    release: str
    folder: Path
    tables: int
    figures: int
    hidden: int
    narrowest_interval: int | None
    marks: int | None = None


def publish(hub: Hub, period: str | None, by: By, standing: Standing | None = None, what: str = QUARTERLY) -> Published:
    """Publish a quarter, or a year's edition (or the last that was over by `by.as_at`), or give the frozen release.

    `standing` says how each promise stood on the last day; it may hold no count.

    Raises Refused, and writes nothing, if the period is not over, if this machine's clock jumped, if the login sees
    some hubs or no names, if any hidden figure of anything published could be worked out, if the release holds a mark
    of the hub, or if what was published before is not as it was.
    """
    with hub.read() as connection:
        seen.refuse_to_publish(connection)
        jumps.refuse(connection, by.actor)
    today = moments.today()
    kind = Year if what == YEARLY else Quarter
    chosen = kind.parse(period) if period else kind.ended_by(by.as_at)
    chosen.refuse_unless_over(today)
    home, book = kept.home(hub), kept.book(hub)
    why = by.reason or f"{'yearly' if what == YEARLY else 'quarterly'} release"
    act = Act(by.actor, "officer", why, kept.ACTION, {"quarter": str(chosen)})
    with records_folders.only_one(home / kept.LOCK, kept.BUSY):
        lines = kept.trusted(hub)
        known = [line for line in kept.releases(lines, what) if line.quarter == str(chosen)]
        made = _frozen(home, lines, known[0]) if known else _new(hub, book, lines, chosen, standing)
        lines = book.lines()
        own = next(line for line in kept.releases(lines, what) if line.quarter == str(chosen))
        act.detail.update(release=made.release, status=made.status, ledger=[own.n, own.mac])
        with hub.write(act) as connection:
            jumps.refuse(connection, by.actor)
            if what == QUARTERLY:
                _point(home, kept.releases(lines))
    return made


def audit(hub: Hub) -> Audit:
    """Attack everything ever published, and compare what lies in `published` with the ledger; nothing is changed."""
    try:
        lines = kept.trusted(hub)
    except Refused as refusal:
        return Audit(0, 0, 0, None, problems=tuple(map(str, refusal.problems)))
    found = attack(lines)
    return replace(
        found,
        problems=(*found.problems, *_misplaced(kept.home(hub), [*kept.releases(lines), *kept.releases(lines, YEARLY)])),
    )


def latest(hub: Hub) -> Path | None:
    """The folder of the newest quarter's release, or None if nothing was published."""
    pointer = kept.home(hub) / LATEST
    return kept.home(hub) / pointer.read_text("ascii").strip() if pointer.exists() else None


def _place(home: Path, line: Line) -> Path:
    return home / line.quarter / line.release


def _frozen(home: Path, lines: list[Line], line: Line) -> Published:
    """The release as it was made; one that a crash kept from its place is put there now."""
    place = _place(home, line)
    ready = place.with_name(READY + line.release)
    if not place.exists() and ready.exists() and not files.whole(ready, line.release):
        ready.rename(place)
    if faults := (files.whole(place, line.release) if place.exists() else [f"{line.release}: is missing"]):
        why = [f"{line.quarter}/{fault}" for fault in faults]
        raise Refused(
            f"a release is never made again, and this one is not as it was: {'; '.join(why[:3])}; "
            "put it back from a backup",
            why,
        )
    figures = list(line.figures())
    tables = {place[0] for figure in figures for place in figure.places}
    hidden = sum(figure.shown == HIDDEN for figure in figures)
    return Published(
        "frozen", line.quarter, line.release, place, len(tables), len(figures), hidden, attack(lines).narrowest_interval
    )


def _new(
    hub: Hub, book: ReleaseLedger, lines: list[Line], period: Quarter | Year, standing: Standing | None
) -> Published:
    """Count, protect, attack with everything published before, write, scan; then the ledger; then the place."""
    home, policy = kept.home(hub), hub.policy
    what = YEARLY if isinstance(period, Year) else QUARTERLY
    chosen = _chosen(policy, period, what)
    secret = keys.of(hub, [line.keys for line in lines if line.keys])
    records = snapshots.take(hub, policy)
    # a status tells 0 from 1 or more: where a 0 is hidden, it is not published either
    stood = standing(hub, records, policy, period.last) if standing and chosen.zeros in TOLD else ()
    edition = Edition(
        period, records.sha256, chosen, _decided(policy, period, what, chosen.name), tuple(stood), policy.digest
    )
    forms = sets.forms(lines)
    if chosen.keyed and not forms and isinstance(period, Quarter):
        share = policy.value("releases.coarser_above", period.last)
        forms = sets.chosen(counted(records, policy, period.before, secret), chosen, share)
    destroyed = sum(records.tables["destroyed"]["families"].to_pylist())
    own = sets.made(counted(records, policy, period, secret), chosen, secret, lines, forms, destroyed)
    time_tells = policy.value("releases.if_time_tells", period.last)
    made, found = lesser.held(replace(own, what=what), lines, str(period), time_tells)
    with _making(home / str(period)) as folder:
        tables = _finished(made.protected, edition)
        name = files.write(folder, edition, tables)[:DIGITS]
        sought = _scanned(hub, folder, made.protected, edition)
        _settle(folder)
        ready = folder.rename(folder.with_name(READY + name))
        book.append(str(period), name, asdict(chosen), made.kept, made.keys, destroyed, what)
        place = ready.rename(ready.with_name(name))
    figures = [figure for each in made.protected for figure in each.shown.values()]
    hidden = sum(figure == HIDDEN for figure in figures)
    return Published(
        "published", str(period), name, place, len(tables), len(figures), hidden, found.narrowest_interval, sought
    )


def _chosen(policy: Policy, period: Quarter | Year, what: str) -> DisclosurePolicy:
    """The policy that protects a release. Raises Refused if everybody would see what is for some."""
    said = POLICIES[what]
    chosen = disclosure_policy.read(policy.value(said, period.last), period.last, policy)
    if what == YEARLY and chosen.audience != disclosure_policy.AUDIENCES[0]:
        why = f"{said} names {chosen.name!r}, whose figures are {chosen.audience}; the yearly edition is for everybody"
        raise Refused(why, [why])
    return chosen


def _decided(policy: Policy, period: Quarter | Year, what: str, name: str) -> tuple:
    named = sorted((*DECIDED, POLICIES[what], f"disclosure.{name}"))
    return tuple(policy.entry(each, period.last) for each in named)


def _finished(protected: list[ProtectedSet], edition: Edition) -> list[Finished]:
    return [table for each in protected for table in finish(each, edition)]


def _scanned(hub: Hub, folder: Path, protected: list[ProtectedSet], edition: Edition) -> int:
    """Look for every mark of the hub, beside the same release with nobody counted and the same figures hidden."""
    nobody = [replace(each, shown={at: _of_nobody(shown) for at, shown in each.shown.items()}) for each in protected]
    with records_folders.folder(hub.home) as place:
        files.write(place, edition, _finished(nobody, edition))
        return refuse_marked(hub, folder, place)


def _of_nobody(shown: Shown) -> Shown:
    return HIDDEN if shown == HIDDEN else 0


@contextmanager
def _making(parent: Path):
    """A folder beside its place; whatever is left of it when it has not become a release is deleted."""
    parent.mkdir(mode=0o750, exist_ok=True)
    for left in [*parent.glob(f"{MAKING}*"), *parent.glob(f"{READY}*")]:
        shutil.rmtree(left)
    folder = Path(tempfile.mkdtemp(prefix=MAKING, dir=parent))
    try:
        yield folder
    finally:
        if folder.exists():
            shutil.rmtree(folder)
        if not any(parent.iterdir()):
            parent.rmdir()


def _settle(folder: Path) -> None:
    """Make every file read-only and see it on the disk."""
    for path in folder.iterdir():
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
        path.chmod(0o440)
    folder.chmod(0o750)


def _point(home: Path, lines: list[Line]) -> None:
    """Name the newest quarter's release in `latest`, in one step."""
    newest = max(lines, key=lambda line: line.quarter)
    pointer = home / f".{LATEST}"
    pointer.write_text(f"{newest.quarter}/{newest.release}\n", "ascii")
    pointer.chmod(0o640)
    pointer.replace(home / LATEST)


def _misplaced(home: Path, lines: list[Line]) -> list[str]:
    """Releases that are missing or altered, and folders whose numbers the ledger does not know."""
    known = {(line.quarter, line.release) for line in lines}
    faults = [
        f"{line.quarter}/{fault}"
        for line in lines
        for fault in (
            files.whole(_place(home, line), line.release)
            if _place(home, line).exists()
            else [f"{line.release}: is missing; put it back from a backup"]
        )
    ]
    for path in kept.folders(home):
        if (path.parent.name, path.name) not in known:
            faults.append(f"{path.parent.name}/{path.name}: the ledger does not know its numbers; take it away")
    return faults


def lines_of(made: Published) -> list[str]:
    """A release for a reader."""
    new = made.status == "published"
    how = "is published" if new else "was published before and has not changed; late data do not alter it"
    return [
        f"{made.quarter} {how}: {made.tables} tables, {made.figures:,} figures, {made.hidden:,} of them hidden.",
        said.widest(made.narrowest_interval),
        *([f"{made.marks:,} names, references and dates of birth were looked for; none is in it."] if new else []),
        f"  {made.folder}",
    ]
