"""``platform-db preflight``: which rows would break a constraint, and their reviewed repair."""

from __future__ import annotations

import asyncio
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer

from platform_db.cli.output import Json, error_document, error_text, print_json
from platform_db.cli.preflight_progress import watched
from platform_db.errors import PlatformError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from platform_db.operations.preflight import Report
    from platform_db.operations.preflight.repair import Outcome, Plan

__all__ = ["preflight"]

Answer = TypeVar("Answer")


class Form(StrEnum):
    """In which form the report is given."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


class Cleanness(IntEnum):
    """What ``preflight`` exits with."""

    CLEAN = 0
    CRITICAL = 1
    NOT_CRITICAL = 2
    NOT_RUN = 3


_SAMPLES: Final = 5
_MOST_SAMPLES: Final = 1000


def preflight(  # noqa: PLR0913, PLR0917 - one parameter an option
    table: Annotated[
        list[str] | None, typer.Option("--table", metavar="T", help="Only this table; may be given again.")
    ] = None,
    sample: Annotated[
        int, typer.Option("--sample", min=0, max=_MOST_SAMPLES, metavar="N", help="Rows named for each constraint.")
    ] = _SAMPLES,
    form: Annotated[Form, typer.Option("--format", help="The form of the report.")] = Form.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write the report there, whole or not at all.")
    ] = None,
    report_only: Annotated[
        bool, typer.Option("--report-only", help="Exit with 0 whatever was found, if it could run.")
    ] = False,
    plan_skeleton: Annotated[
        Path | None,
        typer.Option(
            "--plan-skeleton", metavar="FILE", help="Write a repair plan for the rows named, its values left to you."
        ),
    ] = None,
    repair: Annotated[
        Path | None,
        typer.Option(
            "--repair", metavar="PLAN.json", help="Apply the reviewed repairs of a plan instead of reporting."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --repair: do everything, then roll it back.")
    ] = False,
    json: Json = False,
) -> None:
    """Count the rows that break each constraint of the models, whether the database has it yet or not.

    It only reads, in REPEATABLE READ, READ ONLY transactions, as a role that row security hides nothing from, and
    holds no writer up. A report names the first rows that break a rule by their keys, the lock and about the time
    that adding the constraint takes, and a score of data quality. With --repair it applies what an operator decided,
    row by row, in audited batches; it never guesses.

    Exit codes: 0 no row breaks a rule, or every repair is done; 1 a critical one is broken, or a repair was refused;
    2 only others are; 3 it could not run; 64 wrong usage; 70 failure.
    """
    if repair is not None:
        if table or output or plan_skeleton or report_only or form is not Form.TEXT:
            message = "--repair goes with --dry-run and --json only"
            raise typer.BadParameter(message)
        raise typer.Exit(_mend(repair, dry_run=dry_run, as_json=json))
    if dry_run:
        message = "--dry-run goes with --repair"
        raise typer.BadParameter(message)
    chosen = Form.JSON if json else form
    report = _examined(table or [], sample, as_json=chosen is Form.JSON)
    _give(report, chosen, output)
    if plan_skeleton is not None:
        from platform_db.operations.preflight.repair import skeleton_of
        from platform_db.operations.reports import write_whole

        _usage(lambda: write_whole(skeleton_of(report), plan_skeleton))
    raise typer.Exit(Cleanness.CLEAN if report_only else _cleanness(report))


def _examined(names: list[str], samples: int, *, as_json: bool) -> Report:
    from platform_db.operations.preflight import chosen_tables
    from platform_db.operations.preflight import preflight as examine

    tables = _usage(lambda: chosen_tables(names))

    async def run() -> Report:
        from platform_db.operations.connect import located

        target = await located()
        target.demand_session()
        with watched() as progress:
            return await examine(target.url, tables, samples=samples, progress=progress)

    return _run(run(), as_json=as_json)


def _give(report: Report, form: Form, output: Path | None) -> None:
    from platform_db.operations.preflight.writing import formatted
    from platform_db.operations.reports import write_whole

    text = formatted(report, form.value)
    if output is None:
        typer.echo(text.encode(), nl=False)
    else:
        _usage(lambda: write_whole(text, output))


def _cleanness(report: Report) -> Cleanness:
    from platform_db.operations.preflight import Severity

    if report.worst is None:
        return Cleanness.CLEAN
    return Cleanness.CRITICAL if report.worst is Severity.CRITICAL else Cleanness.NOT_CRITICAL


def _mend(file: Path, *, dry_run: bool, as_json: bool) -> Cleanness:
    from platform_db.operations.preflight.repair import apply, read_plan, rehearse
    from platform_db.schema.all_tables import metadata

    plan: Plan = _usage(lambda: read_plan(_bytes_of(file), metadata))

    async def run() -> Outcome:
        from platform_db.operations.connect import located

        target = await located()
        target.demand_session()
        return await (rehearse if dry_run else apply)(target.settings, plan)

    outcome = _run(run(), as_json=as_json)
    if as_json:
        print_json(outcome.as_json())
    else:
        _tell(outcome)
    return Cleanness.CLEAN if outcome.complete else Cleanness.CRITICAL


def _tell(outcome: Outcome) -> None:
    from platform_db.operations.preflight.repair import Result

    for row in outcome.rows:
        key = ", ".join(f"{name}={value}" for name, value in row.key.items())
        typer.echo(
            f"{row.result.value:<9}  {row.table}  {row.constraint}  {key}{f': {row.detail}' if row.detail else ''}"
        )
    counts = ", ".join(f"{outcome.count(result)} {result.value}" for result in Result)
    if not outcome.kept:
        typer.echo(f"{counts}; rehearsed, nothing was stored")
    elif outcome.count(Result.REPAIRED):
        typer.echo(counts)
    else:
        typer.echo(f"{counts}; nothing was changed")


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}"
        raise UsageError(message) from None


def _usage(work: Callable[[], Answer]) -> Answer:
    try:
        return work()
    except UsageError as error:
        raise typer.BadParameter(error.message) from None


def _run(work: Coroutine[object, object, Answer], *, as_json: bool) -> Answer:
    try:
        return asyncio.run(work)
    except PlatformError as error:
        if as_json:
            print_json(error_document(error))
        else:
            typer.echo(error_text(error), err=True)
        raise typer.Exit(Cleanness.NOT_RUN) from None
