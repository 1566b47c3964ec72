"""The parties of a draft, from those of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.domain.invoices.codes import InvoiceProfile
from platform_db.ubl import scheme_ids
from platform_db.ubl.drafting.values import identified, text_of

if TYPE_CHECKING:
    from platform_db.ubl.elements.invoice import Invoice
    from platform_db.ubl.elements.references import Address, Party

__all__ = ["country_of", "customer_fields", "issuer_fields", "street_of"]

_TURKEY: Final = "TR"


def issuer_fields(invoice: Invoice) -> dict[str, object]:
    """The fields of :class:`~platform_db.domain.invoices.parties.Issuer`."""
    return _fields(invoice.accounting_supplier_party.party)


def customer_fields(invoice: Invoice) -> dict[str, object]:
    """The fields of :class:`~platform_db.domain.invoices.parties.Customer`; of an export, the buyer abroad."""
    party = invoice.accounting_customer_party.party
    if invoice.profile_id.value == InvoiceProfile.IHRACAT and invoice.buyer_customer_party is not None:
        party = invoice.buyer_customer_party.party
    contact = party.contact
    further = {
        "country_code": country_of(party.postal_address),
        "email": None if contact is None else text_of(contact.electronic_mail),
        "phone": None if contact is None else text_of(contact.telephone),
    }
    return _fields(party) | {name: value for name, value in further.items() if value is not None}


def street_of(address: Address) -> str | None:
    """The address in one line, without district and city."""
    return text_of(
        address.district,
        address.street_name,
        address.block_name,
        address.building_name,
        address.building_number,
        address.room,
        address.postbox,
        address.postal_zone,
        address.region,
    )


def country_of(address: Address) -> str | None:
    """The country's code; where only its name is written, that of Türkiye or none."""
    code = text_of(address.country.identification_code)
    name = (text_of(address.country.name) or "").casefold()
    return code or (_TURKEY if name in {"", "türkiye", "turkiye", "turkey", "türki\u0307ye"} else None)


def _fields(party: Party) -> dict[str, object]:
    person, legal = party.person, party.party_legal_entity
    first_name = None if person is None else text_of(person.first_name, person.middle_name)
    family_name = None if person is None else text_of(person.family_name)
    registered = text_of(legal[0].registration_name) if legal else None
    named = None if party.party_name is None else text_of(party.party_name.name)
    office = None if party.party_tax_scheme is None else text_of(party.party_tax_scheme.tax_scheme.name)
    given = {
        "title": named or registered or " ".join(filter(None, (first_name, family_name))),
        "first_name": first_name,
        "family_name": family_name,
        "tax_number": identified(party, scheme_ids.VKN) or identified(party, scheme_ids.TCKN),
        "tax_office": office,
        "address": street_of(party.postal_address),
        "district": text_of(party.postal_address.city_subdivision_name),
        "city": text_of(party.postal_address.city_name),
    }
    return {name: value for name, value in given.items() if value is not None}
