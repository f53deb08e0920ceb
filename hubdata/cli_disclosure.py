"""`hubdata disclose`: protects any two-way table that anyone brings; no logic lives here."""

# ruff: noqa: B008, D103
from pathlib import Path
from typing import Annotated

import typer

from hubdata.desk import Answer, Desk, command

disclosure_app = typer.Typer()


@command(disclosure_app)
def disclose(
    desk: Desk,
    file: Annotated[
        Path, typer.Argument(help="A tidy CSV file: one line a cell, named by two columns, counted in a third.")
    ],
    rows: Annotated[str, typer.Option(help="The column that names the rows.")],
    columns: Annotated[str, typer.Option(help="The column that names the columns.")],
    value: Annotated[str, typer.Option(help="The column of counts.")],
    policy: Annotated[
        str | None, typer.Option(help="A disclosure policy: public, sensitive, rounded or health.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="A CSV file to write the protected table to.")] = None,
) -> Answer:
    """Hide small counts in a two-way table, and prove that nobody can work them out."""
    from hubdata import csvfiles, disclosure, disclosure_policy, disclosure_table, disclosure_words
    from hubdata.errors import BadParameter, Refused

    if not file.is_file():
        raise BadParameter(f"there is no file at {file}")
    if out is not None and out.exists():
        raise BadParameter(f"there is a file at {out} already; choose another name, so that nothing is lost")
    chosen = disclosure_policy.read(policy, desk.as_at)
    sheet, problems = csvfiles.read(file.read_bytes(), file.name)
    if problems:
        raise Refused(f"{file.name} cannot be read: {problems[0].message}", problems)
    table = disclosure_table.tidy(sheet.table, rows, columns, value, sheet.line)
    found = disclosure.protect(table, chosen)
    if out is not None:
        out.write_bytes(disclosure_words.tidy_csv(found, (rows, columns, value)))
    return Answer(disclosure_words.said(found), disclosure_words.lines(found))
