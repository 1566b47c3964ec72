"""The sums of an invoice, in the order in which a reader adds them up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_db.domain.formatting import money_text, percent_text
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.law.rates import KDV_CODE
from platform_db.domain.money import Currency, in_try
from platform_db.printing.labels import tax_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_db.domain.invoices.document import InvoiceDocument

__all__ = ["total_rows"]


def total_rows(document: InvoiceDocument) -> Iterator[tuple[str, str]]:
    """Labels and amounts: gross, discounts, net, taxes by rate, withholding, payable; in TRY too where it is another.

    "Mal Hizmet Toplam Tutarı" is the sum of the lines' own column, as in the QR code; discounts and
    charges of lines stand before it, those of the document after it, each only where there is one.
    """
    currency = document.invoice.currency
    for label, cents in (*_before_taxes(document), *_taxes(document), *_after_taxes(document)):
        yield label, money_text(cents, currency)
    if currency is not Currency.TRY:
        for label, cents in _in_lira(document.invoice):
            yield f"{label} (TL)", money_text(cents)


def _before_taxes(document: InvoiceDocument) -> Iterator[tuple[str, int]]:
    invoice, lines = document.invoice, document.lines
    discounts = sum(line.discount_cents for line in lines)
    charges = sum(line.charge_cents for line in lines)
    if discounts or charges:
        yield "Brüt Tutar", invoice.gross_cents
    yield from _present(("Toplam Satır İskontosu", discounts), ("Toplam Satır Artırımı", charges))
    yield "Mal Hizmet Toplam Tutarı", sum(line.net_cents for line in lines)
    of_document = (invoice.document_allowance_cents, invoice.document_charge_cents)
    yield from _present(("Belge İskontosu", of_document[0]), ("Belge Artırımı", of_document[1]))
    if any(of_document):
        yield "Vergiler Hariç Toplam Tutar", invoice.tax_exclusive_cents


def _taxes(document: InvoiceDocument) -> Iterator[tuple[str, int]]:
    for row in document.tax_subtotals:
        rate = "" if row.rate is None else f" ({percent_text(row.rate)})"
        if row.tax_code == KDV_CODE:
            yield f"KDV Matrahı{rate}", row.base_cents
            yield f"Hesaplanan KDV{rate}", row.amount_cents
        else:
            yield f"Hesaplanan {tax_name(row.tax_code)}{rate}", row.amount_cents


def _after_taxes(document: InvoiceDocument) -> Iterator[tuple[str, int]]:
    invoice = document.invoice
    yield "Vergiler Dahil Toplam Tutar", invoice.tax_inclusive_cents
    if document.withholdings:
        withheld = [line for line in document.lines if line.withheld_cents]
        yield "Tevkifata Tabi İşlem Tutarı", sum(line.kdv_base_cents for line in withheld)
        yield "Tevkifata Tabi İşlem Üzerinden Hes. KDV", sum(row.base_cents for row in document.withholdings)
    for row in document.withholdings:
        yield f"Hesaplanan KDV Tevkifatı ({row.code}, {percent_text(row.percent)})", row.amount_cents
    yield from _present(("Tahsil Edilmeyen KDV (ihraç kayıtlı)", invoice.deferred_kdv_cents))
    yield "Ödenecek Tutar", invoice.payable_cents


def _in_lira(invoice: Invoice) -> Iterator[tuple[str, int]]:
    for label, cents in (
        ("Vergiler Hariç Toplam Tutar", invoice.tax_exclusive_cents),
        ("Hesaplanan KDV", invoice.kdv_cents),
    ):
        yield label, in_try(cents, invoice.exchange_rate, Invoice.entity)
    yield "Ödenecek Tutar", invoice.payable_try_cents


def _present(*rows: tuple[str, int]) -> Iterator[tuple[str, int]]:
    return (row for row in rows if row[1])
