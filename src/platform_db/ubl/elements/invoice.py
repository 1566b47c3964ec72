"""The document itself: its head, its parties and its lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_db.ubl.aggregate import Aggregate

if TYPE_CHECKING:
    from platform_db.ubl.aggregate import OneOrMore
    from platform_db.ubl.elements.amounts import (
        AllowanceCharge,
        ExchangeRate,
        MonetaryTotal,
        PaymentMeans,
        PaymentTerms,
        Price,
        TaxTotal,
    )
    from platform_db.ubl.elements.items import Item
    from platform_db.ubl.elements.references import Attachment, Contact, DocumentReference, Party, Period
    from platform_db.ubl.elements.transport import Delivery
    from platform_db.ubl.values import Amount, Code, Date, Identifier, Indicator, Numeric, Quantity, Text, Time

__all__ = [
    "BillingReference",
    "BillingReferenceLine",
    "CustomerParty",
    "Invoice",
    "InvoiceLine",
    "LineReference",
    "OrderLineReference",
    "OrderReference",
    "Signature",
    "SupplierParty",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReference(Aggregate):
    """The order that is invoiced."""

    id: Identifier
    sales_order_id: Identifier | None = None
    issue_date: Date
    order_type_code: Code | None = None
    document_reference: DocumentReference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLineReference(Aggregate):
    """A line of an order."""

    line_id: Identifier
    sales_order_line_id: Identifier | None = None
    uuid: Identifier | None = None
    line_status_code: Code | None = None
    order_reference: OrderReference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReference(Aggregate):
    """A line of a despatch note or receipt."""

    line_id: Identifier
    line_status_code: Code | None = None
    document_reference: DocumentReference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingReferenceLine(Aggregate):
    """A line of an earlier invoice."""

    id: Identifier
    amount: Amount | None = None
    allowance_charge: tuple[AllowanceCharge, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingReference(Aggregate):
    """An earlier invoice: the returned one, of a return."""

    invoice_document_reference: DocumentReference | None = None
    self_billed_invoice_document_reference: DocumentReference | None = None
    credit_note_document_reference: DocumentReference | None = None
    self_billed_credit_note_document_reference: DocumentReference | None = None
    debit_note_document_reference: DocumentReference | None = None
    reminder_document_reference: DocumentReference | None = None
    additional_document_reference: DocumentReference | None = None
    billing_reference_line: tuple[BillingReferenceLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature(Aggregate):
    """Who signs; the signature itself stands in the extensions."""

    id: Identifier
    signatory_party: Party
    digital_signature_attachment: Attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierParty(Aggregate):
    """Who issues or sells (düzenleyen, satıcı)."""

    party: Party
    despatch_contact: Contact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerParty(Aggregate):
    """Who receives or buys (alıcı)."""

    party: Party
    delivery_contact: Contact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine(Aggregate):
    """A line of the invoice."""

    id: Identifier
    note: tuple[Text, ...] = ()
    invoiced_quantity: Quantity
    line_extension_amount: Amount
    order_line_reference: tuple[OrderLineReference, ...] = ()
    despatch_line_reference: tuple[LineReference, ...] = ()
    receipt_line_reference: tuple[LineReference, ...] = ()
    delivery: tuple[Delivery, ...] = ()
    allowance_charge: tuple[AllowanceCharge, ...] = ()
    tax_total: TaxTotal | None = None
    withholding_tax_total: tuple[TaxTotal, ...] = ()
    item: Item
    price: Price
    sub_invoice_line: tuple[InvoiceLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice(Aggregate):
    """A whole document, element by element, in the order of the schema."""

    ubl_version_id: Identifier
    customization_id: Identifier
    profile_id: Identifier
    id: Identifier
    copy_indicator: Indicator
    uuid: Identifier
    issue_date: Date
    issue_time: Time | None = None
    invoice_type_code: Code
    note: tuple[Text, ...] = ()
    document_currency_code: Code
    tax_currency_code: Code | None = None
    pricing_currency_code: Code | None = None
    payment_currency_code: Code | None = None
    payment_alternative_currency_code: Code | None = None
    accounting_cost: Text | None = None
    line_count_numeric: Numeric
    invoice_period: Period | None = None
    order_reference: OrderReference | None = None
    billing_reference: tuple[BillingReference, ...] = ()
    despatch_document_reference: tuple[DocumentReference, ...] = ()
    receipt_document_reference: tuple[DocumentReference, ...] = ()
    originator_document_reference: tuple[DocumentReference, ...] = ()
    contract_document_reference: tuple[DocumentReference, ...] = ()
    additional_document_reference: tuple[DocumentReference, ...] = ()
    signature: OneOrMore[Signature]
    accounting_supplier_party: SupplierParty
    accounting_customer_party: CustomerParty
    buyer_customer_party: CustomerParty | None = None
    seller_supplier_party: SupplierParty | None = None
    tax_representative_party: Party | None = None
    delivery: tuple[Delivery, ...] = ()
    payment_means: tuple[PaymentMeans, ...] = ()
    payment_terms: PaymentTerms | None = None
    allowance_charge: tuple[AllowanceCharge, ...] = ()
    tax_exchange_rate: ExchangeRate | None = None
    pricing_exchange_rate: ExchangeRate | None = None
    payment_exchange_rate: ExchangeRate | None = None
    payment_alternative_exchange_rate: ExchangeRate | None = None
    tax_total: OneOrMore[TaxTotal]
    withholding_tax_total: tuple[TaxTotal, ...] = ()
    legal_monetary_total: MonetaryTotal
    invoice_line: OneOrMore[InvoiceLine]
