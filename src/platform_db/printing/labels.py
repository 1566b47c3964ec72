"""What codes are called on paper, in Turkish; a code without a name here is printed as it is."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from platform_db.domain.invoices.codes import InvoiceProfile

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DOCUMENT_DATA", "LINE_DATA", "country_name", "heading", "tax_name", "unit_name"]

_UNITS: Final = MappingProxyType(
    {
        "ANN": "Yıl",
        "BX": "Kutu",
        "C62": "Adet",
        "CMT": "cm",
        "DAY": "Gün",
        "GRM": "g",
        "HUR": "Saat",
        "KGM": "kg",
        "KTM": "km",
        "KWH": "kWh",
        "LTR": "lt",
        "MIN": "Dakika",
        "MMT": "mm",
        "MON": "Ay",
        "MTK": "m²",
        "MTQ": "m³",
        "MTR": "m",
        "NIU": "Adet",
        "PA": "Paket",
        "PR": "Çift",
        "SET": "Set",
        "TNE": "Ton",
    },
)
"""The common units of UN/ECE Recommendation 20."""

_TAXES: Final = MappingProxyType(
    {
        "0059": "Konaklama Vergisi",
        **dict.fromkeys(("0071", "0073", "0074", "0075", "0076", "0077", "9077", "4171"), "ÖTV"),
        **dict.fromkeys(("4080", "4081"), "ÖİV"),
    },
)

DOCUMENT_DATA: Final = MappingProxyType(
    {"incoterms": "Teslim Şartı", "sevkiyat_no": "Sevkiyat No", "ytb_no": "YTB No"},
)
"""What of ``profile_data`` is printed."""

LINE_DATA: Final = MappingProxyType(
    {
        "gtip": "GTİP",
        "alici_dib_satir_kod": "DİİB Satır Kodu",
        "kunye_no": "Künye No",
        "etiket_no": "Etiket No",
        "ilac": "İlaç",
        "tibbi_cihaz": "Tıbbi Cihaz",
        "diger": "Diğer",
        "telefon": "Telefon",
        "tablet_pc": "Tablet/PC",
    },
)
"""What of ``item_data`` is printed."""


def heading(profile: InvoiceProfile) -> str:
    """What kind of document it is: e-Arşiv or e-Fatura."""
    return "e-ARŞİV FATURA" if profile is InvoiceProfile.EARSIVFATURA else "e-FATURA"


def unit_name(code: str) -> str:
    """What a unit is called.

    >>> unit_name("C62"), unit_name("XZ")
    ('Adet', 'XZ')
    """
    return _UNITS.get(code, code)


def tax_name(code: str) -> str:
    """What a tax beside KDV is called, with its code."""
    name = _TAXES.get(code)
    return code if name is None else f"{name} {code}"


def country_name(code: str) -> str:
    """What a country is called in Turkish (CLDR).

    >>> country_name("DE"), country_name("ZZ")
    ('Almanya', 'Bilinmeyen Bölge')
    """
    from babel import Locale

    names = cast("Mapping[str, str]", Locale("tr").territories)
    return names.get(code, code)
