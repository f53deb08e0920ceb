"""`hubdata doctor`, `hubdata init`, `hubdata backup …` and `hubdata restore`; no logic lives here."""

import getpass
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from hubdata.desk.commands.command import Answer, Options, command
from hubdata.errors import BadParameter

init_app = typer.Typer()
restore_app = typer.Typer()


class MakeOrCommand(TyperGroup):
    """`hubdata backup` is `hubdata backup make`."""

    default = "make"

    def parse_args(self, ctx, args: list[str]) -> list[str]:
        if not args or (args[0] != "--help" and args[0] not in self.commands):
            args = [self.default, *args]
        return super().parse_args(ctx, args)


backup_app = typer.Typer(
    help="Copies of the hub, encrypted to those who may open them: `hubdata backup` makes one.", cls=MakeOrCommand
)
doctor_app = typer.Typer()


@command(doctor_app)
def doctor(options: Options) -> Answer:
    """Say what stands in the way: clock, permissions, keys, disk, database, versions, open copies, decisions."""
    from hubdata.records.doctor import examine, fact

    found = examine.examine(options.home, options.url, options.by.actor)
    return Answer(found, fact.lines(found), fact.exit_code(found))


@command(backup_app, "make")
def backup(
    options: Options,
    out: Annotated[
        Path | None, typer.Option(help="The folder for the copy's own folder (default: backups/ in the hub).")
    ] = None,
    recipient: Annotated[
        list[str] | None, typer.Option(help="Who may open this copy, a public key (default: the hub's recipients).")
    ] = None,
    in_the_clear: Annotated[
        bool, typer.Option("--in-the-clear", help="Do not encrypt it; --reason says why, in the ledger.")
    ] = False,
) -> Answer:
    """Copy the hub, whole and as at one moment, while it is in use, encrypted; delete copies that are too old."""
    from hubdata.records.backups import make, recipients

    if in_the_clear and recipient:
        raise BadParameter("--in-the-clear and --recipient contradict each other: give one of them")
    made = make.backup(options.hub(), out, options.by, recipients.IN_THE_CLEAR if in_the_clear else recipient)
    return Answer(made, make.lines(made))


@command(backup_app)
def key(
    options: Options,
    file: Annotated[Path, typer.Argument(help="A new file for the key, on a stick or a disk that is not this hub's.")],
) -> Answer:
    """Make a key that opens this hub's backups from now on, and name it as their recipient."""
    from hubdata.records.backups import recipients

    public = recipients.new_key(options.hub(), file, options.by)
    said = [
        f"Backups of this hub are encrypted to {public} from now on; the key that opens them is in {file.absolute()}.",
        "Keep it away from this machine, and let a second person have a key too: without one no backup is any use.",
    ]
    return Answer({"recipient": public, "key": str(file.absolute())}, said)


@command(backup_app, "recipients")
def recipients_(
    options: Options,
    add: Annotated[list[str] | None, typer.Option(help="A public key, age1… or ssh-ed25519 …, to name.")] = None,
    remove: Annotated[list[str] | None, typer.Option(help="A recipient to name no longer.")] = None,
) -> Answer:
    """List who may open this hub's backups, or change who will; older backups stay as they were encrypted."""
    from hubdata.records.backups import recipients

    found = recipients.change(options.hub(), options.by, add or (), remove or ())
    return Answer({"recipients": found}, [*found] or ["Nobody is named: a backup is refused, or in the clear."])


@command(restore_app)
def restore(
    options: Options,
    folder: Annotated[Path, typer.Argument(help="The folder that `hubdata backup` made.")],
    list_from_backup: Annotated[
        bool,
        typer.Option("--list-from-backup", help="On a new machine: there is no newer erasure list than the copy's."),
    ] = False,
    replay: Annotated[
        bool, typer.Option("--replay", help="Destroy again at once what was destroyed after the copy was made.")
    ] = False,
    identity: Annotated[
        Path | None, typer.Option(help="The file of a key that opens the copy (default: the key is asked for).")
    ] = None,
) -> Answer:
    """Put a copy in the hub's place; what was destroyed since stays destroyed, or the hub stays closed."""
    from hubdata.records.backups import restore as backups_restore
    from hubdata.retention import replay as replays

    done = backups_restore.restore(
        options.home, options.url, folder, options.by, list_from_backup, partial(_key, identity), options.acting
    )
    if not (done.closed and replay):
        return Answer({"restored": done, "replayed": None}, backups_restore.lines(done), 3 if done.closed else 0)
    again = replays.run(options.home, options.url, options.by, options.acting)
    lines = [*backups_restore.lines(done), *replays.lines(again)]
    return Answer({"restored": done, "replayed": again}, lines, 3 if again.problems else 0)


