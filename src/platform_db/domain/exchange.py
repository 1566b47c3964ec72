"""Documents in a currency: what an invoice, an order and a payment say of their exchange rate.

A document in TRY carries no rate. One in another currency carries rate, day and source,
and its TRY equivalent beside its amount, or it cannot exist. The fields are annotations,
so each table keeps them where its columns stand; the rules go into the model's ``rules``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Final

from pydantic import Field

from platform_db.domain.fields import Day, Numeric, Text
from platform_db.domain.money import MAX_CENTS, Currency
from platform_db.domain.rounding import round_half_up
from platform_db.domain.rules import Message, Rule

__all__ = [
    "CURRENCY_POLICY",
    "RATE_SOURCE",
    "DocumentCurrency",
    "ExchangeRate",
    "ExchangeRateDate",
    "ExchangeRateSource",
    "rate_bounds",
    "try_is_converted",
]

DocumentCurrency = Annotated[
    Currency,
    Field(description="Currency of every amount in this row (ISO 4217)."),
]

RATE_SOURCE: Final = Text(max=50)
"""Who published a rate."""


def rate_bounds(name: str) -> Numeric:
    """The column of a rate to TRY; ``name`` is its constraint."""
    return Numeric(
        places=6,
        gt=0,
        lt=1_000_000_000,
        name=name,
        message=Message(
            "Kur sıfırdan büyük ve bir milyardan küçük olmalı, en çok altı ondalık basamak taşımalıdır",
            "The exchange rate must be above zero and below one billion, with at most six decimal places",
        ),
    )


ExchangeRate = Annotated[
    Decimal | None,
    rate_bounds("exchange_rate_valid"),
    Field(description="TRY for one unit of the currency; NULL for TRY, required for every other."),
]

ExchangeRateDate = Annotated[
    date | None,
    Day(),
    Field(description="Day (Europe/Istanbul) for which the rate was published; NULL for TRY."),
]

ExchangeRateSource = Annotated[
    str | None,
    RATE_SOURCE,
    Field(description="Who published the rate, and which of its rates: TCMB forex buying; NULL for TRY."),
]


def _currency_policy(
    currency: Currency | None, rate: Decimal | None, rate_date: date | None, source: str | None
) -> bool | None:
    rateless = rate is None
    if rateless != (rate_date is None) or rateless != (source is None):
        return False
    return None if currency is None else (currency == Currency.TRY) == rateless


CURRENCY_POLICY: Final = Rule(
    name="currency_policy",
    fields=("currency", "exchange_rate", "exchange_rate_date", "exchange_rate_source"),
    holds=_currency_policy,
    sql=(
        "(currency = 'TRY') = (exchange_rate IS NULL)"
        " AND (exchange_rate IS NULL) = (exchange_rate_date IS NULL)"
        " AND (exchange_rate IS NULL) = (exchange_rate_source IS NULL)"
    ),
    message=Message(
        "TRY dışındaki belgede kur, kur tarihi ve kur kaynağı birlikte bulunur; TRY belgede hiçbiri bulunmaz",
        "A document in another currency than TRY carries rate, date and source of the rate; one in TRY carries none",
    ),
    null_aware=True,
)
"""Rate, day and source belong together, and to every currency but TRY."""


def _converted(cents: int | None, try_cents: int | None, rate: Decimal | None) -> bool | None:
    if cents is None or try_cents is None:
        return None
    if rate is None:
        return try_cents == cents
    if not rate.is_finite():
        return False
    product = cents * rate
    return abs(product) < MAX_CENTS + 2 and round_half_up(product, 0) == try_cents


def try_is_converted(amount: str) -> Rule:
    """The rule that ``<amount>_try_cents`` is ``<amount>_cents`` in kuruş, rounded half up once.

    Without a rate the two are equal.
    """
    return Rule(
        name=f"{amount}_try_is_converted",
        fields=(f"{amount}_cents", f"{amount}_try_cents", "exchange_rate"),
        holds=_converted,
        sql=f"{amount}_try_cents = round({amount}_cents * coalesce(exchange_rate, 1))",
        message=Message(
            "TRY karşılığı, tutarın kurla çarpılıp kuruşa yuvarlanmış hâli olmalıdır",
            "The TRY equivalent must be the amount times the rate, rounded to whole kuruş",
        ),
        null_aware=True,
    )
