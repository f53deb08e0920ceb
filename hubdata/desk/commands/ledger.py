"""`hubdata ledger`: the audit chain, its witnesses and its keys; no logic lives here."""

from pathlib import Path
from typing import Annotated

import typer

from hubdata import dates, moments
from hubdata.desk.commands.choice import one_of
from hubdata.desk.commands.command import Answer, Options, command

ledger_app = typer.Typer(help="The audit chain: verify it, sign a checkpoint, export it.", no_args_is_help=True)
PLACES = one_of(("keystore", "passphrase", "folder", "home"))


@command(ledger_app)
def verify(
    options: Options,
    quick: Annotated[
        bool, typer.Option("--quick", help="The audit chain and its checkpoints alone, not the rows.")
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option(
            help="A checkpoint, a letter or a folder of them that is kept elsewhere (default: known folders)."
        ),
    ] = None,
) -> Answer:
    """Verify the audit chain and its checkpoints, compare every row with it, and name every jump of the clock."""
    from hubdata.records.coverage import verify as verifying

    found = verifying.verify(options.hub(), quick, against)
    return Answer(verifying.said(found), verifying.lines(found), 0 if found.well else 3)


@command(ledger_app, "confirm-day")
def confirm_day(
    options: Options,
    day: Annotated[str, typer.Option(help="The day that it is, as you know it from elsewhere than this machine.")],
) -> Answer:
    """Say which day it is, after this machine's clock jumped: then others may approve, destroy and publish again."""
    from hubdata.records.time import jumps

    confirmed = jumps.confirm(options.hub(), dates.parse(day, "--day"), options.by)
    return Answer(
        confirmed,
        [f"The day is confirmed by {options.by.actor}.", f"{confirmed.said[:1].upper()}{confirmed.said[1:]}."],
    )


@command(ledger_app)
def checkpoint(
    options: Options,
    to: Annotated[Path | None, typer.Option(help="A folder outside the hub's home; no file is overwritten.")] = None,
    letter: Annotated[
        Path | None, typer.Option(help="A new file for a page to print, whose digest can be read aloud and typed.")
    ] = None,
    request: Annotated[
        Path | None, typer.Option(help="A new file to send to a time-stamping authority (RFC 3161).")
    ] = None,
) -> Answer:
    """Sign the chain as it stands; keep that where the hub's owner cannot change it."""
    from hubdata.records.witness import stamp, take

    hub, done, said = options.hub(), [], []
    if to:
        done.append(take.to_folder(hub, to, options.by))
        said += take.lines(done[-1])
    if letter:
        done.append(take.to_letter(hub, letter))
        said.append(f"Print {letter}, have somebody type it back with `hubdata ledger witness`, and keep it.")
    if request:
        done.append(stamp.request(hub, request))
        said.append(f"Send {request} to the authority, and bring its answer: `hubdata ledger witness ANSWER`.")
    if not done:
        path = take.home_file(hub)
        said.append(f"Signed {path}. Copy it to a place that this hub cannot write to, or name one with --to.")
        return Answer({"checkpoint": str(path)}, said)
    return Answer({"checkpoint": str(done[0].file), "taken": done}, said)


@command(ledger_app)
def witness(
    options: Options,
    answer: Annotated[
        Path | None,
        typer.Argument(help="What another hub signed, or an authority's answer (default: a letter is typed back)."),
    ] = None,
    trust: Annotated[
        str | None, typer.Option(help="The other hub's sign, as its officer read it to you; needed once.")
    ] = None,
    authority: Annotated[
        Path | None, typer.Option(help="The authority's own certificate (PEM), with an authority's answer.")
    ] = None,
) -> Answer:
    """Take in who has witnessed the ledger: another hub, an authority, or whoever keeps the letter."""
    from hubdata.records.witness import cosign, stamp, take

    hub = options.hub()
    if answer is None:
        asked = ["The number of the entry on the letter:", *(f"Line {n} of the letter:" for n in range(1, 5))]
        typed = [options.ask(question) or "" for question in asked]
        said = "\n".join(
            [f"entry {typed[0].rpartition(':')[2]}", *(_numbered(n, t) for n, t in enumerate(typed[1:], 1))]
        )
        found = take.typed_back(hub, said, options.by)
    elif authority is not None:
        found = stamp.taken_in(hub, answer, authority, options.by)
    else:
        found = cosign.taken_in(hub, answer, trust, options.by)
    return Answer(found, [f"The ledger up to entry {found.entry:,} was witnessed {found.said}."])


def _numbered(number: int, typed: str) -> str:
    return typed if typed.startswith(f"{number}:") else f"{number}: {typed}"


@command(ledger_app)
def cosign(
    options: Options,
    file: Annotated[Path, typer.Argument(help="The checkpoint that another hub sent.")],
    out: Annotated[Path | None, typer.Option(help="The new file to send back (default: beside it).")] = None,
) -> Answer:
    """Sign below another hub's checkpoint and remember it, so that its ledger cannot be written anew unseen."""
    from hubdata.records.witness import cosign as witness_cosign

    target = out or file.with_name(f"{file.stem}.cosigned.txt")
    note, whose = witness_cosign.cosign(options.hub(), file, target, options.by)
    said = f"Signed: the hub whose sign is {whose} showed its ledger up to entry {note.seq:,}. Send {target} back."
    return Answer({"cosigned": str(target), "hub": whose, "entry": note.seq}, [said])


@command(ledger_app)
def export(
    options: Options, limit: Annotated[int, typer.Option(help="How many of the latest entries.")] = 1000
) -> Answer:
    """List the latest entries: when, by whom, what, and what was said unless it has been erased."""
    from hubdata.records import ledger
    from hubdata.records.people import claims
    from hubdata.records.people.acting import shown
    from hubdata.records.time.entry import doubted

    hub, act = options.hub(), ledger.Act(options.by.actor, "officer", options.by.reason or "an audit", "ledger.export")
    act.detail["limit"] = limit
    with hub.write(act):
        pass
    with hub.read() as connection:
        found, counted = ledger.entries(connection, limit), claims.found(connection)
    said = (
        f"{e['seq']}  {moments.said(e['at'])}  {e['action']}  {e['role']} {e['actor']} {shown(e['proof'])}{doubted(e)}"
        for e in found
    )
    return Answer(found, [*said, *claims.of_entries(entry["proof"] for entry in found), *claims.lines(counted)])


@command(ledger_app)
def keys(
    options: Options,
    move: Annotated[str | None, PLACES, typer.Option(help=f"Keep them elsewhere from now on: {PLACES}.")] = None,
    path: Annotated[Path | None, typer.Argument(help="With --move folder: the folder, outside the hub's home.")] = None,
) -> Answer:
    """Say where the hub's keys are, or move them; what they leave is overwritten."""
    from hubdata.records import checkpoints
    from hubdata.records.keys import kept
    from hubdata.records.keys import move as keys_move

    hub = options.hub()
    if move is None:
        found = kept.read(hub.home / "keys")
        sign = checkpoints.sign_of(checkpoints.public(hub.key("checkpoint")))
        said = {"kept": found.kind, "place": found.place or None, "beside": found.beside, "sign": sign}
        return Answer(said, [found.said, *filter(None, [found.warns]), f"This hub's sign is {sign}."])
    moved = keys_move.move(hub, move, path, options.by)
    said = {"kept": moved.now.kind, "place": moved.now.place or None, "before": moved.before, "copies": moved.copies}
    return Answer(said, keys_move.lines(moved))
