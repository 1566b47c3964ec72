"""Phones, addresses and numbers as fields of a model: stored in normal form, refused under the rule's name."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from platform_db.domain import identity, patterns


class Contact(BaseModel):
    turkish: identity.TurkishPhone | None = None
    phone: identity.Phone | None = None
    email: identity.EmailAddress | None = None
    tckn: identity.Tckn | None = None
    buyer: identity.BuyerTckn | None = None
    vkn: identity.Vkn | None = None
    iban: identity.Iban | None = None
    number: identity.InvoiceNumber | None = None


def test_a_model_stores_the_normal_forms() -> None:
    contact = Contact.model_validate(
        {
            "turkish": "0532 123 45 67",
            "phone": "0049 30 901820",
            "email": "Satis@Firma.COM.TR",
            "tckn": "10000000146",
            "buyer": patterns.FINAL_CONSUMER,
            "vkn": "0150015264",
            "iban": "TR33 0006 1005 1978 6457 8413 26",
            "number": "ABC2026000000001",
        }
    )
    assert contact.model_dump() == {
        "turkish": "+905321234567",
        "phone": "+4930901820",
        "email": "Satis@firma.com.tr",
        "tckn": "10000000146",
        "buyer": "11111111111",
        "vkn": "0150015264",
        "iban": "TR330006100519786457841326",
        "number": "ABC2026000000001",
    }
    assert Contact.model_validate(contact.model_dump()) == contact


def test_a_model_names_the_rule_and_speaks_both_languages() -> None:
    # When the final consumer is given where only a person may stand
    with pytest.raises(ValidationError) as refused:
        Contact.model_validate({"tckn": patterns.FINAL_CONSUMER})
    # Then
    (detail,) = refused.value.errors(include_url=False, include_input=False)
    assert detail == {
        "type": "tckn_checksum",
        "loc": ("tckn",),
        "msg": "T.C. kimlik numarasının kontrol basamakları tutmuyor / "
        "The check digits of the TCKN do not fit the others",
        "ctx": {
            "tr": "T.C. kimlik numarasının kontrol basamakları tutmuyor",
            "en": "The check digits of the TCKN do not fit the others",
        },
    }


@pytest.mark.parametrize("field", list(Contact.model_fields))
@pytest.mark.parametrize("value", [10000000146, 1.5, True, b"10000000146", "\ud800"], ids=repr)
def test_a_model_takes_only_text(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        Contact.model_validate({field: value})
    assert [detail["loc"] for detail in refused.value.errors()] == [(field,)]
