"""The series from which invoices take their numbers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Final

from pydantic import Field, StrictBool

from platform_db.domain import patterns
from platform_db.domain.fields import Column, Day, Integer, Text
from platform_db.domain.models import InputModel, Versioned
from platform_db.domain.rules import Guard, Message, Rule

__all__ = ["MAX_SEQUENCE", "InvoiceSeries", "NewSeries", "SeriesCode"]

MAX_SEQUENCE: Final = 999_999_999
"""Nine digits."""

SeriesCode = Text(
    pattern=patterns.INVOICE_SERIES,
    name="series_format",
    message=Message("Seri üç büyük harf veya rakamdır", "A series is three capital letters or digits"),
)
FiscalYear = Integer(ge=2005, le=2099, name="fiscal_year_valid")
Description = Annotated[str | None, Text(max=200)]


def _used_has_date(sequence: int | None, day: date | None) -> bool | None:
    return None if sequence is None else (sequence == 0) == (day is None)


def _date_in_fiscal_year(day: date, year: int) -> bool:
    return day.year == year


class InvoiceSeries(Versioned):
    """The counter of a series in a fiscal year; its row lock is the queue for numbers."""

    entity = "invoice_series"

    series: Annotated[str, SeriesCode, Column(bytewise=True)] = Field(
        description="Three characters that begin each number."
    )
    fiscal_year: Annotated[int, FiscalYear] = Field(description="Year of the issue dates.")
    last_sequence: Annotated[int, Integer(ge=0, le=MAX_SEQUENCE, name="last_sequence_valid")] = Field(
        default=0,
        description="The last number given; above 0 at the start it continues an older system's series.",
    )
    last_issue_date: Annotated[date | None, Day()] = Field(default=None, description="Issue date of the last number.")
    description: Description = Field(default=None, description="What the series is for.")
    is_active: StrictBool = Field(default=True, description="Whether new numbers are given.")

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="used_has_date",
            fields=("last_sequence", "last_issue_date"),
            holds=_used_has_date,
            sql="(last_sequence = 0) = (last_issue_date IS NULL)",
            message=Message(
                "Kullanılmış serinin son tarihi vardır, kullanılmamışınki yoktur",
                "A used series has a last issue date, an unused one has none",
            ),
            null_aware=True,
        ),
        Rule(
            name="date_in_fiscal_year",
            fields=("last_issue_date", "fiscal_year"),
            holds=_date_in_fiscal_year,
            sql="extract(year FROM last_issue_date) = fiscal_year",
            message=Message("Son tarih mali yılın içinde olmalıdır", "The last issue date must lie in the fiscal year"),
        ),
    )

    guards: ClassVar[tuple[Guard, ...]] = (
        Guard(
            "key_is_fixed", ("series", "fiscal_year"), Message("Seri ve yıl değişmez", "Series and year do not change")
        ),
        Guard(
            "sequence_ascends",
            ("last_sequence",),
            Message("Sıra numarası geri gitmez", "The sequence never goes back"),
        ),
        Guard(
            "dates_ascend",
            ("last_issue_date",),
            Message("Seride tarih geri gitmez", "Dates in a series never go backwards"),
        ),
        Guard("used_is_kept", (), Message("Kullanılmış seri silinemez", "A used series is not deleted")),
        Guard(
            "date_moves_with_number",
            ("last_issue_date", "last_sequence"),
            Message(
                "Son tarih yalnız numara ile birlikte değişir ve bugünü geçmez",
                "The last issue date changes only with the number and does not pass today",
            ),
        ),
        Guard(
            "is_gapless",
            ("last_sequence",),
            Message(
                "Seride her numaranın kesilmiş bir faturası olmalıdır",
                "Every number of a series must have its issued invoice",
            ),
        ),
        Guard("append_only", (), Message("Bu tablo boşaltılamaz", "This table cannot be truncated")),
    )


class NewSeries(InputModel):
    """A series to open for a fiscal year; its numbers begin at 1, without gaps (VUK art. 231).

    ``series`` is three capital letters or digits, the beginning of each number.

    >>> NewSeries(series="ABC", fiscal_year=2026).series
    'ABC'
    """

    entity = "invoice_series"

    series: Annotated[str, SeriesCode]
    fiscal_year: Annotated[int, FiscalYear]
    description: Description = None
