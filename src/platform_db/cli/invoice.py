"""``platform-db invoice``: documents in, figures out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from platform_db.cli.documents import LARGEST, STANDARD_INPUT, opened, whole
from platform_db.cli.invoice_columns import calculate_columns
from platform_db.cli.issue import issue_command
from platform_db.cli.output import ExitCode, Json, error_document, error_text, exit_codes, print_json
from platform_db.cli.print_invoice import print_command
from platform_db.cli.ubl import export_command, import_command
from platform_db.domain.invoices.calculation import Calculation, calculate, parse_document, read_json
from platform_db.errors import RuleViolation

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Invoices: calculate a document without a database, issue it, write and read it as e-Fatura.",
    epilog=exit_codes("0 done", "2 refused, nothing is stored"),
)

app.command("issue", epilog=exit_codes("0 issued", "2 refused, nothing is stored"))(issue_command)
app.command("print", epilog=exit_codes("0 printed", "2 refused: there is no such invoice"))(print_command)
app.command("export", epilog=exit_codes("0 written", "2 refused, nothing is written"))(export_command)
app.command("import", epilog=exit_codes("0 read", "2 at least one file was refused"))(import_command)


@app.command("calculate", epilog=exit_codes("0 calculated", "2 refused (with --lines, --parquet: at least one)"))
def calculate_command(  # noqa: PLR0913, PLR0917 - a command's options
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE|-", help="A JSON document, or - for standard input (the default of --lines)."),
    ] = None,
    lines: Annotated[
        bool, typer.Option("--lines", help="JSON Lines: one document a line in, one result a line out, same order.")
    ] = False,
    parquet: Annotated[
        bool, typer.Option("--parquet", help="FILE is Parquet: one line of an invoice a row, sorted by invoice_id.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="OUT", help="With --parquet: the Parquet file to write.")
    ] = None,
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
    if parquet and (lines or table):
        message = "--parquet goes with neither --lines nor --table"
        raise typer.BadParameter(message)
    if output is not None and not parquet:
        message = "--output goes with --parquet"
        raise typer.BadParameter(message)
    if parquet:
        refused = calculate_columns(file or STANDARD_INPUT, output)
    else:
        with opened(file or STANDARD_INPUT) as source:
            if lines:
                refused = _stream(source)
            elif table or (file != STANDARD_INPUT and sys.stdout.isatty() and not json):
                refused = _show(source)
            else:
                refused = _answer(source.read(LARGEST + 1))
    if refused:
        raise typer.Exit(ExitCode.REFUSED)


def _calculated(text: bytes) -> Calculation:
    return calculate(parse_document(read_json(whole(text))))


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
        calculation = _calculated(source.read(LARGEST + 1))
    except RuleViolation as refusal:
        typer.echo(error_text(refusal), err=True)
        return True
    print_calculation(calculation)
    return False


def _stream(source: BinaryIO) -> bool:
    """Answer line by line, holding one at a time; true when any was refused."""
    refused = False
    while text := source.readline(LARGEST + 1):
        refused = _answer(text) or refused
        while len(text) > LARGEST and not text.endswith(b"\n"):
            text = source.readline(LARGEST + 1)
    return refused
