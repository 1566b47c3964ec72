"""Reads the law data files of the package, each once, on first use."""

from __future__ import annotations

import json
from datetime import date
from importlib import resources
from typing import NotRequired, TypedDict, cast

from platform_db.domain.instants import EARLIEST_LAW_DAY

__all__ = [
    "BuyerScope",
    "DatedLimit",
    "DatedRate",
    "DatedRatio",
    "ExemptionEntry",
    "Period",
    "RateMove",
    "Withdrawal",
    "WithholdingEntry",
    "closing_day",
    "covers",
    "exemption_entries",
    "exemption_sources",
    "kdv_rate_entries",
    "opening_day",
    "rate_move_entries",
    "withholding_entries",
    "withholding_limit_entries",
    "withholding_limit_sources",
]

Period = TypedDict("Period", {"from": str | None, "to": str | None, "verified": bool})
"""The first and the last day, both inclusive (None: open), and whether a reliable text confirms them."""


class DatedRate(Period):
    """One KDV rate of a class and its period."""

    rate: str
    legal_basis: NotRequired[str]
    note: NotRequired[str]
    sources: list[str]


class RateMove(Period):
    """Products that stood in another class for a time; no class's own rate changes."""

    what: str
    normal_rate: str
    rate: str
    legal_basis: str | None
    note: NotRequired[str]
    sources: list[str]


class DatedLimit(Period):
    """One withholding limit in whole lira and its period."""

    limit: str
    note: str


class DatedRatio(Period):
    """One ratio of a withholding code, in tenths, and its period."""

    numerator: int


class BuyerScope(TypedDict):
    """Which buyers withhold under a code; None where the sources contradict each other."""

    text: str | None
    verified: bool


class Withdrawal(TypedDict):
    """What ended a code, and its first day without it."""

    by: str
    effective_from: str
    effective_from_verified: bool


class WithholdingEntry(TypedDict):
    """One withholding code with the history of its ratio."""

    code: str
    name: str
    name_verified: NotRequired[bool]
    kind: str
    kdvgut_section: str
    ratios: list[DatedRatio]
    buyer_scope: BuyerScope
    withdrawn: NotRequired[Withdrawal]
    note: str | None
    sources: list[str]


class ExemptionEntry(TypedDict):
    """One exemption, export or special-base code."""

    code: str
    name: str | None
    group: str
    invoice_types: list[str] | None
    rate_must_be_zero: bool | None
    accepted_2026_03_12: bool
    only_investment_incentive_since_2026_07: bool
    verified: bool
    note: str | None


def _read(name: str) -> object:
    text = (resources.files("platform_db.domain.law") / "data" / f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text)


def kdv_rate_entries() -> dict[str, list[DatedRate]]:
    """The rates of each class, by the class's name."""
    return cast("dict[str, list[DatedRate]]", _read("kdv_rates"))


def rate_move_entries() -> list[RateMove]:
    """Every group of products that stood in another class for a time."""
    return cast("dict[str, list[RateMove]]", _read("kdv_rates"))["temporary"]


def withholding_entries() -> list[WithholdingEntry]:
    """Every withholding code."""
    return cast("dict[str, list[WithholdingEntry]]", _read("withholding_codes"))["codes"]


def withholding_limit_entries() -> list[DatedLimit]:
    """Every limit of partial withholding."""
    return cast("dict[str, list[DatedLimit]]", _read("withholding_threshold"))["values"]


def withholding_limit_sources() -> list[str]:
    """Where the limits were read."""
    return cast("dict[str, list[str]]", _read("withholding_threshold"))["sources"]


def exemption_entries() -> list[ExemptionEntry]:
    """Every exemption, export and special-base code."""
    return cast("dict[str, list[ExemptionEntry]]", _read("exemption_codes"))["codes"]


def exemption_sources() -> list[str]:
    """Where the exemption codes were read."""
    return cast("dict[str, list[str]]", _read("exemption_codes"))["sources"]


def opening_day(text: str | None) -> date:
    """The first day of a period, inclusive; the day KDV began where the data leaves it open."""
    return EARLIEST_LAW_DAY if text is None else date.fromisoformat(text)


def closing_day(text: str | None) -> date | None:
    """The last day of a period, inclusive; None while it lasts."""
    return None if text is None else date.fromisoformat(text)


def covers(period: Period, day: date) -> bool:
    """Whether ``day`` lies in the period."""
    last = closing_day(period["to"])
    return opening_day(period["from"]) <= day and (last is None or day <= last)
