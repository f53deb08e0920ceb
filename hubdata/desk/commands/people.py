"""`hubdata people …`: who may act, in which roles, and how they prove it; no logic lives here."""

from pathlib import Path
from typing import Annotated

import typer

from hubdata import dates, moments, policy
from hubdata.desk.commands.command import Answer, Options, command
from hubdata.errors import BadParameter, Refused
from hubdata.terms import ActingRole

people_app = typer.Typer(
    help="Who may act here, in which roles, and how they prove it. No passphrase stands on a command line or in the "
    "environment: it is typed, or read from a private file or standard input.",
    no_args_is_help=True,
)
ROLES = ", ".join(ActingRole)
NAME = Annotated[str, typer.Option(help="The person's name, as it stands in the ledger.")]
ANEW = Annotated[
    Path | None,
    typer.Option("--passphrase-file", help="A file (0600) with the person's new passphrase; - reads standard input."),
]
KEY = Annotated[Path | None, typer.Option("--key", help="Instead of a passphrase: the person's SSH public key, .pub.")]


@command(people_app)
def add(
    options: Options,
    name: NAME,
    role: Annotated[list[str] | None, typer.Option(help=f"What they may do, may be repeated: {ROLES}.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="The day from which they may act (default: today).")
    ] = None,
    passphrase_file: ANEW = None,
    key: KEY = None,
) -> Answer:
    """Register a person, who gives a passphrase or a key that nobody else has; only an administrator can."""
    from hubdata.records.people import actors, change

    hub, by = options.hub(), _by(options)
    day = dates.parse(since, "--from") if since else moments.today()
    new = new_proof(passphrase_file, key, name)
    made = change.add(hub, name, actors.roles_of(role or []), new, day, by, options.by.reason or "may act here")
    return _made(made, "is registered")


@command(people_app)
def role(
    options: Options,
    name: NAME,
    give: Annotated[list[str] | None, typer.Option(help=f"A role to give, may be repeated: {ROLES}.")] = None,
    take: Annotated[list[str] | None, typer.Option(help="A role to take away, may be repeated.")] = None,
) -> Answer:
    """Give a person roles, or take some away, for a reason; what they had before stays known."""
    from hubdata.records.people import actors, change

    hub, by, why = options.hub(), _by(options), policy.reason(options.by.reason, "a change of roles")
    made = change.roles(hub, name, actors.roles_of(give or []), actors.roles_of(take or []), by, why)
    return _made(made, "is changed")


@command(people_app)
def end(
    options: Options,
    name: NAME,
    on: Annotated[str | None, typer.Option(help="The day from which their proof is refused (default: today).")] = None,
) -> Answer:
    """End a person, for a reason: from that day on they may not act; what they did stays theirs."""
    from hubdata.records.people import change

    hub, by, why = options.hub(), _by(options), policy.reason(options.by.reason, "ending a person")
    return _made(change.end(hub, name, dates.parse(on, "--on") if on else moments.today(), by, why), "is ended")


@command(people_app, "list")
def list_(
    options: Options,
    history: Annotated[bool, typer.Option("--history", help="Every change, the oldest first.")] = False,
) -> Answer:
    """List who may act, in which roles, since when, and how they prove it."""
    from hubdata.records.people import change

    found = change.listed(options.hub(), history)
    return Answer(found, change.lines(found))


@command(people_app)
def prove(options: Options, passphrase_file: ANEW = None, key: KEY = None) -> Answer:
    """Give yourself another passphrase or key; the one of that kind that you had counts no longer."""
    from hubdata.records.people import change

    hub, by = options.hub(), _by(options)
    change.renew(hub, new_proof(passphrase_file, key, by.name), by)
    return Answer({"name": by.name}, [f"{by.name} has a new proof; sign in again with it."])


@command(people_app)
def reset(
    options: Options,
    name: NAME,
    agree: Annotated[
        bool, typer.Option("--agree", help="As the second person: agree, and let whoever lost it type a new one.")
    ] = False,
    passphrase_file: ANEW = None,
    key: KEY = None,
) -> Answer:
    """Set a lost passphrase anew: one person asks, another agrees, and one of the two is an administrator."""
    from hubdata.records.people import change

    hub, by, why = options.hub(), _by(options), policy.reason(options.by.reason, "a reset")
    if not agree:
        made = change.ask_reset(hub, name, by, why)
        return Answer(
            {"reset": made}, ["That is asked for. Another person now agrees, with --agree, beside whoever lost it."]
        )
    change.agree_reset(hub, name, new_proof(passphrase_file, key, name), by, why)
    return Answer({"name": name}, [f"{name} has a new proof, which two people agreed to."])


@command(people_app)
def recover(
    options: Options,
    name: NAME,
    set_: Annotated[
        bool, typer.Option("--set", help="Set the new proof: before a colleague who gives theirs, or after the wait.")
    ] = False,
    passphrase_file: ANEW = None,
    key: KEY = None,
) -> Answer:
    """Set the only administrator's lost proof anew: ask, wait, then --set; a colleague's proof spares the wait."""
    from hubdata.records.people import recover as recovery

    hub, why = options.hub(), policy.reason(options.by.reason, "setting a proof anew")
    if set_:
        recovery.set_anew(hub, name, new_proof(passphrase_file, key, name), why, options.acting)
        rests = f"{options.acting.name} vouched for it" if options.acting else "that it is theirs is a claim"
        return Answer({"name": name}, [f"{name} has a new proof; {rests}, as the ledger and the promise board say."])
    opens = recovery.ask(hub, name, options.by, why)
    said = f"That is asked for. It can be done from {dates.words(opens)} on with --set, unless {name} signs in before."
    return Answer({"opens": opens}, [said, "A registered colleague beside you spares the wait, with --set and theirs."])


@command(people_app, "sign-in")
def sign_in(options: Options) -> Answer:
    """Sign in at this login of the machine: commands and the desk then ask for no proof, but where two people act."""
    from hubdata.desk.commands import proved

    acting = proved.signed_in(options)
    roles = ", ".join(acting.roles) or "no role"
    return Answer({"name": acting.name, "roles": acting.roles}, [f"{acting.name} is signed in ({roles})."])


@command(people_app, "sign-out")
def sign_out(options: Options) -> Answer:
    """Sign out at this login of the machine."""
    from hubdata.records.people import sitting

    was = sitting.end(options.hub())
    return Answer({"signed_out": was}, ["Nobody is signed in here now."])


def _by(options: Options):
    """Whoever acts. Raises Refused where nobody is registered: then nobody can say who is."""
    if options.acting is None:
        raise Refused("nobody is registered here yet: `hubdata init --first-person NAME` registers the first person")
    return options.acting


def new_proof(passphrase_file: Path | None, key: Path | None, whose: str):
    """A new proof, as it was given. Raises BadParameter if there are two, none, or one that is too weak."""
    from hubdata.desk.commands import proof
    from hubdata.records.people import change, proofs

    if key and passphrase_file:
        raise BadParameter("--key and --passphrase-file are two proofs; give one, and the other with `people prove`")
    if key:
        return change.Proof(proofs.of_key(proof.private_text(key)))
    passphrase = proof.typed_anew(passphrase_file, whose)
    return change.Proof(proofs.of_passphrase(passphrase), passphrase)


def _made(made, what: str) -> Answer:
    roles = list(made.roles)
    said = {"name": made.name, "roles": roles, "from_on": made.from_on, "ended_on": made.ended_on}
    until = f", until {dates.words(made.ended_on)}" if made.ended_on else ""
    return Answer(
        said, [f"{made.name} {what}: {', '.join(roles) or 'no role'}, from {dates.words(made.from_on)}{until}."]
    )
