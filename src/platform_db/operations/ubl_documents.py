"""Between stored invoices and UBL-TR documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.database.identity import LARGEST_ID
from platform_db.errors import Message, NotFound, RuleViolation, Violation
from platform_db.operations.issuing import owner_of
from platform_db.ubl import InvoiceDocument

if TYPE_CHECKING:
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.repositories.work import Work

__all__ = ["document_by_number", "document_of", "draft_from"]

_INVOICE_KNOWN: Final = Violation(
    rule="invoice_known",
    fields=("invoice",),
    message=Message("Böyle bir fatura yok", "There is no such invoice"),
)


async def document_of(work: Work, invoice_id: int) -> InvoiceDocument:
    """The document of an issued invoice; of a return, with the invoice it returns.

    Raises
    ------
    RuleViolation
        There is no such invoice, or GİB's rules admit no document of it.
    """
    try:
        if not 0 < invoice_id <= LARGEST_ID:
            raise RuleViolation(_INVOICE_KNOWN)
        stored = await work.invoices.document(invoice_id)
    except NotFound:
        raise RuleViolation(_INVOICE_KNOWN) from None
    original = stored.invoice.return_of_invoice_id
    return InvoiceDocument.of(stored, None if original is None else await work.invoices.get(original))


async def document_by_number(work: Work, number: str) -> InvoiceDocument:
    """The same by the invoice's number.

    Raises
    ------
    RuleViolation
        As :func:`document_of`.
    """
    try:
        invoice = await work.invoices.by_number(number)
    except NotFound:
        raise RuleViolation(_INVOICE_KNOWN) from None
    return await document_of(work, invoice.id)


async def draft_from(work: Work, document: InvoiceDocument, user: str | None) -> Invoice:
    """Store what a document says as a draft of ``user`` (an id, an e-mail address, or None for the platform's own).

    Raises
    ------
    RuleViolation
        The rules of a new invoice refuse it, a figure differs from the document's, or there
        is no such user.
    """
    terms = document.to_draft()
    owner = await owner_of(work, user)
    return await work.invoices.draft(terms.draft(owner.id))
