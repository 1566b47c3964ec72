"""Documents that an invoice refers to, and the parties named in them; either may hold the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_db.ubl.aggregate import Aggregate

if TYPE_CHECKING:
    from platform_db.ubl.aggregate import OneOrMore
    from platform_db.ubl.values import Amount, BinaryObject, Code, Date, Identifier, Indicator, Measure, Text, Time

__all__ = [
    "Address",
    "Attachment",
    "Branch",
    "Communication",
    "Contact",
    "CorporateRegistrationScheme",
    "Country",
    "DocumentReference",
    "ExternalReference",
    "FinancialAccount",
    "FinancialInstitution",
    "Location",
    "Party",
    "PartyIdentification",
    "PartyLegalEntity",
    "PartyName",
    "PartyTaxScheme",
    "Period",
    "Person",
    "TaxScheme",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyIdentification(Aggregate):
    """One number or name under which a party is known; `schemeID` says which (VKN, TCKN, MERSISNO ...)."""

    id: Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyName(Aggregate):
    """The title of a party."""

    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Country(Aggregate):
    """A country, by code (ISO 3166) and name."""

    identification_code: Code | None = None
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Address(Aggregate):
    """An address; `city_subdivision_name` is the ilçe, `city_name` the il."""

    id: Identifier | None = None
    postbox: Text | None = None
    room: Text | None = None
    street_name: Text | None = None
    block_name: Text | None = None
    building_name: Text | None = None
    building_number: Text | None = None
    city_subdivision_name: Text
    city_name: Text
    postal_zone: Text | None = None
    region: Text | None = None
    district: Text | None = None
    country: Country


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(Aggregate):
    """A place."""

    id: Identifier | None = None
    address: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxScheme(Aggregate):
    """A tax, by GİB's code, or of a party the tax office in `name`."""

    id: Identifier | None = None
    name: Text | None = None
    tax_type_code: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyTaxScheme(Aggregate):
    """The tax office of a party."""

    registration_name: Text | None = None
    company_id: Identifier | None = None
    tax_scheme: TaxScheme


@dataclass(frozen=True, slots=True, kw_only=True)
class CorporateRegistrationScheme(Aggregate):
    """A register of companies."""

    id: Identifier | None = None
    name: Text | None = None
    corporate_registration_type_code: Code | None = None
    jurisdiction_region_address: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyLegalEntity(Aggregate):
    """A party as the trade register knows it."""

    registration_name: Text | None = None
    company_id: Identifier | None = None
    registration_date: Date | None = None
    sole_proprietorship_indicator: Indicator | None = None
    corporate_stock_amount: Amount | None = None
    fully_paid_shares_indicator: Indicator | None = None
    corporate_registration_scheme: CorporateRegistrationScheme | None = None
    head_office_party: Party | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Communication(Aggregate):
    """One more way to reach a party."""

    channel_code: Code
    channel: Text | None = None
    value: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Aggregate):
    """How a party is reached."""

    id: Identifier | None = None
    name: Text | None = None
    telephone: Text | None = None
    telefax: Text | None = None
    electronic_mail: Text | None = None
    note: Text | None = None
    other_communication: tuple[Communication, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancialInstitution(Aggregate):
    """A bank."""

    name: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch(Aggregate):
    """A branch of a bank."""

    name: Text | None = None
    financial_institution: FinancialInstitution | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancialAccount(Aggregate):
    """An account; `id` is the IBAN."""

    id: Identifier
    currency_code: Code | None = None
    payment_note: Text | None = None
    financial_institution_branch: Branch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Aggregate):
    """A natural person."""

    first_name: Text
    family_name: Text
    title: Text | None = None
    middle_name: Text | None = None
    name_suffix: Text | None = None
    nationality_id: Identifier | None = None
    financial_account: FinancialAccount | None = None
    identity_document_reference: DocumentReference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(Aggregate):
    """A company or a person."""

    website_uri: Identifier | None = None
    endpoint_id: Identifier | None = None
    industry_classification_code: Code | None = None
    party_identification: OneOrMore[PartyIdentification]
    party_name: PartyName | None = None
    postal_address: Address
    physical_location: Location | None = None
    party_tax_scheme: PartyTaxScheme | None = None
    party_legal_entity: tuple[PartyLegalEntity, ...] = ()
    contact: Contact | None = None
    person: Person | None = None
    agent_party: Party | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period(Aggregate):
    """A time from a beginning to an end."""

    start_date: Date | None = None
    start_time: Time | None = None
    end_date: Date | None = None
    end_time: Time | None = None
    duration_measure: Measure | None = None
    description: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalReference(Aggregate):
    """Where an attachment lies."""

    uri: Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment(Aggregate):
    """A file, inside the document or outside."""

    embedded_document_binary_object: BinaryObject | None = None
    external_reference: ExternalReference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReference(Aggregate):
    """Another document."""

    id: Identifier
    issue_date: Date
    document_type_code: Code | None = None
    document_type: Text | None = None
    document_description: tuple[Text, ...] = ()
    attachment: Attachment | None = None
    validity_period: Period | None = None
    issuer_party: Party | None = None
