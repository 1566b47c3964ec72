"""What an invoice must say of its issuer and its customer (VUK art. 230)."""

from __future__ import annotations

from typing import Final

from platform_db.domain import patterns
from platform_db.domain.invoices.codes import (
    InvoiceProfile,
)
from platform_db.domain.rules import Message, Rule
from platform_db.domain.tax_numbers import TaxNumberKind, is_written_as, is_written_as_sql

__all__ = ["ANONYMISED", "ANONYMISED_IBAN", "PARTY_RULES", "TERM_YEARS"]

ANONYMISED: Final = "[anonymised]"
"""Replaces a party's identity after the legal term."""

ANONYMISED_IBAN: Final = "TR" + "0" * 24
"""Replaces an account that a rule demands (public buyers)."""

TERM_YEARS: Final = 10
"""Full years after the fiscal year for which an invoice's identities are kept (TTK art. 82)."""


def _party_number(number: str | None, kind: TaxNumberKind | None, tckn: str, refused: str | None) -> bool | None:
    if number is None:
        return None
    return number == ANONYMISED or (is_written_as(number, kind, tckn) and number != refused)


def _issuer_number(number: str | None, kind: TaxNumberKind | None) -> bool | None:
    return _party_number(number, kind, patterns.TCKN, patterns.FINAL_CONSUMER)


def _customer_number(number: str | None, kind: TaxNumberKind | None) -> bool | None:
    return _party_number(number, kind, patterns.BUYER_TCKN, None)


def _person(kind: str | None, first: str | None, family: str | None) -> bool | None:
    named = first is not None and family is not None
    return True if named else None if kind is None else kind != "tckn"


def _customer_tax_number_has_kind(number: str | None, kind: TaxNumberKind | None) -> bool:
    return (number is None) == (kind is None)


def _customer_identified(number: str | None, country: str | None) -> bool:
    return number is not None or country is None or country != "TR"


def _customer_vkn_has_tax_office(kind: TaxNumberKind | None, office: str | None) -> bool:
    return kind != "vkn" or office is not None


def _final_consumer_is_e_archive(number: str, profile: InvoiceProfile) -> bool:
    return number != patterns.FINAL_CONSUMER or profile == InvoiceProfile.EARSIVFATURA


def _public_buyer_has_iban(profile: InvoiceProfile | None, iban: str | None) -> bool:
    return profile != InvoiceProfile.KAMU or iban is not None


PARTY_RULES: Final = (
    Rule(
        name="issuer_tax_number_format",
        fields=("issuer_tax_number", "issuer_tax_number_kind"),
        holds=_issuer_number,
        sql=(
            f"issuer_tax_number = '{ANONYMISED}' "
            f"OR ({is_written_as_sql('issuer_tax_number', 'issuer_tax_number_kind')} "
            f"AND issuer_tax_number <> '{patterns.FINAL_CONSUMER}')"
        ),
        message=Message(
            "Düzenleyenin vergi numarası VKN veya TCKN olmalıdır", "The issuer's tax number must be a VKN or TCKN"
        ),
        null_aware=True,
    ),
    Rule(
        name="customer_tax_number_format",
        fields=("customer_tax_number", "customer_tax_number_kind"),
        holds=_customer_number,
        sql=(
            f"customer_tax_number = '{ANONYMISED}' "
            f"OR {is_written_as_sql('customer_tax_number', 'customer_tax_number_kind', patterns.BUYER_TCKN)}"
        ),
        message=Message(
            "Alıcının vergi numarası VKN veya TCKN olmalıdır", "The customer's tax number must be a VKN or TCKN"
        ),
        null_aware=True,
    ),
    Rule(
        name="customer_tax_number_has_kind",
        fields=("customer_tax_number", "customer_tax_number_kind"),
        holds=_customer_tax_number_has_kind,
        sql="(customer_tax_number IS NULL) = (customer_tax_number_kind IS NULL)",
        message=Message("Vergi numarası türüyle birlikte verilir", "A tax number comes with its kind"),
        null_aware=True,
    ),
    Rule(
        name="customer_identified",
        fields=("customer_tax_number", "customer_country_code"),
        holds=_customer_identified,
        sql="customer_tax_number IS NOT NULL OR customer_country_code <> 'TR'",
        message=Message("Türkiye'deki alıcının vergi numarası gereklidir", "A customer in Türkiye needs a tax number"),
        null_aware=True,
    ),
    Rule(
        name="customer_vkn_has_tax_office",
        fields=("customer_tax_number_kind", "customer_tax_office"),
        holds=_customer_vkn_has_tax_office,
        sql="customer_tax_number_kind <> 'vkn' OR customer_tax_office IS NOT NULL",
        message=Message("VKN'li alıcının vergi dairesi yazılır", "A customer with a VKN needs a tax office"),
        null_aware=True,
    ),
    Rule(
        name="final_consumer_is_e_archive",
        fields=("customer_tax_number", "profile"),
        holds=_final_consumer_is_e_archive,
        sql=f"customer_tax_number <> '{patterns.FINAL_CONSUMER}' OR profile = '{InvoiceProfile.EARSIVFATURA}'",
        message=Message("11111111111 yalnız e-Arşiv faturada kullanılır", "11111111111 is for e-Arşiv invoices only"),
    ),
    *(
        Rule(
            name=f"{party}_tckn_has_person",
            fields=(f"{party}_tax_number_kind", f"{party}_first_name", f"{party}_family_name"),
            holds=_person,
            sql=f"{party}_tax_number_kind <> 'tckn' OR num_nonnulls({party}_first_name, {party}_family_name) = 2",
            message=Message(
                "TCKN'li tarafın adı ve soyadı yazılır", "A party with a TCKN has a first and a family name"
            ),
            null_aware=True,
        )
        for party in ("issuer", "customer")
    ),
    Rule(
        name="public_buyer_has_iban",
        fields=("profile", "payment_iban"),
        holds=_public_buyer_has_iban,
        sql=f"profile <> '{InvoiceProfile.KAMU}' OR payment_iban IS NOT NULL",
        message=Message(
            "Kamu alıcısına kesilen faturada IBAN gereklidir", "An invoice to a public buyer (KAMU) needs an IBAN"
        ),
        null_aware=True,
    ),
)
