"""``platform-db preflight``: which rows would break a constraint, and their reviewed repair."""

from __future__ import annotations

import asyncio
from enum import IntEnum, StrEnum
from functools import partial
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


_MOST_SAMPLES: Final = 1000


def preflight(  # noqa: PLR0913, PLR0917 - one parameter an option
    table: Annotated[
        list[str] | None, typer.Option("--table", metavar="T", help="Only this table; may be given again.")
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option("--sample", min=0, max=_MOST_SAMPLES, metavar="N", help="Rows named for each constraint."),
    ] = None,
    form: Annotated[Form | None, typer.Option("--format", help="The form of the report; text unless said.")] = None,
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

    Exit codes: 0 no row breaks a rule, or every repair is done; 1 a critical one is broken or could not be judged, or
    a repair was refused or found its row changed or gone; 2 only others are; 3 it could not run, or none of the tables
    is there; 64 wrong usage; 70 failure.
    """
    if repair is not None:
        if table or output or plan_skeleton or report_only or form is not None or sample is not None:
            message = "--repair goes with --dry-run and --json only"
            raise typer.BadParameter(message)
        raise typer.Exit(_mend(repair, dry_run=dry_run, as_json=json))
    if dry_run:
        message = "--dry-run goes with --repair"
        raise typer.BadParameter(message)
    if json and form not in {None, Form.JSON}:
        message = "--json does not go with another --format"
        raise typer.BadParameter(message)
    chosen = Form.JSON if json else form or Form.TEXT
    _probe(output, plan_skeleton)
    report = _examined(table or [], sample, as_json=chosen is Form.JSON)
    if output is not None:
        _write(report, chosen, output)
    if json and output is not None:
        print_json({"output": str(output), "summary": report.summary.model_dump(mode="json")})
    elif output is None:
        _print(report, chosen)
    if plan_skeleton is not None:
        _write_skeleton(report, plan_skeleton)
    cleanness = _cleanness(report)
    raise typer.Exit(Cleanness.CLEAN if report_only and cleanness is not Cleanness.NOT_RUN else cleanness)


def _examined(names: list[str], samples: int | None, *, as_json: bool) -> Report:
    from platform_db.operations.preflight import SAMPLES, chosen_tables
    from platform_db.operations.preflight import preflight as examine

    tables = _usage(lambda: chosen_tables(names))
    named = SAMPLES if samples is None else samples

    async def run() -> Report:
        from platform_db.operations.connect import located

        target = await located()
        target.demand_session()
        with watched() as progress:
            return await examine(target.url, tables, samples=named, progress=progress)

    return _run(run(), as_json=as_json)


def _probe(*places: Path | None) -> None:
    from platform_db.operations.reports import demand_writable

    for place in places:
        if place is not None:
            _usage(partial(demand_writable, place))


def _print(report: Report, form: Form) -> None:
    from platform_db.operations.preflight.writing import formatted

    if form is Form.JSON:
        print_json(report.model_dump(mode="json"))
    else:
        typer.echo(formatted(report, form.value).encode(), nl=False)


def _write(report: Report, form: Form, output: Path) -> None:
    from platform_db.operations.preflight.writing import formatted
    from platform_db.operations.reports import write_whole

    _usage(lambda: write_whole(formatted(report, form.value), output))


def _write_skeleton(report: Report, place: Path) -> None:
    from platform_db.operations.preflight.repair import coverage_of, skeleton_of
    from platform_db.operations.reports import write_whole

    _usage(lambda: write_whole(skeleton_of(report), place))
    named, broken = coverage_of(report)
    if named < broken:
        typer.echo(f"{place} names {named:,} of {broken:,} rows; raise --sample", err=True)


def _cleanness(report: Report) -> Cleanness:
    from platform_db.operations.preflight import Severity

    if not report.summary.present:
        return Cleanness.NOT_RUN
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
        for violation in row.violations:
            typer.echo(f"  {violation.message.tr}\n  {violation.message.en}")
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
