"""Two people are told apart by who they are among the people, wherever a step takes two; a typed name is nobody's.

"Ann Reviewer" and "A. Reviewer" are one person with one proof, and two people have two (design.md, law 10).
"""

from collections.abc import Callable
from datetime import date

import pytest

from hubdata import moments, periods
from hubdata.errors import Refused
from hubdata.intake import paused
from hubdata.moments import By
from hubdata.records.ledger import Act
from hubdata.records.people import change, proofs, prove, two
from hubdata.records.people.two import Party
from hubdata.records.store import Hub
from hubdata.records.time import jumps
from hubdata.release import publish
from hubdata.retention import disposal, due, review
from hubdata.retention.review import FamilyDecision
from hubdata.schedule import keep
from hubdata.terms import ActingRole
from tests.support import people
from tests.support.ascii import load
from tests.support.clock import Clock
from tests.support.people import ANN, BEN, CAT

ELSEWHERE = "the church clock says so"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with people.cheap():
        yield


@pytest.fixture
def clock(monkeypatch) -> Clock:
    return Clock(monkeypatch)


def by(name: str, reason: str | None = ELSEWHERE) -> By:
    return By(name, reason, moments.today())


def staffed(hub: Hub) -> Hub:
    return people.register(hub, ben="reviewer;approver", cat="reviewer;approver")


def test_the_one_answer_goes_by_proof_then_by_who_bears_the_name_and_a_claim_counts_for_nobody(hub):
    with hub.read() as connection:
        assert two.are_two(connection, Party("Ann Reviewer"), Party("Ben"))  # nobody is registered: names are all
        assert not two.are_two(connection, Party("Ann Reviewer"), Party("ANN  REVIEWER"))
    staffed(hub)
    ben, cat = (people.proved(hub, name).proof for name in (BEN, CAT))
    with hub.read() as connection:
        cases = {
            "two people, two proofs": (Party(BEN, ben), Party(CAT, cat), True),
            "one proof under two names": (Party(BEN, ben), Party("B. Boss", ben), False),
            "two proofs under one name": (Party(BEN, ben), Party("ben boss", cat), False),
            "a claim": (Party(BEN, ben), Party("Somebody Else"), False),
            "the claim to be another": (Party(BEN, ben), Party(CAT), False),
            "two claims": (Party("Somebody Else"), Party("Another One"), False),
            "a proof that is nobody's": (Party(BEN, ben), Party("Else", "passphrase:0123456789abcdef"), False),
        }
        found = {case: two.are_two(connection, one, other) for case, (one, other, _) in cases.items()}

    assert found == {case: wanted for case, (_, _, wanted) in cases.items()}


def test_two_proofs_of_one_person_are_one_person(sqlite_hub):
    hub = staffed(sqlite_hub)
    before = people.proved(hub, BEN)
    phrase = "garden wheel friday"
    change.renew(prove.entering(hub, before), change.Proof(proofs.of_passphrase(phrase), phrase), before)
    after = prove.prove(hub, BEN, proofs.Given(phrase), "a test")

    with hub.read() as connection:
        assert before.proof != after.proof
        assert not two.are_two(connection, Party("Ben", before.proof), Party("B. Boss", after.proof))


# A disposal: reviewed, approved, carried out


def _due(hub: Hub) -> Hub:
    gone = date(moments.today().year - 7, 1, 15)
    load(hub, families=f"family | opened_on | closed_on\nOLD-1 | 2012-01-04 | {gone}")
    return hub


def _reviewed(hub: Hub, name: str) -> str:
    shown = due.preview(hub, moments.today())
    return review.review(hub, shown.token, [FamilyDecision(one.family, "dispose") for one in shown.due], by(name))


def test_a_review_is_approved_by_another_of_the_people_and_by_no_other_name(hub):
    staffed(_due(hub))
    ben, cat = people.acting(hub, BEN), people.acting(hub, CAT)
    made = _reviewed(ben, BEN)

    for as_whom, name in ((ben, BEN), (ben, "B. Boss"), (ben, CAT), (hub, "Somebody Else"), (hub, CAT)):
        with pytest.raises(Refused, match=r"another person must approve it|needs the proof of one of them"):
            review.approve(as_whom, made, by(name))
    assert review.approve(cat, made, by(CAT)) == 1


def test_a_review_under_another_name_than_the_proof_s_is_a_claim(sqlite_hub):
    hub = staffed(_due(sqlite_hub))
    made = _reviewed(people.acting(hub, BEN), "Somebody Else")

    with pytest.raises(Refused, match="which is a claim"):
        review.approve(people.acting(hub, CAT), made, by(CAT))


def test_what_two_typed_names_approved_is_not_carried_out_once_people_are_registered(hub):
    made = _reviewed(_due(hub), "Ann Reviewer")
    review.approve(hub, made, by("A. Reviewer"))
    staffed(hub)

    with pytest.raises(Refused, match="was reviewed under a name that was typed, which is a claim"):
        disposal.run(people.acting(hub, BEN), made, by(BEN))
    assert review.approve(people.acting(hub, CAT), made, by(CAT), refuse=True) == 1


