"""``platform-db retain``: ends what is past its term."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from platform_db.cli.output import Json, print_json
from platform_db.cli.tables import print_tables
from platform_db.errors import UsageError
from platform_db.operations.connect import opened_database
from platform_db.operations.retention import BATCH, SWEEPS, terms_of
from platform_db.operations.retention import retain as end_terms

if TYPE_CHECKING:
    from platform_db.operations.retention import Swept

__all__ = ["retain"]


def _known(tables: list[str] | None) -> list[str] | None:
    """Refuse a table without a term, before anything is connected to."""
    try:
        return None if tables is None else terms_of(tables)
    except UsageError as unknown:
        raise typer.BadParameter(unknown.message) from None


def retain(
    table: Annotated[
        list[str] | None,
        typer.Option("--table", callback=_known, help="Sweep this table only; may be given several times."),
    ] = None,
    batch: Annotated[int, typer.Option("--batch", min=1, max=1000, help="Rows of a transaction.")] = BATCH,
    json: Json = False,
) -> None:
    """Delete rows that are past their term, and make persons anonymous whose term is over. For a daily run.

    Works in short transactions; a run that is stopped is finished by the next, and several may run at once. Financial
    documents are never deleted. Files of models and jobs lie in the object store: the service deletes them first.

    Exit codes: 0 done; 64 wrong usage; 70 failure.
    """
    swept = asyncio.run(_swept(table, batch))
    if json:
        print_json({"tables": [{"table": each.table, "rows": each.rows} for each in swept]})
        return
    printed = Table("Table", "Rows", "What is past its term is")
    for each in swept:
        printed.add_row(Text(each.table), str(each.rows), SWEEPS[each.table].kept)
    print_tables(printed)


async def _swept(tables: list[str] | None, batch: int) -> tuple[Swept, ...]:
    async with opened_database() as database:
        return await end_terms(database, tables, batch=batch)
