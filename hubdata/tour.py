"""Makes the demo hub, runs the pack over it and says what to do next; it refuses a hub that has families."""

from datetime import datetime, time

from sqlalchemy import func, select

from hubdata import demo, intake, orders, reports
from hubdata.desk import Answer, Desk
from hubdata.errors import HubError
from hubdata.ledger import Act
from hubdata.records import TABLES
from hubdata.store import Hub

PARTNER = "NNC"


def fill(hub: Hub, made: demo.Demo, actor: str) -> None:
    """Load a made-up hub into an empty one. Raises HubError if it holds families already, or the demo is refused."""
    with hub.read() as connection:
        if connection.execute(select(func.count()).select_from(TABLES["families"])).scalar_one():
            raise HubError(f"the hub at {hub.home} already holds families; name an empty place with --home")
    act = Act(actor, "demo", "a made-up hub to look at", "demo.fill")
    result = intake.load(hub, made.tables, PARTNER, act)
    if result.status == "refused":
        raise HubError(f"the made-up hub was refused: {result.problems[0].message}")
    if made.holds:
        with hub.write(Act(actor, "demo", "made-up holds", "demo.holds")) as connection:
            placed = [h | {"recorded_at": datetime.combine(h["placed_on"], time(9))} for h in made.holds]
            connection.execute(TABLES["holds"].insert(), placed)


def show(desk: Desk, families: int, seed: int) -> Answer:
    """The `hubdata demo` command."""
    made = demo.generate(families, seed)
    hub = desk.hub(create=True)
    desk.say(f"Making a hub of {families:,} made-up families …")
    fill(hub, made, desk.actor)
    runs = reports.run_pack(hub, orders.pack("all", demo.AS_AT), progress=desk.step)
    planted = [{"code": code, "subject": subject} for code, subject in made.planted]
    said = {
        "home": str(hub.home),
        "families": families,
        "seed": seed,
        "as_at": demo.AS_AT,
        "planted": planted,
        "runs": runs,
    }
    pages = [f"  {run.folder / (run.report + '.html')}" for run in runs]
    lines = [
        "", f"The made-up hub is at {hub.home}, as at {demo.words(demo.AS_AT)}. These faults were planted:", "",
        *demo.planted_lines(made), "", "Read the three reports:", *pages, "", "What to do next:",
        f"  hubdata findings --home {hub.home} --as-at {demo.AS_AT}      every finding",
        f"  hubdata ledger verify --home {hub.home}                   is the audit chain whole?",
        "  hubdata intake FOLDER --partner CODE --home NEW           load a return of your own into a new hub",
        "  make lab                                                  open the notebooks",
    ]  # fmt: skip
    return Answer(said, lines)
