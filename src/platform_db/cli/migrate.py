"""``platform-db migrate``: which revision the database has, and how it gets another."""

from __future__ import annotations

import asyncio
from enum import IntEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from platform_db.cli.output import Json, exit_codes, print_json
from platform_db.errors import UsageError
from platform_db.migration import BASE, HEAD, WAIT_SECONDS
from platform_db.migration import down as migrate_down
from platform_db.migration import sql as migration_sql
from platform_db.migration import status as migration_status
from platform_db.migration import up as migrate_up
from platform_db.operations.connect import located

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from platform_db.migration import Outcome, Status

__all__ = ["app"]

Answer = TypeVar("Answer")


class Standing(IntEnum):
    """What ``status`` exits with."""

    AT_HEAD = 0
    BEHIND = 1
    AHEAD = 3


app = typer.Typer(
    name="migrate",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Bring the database to a revision of the schema, and say where it is. One migrator works at a time.",
    epilog=exit_codes("0 done", "1 and 3 as `status` says"),
)

_MOVED = (
    exit_codes("0 done, or nothing to do") + " After a failure the database is at the last revision that succeeded."
)

To = Annotated[str, typer.Option("--to", metavar="REVISION", help="A revision, or its number: 0004.")]
Wait = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for another migrator to finish.")]


@app.command(epilog=_MOVED)
def up(to: To = HEAD, wait: Wait = WAIT_SECONDS, json: Json = False) -> None:
    """Bring the database up to a revision, by default the newest."""

    async def run() -> Outcome:
        return await migrate_up(await _server(), to, wait=wait)

    _tell(_run(run()), as_json=json)


@app.command(epilog=_MOVED)
def down(
    to: Annotated[str, typer.Argument(metavar="REVISION", help="A revision, its number, or base for nothing at all.")],
    wait: Wait = WAIT_SECONDS,
    json: Json = False,
) -> None:
    """Take the database down to a revision: what later ones made is dropped, rows included. Refused in production."""

    async def run() -> Outcome:
        return await migrate_down(await _server(), to, wait=wait)

    _tell(_run(run()), as_json=json)


@app.command(epilog=exit_codes("0 at the newest", "1 at an older one, or at none", "3 at one of a newer package"))
def status(json: Json = False) -> None:
    """Say which revision the database has, and which are to come."""

    async def run() -> Status:
        return await migration_status(await _server())

    found = _run(run())
    if json:
        print_json(found.as_json())
    elif found.at_head:
        typer.echo(f"at {found.head}, the newest")
    elif not found.known:
        typer.echo(f"at {found.current}, which this package does not have: a newer one migrated the database")
    else:
        typer.echo(f"at {found.current or BASE}; to come:")
        for revision in found.pending:
            typer.echo(f"  {revision}")
    raise typer.Exit(Standing.AT_HEAD if found.at_head else Standing.BEHIND if found.known else Standing.AHEAD)


@app.command(epilog=exit_codes("0 printed"))
def sql(
    to: To = HEAD,
    since: Annotated[str, typer.Option("--from", metavar="REVISION", help="Where the database is now.")] = BASE,
    json: Json = False,
) -> None:
    """Print the SQL of the way up, for an administrator to read and to run with psql; no server is asked."""
    try:
        text = migration_sql(to, since=since)
    except UsageError as error:
        raise typer.BadParameter(error.message) from None
    if json:
        print_json({"from": since, "to": to, "sql": text})
    else:
        typer.echo(text.encode(), nl=False)


def _run(work: Coroutine[object, object, Answer]) -> Answer:
    try:
        return asyncio.run(work)
    except UsageError as error:
        raise typer.BadParameter(error.message) from None


async def _server() -> str:
    target = await located()
    target.demand_session()
    return target.url


def _tell(outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        print_json(outcome.as_json())
        return
    for step in outcome.applied:
        typer.echo(f"{step.revision}  {step.seconds:.2f} s")
    where = outcome.status.current or BASE
    typer.echo(f"at {where}" if outcome.applied else f"at {where}, nothing to do")
