"""``platform-db invoice print``: a stored invoice in, a printable page out."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from platform_db.cli.output import Json, print_json
from platform_db.domain.identity import IdentityError, invoice_number
from platform_db.errors import Message, NotFound, RuleViolation, Violation

if TYPE_CHECKING:
    from platform_db.domain.invoices.document import InvoiceDocument
    from platform_db.printing import Logo, Returned
    from platform_db.repositories.work import Work

__all__ = ["print_command"]

_UNKNOWN: Final = Message("Böyle bir fatura yok", "There is no such invoice")


def print_command(
    invoice_id: Annotated[int | None, typer.Argument(metavar="[ID]", help="The invoice's id, a draft's too.")] = None,
    number: Annotated[
        str | None,
        typer.Option("--number", metavar="NUMBER", help="The number of an issued invoice."),
    ] = None,
    logo: Annotated[
        Path | None, typer.Option("--logo", metavar="FILE", help="The issuer's logo: a PNG or JPEG of at most 1 MiB.")
    ] = None,
    json: Json = False,
) -> None:
    """Print an invoice as one page of HTML on standard output: Turkish, A4, with its QR code, loading nothing.

    A draft is stamped as one and has no QR code, a cancelled invoice is stamped too. With --json the page stands in the
    member `html`.
    """
    if (invoice_id is None) == (number is None):
        message = "give either an ID or --number"
        raise typer.BadParameter(message)
    if number is not None:
        _judge(number)
    picture = None if logo is None else _read(logo)
    document, returned = asyncio.run(_found(invoice_id, number))

    from platform_db.printing import invoice_html

    page = invoice_html(document, returned, picture)
    if json:
        print_json({"id": document.invoice.id, "number": document.invoice.number, "html": page})
    else:
        typer.echo(page.encode(), nl=False)


def _judge(number: str) -> None:
    try:
        invoice_number(number)
    except IdentityError as refused:
        raise RuleViolation(Violation(refused.rule, ("number",), refused.message, "invoices")) from None


def _read(file: Path) -> Logo:
    from platform_db.printing.logo import LARGEST_LOGO, Logo

    try:
        with file.open("rb") as source:
            return Logo.of(source.read(LARGEST_LOGO + 1))
    except OSError as error:
        message = f"{file}: {error.strerror}"
        raise typer.BadParameter(message) from None


async def _found(invoice_id: int | None, number: str | None) -> tuple[InvoiceDocument, Returned | None]:
    from platform_db.operations.connect import opened_database

    async with opened_database() as database, database.unit_of_work() as work:
        try:
            return await _document(work, invoice_id, number)
        except NotFound:
            field = "id" if number is None else "number"
            raise RuleViolation(Violation("invoice_known", (field,), _UNKNOWN, "invoices")) from None


async def _document(work: Work, invoice_id: int | None, number: str | None) -> tuple[InvoiceDocument, Returned | None]:
    from platform_db.database.identity import LARGEST_ID
    from platform_db.printing import Returned

    if number is not None:
        invoice_id = (await work.invoices.by_number(number)).id
    if invoice_id is None or not 0 < invoice_id <= LARGEST_ID:
        message = "no row has such an id"
        raise NotFound(message, entity="invoices")
    document = await work.invoices.document(invoice_id)
    sale_id = document.invoice.return_of_invoice_id
    if sale_id is None:
        return document, None
    sale = await work.invoices.get(sale_id)
    return document, None if sale.number is None else Returned(sale.number, sale.issue_date)
