"""What a caller gives to register a user or to change a profile."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from platform_db.domain.fields import Json, Text
from platform_db.domain.identity import EmailAddress, TurkishPhone, tckn, vkn
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel
from platform_db.domain.refusals import IdentityError
from platform_db.domain.users.user import Locale, TaxNumberKind, UserRole

__all__ = ["NewUser", "ProfileChanges"]


class _TaxPayer(InputModel):
    """A tax number with its kind; its checksum is judged here, because the database cannot."""

    entity = "users"

    tax_number: Annotated[str | None, Text()] = None
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
    """

    email: EmailAddress
    phone: TurkishPhone | None = None
    full_name: Annotated[str | None, Text(max=200)] = None
    company_name: Annotated[str | None, Text(max=255)] = None
    tax_office: Annotated[str | None, Text(max=100)] = None
    address: Annotated[str | None, Text(max=1000)] = None
    role: UserRole = UserRole.ENGINEER
    locale: Locale = Locale.TR
    timezone: Annotated[str, Text(max=50)] = "Europe/Istanbul"


class ProfileChanges(_TaxPayer):
    """Changes to a user's own data: only what is given is changed, and None is a value.

    >>> ProfileChanges(full_name=None).model_fields_set
    {'full_name'}
    """

    phone: TurkishPhone | None = None
    full_name: Annotated[str | None, Text(max=200)] = None
    company_name: Annotated[str | None, Text(max=255)] = None
    tax_office: Annotated[str | None, Text(max=100)] = None
    address: Annotated[str | None, Text(max=1000)] = None
    locale: Locale = Locale.TR
    timezone: Annotated[str, Text(max=50)] = "Europe/Istanbul"
    metadata: Annotated[JsonObject | None, Json()] = None
    consents: Annotated[JsonObject, Json()] = Field(default_factory=dict)
