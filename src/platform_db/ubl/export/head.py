"""The document of an issued invoice: its head, and everything put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.domain.instants import ISTANBUL
from platform_db.domain.invoices.codes import CUSTOMIZATION, RETURN_TYPES, InvoiceProfile
from platform_db.domain.invoices.words import amount_in_words
from platform_db.domain.money import Currency
from platform_db.errors import Message, RuleViolation
from platform_db.ubl import keys, refusals, scheme_ids
from platform_db.ubl.elements.amounts import ExchangeRate, MonetaryTotal, PaymentMeans, PaymentTerms
from platform_db.ubl.elements.invoice import BillingReference, Invoice
from platform_db.ubl.elements.references import DocumentReference, FinancialAccount, Period
from platform_db.ubl.elements.transport import Delivery, DeliveryTerms, Shipment, ShipmentStage
from platform_db.ubl.export.admission import admitted
from platform_db.ubl.export.figures import amount, code, identifier, number, text
from platform_db.ubl.export.lines import allowance_charge, line_of
from platform_db.ubl.export.parties import (
    address,
    buyer_of,
    customer_of,
    intermediary_of,
    issuer_of,
    signature_of,
)
from platform_db.ubl.export.taxes import taxes_of_document, withheld_from_document
from platform_db.ubl.findings import Judgement
from platform_db.ubl.values import Date, Indicator, Time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_db.domain.invoices.document import InvoiceDocument
    from platform_db.domain.invoices.invoice import Invoice as StoredInvoice
    from platform_db.ubl.findings import Finding

__all__ = ["invoice_of"]

_UBL: Final = "2.1"
_TO_ACCOUNT: Final = "42"
"""Payment to a bank account (UN/CEFACT 4461)."""
_RETURNED: Final = "IADE"
_ONLY: Final = "1"

_DAY_ASSUMED: Final = Judgement(
    "ubl_day_assumed",
    Message(
        "Şemanın istediği gün bilinmiyor; faturanın günü yazıldı",
        "The day that the schema demands is not known; the invoice's is written",
    ),
)
_NO_PLACE: Final = Judgement(
    "ubl_no_place",
    Message("UBL-TR'de bu bilginin yeri yok", "UBL-TR has no place for this"),
)


def invoice_of(stored: InvoiceDocument, returned: StoredInvoice | None) -> tuple[Invoice, tuple[Finding, ...]]:
    """The document, and what of the invoice it does not hold.

    Raises
    ------
    RuleViolation
        See :meth:`platform_db.ubl.InvoiceDocument.of`.
    """
    return _document(stored, admitted(stored), returned), tuple(_to_know(stored))


def _document(stored: InvoiceDocument, invoice_number: str, returned: StoredInvoice | None) -> Invoice:
    invoice = stored.invoice
    cost = keys.text_at(invoice.profile_data, "accounting_cost")
    return Invoice(
        ubl_version_id=identifier(_UBL),
        customization_id=identifier(CUSTOMIZATION),
        profile_id=identifier(invoice.profile.value),
        id=identifier(invoice_number),
        copy_indicator=Indicator(value=False),
        uuid=identifier(str(invoice.ettn)),
        issue_date=Date(invoice.issue_date),
        issue_time=_time(invoice),
        invoice_type_code=code(invoice.type_code.value),
        note=tuple(map(text, _notes(invoice))),
        document_currency_code=code(invoice.currency.value),
        accounting_cost=None if cost is None else text(cost),
        line_count_numeric=number(len(stored.lines)),
        invoice_period=_period(invoice),
        billing_reference=_returned(invoice, returned),
        despatch_document_reference=_despatch(invoice),
        contract_document_reference=_certificate(invoice),
        additional_document_reference=_charging_report(invoice),
        signature=(signature_of(invoice),),
        accounting_supplier_party=issuer_of(invoice),
        accounting_customer_party=customer_of(invoice),
        buyer_customer_party=buyer_of(invoice),
        tax_representative_party=intermediary_of(invoice),
        delivery=_delivery(invoice),
        payment_means=_payment(invoice),
        payment_terms=None if invoice.due_date is None else PaymentTerms(payment_due_date=Date(invoice.due_date)),
        allowance_charge=(
            *allowance_charge(invoice.document_allowance_cents, invoice, is_charge=False),
            *allowance_charge(invoice.document_charge_cents, invoice, is_charge=True),
        ),
        pricing_exchange_rate=_exchange_rate(invoice),
        tax_total=(taxes_of_document(stored.lines, invoice),),
        withholding_tax_total=withheld_from_document(stored.withholdings, invoice),
        legal_monetary_total=_totals(stored),
        invoice_line=tuple(line_of(line, invoice) for line in stored.lines),
    )


def _time(invoice: StoredInvoice) -> Time | None:
    """When the number was given, where that was on the day the document bears."""
    if invoice.issued_at is None:
        return None
    there = invoice.issued_at.astimezone(ISTANBUL)
    return Time(there.strftime("%H:%M:%S")) if there.date() == invoice.issue_date else None


def _notes(invoice: StoredInvoice) -> Iterator[str]:
    """The payable amount in words (KDV communiqué 117 §3.4.2.1), and the invoice's own note."""
    yield amount_in_words(invoice.payable_cents, invoice.currency)
    if invoice.note is not None:
        yield invoice.note


