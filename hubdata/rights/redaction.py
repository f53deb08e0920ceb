"""Words left out of a text that is given: which, by number, and the text without them; the original stays as it is.

Words that stand together leave one mark, which is always the same: it tells neither how many they were nor how long.

    the numbat bit Bertram at home     words out 2;4-6      →     the [left out] bit [left out]
"""

import re

from hubdata.errors import BadParameter

MARK = "[left out]"
WORD = re.compile(r"\S+")
SPAN = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?")
WRITTEN = "write the numbers of the words, as 2;5-7, as the officer's list counts them"


def words(text: str) -> list[str]:
    """The words of a text, in the order by which they are numbered from 1."""
    return WORD.findall(text)


def spans(said: str, text: str) -> str:
    """Which words are left out of a text, as they are kept: in order, each once, runs together.

    Raises BadParameter for what is no list of numbers, a word that is not there, or a text of which nothing would stay.
    """
    count, chosen = len(words(text)), set()
    for part in (part.strip() for part in re.split(r"[;,]", said) if part.strip()):
        found = SPAN.fullmatch(part)
        if found is None:
            raise BadParameter(f"--words-out is no list of numbers: {WRITTEN}")
        first, last = int(found[1]), int(found[2] or found[1])
        if not 1 <= first <= last <= count:
            raise BadParameter(f"--words-out {part}: the text has the words 1 to {count}; {WRITTEN}")
        chosen |= set(range(first, last + 1))
    if not chosen:
        raise BadParameter(f"--words-out names no word: {WRITTEN}")
    if len(chosen) == count:
        raise BadParameter("--words-out leaves nothing of the text: withhold it")
    return ";".join(f"{a}-{b}" if b > a else str(a) for a, b in _runs(sorted(chosen)))


def without(text: str, said: str | None) -> str:
    """A text with a mark in place of the words that are left out."""
    if not said:
        return text
    places = [found.span() for found in WORD.finditer(text)]
    shown, at = [], 0
    for first, last in _runs(sorted(_numbers(said))):
        if last > len(places):  # another text than was decided about: nothing of it
            return MARK
        shown += [text[at : places[first - 1][0]], MARK]
        at = places[last - 1][1]
    return "".join([*shown, text[at:]])


def _numbers(said: str) -> set[int]:
    ends = ([int(end) for end in part.split("-")] for part in said.split(";"))
    return {number for each in ends for number in range(each[0], each[-1] + 1)}


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
