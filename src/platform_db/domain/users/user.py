"""Users: the accounts that sign in, and what the law lets us keep of them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import AwareDatetime, Field

from platform_db.domain.changes import ChangeRule
from platform_db.domain.emails import StoredEmail
from platform_db.domain.fields import Column, Instant, Integer, Json, Text
from platform_db.domain.identity import LONGEST_EMAIL
from platform_db.domain.instants import ISTANBUL
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import Versioned
from platform_db.domain.patterns import TURKISH_PHONE
from platform_db.domain.rules import Guard, Message, Rule
from platform_db.domain.tax_numbers import TaxNumberKind
from platform_db.domain.users.consents import Consent
from platform_db.domain.users.rules import RULES
from platform_db.domain.users.states import CHANGE_RULES, GUARDS, UserRole, UserStatus

__all__ = ["Locale", "TaxNumberKind", "User", "UserRole", "UserStatus"]


class Locale(StrEnum):
    """The language in which a user is spoken to."""

    TR = "tr"
    EN = "en"
    DE = "de"


_HASHED: Final = r"^(\$argon2id\$v=19\$[!-~]{60,200}|\$2[aby]\$[0-9]{2}\$[./A-Za-z0-9]{53})$"


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
        default=None,
        description="Hash of the password (argon2id or bcrypt); NULL when one cannot sign in by it.",
        repr=False,
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

    rules: ClassVar[tuple[Rule, ...]] = RULES
    guards: ClassVar[tuple[Guard, ...]] = GUARDS
    change_rules: ClassVar[tuple[ChangeRule, ...]] = CHANGE_RULES

    def consent(self, purpose: str) -> Consent | None:
        """What is kept of the consent for a purpose, withdrawn or not; None where it was never given."""
        kept = self.consents.get(purpose)
        return None if kept is None else Consent.model_validate(kept)
