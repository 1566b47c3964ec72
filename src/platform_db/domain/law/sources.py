"""Reads the law data files of the package, each once, on first use."""

from __future__ import annotations

import json
from datetime import date
from importlib import resources
from typing import NotRequired, TypedDict, cast

from platform_db.domain.instants import EARLIEST_LAW_DAY

__all__ = [
    "DatedLimit",
    "DatedRate",
    "ExemptionEntry",
    "WithholdingEntry",
    "closing_day",
    "exemption_entries",
    "kdv_rate_entries",
    "opening_day",
    "withholding_entries",
    "withholding_limit_entries",
]

_Period = TypedDict("_Period", {"from": str | None, "to": str | None, "verified": bool})


class DatedRate(_Period):
    """One KDV rate of a class and its period."""

    rate: str
    legal_basis: NotRequired[str]


class DatedLimit(_Period):
    """One withholding limit in whole lira and its period."""

    limit: str


class _Ratio(_Period):
    numerator: int


class _Withdrawal(TypedDict):
    effective_from: str


class WithholdingEntry(TypedDict):
    """One withholding code with the history of its ratio, in tenths."""

    code: str
    name: str
    kind: str
    ratios: list[_Ratio]
    withdrawn: NotRequired[_Withdrawal]


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


def _read(name: str) -> object:
    text = (resources.files("platform_db.domain.law") / "data" / f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text)


def kdv_rate_entries() -> dict[str, list[DatedRate]]:
    """The rates of each class, by the class's name."""
    return cast("dict[str, list[DatedRate]]", _read("kdv_rates"))


def withholding_entries() -> list[WithholdingEntry]:
    """Every withholding code."""
    return cast("dict[str, list[WithholdingEntry]]", _read("withholding_codes"))["codes"]


def withholding_limit_entries() -> list[DatedLimit]:
    """Every limit of partial withholding."""
    return cast("dict[str, list[DatedLimit]]", _read("withholding_threshold"))["values"]


def exemption_entries() -> list[ExemptionEntry]:
    """Every exemption, export and special-base code."""
    return cast("dict[str, list[ExemptionEntry]]", _read("exemption_codes"))["codes"]


def opening_day(text: str | None) -> date:
    """The first day of a period, inclusive; the day KDV began where the data leaves it open."""
    return EARLIEST_LAW_DAY if text is None else date.fromisoformat(text)


def closing_day(text: str | None) -> date | None:
    """The last day of a period, inclusive; None while it lasts."""
    return None if text is None else date.fromisoformat(text)
