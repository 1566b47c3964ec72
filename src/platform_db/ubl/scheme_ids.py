"""Scheme ids and fixed values of UBL-TR. Source: GİB's code lists and the rules of each profile."""

from __future__ import annotations

from typing import Final

VKN: Final = "VKN"
TCKN: Final = "TCKN"
TCKN_DIGITS: Final = 11
SIGNER: Final = "VKN_TCKN"
"""Of the signer's number, either of the two."""

PARTY_TYPE: Final = "PARTYTYPE"
EXPORT: Final = "EXPORT"
TAX_FREE: Final = "TAXFREE"
INTERMEDIARY_NUMBER: Final = "ARACIKURUMVKN"
INTERMEDIARY_LABEL: Final = "ARACIKURUMETIKET"
INCOTERMS: Final = "INCOTERMS"
CHARGING_REPORT: Final = "ESURaporID"
"""Of the charging station's report (ENERJI)."""
INVESTMENT_CERTIFICATE: Final = "YTBNO"
BUYER_LINE_CODE: Final = "ALICIDIBSATIRKOD"

RETURNED: Final = frozenset({"IADE", "İADE"})
"""Type code of the reference to a returned invoice; GİB's rules take both."""

TAX_NUMBERS: Final = frozenset({VKN, TCKN, SIGNER, INTERMEDIARY_NUMBER})

CUSTOMS: Final = "1460415308"
"""VKN of the customs (Gümrük ve Ticaret Bakanlığı), to whom GİB addresses every export."""
