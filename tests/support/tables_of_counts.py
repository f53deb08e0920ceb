"""Small tables for the tests of disclosure control, and a slow attacker that tries every possible table."""

import itertools

from hubdata.release.disclosure.table import Table


def table(*rows: list[int]) -> Table:
    """Rows r1, r2 … and columns c1, c2 … of counts."""
    names = tuple(f"r{i + 1:03}" for i in range(len(rows)))
    columns = tuple(f"c{j + 1:03}" for j in range(len(rows[0])))
    return Table(names, columns, tuple(tuple(map(int, row)) for row in rows))


def tried(shown: tuple, least: int, ceiling: int) -> dict[tuple[int, int], tuple[int, int]]:
    """The least and the most of every hidden figure over every table of whole numbers that would be shown so.

    `ceiling` limits the cells, where nothing shown does.
    """
    high, wide = len(shown) - 1, len(shown[0]) - 1
    hidden = [(i, j) for i, row in enumerate(shown) for j, figure in enumerate(row) if figure == "[c]"]
    rows = [_rows(shown[i], least, ceiling) for i in range(high)]
    found: dict = {}
    for cells in itertools.product(*rows):
        full = [*cells, tuple(sum(row[j] for row in cells) for j in range(wide + 1))]
        last = zip(full[high], shown[high], strict=True)
        if all(n == s if s != "[c]" else n >= least for n, s in last):
            for i, j in hidden:
                low, most = found.get((i, j), (full[i][j], full[i][j]))
                found[i, j] = min(low, full[i][j]), max(most, full[i][j])
    return found


def _rows(shown: tuple, least: int, ceiling: int) -> list[tuple[int, ...]]:
    *cells, total = shown
    choices = [range(least, ceiling + 1) if s == "[c]" else (s,) for s in cells]
    whole = ((*row, sum(row)) for row in itertools.product(*choices))
    return [row for row in whole if (row[-1] == total if total != "[c]" else row[-1] >= least)]
