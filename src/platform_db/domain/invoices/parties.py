"""Who issues an invoice and who receives it (VUK art. 230): as given, normalised, checksums judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar, Final

from pydantic import AfterValidator, StrictStr
from pydantic_core import PydanticCustomError

from platform_db.domain import patterns
from platform_db.domain.identity import EmailAddress, Phone, buyer_tckn, tckn, vkn
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.models import InputModel
from platform_db.domain.refusals import field
from platform_db.domain.tax_numbers import TaxNumberKind, is_written_as

__all__ = ["Customer", "Issuer", "Party", "party_columns"]

_TCKN_DIGITS: Final = 11


def _kind(number: str) -> TaxNumberKind:
    return TaxNumberKind.TCKN if len(number) == _TCKN_DIGITS else TaxNumberKind.VKN


def _tax_number(party: str, person: Callable[[str], str], shape: str) -> Callable[[str], str]:
    """Judge the shape under the column's own rule, then the check digits, which no column can."""
    rule = next(rule for rule in Invoice.rules if rule.name == f"{party}_tax_number_format")

    def check(number: str) -> str:
        kind = _kind(number)
        if not is_written_as(number, kind, shape):
            raise PydanticCustomError(
                rule.constraint(Invoice.entity),  # pyright: ignore[reportArgumentType]
                "{en}",
                {"tr": rule.message.tr, "en": rule.message.en},
            )
        return field(person if kind is TaxNumberKind.TCKN else vkn)(number)

    return check


IssuerNumber = Annotated[StrictStr, AfterValidator(_tax_number("issuer", tckn, patterns.TCKN))]
CustomerNumber = Annotated[StrictStr, AfterValidator(_tax_number("customer", buyer_tckn, patterns.BUYER_TCKN))]


class Party(InputModel):
    """What both sides have; lengths are judged where the invoice is put together."""

    entity = "invoices"
    role: ClassVar[str]
    """What the party's columns begin with."""

    title: StrictStr
    address: StrictStr
    district: StrictStr
    city: StrictStr
    first_name: StrictStr | None = None
    family_name: StrictStr | None = None

    def columns(self) -> dict[str, object]:
        """The party's columns of an invoice; the kind of its tax number follows from the digits."""
        return party_columns(type(self), dict(self))


def party_columns(kind: type[Party], values: Mapping[str, object]) -> dict[str, object]:
    """A party's columns of an invoice from its fields; an absent one has its default.

    The kind of the tax number follows from its digits.
    """
    given = {
        f"{kind.role}_{name}": values.get(name, None if info.is_required() else info.default)
        for name, info in kind.model_fields.items()
    }
    number = values.get("tax_number")
    given[f"{kind.role}_tax_number_kind"] = _kind(number) if isinstance(number, str) else None
    return given


class Issuer(Party):
    """Who issues the invoice (düzenleyen).

    ``tax_number`` is a VKN of ten or a TCKN of eleven digits; a person's TCKN needs
    ``first_name`` and ``family_name``. ``district`` is the ilçe, ``city`` the il.

    >>> Issuer(
    ...     title="Örnek İmalat A.Ş.", tax_number="1234567890", tax_office="Şişli",
    ...     address="Fabrika Cad. 1", district="Şişli", city="İstanbul",
    ... ).columns()["issuer_tax_number_kind"].value
    'vkn'
    """

    role = "issuer"

    tax_number: IssuerNumber
    tax_office: StrictStr


class Customer(Party):
    """Who receives the invoice (alıcı).

    ``tax_number`` is a VKN or a TCKN, or 11111111111 for the consumer whose TCKN is unknown
    (e-Arşiv); only a customer abroad may be without one. ``phone`` takes any way of writing
    a number of any country and is stored as E.164.
    """

    role = "customer"

    tax_number: CustomerNumber | None = None
    tax_office: StrictStr | None = None
    country_code: StrictStr = "TR"
    email: EmailAddress | None = None
    phone: Phone | None = None
