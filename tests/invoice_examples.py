"""Documents for tests: legal as they stand, changed where a test says so."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import TYPE_CHECKING, Any

from platform_db.domain.invoices.issue_document import parse_issue_document
from platform_db.errors import RuleViolation

if TYPE_CHECKING:
    from platform_db.domain.invoices.draft import InvoiceDraft

DAY = date(2025, 7, 1)
SERIES = "ABC"

Document = dict[str, Any]

ISSUER = {
    "title": "Örnek İmalat A.Ş.",
    "tax_number": "1234567890",
    "tax_office": "Şişli",
    "address": "Fabrika Cad. 1",
    "district": "Şişli",
    "city": "İstanbul",
}
CUSTOMER = {
    "title": "Deneme Yapı Ltd. Şti.",
    "tax_number": "0150015264",
    "tax_office": "Nilüfer",
    "address": "Sanayi Sok. 5",
    "district": "Nilüfer",
    "city": "Bursa",
}
LINE = {"description": "Yemek servisi", "quantity": "2", "unit": "C62", "unit_price": "10000.00", "kdv_rate": "20"}


def issue_document(**changes: object) -> Document:
    """A sale of 20.000,00 with 4.000,00 KDV; a change replaces a member of the head."""
    document: Document = {
        "issue_date": DAY.isoformat(),
        "currency": "TRY",
        "profile": "TEMELFATURA",
        "type": "SATIS",
        "lines": [LINE],
        "series": SERIES,
        "issuer": ISSUER,
        "customer": CUSTOMER,
    }
    return deepcopy({**document, **changes})


def line(**changes: object) -> Document:
    """The sale's line; a change replaces a member."""
    return {**LINE, **changes}


WITHHELD = issue_document(type="TEVKIFAT", lines=[line(discount={"rate": "10"}, withholding_code="604")])
"""18.000,00 with 3.600,00 KDV, of which half is withheld."""

MANY_SIDED = issue_document(
    profile="EARSIVFATURA",
    currency="USD",
    exchange_rate="40.123456",
    exchange_rate_date="2025-06-30",
    exchange_rate_source="TCMB döviz alış",
    customer={
        **CUSTOMER,
        "tax_number": "11111111111",
        "tax_office": None,
        "first_name": "Nihai",
        "family_name": "Tüketici",
        "email": "Fatura@Deneme-Yapi.com.TR",
        "phone": "0212 293 00 00",
    },
    lines=[
        line(quantity="1.33333333", unit="KGM", unit_price="0.00000001", kdv_rate="10"),
        line(discount={"amount": "3.00"}, charge={"amount": "1.50"}, other_taxes=[{"code": "0071", "rate": "7.5"}]),
        line(kdv_rate="0", exemption_code="351", exemption_reason="Kapsam dışı", item_data={"parti": "7"}),
    ],
    allowances=[{"amount": "10.00", "reason": "Kampanya"}],
    charges=[{"amount": "0.01"}],
    due_date="2025-08-01",
    delivery_date="2025-06-30",
    despatch_number="IRS2025000000007",
    despatch_date="2025-06-30",
    payment_iban="tr33 0006 1005 1978 6457 8413 26",
    note="Teşekkür ederiz",
    profile_data={"kanal": "mağaza"},
    meta={"sepet": 41, "oran": 0.5},
)
"""A foreign currency, discounts, charges, other taxes, an exemption, and every optional member."""


def draft(user_id: int, document: Document | None = None) -> InvoiceDraft:
    """The draft of a document for a user."""
    return parse_issue_document(document or issue_document()).draft(user_id)


def refused(document: object) -> list[tuple[str, tuple[str, ...]]]:
    """The rules and fields by which a document is refused; empty when it is not."""
    try:
        parse_issue_document(document)
    except RuleViolation as violation:
        return [(each.rule, each.fields) for each in violation.violations]
    return []
