"""The shapes of stored identifiers, one constant each: models, CHECKs and parsers read the same text.

PostgreSQL, Rust and Python read these alike: ``[…]``, ``{n}``, groups and ``^…$`` only.
A shape says how a value is written; whether such a number exists (checksums, assigned
codes) is :mod:`platform_db.domain.identity`'s to say.
"""

from __future__ import annotations

from typing import Final

from platform_db.domain.identity import BUYER_TCKN_PATTERN as BUYER_TCKN
from platform_db.domain.identity import FINAL_CONSUMER
from platform_db.domain.identity import IBAN_PATTERN as IBAN_TR
from platform_db.domain.identity import INVOICE_NUMBER_PATTERN as INVOICE_NUMBER
from platform_db.domain.identity import PHONE_PATTERN as PHONE
from platform_db.domain.identity import TCKN_PATTERN as TCKN
from platform_db.domain.identity import TURKISH_PHONE_PATTERN as TURKISH_PHONE
from platform_db.domain.identity import VKN_PATTERN as VKN

__all__ = [
    "BUYER_TCKN",
    "COUNTRY_CODE",
    "DOTTED_SLUG",
    "EXEMPTION_CODE",
    "FINAL_CONSUMER",
    "IBAN_TR",
    "INVOICE_NUMBER",
    "INVOICE_REFERENCE",
    "INVOICE_SERIES",
    "PHONE",
    "SLUG",
    "TAX_CODE",
    "TCKN",
    "TURKISH_PHONE",
    "UNIT_CODE",
    "VKN",
    "WITHHOLDING_CODE",
]

COUNTRY_CODE: Final = "^[A-Z]{2}$"
"""A country by ISO 3166-1 alpha-2, as written: ``TR``."""

SLUG: Final = "^[a-z][a-z0-9_]*$"
"""A name for programs: ``order_transactions``."""

DOTTED_SLUG: Final = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"
"""Slugs parted by dots, or one alone: ``database.pool_size``."""

INVOICE_SERIES: Final = "^[A-Z0-9]{3}$"
"""The series of an invoice: the first three characters of its number."""

INVOICE_REFERENCE: Final = "^[A-Z0-9]{16}$"
"""The number of another issuer's invoice, whose year and sequence are not ours to judge."""

UNIT_CODE: Final = "^[A-Z0-9]{1,3}$"
"""A unit of measure by UN/ECE Recommendation 20: ``C62``, ``KGM``."""

EXEMPTION_CODE: Final = "^[0-9]{3}$"
"""A GİB exemption code (istisna, özel matrah, ihraç kayıtlı): ``351``."""

WITHHOLDING_CODE: Final = "^[68][0-9]{2}$"
"""A GİB withholding code (tevkifat): 6xx partial, 8xx full."""

TAX_CODE: Final = "^[0-9]{4}$"
"""A GİB tax type code: ``0015`` is KDV."""
