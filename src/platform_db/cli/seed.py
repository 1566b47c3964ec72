"""``platform-db seed``: stores the rows that an installation begins with."""

from __future__ import annotations

import asyncio
from enum import IntEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from platform_db.cli.output import Json, print_json
from platform_db.cli.tables import print_tables
from platform_db.operations.connect import opened_database
from platform_db.operations.reference_data import seed as insert_missing
from platform_db.operations.reference_data import update as insert_and_update

if TYPE_CHECKING:
    from platform_db.operations.reference_data import SeedReport, TableReport

__all__ = ["seed"]


class Agreement(IntEnum):
    """What ``seed`` exits with."""

    DONE = 0
    EXTRA = 1


def seed(
    update: Annotated[
        bool,
        typer.Option("--update", help="Also set rows that were changed since to this package's values; stock is kept."),
    ] = False,
    json: Json = False,
) -> None:
    """Store machines, materials, tools, settings and first figures, and make the tax law tables equal to the package.

    Rows are known again by their natural key, so a second run stores nothing. A row that somebody changed is listed and
    left as it is, unless --update is given; a law table is always set right, which takes a login that may become
    platform_owner. Nothing is deleted. Unverified rows of the law are counted; no calculation uses them. The first
    figures say how a server was set up; `monitor --check` compares with what `monitor --baseline` measured.

    Exit codes: 0 done, rows that differ are listed; 1 done, but a law table holds rows that this package does not know;
    64 wrong usage; 70 failure.
    """
    report = asyncio.run(_report(update=update))
    if json:
        print_json(report.as_json())
    else:
        _print(report)
    raise typer.Exit(Agreement.EXTRA if report.has_extra else Agreement.DONE)


async def _report(*, update: bool) -> SeedReport:
    async with opened_database() as database:
        return await (insert_and_update if update else insert_missing)(database)


def _print(report: SeedReport) -> None:
    table = Table()
    table.add_column("Table")
    for column in ("Inserted", "Updated", "Unchanged", "Different", "Extra", "Unverified"):
        table.add_column(column, justify="right")
    for each in report.tables:
        counts = (
            len(each.inserted),
            len(each.updated),
            each.unchanged,
            len(each.different),
            len(each.extra),
            each.unverified,
        )
        table.add_row(Text(each.table), *(str(count) for count in counts))
    print_tables(table)
    for each in report.tables:
        _print_rows(each)


def _print_rows(table: TableReport) -> None:
    for row in table.different:
        typer.echo(f"{table.table}: {row.key}: differs in {', '.join(row.columns)}; left as it is".encode())
    for key in table.extra:
        typer.echo(f"{table.table}: {key}: not known to this package; left, and in force".encode())
