r"""What a profile or type demands beside the columns: keys of ``profile_data`` and ``item_data``.

The tuple :data:`REQUIRED` is the one home of these rules. The models read it through
:func:`missing`; the database's check at issue is written from it by :func:`complete_sql`.
A value is a JSON string; a key beyond these is free.

Patterns mean the same to Python's :func:`re.search` and to PostgreSQL's ``~``: where they
are anchored it is with ``\A`` and ``\Z``, and their ranges are ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceTypeCode

__all__ = ["REQUIRED", "Document", "Place", "Required", "complete_sql", "missing", "party_paths"]

Place = Literal["profile_data", "item_data"]
"""The column of ``invoices`` or of ``invoice_lines`` that holds the key."""

_P = InvoiceProfile
_T = InvoiceTypeCode

_TEXT: Final = r"[^ \t\n\r\f\v]"
_COUNTRY: Final = r"\A[A-Z]{2}\Z"
_GTIP: Final = r"\A[0-9]{12}\Z"
_DAY: Final = r"\A20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z"
_TIME: Final = r"\A([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\Z"
_GUID: Final = r"\A[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z"


@dataclass(frozen=True, slots=True)
class Document:
    """The documents a demand is made of; None stands for any."""

    profile: InvoiceProfile | None = None
    type_code: InvoiceTypeCode | None = None
    exemption_code: str | None = None
    """Only documents with this exemption code on at least one line."""

    def admits(self, profile: str, type_code: str, exemption_codes: Collection[str]) -> bool:
        """Whether a document of this kind falls under the demand."""
        return (
            self.profile in {None, profile}
            and self.type_code in {None, type_code}
            and (self.exemption_code is None or self.exemption_code in exemption_codes)
        )

    def sql(self) -> str:
        """The same for a row ``invoice`` and its lines' ``exemption_codes``."""
        parts: list[str] = []
        if self.profile is not None:
            parts.append(f"invoice.profile = '{self.profile}'")
        if self.type_code is not None:
            parts.append(f"invoice.type_code = '{self.type_code}'")
        if self.exemption_code is not None:
            parts.append(f"'{self.exemption_code}' = ANY (exemption_codes)")
        return " AND ".join(parts)


@dataclass(frozen=True, slots=True)
class Required:
    """One demand: at least one of ``paths`` holds a string that matches ``pattern``.

    Attributes
    ----------
    place
        Where the key stands.
    paths
        Dotted paths; more than one are alternatives.
    pattern
        What the string looks like.
    documents
        The demand is made of a document that any of these admits.
    legal, refused
        A value that passes, and the nearest one that does not.
    when
        Only beside this value at this path of the same object.
    party
        The value names or identifies a person or company.
    """

    place: Place
    paths: tuple[str, ...]
    pattern: str
    documents: tuple[Document, ...]
    legal: str
    refused: str
    when: tuple[str, str] | None = None
    party: bool = False

    def met_by(self, data: Mapping[str, object]) -> bool:
        """Whether the object carries what is demanded, or the demand does not touch it."""
        if self.when is not None and _at(data, self.when[0]) != self.when[1]:
            return True
        values = (_at(data, path) for path in self.paths)
        return any(isinstance(value, str) and re.search(self.pattern, value) is not None for value in values)

    def sql(self, data: str) -> str:
        """The same as a SQL predicate that is never NULL; ``data`` names the jsonb value."""
        pattern = _quoted(self.pattern)
        met = " OR ".join(f"({_is_string(data, path)} AND {_text(data, path)} ~ {pattern})" for path in self.paths)
        demanded = " OR ".join(f"({document.sql()})" for document in self.documents)
        if self.when is not None:
            path, value = self.when
            demanded = f"({demanded}) AND {_text(data, path)} IS NOT DISTINCT FROM {_quoted(value)}"
        return f"CASE WHEN {demanded} THEN coalesce({met}, false) ELSE true END"


