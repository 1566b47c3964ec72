"""Published rates as values: what may be stored, and what a document says of one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from platform_db.domain.exchange_rates import NewRate, PublishedRate, RateKind, RateSeries
from platform_db.domain.invoices.issue_document import parse_issue_document
from platform_db.domain.money import Currency
from platform_db.domain.payments.inputs import NewPayment
from platform_db.errors import RuleViolation
from tests.invoice_examples import issue_document

DAY = date(2026, 5, 4)
GIVEN: dict[str, Any] = {
    "currency": "USD",
    "rate_date": DAY,
    "kind": "forex_buying",
    "rate": Decimal("45.1234"),
}


def published(**changes: Any) -> PublishedRate:  # noqa: ANN401 - columns
    made = {"id": 1, "created_at": datetime(2026, 5, 4, 12, 31, tzinfo=UTC)}
    return PublishedRate.parse({**GIVEN, "source": "TCMB", **made, **changes})


def test_a_rate_is_the_central_bank_s_for_one_unit_unless_said() -> None:
    new = NewRate.parse(GIVEN)

    assert new.columns == {
        "currency": Currency.USD,
        "rate_date": DAY,
        "source": "TCMB",
        "kind": RateKind.FOREX_BUYING,
        "rate": Decimal("45.1234"),
        "unit": 1,
    }


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({"currency": "TRY"}, ["ck_exchange_rates_currency_is_foreign"]),
        ({"rate": Decimal(0)}, ["ck_exchange_rates_rate_valid"]),
        ({"rate": Decimal("1.1234567")}, ["ck_exchange_rates_rate_valid"]),
        ({"unit": 0}, ["ck_exchange_rates_unit_positive"]),
        ({"source": "T" * 51}, ["ck_exchange_rates_source_length"]),
        ({"rate": 45.1234}, ["exchange_rates_rate_type"]),
        ({"kind": "forex"}, ["exchange_rates_kind_type"]),
    ],
)
def test_what_the_table_refuses_is_refused_before(change: dict[str, object], rules: list[str]) -> None:
    with pytest.raises(RuleViolation) as refused:
        NewRate.parse({**GIVEN, **change})

    assert [each.rule for each in refused.value.violations] == rules


def test_a_document_carries_rate_day_and_source() -> None:
    assert published().for_document == {
        "exchange_rate": Decimal("45.1234"),
        "exchange_rate_date": DAY,
        "exchange_rate_source": "TCMB forex buying",
    }


@pytest.mark.parametrize(
    ("rate", "unit", "one"),
    [("29.8410", 100, "0.29841"), ("1", 3, "0.333333"), ("0.000005", 10, "0.000001"), ("45.123456", 1, "45.123456")],
)
def test_a_document_s_rate_is_for_one_unit(rate: str, unit: int, one: str) -> None:
    assert published(rate=Decimal(rate), unit=unit).for_document["exchange_rate"] == Decimal(one)


def test_a_payment_takes_what_a_document_carries() -> None:
    new = NewPayment(
        user_id=1,
        currency=Currency.USD,
        amount=Decimal(100),
        invoice_id=7,
        provider="iyzico",
        provider_ref="r-1",
        **published().for_document,
    )

    assert new.columns["amount_try_cents"] == 451234


def test_an_invoice_takes_the_same_as_text() -> None:
    rate = published(rate=Decimal("0.000100"), unit=1)
    drafted = parse_issue_document(issue_document(currency="USD", **rate.for_issue_document)).draft(1)

    assert rate.for_issue_document["exchange_rate"] == "0.0001"
    assert (drafted.document.exchange_rate, drafted.exchange_rate_date, drafted.exchange_rate_source) == (
        Decimal("0.0001"),
        DAY,
        "TCMB forex buying",
    )


def test_a_series_is_a_currency_and_a_kind_of_one_source() -> None:
    series = RateSeries(currency=Currency.EUR, kind=RateKind.BANKNOTE_SELLING)

    assert (series.currency, series.source, series.kind) == (Currency.EUR, "TCMB", RateKind.BANKNOTE_SELLING)


def test_there_is_no_series_of_the_lira() -> None:
    with pytest.raises(RuleViolation) as refused:
        RateSeries(currency=Currency.TRY, kind=RateKind.FOREX_BUYING)

    assert refused.value.rule == "ck_exchange_rates_currency_is_foreign"
