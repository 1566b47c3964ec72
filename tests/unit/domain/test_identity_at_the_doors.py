"""Every number and address that comes in is refused under its rule's name, at the field where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db.domain import patterns
from platform_db.domain.users import NewUser
from platform_db.errors import RuleViolation
from tests.invoice_examples import CUSTOMER, ISSUER, issue_document, refused

if TYPE_CHECKING:
    from collections.abc import Mapping

USER = {"email": "muhasebe@ornek-imalat.com.tr"}
PERSON = {**CUSTOMER, "tax_office": None, "first_name": "Deniz", "family_name": "Deneme"}


def user_refused(changes: Mapping[str, object]) -> list[tuple[str, tuple[str, ...]]]:
    try:
        NewUser.parse({**USER, **changes})
    except RuleViolation as violation:
        return [(each.rule, each.fields) for each in violation.violations]
    return []


@pytest.mark.parametrize(
    ("party", "number", "rule"),
    [
        ("issuer", "1234567891", "vkn_checksum"),
        ("issuer", "10000000148", "tckn_checksum"),
        ("issuer", "123", "ck_invoices_issuer_tax_number_format"),
        ("issuer", "01234567890", "ck_invoices_issuer_tax_number_format"),
        ("issuer", "١٢٣٤٥٦٧٨٩٠", "ck_invoices_issuer_tax_number_format"),
        ("customer", "1234567891", "vkn_checksum"),
        ("customer", "10000000148", "tckn_checksum"),
        ("customer", "1234567890\n", "ck_invoices_customer_tax_number_format"),
        ("customer", "22222222222", "tckn_checksum"),
        ("customer", "2222222222", "vkn_checksum"),
    ],
)
def test_a_tax_number_of_an_invoice(party: str, number: str, rule: str) -> None:
    given = {"issuer": ISSUER, "customer": PERSON}[party]
    document = issue_document(profile="EARSIVFATURA", **{party: {**given, "tax_number": number}})
    assert (rule, (f"{party}.tax_number",)) in refused(document)


@pytest.mark.parametrize(
    ("iban", "rule"),
    [
        ("TR330006100519786457841327", "iban_checksum"),
        ("DE89370400440532013000", "iban_format"),
        ("TR33000610051978645784132", "iban_format"),
        ("TR33-0006-1005-1978-6457-8413-26", "iban_format"),
    ],
)
def test_an_iban_of_an_invoice(iban: str, rule: str) -> None:
    assert refused(issue_document(payment_iban=iban)) == [(rule, ("payment_iban",))]


@pytest.mark.parametrize(
    ("phone", "rule"),
    [
        ("0212 293 00", "phone_format"),
        ("444 0 123", "phone_format"),
        ("0212 FABRIKA", "phone_format"),
        ("+49 1", "phone_format"),
        ("0582 000 00 00", "phone_unassigned"),
    ],
)
def test_a_phone_of_an_invoice(phone: str, rule: str) -> None:
    document = issue_document(customer={**CUSTOMER, "phone": phone})
    assert refused(document) == [(rule, ("customer.phone",))]


def test_an_email_of_an_invoice() -> None:
    document = issue_document(customer={**CUSTOMER, "email": "muhasebe@localhost"})
    assert refused(document) == [("email_format", ("customer.email",))]


@pytest.mark.parametrize(
    ("changes", "rule", "field"),
    [
        ({"phone": "444 0 123"}, "turkish_phone_format", "phone"),
        ({"phone": "+49 30 901820"}, "turkish_phone_format", "phone"),
        ({"phone": "0582 000 00 00"}, "turkish_phone_unassigned", "phone"),
        ({"email": "muhasebe"}, "email_format", "email"),
        ({"tax_number": "1234567891", "tax_number_kind": "vkn"}, "vkn_checksum", "tax_number"),
        ({"tax_number": "10000000148", "tax_number_kind": "tckn"}, "tckn_checksum", "tax_number"),
    ],
)
def test_an_account(changes: dict[str, str], rule: str, field: str) -> None:
    assert user_refused(changes) == [(rule, (field,))]


def test_the_final_consumer_is_an_exception_of_buyers_on_e_archive_invoices_only() -> None:
    consumer = {"tax_number": patterns.FINAL_CONSUMER}
    assert refused(issue_document(profile="EARSIVFATURA", customer={**PERSON, **consumer})) == []
    assert refused(issue_document(profile="TEMELFATURA", customer={**PERSON, **consumer})) != []
    person = {**ISSUER, **consumer, "first_name": "Deniz", "family_name": "Deneme"}
    assert ("ck_invoices_issuer_tax_number_format", ("issuer.tax_number",)) in refused(issue_document(issuer=person))
    assert user_refused({**consumer, "tax_number_kind": "tckn"}) == [("tckn_checksum", ("tax_number",))]
