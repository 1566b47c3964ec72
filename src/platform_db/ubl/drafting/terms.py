"""The terms of a draft, from a document: rules first, then every figure against what is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from platform_db.domain.invoices.calculation import Calculation, calculate, parse_document
from platform_db.domain.invoices.codes import InvoiceRounding
from platform_db.domain.invoices.draft import InvoiceTerms
from platform_db.domain.money import Currency
from platform_db.errors import RuleViolation
from platform_db.ubl import keys, scheme_ids
from platform_db.ubl.arithmetic import total_of
from platform_db.ubl.drafting.figures import differing
from platform_db.ubl.drafting.lines import calculated_line, item_data_of, reason_of
from platform_db.ubl.drafting.parties import country_of, customer_fields, issuer_fields, street_of
from platform_db.ubl.drafting.values import Faults, day_of, decimal_text, identified, nested, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_db.domain.invoices.calculation import InvoiceDocumentInput
    from platform_db.ubl.elements.invoice import Invoice
    from platform_db.ubl.elements.references import DocumentReference

__all__ = ["terms_of"]

_RATE_SOURCE: Final = "UBL-TR PricingExchangeRate"
"""Who published a document's rate is not written in it."""


def terms_of(invoice: Invoice) -> InvoiceTerms:
    """What a draft of this document says.

    Raises
    ------
    RuleViolation
        See :meth:`platform_db.ubl.InvoiceDocument.to_draft`.
    """
    faults = Faults()
    given = _calculated(invoice, faults)
    terms = _terms(invoice, faults)
    if faults.found:
        raise RuleViolation(*faults.found)
    calculation = _as_written(parse_document(given), invoice)
    note = _note(invoice, calculation)
    return InvoiceTerms.parse({**terms, "document": calculation.document, "note": note})


def _calculated(invoice: Invoice, faults: Faults) -> dict[str, object]:
    """The document as the calculation takes it."""
    rate = None if invoice.pricing_exchange_rate is None else invoice.pricing_exchange_rate.calculation_rate.value
    currency = invoice.document_currency_code.value
    given: dict[str, object] = {
        "issue_date": invoice.issue_date.value.isoformat(),
        "currency": currency,
        "exchange_rate": None if rate is None or currency == Currency.TRY else decimal_text(rate),
        "profile": invoice.profile_id.value,
        "type": invoice.invoice_type_code.value,
        "lines": [
            calculated_line(line, invoice, f"/Invoice/cac:InvoiceLine[{number}]", faults)
            for number, line in enumerate(invoice.invoice_line, start=1)
        ],
    }
    for name, charges in (("allowances", False), ("charges", True)):
        total = total_of(invoice.allowance_charge, charges=charges)
        given[name] = [{"amount": decimal_text(total)}] if total else []
    return given


def _as_written(document: InvoiceDocumentInput, invoice: Invoice) -> Calculation:
    """The calculation that gives the written figures: KDV rounded on each line, or once on the document."""
    calculation = calculate(document)
    differences = differing(calculation, invoice)
    if not differences:
        return calculation
    once = calculate(replace(document, rounding=InvoiceRounding.DOCUMENT))
    if not differing(once, invoice):
        return once
    raise RuleViolation(*differences)


def _terms(invoice: Invoice, faults: Faults) -> dict[str, object]:
    """Everything beside the figures."""
    if invoice.legal_monetary_total.payable_rounding_amount is not None:
        faults.cannot_carry("/Invoice/cac:LegalMonetaryTotal/cbc:PayableRoundingAmount")
    rate, terms = invoice.pricing_exchange_rate, invoice.payment_terms
    is_foreign = rate is not None and invoice.document_currency_code.value != Currency.TRY
    faults.at_most_one(invoice.despatch_document_reference, "/Invoice/cac:DespatchDocumentReference")
    despatch = next(iter(invoice.despatch_document_reference), None)
    returned = _returned(invoice, faults)
    days = [delivery.actual_delivery_date for delivery in invoice.delivery if delivery.actual_delivery_date]
    faults.at_most_one(days, "/Invoice/cac:Delivery")
    accounts = [means.payee_financial_account for means in invoice.payment_means if means.payee_financial_account]
    faults.at_most_one(accounts, "/Invoice/cac:PaymentMeans")
    return {
        "issuer": issuer_fields(invoice),
        "customer": customer_fields(invoice),
        "lines": tuple(
            {"exemption_reason": reason_of(line, invoice), "item_data": item_data_of(line, invoice)}
            for line in invoice.invoice_line
        ),
        "exchange_rate_date": day_of(rate.date) if rate is not None and is_foreign else None,
        "exchange_rate_source": _RATE_SOURCE if is_foreign else None,
        "due_date": _due(invoice) if terms is None else day_of(terms.payment_due_date) or _due(invoice),
        "delivery_date": day_of(days[0]) if days else None,
        "despatch_number": None if despatch is None else text_of(despatch.id),
        "despatch_date": None if despatch is None else day_of(despatch.issue_date),
        "return_of_number": None if returned is None else text_of(returned.id),
        "return_of_issue_date": None if returned is None else day_of(returned.issue_date),
        "payment_iban": text_of(accounts[0].id) if accounts else None,
        "profile_data": _profile_data(invoice),
    }


