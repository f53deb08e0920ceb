"""What a snapshot has of a free text: whether it says anything, whether a word is in it, a code; never the text."""

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from hubdata import policy
from hubdata.policy import Policy
from hubdata.records.snapshot.frozen import scalar, tabled, texts
from hubdata.records.tables.contract import FREE_TEXT, TABLES, passport

SAYS = {"shares": (("says_consent", "consent", ("reason", "not_told_reason")),)}  # words that rules ask free text for
BEFORE_A_WORD = (" ", "\n", "\t", "(", "[", '"', "'", "/", "-", ",", ";", ":", ".")
ENOUGH = 60  # signs of a free text that are read to tell whether it means something; of it only that is kept
NUMBERS = ("has_risk_to",)  # what may be a reference without any letter, and still means something
TRUE, FALSE = scalar("true"), scalar("false")


def begins(column: str) -> str:
    """The SQL that reads the first signs of a text behind a `=`, for `meant` alone; `false` where there is none."""
    return f"CASE WHEN {column} IS NULL THEN 'false' ELSE '=' || SUBSTR({column}, 1, {ENOUGH}) END"


def says(word: str, columns: tuple[str, ...]) -> str:
    """Whether any of these columns has a word that starts so; the same SQL on both databases, the text stays there."""
    starts = [f"{before}{word}".replace("'", "''") for before in BEFORE_A_WORD]
    found = [
        f"LOWER({c}) LIKE '{word}%' OR " + " OR ".join(f"LOWER({c}) LIKE '%{s}%'" for s in starts) for c in columns
    ]
    # most shares have no reason, and of the rest most have no such word: both are passed over at once
    asked = [
        f"({c} IS NOT NULL AND LOWER({c}) LIKE '%{word}%' AND ({said}))" for c, said in zip(columns, found, strict=True)
    ]
    return f"CASE WHEN {' OR '.join(asked)} THEN 'true' ELSE 'false' END"


def means(name: str, text: object, decided: Policy | None = None) -> bool:
    """Whether a free text says something, for its column of a snapshot: a placeholder does not."""
    return policy.meant(text, name in NUMBERS, decided) is not None


def meant(name: str, column: pa.ChunkedArray, decided: Policy) -> pa.ChunkedArray:
    """`true` or `false` of each text, as `begins` reads it: whether it means something."""
    column = column.cast(pa.string())
    for word in pc.unique(column).to_pylist():
        if word.startswith("=") and not means(name, word[1:], decided):
            column = pc.if_else(pc.is_in(column, texts([word])), FALSE, column)
    return pc.if_else(pc.starts_with(column, "="), TRUE, column)


def coded_by(table: str) -> dict[str, str]:
    """The columns that are free text to a partner but a code where used well, which rules need, and its register."""
    cards = {c.name: passport(table, c.name) for c in TABLES[table].c} if table in TABLES else {}
    return {name: card.named_in for name, card in cards.items() if card.sensitivity == FREE_TEXT and card.named_in}


def coded(column: pa.ChunkedArray, register: str, decided: Policy) -> pa.ChunkedArray:
    """Registered codes in their one spelling; any other text, which may be about a person, as `other`.

    What is neither registered nor says anything is no reason, and empty.
    """
    spellings = decided.codes(register, date.max)
    encoded = pc.dictionary_encode(column.combine_chunks())
    said = encoded.dictionary.to_pylist()
    codes = ([spellings.get(policy.slug(word)) or (policy.meant(word, decided=decided) and "other")] for word in said)
    return tabled({"code": pa.string()}, codes).column(0).take(encoded.indices)
