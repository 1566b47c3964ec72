"""``platform-db invoice issue``: a document in, an issued invoice out, or nothing stored."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from platform_db.cli.documents import LARGEST, opened, whole
from platform_db.cli.output import Json, print_json

if TYPE_CHECKING:
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.domain.invoices.issue_document import IssueDocument

__all__ = ["issue_command"]


def issue_command(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="A JSON document, or - for standard input.")],
    user: Annotated[
        str | None,
        typer.Option(
            "--user", metavar="ID|EMAIL", help="Whose invoice it is; by default the platform's own account's."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Issue an invoice: calculate it, store it, give it the next number of its series. All of it, or nothing.

    The document is that of `invoice calculate` with series, issuer, customer and what its profile asks for. The series
    is opened for the year of the issue date where it is missing. A database of PLATFORM_DB_URL must be migrated; the
    embedded one is migrated here.
    """
    # Loaded when it runs: `invoice calculate` needs neither a driver nor a server.
    from platform_db.domain.invoices.issue_document import parse_issue_document, read_issue_json

    with opened(file) as source:
        text = whole(source.read(LARGEST + 1))
    # Judged before a server is asked, or started.
    document = parse_issue_document(read_issue_json(text))
    invoice = asyncio.run(_issue(document, user))
    if json:
        print_json(_as_json(invoice, document))
    else:
        _show(invoice, document)


async def _issue(document: IssueDocument, user: str | None) -> Invoice:
    from platform_db.operations.connect import opened_database
    from platform_db.operations.issuing import issue_from

    async with opened_database() as database:
        return await database.run(lambda work: issue_from(work, document, user))


def _as_json(invoice: Invoice, document: IssueDocument) -> dict[str, object]:
    return {
        "number": invoice.number,
        "ettn": str(invoice.ettn),
        "id": invoice.id,
        "user_id": invoice.user_id,
        "status": invoice.status.value,
        "issue_date": invoice.issue_date.isoformat(),
        **document.calculation.as_json(),
    }


def _show(invoice: Invoice, document: IssueDocument) -> None:
    from platform_db.cli.invoice_table import print_calculation

    typer.echo(f"Issued {invoice.number} of {invoice.issue_date.isoformat()}, ETTN {invoice.ettn}")
    print_calculation(document.calculation)