def _due(invoice: Invoice) -> object:
    return next((day_of(means.payment_due_date) for means in invoice.payment_means if means.payment_due_date), None)


def _returned(invoice: Invoice, faults: Faults) -> DocumentReference | None:
    references = [
        each.invoice_document_reference
        for each in invoice.billing_reference
        if each.invoice_document_reference is not None
        and text_of(each.invoice_document_reference.document_type_code) in scheme_ids.RETURNED
    ]
    faults.at_most_one(references, "/Invoice/cac:BillingReference")
    return next(iter(references), None)


def _note(invoice: Invoice, calculation: Calculation) -> str | None:
    """The notes but the payable amount in words, one a line."""
    notes = [text for note in invoice.note if (text := note.value.strip()) and text != calculation.amount_in_words]
    return "\n".join(notes) or None


def _profile_data(invoice: Invoice) -> dict[str, object]:
    issuer = invoice.accounting_supplier_party.party
    customer = invoice.accounting_customer_party.party
    return nested(
        (
            *((key, identified(issuer, scheme)) for key, scheme in keys.ISSUER.items()),
            *((key, identified(customer, scheme)) for key, scheme in keys.CUSTOMER.items()),
            *_documents(invoice),
            *_period(invoice),
            *_delivery(invoice),
            *_traveller(invoice),
        )
    )


def _documents(invoice: Invoice) -> Iterator[tuple[str, str | None]]:
    yield "accounting_cost", text_of(invoice.accounting_cost)
    for scheme, path, references in (
        (scheme_ids.INVESTMENT_CERTIFICATE, "ytb", invoice.contract_document_reference),
        (scheme_ids.CHARGING_REPORT, "esu_rapor", invoice.additional_document_reference),
    ):
        found = next((each for each in references if each.id.scheme_id == scheme), None)
        if found is not None:
            yield f"{path}_{'no' if path == 'ytb' else 'id'}", text_of(found.id)
            yield f"{path}_date", found.issue_date.value.isoformat()


def _period(invoice: Invoice) -> Iterator[tuple[str, str | None]]:
    period = invoice.invoice_period
    if period is None:
        return
    for name, day in (("start_date", period.start_date), ("end_date", period.end_date)):
        yield f"invoice_period.{name}", None if day is None else day.value.isoformat()
    yield "invoice_period.start_time", text_of(period.start_time)
    yield "invoice_period.end_time", text_of(period.end_time)


def _delivery(invoice: Invoice) -> Iterator[tuple[str, str | None]]:
    for delivery in invoice.delivery:
        for terms in delivery.delivery_terms:
            if terms.id is not None and terms.id.scheme_id == scheme_ids.INCOTERMS:
                yield "incoterms", text_of(terms.id)
        for stage in () if delivery.shipment is None else delivery.shipment.shipment_stage:
            yield "transport_mode", text_of(stage.transport_mode_code)
        if delivery.delivery_address is not None:
            yield "delivery.address", street_of(delivery.delivery_address)
            yield "delivery.district", text_of(delivery.delivery_address.city_subdivision_name)
            yield "delivery.city", text_of(delivery.delivery_address.city_name)
            yield "delivery.country_code", country_of(delivery.delivery_address)


def _traveller(invoice: Invoice) -> Iterator[tuple[str, str | None]]:
    buyer, intermediary = invoice.buyer_customer_party, invoice.tax_representative_party
    person = None if buyer is None else buyer.party.person
    if buyer is not None and person is not None and identified(buyer.party, scheme_ids.PARTY_TYPE) == "TAXFREE":
        passport = person.identity_document_reference
        yield "tax_free_buyer.first_name", text_of(person.first_name)
        yield "tax_free_buyer.family_name", text_of(person.family_name)
        yield "tax_free_buyer.nationality", text_of(person.nationality_id)
        yield "tax_free_buyer.passport_no", None if passport is None else text_of(passport.id)
        yield "tax_free_buyer.passport_date", None if passport is None else passport.issue_date.value.isoformat()
    if intermediary is not None:
        yield "intermediary.tax_number", identified(intermediary, scheme_ids.INTERMEDIARY_NUMBER)
        yield "intermediary.label", identified(intermediary, scheme_ids.INTERMEDIARY_LABEL)
