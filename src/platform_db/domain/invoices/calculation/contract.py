"""The fields of the input document, in the contract's order."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["ALLOWANCE", "CHARGE", "DISCOUNT", "DOCUMENT", "LINE", "OTHER_TAX", "Fields", "rank"]

Fields = Mapping[str, bool]
"""Names in the contract's order; true where the field is required."""


def _fields(required: str, optional: str, order: str) -> Fields:
    needed, free = required.split(), optional.split()
    names = order.split()
    if sorted(names) != sorted([*needed, *free]):
        message = "every field is either required or optional"
        raise ValueError(message)
    return MappingProxyType({name: name in needed for name in names})


DOCUMENT: Final = _fields(
    required="issue_date currency profile type lines",
    optional="exchange_rate rounding tax_inclusive_prices allowances charges",
    order="issue_date currency exchange_rate profile type rounding tax_inclusive_prices lines allowances charges",
)
"""The fields of a document; true where the field is required."""

LINE: Final = _fields(
    required="description quantity unit unit_price kdv_rate",
    optional="discount charge withholding_code exemption_code other_taxes",
    order="description quantity unit unit_price discount charge kdv_rate withholding_code exemption_code other_taxes",
)
DISCOUNT: Final = _fields(required="", optional="rate amount", order="rate amount")
CHARGE: Final = _fields(required="amount", optional="", order="amount")
OTHER_TAX: Final = _fields(required="code", optional="rate amount", order="code rate amount")
ALLOWANCE: Final = _fields(required="amount", optional="reason", order="amount reason")
"""The fields of a document allowance, and of a document charge."""

_RANKS: Final = {
    name: position
    for fields in (DOCUMENT, LINE, OTHER_TAX, DISCOUNT, ALLOWANCE)
    for position, name in enumerate(fields)
}
_AFTER_ALL: Final = len(DOCUMENT) + len(LINE)


def rank(name: str) -> int:
    """Where a field stands among its siblings; a field that the contract does not know comes last."""
    return _RANKS.get(name, _AFTER_ALL)
