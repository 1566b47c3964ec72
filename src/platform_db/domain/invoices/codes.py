"""The codes of an invoice: GİB's types and profiles, our states, and which admit which.

Types and profiles keep GİB's own writing. The tables here are the one home of the
type and profile matrix (TURKISH_RULES §2 and §4): the models, the CHECKs and the
calculation read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from platform_db.domain.rules import one_of

__all__ = [
    "CUSTOMIZATION",
    "OPEN_STATUSES",
    "RETURN_TYPES",
    "TRANSITIONS",
    "WITHHOLDING_TYPES",
    "InvoiceProfile",
    "InvoiceRounding",
    "InvoiceStatus",
    "InvoiceType",
    "InvoiceTypeCode",
    "profile_admits_type",
]


CUSTOMIZATION: Final = "TR1.2.1"
"""``cbc:CustomizationID``, Özelleştirme No: the UBL-TR version of the documents that are made (TURKISH_RULES §4)."""


class InvoiceType(StrEnum):
    """What is billed."""

    SUBSCRIPTION = "subscription"
    USAGE = "usage"
    ONE_TIME = "one_time"
    CREDIT = "credit"
    ADJUSTMENT = "adjustment"


class InvoiceTypeCode(StrEnum):
    """GİB's invoice type (``cbc:InvoiceTypeCode``)."""

    SATIS = "SATIS"
    IADE = "IADE"
    TEVKIFAT = "TEVKIFAT"
    TEVKIFATIADE = "TEVKIFATIADE"
    ISTISNA = "ISTISNA"
    OZELMATRAH = "OZELMATRAH"
    IHRACKAYITLI = "IHRACKAYITLI"
    SGK = "SGK"
    KOMISYONCU = "KOMISYONCU"
    HKSSATIS = "HKSSATIS"
    HKSKOMISYONCU = "HKSKOMISYONCU"
    KONAKLAMAVERGISI = "KONAKLAMAVERGISI"
    SARJ = "SARJ"
    SARJANLIK = "SARJANLIK"
    TEKNOLOJIDESTEK = "TEKNOLOJIDESTEK"
    YTBSATIS = "YTBSATIS"
    YTBIADE = "YTBIADE"
    YTBISTISNA = "YTBISTISNA"
    YTBTEVKIFAT = "YTBTEVKIFAT"
    YTBTEVKIFATIADE = "YTBTEVKIFATIADE"


class InvoiceProfile(StrEnum):
    """GİB's profile (``cbc:ProfileID``): which process the document runs in."""

    TEMELFATURA = "TEMELFATURA"
    TICARIFATURA = "TICARIFATURA"
    YOLCUBERABERFATURA = "YOLCUBERABERFATURA"
    IHRACAT = "IHRACAT"
    OZELFATURA = "OZELFATURA"
    KAMU = "KAMU"
    HKS = "HKS"
    ENERJI = "ENERJI"
    ILAC_TIBBICIHAZ = "ILAC_TIBBICIHAZ"
    YATIRIMTESVIK = "YATIRIMTESVIK"
    IDIS = "IDIS"
    EARSIVFATURA = "EARSIVFATURA"


class InvoiceStatus(StrEnum):
    """Where an invoice stands; the database derives the paid states from payments."""

    DRAFT = "draft"
    ISSUED = "issued"
    SENT = "sent"
    VIEWED = "viewed"
    PAID = "paid"
    PARTIAL = "partial"
    OVERDUE = "overdue"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class InvoiceRounding(StrEnum):
    """Where KDV is rounded: on each line (default) or once per rate on the document."""

    LINE = "line"
    DOCUMENT = "document"


_T = InvoiceTypeCode
_P = InvoiceProfile

RETURN_TYPES: Final = (_T.IADE, _T.TEVKIFATIADE, _T.YTBIADE, _T.YTBTEVKIFATIADE)
"""Types that return an earlier invoice."""

WITHHOLDING_TYPES: Final = (_T.TEVKIFAT, _T.YTBTEVKIFAT, _T.IADE, _T.YTBIADE, _T.SGK, _T.SARJ, _T.SARJANLIK)
"""Types on which KDV may be withheld (TURKISH_RULES §2)."""

