"""The fields of the input document, in the contract's order."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["ALLOWANCE", "CHARGE", "DISCOUNT", "DOCUMENT", "LINE", "OTHER_TAX", "Fields", "rank"]

Fields = Mapping[str, bool]
"""Names in the contract's order; true where the field is required."""


def _fields(names: str) -> Fields:
    """The fields in their order; a ``!`` marks those that are required."""
    return MappingProxyType({name.removesuffix("!"): name.endswith("!") for name in names.split()})


DOCUMENT: Final = _fields(
    "issue_date! currency! exchange_rate profile! type! rounding tax_inclusive_prices lines! allowances charges"
)
LINE: Final = _fields(
    "description! quantity! unit! unit_price! discount charge kdv_rate! withholding_code exemption_code other_taxes"
)
DISCOUNT: Final = _fields("rate amount")
CHARGE: Final = _fields("amount!")
OTHER_TAX: Final = _fields("code! rate amount")
ALLOWANCE: Final = _fields("amount! reason")
"""The fields of a document allowance, and of a document charge."""

_RANKS: Final = {
    name: position
    for fields in (DOCUMENT, LINE, OTHER_TAX, DISCOUNT, ALLOWANCE)
    for position, name in enumerate(fields)
}


def rank(name: str) -> int:
    """Where a field stands among its siblings; a field that the contract does not know comes last."""
    return _RANKS.get(name, len(_RANKS))
