"""What is read all the same, and told: codes, numbers, versions, amounts."""

from __future__ import annotations

import re
from decimal import localcontext

import pytest

from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceTypeCode
from platform_db.ubl import InvoiceDocument, read, write
from tests.ubl.invoices import Document, issued, line, sale

P, T = InvoiceProfile, InvoiceTypeCode


def xml(document: Document) -> str:
    return write(InvoiceDocument.of(issued(document))).decode()


PLAIN = xml(sale(P.KAMU, T.SATIS, line(), line(unit_price="10")))
WITHHELD = xml(sale(P.TICARIFATURA, T.TEVKIFAT))
EXEMPT = xml(sale(P.TICARIFATURA, T.ISTISNA))
LINE = "/Invoice/cac:InvoiceLine[2]"
TOTAL = "/Invoice/cac:LegalMonetaryTotal"

CHANGES: dict[str, tuple[str, str, str, list[tuple[str, str]]]] = {
    "an old version": (PLAIN, ">TR1.2.1<", ">TR1.0<", [("version_current", "/Invoice/cbc:CustomizationID")]),
    "the version before": (PLAIN, ">TR1.2.1<", ">TR1.2<", []),
    "a copy": (PLAIN, ">false</cbc:Copy", ">true</cbc:Copy", [("copy", "/Invoice/cbc:CopyIndicator")]),
    "a number": (PLAIN, ">ABC2026000000001<", ">A-1<", [("number_format", "/Invoice/cbc:ID")]),
    "a profile": (PLAIN, ">KAMU<", ">YOK<", [("profile_known", "/Invoice/cbc:ProfileID")]),
    "a type": (PLAIN, ">SATIS<", ">YOK<", [("type_known", "/Invoice/cbc:InvoiceTypeCode")]),
    "a pair": (PLAIN, ">SATIS<", ">SARJ<", [("profile_admits_type", "/Invoice/cbc:InvoiceTypeCode")]),
    "a currency of an amount": (
        PLAIN,
        '<cbc:PayableAmount currencyID="TRY">',
        '<cbc:PayableAmount currencyID="EUR">',
        [("currency_declared", f"{TOTAL}/cbc:PayableAmount/@currencyID")],
    ),
    "an IBAN": (
        PLAIN,
        "TR330006100519786457841326",
        "TR330006100519786457841327",
        [("iban", "/Invoice/cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID")],
    ),
    "an exemption": (
        EXEMPT,
        ">301<",
        ">399<",
        [
            (
                "exemption_known",
                f"/Invoice{place}/cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReasonCode",
            )
            for place in ("", "/cac:InvoiceLine")
        ],
    ),
    "a superseded withholding": (
        WITHHELD,
        "<cbc:IssueDate>2026-07-10<",
        "<cbc:IssueDate>2012-07-10<",
        [],
    ),
    "an unknown withholding": (
        WITHHELD,
        ">604<",
        ">650<",
        [("withholding_in_force", "/Invoice/cac:WithholdingTaxTotal[1]/cac:TaxSubtotal[1]")],
    ),
    "the line count": (
        PLAIN,
        ">2</cbc:LineCount",
        ">3</cbc:LineCount",
        [("line_count", "/Invoice/cbc:LineCountNumeric")],
    ),
}


def told(text: str) -> list[tuple[str, str]]:
    return [(warning.rule.removeprefix("ubl_"), warning.field) for warning in read(text.encode()).warnings]


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_not_as_it_should_be_is_a_warning_with_its_place(name: str) -> None:
    text, old, new, expected = CHANGES[name]
    assert old in text
    assert told(text.replace(old, new)) == expected


AMOUNTS: dict[str, tuple[str, str, str, list[str]]] = {
    "a price": (PLAIN, ">10<", ">11<", [f"{LINE}/cbc:LineExtensionAmount"]),
    "a line's tax": (
        PLAIN,
        r'(<cbc:TaxAmount currencyID="TRY">)4.00(</cbc:TaxAmount>\s*<cbc:Percent>)',
        r"\g<1>5.00\2",
        [f"{LINE}/cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount", f"{LINE}/cac:TaxTotal/cbc:TaxAmount"],
    ),
    "the sum of the taxes": (
        PLAIN,
        r'(<cbc:TaxAmount currencyID="TRY">)504.20(</cbc:TaxAmount>\s*<cac:TaxSubtotal>)',
        r"\g<1>504.21\2",
        ["/Invoice/cac:TaxTotal/cbc:TaxAmount"],
    ),
    "the lines": (PLAIN, ">2521.00</cbc:LineExt", ">2521.01</cbc:LineExt", [f"{TOTAL}/cbc:LineExtensionAmount"]),
    "tax exclusive": (
        PLAIN,
        ">2521.00</cbc:TaxExcl",
        ">2521.01</cbc:TaxExcl",
        [f"{TOTAL}/cbc:TaxExclusiveAmount", f"{TOTAL}/cbc:TaxInclusiveAmount"],
    ),
    "payable": (PLAIN, ">3025.20</cbc:Payable", ">3025.19</cbc:Payable", [f"{TOTAL}/cbc:PayableAmount"]),
    "what is withheld": (
        WITHHELD,
        "<cbc:Percent>50<",
        "<cbc:Percent>40<",
        [
            "/Invoice/cac:InvoiceLine/cac:WithholdingTaxTotal/cac:TaxSubtotal/cbc:TaxAmount",
            "/Invoice/cac:WithholdingTaxTotal/cac:TaxSubtotal/cbc:TaxAmount",
        ],
    ),
}


@pytest.mark.parametrize("name", AMOUNTS)
def test_an_amount_that_does_not_follow_is_told_by_field(name: str) -> None:
    text, old, new, fields = AMOUNTS[name]
    changed, count = re.subn(old, new, text)
    assert count
    found = [field for rule, field in told(changed) if rule == "amount_follows"]
    assert sorted(found) == sorted(fields)


def test_no_caller_s_decimal_context_changes_a_judgement() -> None:
    with localcontext(prec=3):
        assert told(PLAIN) == []