ENERGY_TYPES: Final = (_T.SARJ, _T.SARJANLIK)
"""Types of the ENERJI profile, and of no other."""

E_ARCHIVE_TYPES: Final = (
    _T.TEKNOLOJIDESTEK,
    _T.YTBSATIS,
    _T.YTBIADE,
    _T.YTBISTISNA,
    _T.YTBTEVKIFAT,
    _T.YTBTEVKIFATIADE,
)
"""Types that exist on EARSIVFATURA only."""

PROFILE_TYPES: Final[Mapping[InvoiceProfile, tuple[InvoiceTypeCode, ...]]] = MappingProxyType(
    {
        _P.YATIRIMTESVIK: (_T.SATIS, _T.ISTISNA, _T.IADE, _T.TEVKIFAT, _T.TEVKIFATIADE),
        _P.ILAC_TIBBICIHAZ: (_T.SATIS, _T.ISTISNA, _T.TEVKIFAT, _T.TEVKIFATIADE, _T.IADE, _T.IHRACKAYITLI),
        _P.IDIS: (_T.SATIS, _T.ISTISNA, _T.TEVKIFAT, _T.TEVKIFATIADE, _T.IADE, _T.IHRACKAYITLI),
    },
)
"""Profiles with a list of their own."""

RETURN_PROFILES: Final = (_P.TEMELFATURA, _P.EARSIVFATURA, _P.KAMU)
"""Profiles without a list that admit IADE (KAMU since 2026-07-01)."""


def profile_admits_type(profile: InvoiceProfile, type_code: InvoiceTypeCode) -> bool:
    """Whether GİB's rules of 2026-03-12 and 2026-07-01 admit the pair (TURKISH_RULES §4).

    >>> profile_admits_type(InvoiceProfile.TICARIFATURA, InvoiceTypeCode.IADE)
    False
    """
    if profile is _P.ENERJI or type_code in ENERGY_TYPES:
        return profile is _P.ENERJI and type_code in ENERGY_TYPES
    if type_code in E_ARCHIVE_TYPES:
        return profile is _P.EARSIVFATURA
    if profile in PROFILE_TYPES:
        return type_code in PROFILE_TYPES[profile]
    return type_code is not _T.IADE or profile in RETURN_PROFILES


def profile_admits_type_sql() -> str:
    """The predicate of :func:`profile_admits_type` for the CHECK."""
    energy, archive = one_of(ENERGY_TYPES), one_of(E_ARCHIVE_TYPES)
    own = " ".join(
        f"WHEN profile = '{profile}' THEN type_code IN {one_of(types)}" for profile, types in PROFILE_TYPES.items()
    )
    return (
        f"CASE WHEN profile = '{_P.ENERJI}' OR type_code IN {energy} "
        f"THEN profile = '{_P.ENERJI}' AND type_code IN {energy} "
        f"WHEN type_code IN {archive} THEN profile = '{_P.EARSIVFATURA}' "
        f"{own} WHEN type_code = '{_T.IADE}' THEN profile IN {one_of(RETURN_PROFILES)} ELSE true END"
    )


_S = InvoiceStatus

OPEN_STATUSES: Final = (_S.ISSUED, _S.SENT, _S.VIEWED, _S.PARTIAL, _S.OVERDUE)
"""Issued, and money is still expected."""

_LIVE: Final = (_S.SENT, _S.VIEWED, _S.PARTIAL, _S.PAID, _S.OVERDUE, _S.REFUNDED, _S.CANCELLED)

TRANSITIONS: Final[Mapping[InvoiceStatus, tuple[InvoiceStatus, ...]]] = MappingProxyType(
    {
        _S.DRAFT: (_S.ISSUED,),
        _S.CANCELLED: (),
        **{
            state: (_S.ISSUED, *(other for other in _LIVE if other is not state))
            for state in (_S.ISSUED, _S.SENT, _S.VIEWED, _S.PARTIAL, _S.PAID, _S.OVERDUE, _S.REFUNDED)
        },
    },
)
"""Never back to draft; cancelled is final. Stamps and payments decide which of the rest holds."""
