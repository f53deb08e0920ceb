"""The rows of a list as somebody asked to see them: searched, filtered, sorted; no row is changed."""

from collections import Counter
from dataclasses import dataclass, field

from hubdata.desk.forms.words import Words

FEW = 12  # values of a column that a filter offers
FILTERS = 3  # columns that can be filtered
LONG = 60  # letters of a value that is still one of a kind
NOT_ONE = ("subject", "evidence", "note", "why", "reason")  # columns of which a filter says nothing


@dataclass(frozen=True)
class Asked:
    """What of a list somebody wants to see: words in it, values by column, by which column it is sorted."""

    search: str = ""
    values: dict[str, str] = field(default_factory=dict)
    by: str = ""
    backwards: bool = False


class Rows:
    """Records by column, in the order in which they were answered."""

    def __init__(self, records: list[dict], words: Words):
        self.records, self.words = records, words
        self.columns = [name for name in dict.fromkeys(key for one in records for key in one) if self._says(name)]
        self._texts: list[str] = []

    def _says(self, name: str) -> bool:
        return any(one.get(name) not in (None, "", [], {}) for one in self.records)

    def text(self, at: int, name: str) -> str:
        """A cell as a reader sees it."""
        return self.words.text(self.records[at].get(name), name)

    def filters(self) -> dict[str, dict[str, int]]:
        """The columns with few values, and how often each value stands there."""
        found = {}
        for name in self.columns:
            if name in NOT_ONE or len(found) == FILTERS:
                continue
            counted = Counter(str(one.get(name) or "") for one in self.records)
            if 2 <= len(counted) <= FEW and max(map(len, counted)) <= LONG and len(counted) < len(self.records):
                found[name] = dict(sorted(counted.items()))
        return found

    def chosen(self, asked: Asked) -> list[int]:
        """Which rows are shown, in which order; rows without a value come last whichever way they are sorted."""
        wanted = asked.search.casefold().split()
        shown = [at for at in range(len(self.records)) if self._is_wanted(at, wanted, asked.values)]
        if not asked.by:
            return shown
        empty = [at for at in shown if self.records[at].get(asked.by) in (None, "")]
        full = [at for at in shown if self.records[at].get(asked.by) not in (None, "")]
        return [*sorted(full, key=lambda at: self._key(at, asked.by), reverse=asked.backwards), *empty]

    def _is_wanted(self, at: int, wanted: list[str], values: dict[str, str]) -> bool:
        one = self.records[at]
        if any(str(one.get(name) or "") != value for name, value in values.items()):
            return False
        return not wanted or all(word in self._text(at) for word in wanted)

    def _text(self, at: int) -> str:
        if not self._texts:
            every = ((*(self.text(n, name) for name in self.columns),) for n in range(len(self.records)))
            self._texts = ["\n".join(said).casefold() for said in every]
        return self._texts[at]

    def _key(self, at: int, name: str) -> tuple[int, float, str]:
        value = self.records[at].get(name)
        if isinstance(value, int | float):
            return 0, float(value), ""
        return 1, 0.0, str(value).casefold() if isinstance(value, str) else self.text(at, name).casefold()
