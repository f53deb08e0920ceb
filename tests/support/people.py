"""People who may act in a hub, for the tests: evidently invented, with passphrases that cost no time to check."""

from collections.abc import Iterator
from contextlib import contextmanager

from pytest import MonkeyPatch

from hubdata import moments
from hubdata.records.people import actors, change, proofs, prove
from hubdata.records.people.acting import Acting
from hubdata.records.people.proofs import Given
from hubdata.records.store import Hub

ANN, BEN, CAT = "Ann Administrator", "Ben Boss", "Cat Colleague"
PHRASES = {ANN: "violet anvil sunday", BEN: "copper kettle monday", CAT: "marble ladder tuesday"}


@contextmanager
def cheap() -> Iterator[None]:
    """Passphrases are kept and checked at next to no cost."""
    with MonkeyPatch.context() as patch:
        patch.setitem(proofs.COST, "memory_cost", 8)
        patch.setitem(proofs.COST, "time_cost", 1)
        yield


def phrase(name: str) -> change.Proof:
    """A person's passphrase, as a new proof."""
    return change.Proof(proofs.of_passphrase(PHRASES[name]), PHRASES[name])


def proved(hub: Hub, name: str) -> Acting:
    """A person who has just typed their passphrase."""
    return prove.prove(hub, name, Given(PHRASES[name]), "a test")


def acting(hub: Hub, name: str) -> Hub:
    """The hub as a person acts in it."""
    return prove.entering(hub, proved(hub, name))


def register(hub: Hub, **others: str) -> Hub:
    """Register Ann as the first person, and others by the roles given: `ben="reviewer;approver"`."""
    change.first(hub, ANN, phrase(ANN))
    names = {name.split()[0].lower(): name for name in PHRASES}
    for each, roles in others.items():
        name = names[each]
        by = proved(hub, ANN)
        change.add(prove.entering(hub, by), name, actors.roles_of([roles]), phrase(name), moments.today(), by, "a test")
    return hub
