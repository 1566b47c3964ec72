"""What a caller gives to register a user or to change a profile."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, model_validator
from pydantic_core import PydanticCustomError

from platform_db.domain.fields import Json
from platform_db.domain.identity import EmailAddress, TurkishPhone, tckn, vkn
from platform_db.domain.instants import ISTANBUL, known_zone
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel
from platform_db.domain.refusals import IdentityError, field
from platform_db.domain.users.user import (
    Address,
    CompanyName,
    FullName,
    Locale,
    TaxNumber,
    TaxNumberKind,
    TaxOffice,
    UserRole,
    Zone,
)

__all__ = ["NewEmail", "NewUser", "ProfileChanges", "ProvedPhone"]

KnownZone = Annotated[Zone, AfterValidator(field(known_zone))]


class _TaxPayer(InputModel):
    """A tax number with its kind; its checksum is judged here, because the database cannot."""

    entity = "users"

    tax_number: TaxNumber = None
    tax_number_kind: TaxNumberKind | None = None

    @model_validator(mode="after")
    def _tax_number_exists(self) -> Self:
        if self.tax_number is None or self.tax_number_kind is None:
            return self
        try:
            (vkn if self.tax_number_kind is TaxNumberKind.VKN else tckn)(self.tax_number)
        except IdentityError as refused:
            raise PydanticCustomError(
                refused.rule,
                "{en}",
                {"tr": refused.message.tr, "en": refused.message.en, "fields": ("tax_number",)},
            ) from None
        return self


class NewUser(_TaxPayer):
    """A user to register; the account begins as pending.

    ``phone`` takes any way of writing a Turkish number and is stored as +90 and ten digits.
    A ``tax_number`` comes with its kind, and its check digits must fit.

    >>> NewUser(email="Muhasebe@Firma.com.tr", phone="0532 123 45 67").phone
    '+905321234567'
    """

    email: EmailAddress
    phone: TurkishPhone | None = None
    full_name: FullName = None
    company_name: CompanyName = None
    tax_office: TaxOffice = None
    address: Address = None
    role: UserRole = UserRole.ENGINEER
    locale: Locale = Locale.TR
    timezone: KnownZone = ISTANBUL.key


class NewEmail(InputModel):
    """The address to which an account changes.

    >>> NewEmail(email="Muhasebe@Firma.com.tr").email
    'Muhasebe@firma.com.tr'
    """

    entity = "users"

    email: EmailAddress


class ProvedPhone(InputModel):
    """The phone number that a person proved to hold, in any way of writing it.

    >>> ProvedPhone(phone="(0532) 123 45 67").phone
    '+905321234567'
    """

    entity = "users"

    phone: TurkishPhone


class ProfileChanges(_TaxPayer):
    """Changes to a user's own data: only what is given is changed, and None is a value.

    Consents are given and withdrawn by operations of their own, which stamp them by the database's clock.

    >>> ProfileChanges(full_name=None).model_fields_set
    {'full_name'}
    """

    phone: TurkishPhone | None = None
    full_name: FullName = None
    company_name: CompanyName = None
    tax_office: TaxOffice = None
    address: Address = None
    locale: Locale = Locale.TR
    timezone: KnownZone = ISTANBUL.key
    metadata: Annotated[JsonObject | None, Json()] = None
