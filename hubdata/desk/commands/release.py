"""`hubdata publish` and `hubdata release audit`; no logic lives here."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from hubdata.desk.commands.choice import one_of
from hubdata.desk.commands.command import Answer, Options, command
from hubdata.errors import BadParameter
from hubdata.places import need

publish_app = typer.Typer()
release_app = typer.Typer(help="What was published: attack all of it together.", no_args_is_help=True)
MANAGERS, PUBLIC = "managers", "public"
AUDIENCES = one_of((MANAGERS, PUBLIC))
POLICIES = one_of(("public", "sensitive", "rounded", "health", "yearly"))


@command(publish_app)
def publish(
    options: Options,
    quarter: Annotated[
        str | None, typer.Option(help="A quarter that is over, 2026-Q3 (default: the last one by --as-at).")
    ] = None,
    audience: Annotated[
        str, AUDIENCES, typer.Option(help=f"Who may see it: managers inside the council, or everybody: {AUDIENCES}.")
    ] = MANAGERS,
    year: Annotated[
        str | None, typer.Option(help="For the public: a year to March that is over, 2025-26 (default: the last).")
    ] = None,
    site: Annotated[
        Path | None, typer.Option(help="A folder for the dashboards as plain files: every release, every view.")
    ] = None,
    slides: Annotated[
        bool, typer.Option("--slides", help="In that folder also PNG pictures and a brief of one page as PDF.")
    ] = False,
) -> Answer:
    """Publish a quarter's figures for managers, or a year's for the public, once and for all.

    Nothing is published from which a small count could be worked out.
    """
    from hubdata.release import publish as release_publish
    from hubdata.release.ledger import YEARLY
    from hubdata.reports import board

    _refuse_mixed(audience, quarter, year, site)
    if slides and site is None:
        raise BadParameter("--slides belongs to --site FOLDER: the pictures lie beside the pages")
    if slides:
        need("reportlab")
    hub = options.hub()
    if audience == PUBLIC:
        made = release_publish.publish(hub, year, options.by, board.standing, YEARLY)
        return Answer(made, release_publish.lines_of(made))
    if site is None:
        made = release_publish.publish(hub, quarter, options.by, board.standing)
        return Answer(made, release_publish.lines_of(made))
    from hubdata.dashboards.site import pages

    pages.refuse_others(site, hub.home)
    made = release_publish.publish(hub, quarter, options.by, board.standing)
    written = pages.write(site, hub.home / "published", slides)
    said = {**asdict(made), "site": str(written.folder), "pages": written.pages}
    return Answer(said, [*release_publish.lines_of(made), *pages.lines_of(written)])


def _refuse_mixed(audience: str, quarter: str | None, year: str | None, site: Path | None) -> None:
    """Raises BadParameter if a quarter is asked for the public, or a year for managers."""
    if audience not in AUDIENCES.labels:
        raise BadParameter(f"--audience {audience!r} is unknown; it is {AUDIENCES}")
    if audience == PUBLIC and (quarter or site):
        given = "--quarter" if quarter else "--site"
        raise BadParameter(f"{given} is for managers; the public has a year of the whole council: use --year 2025-26")
    if audience == MANAGERS and year:
        raise BadParameter("--year is for the public: add --audience public, or name a quarter with --quarter 2026-Q3")


@command(release_app)
def audit(options: Options) -> Answer:
    """Attack everything ever published, all quarters, tables and hubs together."""
    from hubdata.release import publish as release_publish
    from hubdata.release.said import audit_lines

    found = release_publish.audit(options.hub())
    said = {"holds": found.holds, **vars(found)}
    return Answer(said, audit_lines(found), 0 if found.holds else 3)


disclosure_app = typer.Typer()


@command(disclosure_app)
def disclose(
    options: Options,
    file: Annotated[
        Path, typer.Argument(help="A tidy CSV file: one line a cell, named by two columns, counted in a third.")
    ],
    rows: Annotated[str, typer.Option(help="The column that names the rows.")],
    columns: Annotated[str, typer.Option(help="The column that names the columns.")],
    value: Annotated[str, typer.Option(help="The column of counts.")],
    policy: Annotated[str | None, POLICIES, typer.Option(help=f"A disclosure policy: {POLICIES}.")] = None,
    out: Annotated[Path | None, typer.Option(help="A CSV file to write the protected table to.")] = None,
) -> Answer:
    """Hide small counts in a two-way table, prove that nobody can work them out, and remember what was given out."""
    from hubdata import places
    from hubdata.errors import Refused
    from hubdata.intake.files import csv as files_csv
    from hubdata.release.disclosure import policy as disclosure_policy
    from hubdata.release.disclosure import protect, words
    from hubdata.release.disclosure import table as disclosure_table
    from hubdata.release.together import given

    if not file.is_file():
        raise BadParameter(f"there is no file at {file}")
    if out is not None and out.exists():
        raise BadParameter(f"there is a file at {out} already; choose another name, so that nothing is lost")
    chosen = disclosure_policy.read(policy, options.as_at, options.policy)
    sheet, problems = files_csv.read(file.read_bytes(), file.name)
    if sheet is None or problems:
        raise Refused(f"{file.name} cannot be read: {problems[0].message}", problems)
    table = disclosure_table.tidy(sheet.table, rows, columns, value, sheet.line)
    found = protect.protect(table, chosen)
    there = options.home is not None or places.home().is_dir()
    kept = there and given.give(options.hub(), found, options.by)
    if not there:
        options.warn(given.UNKEPT)
    if out is not None:
        out.write_bytes(words.tidy_csv(found, (rows, columns, value)))
    return Answer(words.said(found), [*words.lines(found), *([given.ENTERED] if kept else [])])
