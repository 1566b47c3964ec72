"""Published exchange rates: what one or more units of a currency were worth in TRY on a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Self, TypedDict

from pydantic import Field, model_validator

from platform_db.domain.columns import columns_of
from platform_db.domain.exchange import RATE_SOURCE, rate_bounds
from platform_db.domain.fields import Day, Integer, Text
from platform_db.domain.models import Created, InputModel
from platform_db.domain.money import Currency
from platform_db.domain.rounding import round_half_up
from platform_db.domain.rules import Message, Rule

__all__ = ["RATE_PLACES", "TCMB", "DocumentRate", "NewRate", "PublishedRate", "RateKind", "RateSeries"]

TCMB: Final = "TCMB"
"""The source of the central bank's rates (Türkiye Cumhuriyet Merkez Bankası)."""

RATE_PLACES: Final = 6
"""Decimal places of a document's rate."""


class RateKind(StrEnum):
    """Which of the central bank's rates of a day it is (döviz alış/satış, efektif alış/satış).

    KDV law converts at the rate of the day of the taxable event (Law 3065 art. 26); which of
    these four that is, and whether it is that day's bulletin or the one before, is
    (unverified): the caller says it, nothing here assumes it.
    """

    FOREX_BUYING = "forex_buying"
    FOREX_SELLING = "forex_selling"
    BANKNOTE_BUYING = "banknote_buying"
    BANKNOTE_SELLING = "banknote_selling"


class DocumentRate(TypedDict):
    """What a document in another currency than TRY says of its rate: members of a draft or a payment."""

    exchange_rate: Decimal
    exchange_rate_date: date
    exchange_rate_source: str


RateDate = Annotated[date, Day()]
RateSource = Annotated[str, RATE_SOURCE]
Rate = Annotated[Decimal, rate_bounds("rate_valid")]
Unit = Annotated[
    int,
    Integer(
        gt=0,
        name="unit_positive",
        message=Message(
            "Kurun birimi sıfırdan büyük olmalıdır", "The unit that a rate is quoted for must be above zero"
        ),
    ),
]


def _currency_is_foreign(currency: Currency) -> bool:
    return currency != Currency.TRY


class PublishedRate(Created):
    """Published rates to TRY (source, kind such as `forex_buying`, per `unit` of currency).

    Rows are added, never changed. A document copies the rate it used, so that what is
    published later does not reach it.
    """

    entity = "exchange_rates"

    currency: Currency = Field(description="The currency that is priced (ISO 4217), never TRY.")
    rate_date: RateDate = Field(description="Day (Europe/Istanbul) for which the rate was published.")
    source: RateSource = Field(description="Who published the rate: TCMB.")
    kind: Annotated[str, Text(max=30)] = Field(
        description="Which of the source's rates it is: forex_buying, forex_selling, banknote_buying, banknote_selling."
    )
    rate: Rate = Field(description="TRY for `unit` units of the currency.")
    unit: Unit = Field(default=1, description="Units of the currency that the rate is quoted for.")

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="currency_is_foreign",
            fields=("currency",),
            holds=_currency_is_foreign,
            sql="currency <> 'TRY'",
            message=Message("TRY için kur yayımlanmaz", "TRY has no exchange rate to itself"),
        ),
    )

    @property
    def for_document(self) -> DocumentRate:
        """Rate, day and source as a document carries them: ``NewPayment(…, **rate.for_document)``.

        The rate is for one unit of the currency. Where the source quotes several units, the
        quotient is rounded half up to six places, once.
        """
        with localcontext(prec=50):
            one = self.rate if self.unit == 1 else round_half_up(self.rate / self.unit, RATE_PLACES)
        return {
            "exchange_rate": one,
            "exchange_rate_date": self.rate_date,
            "exchange_rate_source": f"{self.source} {self.kind.replace('_', ' ')}",
        }

    @property
    def for_issue_document(self) -> dict[str, str]:
        """The same as text, members of the JSON that :func:`parse_issue_document` reads."""
        carried = self.for_document
        return {
            "exchange_rate": f"{carried['exchange_rate']:f}",
            "exchange_rate_date": carried["exchange_rate_date"].isoformat(),
            "exchange_rate_source": carried["exchange_rate_source"],
        }


_NEW: Final = ("currency", "rate_date", "source", "kind", "rate", "unit")
_Published: Final = columns_of(PublishedRate, _NEW)
_Priced: Final = columns_of(PublishedRate, ("currency",))


class NewRate(InputModel):
    """A rate to store as its source published it. ``rate`` is TRY for ``unit`` units, a Decimal of at most six places.

    Raises
    ------
    RuleViolation
        When it is made: a rule of the table ``exchange_rates`` is broken.
    """

    entity = "exchange_rates"

    currency: Currency
    rate_date: RateDate
    source: RateSource = TCMB
    kind: RateKind
    rate: Rate
    unit: Unit = 1

    @property
    def columns(self) -> Mapping[str, object]:
        """The row to store."""
        return {name: getattr(self, name) for name in _NEW}

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        _Published.parse(self.columns)
        return self


class RateSeries(InputModel):
    """One rate as it goes from day to day: of a currency other than TRY, by a source, of a kind.

    >>> RateSeries(currency=Currency.USD, kind=RateKind.FOREX_BUYING).source
    'TCMB'
    """

    entity = "exchange_rates"

    currency: Currency
    kind: RateKind
    source: RateSource = TCMB

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        _Priced.parse({"currency": self.currency})
        return self
