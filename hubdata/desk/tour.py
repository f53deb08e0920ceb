"""Makes the demo hub, runs the pack over it and says what to do next; it refuses a hub that has families."""

import shutil
import sys
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select

from hubdata.demo import council
from hubdata.demo import make as demo
from hubdata.demo.rows import pool
from hubdata.desk.commands.command import Answer, Options
from hubdata.errors import HubError
from hubdata.intake import take
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.reports import orders
from hubdata.reports import run as reports

AT_ONCE = 50_000  # families loaded in one return


def fill(hub: Hub, made: demo.Demo, actor: str) -> None:
    """Load a made-up hub into an empty one; a hub that already is this one stays as it is.

    Raises HubError if it holds other families, or the demo is refused.
    """
    with hub.read() as connection:
        held = set(connection.execute(select(TABLES["families"].c.family)).scalars())
    if held == set(made.tables["families"]["family"].to_pylist()):
        return
    if held:
        raise HubError(f"the hub at {hub.home} already holds other families; name an empty place with --home")
    council.decide(hub, actor, demo.AS_AT)
    for tables in _parts(made.tables):
        result = take.load(hub, tables, pool.LEAD_PARTNER, Act(actor, "demo", "a made-up hub to look at", "demo.fill"))
        if result.status == "refused":
            raise HubError(f"the made-up hub was refused: {result.problems[0].message}")
    if made.holds:
        with hub.write(Act(actor, "demo", "made-up holds and requests", "demo.holds")) as connection:
            placed = [h | {"recorded_at": datetime.combine(h["placed_on"], time(9))} for h in made.holds]
            connection.execute(TABLES["holds"].insert(), placed)
            for name, rows in made.register.items():
                connection.execute(TABLES[name].insert(), rows)


def _parts(tables: dict[str, pa.Table]) -> Iterator[dict[str, pa.Table]]:
    """The tables by blocks of families, each with all that belongs to them, so that memory stays bounded."""
    shared = {name: tables[name] for name in ("organisations", "practitioners")}
    for start in range(0, tables["families"].num_rows, AT_ONCE):
        block = {"families": tables["families"].slice(start, AT_ONCE)}
        ours = block["families"]["family"]
        owned = [name for name in tables if "family" in tables[name].column_names and name != "families"]
        block |= {name: tables[name].filter(pc.is_in(tables[name]["family"], ours)) for name in owned}
        block["reviews"] = tables["reviews"].filter(pc.is_in(tables["reviews"]["goal"], block["goals"]["goal"]))
        yield shared | block
        shared = {}


def show(options: Options, families: int, seed: int) -> Answer:
    """The `hubdata demo` command."""
    made = demo.generate(families, seed)
    hub = options.hub(create=True)
    options.say(f"Making a hub of {families:,} made-up families …")
    fill(hub, made, options.by.actor)
    runs = reports.run_pack(hub, orders.pack("all", demo.AS_AT), progress=options.step)
    planted = [{"code": code, "subject": subject} for code, subject in made.planted]
    said = {
        "home": str(hub.home),
        "families": families,
        "seed": seed,
        "as_at": demo.AS_AT,
        "planted": planted,
        "runs": runs,
    }
    pages = [f"  {_near(run.folder) / (run.report + '.html')}" for run in runs]
    program, home = "hubdata" if shutil.which("hubdata") else _near(Path(sys.argv[0])), _near(hub.home)
    lines = [
        "",
        f"The made-up hub is at {hub.home}, as at {demo.words(demo.AS_AT)}. These faults were planted:",
        "",
        *demo.planted_lines(made),
        "",
        "Read the reports:",
        *pages,
        "",
        "What to do next:",
        f"  {program} promises --home {home} --as-at {demo.AS_AT}   is every promise of the notice kept?",
        f"  {program} findings --home {home} --as-at {demo.AS_AT}   every finding",
        f"  {program} duplicates list --home {home}                 families that may be on record twice",
        f"  {program} ledger verify --home {home}                   is the audit chain whole?",
        f"  {program} intake FOLDER --partner CODE --home NEW       a return of your own, into a new hub",
        f"  {program} desk --home {home}                            forms for officers, on this machine only",
        f"  {program} lab --home {home}                             the notebooks in JupyterLab",
    ]
    return Answer(said, lines)


def _near(path: Path) -> Path:
    """The path as typed from here, where that is shorter."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
