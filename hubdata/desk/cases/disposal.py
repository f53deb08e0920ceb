"""The case of a disposal: what was reviewed and by whom, whether another person approved it, and what is left to do."""

from hubdata.dates import words
from hubdata.desk.cases.case import Case, Part, Step
from hubdata.desk.cases.done import done
from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.records.people.acting import ONE_LOGIN, shown
from hubdata.records.store import Hub
from hubdata.retention import review
from hubdata.retention.review import Disposal
from hubdata.terms import DisposalStatus


def read(hub: Hub, reference: str, by: By) -> Case:
    """A disposal as it stands. Raises BadParameter if there is none of that reference."""
    found = next((one for one in review.listed(hub) if one.disposal == reference), None)
    if found is None:
        raise BadParameter("there is no disposal under that reference; `hubdata retention certificates` lists them")
    with hub.read() as connection:
        entries = done(connection, reference)
        families = review.to_dispose(connection, reference)
    left = [Part("Records to destroy", [f"Family {family}" for family in families])] if _is_open(found) else []
    return Case("disposal", reference, f"Disposal {reference}", _facts(found), left, entries, _steps(found))


def _is_open(one: Disposal) -> bool:
    return one.status in review.OPEN


def _facts(one: Disposal) -> list[tuple[str, str]]:
    facts = [
        ("How it stands", DisposalStatus(one.status).label),
        ("As at", words(one.as_at)),
        ("Reviewed by", f"{one.reviewed_by} {shown(one.reviewed_with)}"),
        ("Decided by", f"{one.approved_by} {shown(one.approved_with or '')}" if one.approved_by else "nobody yet"),
        ("To destroy", f"{one.to_destroy:,}"),
        ("Destroyed", f"{one.destroyed:,}"),
        ("Kept", f"{one.kept_by_review:,} on review, {one.kept_back:,} held back since"),
    ]
    return [*facts, *([("Look at this", ONE_LOGIN)] if one.one_login else [])]


def _steps(one: Disposal) -> list[Step]:
    given = {"disposal": one.disposal}
    if one.status == DisposalStatus.REVIEWED:
        return [Step("retention approve", "Approve it, or refuse it, as another person", given)]
    return [Step("retention dispose", "Carry it out", given)] if _is_open(one) else []
