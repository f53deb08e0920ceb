"""`hubdata …`: the commands, each a few lines that call the module which does the work; no logic lives here.

Heavy packages are imported inside the command that needs them: `hubdata --help` takes 0.3 s instead of 2 s.
"""

# ruff: noqa: B008, D103
import sys
from pathlib import Path
from typing import Annotated

import typer

from hubdata.desk import Answer, Desk, command
from hubdata.errors import BadParameter

app = typer.Typer(
    name="hubdata",
    help="The Family Hub's workbench: prove on any day that the privacy notice is being kept.",
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
)  # fmt: skip
ledger_app = typer.Typer(help="The audit chain: verify it, sign a checkpoint, export it.", no_args_is_help=True)
retention_app = typer.Typer(help="Five years, holds and disposal.", no_args_is_help=True)
agreement_app = typer.Typer(help="What families decided about sharing, and their copy of it.", no_args_is_help=True)
share_app = typer.Typer(help="May we share this? Record a share, or a decision not to.", no_args_is_help=True)
app.add_typer(ledger_app, name="ledger")
app.add_typer(share_app, name="share")
app.add_typer(retention_app, name="retention")
app.add_typer(agreement_app, name="agreement")


SEVERAL = ("--about", "--category", "--param")
WITH_VALUE = {"--home", "--url", "--as-at", "--actor", "--reason"}


def _pairs(params: list[str] | None) -> dict[str, str]:
    pairs = {}
    for text in params or []:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise BadParameter(f"--param {text!r} is not NAME=VALUE")
        pairs[name.strip()] = value.strip()
    return pairs


@command(app)
def init(desk: Desk) -> Answer:
    """Make an empty hub, or upgrade an older one."""
    hub = desk.hub(create=True)
    return Answer(
        {"home": str(hub.home), "database": hub.dialect}, [f"The hub is ready at {hub.home} ({hub.dialect})."]
    )


@command(app)
def intake(
    desk: Desk,
    path: Annotated[Path, typer.Argument(help="A folder of CSV files named after the tables, or one such file.")],
    partner: Annotated[str, typer.Option(help="The organisation whose return this is.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and compare only; write nothing.")] = False,
) -> Answer:
    """Check a partner's return and apply it once, or say every fault."""
    from hubdata import intake as returns

    if not path.exists():
        raise BadParameter(f"there is no file or folder at {path}")
    result = returns.take(
        desk.hub(create=not dry_run), path, partner, desk.actor, desk.reason or "partner return", dry_run
    )
    return Answer(result, returns.lines(result, dry_run), 3 if result.status == "refused" else 0)


@command(app)
def findings(
    desk: Desk,
    rules: Annotated[str | None, typer.Option(help="Rule families, separated by commas (default: all).")] = None,
    known_at: Annotated[
        str | None, typer.Option(help="As the hub knew agreements and shares at the end of this day.")
    ] = None,
) -> Answer:
    """List every finding as at a day: the rule, the promise, the row's reference and the evidence."""
    from hubdata import dates, snapshot
    from hubdata import findings as found
    from hubdata import rules as families

    chosen = families.choose(rules)
    known = dates.parse(known_at, "--known-at") if known_at is not None else None
    listed = found.list_findings(snapshot.take(desk.hub()), desk.as_at, chosen, known)
    return Answer(listed, found.lines(listed, desk.as_at))


@command(app)
def report(
    desk: Desk,
    name: Annotated[str, typer.Argument(help="retention, sharing_audit or outcomes.")],
    params: Annotated[Path | None, typer.Option(help="A YAML file of parameters.")] = None,
    param: Annotated[list[str] | None, typer.Option(help="One parameter, NAME=VALUE; may be repeated.")] = None,
    out: Annotated[Path | None, typer.Option(help="The folder for the bundle (default: reports/ in the hub).")] = None,
) -> Answer:
    """Run one report notebook into a bundle: notebook, web page, workbook and manifest."""
    from hubdata import orders, reports

    given = orders.given(name, params, _pairs(param), desk.as_at if desk.as_at_given else None, desk.as_at)
    asked = reports.order(name, given)
    run = reports.run_pack(desk.hub(), [asked], out, progress=desk.step)[0]
    return Answer(run, orders.lines(run))


@command(app)
def pack(
    desk: Desk,
    name: Annotated[str, typer.Argument(help="The pack; `all` is the three reports.")] = "all",
    out: Annotated[Path | None, typer.Option(help="The folder for the bundles (default: reports/ in the hub).")] = None,
) -> Answer:
    """Run a pack of reports over one snapshot."""
    from hubdata import orders, reports

    runs = reports.run_pack(desk.hub(), orders.pack(name, desk.as_at), out, progress=desk.step)
    return Answer(runs, [line for run in runs for line in orders.lines(run)])


