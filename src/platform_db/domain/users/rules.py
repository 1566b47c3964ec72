"""What is true of an account: rules over one row."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from platform_db.domain.patterns import FINAL_CONSUMER
from platform_db.domain.rules import Message, Rule
from platform_db.domain.tax_numbers import TaxNumberKind, is_written_as, is_written_as_sql
from platform_db.domain.users.states import UserStatus

__all__ = ["ERASED", "RULES"]


def _tax_number_format(number: str | None, kind: TaxNumberKind | None) -> bool | None:
    return None if number is None else is_written_as(number, kind) and number != FINAL_CONSUMER


def _tax_number_has_kind(number: str | None, kind: TaxNumberKind | None) -> bool:
    return (number is None) == (kind is None)


def _phone_verified_has_phone(phone: str | None, verified_at: datetime | None) -> bool:
    return verified_at is None or phone is not None


def _deleted_at_matches_status(status: UserStatus | None, deleted_at: datetime | None) -> bool | None:
    return None if status is None else (status == UserStatus.DELETED) == (deleted_at is not None)


def _anonymised_after_deleted(deleted_at: datetime | None, anonymised_at: datetime | None) -> bool:
    return anonymised_at is None or (deleted_at is not None and anonymised_at >= deleted_at)


def _anonymised_is_empty(anonymised_at: datetime | None, *personal: object) -> bool:
    return anonymised_at is None or all(value is None for value in personal)


ERASED: Final = (
    "phone",
    "password_hash",
    "full_name",
    "company_name",
    "tax_number",
    "tax_office",
    "address",
    "metadata",
)
"""What anonymising a user sets to NULL; the address becomes ``deleted-<id>@anonymised.invalid``."""


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name="tax_number_format",
        fields=("tax_number", "tax_number_kind"),
        holds=_tax_number_format,
        sql=f"{is_written_as_sql('tax_number', 'tax_number_kind')} AND tax_number <> '{FINAL_CONSUMER}'",
        message=Message(
            "VKN 10 rakam, TCKN 11 rakamdır; 11111111111 yalnız faturada kullanılır",
            "A VKN has 10 digits, a TCKN 11; 11111111111 is for invoices only",
        ),
        null_aware=True,
    ),
    Rule(
        name="tax_number_has_kind",
        fields=("tax_number", "tax_number_kind"),
        holds=_tax_number_has_kind,
        sql="(tax_number IS NULL) = (tax_number_kind IS NULL)",
        message=Message(
            "Vergi numarası türüyle (VKN ya da TCKN) birlikte yazılır",
            "A tax number and its kind (VKN or TCKN) are given together",
        ),
        null_aware=True,
    ),
    Rule(
        name="phone_verified_has_phone",
        fields=("phone", "phone_verified_at"),
        holds=_phone_verified_has_phone,
        sql="phone_verified_at IS NULL OR phone IS NOT NULL",
        message=Message(
            "Telefon numarası yoksa doğrulanmış olamaz", "Without a phone number none can have been verified"
        ),
        null_aware=True,
    ),
    Rule(
        name="deleted_at_matches_status",
        fields=("status", "deleted_at"),
        holds=_deleted_at_matches_status,
        sql="(status = 'deleted') = (deleted_at IS NOT NULL)",
        message=Message(
            "Silinme anı, durum silinmiş ise bulunur, değilse bulunmaz",
            "The moment of deletion is there if, and only if, the status is deleted",
        ),
        null_aware=True,
    ),
    Rule(
        name="anonymised_after_deleted",
        fields=("deleted_at", "anonymised_at"),
        holds=_anonymised_after_deleted,
        sql="anonymised_at IS NULL OR (deleted_at IS NOT NULL AND anonymised_at >= deleted_at)",
        message=Message(
            "Yalnız silinmiş bir hesap, silindikten sonra anonimleştirilebilir",
            "Only a deleted account can be anonymised, and not before it was deleted",
        ),
        null_aware=True,
    ),
    Rule(
        name="anonymised_is_empty",
        fields=("anonymised_at", *ERASED),
        holds=_anonymised_is_empty,
        sql=f"anonymised_at IS NULL OR num_nonnulls({', '.join(ERASED)}) = 0",
        message=Message(
            "Anonimleştirilmiş hesapta kişisel veri kalamaz", "An anonymised account holds no personal data"
        ),
        null_aware=True,
    ),
)
