"""The invoice as it is stored: header, parties, amounts, states."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field, StrictBool

from platform_db.domain import money, patterns
from platform_db.domain.cancellation import CancellationReason, CancelledAt
from platform_db.domain.exchange import DocumentCurrency, ExchangeRate, ExchangeRateDate, ExchangeRateSource
from platform_db.domain.fields import BigInteger, Column, Day, Instant, Integer, Json, Text
from platform_db.domain.invoices.amount_rules import AMOUNT_RULES
from platform_db.domain.invoices.codes import (
    InvoiceProfile,
    InvoiceRounding,
    InvoiceStatus,
    InvoiceType,
    InvoiceTypeCode,
)
from platform_db.domain.invoices.invoice_guards import GUARDS
from platform_db.domain.invoices.parts import Money64
from platform_db.domain.invoices.party_rules import PARTY_RULES
from platform_db.domain.invoices.series import MAX_SEQUENCE
from platform_db.domain.invoices.state_rules import STATE_RULES
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import Versioned
from platform_db.domain.money import Currency
from platform_db.domain.rules import Guard, Message, Rule
from platform_db.domain.tax_numbers import TaxNumberKind

if TYPE_CHECKING:
    from moneyed import Money

__all__ = ["Invoice"]

NonNegativeTotal = Annotated[
    int,
    BigInteger(
        ge=0,
        name="total_positive",
        message=Message("Toplam ve ödenecek tutar sıfırdan küçük olamaz", "Total and payable must not be below zero"),
    ),
]


class Invoice(Versioned):
    """Turkish financial compliance (KDV) and multi-currency support: an e-Fatura/e-Arşiv document with the issuer's and customer's data as they were (VUK 230).

    Amounts are whole minor units of `currency` (kuruş for TRY). A draft has no number;
    an issued invoice is never edited, it is cancelled or returned.
    """  # noqa: E501 - the first paragraph is the table's comment

    entity = "invoices"

    user_id: Annotated[int, BigInteger()] = Field(description="Who owns the invoice.")
    license_id: Annotated[int | None, BigInteger()] = Field(
        default=None, description="The licence it bills, of the same user."
    )
    order_id: Annotated[int | None, BigInteger()] = Field(
        default=None,
        description="The order it bills, of the same user and currency.",
    )
    return_of_invoice_id: Annotated[int | None, BigInteger()] = Field(
        default=None,
        description="The invoice this one returns, of the same user and currency.",
    )
    type: InvoiceType = Field(default=InvoiceType.ONE_TIME, description="What is billed.")
    type_code: InvoiceTypeCode = Field(default=InvoiceTypeCode.SATIS, description="GİB invoice type.")
    profile: InvoiceProfile = Field(description="GİB profile.")
    status: InvoiceStatus = Field(default=InvoiceStatus.DRAFT, description="Where the invoice stands.")
    currency: DocumentCurrency = Currency.TRY
    exchange_rate: ExchangeRate = None
    exchange_rate_date: ExchangeRateDate = None
    exchange_rate_source: ExchangeRateSource = None
    ettn: Annotated[UUID, Column(server_default="gen_random_uuid()")] = Field(
        description="ETTN, the document's universal key."
    )
    number: Annotated[
        str | None,
        Text(
            pattern=patterns.INVOICE_NUMBER,
            name="number_format",
            message=Message(
                "Fatura numarası üç karakter, yıl ve dokuz hanedir (ABC2026000000001)",
                "An invoice number is three characters, the year and nine digits (ABC2026000000001)",
            ),
        ),
        Column(bytewise=True),
    ] = Field(default=None, description="Number, given by the database when the invoice is issued.")
    series: Annotated[str | None, Text(), Column(bytewise=True)] = Field(
        default=None, description="Series of the number."
    )
    fiscal_year: Annotated[int | None, Integer()] = Field(default=None, description="Year of the number.")
    sequence: Annotated[int | None, Integer(ge=1, le=MAX_SEQUENCE, name="sequence_valid")] = Field(
        default=None,
        description="Running number in series and year, without gaps.",
    )
    issue_date: Annotated[date, Day()] = Field(description="Legal date of the invoice, decided in Europe/Istanbul.")
    due_date: Annotated[date | None, Day()] = Field(default=None, description="Day by which it is to be paid.")
    delivery_date: Annotated[date | None, Day()] = Field(default=None, description="Day of delivery (VUK art. 230).")
    despatch_number: Annotated[str | None, Text(max=50)] = Field(
        default=None, description="Number of the despatch note."
    )
    despatch_date: Annotated[date | None, Day()] = Field(default=None, description="Date of the despatch note.")
    return_of_number: Annotated[
        str | None,
        Text(
            pattern=patterns.INVOICE_REFERENCE,
            name="return_of_number_format",
            message=Message(
                "İade edilen faturanın numarası 16 karakterdir", "The returned invoice's number has 16 characters"
            ),
        ),
        Column(bytewise=True),
    ] = Field(default=None, description="Number of a returned invoice that is not stored here.")
    return_of_issue_date: Annotated[date | None, Day()] = Field(default=None, description="Its issue date.")
    issued_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the number was given (UTC)."
    )
    sent_at: Annotated[AwareDatetime | None, Instant()] = Field(default=None, description="When it was sent (UTC).")
    viewed_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the customer saw it (UTC)."
    )
    paid_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When it was fully paid (UTC)."
    )
    cancelled_at: CancelledAt = None
    cancellation_reason: CancellationReason = None
    rounding: InvoiceRounding = Field(default=InvoiceRounding.LINE, description="Where KDV is rounded.")
    tax_inclusive_prices: StrictBool = Field(default=False, description="Whether unit prices include KDV.")

    gross_cents: Money64 = Field(description="Sum of the lines' gross; minor units.")
    document_allowance_cents: Money64 = Field(default=0, description="Allowances of the document; minor units.")
    document_charge_cents: Money64 = Field(default=0, description="Charges of the document; minor units.")
    allowance_cents: Money64 = Field(default=0, description="All discounts and allowances; minor units.")
    charge_cents: Money64 = Field(default=0, description="All charges; minor units.")
    tax_exclusive_cents: Money64 = Field(description="Gross less allowances plus charges; minor units.")
    kdv_cents: Money64 = Field(description="KDV in full; minor units.")
    other_taxes_cents: Money64 = Field(default=0, description="Other taxes; minor units.")
    tax_inclusive_cents: NonNegativeTotal = Field(description="Tax exclusive plus KDV and other taxes; minor units.")
    withheld_cents: Money64 = Field(default=0, description="KDV the buyer withholds (tevkifat); minor units.")
    deferred_kdv_cents: Money64 = Field(
        default=0, description="KDV not collected on export-registered sales; minor units."
    )
    payable_cents: NonNegativeTotal = Field(description="What is to be paid; minor units.")
    payable_try_cents: Money64 = Field(description="Payable in kuruş at the exchange rate.")
    paid_cents: Annotated[int, BigInteger()] = Field(
        default=0, description="Sum of completed charges, kept by the payments."
    )
    refunded_cents: Annotated[int, BigInteger()] = Field(
        default=0, description="Sum of completed refunds, kept by the payments."
    )

    issuer_title: Annotated[str, Text(max=255)] = Field(description="Issuer's title as printed.")
    issuer_first_name: Annotated[str | None, Text(max=100)] = Field(
        default=None, description="Issuer's first name, of a person."
    )
    issuer_family_name: Annotated[str | None, Text(max=100)] = Field(
        default=None, description="Issuer's family name, of a person."
    )
    issuer_tax_number: Annotated[str, Text()] = Field(description="Issuer's VKN or TCKN.")
    issuer_tax_number_kind: TaxNumberKind = Field(description="Which of the two it is.")
    issuer_tax_office: Annotated[str, Text(max=100)] = Field(description="Issuer's tax office.")
    issuer_address: Annotated[str, Text(max=1000)] = Field(description="Issuer's address.")
    issuer_district: Annotated[str, Text(max=100)] = Field(description="Issuer's district (ilçe).")
    issuer_city: Annotated[str, Text(max=100)] = Field(description="Issuer's province (il).")

    customer_title: Annotated[str, Text(max=255)] = Field(description="Customer's title or name as printed.")
    customer_first_name: Annotated[str | None, Text(max=100)] = Field(
        default=None, description="First name, of a person."
    )
    customer_family_name: Annotated[str | None, Text(max=100)] = Field(
        default=None, description="Family name, of a person."
    )
    customer_tax_number: Annotated[str | None, Text()] = Field(
        default=None,
        description="Customer's VKN or TCKN; 11111111111 is the consumer whose TCKN is unknown (e-Arşiv).",
    )
    customer_tax_number_kind: TaxNumberKind | None = Field(default=None, description="Which of the two it is.")
    customer_tax_office: Annotated[str | None, Text(max=100)] = Field(
        default=None, description="Customer's tax office."
    )
    customer_address: Annotated[str, Text(max=1000)] = Field(description="Customer's address.")
    customer_district: Annotated[str, Text(max=100)] = Field(description="Customer's district (ilçe).")
    customer_city: Annotated[str, Text(max=100)] = Field(description="Customer's province (il) or city.")
    customer_country_code: Annotated[
        str,
        Text(
            pattern=patterns.COUNTRY_CODE,
            name="customer_country_code_format",
            message=Message(
                "Ülke kodu iki büyük harftir (ISO 3166)", "A country code is two capital letters (ISO 3166)"
            ),
        ),
    ] = Field(default="TR", description="Customer's country (ISO 3166-1 alpha-2).")
    customer_email: Annotated[str | None, Text(max=254)] = Field(
        default=None, description="Where the document is sent; erasable."
    )
    customer_phone: Annotated[
        str | None,
        Text(
            pattern=patterns.PHONE,
            name="customer_phone_format",
            message=Message(
                "Telefon uluslararası biçimde olmalıdır (+90 ve on hane)",
                "A phone number is stored in international form (+90 and ten digits)",
            ),
        ),
    ] = Field(default=None, description="Customer's phone (E.164); erasable.")
    payment_iban: Annotated[
        str | None,
        Text(
            pattern=patterns.IBAN_TR,
            name="payment_iban_format",
            message=Message("IBAN TR ile başlayan 26 karakterdir", "An IBAN has 26 characters and begins with TR"),
        ),
    ] = Field(default=None, description="Account to pay to; required for public buyers (KAMU).")
    note: Annotated[str | None, Text(max=4000)] = Field(default=None, description="Free text; erasable.")
    pdf_s3_key: Annotated[str | None, Text(max=1024)] = Field(
        default=None, description="Where the rendered document lies."
    )
    profile_data: Annotated[JsonObject, Json()] = Field(
        default_factory=dict,
        description="What the profile or type asks of the document.",
    )
    meta: Annotated[JsonObject, Json()] = Field(default_factory=dict, description="Free data of the calling service.")

    rules: ClassVar[tuple[Rule, ...]] = (*AMOUNT_RULES, *STATE_RULES, *PARTY_RULES)
    guards: ClassVar[tuple[Guard, ...]] = GUARDS

    @property
    def payable(self) -> Money:
        """What is to be paid, in the invoice's currency."""
        return money.money(self.payable_cents, self.currency)

    @property
    def open_cents(self) -> int:
        """What is still to be paid; minor units."""
        return self.payable_cents - self.paid_cents + self.refunded_cents
