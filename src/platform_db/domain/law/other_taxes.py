"""Taxes beside KDV that an invoice line may carry, and whether they enter the KDV base.

A code whose effect is not decided has no entry, and is refused. Law 3065 art. 24 puts
taxes that belong to the supply into the base; the special consumption tax (ÖTV) is the case
GİB's own sample shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

__all__ = ["OTHER_TAXES", "OtherTax"]


@dataclass(frozen=True, slots=True)
class OtherTax:
    """One tax code; ``is_verified`` is about its place in the KDV base."""

    code: str
    in_kdv_base: bool
    is_verified: bool


_CONSUMPTION = ("0071", "0073", "0074", "0075", "0076", "0077", "9077")  # ÖTV
_COMMUNICATION = ("4080", "4081")  # ÖİV
_ALL = (
    OtherTax("0059", in_kdv_base=False, is_verified=False),  # accommodation tax (konaklama vergisi)
    *(OtherTax(code, in_kdv_base=True, is_verified=True) for code in _CONSUMPTION),
    OtherTax("4171", in_kdv_base=True, is_verified=False),  # ÖTV
    *(OtherTax(code, in_kdv_base=False, is_verified=True) for code in _COMMUNICATION),
    OtherTax("8006", in_kdv_base=False, is_verified=False),  # telecommunications fee
)

OTHER_TAXES: Final = MappingProxyType({tax.code: tax for tax in _ALL})
"""Every other tax the calculator takes, by code."""
