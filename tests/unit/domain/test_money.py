"""Amounts come in exactly or not at all, as values and in input fields."""

from __future__ import annotations

import pickle
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moneyed import Money
from pydantic import BaseModel, TypeAdapter, ValidationError

from platform_db.domain import money
from platform_db.domain.money import Amount, Currency, Lira, MoneyError

CENTS = st.integers(money.MIN_CENTS, money.MAX_CENTS)


def refusal(value: object, currency: Currency = Currency.TRY) -> str:
    """The rule under which ``to_cents`` refuses; a test fails where it does not."""
    with pytest.raises(MoneyError) as refused:
        money.to_cents(value, currency)  # pyright: ignore[reportArgumentType] - hostile on purpose
    return refused.value.rule


def test_the_lira_comes_first() -> None:
    assert [*Currency] == ["TRY", "USD", "EUR", "GBP"]


# In and out


@pytest.mark.parametrize(
    ("value", "cents"),
    [
        (Decimal("19.99"), 1999),
        (Decimal("19.9900000000"), 1999),
        (Decimal("1E+2"), 10000),
        (Decimal("-0.01"), -1),
        (Decimal("-0"), 0),
        (Decimal("0E+999999"), 0),
        (Decimal("92233720368547758.07"), 2**63 - 1),
        (Decimal("-92233720368547758.08"), -(2**63)),
        ("0", 0),
        ("007.5", 750),
        ("1234.56", 123456),
        ("92233720368547758.07", 2**63 - 1),
        (7, 700),
        (-7, -700),
        (Money("19.99", "TRY"), 1999),
    ],
)
def test_an_exact_amount_is_taken(value: Decimal | str | int | Money, cents: int) -> None:
    assert money.to_cents(value) == cents


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (1.0, "amount_type"),
        (float("nan"), "amount_type"),
        (True, "amount_type"),
        (None, "amount_type"),
        (b"1", "amount_type"),
        ([1], "amount_type"),
        (Fraction(1, 2), "amount_type"),
        (Decimal("0.001"), "amount_places"),
        (Decimal("1.005"), "amount_places"),
        (Decimal("1E-999999"), "amount_places"),
        ("1.500", "amount_places"),
        ("0.001", "amount_places"),
        (Money("1.005", "TRY"), "amount_places"),
        (Decimal("NaN"), "amount_finite"),
        (Decimal("sNaN"), "amount_finite"),
        (Decimal("-Infinity"), "amount_finite"),
        (Money(Decimal("Infinity"), "TRY"), "amount_finite"),
        (Decimal("92233720368547758.08"), "amount_range"),
        (Decimal("-92233720368547758.09"), "amount_range"),
        (Decimal("1E+131072"), "amount_range"),
        (Decimal("1E+999999999"), "amount_range"),
        ("92233720368547758.08", "amount_range"),
        (2**63, "amount_range"),
        (10**1_000, "amount_range"),
        (Money("1", "USD"), "amount_currency"),
        ("", "amount_format"),
        (" 1", "amount_format"),
        ("1\n", "amount_format"),
        ("1_000", "amount_format"),
        ("1,00", "amount_format"),
        ("1.234,56", "amount_format"),
        ("1.", "amount_format"),
        (".5", "amount_format"),
        ("+1", "amount_format"),
        ("-1", "amount_format"),
        ("1e2", "amount_format"),
        ("NaN", "amount_format"),
        ("Infinity", "amount_format"),
        ("١٢", "amount_format"),
        ("１", "amount_format"),
        ("1\x00", "amount_format"),
        ("\ud800", "amount_format"),
        ("1" * 10_000, "amount_format"),
        (Currency.TRY, "amount_format"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_another_amount_is_refused_by_name(value: object, rule: str) -> None:
    assert refusal(value) == rule


def test_currencies_do_not_mix() -> None:
    assert money.to_cents(Money("5", "USD"), Currency.USD) == 500
    assert refusal(Money("5", "TRY"), Currency.USD) == "amount_currency"
    with pytest.raises(TypeError, match="different currencies"):
        _ = money.money(1, Currency.TRY) + money.money(1, Currency.EUR)


@settings(deadline=None)
@given(cents=CENTS, currency=st.sampled_from(Currency))
def test_minor_units_go_out_and_come_back(cents: int, currency: Currency) -> None:
    lira = money.from_cents(cents)
    assert lira.as_tuple().exponent == -2
    assert money.to_cents(lira, currency) == cents
    assert money.to_cents(money.money(cents, currency), currency) == cents
    if cents >= 0:
        assert money.to_cents(str(lira), currency) == cents


@settings(deadline=None)
@given(value=st.decimals(allow_nan=True, allow_infinity=True))
def test_an_amount_is_exact_or_refused(value: Decimal) -> None:
    try:
        cents = money.to_cents(value)
    except MoneyError:
        return
    assert Fraction(cents, 100) == Fraction(value)


def test_the_refusal_never_holds_the_amount_and_travels() -> None:
    with pytest.raises(MoneyError) as refused:
        money.to_cents("918273645.991")
    assert "918273645" not in repr(refused.value)
    copy = pickle.loads(pickle.dumps(refused.value))  # noqa: S301 - our own bytes
    assert (type(copy), copy.rule, copy.message) == (MoneyError, "amount_places", refused.value.message)


# Input fields


class Payment(BaseModel):
    currency: Currency = Currency.TRY
    amount: Lira


class Allowance(BaseModel):
    amount: Amount


@pytest.mark.parametrize("value", ["19.9", Decimal("19.90"), Money("19.90", "TRY")])
def test_a_field_in_lira_takes_decimal_text_and_money(value: object) -> None:
    payment = Payment.model_validate({"amount": value})
    assert str(payment.amount) == "19.90"
    assert money.to_cents(payment.amount, payment.currency) == 1990
    assert Payment.model_validate(payment.model_dump()) == payment
    assert Payment.model_validate_json(payment.model_dump_json()) == payment


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (19.9, "amount_type"),
        (19, "amount_type"),
        (True, "amount_type"),
        (None, "amount_type"),
        ("19.905", "amount_places"),
        (Decimal("NaN"), "amount_finite"),
        (Money("19.90", "USD"), "amount_currency"),
        ("19,90", "amount_format"),
    ],
)
def test_a_field_in_lira_refuses_the_rest_by_name(value: object, rule: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Payment.model_validate({"amount": value})
    (detail,) = refused.value.errors()
    assert (detail["type"], detail["loc"]) == (rule, ("amount",))
    assert set(detail.get("ctx", {})) == {"tr", "en"}


def test_a_json_number_is_not_an_amount() -> None:
    for number in ("19.9", "19"):
        with pytest.raises(ValidationError, match="amount_type"):
            Payment.model_validate_json(f'{{"amount": {number}}}')


def test_money_must_be_in_the_currency_beside_it() -> None:
    assert Payment.model_validate({"currency": "USD", "amount": Money("5", "USD")}).amount == Decimal("5.00")
    with pytest.raises(ValidationError, match="amount_currency"):
        Payment.model_validate({"currency": "USD", "amount": Money("5", "TRY")})
    assert TypeAdapter(Lira).validate_python(Money("5", "TRY")) == Decimal("5.00")


def test_a_part_whose_currency_stands_elsewhere_takes_no_money() -> None:
    assert str(Allowance.model_validate({"amount": "5"}).amount) == "5.00"
    with pytest.raises(ValidationError, match="amount_currency"):
        Allowance.model_validate({"amount": Money("5", "TRY")})
