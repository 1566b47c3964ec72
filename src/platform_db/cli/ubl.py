"""``platform-db invoice export`` and ``invoice import``: UBL-TR documents out and in."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platform_db.cli.documents import opened
from platform_db.cli.output import ExitCode, Json, error_document, error_text, print_json
from platform_db.errors import PlatformError, RuleViolation

if TYPE_CHECKING:
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.ubl import Finding, InvoiceDocument

__all__ = ["export_command", "import_command"]


def export_command(
    invoice: Annotated[int | None, typer.Argument(metavar="ID", help="The id of an issued invoice.")] = None,
    number: Annotated[str | None, typer.Option("--number", metavar="NUMBER", help="Its number instead.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write the document there; FILE must not exist.")
    ] = None,
    json: Json = False,
) -> None:
    """Write an issued invoice as an e-Fatura document (UBL-TR 1.2.1, unsigned), by default to standard output.

    What the document cannot hold is told as warnings, on standard error or with --json in the result.
    """
    if (invoice is None) == (number is None):
        message = "give either ID or --number"
        raise typer.BadParameter(message)
    from platform_db.ubl import write

    document = asyncio.run(_exported(invoice, number))
    xml = write(document)
    if output is not None:
        _store(output, xml)
    if json:
        print_json(_exported_json(document, xml, output))
        return
    if output is None:
        typer.echo(xml, nl=False)
    else:
        typer.echo(f"{document.number} {output}")
    for warning in document.warnings:
        typer.echo(_told(warning), err=True)


def import_command(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="e-Fatura documents, or - for standard input.")],
    draft: Annotated[bool, typer.Option("--draft", help="Store each as a draft, by the strict rules.")] = False,
    user: Annotated[
        str | None,
        typer.Option("--user", metavar="ID|EMAIL", help="Whose draft it is; by default the platform's own account's."),
    ] = None,
    json: Json = False,
) -> None:
    """Read e-Fatura documents (UBL-TR) and print each with its warnings; with --json one line for each file.

    Strict on structure. Failed checksums, versions of the past and amounts that do not follow from the others are
    warnings, nothing is put right. A received invoice is not stored; --draft makes a new one of your own from it.
    """
    if user is not None and not draft:
        message = "--user goes with --draft"
        raise typer.BadParameter(message)
    refused = False
    for file in files:
        try:
            _import(file, draft=draft, user=user, json=json)
        except RuleViolation as refusal:
            refused = True
            _refuse(file, refusal, json=json)
    if refused:
        raise typer.Exit(ExitCode.REFUSED)


async def _exported(invoice: int | None, number: str | None) -> InvoiceDocument:
    from platform_db.operations.connect import opened_database
    from platform_db.operations.ubl_documents import document_by_number, document_of

    async with opened_database() as database:
        if invoice is not None:
            return await database.run(lambda work: document_of(work, invoice))
        return await database.run(lambda work: document_by_number(work, number or ""))


def _store(output: Path, xml: bytes) -> None:
    try:
        with output.open("xb") as file:
            file.write(xml)
    except OSError as error:
        message = f"{output}: {error.strerror}"
        raise typer.BadParameter(message) from None


def _exported_json(document: InvoiceDocument, xml: bytes, output: Path | None) -> dict[str, object]:
    return {
        "number": document.number,
        "ettn": str(document.ettn),
        "file": None if output is None else str(output),
        "xml": xml.decode() if output is None else None,
        "warnings": [warning.as_json() for warning in document.warnings],
    }


def _import(file: str, *, draft: bool, user: str | None, json: bool) -> None:
    from platform_db.ubl import read

    with opened(file) as source:
        document = read(source)
    # Judged before a server is asked, or started.
    stored = asyncio.run(_drafted(document, user)) if draft else None
    if json:
        print_json(_imported_json(file, document, stored))
        return
    from platform_db.cli.ubl_table import print_document

    print_document(document)
    for warning in document.warnings:
        typer.echo(_told(warning).encode())
    if stored is not None:
        typer.echo(f"Draft {stored.id}")


async def _drafted(document: InvoiceDocument, user: str | None) -> Invoice:
    from platform_db.operations.connect import opened_database
    from platform_db.operations.ubl_documents import draft_from

    document.to_draft()
    async with opened_database() as database:
        return await database.run(lambda work: draft_from(work, document, user))


def _imported_json(file: str, document: InvoiceDocument, stored: Invoice | None) -> dict[str, object]:
    from platform_db.ubl.json_form import as_json

    return {
        "file": file,
        "number": document.number,
        "ettn": str(document.ettn),
        "document": as_json(document.content),
        "warnings": [warning.as_json() for warning in document.warnings],
        "draft": None if stored is None else {"id": stored.id, "user_id": stored.user_id, "ettn": str(stored.ettn)},
    }


def _refuse(file: str, refusal: PlatformError, *, json: bool) -> None:
    if json:
        print_json({"file": file, **error_document(refusal)})
    else:
        typer.echo(f"{file}\n{error_text(refusal)}", err=True)


def _told(warning: Finding) -> str:
    figures = f": {warning.written:f}, {warning.expected:f}?" if warning.expected is not None else ""
    return f"{warning.rule} ({warning.field}){figures}\n  {warning.message.tr}\n  {warning.message.en}"
