"""How a stored tax number is written: by its kind, VKN or TCKN.

Checksums are :mod:`platform_db.domain.identity`'s; a row read back is judged by its shape.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from platform_db.domain.patterns import TCKN, VKN

__all__ = ["TaxNumberKind", "is_written_as", "is_written_as_sql"]


class TaxNumberKind(StrEnum):
    """Which number a tax number is: VKN (vergi kimlik numarası) or TCKN (T.C. kimlik numarası)."""

    VKN = "vkn"
    TCKN = "tckn"


def is_written_as(number: str, kind: TaxNumberKind | None, tckn: str = TCKN) -> bool:
    """Whether ``number`` has the shape of its kind; without a kind, of a TCKN.

    ``tckn`` is :data:`~platform_db.domain.patterns.BUYER_TCKN` where the final consumer's
    11111111111 is admitted.
    """
    return _shape(VKN if kind == TaxNumberKind.VKN else tckn).match(number) is not None


def is_written_as_sql(number: str, kind: str, tckn: str = TCKN) -> str:
    """:func:`is_written_as` over the columns ``number`` and ``kind``."""
    return f"{number} ~ CASE {kind} WHEN '{TaxNumberKind.VKN}' THEN '{VKN}' ELSE '{tckn}' END"


@cache
def _shape(pattern: str) -> re.Pattern[str]:
    # Python's "$" also matches before a trailing line feed
    return re.compile(pattern.removesuffix("$") + r"\Z")
