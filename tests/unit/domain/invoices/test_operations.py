from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from platform_db.domain.invoices import operations
from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceStatus, InvoiceTypeCode
from platform_db.domain.invoices.returns import InvoiceReturn, return_rows, return_type
from platform_db.errors import RuleViolation
from tests.invoice_examples import DAY, WITHHELD, Document, issue_document, line
from tests.unit.domain.invoices.stored import AT, ISSUED, stored

if TYPE_CHECKING:
    from platform_db.domain.invoices.document import InvoiceDocument
    from platform_db.domain.invoices.invoice import Invoice

SENT: Document = {**ISSUED, "status": InvoiceStatus.SENT, "sent_at": AT}
CANCELLED: Document = {
    **ISSUED,
    "status": InvoiceStatus.CANCELLED,
    "cancelled_at": AT,
    "cancellation_reason": "Yanlış alıcı",
}
PAID: Document = {**ISSUED, "status": InvoiceStatus.PAID, "paid_at": AT, "paid_cents": 2400000}
REFUNDED: Document = {**PAID, "status": InvoiceStatus.REFUNDED, "refunded_cents": 2400000}


def invoice(**changes: Any) -> Invoice:  # noqa: ANN401 - columns
    return stored(**changes).invoice


def rule_of(refusal: pytest.ExceptionInfo[RuleViolation]) -> str:
    return refusal.value.rule


def test_a_draft_is_issued_in_the_year_of_its_date() -> None:
    assert operations.issued(invoice(), "ABC") == {"series": "ABC", "fiscal_year": 2025}


@pytest.mark.parametrize("state", [ISSUED, SENT, PAID, CANCELLED])
def test_only_a_draft_is_issued_or_deleted(state: dict[str, object]) -> None:
    with pytest.raises(RuleViolation) as issued:
        operations.issued(invoice(**state), "ABC")
    with pytest.raises(RuleViolation) as deleted:
        operations.deletable(invoice(**state))

    assert rule_of(issued) == "ck_invoices_transition_allowed"
    assert rule_of(deleted) == "ck_invoices_issued_is_kept"


