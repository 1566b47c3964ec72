"""``platform-db monitor``: shows what works, waits, grows and lies idle, and mends broken indexes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from platform_db.cli import monitor_tables as tables
from platform_db.cli.output import Json, print_json
from platform_db.errors import RuleViolation, UsageError
from platform_db.operations import monitoring
from platform_db.operations.connect import located, opened_database

if TYPE_CHECKING:
    from platform_db.operations.monitoring import Check, Measurement, Overview, Refresh, Repair, Violations

__all__ = ["monitor"]

_SINCE: Final = "24h"


class Condition(IntEnum):
    """What ``monitor`` exits with."""

    FINE = 0
    NEEDS_ATTENTION = 1


def monitor(  # noqa: PLR0913 - one parameter an option
    *,
    refresh: Annotated[bool, typer.Option("--refresh", help="Compute the summary anew; its readers go on.")] = False,
    baseline: Annotated[
        bool, typer.Option("--baseline", help="Measure times, ratios and sizes, and store them as a baseline.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Measure again, and compare with the newest baseline of each figure.")
    ] = False,
    violations: Annotated[
        bool, typer.Option("--violations", help="Count the writes that were refused, by rule.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="T",
            help=f"With --violations: 30m, 24h, 7d, a day or an ISO instant; {_SINCE} unless told.",
        ),
    ] = None,
    repair_indexes: Annotated[
        bool,
        typer.Option("--repair-indexes", help="Rebuild invalid and mostly empty indexes, one at a time, concurrently."),
    ] = False,
    json: Json = False,
) -> None:
    """Show the summary, sizes, index use, bloat (an estimate), long transactions, lock waits, connections and replicas.

    It only reads, in short transactions, and waits for no lock. What this login may not see is told to be unknown: a
    member of platform_auditor and pg_monitor sees everything. The options do something else instead, one at a time.

    Exit codes: 0 fine; 1 something needs attention: an invalid index, a session that has waited a second for a lock,
    with --check a figure that is worse, with --repair-indexes an index that is broken still; 64 wrong usage; 70
    failure.
    """
    chosen = [
        name
        for name, given in (
            ("--refresh", refresh),
            ("--baseline", baseline),
            ("--check", check),
            ("--violations", violations),
            ("--repair-indexes", repair_indexes),
        )
        if given
    ]
    if len(chosen) > 1:
        message = f"{' and '.join(chosen)} exclude each other: give one"
        raise typer.BadParameter(message)
    if since is not None and not violations:
        message = "--since goes with --violations"
        raise typer.BadParameter(message)
    if refresh:
        code = _refresh(as_json=json)
    elif baseline:
        code = _baseline(as_json=json)
    elif check:
        code = _check(as_json=json)
    elif violations:
        code = _violations(since or _SINCE, as_json=json)
    elif repair_indexes:
        code = _repair(as_json=json)
    else:
        code = _overview(as_json=json)
    raise typer.Exit(code)


async def _session_url() -> str:
    target = await located()
    target.demand_session()
    return target.url


def _overview(*, as_json: bool) -> Condition:
    async def run() -> Overview:
        return await monitoring.observe(await _session_url())

    found = asyncio.run(run())
    if as_json:
        print_json(found.as_json())
    else:
        tables.print_overview(found)
    return Condition.NEEDS_ATTENTION if any(found.needs_attention()) else Condition.FINE


def _refresh(*, as_json: bool) -> Condition:
    async def run() -> Refresh:
        async with opened_database() as database:
            return await monitoring.refresh(database)

    outcome = asyncio.run(run())
    if as_json:
        print_json(outcome.as_json())
    elif outcome.refreshed:
        typer.echo(f"refreshed in {outcome.seconds:.2f} s, as of {outcome.refreshed_at:%Y-%m-%d %H:%M:%S} UTC")
    else:
        typer.echo(f"another refresh is at work; still as of {outcome.refreshed_at:%Y-%m-%d %H:%M:%S} UTC")
    return Condition.FINE


def _baseline(*, as_json: bool) -> Condition:
    async def run() -> tuple[Measurement, ...]:
        async with opened_database() as database:
            measured = await monitoring.measure(database)
            await monitoring.store(database, measured)
            return measured

    measured = asyncio.run(run())
    if as_json:
        print_json({"stored": [each.as_json() for each in measured]})
    else:
        tables.print_measurements(measured)
    return Condition.FINE


def _check(*, as_json: bool) -> Condition:
    async def run() -> Check:
        async with opened_database() as database:
            return await monitoring.check(database)

    outcome = asyncio.run(run())
    if as_json:
        print_json(outcome.as_json())
    else:
        tables.print_check(outcome)
    return Condition.NEEDS_ATTENTION if outcome.worse else Condition.FINE


def _violations(since: str, *, as_json: bool) -> Condition:
    async def run() -> Violations:
        moment = monitoring.moment(since, datetime.now(UTC))
        async with opened_database() as database:
            return await monitoring.violations(database, moment)

    try:
        found = asyncio.run(run())
    except (RuleViolation, UsageError) as error:
        raise typer.BadParameter(error.message) from None
    if as_json:
        print_json(found.as_json())
    else:
        tables.print_violations(found)
    return Condition.FINE


def _repair(*, as_json: bool) -> Condition:
    async def run() -> Repair:
        return await monitoring.repair_indexes(await _session_url())

    outcome = asyncio.run(run())
    if as_json:
        print_json(outcome.as_json())
    else:
        tables.print_repair(outcome)
    return Condition.NEEDS_ATTENTION if outcome.failed else Condition.FINE
