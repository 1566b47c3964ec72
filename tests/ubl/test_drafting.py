"""A document becomes the terms of a draft: strictly, and never with another figure than it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceRounding, InvoiceTypeCode
from platform_db.domain.invoices.issue_document import parse_issue_document
from platform_db.errors import RuleViolation
from platform_db.ubl import InvoiceDocument, read, write
from platform_db.ubl.values import Amount, Code, Identifier
from tests.ubl.invoices import PAIRS, Document, issued, line, sale

if TYPE_CHECKING:
    from decimal import Decimal

    from platform_db.ubl.elements.amounts import MonetaryTotal
    from platform_db.ubl.elements.invoice import Invoice

P, T = InvoiceProfile, InvoiceTypeCode
ASSUMED_DAYS = ("ytb_date", "passport_date")


def of(document: Document) -> InvoiceDocument:
    return read(write(InvoiceDocument.of(issued(document))))


def refusals(content: Invoice) -> list[tuple[str, tuple[str, ...]]]:
    with pytest.raises(RuleViolation) as refused:
        InvoiceDocument(content).to_draft()
    return [(violation.rule, violation.fields) for violation in refused.value.violations]


def without_assumed(data: dict[str, Any]) -> dict[str, Any]:
    return {
        key: without_assumed(value) if isinstance(value, dict) else value  # pyright: ignore[reportUnknownArgumentType]
        for key, value in data.items()
        if key not in ASSUMED_DAYS
    }


@pytest.mark.parametrize(("profile", "type_code"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_every_profile_and_type_leads_back_to_its_terms(profile: InvoiceProfile, type_code: InvoiceTypeCode) -> None:
    # given an invoice with everything that stands in a document
    given = sale(profile, type_code, due_date="2026-08-01", delivery_date="2026-07-08", note="Bir\niki")
    given |= {"despatch_number": "IRS2026000000001", "despatch_date": "2026-07-08"}
    first = parse_issue_document(given)
    # when its document is read and made a draft
    terms = of(given).to_draft()
    # then it says the same
    assert terms.calculation == first.calculation
    for name in (
        "issuer",
        "customer",
        "due_date",
        "delivery_date",
        "despatch_number",
        "despatch_date",
        "return_of_number",
        "return_of_issue_date",
        "payment_iban",
        "note",
    ):
        assert getattr(terms, name) == getattr(first, name), name
    assert without_assumed(dict(terms.profile_data)) == dict(first.profile_data)
    assert [dict(details.item_data) for details in terms.lines] == [dict(each.item_data) for each in first.lines]
    assert terms.draft(7).user_id == 7


def test_a_foreign_document_keeps_its_rate_and_says_where_it_is_from() -> None:
    terms = of(sale(P.TICARIFATURA, T.SATIS, currency="USD", exchange_rate="40.123456")).to_draft()
    assert (str(terms.document.exchange_rate), terms.exchange_rate_date) == ("40.123456", date(2026, 7, 10))
    assert terms.exchange_rate_source == "UBL-TR PricingExchangeRate"


def test_a_document_that_is_rounded_once_is_found_to_be() -> None:
    lines = [line(quantity="1", unit_price="0.12", description=f"Parça {n}") for n in range(5)]
    assert of(sale(P.TICARIFATURA, T.SATIS, *lines)).to_draft().document.rounding is InvoiceRounding.LINE
    once = of(sale(P.TICARIFATURA, T.SATIS, *lines, rounding="document")).to_draft()
    assert once.document.rounding is InvoiceRounding.DOCUMENT


CONTENT = of(sale(P.TICARIFATURA, T.TEVKIFAT)).content
TOTALS = CONTENT.legal_monetary_total


def payable(amount: Decimal) -> MonetaryTotal:
    return replace(TOTALS, payable_amount=Amount(amount, "TRY"))


def test_a_figure_that_is_not_as_calculated_is_refused_and_never_put_right() -> None:
    from decimal import Decimal

    wrong = replace(CONTENT, legal_monetary_total=payable(Decimal("1.00")))
    assert refusals(wrong) == [("ubl_draft_figure", ("/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount",))]
    own = CONTENT.invoice_line[0]
    net = replace(own, line_extension_amount=Amount(Decimal(1), "TRY"))
    assert refusals(replace(CONTENT, invoice_line=(net,))) == [
        ("ubl_draft_figure", ("/Invoice/cac:InvoiceLine[1]/cbc:LineExtensionAmount",))
    ]
    assert refusals(replace(CONTENT, withholding_tax_total=())) == [
        ("ubl_draft_figure", ("/Invoice/cac:WithholdingTaxTotal",))
    ]
    free = replace(own, tax_total=None)
    assert InvoiceDocument(replace(CONTENT, invoice_line=(free,))).to_draft().calculation.totals.payable > 0


def test_the_rules_of_a_new_invoice_hold() -> None:
    party = CONTENT.accounting_supplier_party.party
    numbered = replace(party.party_identification[0], id=Identifier("1234567891", scheme_id="VKN"))
    supplier = replace(CONTENT.accounting_supplier_party, party=replace(party, party_identification=(numbered,)))
    assert refusals(replace(CONTENT, accounting_supplier_party=supplier)) == [("vkn_checksum", ("issuer.tax_number",))]
    assert refusals(replace(CONTENT, invoice_type_code=Code("SATIS")))[0][0] == "ck_invoices_withheld_type"
    assert refusals(replace(CONTENT, profile_id=Identifier("YOK"))) == [("profile_known", ("profile",))]
    assert refusals(replace(CONTENT, document_currency_code=Code("TRL")))[0] == ("currency_known", ("currency",))


def test_what_a_draft_cannot_carry_is_told_by_its_place() -> None:
    rounded = replace(TOTALS, payable_rounding_amount=TOTALS.payable_amount)
    assert refusals(replace(CONTENT, legal_monetary_total=rounded)) == [
        ("ubl_draft_field", ("/Invoice/cac:LegalMonetaryTotal/cbc:PayableRoundingAmount",))
    ]
    own = CONTENT.invoice_line[0]
    nested = replace(own, sub_invoice_line=(own,))
    assert refusals(replace(CONTENT, invoice_line=(nested,))) == [
        ("ubl_draft_field", ("/Invoice/cac:InvoiceLine[1]/cac:SubInvoiceLine",))
    ]
    despatch = of(sale(P.TICARIFATURA, T.SATIS, despatch_number="A1", despatch_date="2026-07-08")).content
    twice = replace(despatch, despatch_document_reference=despatch.despatch_document_reference * 2)
    assert refusals(twice) == [("ubl_draft_field", ("/Invoice/cac:DespatchDocumentReference",))]
