"""GİB's own samples: read, written, and accepted again by its XSD and schematron."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db.errors import RuleViolation
from platform_db.ubl import read, write
from tests import official
from tests.ubl.official_rules import broken

if TYPE_CHECKING:
    from platform_db.ubl import InvoiceDocument

FOLDER = ("ubltr", "samples")
SAMPLES = official.names(*FOLDER)


def sample(name: str) -> bytes:
    return official.text(*FOLDER, name).encode()


def told(document: InvoiceDocument, prefix: str) -> list[tuple[str, str]]:
    return [(warning.rule, warning.field) for warning in document.warnings if warning.rule.startswith(prefix)]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_read_written_and_read_again(name: str) -> None:
    # given a sample, and the rules it breaks as it is
    xml = sample(name)
    before = [rule for rule in broken(xml) if not rule.startswith("xsd")]
    # when it is read and written
    first = read(xml)
    again = write(first)
    # then nothing was lost, no rule is broken that was not, and the XSD accepts it whatever it was before
    assert read(again) == first
    assert write(read(again)) == again
    after = broken(again)
    assert [rule for rule in after if rule not in before] == []
    if not before:
        assert after == []


@pytest.mark.parametrize("name", SAMPLES)
def test_every_number_of_a_sample_that_fails_its_checksum_is_a_warning_and_no_refusal(name: str) -> None:
    document = read(sample(name))
    assert ("ubl_tax_number", "/Invoice/cac:Signature/cbc:ID") in told(document, "ubl_tax_number")


@pytest.mark.parametrize("name", [name for name in SAMPLES if name[0] in "127"])
def test_a_document_of_the_past_is_read_with_warnings(name: str) -> None:
    document = read(sample(name))
    assert (document.content.ubl_version_id.value, document.currency) == ("2.0", "TRL")
    assert told(document, "ubl_version_current") == [("ubl_version_current", "/Invoice/cbc:CustomizationID")]
    assert told(document, "ubl_currency") == [("ubl_currency_known", "/Invoice/cbc:DocumentCurrencyCode")]
    assert len(told(document, "ubl_signature_not_kept")) == 1


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_makes_no_draft_but_says_why(name: str) -> None:
    # Their numbers fail the checksum, which a new invoice must not.
    with pytest.raises(RuleViolation):
        read(sample(name)).to_draft()


DIFFERENCES = {
    "HKS-Ornek2.xml": ["ChargeTotalAmount", "TaxExclusiveAmount", "PayableAmount"],
    "ISTISNA-1.xml": ["TaxExclusiveAmount"],
    "OZELMATRAH.xml": ["TaxInclusiveAmount"],
    "TEKNOLOJI_DESTEK.xml": ["LineExtensionAmount", "TaxExclusiveAmount"],
    "YTB_TevkıfatIade_EArşiv.xml": ["TaxAmount", "TaxAmount"],
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_amounts_of_a_sample_that_do_not_follow_are_told_by_field(name: str) -> None:
    found = told(read(sample(name)), "ubl_amount_follows")
    assert [field.rpartition(":")[2] for _, field in found] == DIFFERENCES.get(name, [])


def test_a_sample_is_held_as_written() -> None:
    document = read(sample("TicariFaturaOrnegi.xml"))
    assert (document.number, document.profile, document.type_code) == ("GIB2009000000011", "TICARIFATURA", "SATIS")
    assert document.issuer.party_name is not None
    assert len(document.lines) == 8
    first = document.lines[0]
    assert (first.invoiced_quantity.written(), first.invoiced_quantity.unit_code) == ("12", "NIU")
    assert first.line_extension_amount.written() == "9410.7"
    terms = document.content.payment_terms
    assert terms is not None
    assert terms.payment_due_date is not None
    assert terms.payment_due_date.written() == "2008-11-25"
