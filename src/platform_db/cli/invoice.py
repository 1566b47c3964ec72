"""``platform-db invoice``: documents in, figures out."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from platform_db.cli.output import ExitCode, Json, error_document, error_text, print_json
from platform_db.domain.invoices.calculation import Calculation, calculate, parse_document, read_json
from platform_db.domain.invoices.calculation.refusals import DOCUMENT_SIZE
from platform_db.errors import RuleViolation

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Invoices: calculate a document without a database.")

_STANDARD_INPUT = "-"
_LARGEST_DOCUMENT = 16 * 2**20
"""Bytes of one document; a longer one is refused before it is held in memory."""


@app.callback()
def _invoice() -> None:
    """Make a single command a subcommand too."""


@app.command(
    "calculate",
    epilog="Exit codes: 0 calculated; 2 refused (with --lines: at least one line); 64 wrong usage; 70 failure.",
)
def calculate_command(
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE|-", help="A JSON document, or - for standard input (the default of --lines)."),
    ] = None,
    lines: Annotated[
        bool, typer.Option("--lines", help="JSON Lines: one document a line in, one result a line out, same order.")
    ] = False,
    table: Annotated[bool, typer.Option("--table", help="Print tables, as a file does on a terminal.")] = False,
    json: Json = False,
) -> None:
    """Calculate an invoice: every figure to the kuruş, or every rule it breaks."""
    if table and (json or lines):
        message = "--table goes with neither --json nor --lines"
        raise typer.BadParameter(message)
    if file is None and not lines:
        message = "FILE is missing; - reads standard input"
        raise typer.BadParameter(message)
    with _opened(file or _STANDARD_INPUT) as source:
        if lines:
            refused = _stream(source)
        elif table or (file != _STANDARD_INPUT and sys.stdout.isatty() and not json):
            refused = _show(source)
        else:
            refused = _answer(source.read(_LARGEST_DOCUMENT + 1))
    if refused:
        raise typer.Exit(ExitCode.REFUSED)


@contextmanager
def _opened(file: str) -> Generator[BinaryIO]:
    if file == _STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        source = Path(file).open("rb")  # noqa: SIM115 - closed below, after the errors of opening are told apart
    except OSError as error:
        message = f"{file}: {error.strerror}"
        raise typer.BadParameter(message) from None
    with source:
        yield source


def _calculated(text: bytes) -> Calculation:
    if len(text) > _LARGEST_DOCUMENT:
        raise RuleViolation(DOCUMENT_SIZE.at())
    return calculate(parse_document(read_json(text)))


def _answer(text: bytes) -> bool:
    """Print one document's result as JSON; true when it was refused."""
    try:
        result = _calculated(text).as_json()
    except RuleViolation as refusal:
        print_json(error_document(refusal))
        return True
    print_json(result)
    return False


def _show(source: BinaryIO) -> bool:
    """Print one document's result for a person; true when it was refused."""
    from platform_db.cli.invoice_table import print_calculation

    try:
        calculation = _calculated(source.read(_LARGEST_DOCUMENT + 1))
    except RuleViolation as refusal:
        typer.echo(error_text(refusal), err=True)
        return True
    print_calculation(calculation)
    return False


def _stream(source: BinaryIO) -> bool:
    """Answer line by line, holding one at a time; true when any was refused."""
    refused = False
    while text := source.readline(_LARGEST_DOCUMENT + 1):
        refused = _answer(text) or refused
        while len(text) > _LARGEST_DOCUMENT and not text.endswith(b"\n"):
            text = source.readline(_LARGEST_DOCUMENT + 1)
    return refused
