"""The facts of the made-up council, decided in the demo hub as any council decides its own."""

from datetime import date

from hubdata import places, policy
from hubdata.moments import By
from hubdata.records.decisions import make, stands
from hubdata.records.store import Hub


def decide(hub: Hub, actor: str, day: date) -> None:
    """Put every fact in force that the hub has not decided itself, each with its entry in the ledger."""
    by = By(actor, "a fact of the made-up council", day)
    for name, history in policy.decisions(places.COUNCIL).items():
        if name not in hub.policy.decided:
            with make.drafted(hub, stands.SET, history[-1], history) as draft:
                make.enter(hub, draft, by)