def test_a_disposal_that_says_it_was_approved_by_whoever_reviewed_it_is_not_carried_out(sqlite_hub):
    hub = staffed(_due(sqlite_hub))
    made = _reviewed(people.acting(hub, BEN), BEN)
    review.approve(people.acting(hub, CAT), made, by(CAT))
    act = Act("x", "officer", "a test", "test.forge")
    proof = people.proved(hub, BEN).proof
    with hub.write(act) as connection:
        row = review.DISPOSALS.update().filter_by(disposal=made)
        connection.execute(row.values(approved_by="B. Boss", approved_proof=proof))

    with pytest.raises(Refused, match="not approved by a second person"):
        disposal.run(people.acting(hub, CAT), made, by(CAT))


# A day that is confirmed, and whoever then acts on it


def test_a_day_is_confirmed_by_two_of_the_people_and_by_no_two_names(hub, clock):
    staffed(hub)
    ben = people.acting(hub, BEN)
    clock.stands(days=40)
    jumps.confirm(ben, moments.today(), by(BEN))

    for as_whom, name in ((ben, BEN), (ben, "B. Boss"), (hub, "B. Boss"), (hub, CAT)):
        with pytest.raises(Refused, match=r"another person's turn|needs the proof of one of them"):
            jumps.confirm(as_whom, moments.today(), by(name))
    confirmed = jumps.confirm(people.acting(hub, CAT), moments.today(), by(CAT))

    assert confirmed.confirmed_by == (CAT, BEN)
    assert "confirmed by Cat Colleague (proved by a passphrase) and Ben Boss (proved by a passphrase)" in confirmed.said


def test_a_day_that_a_typed_name_confirmed_is_confirmed_by_nobody_once_people_are_registered(hub, clock):
    with hub.write(Act("a", "officer", "a test", "test.append")):
        pass
    clock.stands(days=40)
    jumps.confirm(hub, moments.today(), by("A. Administrator"))  # it is Ann, under another name
    staffed(hub)
    ann = people.acting(hub, ANN)

    with ann.read() as connection, pytest.raises(Refused, match="that A. Administrator confirmed it is a claim"):
        jumps.refuse(connection, ANN)
    jumps.confirm(people.acting(hub, BEN), moments.today(), by(BEN))
    with ann.read() as connection:
        jumps.refuse(connection, ANN)


@pytest.fixture
def confirmed(sqlite_hub, clock) -> Hub:
    """A hub whose clock jumped, and where Ben alone has confirmed the day."""
    hub = staffed(sqlite_hub)
    clock.stands(days=40)
    jumps.confirm(people.acting(hub, BEN), moments.today(), by(BEN))
    return hub


def _expires(hub: Hub, name: str) -> None:
    left = hub.home / paused.FOLDER / "R1"
    left.parent.mkdir(exist_ok=True)
    left.touch()
    if not paused.expire(hub, -400, name):
        raise Refused("nothing was swept")


_BUNDLES = periods.Rule("R1", "Bundles", periods.Terms(()), "delete", "nobody")


ACTS: dict[str, Callable[[Hub, str], object]] = {
    "review": lambda hub, name: review.review(hub, due.preview(hub, moments.today()).token, [], by(name)),
    "publish": lambda hub, name: publish.publish(hub, None, by(name)),
    "bundles": lambda hub, name: keep.delete(hub, _BUNDLES, [], name),
    "paused returns": _expires,
}


@pytest.mark.parametrize("what", ACTS, ids=str)
@pytest.mark.parametrize("name", [BEN, "B. Boss", CAT])
def test_on_a_day_that_one_person_confirmed_neither_they_nor_a_typed_name_act(confirmed, what, name):
    with pytest.raises(Refused, match="nothing is"), people.acting(confirmed, BEN).read() as connection:
        jumps.refuse(connection, name)
    with pytest.raises(Refused, match="nothing "):
        ACTS[what](people.acting(confirmed, BEN), name)


def test_on_a_day_that_one_person_confirmed_another_of_the_people_acts(confirmed):
    with people.acting(confirmed, CAT).read() as connection:
        jumps.refuse(connection, CAT)
    _expires(people.acting(confirmed, CAT), CAT)


# A lost passphrase, and the last administrator


def test_whoever_asked_for_a_reset_agrees_to_it_with_no_other_proof(hub):
    staffed(hub)
    ann, phrase = people.proved(hub, ANN), "garden wheel friday"
    change.ask_reset(hub, CAT, ann, "forgotten")
    change.renew(prove.entering(hub, ann), change.Proof(proofs.of_passphrase(phrase), phrase), ann)
    again = prove.prove(hub, ANN, proofs.Given(phrase), "a test")

    with pytest.raises(Refused, match="it takes another person"):
        change.agree_reset(hub, CAT, people.phrase(CAT), again, "forgotten")


def test_the_last_administrator_cannot_make_way_for_themselves(sqlite_hub):
    hub = staffed(sqlite_hub)
    ann = people.proved(hub, ANN)

    with pytest.raises(Refused, match="that proof is another person's"):
        change.add(hub, "A. Administrator", [ActingRole.ADMINISTRATOR], people.phrase(ANN), moments.today(), ann, "x")
    with pytest.raises(Refused, match="the last administrator cannot be removed"):
        change.end(hub, ANN, moments.today(), ann, "a test")
