"""``platform-db migrate``: which revision the database has, and how it gets another."""

from __future__ import annotations

import asyncio
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from platform_db.cli.migrate_stop import Stop, Stopped
from platform_db.cli.migrate_text import tell_outcome, tell_plan, tell_rehearsal, watched
from platform_db.cli.output import ExitCode, Json, exit_codes, print_json
from platform_db.errors import NotAllowed, UsageError
from platform_db.migration import BASE, HEAD, WAIT_SECONDS, Options
from platform_db.migration import down as migrate_down
from platform_db.migration import sql as migration_sql
from platform_db.migration import status as migration_status
from platform_db.migration import up as migrate_up
from platform_db.migration.backup import backup as make_backup
from platform_db.migration.consent import needs_backup
from platform_db.migration.observers import all_of, written_to
from platform_db.migration.plan import plan as migration_plan
from platform_db.migration.rehearsal import rehearse
from platform_db.operations.connect import located
from platform_db.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from platform_db.migration import Outcome, Status
    from platform_db.migration.plan import Plan
    from platform_db.migration.rehearsal import RehearsedStep
    from platform_db.migration.run import Observer

__all__ = ["app"]

Answer = TypeVar("Answer")


class Standing(IntEnum):
    """What ``status`` exits with."""

    AT_HEAD = 0
    BEHIND = 1
    AHEAD = 3


class Passable(IntEnum):
    """What ``plan`` exits with."""

    FREE = 0
    BLOCKED = 1


app = typer.Typer(
    name="migrate",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Bring the database to a revision of the schema, and say where it is. One migrator works at a time.",
    epilog=exit_codes("0 done", "1 and 3 as `status` and `plan` say"),
)

_MOVED = (
    exit_codes("0 done, or nothing to do", "130 stopped by Ctrl-C, between two revisions")
    + " After a failure the database is at the last revision that succeeded."
)

To = Annotated[str, typer.Option("--to", metavar="REVISION", help="A revision, or its number: 0004.")]
Wait = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for another migrator to finish.")]
Log = Annotated[
    Path | None, typer.Option("--log", metavar="FILE", help="Add what begins, ends and fails to FILE, as JSON lines.")
]


@app.command(epilog=_MOVED)
def up(  # noqa: PLR0913, PLR0917 - one parameter an option
    to: To = HEAD,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Run it in a transaction that is rolled back; print what cannot be.")
    ] = False,
    backup: Annotated[
        Path | None, typer.Option("--backup", metavar="FILE", help="Write a dump to FILE first, and read it again.")
    ] = None,
    without_backup: Annotated[
        bool, typer.Option("--without-backup", help="In production, where a backup is asked for, go without.")
    ] = False,
    wait: Wait = WAIT_SECONDS,
    log: Log = None,
    json: Json = False,
) -> None:
    """Bring the database up to a revision, by default the newest; after an interruption, go on from there."""

    async def run(observer: Observer) -> Outcome:
        url = await _server()
        if backup is None and not without_backup:
            await _require_consent(url)
        before = None if backup is None else partial(_back_up, url, backup)
        return await migrate_up(url, to, Options(wait=wait, observer=observer, before=before))

    if dry_run and backup is not None:
        message = "--dry-run changes nothing, so there is nothing to back up for: leave out --backup"
        raise typer.BadParameter(message)
    if dry_run:
        steps = _run(_rehearsed(to, wait))
        if json:
            print_json({"steps": [step.as_json() for step in steps]})
        else:
            tell_rehearsal(steps)
        return
    _move(run, log, as_json=json)


async def _rehearsed(to: str, wait: float) -> tuple[RehearsedStep, ...]:
    return await rehearse(await _server(), to, Options(wait=wait))


async def _back_up(url: str, file: Path) -> None:
    written = await make_backup(url, file)
    typer.echo(f"backed up to {written.path}", err=True)


async def _require_consent(url: str) -> None:
    if await needs_backup(url, Settings.load().environment, await migration_status(url)):
        message = (
            "in production a database is migrated behind a backup: add --backup FILE, "
            "or --without-backup when there is one already"
        )
        raise NotAllowed(message)


# A step back, -1, is no option.
@app.command(epilog=_MOVED, context_settings={"ignore_unknown_options": True})
def down(
    to: Annotated[
        str, typer.Argument(metavar="REVISION", help="A revision, its number, -1 for one back, or base for nothing.")
    ],
    history: Annotated[
        Path | None,
        typer.Option("--history", metavar="FILE", help="What takes the history when its table is dropped."),
    ] = None,
    wait: Wait = WAIT_SECONDS,
    log: Log = None,
    json: Json = False,
) -> None:
    """Take the database down to a revision: what later ones made is dropped, rows included. Refused in production."""

    async def run(observer: Observer) -> Outcome:
        options = Options(wait=wait, observer=observer, history_file=history)
        return await migrate_down(await _server(), to, options)

    _move(run, log, as_json=json)


@app.command(epilog=exit_codes("0 at the newest", "1 at an older one, or at none", "3 at one of a newer package"))
def status(json: Json = False) -> None:
    """Say which revision the database has, and which are to come."""

    async def run() -> Status:
        # One statement asks, so a pooler may stand between.
        return await migration_status((await located()).url)

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


@app.command(epilog=exit_codes("0 nothing in the way", "1 rows, objects or unsafe steps are in the way"))
def plan(to: To = HEAD, json: Json = False) -> None:
    """Say what `up` would do, step by step: locks, sizes, rows in the way, and the way back; changes nothing."""

    async def run() -> Plan:
        return await migration_plan(await _server(), to)

    planned = _run(run())
    if json:
        print_json(planned.as_json())
    else:
        tell_plan(planned)
    raise typer.Exit(Passable.BLOCKED if planned.blocked else Passable.FREE)


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


def _move(run: Callable[[Observer], Coroutine[object, object, Outcome]], log: Path | None, *, as_json: bool) -> None:
    """Migrate and say what was done; after Ctrl-C, say where the database is."""
    stop = Stop()

    async def stoppable(observer: Observer) -> Outcome:
        with stop.at_interrupt():
            return await run(observer)

    try:
        with watched() as bars:
            observers = (bars, stop) if log is None else (bars, written_to(log), stop)
            outcome = _run(stoppable(all_of(*observers)))
    except Stopped as error:
        typer.echo(error.message, err=True)
        found = _run(_standing())
        if as_json:
            print_json(found.as_json())
        else:
            typer.echo(f"at {found.current or BASE}")
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    _tell(outcome, as_json=as_json)


async def _standing() -> Status:
    return await migration_status(await _server())


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
    else:
        tell_outcome(outcome)