_HKS: Final = (Document(_P.HKS),)
_EXPORT: Final = (Document(_P.IHRACAT),)
_MEDICAL: Final = (Document(_P.ILAC_TIBBICIHAZ),)
_TRACKED: Final = (Document(_P.IDIS),)
_EXPORT_REGISTERED: Final = (Document(type_code=_T.IHRACKAYITLI, exemption_code="702"),)
_TECHNOLOGY: Final = (Document(type_code=_T.TEKNOLOJIDESTEK),)
_INVESTMENT_EXEMPT: Final = (Document(_P.YATIRIMTESVIK, _T.ISTISNA), Document(type_code=_T.YTBISTISNA))
_INVESTMENT: Final = (
    Document(_P.YATIRIMTESVIK),
    Document(type_code=_T.YTBSATIS),
    Document(type_code=_T.YTBIADE),
    Document(type_code=_T.YTBISTISNA),
    Document(type_code=_T.YTBTEVKIFAT),
    Document(type_code=_T.YTBTEVKIFATIADE),
)
_CHARGING: Final = (Document(_P.ENERJI),)
_CHARGED: Final = (Document(type_code=_T.SARJ),)
_CHARGED_AT_ONCE: Final = (Document(type_code=_T.SARJANLIK),)
_TAX_FREE: Final = (Document(_P.YOLCUBERABERFATURA),)
_MACHINE: Final = ("item_class", "01")

REQUIRED: Final[tuple[Required, ...]] = (
    # HKS: the tag of the wholesale market's registry, KUNYENO.
    Required("item_data", ("kunye_no",), r"\A[!-~]{19}\Z", _HKS, "1231231231231231231", "123123123123123123"),
    # IHRACAT: customs tariff number per line; delivery terms, transport mode and delivery address.
    # The EXPORT party is the invoice's customer.
    Required("item_data", ("gtip",), _GTIP, _EXPORT, "847130000000", "84713000000"),
    Required(
        "profile_data",
        ("incoterms",),
        r"\A(CFR|CIF|CIP|CPT|DAF|DAP|DDP|DDU|DEQ|DES|DPU|EXW|FAS|FCA|FOB)\Z",
        _EXPORT,
        "FOB",
        "FOC",
    ),
    Required("profile_data", ("transport_mode",), r"\A[0-9]\Z", _EXPORT, "1", "10"),
    Required("profile_data", ("delivery.address",), _TEXT, _EXPORT, "Speicherstraße 12", " ", party=True),
    Required("profile_data", ("delivery.city",), _TEXT, _EXPORT, "Hamburg", " ", party=True),
    Required("profile_data", ("delivery.country_code",), _COUNTRY, _EXPORT, "DE", "de"),
    # ILAC_TIBBICIHAZ: one identification per line.
    Required("item_data", ("ilac", "tibbi_cihaz", "diger"), _TEXT, _MEDICAL, "08699514150011", " "),
    # IDIS: shipment number of the document (SEVKIYATNO; ES- since 2026-07-01), label per line (ETIKETNO).
    Required("profile_data", ("sevkiyat_no",), r"\A(SE|ES)-[0-9]{7}\Z", _TRACKED, "SE-1234567", "SE-123456"),
    Required("item_data", ("etiket_no",), r"\A[A-Za-z]{2}[0-9]{7}\Z", _TRACKED, "AB1234567", "A12345678"),
    # ENERJI, rules of 2026-07-01: the charged vehicle's plate (PLAKA) and the period; of SARJ the station's report
    # (ESURaporID), of SARJANLIK the serial number of the device per line.
    Required("profile_data", ("plaka",), r"\A[A-Z0-9_-]{1,50}\Z", _CHARGING, "34ABC123", "34 ABC 123", party=True),
    Required("profile_data", ("invoice_period.start_date",), _DAY, _CHARGING, "2026-11-01", "2026-11-32"),
    Required("profile_data", ("invoice_period.start_time",), _TIME, _CHARGING, "08:00:00", "24:00:00"),
    Required("profile_data", ("invoice_period.end_date",), _DAY, _CHARGING, "2026-11-30", "2026-13-01"),
    Required("profile_data", ("invoice_period.end_time",), _TIME, _CHARGING, "23:59:59", "23:59"),
    Required(
        "profile_data",
        ("esu_rapor_id",),
        _GUID,
        _CHARGED,
        "b0e502a8-122c-4061-be02-8133a5788177",
        "b0e502a8122c4061be028133a5788177",
    ),
    Required("item_data", ("serial_no",), _TEXT, _CHARGED_AT_ONCE, "SN-00017", " "),
    # IHRACKAYITLI with 702: both on every line of the document (TURKISH_RULES §3).
    Required("item_data", ("gtip",), _GTIP, _EXPORT_REGISTERED, "847130000000", "84713000000"),
    Required("item_data", ("alici_dib_satir_kod",), r"\A[!-~]{11}\Z", _EXPORT_REGISTERED, "12345678901", "1234567890"),
    # TEKNOLOJIDESTEK: what was bought, by its serial or IMEI number.
    Required("item_data", ("telefon", "tablet_pc"), _TEXT, _TECHNOLOGY, "356938035643809", " "),
    # Investment incentive: certificate number (YTBNO), class of each item; a machine (01) with model and numbers.
    Required("profile_data", ("ytb_no",), r"\A[0-9]{6}\Z", _INVESTMENT, "123456", "12345"),
    Required("item_data", ("item_class",), r"\A0[1-4]\Z", _INVESTMENT, "02", "05"),
    Required("item_data", ("item_class",), r"\A0[12]\Z", _INVESTMENT_EXEMPT, "02", "03"),
    Required("item_data", ("machine_name",), _TEXT, _INVESTMENT, "CNC dik işleme merkezi", " ", when=_MACHINE),
    Required("item_data", ("machine_sequence_no",), _TEXT, _INVESTMENT, "1", " ", when=_MACHINE),
    Required("item_data", ("machine_id",), _TEXT, _INVESTMENT, "M-0001", " ", when=_MACHINE),
    # YOLCUBERABERFATURA: the TAXFREE party and the intermediary that refunds the KDV.
    Required("profile_data", ("tax_free_buyer.first_name",), _TEXT, _TAX_FREE, "Ad", " ", party=True),
    Required("profile_data", ("tax_free_buyer.family_name",), _TEXT, _TAX_FREE, "Soyad", " ", party=True),
    Required("profile_data", ("tax_free_buyer.nationality",), _COUNTRY, _TAX_FREE, "DE", "DEU", party=True),
    Required("profile_data", ("tax_free_buyer.passport_no",), _TEXT, _TAX_FREE, "C01X00T47", " ", party=True),
    Required(
        "profile_data",
        ("intermediary.tax_number",),
        r"\A([0-9]{10}|[1-9][0-9]{9}[02468])\Z",
        _TAX_FREE,
        "1234567890",
        "123456789",
        party=True,
    ),
    Required("profile_data", ("intermediary.label",), _TEXT, _TAX_FREE, "urn:mail:pk@ornek.example", " ", party=True),
)


