"""Opens a case by what it is about; each kind has a module of its own."""

from hubdata.desk.cases import disposal, family, finding, paused, request
from hubdata.desk.cases.case import Case
from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.records.store import Hub

KINDS = {
    "family": family.read,
    "request": request.read,
    "complaint": request.read,
    "disposal": disposal.read,
    "finding": finding.read,
    "returned": paused.read,
}


def opened(hub: Hub, given: dict[str, str | None], by: By) -> Case:
    """The one case that is named. Raises BadParameter if none or several are, or the hub has none of that reference."""
    named = {kind: reference.strip() for kind, reference in given.items() if reference and reference.strip()}
    if len(named) != 1:
        raise BadParameter("name one case: a family, a request, a complaint, a disposal, a return or a finding")
    ((kind, reference),) = named.items()
    return KINDS[kind](hub, reference, by)