@pytest.mark.parametrize("series", ["abc", "AB", "ABCD", "AB\n", "ÇĞŞ"])
def test_a_series_is_three_capitals_or_digits(series: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        operations.issued(invoice(), series)

    assert rule_of(refusal) == "ck_invoice_series_series_format"


@pytest.mark.parametrize(
    ("state", "becomes"),
    [(ISSUED, InvoiceStatus.SENT), (SENT, InvoiceStatus.SENT), (PAID, InvoiceStatus.PAID)],
)
def test_being_sent_never_hides_what_was_paid(state: dict[str, object], becomes: InvoiceStatus) -> None:
    assert operations.sent(invoice(**state), AT) == {"status": becomes, "sent_at": AT}


@pytest.mark.parametrize("state", [{}, CANCELLED])
def test_a_draft_and_a_cancelled_invoice_are_not_sent(state: dict[str, object]) -> None:
    with pytest.raises(RuleViolation) as refusal:
        operations.sent(invoice(**state), None)

    assert rule_of(refusal) == "ck_invoices_transition_allowed"


def test_stamps_do_not_go_backwards() -> None:
    with pytest.raises(RuleViolation) as before_issue:
        operations.sent(invoice(**ISSUED), AT - timedelta(microseconds=1))
    with pytest.raises(RuleViolation) as before_sending:
        operations.viewed(invoice(**SENT), AT - timedelta(microseconds=1))
    with pytest.raises(RuleViolation) as never_sent:
        operations.viewed(invoice(**ISSUED), None)

    assert rule_of(before_issue) == "ck_invoices_sent_after_issued"
    assert rule_of(before_sending) == "ck_invoices_viewed_after_sent"
    assert rule_of(never_sent) == "ck_invoices_viewed_after_sent"


def test_an_invoice_whose_money_went_back_is_cancelled() -> None:
    assert operations.cancelled(invoice(**REFUNDED), "Yanlış alıcı") == {
        "status": InvoiceStatus.CANCELLED,
        "cancellation_reason": "Yanlış alıcı",
        "cancelled_at": None,
    }


@pytest.mark.parametrize(
    ("state", "reason", "rule"),
    [
        ({}, "Yanlış", "ck_invoices_transition_allowed"),
        (CANCELLED, "Yanlış", "ck_invoices_transition_allowed"),
        (PAID, "Yanlış", "ck_invoices_status_matches_payments"),
        (ISSUED, "", "ck_invoices_cancellation_reason_length"),
        (ISSUED, "x" * 501, "ck_invoices_cancellation_reason_length"),
    ],
)
def test_cancelling_is_refused_by_the_name_of_the_rule(state: dict[str, object], reason: str, rule: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        operations.cancelled(invoice(**state), reason)

    assert rule_of(refusal) == rule


def test_drafts_are_issued_together_each_in_its_year() -> None:
    drafts = [invoice(), invoice(id=12, issue_date=date(2024, 12, 31))]

    assert operations.issued_together(drafts, "ABC") == (
        {"series": "ABC", "fiscal_year": 2025},
        {"series": "ABC", "fiscal_year": 2024},
    )


def test_every_refused_draft_is_named_by_its_place() -> None:
    with pytest.raises(RuleViolation) as states:
        operations.issued_together([invoice(), invoice(id=12, **SENT), invoice(id=13, **PAID)], "ABC")
    with pytest.raises(RuleViolation) as twice:
        operations.issued_together([invoice(), invoice()], "ABC")

    assert [each.fields for each in states.value.violations] == [("drafts.1.status",), ("drafts.2.status",)]
    assert rule_of(states) == rule_of(twice) == "ck_invoices_transition_allowed"


@pytest.mark.parametrize("state", [ISSUED, SENT, PAID, CANCELLED])
def test_only_a_draft_of_the_same_user_is_replaced(state: dict[str, object]) -> None:
    operations.replaceable(invoice(), 3)
    with pytest.raises(RuleViolation) as issued:
        operations.replaceable(invoice(**state), 3)
    with pytest.raises(RuleViolation) as strange:
        operations.replaceable(invoice(), 4)

    assert (rule_of(issued), rule_of(strange)) == ("ck_invoices_issued_is_immutable", "draft_keeps_its_user")


def test_erasing_contact_changes_what_is_there() -> None:
    assert operations.contact_erased(invoice()) == {}
    assert operations.contact_erased(invoice(customer_email="a@firma.com.tr", note="Not")) == {
        "customer_email": None,
        "note": None,
    }


RETURNED = InvoiceReturn(issue_date=DAY + timedelta(days=3), note="İade")


def test_a_return_mirrors_the_whole_invoice() -> None:
    original = stored(WITHHELD, **ISSUED)

    rows = return_rows(original, RETURNED)

    taken = {name: value for name, value in rows.invoice.items() if value != getattr(original.invoice, name)}
    assert taken == {
        "ettn": rows.ettn,
        "type_code": InvoiceTypeCode.IADE,
        "return_of_invoice_id": 11,
        "issue_date": date(2025, 7, 4),
        "note": "İade",
    }
    assert isinstance(rows.ettn, UUID)
    assert rows.invoice["payable_cents"] == 1980000
    assert rows.withholdings == ({"code": "604", "percent": 50, "base_cents": 360000, "amount_cents": 180000},)


def test_what_was_below_the_limit_returns_without_its_code() -> None:
    small = issue_document(type="TEVKIFAT", lines=[line(unit_price="100", withholding_code="604")])
    original = stored(small, **ISSUED)

    rows = return_rows(original, RETURNED)

    assert original.lines[0].withholding_percent == 50
    assert rows.invoice["type_code"] is InvoiceTypeCode.TEVKIFATIADE
    assert (rows.lines[0]["withholding_code"], rows.lines[0]["withholding_percent"]) == (None, None)
    assert rows.invoice["payable_cents"] == original.invoice.payable_cents == 24000


def test_kdv_that_was_not_collected_does_not_come_back() -> None:
    exported = issue_document(
        type="IHRACKAYITLI", lines=[line(exemption_code="701"), line(unit_price="5", kdv_rate="20")]
    )
    original = stored(exported, **ISSUED)

    rows = return_rows(original, RETURNED)

    assert original.invoice.deferred_kdv_cents == 400000
    assert rows.invoice["payable_cents"] == original.invoice.payable_cents == 2001200
    assert rows.invoice["deferred_kdv_cents"] == 0
    assert [(row["rate"], row["base_cents"], row["amount_cents"]) for row in rows.tax_subtotals] == [
        (0, 2000000, 0),
        (20, 1000, 200),
    ]


@pytest.mark.parametrize(
    ("sold", "profile", "returned"),
    [
        ("SATIS", "TEMELFATURA", InvoiceTypeCode.IADE),
        ("KONAKLAMAVERGISI", "TEMELFATURA", InvoiceTypeCode.IADE),
        ("YTBSATIS", "EARSIVFATURA", InvoiceTypeCode.YTBIADE),
    ],
)
def test_every_sale_has_its_type_of_return(sold: str, profile: str, returned: InvoiceTypeCode) -> None:
    more = {"ytb_no": "123456"} if sold.startswith("YTB") else {}
    items = {"item_class": "04"} if more else {}
    document = issue_document(type=sold, profile=profile, profile_data=more, lines=[line(item_data=items)])

    assert return_type(stored(document, **ISSUED).invoice) is returned


def test_what_cannot_be_returned_is_refused() -> None:
    commercial = stored(issue_document(profile="TICARIFATURA"), **ISSUED)
    a_return = stored(
        issue_document(type="IADE", return_of_number="XYZ2025000000009", return_of_issue_date="2025-06-01"), **ISSUED
    )
    refusals: list[tuple[InvoiceDocument, InvoiceReturn, str]] = [
        (stored(), RETURNED, "ck_invoices_return_has_reference"),
        (stored(**CANCELLED), RETURNED, "ck_invoices_return_has_reference"),
        (a_return, RETURNED, "return_of_sale"),
        (stored(**ISSUED), InvoiceReturn(issue_date=DAY - timedelta(days=1)), "return_after_original"),
        (commercial, RETURNED, "ck_invoices_profile_admits_type"),
    ]

    for original, terms, rule in refusals:
        with pytest.raises(RuleViolation) as refusal:
            return_rows(original, terms)
        assert rule_of(refusal) == rule

    elsewhere = InvoiceReturn(issue_date=DAY, profile=InvoiceProfile.TEMELFATURA)
    assert return_rows(commercial, elsewhere).invoice["profile"] is InvoiceProfile.TEMELFATURA