def missing(
    place: Place,
    data: Mapping[str, object],
    *,
    profile: str,
    type_code: str,
    exemption_codes: Collection[str] = (),
) -> Iterator[Required]:
    """The demands that this object leaves open, in the order of :data:`REQUIRED`.

    Parameters
    ----------
    place
        Which of the two columns ``data`` is.
    data
        The object as it will be stored.
    profile, type_code
        The invoice's.
    exemption_codes
        Those of all lines of the invoice.
    """
    for required in REQUIRED:
        demanded = any(document.admits(profile, type_code, exemption_codes) for document in required.documents)
        if required.place == place and demanded and not required.met_by(data):
            yield required


def complete_sql(place: Place, data: str) -> str:
    """The predicate "nothing is missing", for a row ``invoice`` and its lines' ``exemption_codes`` (an array)."""
    return "\n        AND ".join(required.sql(data) for required in REQUIRED if required.place == place)


def party_paths() -> tuple[str, ...]:
    """The paths of ``profile_data`` that hold an identity, each once."""
    return tuple(dict.fromkeys(path for required in REQUIRED if required.party for path in required.paths))


def _at(data: Mapping[str, object], path: str) -> object:
    value: object = data
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return value  # pyright: ignore[reportUnknownVariableType]


def _steps(path: str) -> str:
    return "'{" + ",".join(path.split(".")) + "}'"


def _is_string(data: str, path: str) -> str:
    return f"jsonb_typeof({data} #> {_steps(path)}) = 'string'"


def _text(data: str, path: str) -> str:
    return f"{data} #>> {_steps(path)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
