from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from platform_db.domain.columns import columns_of
from platform_db.domain.invoices.calculation import parse_document
from platform_db.domain.invoices.draft import HEADER, DraftRows, Header, InvoiceDraft, LineDetails, draft_rows
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.invoices.parties import Customer
from platform_db.domain.invoices.subtotals import InvoiceTaxSubtotal, InvoiceWithholding
from platform_db.errors import RuleViolation
from tests.invoice_examples import MANY_SIDED, WITHHELD, draft, issue_document, line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_db.domain.models import StoredModel

WORKED: list[dict[str, Any]] = json.loads(Path("examples/data/worked_invoices.json").read_text())["cases"]


def broken(model: type[StoredModel], row: Mapping[str, object]) -> list[str]:
    """The rules of the table that a part of a row breaks; every rule whose columns are there is judged."""
    try:
        columns_of(model, [name for name in model.model_fields if name in row]).parse(row)
    except RuleViolation as refused:
        return [violation.rule for violation in refused.violations]
    return []


def assert_stored_rules_hold(rows: DraftRows) -> None:
    assert broken(Invoice, rows.invoice) == []
    for model, parts in (
        (InvoiceLine, rows.lines),
        (InvoiceTaxSubtotal, rows.tax_subtotals),
        (InvoiceWithholding, rows.withholdings),
    ):
        for part in parts:
            assert broken(model, part) == []


@pytest.mark.parametrize("case", WORKED, ids=[case["id"] for case in WORKED])
def test_the_rows_of_worked_invoices_satisfy_every_rule_of_their_tables(case: dict[str, Any]) -> None:
    parties = draft(1)
    document = parse_document(case["input"])
    abroad = document.exchange_rate is not None
    given = InvoiceDraft(
        user_id=1,
        document=document,
        issuer=parties.issuer,
        customer=parties.customer,
        payment_iban="TR330006100519786457841326",
        exchange_rate_date=document.issue_date if abroad else None,
        exchange_rate_source="TCMB" if abroad else None,
    )

    rows = draft_rows(given)

    assert_stored_rules_hold(rows)
    assert len(rows.lines) == len(given.document.lines)


def test_every_column_of_a_many_sided_draft_is_right() -> None:
    rows = draft_rows(draft(7, MANY_SIDED))

    assert_stored_rules_hold(rows)
    assert {name: rows.invoice[name] for name in ("user_id", "currency", "exchange_rate", "exchange_rate_source")} == {
        "user_id": 7,
        "currency": "USD",
        "exchange_rate": Decimal("40.123456"),
        "exchange_rate_source": "TCMB döviz alış",
    }
    assert rows.lines[0]["quantity"] == Decimal("1.33333333")
    assert rows.lines[0]["unit_price"] == Decimal("0.00000001")
    assert rows.lines[1]["other_taxes"] == [
        {"code": "0071", "rate": "7.5", "amount_cents": rows.lines[1]["other_taxes_cents"], "in_kdv_base": True},
    ]
    assert rows.lines[2]["exemption_reason"] == "Kapsam dışı"
    assert rows.lines[2]["item_data"] == {"parti": "7"}
    assert [row["tax_code"] for row in rows.tax_subtotals] == ["0015", "0015", "0015", "0071"]
    assert rows.withholdings == ()


def test_what_is_withheld_has_its_row() -> None:
    rows = draft_rows(draft(1, WITHHELD))

    assert rows.withholdings == ({"code": "604", "percent": 50, "base_cents": 360000, "amount_cents": 180000},)
    assert rows.invoice["payable_cents"] == 1980000


def test_a_copy_has_the_figures_of_its_own_document() -> None:
    given, other = draft(1), draft(1, WITHHELD)

    copy = given.model_copy(update={"document": other.document})

    assert given.calculation != other.calculation
    assert copy.calculation == other.calculation


def test_a_draft_gets_an_ettn_of_its_own_each_time() -> None:
    given = draft(1)

    assert draft_rows(given).ettn != draft_rows(given).ettn


def test_the_header_is_every_column_that_the_database_does_not_make() -> None:
    left_out = set(Invoice.model_fields) - set(HEADER)

    assert {name for name in left_out if not name.endswith(("_cents", "_at"))} == {
        "id",
        "user_id",
        "status",
        "ettn",
        "number",
        "series",
        "fiscal_year",
        "sequence",
        "cancellation_reason",
        "pdf_s3_key",
        "version",
    }
    assert {rule.name for rule in Header.all_rules()} <= {rule.name for rule in Invoice.all_rules()}


def test_a_draft_that_breaks_rules_is_not_made() -> None:
    given = draft(1)
    customer = given.customer.model_copy(update={"title": "", "tax_office": None})

    with pytest.raises(RuleViolation) as refusal:
        InvoiceDraft(user_id=1, document=given.document, issuer=given.issuer, customer=customer, despatch_number="IRS1")

    assert [(each.rule, each.fields) for each in refusal.value.violations] == [
        ("ck_invoices_customer_title_length", ("customer.title",)),
        ("ck_invoices_despatch_has_number", ("despatch_number", "despatch_date")),
        ("ck_invoices_customer_vkn_has_tax_office", ("customer.tax_number", "customer.tax_office")),
    ]


def test_line_details_come_for_every_line_or_for_none() -> None:
    given = draft(1, issue_document(lines=[line(), line()]))

    with pytest.raises(RuleViolation) as refusal:
        InvoiceDraft(
            user_id=1, document=given.document, issuer=given.issuer, customer=given.customer, lines=(LineDetails(),)
        )

    assert refusal.value.rule == "line_details_match_lines"


def test_a_party_says_at_once_that_a_number_is_wrong() -> None:
    party = {"title": "Deneme", "address": "Sok. 1", "district": "Nilüfer", "city": "Bursa"}

    with pytest.raises(ValidationError) as refusal:
        Customer(tax_number="1234567891", **party)
    with pytest.raises(RuleViolation) as told:
        Customer.parse({**party, "tax_number": "12"})

    assert refusal.value.errors()[0]["type"] == "vkn_checksum"
    assert "1234567891" not in str(refusal.value)
    assert told.value.rule == "ck_invoices_customer_tax_number_format"
