"""The tables of the published law data; no foreign key points to them."""

from __future__ import annotations

from typing import Final

from platform_db.domain.law_tables import ExemptionCode, KdvRate, WithholdingCode
from platform_db.domain.rules import Message
from platform_db.schema.metadata import Grants, table, unique
from platform_db.schema.roles import Role

__all__ = ["exemption_codes", "kdv_rates", "withholding_codes"]

_READ: Final[Grants] = {
    Role.APP: {"SELECT": None},
    Role.WORKER: {"SELECT": None},
    Role.READONLY: {"SELECT": None},
    Role.AUDITOR: {"SELECT": None},
}

kdv_rates = table(
    KdvRate,
    unique(
        "rate_class",
        "valid_from",
        message=Message("Bu sınıfın bu günden başlayan oranı var", "The class has a rate from this day already"),
    ),
    grants=_READ,
)
withholding_codes = table(
    WithholdingCode,
    unique(
        "code",
        "valid_from",
        message=Message("Bu kodun bu günden başlayan oranı var", "The code has a ratio from this day already"),
    ),
    grants=_READ,
)
exemption_codes = table(
    ExemptionCode,
    unique("code", message=Message("Bu kod var", "The code exists already")),
    grants=_READ,
)
