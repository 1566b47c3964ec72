"""``platform-db health``: says whether the database is fit for work."""

from __future__ import annotations

import asyncio
from enum import IntEnum

import typer

from platform_db.cli.output import Json, print_json
from platform_db.operations.health import HealthReport, check_health
from platform_db.operations.server import EmbeddedServer
from platform_db.settings import Settings

__all__ = ["health"]


class Fitness(IntEnum):
    """What ``health`` exits with."""

    HEALTHY = 0
    NEEDS_ATTENTION = 1
    UNREACHABLE = 3


def health(json: Json = False) -> None:
    """Ask schema, roles, audit chains, partitions and the server's settings whether they are fit; nothing is started.

    A setting that could be better is advice, with the value found beside the one advised; it is no fault.

    Exit codes: 0 healthy; 1 something needs attention; 3 the server cannot be reached; 64 wrong usage; 70 failure.
    """
    report = _report()
    if json:
        print_json(report.as_json())
    elif not report.reachable:
        typer.echo(f"not reachable: {report.detail}")
    else:
        typer.echo(f"PostgreSQL {report.server_version}, answered in {1000 * (report.seconds or 0):.0f} ms")
        for check in report.checks:
            typer.echo(f"{check.state:8} {check.name}: {check.detail}")
    if not report.reachable:
        raise typer.Exit(Fitness.UNREACHABLE)
    raise typer.Exit(Fitness.HEALTHY if report.healthy else Fitness.NEEDS_ATTENTION)


def _report() -> HealthReport:
    settings = Settings.load()
    if settings.url is not None:
        return asyncio.run(check_health(settings.url.get_secret_value()))
    server = EmbeddedServer()
    if not server.status().running:
        detail = "the embedded server does not run; start it with `platform-db server start`"
        return HealthReport(reachable=False, detail=detail, server_version=None, seconds=None, checks=())
    return asyncio.run(check_health(server.url()))
