"""Who uses a command, proved: by a sitting, or by a proof that they give now; it reads no proof itself."""

from dataclasses import replace
from pathlib import Path

from hubdata.desk.commands.options import Options
from hubdata.desk.commands.proof import SIGN_IN, given
from hubdata.desk.commands.roles import FRESH, NONE, OWN, SIGNED, Rule, rule
from hubdata.errors import HubError, Refused
from hubdata.records.people import actors, prove, sitting
from hubdata.records.people.acting import Acting
from hubdata.records.store import Hub, open_hub
from hubdata.spelling import same_person

OPENED_ANEW = ("restore", "retention replay")  # they open the database themselves, which may be one that no other opens


def proved(options: Options) -> Options:
    """The options with who acts, where the command asks for that and anybody is registered; as they are elsewhere.

    Raises Refused if the proof is wrong or the person's roles do not allow it.
    """
    asked = rule(options.words)
    if asked.proof in (NONE, OWN):
        return options
    try:
        hub = _opened(options)
    except HubError:
        return options  # the command says so itself, if it needs a hub
    try:
        with hub.read() as connection:
            if not actors.registered(connection):
                return options
        if asked.proof == SIGNED and options.proof is None:
            there = _signed_in(hub, options.named)
            return acts(options, there) if there else options
        return acts(options, allowed(_who(options, hub, asked), asked))
    finally:
        if options.words in OPENED_ANEW:
            hub.engine.dispose()


def _opened(options: Options) -> Hub:
    if options.words in OPENED_ANEW:
        return open_hub(options.home, options.url, replaying=True)
    return options.hub()


def acts(options: Options, acting: Acting) -> Options:
    """The options of whoever has proved themselves: they are the actor, however their name was typed."""
    return replace(options, acting=acting, by=replace(options.by, actor=acting.name))


def _who(options: Options, hub: Hub, asked: Rule) -> Acting:
    there, named = sitting.current(hub), options.named
    if asked.proof != FRESH and options.proof is None and (theirs := _signed_in(hub, named)):
        return theirs
    name = named or (there.name if there else options.ask("Your name, as you are registered here:"))
    if not name:
        raise Refused(f"who acts must be proved: {SIGN_IN}, or name yourself with --actor and give --proof FILE")
    return prove.prove(hub, name, options.given(name), f"hubdata {asked.command}")


def _signed_in(hub: Hub, named: str | None) -> Acting | None:
    """Whoever is signed in, if it is who was named."""
    there = sitting.current(hub)
    return there if there and (named is None or same_person(named, there.name)) else None


def allowed(acting: Acting, asked: Rule) -> Acting:
    """Whoever acts. Raises Refused if none of their roles may do this."""
    if not set(acting.roles) & set(asked.roles):
        may = " or ".join(asked.roles) or "nobody"
        raise Refused(f"`hubdata {asked.command}` is for the role {may}; {acting.name} has {_said(acting)}")
    return acting


def _said(acting: Acting) -> str:
    return ", ".join(acting.roles) or "none"


def unattended(hub: Hub, named: str | None, file: Path | None, command: str) -> Hub:
    """The hub as whoever runs unattended acts in it: with a key's or a passphrase's file, or within a sitting.

    As it is where nobody is registered. Raises Refused if that is no proof of somebody whose role allows the command.
    """
    with hub.read() as connection:
        if not actors.registered(connection):
            return hub
    if file is None and (there := _signed_in(hub, named)):
        return prove.entering(hub, allowed(there, rule(command)))
    if file is None or not named:
        raise Refused(f"people are registered here: `hubdata {command}` needs an operator's --actor and --proof FILE")
    return prove.entering(hub, allowed(prove.prove(hub, named, given(file, named), command), rule(command)))


def signed_in(options: Options) -> Acting:
    """Prove who acts, and begin a sitting. Raises Refused where nobody is registered, or the proof is wrong."""
    hub = options.hub()
    with hub.read() as connection:
        if not actors.registered(connection):
            raise Refused("nobody is registered here: there is nobody to sign in as, and names are claims")
    name = options.named or options.ask("Your name, as you are registered here:")
    if not name:
        raise Refused("name yourself with --actor, and give --proof FILE")
    acting = prove.prove(hub, name, options.given(name), "hubdata people sign-in")
    sitting.begin(hub, acting)
    return acting
