"""``platform-db verify``: says whether the live database is what the models say."""

from __future__ import annotations

import asyncio
from enum import IntEnum, StrEnum
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platform_db.cli.output import Json, print_json
from platform_db.errors import UsageError
from platform_db.operations.connect import located
from platform_db.operations.reports import demand_writable, write_whole
from platform_db.operations.verify import Verification
from platform_db.operations.verify import verify as verified

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["verify"]


class Equality(IntEnum):
    """What ``verify`` exits with."""

    EQUAL = 0
    DIFFERENT = 1


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


def verify(
    form: Annotated[Format | None, typer.Option("--format", help="How to write the report; text unless said.")] = None,
    output: Annotated[Path | None, typer.Option("--output", dir_okay=False, help="Write it to this file.")] = None,
    json: Json = False,
) -> None:
    """Compare the live database with the models, object by object, by definition; nothing is changed.

    The login needs CREATEDB: the models are built in a scratch database beside it, which is dropped again.

    Exit codes: 0 equal; 1 something differs; 64 wrong usage; 70 failure.
    """
    if json and form not in {None, Format.JSON}:
        message = "--json does not go with another --format"
        raise typer.BadParameter(message)
    written = Format.JSON if json else form or Format.TEXT
    if output is not None:
        _usage(lambda: demand_writable(output))
    report = asyncio.run(_report())
    if output is not None:
        _usage(lambda: write_whole(_text(report, written), output))
        if json:
            print_json({"output": str(output), "equal": report.equal, "verdict": report.verdict})
        else:
            typer.echo(report.verdict, err=written is Format.JSON)
    elif written is Format.JSON:
        print_json(report.as_json())
    else:
        typer.echo(_text(report, written).encode(), nl=False)
    raise typer.Exit(Equality.EQUAL if report.equal else Equality.DIFFERENT)


def _usage(work: Callable[[], None]) -> None:
    try:
        work()
    except UsageError as error:
        raise typer.BadParameter(error.message) from None


async def _report() -> Verification:
    target = await located()
    target.demand_session()
    return await verified(target.url)


def _text(report: Verification, written: Format) -> str:
    if written is Format.HTML:
        return report.as_page()
    if written is Format.JSON:
        return dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n"
    return report.as_text() + "\n"
