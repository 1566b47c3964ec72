"""A UBL-TR invoice as a value: what the file says, and what a reader should know about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self
from uuid import UUID

from platform_db.errors import RuleViolation
from platform_db.ubl import refusals

if TYPE_CHECKING:
    from datetime import date

    from platform_db.domain.invoices.document import InvoiceDocument as StoredDocument
    from platform_db.domain.invoices.draft import InvoiceTerms
    from platform_db.domain.invoices.invoice import Invoice as StoredInvoice
    from platform_db.ubl.elements.invoice import Invoice, InvoiceLine
    from platform_db.ubl.elements.references import Party
    from platform_db.ubl.findings import Finding
    from platform_db.ubl.values import Amount

__all__ = ["InvoiceDocument"]

_ETTN: Final = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class InvoiceDocument:
    """An invoice in UBL-TR 1.2.1.

    ``content`` holds every element of the document, as written and in the order of the
    schema. ``warnings`` speak of the file that was read (or of what an invoice holds and a
    document cannot); they take no part in equality, so what is written and read again
    equals what was written.

    Raises
    ------
    RuleViolation
        When it is made: the ETTN is none (``ubl_ettn``).
    """

    content: Invoice
    warnings: tuple[Finding, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if not _ETTN.fullmatch(self.content.uuid.value):
            raise RuleViolation(refusals.ETTN.at("/Invoice/cbc:UUID"))

    @classmethod
    def of(cls, stored: StoredDocument, returned: StoredInvoice | None = None) -> Self:
        """The document of an issued invoice, unsigned.

        ``returned`` is the invoice that ``stored`` returns, where that one is stored too: a
        document names it by number and date. Keys of ``profile_data`` and ``item_data`` that
        UBL-TR has no place for are told as warnings.

        Raises
        ------
        RuleViolation
            It is no issued invoice, or lacks what GİB's rules ask for.
        """
        from platform_db.ubl.export import invoice_of

        return cls(*invoice_of(stored, returned))

    def to_draft(self) -> InvoiceTerms:
        """What a draft of this document says; ``.draft(user_id)`` makes it a user's.

        Strict: the rules of a new invoice hold, checksums and the law of the issue date
        included, and every amount that is calculated must be the one that is written. The
        draft has no number and no ETTN of its own yet. What only informs (attachments, other
        references, contacts of the issuer) stays behind in the document.

        Raises
        ------
        RuleViolation
            A rule of the invoice is broken (dotted paths as in ``invoice issue``), a draft
            cannot carry what is written, or an amount differs (places in the document).
        """
        from platform_db.ubl.drafting import terms_of

        return terms_of(self.content)

    @property
    def number(self) -> str:
        """The invoice's number, as written."""
        return self.content.id.value

    @property
    def ettn(self) -> UUID:
        """The document's universal key."""
        return UUID(self.content.uuid.value)

    @property
    def issue_date(self) -> date:
        """The legal day of the invoice."""
        return self.content.issue_date.value

    @property
    def profile(self) -> str:
        """GİB's profile (``cbc:ProfileID``), as written."""
        return self.content.profile_id.value

    @property
    def type_code(self) -> str:
        """GİB's invoice type, as written."""
        return self.content.invoice_type_code.value

    @property
    def currency(self) -> str:
        """The document's currency, as written."""
        return self.content.document_currency_code.value

    @property
    def issuer(self) -> Party:
        """Who issues the invoice (düzenleyen), as written."""
        return self.content.accounting_supplier_party.party

    @property
    def customer(self) -> Party:
        """Who receives the invoice (alıcı), as written; of an export, the customs."""
        return self.content.accounting_customer_party.party

    @property
    def lines(self) -> tuple[InvoiceLine, ...]:
        """The lines in the document's order."""
        return self.content.invoice_line

    @property
    def payable(self) -> Amount:
        """What is to be paid, in whole units of the currency."""
        return self.content.legal_monetary_total.payable_amount
