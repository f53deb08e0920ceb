"""Which step of the register each kind of letter takes when it is sent, and what a person must say in it; data only."""

from hubdata.rules.course import Event
from hubdata.terms import LetterKind, RequestKind, RequestStep

OF_RIGHTS = {
    LetterKind.ACKNOWLEDGE: None,
    LetterKind.CLARIFY: RequestStep.CLARIFICATION_ASKED,
    LetterKind.EXTEND: RequestStep.EXTENDED,
    LetterKind.REFUSE: RequestStep.REFUSED,
    LetterKind.SEND: RequestStep.RESPONDED,
}
OF_COMPLAINTS = {
    LetterKind.ACKNOWLEDGE: RequestStep.ACKNOWLEDGED,
    LetterKind.PROGRESS: RequestStep.PROGRESS_TOLD,
    LetterKind.OUTCOME: RequestStep.CLOSED,
}
NEEDS = {
    LetterKind.CLARIFY: "what the person is asked",
    LetterKind.EXTEND: "why it takes longer: that it is complex, or that they asked several times",
    LetterKind.SEND: "what was done",
    LetterKind.PROGRESS: "how it is going",
    LetterKind.OUTCOME: "what came of it",
}


def kinds(noun: str) -> tuple[LetterKind, ...]:
    """The letters about a request, or about a complaint."""
    return tuple(OF_COMPLAINTS if noun == "complaint" else OF_RIGHTS)


def step_of(kind: str, of: str) -> RequestStep | None:
    """The step that a letter takes, of a kind of request or of a complaint; none for one that changes nothing."""
    return (OF_COMPLAINTS if of == RequestKind.COMPLAINT else OF_RIGHTS)[LetterKind(kind)]


def stands(taken: list[Event], step: str | None) -> Event | None:
    """The step, if it is recorded already: of a question one that waits for its answer; how it goes is told anew."""
    same = [event for event in taken if event.what == step]
    if step == RequestStep.PROGRESS_TOLD or not same:
        return None
    answers = sum(event.what == RequestStep.CLARIFICATION_RECEIVED for event in taken)
    if step == RequestStep.CLARIFICATION_ASKED and answers >= len(same):
        return None
    return same[-1]
