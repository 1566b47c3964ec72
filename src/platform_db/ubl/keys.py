"""Where the keys of ``profile_data`` and ``item_data`` stand in a document, told once for both ways.

Scheme ids and fixed values are GİB's (``PartyIdentificationIDType`` and the rules of each
profile). Keys that :data:`~platform_db.domain.invoices.profile_data.REQUIRED` does not
demand are optional here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, cast

from platform_db.errors import RuleViolation
from platform_db.ubl.values import Date, Unreadable

__all__ = [
    "CUSTOMER",
    "ISSUER",
    "ITEM",
    "ITEM_KEYS",
    "PROFILE_KEYS",
    "day_at",
    "text_at",
    "texts_of",
]

ITEM: Final[Mapping[str, str]] = MappingProxyType(
    {
        "kunye_no": "KUNYENO",
        "etiket_no": "ETIKETNO",
        "ilac": "ILAC",
        "tibbi_cihaz": "TIBBICIHAZ",
        "diger": "DIGER",
        "telefon": "TELEFON",
        "tablet_pc": "TABLET_PC",
    }
)
"""Keys of ``item_data`` that stand in ``AdditionalItemIdentification``, with their scheme id."""

ISSUER: Final[Mapping[str, str]] = MappingProxyType({"sevkiyat_no": "SEVKIYATNO"})
"""Keys of ``profile_data`` that identify the issuer."""

CUSTOMER: Final[Mapping[str, str]] = MappingProxyType({"plaka": "PLAKA", "arac_kimlik_no": "ARACKIMLIKNO"})
"""Keys of ``profile_data`` that identify the customer: a charged vehicle's plate and id."""

ITEM_KEYS: Final = frozenset(
    {
        *ITEM,
        "gtip",
        "alici_dib_satir_kod",
        "item_class",
        "machine_name",
        "machine_sequence_no",
        "machine_id",
        "serial_no",
    }
)
"""Every key of ``item_data`` that a document has a place for."""

PROFILE_KEYS: Final = frozenset(
    {
        *ISSUER,
        *CUSTOMER,
        "incoterms",
        "transport_mode",
        "delivery.address",
        "delivery.district",
        "delivery.city",
        "delivery.country_code",
        "invoice_period.start_date",
        "invoice_period.start_time",
        "invoice_period.end_date",
        "invoice_period.end_time",
        "esu_rapor_id",
        "esu_rapor_date",
        "ytb_no",
        "ytb_date",
        "accounting_cost",
        "tax_free_buyer.first_name",
        "tax_free_buyer.family_name",
        "tax_free_buyer.nationality",
        "tax_free_buyer.passport_no",
        "tax_free_buyer.passport_date",
        "intermediary.tax_number",
        "intermediary.label",
    }
)
"""Every path of ``profile_data`` that a document has a place for."""


def text_at(data: Mapping[str, object], path: str) -> str | None:
    """The string at a dotted path; None where there is none."""
    value: object = data
    for step in path.split("."):
        value = cast("object", value.get(step)) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else None


def day_at(data: Mapping[str, object], path: str) -> Date | None:
    """The legal day at a dotted path (``YYYY-MM-DD``); None where there is none.

    Raises
    ------
    RuleViolation
        What stands there is no day.
    """
    text = text_at(data, path)
    try:
        return None if text is None else Date.parsed(text)
    except Unreadable as unreadable:
        raise RuleViolation(unreadable.refusal.at(f"profile_data.{path}")) from None


def texts_of(data: Mapping[str, object], under: str = "") -> Iterator[tuple[str, object]]:
    """Every value that is no object, with its dotted path."""
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from texts_of(cast("Mapping[str, object]", value), f"{under}{key}.")
        else:
            yield f"{under}{key}", value
