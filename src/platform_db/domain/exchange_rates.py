"""Published exchange rates: what one or more units of a currency were worth in TRY on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from platform_db.domain.exchange import RATE_SOURCE, rate_bounds
from platform_db.domain.fields import Day, Integer, Text
from platform_db.domain.models import Created
from platform_db.domain.money import Currency
from platform_db.domain.rules import Message, Rule

__all__ = ["PublishedRate"]


def _currency_is_foreign(currency: Currency) -> bool:
    return currency != Currency.TRY


class PublishedRate(Created):
    """Published rates to TRY (source, kind such as `forex_buying`, per `unit` of currency).

    Rows are added, never changed. A document copies the rate it used, so that what is
    published later does not reach it.
    """

    entity = "exchange_rates"

    currency: Currency = Field(description="The currency that is priced (ISO 4217), never TRY.")
    rate_date: Annotated[date, Day()] = Field(description="Day (Europe/Istanbul) for which the rate was published.")
    source: Annotated[str, RATE_SOURCE] = Field(description="Who published the rate: TCMB.")
    kind: Annotated[str, Text(max=30)] = Field(
        description="Which of the source's rates it is: forex_buying, forex_selling, banknote_buying, banknote_selling."
    )
    rate: Annotated[Decimal, rate_bounds("rate_valid")] = Field(description="TRY for `unit` units of the currency.")
    unit: Annotated[
        int,
        Integer(
            gt=0,
            name="unit_positive",
            message=Message(
                "Kurun birimi sıfırdan büyük olmalıdır", "The unit that a rate is quoted for must be above zero"
            ),
        ),
    ] = Field(default=1, description="Units of the currency that the rate is quoted for.")

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="currency_is_foreign",
            fields=("currency",),
            holds=_currency_is_foreign,
            sql="currency <> 'TRY'",
            message=Message("TRY için kur yayımlanmaz", "TRY has no exchange rate to itself"),
        ),
    )
