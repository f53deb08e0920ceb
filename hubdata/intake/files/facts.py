"""What is known of a sheet beside its values: marked cells, what is hidden, how far it goes, and how far it may.

It imports nothing that is heavy: it runs in the limited process that judges a return.
"""

from dataclasses import dataclass, field

from hubdata.intake.files.archive import Bad

MOST_COLUMNS = 1_000
MOST_CELLS = 4_000_000


@dataclass
class Facts:
    """A sheet's facts; rows and columns count from 1.

    A mark is `e` an error, `u` a formula without its value, `other` a number in another form, or the number of digits
    that a number is filled up to with zeros, or `part` a day of which the cell shows only a part.
    """

    name: str = ""
    marks: dict[int, dict[int, str | int]] = field(default_factory=dict)  # row → column → mark
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # first row, first column, last row, last
    formulas: int = 0
    rows: int = 0
    columns: int = 0
    hidden: bool = False

    def mark(self, row: int, column: int, what: str | int) -> None:
        """Mark a cell; what was said first stays."""
        self.marks.setdefault(row, {}).setdefault(column, what)

    def seen(self, row: int, column: int) -> None:
        """Note that a cell is there. Raises Bad if the sheet goes further than any return."""
        if column > self.columns:
            self.columns = column
        if row > self.rows:
            self.rows = row
        if self.columns > MOST_COLUMNS or self.rows * self.columns > MOST_CELLS:
            raise Bad(
                "too-wide" if self.columns > MOST_COLUMNS else "too-large",
                f"the sheet goes as far as row {self.rows:,} and column {self.columns:,}, counting blank cells that "
                "carry a format; a table of the limited record has at most 20 columns: delete all rows and columns "
                "outside the table, or send CSV files",
                self.name,
            )

    def hide_columns(self, first: int, last: int) -> None:
        """Note columns that are hidden; those beyond any table do not count."""
        self.hidden_columns.update(range(first, min(last, MOST_COLUMNS) + 1))
