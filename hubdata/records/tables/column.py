"""How a column is declared: with its passport, and the promises that it may name; it declares no table.

A column's passport (`column.info`) says which promise it serves and why, how sensitive it is, whether a person's own
copy includes it, which retention class destroys it, and what statistics may do with it. A column that has none does not
exist: intake refuses it (P2), and a test refuses it here.
"""

from dataclasses import asdict, dataclass
from typing import NotRequired, TypedDict

from sqlalchemy import ColumnElement, Date, DateTime, ForeignKey, Integer, String, Table
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

from hubdata.terms import Term, terms

# How sensitive a column is, which decides what a snapshot may carry:
OPEN, REFERENCE, PERSONAL, IDENTIFYING, FREE_TEXT = (
    "open",
    "reference",
    "personal",
    "identifying",
    "free_text",
)
SEALED = "sealed"  # encrypted under the hub's own key: no snapshot, search or look at the file reads it


@dataclass(frozen=True)
class Passport:
    """Why one column may exist. `purpose` names a promise; `access` is "include" or "exclude: reason"."""

    purpose: str
    sensitivity: str
    access: str
    retention: str
    statistics: str
    kind: str  # how a partner writes it: text, code, reference, references, codes, date, instant, score
    allowed: str = ""  # for codes: the closed list; for references: the table
    named_in: str = ""  # the register of names that it should have; another is taken all the same, and reported

    @property
    def register(self) -> str:
        """The register of params that says what its codes are called, or nothing."""
        is_term = self.allowed in {term.__name__ for term in terms()}
        return self.named_in or (self.allowed if self.kind in ("code", "codes") and not is_term else "")


class Told(TypedDict):
    """What the columns of a table may have in common in their passports."""

    access: str
    retention: NotRequired[str]


class Base(DeclarativeBase):
    pass


class Record:
    """What every record has: the moment the hub learned of it (UTC)."""

    __table__: Table
    __tablename__: str

    def __repr__(self) -> str:
        keys = ", ".join(str(getattr(self, k.name)) for k in self.__table__.primary_key)
        return f"<{self.__tablename__} {keys}>"


def longest(declared: ColumnElement) -> int:
    """How many characters a column of text holds."""
    if not isinstance(declared.type, String) or declared.type.length is None:
        raise TypeError(f"{declared} is no text of a length")
    return declared.type.length


def _kind(allowed, kind):
    return kind or ("code" if isinstance(allowed, type) else "text")


SELF = ("agreements.agreement", "shares.share")  # rows of one return may supersede each other in any order


def column(
    purpose: str,
    sensitivity: str = PERSONAL,
    *,
    key: bool = False,
    to: str | None = None,
    allowed: type[Term] | str | None = None,
    kind: str | None = None,
    required: bool | None = None,
    access: str = "include",
    statistics: str = "none",
    retention: str = "family",
    size: int | None = None,
    named_in: str = "",
) -> MappedColumn:
    """Declare a column with its passport. `to` names the referenced column, `allowed` a closed list."""
    kind = kind or ("reference" if to or key else _kind(allowed, kind))
    listed = allowed.__name__ if isinstance(allowed, type) else (allowed or (to or "").split(".")[0])
    passport = Passport(purpose, sensitivity, access, retention, statistics, kind, listed, named_in)
    types = {"date": Date(), "instant": DateTime(), "score": Integer()}
    type_ = types.get(kind, String(size or (40 if kind in ("reference", "code") else 500)))
    later = {"deferrable": True, "initially": "DEFERRED"} if to in SELF else {}
    arguments = [ForeignKey(to, **later)] if to else []
    return mapped_column(
        type_,
        *arguments,
        primary_key=key,
        info=asdict(passport),
        autoincrement=False,
        nullable=not (key if required is None else required),
    )


def recorded(retention: str = "family") -> MappedColumn:
    """The `recorded_at` column: UTC, to the second or finer; rows loaded without one get the moment of intake."""
    return column("Law 2: what was known when", OPEN, kind="instant", required=True, retention=retention)


WHO_HELPS = "P2: partners can work together and give joined-up support"
LEAD = "P3: who is taking the lead in supporting the family"
WELL = "P3: how well the support is working for the family to meet its goals"
NEEDED = "P4: what other services or supports may be required"
AGREE = "P5, P6: sharing happens with the family's agreement"
SHARED = "P5, P6, P7: what was shared, with whom, why and under which decision"
KEPT = "P8: records are kept for five years"
OWN_POLICY = "P11: each partner's own policy and contact are known to the Hub"
DECIDED = "decided per request"  # what a passport says of a column that is left out of a person's copy unless decided
STAFF_NAME = f"exclude: the worker's own; {DECIDED}, but for paid staff of public bodies"
STAFF_CONTACT = "exclude: the worker's contact is given by the organisation"


EVIDENCE = "Law 1: every write has an audit entry"