def _returned(invoice: StoredInvoice, returned: StoredInvoice | None) -> tuple[BillingReference, ...]:
    if invoice.type_code not in RETURN_TYPES:
        return ()
    known = None if returned is None or returned.id != invoice.return_of_invoice_id else returned
    number_of, day = invoice.return_of_number, invoice.return_of_issue_date
    if known is not None:
        number_of, day = known.number, known.issue_date
    if number_of is None or day is None:
        raise RuleViolation(refusals.RETURNED_INVOICE.at("return_of_number", "return_of_issue_date"))
    reference = DocumentReference(id=identifier(number_of), issue_date=Date(day), document_type_code=code(_RETURNED))
    return (BillingReference(invoice_document_reference=reference),)


def _despatch(invoice: StoredInvoice) -> tuple[DocumentReference, ...]:
    if invoice.despatch_number is None or invoice.despatch_date is None:
        return ()
    return (DocumentReference(id=identifier(invoice.despatch_number), issue_date=Date(invoice.despatch_date)),)


def _certificate(invoice: StoredInvoice) -> tuple[DocumentReference, ...]:
    """The investment certificate; the schema demands a day, the invoice's where no other is known."""
    certificate = keys.text_at(invoice.profile_data, "ytb_no")
    if certificate is None:
        return ()
    day = keys.day_at(invoice.profile_data, "ytb_date") or Date(invoice.issue_date)
    return (DocumentReference(id=identifier(certificate, scheme_ids.INVESTMENT_CERTIFICATE), issue_date=day),)


def _charging_report(invoice: StoredInvoice) -> tuple[DocumentReference, ...]:
    """The charging station's report, of the day the charging ended where no other is known."""
    report = keys.text_at(invoice.profile_data, "esu_rapor_id")
    if report is None:
        return ()
    data = invoice.profile_data
    day = keys.day_at(data, "esu_rapor_date") or keys.day_at(data, "invoice_period.end_date")
    reference = identifier(report, scheme_ids.CHARGING_REPORT)
    return (DocumentReference(id=reference, issue_date=day or Date(invoice.issue_date)),)


def _period(invoice: StoredInvoice) -> Period | None:
    start, end = (keys.day_at(invoice.profile_data, f"invoice_period.{name}_date") for name in ("start", "end"))
    since, until = (keys.text_at(invoice.profile_data, f"invoice_period.{name}_time") for name in ("start", "end"))
    if start is None and end is None:
        return None
    return Period(
        start_date=start,
        start_time=None if since is None else Time(since),
        end_date=end,
        end_time=None if until is None else Time(until),
    )


def _delivery(invoice: StoredInvoice) -> tuple[Delivery, ...]:
    day = None if invoice.delivery_date is None else Date(invoice.delivery_date)
    data = invoice.profile_data
    if invoice.profile is not InvoiceProfile.IHRACAT:
        return () if day is None else (Delivery(actual_delivery_date=day),)
    street, district, city, country, terms, mode = (
        keys.text_at(data, path)
        for path in (
            "delivery.address",
            "delivery.district",
            "delivery.city",
            "delivery.country_code",
            "incoterms",
            "transport_mode",
        )
    )
    stage = ShipmentStage(transport_mode_code=None if mode is None else code(mode))
    return (
        Delivery(
            actual_delivery_date=day,
            delivery_address=address(street, district, city, country or invoice.customer_country_code),
            delivery_terms=() if terms is None else (DeliveryTerms(id=identifier(terms, scheme_ids.INCOTERMS)),),
            shipment=Shipment(id=identifier(_ONLY), shipment_stage=(stage,)),
        ),
    )


def _payment(invoice: StoredInvoice) -> tuple[PaymentMeans, ...]:
    if invoice.payment_iban is None:
        return ()
    account = FinancialAccount(id=identifier(invoice.payment_iban), currency_code=code(invoice.currency.value))
    return (PaymentMeans(payment_means_code=code(_TO_ACCOUNT), payee_financial_account=account),)


def _exchange_rate(invoice: StoredInvoice) -> ExchangeRate | None:
    if invoice.exchange_rate is None:
        return None
    return ExchangeRate(
        source_currency_code=code(invoice.currency.value),
        target_currency_code=code(Currency.TRY.value),
        calculation_rate=number(invoice.exchange_rate),
        date=None if invoice.exchange_rate_date is None else Date(invoice.exchange_rate_date),
    )


def _totals(stored: InvoiceDocument) -> MonetaryTotal:
    invoice, currency = stored.invoice, stored.invoice.currency
    allowance, charge = invoice.document_allowance_cents, invoice.document_charge_cents
    return MonetaryTotal(
        line_extension_amount=amount(sum(line.net_cents for line in stored.lines), currency),
        tax_exclusive_amount=amount(invoice.tax_exclusive_cents, currency),
        tax_inclusive_amount=amount(invoice.tax_inclusive_cents, currency),
        allowance_total_amount=amount(allowance, currency) if allowance else None,
        charge_total_amount=amount(charge, currency) if charge else None,
        payable_amount=amount(invoice.payable_cents, currency),
    )


def _to_know(stored: InvoiceDocument) -> Iterator[Finding]:
    for path, _ in keys.texts_of(stored.invoice.profile_data):
        if path not in keys.PROFILE_KEYS:
            yield _NO_PLACE.at(f"profile_data.{path}")
    for place, line in enumerate(stored.lines):
        for path, _ in keys.texts_of(line.item_data):
            if path not in keys.ITEM_KEYS:
                yield _NO_PLACE.at(f"lines.{place}.item_data.{path}")
    for known, day in (("ytb_no", "ytb_date"), ("tax_free_buyer.passport_no", "tax_free_buyer.passport_date")):
        data = stored.invoice.profile_data
        if keys.text_at(data, known) is not None and keys.text_at(data, day) is None:
            yield _DAY_ASSUMED.at(f"profile_data.{day}")
    if stored.invoice.exchange_rate_source is not None:
        yield _NO_PLACE.at("exchange_rate_source")