def _key(identity: Path | None) -> str:
    """The key that opens a backup: from its file, typed unseen, or the next line that another program gives."""
    from hubdata.records.backups import recipients

    if identity is not None:
        return recipients.read_key(identity)
    if sys.stdin.isatty():
        return getpass.getpass("The key that opens the backup (AGE-SECRET-KEY-1…): ")
    return sys.stdin.readline()


@command(init_app)
def init(
    options: Options,
    folder: Annotated[
        Path | None, typer.Argument(help="A new folder for a hub of your own (default: --home, made or upgraded).")
    ] = None,
    first_person: Annotated[
        str | None, typer.Option(help="The first person who may act here; they register the others.")
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="A file (0600) with the first person's passphrase; - reads standard input.")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="Instead: the first person's SSH public key, .pub.")] = None,
    answers: Annotated[
        Path | None,
        typer.Option(help="A file of answers, YAML: who you are, hubs, partners, notice, values to confirm."),
    ] = None,
    set_up: Annotated[
        bool,
        typer.Option("--set-up", help="Ask what is still open, one thing at a time; what is decided is not asked."),
    ] = False,
    open_: Annotated[bool, typer.Option("--open", help="Only list what is still open; nothing is made.")] = False,
) -> Answer:
    """Make an empty hub, or upgrade an older one; register its first person; set it up, and say what is still open."""
    from hubdata.desk.commands.people import new_proof
    from hubdata.records.keys import move
    from hubdata.records.people import actors, change

    if open_:
        return _open(options)
    if folder:
        options = _in(folder, options)
    hub = options.hub(create=True)
    with hub.read() as connection:
        there = actors.registered(connection)
    if first_person is None and not there and options.asks:
        first_person = options.ask("The first person who may act here (nothing: names are claims, and said to be):")
    lines = [f"The hub is ready at {hub.home} ({hub.dialect}).", *move.begun(hub, options.ask, options.by)]
    if first_person:
        change.first(hub, first_person, new_proof(passphrase_file, key, first_person))
        lines.append(f"{first_person} is registered: sign in with `hubdata people sign-in`, and register others.")
    elif not there:
        lines.append("Nobody is registered: whoever acts is whom they say they are, and the ledger calls that a claim.")
    lines += _walk(options, hub, answers, set_up)
    lines += _next(hub, options.as_at) if folder else []
    return Answer({"home": str(hub.home), "database": hub.dialect, "first_person": first_person}, lines)


def _open(options: Options) -> Answer:
    """What is still open before the hub is its council's own."""
    from hubdata.desk.setup import open as setup_open

    found = setup_open.found(options.hub(), options.as_at)
    return Answer({"open": len(found), "things": found}, setup_open.lines(found, every=True), 3 if found else 0)


def _walk(options: Options, hub, answers: Path | None, set_up: bool) -> list[str]:
    """Walk through the set-up by a file of answers, or by asking; what is still open afterwards."""
    from hubdata.desk.setup import answers as setup_answers
    from hubdata.desk.setup import open as setup_open
    from hubdata.desk.setup import questions, walk

    if answers or set_up:
        said = walk.read(answers) if answers else {}
        source = said.get("source") or (options.ask(questions.SOURCE) if set_up else "") or ""
        by = replace(options.by, reason=options.by.reason or "set-up of the hub")
        going = walk.Walk(setup_answers.Taker(hub, by, source), options.ask, options.say)
        if answers:
            walk.answered(going, said, answers.parent)
        if set_up:
            walk.asked(going)
    return ["", *setup_open.lines(setup_open.found(hub, options.as_at))]


def _in(folder: Path, options: Options) -> Options:
    """The options with a new folder as home. Raises BadParameter if it can be none."""
    if options.home and options.home.absolute() != folder.absolute():
        raise BadParameter("give the hub's folder once: as FOLDER or as --home")
    if (folder / "hub.db").exists():
        raise BadParameter(f"{folder} is a hub already; `hubdata init --home {folder}` upgrades it")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadParameter(
            f"{folder} is not empty; choose a new folder, so that nothing of yours is mixed with a hub's"
        )
    return replace(options, home=folder)


def _next(hub, day) -> list[str]:
    """What a new hub is given to begin with, and what comes next."""
    from hubdata.intake import template

    (hub.home / "decisions").mkdir(mode=0o700, exist_ok=True)
    book = hub.home / template.NAME
    template.make(book, hub.policy, day)
    book.chmod(0o600)
    home = f"--home {hub.home}"
    return [
        "",
        "Next:",
        f"  hubdata decisions list {home}      what holds by default; `decisions set` and `confirm` make it yours",
        f"  fill in {book}, then",
        f"  hubdata intake {book} --partner CODE --dry-run {home}",
        f"  hubdata doctor {home}              what stands in the way",
    ]