@command(app)
def demo(
    desk: Desk,
    families: Annotated[int, typer.Option(help="How many families, 20 to 1,000,000.")] = 400,
    seed: Annotated[int, typer.Option(help="The same seed makes the same hub.")] = 7,
) -> Answer:
    """Make a made-up hub with planted faults, run the whole pack, and say what to do next."""
    from hubdata import tour

    return tour.show(desk, families, seed)


@command(app)
def lab(desk: Desk) -> Answer:
    """Open the notebooks in JupyterLab, on this machine only."""
    import os

    from hubdata.reports import NOTEBOOKS

    hub = desk.hub()
    os.environ |= {"HUBDATA_HOME": str(hub.home)} | ({"HUBDATA_URL": desk.url} if desk.url else {})
    os.execv(
        sys.executable, [sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1", f"--ServerApp.root_dir={NOTEBOOKS}"]
    )


FAMILY = Annotated[str, typer.Option(help="The family's reference.")]
ABOUT = Annotated[list[str], typer.Option(help="A person whom it is about; repeat it, or separate them by ';'.")]
CATEGORY = Annotated[list[str], typer.Option(help="A category of details; repeat it, or separate them by ';'.")]
TO = Annotated[str, typer.Option(help="The organisation that would receive it.")]
FROM = Annotated[str, typer.Option("--from", help="The organisation that shares.")]
PURPOSES = "hub_working, additional_support, evaluation, safeguarding, welfare or legal_duty."
PURPOSE = Annotated[str, typer.Option(help=PURPOSES)]
DECIDED_BY = Annotated[str, typer.Option(help="The practitioner who decided.")]
ROUTE = Annotated[str, typer.Option(help="within_hub, additional_support, without_agreement or legal_duty.")]
DISCUSSED = Annotated[str | None, typer.Option(help="The day on which it was discussed with the family.")]
ON = Annotated[str | None, typer.Option(help="The day (default: --as-at).")]


def _listed(texts: list[str]) -> list[str]:
    return [part.strip() for text in texts for part in text.replace(",", ";").split(";") if part.strip()]


@command(share_app, "check")
def check_share(
    desk: Desk, family: FAMILY, about: ABOUT, to: TO, category: CATEGORY, purpose: PURPOSE, on: ON = None,
    route: ROUTE = "within_hub", discussed_on: DISCUSSED = None,
) -> Answer:  # fmt: skip
    """Ask before sharing: yes or no, because of which decision, and what may be left out for a yes."""
    from hubdata import dates, sharing

    day = dates.parse(on, "--on") if on else desk.as_at
    discussed = dates.parse(discussed_on, "--discussed-on") if discussed_on else None
    asked = sharing.Question(family, _listed(about), to, _listed(category), purpose, day, route, discussed)
    advice = sharing.check(desk.hub(), asked)
    word = {True: "Yes.", False: "No.", None: "The agreement does not decide this."}[advice.allowed]
    return Answer(advice, [word, *advice.reasons])


@command(share_app, "record")
def record_share(
    desk: Desk, family: FAMILY, about: ABOUT, from_organisation: FROM, to: TO, category: CATEGORY, purpose: PURPOSE,
    decided_by: DECIDED_BY, on: ON = None,
    route: ROUTE = "within_hub", discussed_on: DISCUSSED = None,
    agreement: Annotated[str | None, typer.Option(help="The agreement that it relies on.")] = None,
    because: Annotated[str | None, typer.Option(help="Without agreement: why.")] = None,
    risk_to: Annotated[str | None, typer.Option(help="Without agreement: who is at risk.")] = None,
    told_family: Annotated[str | None, typer.Option(help="yes, no or not_yet.")] = None,
    told_on: Annotated[str | None, typer.Option(help="The day on which the family was told.")] = None,
    not_told_reason: Annotated[str | None, typer.Option(help="Why the family was not told.")] = None,
    look_again_on: Annotated[str | None, typer.Option(help="When the decision is looked at again.")] = None,
    supersedes: Annotated[str | None, typer.Option(help="The recorded share that this one corrects.")] = None,
) -> Answer:  # fmt: skip
    """Record a share that was made; it is never blocked, and what it lacks is said at once."""
    from hubdata import dates, sharing

    day = dates.parse(on, "--on") if on else desk.as_at
    given = {
        "family": family, "about": ";".join(_listed(about)), "from_organisation": from_organisation,
        "to_organisation": to, "route": route, "purpose": purpose, "categories": ";".join(_listed(category)),
        "shared_on": day.isoformat(), "discussed_on": discussed_on, "agreement": agreement, "decided_by": decided_by,
        "reason": because, "risk_to": risk_to, "told_family": told_family, "told_on": told_on,
        "not_told_reason": not_told_reason, "supersedes": supersedes,
    }  # fmt: skip
    again = dates.parse(look_again_on, "--look-again-on") if look_again_on else None
    hub = desk.hub()
    share = sharing.record(hub, given, desk.actor, desk.reason, again)
    judged = sharing.judged(hub, family, share, desk.as_at)
    lines = [f"Share {share} is recorded.", *[f"{found.code}: {found.message}. {found.evidence}" for found in judged]]
    return Answer({"share": share, "findings": judged}, lines, 3 if judged else 0)


@command(share_app, "withhold")
def withhold_share(
    desk: Desk, family: FAMILY, about: ABOUT, from_organisation: FROM, to: TO, category: CATEGORY, purpose: PURPOSE,
    decided_by: DECIDED_BY, because: Annotated[str, typer.Option(help="Why it was not shared.")], on: ON = None,
) -> Answer:  # fmt: skip
    """Record a decision not to share."""
    from hubdata import dates, sharing

    day = dates.parse(on, "--on") if on else desk.as_at
    given = {
        "family": family, "about": ";".join(_listed(about)), "from_organisation": from_organisation,
        "to_organisation": to, "purpose": purpose, "categories": ";".join(_listed(category)),
        "decided_on": day.isoformat(), "decided_by": decided_by, "reason": because,
    }  # fmt: skip
    withheld = sharing.withhold(desk.hub(), given, desk.actor, desk.reason)
    return Answer({"withheld": withheld}, [f"The decision not to share is recorded as {withheld}."])


@command(ledger_app)
def verify(desk: Desk) -> Answer:
    """Walk the audit chain, and compare it with every signed checkpoint."""
    from hubdata import checkpoints, ledger

    hub = desk.hub()
    with hub.read() as connection:
        verdict = ledger.verify(connection)
        missing = checkpoints.compare(connection, hub.home / "checkpoints", checkpoints.public(hub.key("checkpoint")))
    said = {"entries": verdict.entries, "head": verdict.head, "erased": verdict.erased,
            "integrity": verdict.faults, "completeness": missing}  # fmt: skip
    faults = [*verdict.faults, *missing]
    lines = [f"{verdict.entries:,} entries, {verdict.erased:,} of them erased lawfully.",
             *(faults or ["Every entry holds, and the chain is as every checkpoint signed it."])]  # fmt: skip
    return Answer(said, lines, 3 if faults else 0)


@command(ledger_app)
def checkpoint(desk: Desk) -> Answer:
    """Sign the chain's head; keep the file where the hub's owner cannot change it."""
    from hubdata import checkpoints

    hub = desk.hub()
    with hub.read() as connection:
        path = checkpoints.write(connection, hub.home / "checkpoints", hub.key("checkpoint"))
    return Answer({"checkpoint": str(path)}, [f"Signed {path}. Copy it to a place that this hub cannot write to."])


@command(ledger_app)
def export(desk: Desk, limit: Annotated[int, typer.Option(help="How many of the latest entries.")] = 1000) -> Answer:
    """List the latest entries: when, by whom, what, and what was said unless it has been erased."""
    from hubdata import ledger

    with desk.hub().read() as connection:
        found = ledger.entries(connection, limit)
    return Answer(found, [f"{e['seq']}  {e['at']}  {e['action']}  {e['role']} {e['actor']}" for e in found])


@command(retention_app)
def hold(
    desk: Desk,
    family: Annotated[str, typer.Option(help="The family's reference.")],
    code: Annotated[
        str,
        typer.Option(help="access_request, complaint, litigation, inquiry, safeguarding_review, restriction or other."),
    ],
    review_on: Annotated[str | None, typer.Option(help="The day on which the hold is looked at again.")] = None,
    authority: Annotated[str | None, typer.Option(help="Who or what requires it.")] = None,
) -> Answer:
    """Keep a family's records past their date, for a stated reason."""
    from hubdata import retention

    placed = retention.place_hold(desk.hub(), family, code, desk.as_at, review_on, authority, desk.actor, desk.reason)
    return Answer({"hold": placed}, [f"Hold {placed} is placed on {family}."])


@command(retention_app)
def unhold(desk: Desk, hold: Annotated[str, typer.Option(help="The hold's reference.")]) -> Answer:
    """Release one hold; others on the same family stay."""
    from hubdata import retention

    retention.release_hold(desk.hub(), hold, desk.as_at, desk.actor, desk.reason)
    return Answer({"hold": hold}, [f"Hold {hold} is released."])


@command(agreement_app, "record")
def record_agreement(
    desk: Desk,
    family: Annotated[str, typer.Option(help="The family's reference.")],
    given_by: Annotated[str, typer.Option(help="The person who decided.")],
    covers: Annotated[str, typer.Option(help="The people it covers, `;` between: themselves, and children.")],
    decision: Annotated[str, typer.Option(help="agreed, refused, withdrawn, no_response or not_sought.")],
    purpose: Annotated[str, typer.Option(help="hub_working, additional_support or evaluation.")],
    taken_by: Annotated[str, typer.Option(help="The practitioner who took it down.")],
    notice_version: Annotated[str, typer.Option(help="The privacy notice that the family was given.")],
    recipients: Annotated[str | None, typer.Option(help="Organisations, `;` between.")] = None,
    categories: Annotated[str | None, typer.Option(help="Kinds of details, `;` between.")] = None,
    exclusions: Annotated[str | None, typer.Option(help="Organisations, people or details left out.")] = None,
    discussed_on: Annotated[str | None, typer.Option(help="The day on which it was talked about.")] = None,
    decided_on: Annotated[str | None, typer.Option(help="The day of the decision (default: --as-at).")] = None,
    expires_on: Annotated[str | None, typer.Option(help="The last day on which it holds.")] = None,
    method: Annotated[str | None, typer.Option(help="written, verbal or electronic.")] = None,
    supersedes: Annotated[str | None, typer.Option(help="The decision whose place it takes.")] = None,
    agreement: Annotated[str | None, typer.Option(help="Its reference (default: a new one).")] = None,
) -> Answer:
    """Record a family's decision as a new row, or say why it cannot be."""
    from hubdata import agreements

    given = {name: text for name, text in locals().items() if name not in ("desk", "agreements")}
    done = agreements.record(desk.hub(), given, desk.as_at, desk.actor, desk.reason)
    return Answer(done, agreements.lines(done))


@command(agreement_app)
def receipt(
    desk: Desk,
    agreement: Annotated[str, typer.Option(help="The decision's reference.")],
    person: Annotated[str, typer.Option(help="The person whose copy it is.")],
    out: Annotated[Path | None, typer.Option(help="The folder (default: work/receipts in the hub).")] = None,
) -> Answer:
    """Write one person's copy of a decision, as a page and as JSON; it bears their name."""
    from hubdata import receipt as receipts

    made = receipts.make(desk.hub(), agreement, person, desk.as_at, desk.actor, desk.reason, out)
    private = "Both files are private: hand them to the person, then delete them."
    return Answer(made, [f"Wrote {made.page} and {made.receipt}.", private])


@command(agreement_app, "list")
def list_agreements(desk: Desk, family: Annotated[str, typer.Option(help="The family's reference.")]) -> Answer:
    """List a family's decisions, and what holds on a day."""
    from hubdata import agreements

    found = agreements.listed(desk.hub(), family, desk.as_at)
    return Answer(found, agreements.list_lines(found))


@command(app)
def recall(
    desk: Desk,
    family: Annotated[str, typer.Option(help="The family's reference.")],
    ask: Annotated[str | None, typer.Option(help="Record that this organisation was asked to give it up.")] = None,
    because: Annotated[str | None, typer.Option(help="withdrawal, correction or disposal; goes with --ask.")] = None,
    acknowledge: Annotated[str | None, typer.Option(help="Record that this organisation says it has.")] = None,
) -> Answer:
    """List who holds what about a family and why it should be recalled; track who was asked and has answered."""
    from hubdata import recall as recalls

    hub = desk.hub()
    if bool(ask) != bool(because) or (ask and acknowledge):
        raise BadParameter("write --ask ORGANISATION --because CAUSE, or --acknowledge ORGANISATION, or neither")
    if ask:
        recalls.ask(hub, family, ask, because, desk.as_at, desk.actor, desk.reason)
    if acknowledge:
        recalls.acknowledge(hub, family, acknowledge, desk.as_at, desk.actor, desk.reason)
    found = recalls.holders(hub, family, desk.as_at)
    return Answer(found, recalls.lines(found, family, desk.as_at))


def behind(words: list[str]) -> list[str]:
    """Common options written before the command, moved behind it: `--home H findings` as `findings --home H`."""
    at = 0
    while at < len(words) and words[at].partition("=")[0] in WITH_VALUE | {"--json"}:
        at += 2 if words[at] in WITH_VALUE else 1
    return words[at:] + words[:at]


def spread(words: list[str]) -> list[str]:
    """`--about P1 P2` as `--about P1 --about P2`: options that may be repeated also take several values at once."""
    spoken, option = [], None
    for word in words:
        if word.startswith("-"):
            option = word if word in SEVERAL else None
        elif option and spoken[-1] != option:
            spoken.append(option)
        spoken.append(word)
    return spoken


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # a screen that lacks a letter is no reason to stop
    app(spread(behind(sys.argv[1:])))
