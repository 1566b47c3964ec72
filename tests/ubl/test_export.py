"""Where each fact of an invoice stands in its document, and what GİB would refuse is refused before it is written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceStatus, InvoiceTypeCode
from platform_db.domain.invoices.draft import draft_rows
from platform_db.domain.invoices.profile_data import REQUIRED
from platform_db.domain.invoices.returns import InvoiceReturn, return_rows
from platform_db.errors import RuleViolation
from platform_db.ubl import InvoiceDocument, keys, read, write
from tests.invoice_examples import MANY_SIDED, draft
from tests.ubl.invoices import Document, issued, line, sale
from tests.ubl.official_rules import broken
from tests.unit.domain.invoices.stored import ISSUED, as_stored

if TYPE_CHECKING:
    from platform_db.domain.invoices.document import InvoiceDocument as StoredDocument

P, T = InvoiceProfile, InvoiceTypeCode
NAMESPACES = {
    "inv": "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


def texts(document: InvoiceDocument, path: str) -> list[str]:
    """The texts, or attributes, at an XPath under the root."""
    found: Any = etree.fromstring(write(document)).xpath(path, namespaces=NAMESPACES)
    return [each if isinstance(each, str) else each.text or "" for each in found]


def of(profile: InvoiceProfile, type_code: InvoiceTypeCode, *lines: Document, **changes: object) -> InvoiceDocument:
    return InvoiceDocument.of(issued(sale(profile, type_code, *lines, **changes)))


def refusals(stored: StoredDocument) -> list[tuple[str, tuple[str, ...]]]:
    with pytest.raises(RuleViolation) as refused:
        InvoiceDocument.of(stored)
    return [(violation.rule, violation.fields) for violation in refused.value.violations]


def test_a_withheld_sale_is_shown_as_gib_shows_it() -> None:
    # given 18.000,00 of which half of the KDV is withheld
    document = of(
        P.TICARIFATURA,
        T.TEVKIFAT,
        line(quantity="2", unit="C62", unit_price="10000", discount={"rate": "10"}, withholding_code="604"),
    )
    # then the tax total is what is left, its row the whole KDV
    assert texts(document, "cac:TaxTotal/cbc:TaxAmount") == ["1800.00"]
    assert texts(document, "cac:TaxTotal/cac:TaxSubtotal/*[not(*)]") == ["18000.00", "3600.00", "20"]
    assert texts(document, "cac:WithholdingTaxTotal/cac:TaxSubtotal/*[not(*)]") == ["3600.00", "1800.00", "50"]
    assert texts(document, "cac:WithholdingTaxTotal//cbc:TaxTypeCode") == ["604"]
    assert texts(document, "cac:LegalMonetaryTotal/*") == ["18000.00", "18000.00", "21600.00", "19800.00"]
    assert texts(document, "cac:InvoiceLine/cac:AllowanceCharge/*") == ["false", "0.1", "2000.00", "20000.00"]
    assert texts(document, "cbc:Note") == ["Yalnız ondokuzbinsekizyüz Türk Lirası"]


def test_the_head_and_the_parties() -> None:
    document = InvoiceDocument.of(
        issued(
            sale(P.TICARIFATURA, T.SATIS, due_date="2026-08-01", delivery_date="2026-07-08", note="Not")
            | {"despatch_number": "IRS2026000000001", "despatch_date": "2026-07-08"},
            issued_at=datetime(2026, 7, 9, 21, 30, tzinfo=UTC),
        )
    )
    assert texts(document, "cbc:*")[:6] == [
        "2.1",
        "TR1.2.1",
        "TICARIFATURA",
        "ABC2026000000001",
        "false",
        str(document.ettn),
    ]
    assert texts(document, "cbc:IssueDate | cbc:IssueTime") == ["2026-07-10", "00:30:00"]
    assert texts(document, "cbc:Note")[1:] == ["Not"]
    assert texts(document, "cac:DespatchDocumentReference/*") == ["IRS2026000000001", "2026-07-08"]
    assert texts(document, "cac:Delivery/*") == ["2026-07-08"]
    assert texts(document, "cac:PaymentTerms/*") == ["2026-08-01"]
    assert texts(document, "cac:Signature/cbc:ID/@schemeID") == ["VKN_TCKN"]
    assert texts(document, "cac:AccountingSupplierParty//cac:PartyIdentification/cbc:ID") == ["1234567890"]
    assert texts(document, "cac:AccountingCustomerParty//cac:PartyIdentification/cbc:ID/@schemeID") == ["VKN"]
    assert texts(document, "cac:AccountingCustomerParty//cac:TaxScheme/cbc:Name") == ["Osmangazi"]


def test_the_time_of_another_day_is_not_written() -> None:
    document = InvoiceDocument.of(
        issued(sale(P.TICARIFATURA, T.SATIS), issued_at=datetime(2026, 7, 12, 9, 0, tzinfo=UTC))
    )
    assert document.content.issue_time is None


def test_an_export_goes_to_the_customs_and_names_its_buyer() -> None:
    document = of(P.IHRACAT, T.ISTISNA)
    assert texts(document, "cac:AccountingCustomerParty//cac:PartyIdentification/cbc:ID") == ["1460415308"]
    buyer = "cac:BuyerCustomerParty/cac:Party"
    assert texts(document, f"{buyer}/cac:PartyIdentification/cbc:ID") == ["EXPORT"]
    assert texts(document, f"{buyer}/cac:PartyLegalEntity/cbc:RegistrationName") == ["Hansekontor Maschinenhandel GmbH"]
    assert texts(document, f"{buyer}/cac:PostalAddress/cac:Country/cbc:*") == ["DE", "Almanya"]
    assert texts(document, "cac:Delivery/cac:DeliveryTerms/cbc:ID[@schemeID='INCOTERMS']") == ["FOB"]
    assert texts(document, "cac:Delivery//cbc:TransportModeCode") == ["1"]
    assert texts(document, "cac:InvoiceLine//cbc:RequiredCustomsID") == ["847130000000"]


def test_each_profile_s_numbers_stand_under_their_scheme() -> None:
    item = "cac:InvoiceLine/cac:Item"
    for profile, scheme, value in (
        (P.HKS, "KUNYENO", "1231231231231231231"),
        (P.IDIS, "ETIKETNO", "AB1234567"),
        (P.ILAC_TIBBICIHAZ, "ILAC", "08699514150011"),
    ):
        found = f"{item}/cac:AdditionalItemIdentification/cbc:ID[@schemeID='{scheme}']"
        assert texts(of(profile, T.SATIS), found) == [value]
    phone = of(P.EARSIVFATURA, T.TEKNOLOJIDESTEK)
    assert texts(phone, f"{item}/cac:AdditionalItemIdentification/cbc:ID/@schemeID") == ["TELEFON"]
    machine = of(P.YATIRIMTESVIK, T.SATIS)
    assert texts(machine, f"{item}/cbc:ModelName | {item}/cac:ItemInstance/*") == ["CNC", "1", "M-1"]
    assert texts(machine, f"{item}//cbc:ItemClassificationCode") == ["01"]
    assert texts(machine, "cac:ContractDocumentReference/*") == ["123456", "2026-07-10"]
    charged = of(P.ENERJI, T.SARJ)
    assert texts(charged, "cac:AccountingCustomerParty//cbc:ID[@schemeID='PLAKA']") == ["34ABC123"]
    assert texts(charged, "cac:InvoicePeriod/*") == ["2023-11-21", "08:00:00", "2023-11-27", "08:45:00"]
    assert texts(charged, "cac:AdditionalDocumentReference/cbc:ID/@schemeID") == ["ESURaporID"]
    public = of(P.KAMU, T.SATIS)
    assert texts(public, "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID") == ["TR330006100519786457841326"]
    traveller = of(P.YOLCUBERABERFATURA, T.ISTISNA)
    assert texts(traveller, "cac:BuyerCustomerParty//cac:Person/cbc:*") == ["Ad", "Soyad", "DE"]
    assert texts(traveller, "cac:TaxRepresentativeParty/cac:PartyIdentification/cbc:ID/@schemeID") == [
        "ARACIKURUMVKN",
        "ARACIKURUMETIKET",
    ]


def test_a_foreign_currency_carries_its_rate() -> None:
    document = of(P.TICARIFATURA, T.SATIS, currency="USD", exchange_rate="40.123456")
    assert texts(document, "cac:PricingExchangeRate/*") == ["USD", "TRY", "40.123456", "2026-07-10"]
    assert set(texts(document, "//@currencyID")) == {"USD"}


def test_a_kdv_too_small_for_a_kurus_gets_the_reason_that_gib_asks_for() -> None:
    document = of(P.TICARIFATURA, T.SATIS, line(quantity="1", unit_price="0.02"))
    assert texts(document, "cac:TaxTotal//cbc:TaxExemptionReasonCode") == ["351"]
    assert texts(document, "cac:InvoiceLine//cbc:TaxExemptionReasonCode") == []
    assert broken(write(document)) == []
    assert read(write(document)).to_draft().document.lines[0].exemption_code is None


def test_prices_including_kdv_are_written_without_it() -> None:
    document = of(P.TICARIFATURA, T.SATIS, line(quantity="3", unit_price="10"), tax_inclusive_prices=True)
    assert texts(document, "cac:InvoiceLine//cbc:PriceAmount") == ["8.33333333"]
    assert texts(document, "cac:LegalMonetaryTotal/*") == ["25.00", "25.00", "30.00", "30.00"]


def test_a_return_names_the_invoice_it_returns() -> None:
    # given a stored sale and its return
    sold = issued(sale(P.TEMELFATURA, T.SATIS))
    back = return_rows(sold, InvoiceReturn(issue_date=date(2026, 7, 15)))
    stored = as_stored(back, **{**ISSUED, "number": "ABC2026000000002", "fiscal_year": 2026, "sequence": 2})
    # when the sale is not at hand, or is another one, then nothing is written
    fields = ("return_of_number", "return_of_issue_date")
    assert refusals(stored) == [("ubl_returned_invoice", fields)]
    with pytest.raises(RuleViolation, match="ubl_returned_invoice"):
        InvoiceDocument.of(stored, stored.invoice)
    # when it is
    document = InvoiceDocument.of(stored, sold.invoice)
    assert texts(document, "cac:BillingReference/cac:InvoiceDocumentReference/*") == [
        "ABC2026000000001",
        "2026-07-10",
        "IADE",
    ]
    assert broken(write(document)) == []


def test_what_a_document_has_no_place_for_is_told() -> None:
    stored = as_stored(draft_rows(draft(3, MANY_SIDED)), **ISSUED)
    document = InvoiceDocument.of(stored)
    assert [(warning.rule, warning.field) for warning in document.warnings] == [
        ("ubl_no_place", "profile_data.kanal"),
        ("ubl_no_place", "lines.2.item_data.parti"),
        ("ubl_no_place", "exchange_rate_source"),
    ]
    assert broken(write(document)) == []
    assumed = of(P.YATIRIMTESVIK, T.SATIS).warnings
    assert [(warning.rule, warning.field) for warning in assumed] == [("ubl_day_assumed", "profile_data.ytb_date")]


def test_every_key_that_a_profile_demands_has_a_place() -> None:
    demanded = {"item_data": keys.ITEM_KEYS, "profile_data": keys.PROFILE_KEYS}
    assert [path for it in REQUIRED for path in it.paths if path not in demanded[it.place]] == []


TAXED = line()
EMPTY = line(kdv_rate="0", exemption_code="351")
REFUSED: dict[str, tuple[Document, dict[str, object], list[tuple[str, tuple[str, ...]]]]] = {
    "a draft": (
        sale(P.TEMELFATURA, T.SATIS),
        {
            "status": InvoiceStatus.DRAFT,
            **dict.fromkeys(("number", "series", "fiscal_year", "sequence", "issued_at")),
        },
        [("ubl_issued", ("number",))],
    ),
    "parties made anonymous": (
        sale(P.TEMELFATURA, T.SATIS),
        {"customer_tax_number": "[anonymised]"},
        [("ubl_anonymised", ("issuer.tax_number", "customer.tax_number"))],
    ),
    "a customer abroad without a number": (
        sale(P.TEMELFATURA, T.SATIS),
        {
            "customer_tax_number": None,
            "customer_tax_number_kind": None,
            "customer_country_code": "DE",
        },
        [("ubl_customer_number", ("customer.tax_number",))],
    ),
    "an exempt investment": (
        sale(P.EARSIVFATURA, T.YTBISTISNA, line(kdv_rate="0", exemption_code="339")),
        {},
        [("ubl_investment_exempt", ("type",))],
    ),
    "an investment without KDV": (
        sale(P.YATIRIMTESVIK, T.SATIS, TAXED, EMPTY),
        {},
        [("ubl_investment_kdv", ("lines.1.kdv_rate",))],
    ),
    "555 beside a line without KDV": (
        sale(P.TEMELFATURA, T.SATIS, line(exemption_code="555"), EMPTY),
        {},
        [("ubl_rate_control_kdv", ("lines.1.kdv_rate",))],
    ),
    "555 on an export-registered sale": (
        sale(P.TEMELFATURA, T.IHRACKAYITLI, line(exemption_code="555")),
        {},
        [("ubl_rate_control_type", ("type",))],
    ),
    "tax 4171 on a plain sale": (
        sale(P.TEMELFATURA, T.SATIS, line(other_taxes=[{"code": "4171", "amount": "1"}])),
        {},
        [("ubl_consumption_tax_type", ("type",))],
    ),
    "a shipment number lost": (
        sale(P.IDIS, T.SATIS),
        {"profile_data": {}},
        [("ck_invoices_profile_data_complete", ("profile_data.sevkiyat_no",))],
    ),
    "a day that is none": (
        sale(P.YATIRIMTESVIK, T.SATIS),
        {"profile_data": {"ytb_no": "123456", "ytb_date": "yesterday"}},
        [("ubl_date", ("profile_data.ytb_date",))],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_gib_would_refuse_is_refused_before_it_is_written(name: str) -> None:
    document, changes, expected = REFUSED[name]
    assert refusals(issued(document, **changes)) == expected


def test_what_is_admitted_stands_just_beside_what_is_refused() -> None:
    for document in (
        sale(P.TEMELFATURA, T.SATIS, line(exemption_code="555"), line()),
        sale(P.YATIRIMTESVIK, T.IADE, line(kdv_rate="0", item_data={"item_class": "02"})),
        sale(P.TEMELFATURA, T.SGK, line(other_taxes=[{"code": "4171", "amount": "1"}])),
    ):
        assert broken(write(InvoiceDocument.of(issued(document)))) == []
