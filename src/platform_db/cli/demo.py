"""``platform-db demo``: the main job on real input, then attempts to break it."""

from __future__ import annotations

import asyncio
from enum import IntEnum
from typing import TYPE_CHECKING, Annotated

import typer

from platform_db.cli.output import Json, print_json

if TYPE_CHECKING:
    from platform_db.operations.demo import Narrator

__all__ = ["demo"]


class Proof(IntEnum):
    """What ``demo`` exits with."""

    WHOLE = 0
    BROKEN = 1


def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the database made for this run, and print its address.")
    ] = False,
    json: Json = False,
) -> None:
    """Issue published invoices, compare every figure, pay one, then attack the database by raw SQL.

    Without PLATFORM_DB_URL it works on the embedded server, in a database made for this run and dropped at the end
    (unless --keep), so nothing of yours is touched. With PLATFORM_DB_URL set it migrates that database and issues into
    it, for a user and in a series of its own; what it issued stays there. It does not run in production. Each attack is
    rolled back, whatever the server answered.

    Exit codes: 0 every published figure is met, every attack is refused under the name the domain gives, and the audit
    log verifies; 1 not so; 64 wrong usage; 70 failure.
    """
    from platform_db.operations.demo import run_demo

    narrator = _narrator(as_json=json)
    report = asyncio.run(run_demo(narrator, keep=keep))
    if json:
        print_json(report.summary())
    else:
        from platform_db.cli.demo_table import print_summary

        print_summary(report)
    raise typer.Exit(Proof.WHOLE if report.succeeded else Proof.BROKEN)


def _narrator(*, as_json: bool) -> Narrator:
    if as_json:
        from platform_db.cli.demo_lines import Lines

        return Lines()
    from platform_db.cli.demo_table import Tables

    return Tables()
