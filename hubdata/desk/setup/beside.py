"""A council's own notice beside the twelve promises: which of its sentences is nearest to each, and what differs."""

import re
from difflib import SequenceMatcher

NEAR = 0.45  # from this likeness on a sentence is offered; below, the notice seems to say nothing of the promise
ENDS = re.compile(r"(?<=[.!?])\s+|\n\s*\n")


def sentences(notice: str) -> list[str]:
    """The sentences of a text, blanks squeezed."""
    return [said for each in ENDS.split(notice) if (said := " ".join(each.split())) and len(said) > 20]


def _words(said: str) -> list[str]:
    return re.findall(r"[a-z']+", said.lower().replace("’", "'"))


def nearest(promise: str, notice: list[str]) -> tuple[str, float]:
    """The sentence of a notice that is most like a promise's, and how like; none if it is not like any."""
    wanted = _words(promise)
    scored = [(SequenceMatcher(None, wanted, _words(each), autojunk=False).ratio(), each) for each in notice]
    ratio, said = max(scored, default=(0.0, ""))
    return (said, ratio) if ratio >= NEAR else ("", ratio)


def differs(promise: str, said: str) -> str:
    """The words that only one of the two has, each side's own."""
    ours, theirs = _words(promise), _words(said)
    only = [
        [word for word in dict.fromkeys(one) if word not in other] for one, other in ((theirs, ours), (ours, theirs))
    ]
    parts = [f"{who}: {' '.join(words)}" for who, words in zip(("only yours", "only here"), only, strict=True) if words]
    return "; ".join(parts) or "the same words"
