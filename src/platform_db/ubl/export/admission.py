"""What GİB's rules ask of a document beyond what an issued invoice keeps: told before anything is written.

Source: UBL-TR schematron, rule sets of 2026-03-12 and 2026-07-01.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.domain.invoices.codes import RETURN_TYPES, InvoiceProfile, InvoiceStatus, InvoiceTypeCode
from platform_db.domain.invoices.completeness import incomplete_header, incomplete_items
from platform_db.domain.invoices.party_rules import ANONYMISED
from platform_db.domain.law.exemptions import OUTSIDE_RATE_CONTROL
from platform_db.domain.law.profiles import is_investment_incentive
from platform_db.errors import RuleViolation
from platform_db.ubl import refusals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_db.domain.invoices.document import InvoiceDocument
    from platform_db.errors import Violation

__all__ = ["admitted"]

_T = InvoiceTypeCode

_WITHHELD_CONSUMPTION_TAX: Final = "4171"
_WITHHELD_CONSUMPTION_TYPES: Final = (_T.TEVKIFAT, _T.IADE, _T.SGK, _T.YTBIADE)
_NOT_WITH_555: Final = (_T.ISTISNA, _T.IHRACKAYITLI)
_EXEMPT: Final = (_T.ISTISNA, _T.YTBISTISNA)
_TAXED_CLASSES: Final = frozenset({"03", "04"})
"""Investment in services and land: KDV shows on every line, of a return too."""


def admitted(stored: InvoiceDocument) -> str:
    """The number of an invoice of which GİB's rules admit a document.

    Raises
    ------
    RuleViolation
        With everything that they would refuse; ``fields`` are dotted paths of the invoice.
    """
    found = tuple(_broken(stored))
    number = stored.invoice.number
    if found or number is None:
        raise RuleViolation(*(found or (refusals.ISSUED.at("number"),)))
    return number


def _broken(stored: InvoiceDocument) -> Iterator[Violation]:
    invoice = stored.invoice
    if invoice.status is InvoiceStatus.DRAFT:
        yield refusals.ISSUED.at("number")
    if ANONYMISED in {invoice.issuer_tax_number, invoice.customer_tax_number}:
        yield refusals.ANONYMISED.at("issuer.tax_number", "customer.tax_number")
    if invoice.customer_tax_number is None and invoice.profile is not InvoiceProfile.IHRACAT:
        yield refusals.CUSTOMER_NUMBER.at("customer.tax_number")
    header = dict(invoice)
    yield from incomplete_header(header)
    codes = [line.exemption_code for line in stored.lines]
    yield from incomplete_items(header, [line.item_data for line in stored.lines], codes)
    if is_investment_incentive(invoice.profile, invoice.type_code):
        yield from _investment(stored)
    yield from _outside_rate_control(stored)
    listed = {row.tax_code for row in stored.tax_subtotals}
    if _WITHHELD_CONSUMPTION_TAX in listed and invoice.type_code not in _WITHHELD_CONSUMPTION_TYPES:
        yield refusals.CONSUMPTION_TAX_TYPE.at("type")


def _investment(stored: InvoiceDocument) -> Iterator[Violation]:
    invoice = stored.invoice
    if invoice.type_code in _EXEMPT:
        yield refusals.INVESTMENT_EXEMPT.at("type")
        return
    is_return = invoice.type_code in RETURN_TYPES
    for place, line in enumerate(stored.lines):
        shows_kdv = line.kdv_cents > 0
        if not shows_kdv and (not is_return or line.item_data.get("item_class") in _TAXED_CLASSES):
            yield refusals.INVESTMENT_KDV.at(f"lines.{place}.kdv_rate")


def _outside_rate_control(stored: InvoiceDocument) -> Iterator[Violation]:
    invoice = stored.invoice
    if all(line.exemption_code != OUTSIDE_RATE_CONTROL for line in stored.lines):
        return
    if invoice.type_code in _NOT_WITH_555 or is_investment_incentive(invoice.profile, invoice.type_code):
        yield refusals.RATE_CONTROL_TYPE.at("type")
    for place, line in enumerate(stored.lines):
        if not line.kdv_cents:
            yield refusals.RATE_CONTROL_KDV.at(f"lines.{place}.kdv_rate")
