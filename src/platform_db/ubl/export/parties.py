"""Who issues, receives, buys, mediates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from platform_db.domain.invoices.codes import InvoiceProfile
from platform_db.domain.tax_numbers import TaxNumberKind
from platform_db.ubl import keys, scheme_ids
from platform_db.ubl.elements.invoice import CustomerParty, Signature, SupplierParty
from platform_db.ubl.elements.references import (
    Address,
    Attachment,
    Contact,
    Country,
    DocumentReference,
    ExternalReference,
    Party,
    PartyIdentification,
    PartyLegalEntity,
    PartyName,
    PartyTaxScheme,
    Person,
    TaxScheme,
)
from platform_db.ubl.export.figures import code, identifier, text, text_or_none
from platform_db.ubl.values import Date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_db.domain.invoices.invoice import Invoice

__all__ = ["address", "buyer_of", "customer_of", "intermediary_of", "issuer_of", "party_of_number", "signature_of"]

_TURKEY: Final = "TR"
_SIGNATURE: Final = "#Signature"


def issuer_of(invoice: Invoice) -> SupplierParty:
    """The issuer (düzenleyen)."""
    party = Party(
        party_identification=(
            _number(invoice.issuer_tax_number, invoice.issuer_tax_number_kind),
            *_further(invoice, keys.ISSUER),
        ),
        party_name=PartyName(name=text(invoice.issuer_title)),
        postal_address=_issuer_address(invoice),
        party_tax_scheme=_tax_office(invoice.issuer_tax_office),
        person=_person(invoice.issuer_first_name, invoice.issuer_family_name),
    )
    return SupplierParty(party=party)


def signature_of(invoice: Invoice) -> Signature:
    """Who will sign: the issuer. The signature itself will stand in the extensions."""
    signer = Party(
        party_identification=(_number(invoice.issuer_tax_number, invoice.issuer_tax_number_kind),),
        postal_address=_issuer_address(invoice),
    )
    return Signature(
        id=identifier(invoice.issuer_tax_number, scheme_ids.SIGNER),
        signatory_party=signer,
        digital_signature_attachment=Attachment(external_reference=ExternalReference(uri=identifier(_SIGNATURE))),
    )


def customer_of(invoice: Invoice) -> CustomerParty:
    """The customer (alıcı); of an export, the customs."""
    if invoice.profile is InvoiceProfile.IHRACAT:
        return CustomerParty(party=_CUSTOMS)
    party = Party(
        party_identification=(
            *_customer_number(invoice),
            *_further(invoice, keys.CUSTOMER),
        ),
        party_name=PartyName(name=text(invoice.customer_title)),
        postal_address=_customer_address(invoice),
        party_tax_scheme=_tax_office(invoice.customer_tax_office),
        contact=_contact(invoice),
        person=_person(invoice.customer_first_name, invoice.customer_family_name),
    )
    return CustomerParty(party=party)


def buyer_of(invoice: Invoice) -> CustomerParty | None:
    """Who buys abroad (IHRACAT) or carries the goods out (YOLCUBERABERFATURA)."""
    if invoice.profile is InvoiceProfile.IHRACAT:
        return CustomerParty(party=_importer(invoice))
    if invoice.profile is InvoiceProfile.YOLCUBERABERFATURA:
        return CustomerParty(party=_traveller(invoice))
    return None


def intermediary_of(invoice: Invoice) -> Party | None:
    """Who refunds the KDV to the traveller."""
    tax_number = keys.text_at(invoice.profile_data, "intermediary.tax_number")
    label = keys.text_at(invoice.profile_data, "intermediary.label")
    if tax_number is None or label is None:
        return None
    return Party(
        party_identification=(
            _identified(tax_number, scheme_ids.INTERMEDIARY_NUMBER),
            _identified(label, scheme_ids.INTERMEDIARY_LABEL),
        ),
        postal_address=address(),
    )


def party_of_number(value: str, scheme_id: str) -> Party:
    """A party of which nothing but a number is known."""
    return Party(party_identification=(_identified(value, scheme_id),), postal_address=address())


def address(
    street: str | None = None, district: str | None = None, city: str | None = None, country: str = _TURKEY
) -> Address:
    """An address; what the schema demands and nobody knows is empty."""
    return Address(
        street_name=text_or_none(street),
        city_subdivision_name=text(district),
        city_name=text(city),
        country=Country(identification_code=code(country), name=text(_country_name(country))),
    )


def _importer(invoice: Invoice) -> Party:
    return Party(
        party_identification=(
            _identified(scheme_ids.EXPORT, scheme_ids.PARTY_TYPE),
            *_customer_number(invoice),
        ),
        party_name=PartyName(name=text(invoice.customer_title)),
        postal_address=_customer_address(invoice),
        party_tax_scheme=_tax_office(invoice.customer_tax_office),
        party_legal_entity=(PartyLegalEntity(registration_name=text(invoice.customer_title)),),
        contact=_contact(invoice),
        person=_person(invoice.customer_first_name, invoice.customer_family_name),
    )


def _traveller(invoice: Invoice) -> Party:
    data: Mapping[str, object] = invoice.profile_data
    nationality = keys.text_at(data, "tax_free_buyer.nationality") or ""
    passport = DocumentReference(
        id=identifier(keys.text_at(data, "tax_free_buyer.passport_no") or ""),
        # The schema demands a day; where the passport's is not known it is the day it was seen.
        issue_date=keys.day_at(data, "tax_free_buyer.passport_date") or Date(invoice.issue_date),
    )
    return Party(
        party_identification=(_identified(scheme_ids.TAX_FREE, scheme_ids.PARTY_TYPE),),
        postal_address=address(country=nationality),
        person=Person(
            first_name=text(keys.text_at(data, "tax_free_buyer.first_name")),
            family_name=text(keys.text_at(data, "tax_free_buyer.family_name")),
            nationality_id=identifier(nationality),
            identity_document_reference=passport,
        ),
    )


def _issuer_address(invoice: Invoice) -> Address:
    return address(invoice.issuer_address, invoice.issuer_district, invoice.issuer_city)


def _customer_address(invoice: Invoice) -> Address:
    return address(
        invoice.customer_address, invoice.customer_district, invoice.customer_city, invoice.customer_country_code
    )


def _contact(invoice: Invoice) -> Contact | None:
    if invoice.customer_phone is None and invoice.customer_email is None:
        return None
    return Contact(telephone=text_or_none(invoice.customer_phone), electronic_mail=text_or_none(invoice.customer_email))


def _person(first_name: str | None, family_name: str | None) -> Person | None:
    if first_name is None or family_name is None:
        return None
    return Person(first_name=text(first_name), family_name=text(family_name))


def _tax_office(name: str | None) -> PartyTaxScheme | None:
    return None if name is None else PartyTaxScheme(tax_scheme=TaxScheme(name=text(name)))


def _number(value: str, kind: TaxNumberKind) -> PartyIdentification:
    return _identified(value, scheme_ids.TCKN if kind is TaxNumberKind.TCKN else scheme_ids.VKN)


def _customer_number(invoice: Invoice) -> tuple[PartyIdentification, ...]:
    number, kind = invoice.customer_tax_number, invoice.customer_tax_number_kind
    return () if number is None or kind is None else (_number(number, kind),)


def _further(invoice: Invoice, schemes: Mapping[str, str]) -> tuple[PartyIdentification, ...]:
    found = ((keys.text_at(invoice.profile_data, key), scheme) for key, scheme in schemes.items())
    return tuple(_identified(value, scheme) for value, scheme in found if value is not None)


def _identified(value: str, scheme_id: str) -> PartyIdentification:
    return PartyIdentification(id=identifier(value, scheme_id))


def _country_name(country: str) -> str:
    from babel import Locale

    names = cast("Mapping[str, str]", Locale("tr").territories)
    return names.get(country, country)


_CUSTOMS: Final = Party(
    party_identification=(_identified(scheme_ids.CUSTOMS, scheme_ids.VKN),),
    party_name=PartyName(
        name=text("Gümrük ve Ticaret Bakanlığı Gümrükler Genel Müdürlüğü - Bilgi İşlem Dairesi Başkanlığı")
    ),
    postal_address=Address(
        street_name=text("Üniversiteler Mahallesi Dumlupınar Bulvarı"),
        building_number=text("151"),
        city_subdivision_name=text("Çankaya"),
        city_name=text("Ankara"),
        country=Country(identification_code=code(_TURKEY), name=text("Türkiye")),
    ),
    party_tax_scheme=_tax_office("Ulus"),
)
"""The customs as exporters address it, by the VKN that GİB's rules fix."""
