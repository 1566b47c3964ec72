"""Users: the accounts that sign in, and what the law lets us keep of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import AwareDatetime, Field

from platform_db.domain.emails import StoredEmail
from platform_db.domain.fields import Column, Instant, Integer, Json, Text
from platform_db.domain.identity import LONGEST_EMAIL
from platform_db.domain.instants import ISTANBUL
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import Versioned
from platform_db.domain.patterns import FINAL_CONSUMER, TURKISH_PHONE
from platform_db.domain.rules import Message, Rule
from platform_db.domain.tax_numbers import TaxNumberKind, is_written_as, is_written_as_sql

__all__ = ["Locale", "TaxNumberKind", "User", "UserRole", "UserStatus"]


class UserRole(StrEnum):
    """What an account may do: four roles of the platform, two of the shop, one of no person."""

    ADMIN = "admin"
    ENGINEER = "engineer"
    OPERATOR = "operator"
    VIEWER = "viewer"
    BUYER = "buyer"
    VENDOR = "vendor"
    SYSTEM = "system"


class UserStatus(StrEnum):
    """The one source of an account's state; a temporary lock is ``locked_until``."""

    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    INACTIVE = "inactive"
    DELETED = "deleted"


class Locale(StrEnum):
    """The language in which a user is spoken to."""

    TR = "tr"
    EN = "en"
    DE = "de"


_HASHED: Final = r"^(\$argon2id\$v=19\$[!-~]{60,200}|\$2[aby]\$[0-9]{2}\$[./A-Za-z0-9]{53})$"


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


_ERASED: Final = (
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


# The columns that people give themselves; the inputs have the same bounds.
FullName = Annotated[str | None, Text(max=200)]
CompanyName = Annotated[str | None, Text(max=255)]
TaxNumber = Annotated[str | None, Text()]
TaxOffice = Annotated[str | None, Text(max=100)]
Address = Annotated[str | None, Text(max=1000)]
Zone = Annotated[str, Text(max=50)]


class User(Versioned):
    """User accounts with role-based access control and Turkish compliance (GDPR/KVKK)

    A person or service that signs in. One source of account state: ``status``; a temporary
    lock is ``locked_until``, verification is a time stamp, never a flag beside it. A user is
    never deleted: the status becomes deleted, and 30 days later the row is anonymised in
    place (KVKK art. 7).
    """  # noqa: D400 - the first line is the table's comment, letter for letter

    entity = "users"

    email: Annotated[str, StoredEmail(max=LONGEST_EMAIL), Column(bytewise=True)] = Field(
        description=(
            "Address to sign in with: domain in lower case, local part as given, unique without regard to ASCII case; "
            "deleted-<id>@anonymised.invalid once anonymised."
        ),
    )
    phone: Annotated[
        str | None,
        Text(
            pattern=TURKISH_PHONE,
            name="phone_format",
            message=Message(
                "Telefon numarası +90 ve on rakamdır: cep, sabit hat, 800 ya da 850",
                "The phone number is +90 and ten digits: mobile, geographic, 800 or 850",
            ),
        ),
    ] = Field(default=None, description="Turkish phone number in E.164 form, unique; NULL when not given.")
    password_hash: Annotated[
        str | None,
        Text(
            pattern=_HASHED,
            name="password_hash_format",
            message=Message(
                "Parola yalnız argon2id ya da bcrypt özeti olarak saklanır",
                "A password is stored only as an argon2id or bcrypt hash",
            ),
        ),
    ] = Field(
        default=None, description="Hash of the password (argon2id or bcrypt); NULL when one cannot sign in by it."
    )
    full_name: FullName = Field(default=None, description="Name of the person.")
    company_name: CompanyName = Field(default=None, description="Registered title of the firm (unvan).")
    tax_number: TaxNumber = Field(
        default=None, description="VKN of a firm or TCKN of a person; tax_number_kind says which."
    )
    tax_office: TaxOffice = Field(default=None, description="Name of the tax office (vergi dairesi).")
    address: Address = Field(default=None, description="Postal address.")
    role: UserRole = Field(default=UserRole.ENGINEER, description="What the account may do; set by an administrator.")
    status: UserStatus = Field(default=UserStatus.PENDING, description="State of the account, and its only source.")
    locale: Locale = Field(default=Locale.TR, description="Language in which the user is spoken to.")
    tax_number_kind: TaxNumberKind | None = Field(
        default=None, description="Which number tax_number is; NULL without one."
    )
    timezone: Zone = Field(
        default=ISTANBUL.key, description="IANA zone in which the user is shown times; legal days are Istanbul's."
    )
    email_verified_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the user proved to hold the e-mail address (UTC); NULL until then."
    )
    phone_verified_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the user proved to hold the phone number (UTC); NULL until then."
    )
    last_login_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the user last signed in (UTC)."
    )
    locked_until: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="Until when signing in is refused after failed attempts (UTC)."
    )
    deleted_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the account was deleted (UTC); set with status deleted, and only then."
    )
    anonymised_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the personal data was erased from this row (UTC)."
    )
    failed_login_attempts: Annotated[
        int,
        Integer(
            ge=0,
            name="failed_logins_non_negative",
            message=Message(
                "Başarısız giriş sayısı sıfırdan küçük olamaz", "The number of failed logins must not be negative"
            ),
        ),
    ] = Field(default=0, description="Failed sign-ins since the last one that succeeded.")
    otp_attempts: Annotated[
        int,
        Integer(
            ge=0,
            name="otp_attempts_non_negative",
            message=Message(
                "Tek kullanımlık kod deneme sayısı sıfırdan küçük olamaz",
                "The number of one-time code attempts must not be negative",
            ),
        ),
    ] = Field(default=0, description="Wrong one-time codes since the last right one.")
    reset_attempts: Annotated[
        int,
        Integer(
            ge=0,
            name="reset_attempts_non_negative",
            message=Message(
                "Parola sıfırlama deneme sayısı sıfırdan küçük olamaz",
                "The number of password reset attempts must not be negative",
            ),
        ),
    ] = Field(default=0, description="Password resets asked for since the last one that succeeded.")
    security_clearance_level: Annotated[
        int,
        Integer(
            ge=1,
            le=5,
            name="security_clearance_range",
            message=Message(
                "Güvenlik yetki düzeyi 1 ile 5 arasında olmalıdır", "The security clearance must be from 1 to 5"
            ),
        ),
    ] = Field(default=1, description="Clearance from 1 (lowest) to 5; set by an administrator.")
    performance_score: Annotated[
        int,
        Integer(
            ge=0,
            le=100,
            name="performance_score_range",
            message=Message(
                "Performans puanı 0 ile 100 arasında olmalıdır", "The performance score must be from 0 to 100"
            ),
        ),
    ] = Field(default=100, description="Standing of a buyer or vendor in points, 0 to 100; kept by the platform.")
    metadata: Annotated[JsonObject | None, Json()] = Field(
        default=None, description="Preferences of the user, as a JSON object; erased with the account."
    )
    consents: Annotated[JsonObject, Json()] = Field(
        default_factory=dict,
        description=(
            "KVKK consents by purpose, each with time and version of the text; their history is in the audit log."
        ),
    )

    rules: ClassVar[tuple[Rule, ...]] = (
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
            fields=("anonymised_at", *_ERASED),
            holds=_anonymised_is_empty,
            sql=f"anonymised_at IS NULL OR num_nonnulls({', '.join(_ERASED)}) = 0",
            message=Message(
                "Anonimleştirilmiş hesapta kişisel veri kalamaz", "An anonymised account holds no personal data"
            ),
            null_aware=True,
        ),
    )
