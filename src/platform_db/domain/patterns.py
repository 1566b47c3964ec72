"""The shapes of stored identifiers, one constant each: models, CHECKs and parsers read the same text.

PostgreSQL, Rust and Python read these alike: ``[…]``, ``{n}``, groups and ``^…$`` only.
A shape says how a value is written; whether such a number exists (checksums, assigned
codes) is :mod:`platform_db.domain.identity`'s to say.
"""

from __future__ import annotations

from typing import Final

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

FINAL_CONSUMER: Final = "11111111111"
"""The consumer whose TCKN is unknown (e-Arşiv). Fails the checksum; on invoices only."""

_TCKN: Final = "[1-9][0-9]{9}[02468]"  # the sum that the last digit shows is always even
TCKN: Final = f"^{_TCKN}$"
"""A person (T.C. kimlik numarası)."""

BUYER_TCKN: Final = f"^({_TCKN}|{FINAL_CONSUMER})$"
"""A person who buys, or the final consumer."""

VKN: Final = "^[0-9]{10}$"
"""A taxpayer (vergi kimlik numarası)."""

IBAN_TR: Final = "^TR[0-9]{7}[A-Z0-9]{17}$"
"""A Turkish account."""

_TURKISH: Final = "90(5[0-9]{2}|[234][0-9]{2}|800|850)[0-9]{7}"
_FOREIGN: Final = "([1-8][0-9]|9[1-9])[0-9]{5,13}"

TURKISH_PHONE: Final = rf"^\+{_TURKISH}$"
"""A Turkish phone number in E.164 form."""

PHONE: Final = rf"^\+({_TURKISH}|{_FOREIGN})$"
"""Any country's phone number: 7 to 15 digits, Turkish ones as above."""

INVOICE_NUMBER: Final = "^[A-Z0-9]{3}20[0-9]{2}[0-9]{9}$"
"""An invoice's number: series, year, nine digits."""

COUNTRY_CODE: Final = "^[A-Z]{2}$"
"""A country by ISO 3166-1 alpha-2, as written: ``TR``."""

SLUG: Final = "^[a-z][a-z0-9_]*$"
"""A name for programs: ``order_transactions``."""

DOTTED_SLUG: Final = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"
"""Such names from the general to the special: ``invoice.issued``."""

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
