"""What stands on the paper, as text: everything decided, nothing drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from platform_db.domain.formatting import (
    day_text,
    decimal_text,
    iban_text,
    money_text,
    percent_text,
    phone_text,
)
from platform_db.domain.instants import ISTANBUL, istanbul_day
from platform_db.domain.invoices.codes import CUSTOMIZATION, InvoiceStatus
from platform_db.domain.invoices.words import amount_in_words
from platform_db.domain.law import exemptions, withholding
from platform_db.domain.money import Currency
from platform_db.printing.karekod import karekod_text
from platform_db.printing.labels import DOCUMENT_DATA, country_name, heading
from platform_db.printing.lines import Column, LineCells, columns, is_crowded, line_rows, on_paper
from platform_db.printing.totals import total_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from platform_db.domain.invoices.document import InvoiceDocument
    from platform_db.domain.invoices.invoice import Invoice

__all__ = ["Party", "Returned", "Sheet", "sheet_of"]

_HOME: Final = "TR"

Row = tuple[str, str]
"""A label and its value."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The invoice that a return returns."""

    number: str
    issue_date: date


@dataclass(frozen=True, slots=True)
class Party:
    """Title, and what stands below it, line by line."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The texts of one printed invoice; all of them plain, none of them HTML."""

    heading: str
    number: str | None
    stamp: str | None
    issuer: Party
    customer: Party
    meta: tuple[Row, ...]
    ettn: str
    columns: tuple[Column, ...]
    lines: tuple[LineCells, ...]
    crowded: bool
    """Whether amounts must break to fit beside each other."""
    totals: tuple[Row, ...]
    words: str
    notes: tuple[Row, ...]
    free_note: tuple[str, ...]
    karekod: str | None


def sheet_of(document: InvoiceDocument, returned: Returned | None = None) -> Sheet:
    """Write the texts of an invoice; ``returned`` is the stored invoice it returns, if it does.

    A draft is stamped TASLAK and has no QR code; a cancelled invoice is stamped İPTAL.
    """
    invoice = document.invoice
    chosen = columns(document)
    rows = line_rows(document, chosen)
    return Sheet(
        heading=heading(invoice.profile),
        number=invoice.number,
        stamp=_stamp(invoice.status),
        issuer=_issuer(invoice),
        customer=_customer(invoice),
        meta=tuple(_meta(invoice, returned)),
        ettn=str(invoice.ettn),
        columns=chosen,
        lines=rows,
        crowded=is_crowded(chosen, rows),
        totals=tuple(total_rows(document)),
        words=amount_in_words(invoice.payable_cents, invoice.currency),
        notes=tuple(_notes(document)),
        free_note=tuple(map(on_paper, (invoice.note or "").splitlines())),
        karekod=karekod_text(document),
    )


def _stamp(status: InvoiceStatus) -> str | None:
    return {InvoiceStatus.DRAFT: "TASLAK", InvoiceStatus.CANCELLED: "İPTAL"}.get(status)


def _issuer(invoice: Invoice) -> Party:
    return Party(
        on_paper(invoice.issuer_title),
        (
            on_paper(invoice.issuer_address),
            on_paper(f"{invoice.issuer_district} / {invoice.issuer_city}"),
            on_paper(f"Vergi Dairesi: {invoice.issuer_tax_office}"),
            f"{invoice.issuer_tax_number_kind.upper()}: {invoice.issuer_tax_number}",
        ),
    )


def _customer(invoice: Invoice) -> Party:
    country = invoice.customer_country_code
    place = f"{invoice.customer_district} / {invoice.customer_city}"
    lines = [on_paper(invoice.customer_address), on_paper(place)]
    if country != _HOME:
        lines.append(country_name(country))
    if invoice.customer_email is not None:
        lines.append(on_paper(f"E-Posta: {invoice.customer_email}"))
    if invoice.customer_phone is not None:
        lines.append(f"Tel: {phone_text(invoice.customer_phone)}")
    if invoice.customer_tax_office is not None:
        lines.append(on_paper(f"Vergi Dairesi: {invoice.customer_tax_office}"))
    if invoice.customer_tax_number is not None and invoice.customer_tax_number_kind is not None:
        lines.append(f"{invoice.customer_tax_number_kind.upper()}: {invoice.customer_tax_number}")
    return Party(on_paper(invoice.customer_title), tuple(lines))


def _meta(invoice: Invoice, returned: Returned | None) -> Iterator[Row]:
    yield "Özelleştirme No", CUSTOMIZATION
    yield "Senaryo", invoice.profile.value
    yield "Fatura Tipi", invoice.type_code.value
    yield "Fatura No", invoice.number or "—"
    yield "Fatura Tarihi", day_text(invoice.issue_date)
    if invoice.issued_at is not None and istanbul_day(invoice.issued_at) == invoice.issue_date:
        yield "Düzenleme Saati", f"{invoice.issued_at.astimezone(ISTANBUL):%H:%M}"
    dated = {"Vade Tarihi": invoice.due_date, "Teslim Tarihi": invoice.delivery_date}
    for label, day in dated.items():
        if day is not None:
            yield label, day_text(day)
    if invoice.despatch_number is not None:
        yield "İrsaliye No", on_paper(invoice.despatch_number)
    if invoice.despatch_date is not None:
        yield "İrsaliye Tarihi", day_text(invoice.despatch_date)
    number = invoice.return_of_number if returned is None else returned.number
    day = invoice.return_of_issue_date if returned is None else returned.issue_date
    if number is not None:
        yield "İade Edilen Fatura", on_paper(number)
    if day is not None:
        yield "İade Edilen Fatura Tarihi", day_text(day)
    for key, label in DOCUMENT_DATA.items():
        value = invoice.profile_data.get(key)
        if isinstance(value, str):
            yield label, on_paper(value)


def _notes(document: InvoiceDocument) -> Iterator[Row]:
    invoice = document.invoice
    for row in document.withholdings:
        of, withheld = (money_text(cents, invoice.currency) for cents in (row.base_cents, row.amount_cents))
        name = withholding.name(row.code) or ""
        yield (
            f"Tevkifat {row.code}",
            f"{name}; hesaplanan KDV {of}, oran {percent_text(row.percent)}, tevkifat {withheld}",
        )
    reasons = {line.exemption_code: line.exemption_reason for line in reversed(document.lines) if line.exemption_code}
    for code, reason in sorted(reasons.items()):
        official = exemptions.find(code)
        yield f"İstisna/Özel Durum {code}", on_paper(reason or (official and official.name) or "")
    if invoice.currency is not Currency.TRY and invoice.exchange_rate is not None:
        day = invoice.exchange_rate_date
        told = [invoice.exchange_rate_source or "", day_text(day) if day is not None else ""]
        source = ", ".join(filter(None, told))
        rate = f"1 {invoice.currency.value} = {decimal_text(invoice.exchange_rate)} TL"
        yield "Döviz Kuru", on_paper(f"{rate} ({source})" if source else rate)
    if invoice.payment_iban is not None:
        yield "IBAN", iban_text(invoice.payment_iban)
    if invoice.cancelled_at is not None:
        reason = f", {invoice.cancellation_reason}" if invoice.cancellation_reason else ""
        yield "İptal", on_paper(f"{day_text(istanbul_day(invoice.cancelled_at))}{reason}")
