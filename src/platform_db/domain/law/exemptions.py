"""KDV exemption, export-registration and special-base codes (GİB ``TaxExemptionReasonCode``).

Codes 801-812 of this list are not the withholding codes 801-825.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceTypeCode
from platform_db.domain.law import sources
from platform_db.domain.law.profiles import is_investment_incentive

__all__ = [
    "OUTSIDE_RATE_CONTROL",
    "RULE_SET_OF_2026_07",
    "ExemptionCode",
    "admits_document",
    "find",
    "is_export_registered",
    "is_in_rule_set",
    "rows",
]

OUTSIDE_RATE_CONTROL: Final = "555"
"""A code for a taxed line whose rate GİB does not check; never with KDV 0."""

RULE_SET_OF_2026_07: Final = date(2026, 7, 1)
"""The rule set that brought new codes and narrowed two."""

_RATE_CONTROL_PROFILES = frozenset(
    {InvoiceProfile.TEMELFATURA, InvoiceProfile.TICARIFATURA, InvoiceProfile.EARSIVFATURA},
)
_EXPORT_REGISTERED = "export_registered"


@dataclass(frozen=True, slots=True)
class ExemptionCode:
    """A row of ``exemption_codes``; ``invoice_types`` None admits every type.

    ``rate_must_be_zero`` true refuses the code on a taxed line; otherwise the code says
    nothing that forbids one.
    """

    code: str
    code_group: str
    name: str | None
    rate_must_be_zero: bool | None
    invoice_types: tuple[InvoiceTypeCode, ...] | None
    is_verified: bool


@cache
def rows() -> tuple[ExemptionCode, ...]:
    """Every code, in text order."""
    return tuple(
        ExemptionCode(
            code=entry["code"],
            code_group=entry["group"],
            name=entry["name"],
            rate_must_be_zero=entry["rate_must_be_zero"],
            invoice_types=_types(entry["invoice_types"]),
            is_verified=entry["verified"],
        )
        for entry in sources.exemption_entries()
    )


def _types(names: list[str] | None) -> tuple[InvoiceTypeCode, ...] | None:
    return None if names is None else tuple(InvoiceTypeCode(name) for name in names)


@cache
def _by_code() -> dict[str, ExemptionCode]:
    return {row.code: row for row in rows()}


def find(code: str) -> ExemptionCode | None:
    """The row of ``code``; None when there is no such code."""
    return _by_code().get(code)


@cache
def _marked() -> tuple[frozenset[str], frozenset[str]]:
    entries = sources.exemption_entries()
    new = frozenset(entry["code"] for entry in entries if not entry["accepted_2026_03_12"])
    narrowed = frozenset(entry["code"] for entry in entries if entry["only_investment_incentive_since_2026_07"])
    return new, narrowed


def is_in_rule_set(code: str, day: date) -> bool:
    """Whether the rule set of ``day`` has the code: 233 came with that of 2026-07-01."""
    new, _ = _marked()
    return day >= RULE_SET_OF_2026_07 or code not in new


def admits_document(code: str, profile: InvoiceProfile, type_code: InvoiceTypeCode, day: date) -> bool:
    """Whether the code may stand in such a document, apart from its list of types.

    555 only on TEMELFATURA, TICARIFATURA and EARSIVFATURA; since 2026-07-01, 308 and 339
    only in documents of the investment incentive.
    """
    if code == OUTSIDE_RATE_CONTROL:
        return profile in _RATE_CONTROL_PROFILES
    _, narrowed = _marked()
    return code not in narrowed or day < RULE_SET_OF_2026_07 or is_investment_incentive(profile, type_code)


@cache
def is_export_registered(code: str) -> bool:
    """Whether KDV of a line with this code is computed but not collected (ihraç kayıtlı, 70x)."""
    row = find(code)
    return row is not None and row.code_group == _EXPORT_REGISTERED
