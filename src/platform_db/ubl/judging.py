"""Codes, numbers and versions: what a document says against what is known. Warnings, no refusals.

Old documents, and many of GİB's own samples, carry numbers that fail their checksum
(TURKISH_RULES §7); a document from elsewhere is read as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from platform_db.domain import patterns
from platform_db.domain.identity import IdentityError, buyer_tckn, iban, vkn
from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceTypeCode
from platform_db.domain.law import exemptions, profiles, withholding
from platform_db.domain.money import Currency
from platform_db.errors import Message
from platform_db.ubl import scheme_ids
from platform_db.ubl.findings import Judgement, leaves
from platform_db.ubl.values import Amount, Code, Identifier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import StrEnum

    from platform_db.ubl.elements.invoice import Invoice
    from platform_db.ubl.findings import Finding
    from platform_db.ubl.values import Value

__all__ = ["COMMENT", "EXTENSION", "SIGNATURE", "findings_of"]


def _judgement(rule: str, tr: str, en: str) -> Judgement:
    return Judgement(f"ubl_{rule}", Message(tr, en))


SIGNATURE: Final = _judgement(
    "signature_not_kept",
    "İmza okunan belgeye aittir; yeniden yazılan belge imzasızdır",
    "The signature belongs to the file that was read; a document written anew is unsigned",
)
EXTENSION: Final = _judgement(
    "extension_not_kept",
    "Eklenti (UBLExtension) içeriği okunmaz ve yeniden yazılmaz",
    "The content of an extension (UBLExtension) is neither read nor written anew",
)
COMMENT: Final = _judgement(
    "comment_not_kept",
    "Açıklamalar ve işlem yönergeleri okunmaz ve yeniden yazılmaz",
    "Comments and processing instructions are neither read nor written anew",
)
_VERSION: Final = _judgement(
    "version_current",
    "Belge güncel UBL-TR sürümünde değil (UBL 2.1, TR1.2 veya TR1.2.1)",
    "The document is not of the current UBL-TR (UBL 2.1, TR1.2 or TR1.2.1)",
)
_COPY: Final = _judgement("copy", "Belge bir suret olarak işaretli", "The document is marked as a copy")
_NUMBER: Final = _judgement(
    "number_format",
    "Fatura numarası üç karakter, yıl ve dokuz hane değil",
    "The invoice number is not three characters, the year and nine digits",
)
_PROFILE: Final = _judgement("profile_known", "Bilinmeyen senaryo", "The profile is not known")
_TYPE: Final = _judgement("type_known", "Bilinmeyen fatura tipi", "The type is not known")
_ADMITS: Final = _judgement(
    "profile_admits_type",
    "Bu senaryoda bu fatura tipi düzenleme tarihinde kullanılamaz",
    "The profile does not admit this type on the issue date",
)
_CURRENCY: Final = _judgement(
    "currency_known",
    f"Para birimi şunlardan biri değil: {', '.join(Currency)}",
    f"The currency is none of {', '.join(Currency)}",
)
_ONE_CURRENCY: Final = _judgement(
    "currency_declared",
    "Tutarın para birimi belgenin bildirdiklerinden biri değil",
    "The currency of the amount is none that the document declares",
)
_TAX_NUMBER: Final = _judgement(
    "tax_number", "VKN veya TCKN biçimine veya sağlama basamağına uymuyor", "The VKN or TCKN fails its form or checksum"
)
_IBAN: Final = _judgement("iban", "IBAN sağlama basamağına uymuyor", "The IBAN fails its checksum")
_EXEMPTION: Final = _judgement("exemption_known", "Bilinmeyen istisna kodu", "The exemption code is not known")
_WITHHOLDING: Final = _judgement(
    "withholding_in_force",
    "Tevkifat kodu veya oranı düzenleme tarihinde yürürlükte değil",
    "The withholding code or its percent is not in force on the issue date",
)

_CURRENT: Final = frozenset({("2.1", "TR1.2"), ("2.1", "TR1.2.1")})
_INVOICE_NUMBER: Final = re.compile(patterns.INVOICE_NUMBER)


def findings_of(invoice: Invoice) -> Iterator[Finding]:
    """Everything that is not as it should be, the arithmetic left out."""
    yield from _head(invoice)
    declared = {
        code.value
        for code in (
            invoice.document_currency_code,
            invoice.tax_currency_code,
            invoice.pricing_currency_code,
            invoice.payment_currency_code,
            invoice.payment_alternative_currency_code,
        )
        if code is not None
    }
    for place, value in leaves(invoice, "/Invoice"):
        if isinstance(value, Amount) and value.currency_id not in declared:
            yield _ONE_CURRENCY.at(f"{place}/@currencyID")
        else:
            yield from _numbers(place, value)
    yield from _withholdings(invoice)


def _head(invoice: Invoice) -> Iterator[Finding]:
    if (invoice.ubl_version_id.value, invoice.customization_id.value) not in _CURRENT:
        yield _VERSION.at("/Invoice/cbc:CustomizationID")
    if invoice.copy_indicator.value:
        yield _COPY.at("/Invoice/cbc:CopyIndicator")
    if not _INVOICE_NUMBER.fullmatch(invoice.id.value):
        yield _NUMBER.at("/Invoice/cbc:ID")
    if not _is_one_of(InvoiceProfile, invoice.profile_id.value):
        yield _PROFILE.at("/Invoice/cbc:ProfileID")
    elif not _is_one_of(InvoiceTypeCode, invoice.invoice_type_code.value):
        yield _TYPE.at("/Invoice/cbc:InvoiceTypeCode")
    elif not profiles.admits_on(
        InvoiceProfile(invoice.profile_id.value),
        InvoiceTypeCode(invoice.invoice_type_code.value),
        invoice.issue_date.value,
    ):
        yield _ADMITS.at("/Invoice/cbc:InvoiceTypeCode")
    if not _is_one_of(Currency, invoice.document_currency_code.value):
        yield _CURRENCY.at("/Invoice/cbc:DocumentCurrencyCode")


def _numbers(place: str, value: Value) -> Iterator[Finding]:
    if isinstance(value, Identifier):
        if value.scheme_id in scheme_ids.TAX_NUMBERS and not _is_tax_number(value):
            yield _TAX_NUMBER.at(place)
        is_account = place.endswith("FinancialAccount/cbc:ID") and value.value.startswith("TR")
        if is_account and not _is_iban(value.value):
            yield _IBAN.at(place)
    if isinstance(value, Code) and place.endswith("/cbc:TaxExemptionReasonCode") and not exemptions.find(value.value):
        yield _EXEMPTION.at(place)


def _withholdings(invoice: Invoice) -> Iterator[Finding]:
    day = invoice.issue_date.value
    for number, total in enumerate(invoice.withholding_tax_total, start=1):
        for place, subtotal in enumerate(total.tax_subtotal, start=1):
            code = subtotal.tax_category.tax_scheme.tax_type_code
            percent = None if code is None else withholding.percent(code.value, day)
            if percent is None or subtotal.percent is None or subtotal.percent.value != percent:
                yield _WITHHOLDING.at(f"/Invoice/cac:WithholdingTaxTotal[{number}]/cac:TaxSubtotal[{place}]")


def _is_one_of(labels: type[StrEnum], text: str) -> bool:
    return text in labels.__members__.values()


def _is_tax_number(given: Identifier) -> bool:
    is_person = given.scheme_id == scheme_ids.TCKN or (
        given.scheme_id == scheme_ids.SIGNER and len(given.value) == scheme_ids.TCKN_DIGITS
    )
    try:
        (buyer_tckn if is_person else vkn)(given.value)
    except IdentityError:
        return False
    return True


def _is_iban(text: str) -> bool:
    try:
        iban(text)
    except IdentityError:
        return False
    return True
