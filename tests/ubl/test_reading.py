"""Strict on structure: everything that is not as the schema has it is refused, by name and place."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from uuid import UUID

import pytest

from platform_db.errors import RuleViolation
from platform_db.ubl import InvoiceDocument, read, write
from platform_db.ubl.findings import Finding
from platform_db.ubl.values import Time
from tests.ubl.invoices import PAIRS, issued, sale

XML = write(InvoiceDocument.of(issued(sale(*PAIRS[0])))).decode()
LINE = "/Invoice/cac:InvoiceLine"


def changed(old: str, new: str) -> bytes:
    """The document with its one ``old`` replaced."""
    assert XML.count(old) == 1, XML.count(old)
    return XML.replace(old, new).encode()


def refusals(xml: bytes) -> list[tuple[str, tuple[str, ...]]]:
    with pytest.raises(RuleViolation) as refused:
        read(xml)
    return [(violation.rule, violation.fields) for violation in refused.value.violations]


def rules(document: InvoiceDocument) -> list[str]:
    return [warning.rule for warning in document.warnings]


NUMBER = "<cbc:ID>ABC2026000000001</cbc:ID>"
PLACES = {
    "an unknown element": (
        changed(NUMBER, f"{NUMBER}<cbc:Colour>red</cbc:Colour>"),
        [("ubl_element_known", ("/Invoice/cbc:Colour",))],
    ),
    "an element of no namespace": (
        changed(NUMBER, f'{NUMBER}<ID xmlns="">1</ID>'),
        [("ubl_element_known", ("/Invoice/ID",))],
    ),
    "a missing element": (changed(NUMBER, ""), [("ubl_element_required", ("/Invoice/cbc:ID",))]),
    "a repeated element": (changed(NUMBER, NUMBER * 2), [("ubl_element_once", ("/Invoice/cbc:ID[2]",))]),
    "an element out of order": (
        changed("<cbc:CopyIndicator>", "<cbc:Note>n</cbc:Note><cbc:CopyIndicator>"),
        [
            ("ubl_element_order", ("/Invoice/cbc:CopyIndicator",)),
            ("ubl_element_order", ("/Invoice/cbc:UUID",)),
            ("ubl_element_order", ("/Invoice/cbc:IssueDate",)),
            ("ubl_element_order", ("/Invoice/cbc:InvoiceTypeCode",)),
        ],
    ),
    "text between elements": (changed(NUMBER, f"{NUMBER}x"), [("ubl_text_place", ("/Invoice",))]),
    "an element inside a value": (
        changed(NUMBER, "<cbc:ID>ABC2026000000001<cbc:ID/></cbc:ID>"),
        [("ubl_element_known", ("/Invoice/cbc:ID/cbc:ID",))],
    ),
    "an unknown attribute": (
        changed(NUMBER, NUMBER.replace("<cbc:ID>", '<cbc:ID colour="red">')),
        [("ubl_attribute_known", ("/Invoice/cbc:ID/@colour",))],
    ),
    "an attribute where none may be": (
        changed("<cac:LegalMonetaryTotal>", '<cac:LegalMonetaryTotal id="1">'),
        [("ubl_attribute_known", ("/Invoice/cac:LegalMonetaryTotal/@id",))],
    ),
    "an attribute of the root": (
        XML.replace("<Invoice ", '<Invoice version="2" ', 1).encode(),
        [("ubl_attribute_known", ("/Invoice/@version",))],
    ),
    "a missing attribute": (
        changed('<cbc:PriceAmount currencyID="TRY">', "<cbc:PriceAmount>"),
        [("ubl_attribute_required", (f"{LINE}/cac:Price/cbc:PriceAmount/@currencyID",))],
    ),
    "no number": (
        changed(">1250.5<", ">1.250,50<"),
        [("ubl_decimal", (f"{LINE}/cac:Price/cbc:PriceAmount",))],
    ),
    "digits of another script": (
        changed(">1250.5<", ">١٢<"),
        [("ubl_decimal", (f"{LINE}/cac:Price/cbc:PriceAmount",))],
    ),
    "an exponent": (changed(">1250.5<", ">1e9<"), [("ubl_decimal", (f"{LINE}/cac:Price/cbc:PriceAmount",))]),
    "a number without end": (
        changed(">1250.5<", f">{'9' * 41}<"),
        [("ubl_decimal", (f"{LINE}/cac:Price/cbc:PriceAmount",))],
    ),
    "no day": (
        changed("<cbc:IssueDate>2026-07-10<", "<cbc:IssueDate>2026-02-30<"),
        [("ubl_date", ("/Invoice/cbc:IssueDate",))],
    ),
    "no truth": (changed(">false</cbc:Copy", ">no</cbc:Copy"), [("ubl_indicator", ("/Invoice/cbc:CopyIndicator",))]),
    "no ETTN": (
        XML.replace("<cbc:UUID>", "<cbc:UUID>{").encode(),
        [("ubl_ettn", ("/Invoice/cbc:UUID",))],
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_what_is_wrong_is_told_with_its_place(name: str) -> None:
    xml, expected = PLACES[name]
    assert refusals(xml) == expected


def test_everything_wrong_is_told_at_once_up_to_a_hundred() -> None:
    two = changed(NUMBER, "").replace(b">1250.5<", b">x<")
    assert refusals(two) == [
        ("ubl_decimal", (f"{LINE}/cac:Price/cbc:PriceAmount",)),
        ("ubl_element_required", ("/Invoice/cbc:ID",)),
    ]
    many = refusals(changed(NUMBER, "<cbc:Colour/>" * 300))
    assert len(many) == 101
    assert many[-1] == ("ubl_more_refusals", ())


def test_what_is_read_is_what_is_written_to_the_letter() -> None:
    # given every form that the schema's types admit
    xml = changed("<cbc:IssueDate>2026-07-10<", "<cbc:IssueDate> 2026-07-10+03:00 <").decode()
    xml = xml.replace("</cbc:IssueDate>", "</cbc:IssueDate><cbc:IssueTime>07:47:00.1234567Z</cbc:IssueTime>", 1)
    xml = xml.replace(">false</cbc:Copy", ">0</cbc:Copy").replace(">1250.5<", ">+01250.50<")
    xml = xml.replace(NUMBER, "<cbc:ID>ABC2026<!-- no -->000000001</cbc:ID>")
    note = '<cbc:Note languageID="tr"> İki\n satır &lt;&amp;&gt; <![CDATA[<x>]]>\u00a0</cbc:Note><cbc:Note/>'
    xml = xml.replace("<cbc:DocumentCurrencyCode>", f"{note}<cbc:DocumentCurrencyCode>")
    # when it is read
    content = read(xml.encode()).content
    # then nothing is lost
    assert (content.issue_date.value.isoformat(), content.issue_date.zone) == ("2026-07-10", "+03:00")
    assert content.issue_time == Time("07:47:00.1234567Z")
    assert content.id.value == "ABC2026000000001"
    assert content.invoice_line[0].price.price_amount.value == Decimal("1250.50")
    assert [(note.value, note.language_id) for note in content.note[1:]] == [
        (" İki\n satır <&> <x>\u00a0", "tr"),
        ("", None),
    ]
    assert read(write(InvoiceDocument(content))).content == content


def test_a_file_is_read_as_its_bytes_are() -> None:
    assert read(BytesIO(XML.encode())) == read(XML.encode())
    turkish = XML.replace("UTF-8", "ISO-8859-9", 1)
    assert read(turkish.encode("iso-8859-9")) == read(XML.encode())
    assert read(XML.replace("UTF-8", "UTF-16", 1).encode("utf-16")) == read(XML.encode())


def test_what_a_file_holds_beside_the_document_is_told_and_left() -> None:
    signature = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>'
    stub = '<Unsigned xmlns="urn:platform_db:ubl"/>'
    place = "/Invoice/ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent"
    signed = read(changed(stub, signature))
    assert [(warning.rule, warning.field) for warning in signed.warnings] == [("ubl_signature_not_kept", place)]
    assert rules(read(changed(stub, '<other xmlns="urn:other"/>'))) == ["ubl_extension_not_kept"]
    assert rules(read(changed(stub, ""))) == []
    assert rules(read(XML.replace("?>", '?><?xml-stylesheet href="x.xslt"?>', 1).encode())) == ["ubl_comment_not_kept"]
    # A warning takes no part in equality: what is written is the same document.
    assert signed == read(XML.encode())
    without = XML[: XML.index("<ext:UBLExtensions>")] + XML[XML.index("</ext:UBLExtensions>") + 20 :]
    assert read(without.encode()) == read(XML.encode())


def test_a_document_is_a_value() -> None:
    document = read(XML.encode())
    assert isinstance(document.ettn, UUID)
    assert hash(document) == hash(read(XML.encode()))
    with pytest.raises(AttributeError):
        document.content = document.content  # pyright: ignore[reportAttributeAccessIssue]


def test_a_warning_says_which_amount_and_what_follows() -> None:
    wrong = changed('<cbc:PayableAmount currencyID="TRY">3001.20<', '<cbc:PayableAmount currencyID="TRY">1.00<')
    (warning,) = read(wrong).warnings
    assert isinstance(warning, Finding)
    assert warning.as_json() == {
        "rule": "ubl_amount_follows",
        "fields": ["/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount"],
        "message": {"tr": warning.message.tr, "en": warning.message.en},
        "written": "1.00",
        "expected": "3001.20",
    }
    assert read(write(read(wrong))).payable.written() == "1.00"
