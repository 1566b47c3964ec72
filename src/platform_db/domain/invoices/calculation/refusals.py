"""Every rule by which a document can be refused: its stable name and what a person is told.

A rule that a table enforces too is that table's: its name is the constraint's, and its
message too, unless a document can say more exactly which way it was broken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from platform_db.domain.invoices.calculation import bounds
from platform_db.domain.invoices.calculation.arithmetic import cents_text
from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceRounding, InvoiceTypeCode
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.invoices.subtotals import InvoiceTaxSubtotal
from platform_db.domain.models import StoredModel
from platform_db.domain.money import Currency
from platform_db.errors import Message, Violation

__all__ = ["Refusal"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule's name and one message; :meth:`at` says where it was broken."""

    rule: str
    message: Message

    def at(self, *fields: str) -> Violation:
        """The violation at these dotted paths into the document."""
        return Violation(rule=self.rule, fields=fields, message=self.message)


def _refusal(rule: str, tr: str, en: str) -> Refusal:
    return Refusal(rule, Message(tr=tr, en=en))


def _of(model: type[StoredModel], name: str) -> Refusal:
    """The rule or guard of a stored model."""
    known = model.refusal(name)
    return Refusal(known.rule, known.message)


def _way(whole: Refusal, tr: str, en: str) -> Refusal:
    """One way of breaking a rule that has several."""
    return _refusal(whole.rule, tr, en)


def _choice(labels: Iterable[str]) -> str:
    return ", ".join(labels)


_LARGEST = cents_text(bounds.AMOUNT.most)

# The form of the input

JSON_TEXT = _refusal(
    "json_text",
    "Girdi, UTF-8 ile yazılmış tek bir JSON belgesi olmalıdır (BOM'suz, aşırı iç içe geçmeden)",
    "The input must be one JSON document in UTF-8 (without a byte order mark or excessive nesting)",
)
DOCUMENT_SIZE = _refusal(
    "document_size",
    "Belge, bir seferde okunabilecek boyuttan büyük",
    "The document is larger than one that can be read at once",
)
OBJECT_EXPECTED = _refusal("object_expected", "Burada bir JSON nesnesi olmalıdır", "A JSON object is expected here")
LIST_EXPECTED = _refusal("list_expected", "Burada bir JSON dizisi olmalıdır", "A JSON array is expected here")
TEXT_EXPECTED = _refusal("text_expected", "Burada bir metin olmalıdır", "A text is expected here")
BOOLEAN_EXPECTED = _refusal("boolean_expected", "Değer true ya da false olmalıdır", "The value must be true or false")
FIELD_REQUIRED = _refusal("field_required", "Bu alan zorunludur", "This field is required")
FIELD_KNOWN = _refusal("field_known", "Böyle bir alan yoktur", "There is no such field")
FIELD_ONCE = _refusal("field_once", "Bu alan birden çok kez yazılmış", "This field is written more than once")
DECIMAL_TEXT = _refusal(
    "decimal_text",
    'Sayılar yalnız 0-9 rakamları ve en çok bir noktadan oluşan metin olmalıdır: "12.50" '
    "(işaret, üs, boşluk, virgül, alt çizgi olmaz)",
    'Numbers must be texts of the digits 0-9 with at most one point between them: "12.50" '
    "(no sign, exponent, space, comma or underscore)",
)
TEXT_STORABLE = _refusal(
    "text_storable",
    "Metin U+0000 ya da tek başına vekil karakter içeremez",
    "The text must not contain U+0000 or a lone surrogate",
)
AMOUNT_PLACES = _refusal(
    "amount_has_two_places",
    f"Tutarın virgülden sonra en çok {bounds.AMOUNT.places} basamağı olabilir",
    f"An amount has at most {bounds.AMOUNT.places} decimal places",
)
AMOUNT_FITS = _refusal(
    "amount_fits_64_bit",
    f"Tutar en çok {_LARGEST} olabilir (64 bit kuruş)",
    f"An amount is at most {_LARGEST} (64-bit kuruş)",
)

# The head of the document

CALENDAR_DATE = _refusal(
    "calendar_date",
    "Tarih, YYYY-AA-GG biçiminde var olan bir gün olmalıdır",
    "The date must be an existing day, written YYYY-MM-DD",
)
ISSUE_DATE_RANGE = _of(Invoice, "issue_date_finite")
CURRENCY_KNOWN = _refusal(
    "currency_known",
    f"Para birimi şunlardan biri olmalıdır: {_choice(Currency)}",
    f"The currency must be one of {_choice(Currency)}",
)
_CURRENCY_POLICY = _of(Invoice, "currency_policy")
RATE_MISSING = _way(
    _CURRENCY_POLICY,
    "TRY dışındaki bir belge, TRY kurunu taşımalıdır",
    "A document in another currency than TRY must carry its exchange rate to TRY",
)
RATE_SURPLUS = _way(_CURRENCY_POLICY, "TRY belgesinde kur olmaz", "A document in TRY must not carry an exchange rate")
EXCHANGE_RATE_VALID = _of(Invoice, "exchange_rate_valid")
PROFILE_KNOWN = _refusal(
    "profile_known",
    f"Senaryo şunlardan biri olmalıdır: {_choice(InvoiceProfile)}",
    f"The profile must be one of {_choice(InvoiceProfile)}",
)
TYPE_KNOWN = _refusal(
    "type_known",
    f"Fatura tipi şunlardan biri olmalıdır: {_choice(InvoiceTypeCode)}",
    f"The type must be one of {_choice(InvoiceTypeCode)}",
)
PROFILE_ADMITS_TYPE = _of(Invoice, "profile_admits_type")
ROUNDING_KNOWN = _refusal(
    "rounding_known",
    f"Yuvarlama şunlardan biri olmalıdır: {_choice(InvoiceRounding)}",
    f"The rounding must be one of {_choice(InvoiceRounding)}",
)
HAS_LINES = _of(Invoice, "has_lines")

# A line

DESCRIPTION_LENGTH = _of(InvoiceLine, "description_length")
UNIT_FORMAT = _of(InvoiceLine, "unit_code_format")
QUANTITY_VALID = _of(InvoiceLine, "quantity_positive")
UNIT_PRICE_VALID = _of(InvoiceLine, "unit_price_valid")
DISCOUNT_CHOICE = _refusal(
    "discount_is_rate_or_amount",
    "İskonto ya oran ya da tutar taşır, ikisinden yalnız biri",
    "A discount carries either a rate or an amount, exactly one",
)
DISCOUNT_RATE_VALID = _of(InvoiceLine, "discount_rate_valid")
DISCOUNT_WITHIN_GROSS = _refusal(
    "discount_within_gross", "İskonto satırın brüt tutarını aşamaz", "The discount must not exceed the line's gross"
)
KDV_RATE_VALID = _of(InvoiceLine, "tax_rate_valid")
KDV_RATE_IN_FORCE = _of(InvoiceLine, "kdv_rate_in_force")
ZERO_RATE_HAS_REASON = _of(InvoiceLine, "zero_rate_has_reason")
WITHHOLDING_IN_FORCE = _of(InvoiceLine, "withholding_in_force")
WITHHOLDING_TYPE = _of(Invoice, "withheld_type")
WITHHOLDING_LIMIT_KNOWN = _refusal(
    "withholding_limit_known",
    "Düzenleme yılının kısmi tevkifat sınırı bu sürümde bilinmiyor",
    "This release does not know the limit of partial withholding of the issue year",
)
_EXEMPTION_ADMITTED = _of(InvoiceLine, "exemption_admitted")
EXEMPTION_KNOWN = _way(
    _EXEMPTION_ADMITTED,
    "Böyle bir istisna kodu yok ya da düzenleme tarihinde henüz yoktu",
    "There is no such exemption code, or there was none yet on the issue date",
)
EXEMPTION_TYPE = _way(
    _EXEMPTION_ADMITTED,
    "Fatura tipi bu istisna koduna izin vermez",
    "The type does not admit this exemption code",
)
EXEMPTION_DOCUMENT = _way(
    _EXEMPTION_ADMITTED,
    "Bu istisna kodu bu senaryoda, düzenleme tarihinde kullanılamaz",
    "The exemption code must not stand in a document of this profile on the issue date",
)
EXEMPTION_ON_TAXED_LINE = _way(
    _EXEMPTION_ADMITTED,
    "Bu istisna kodu KDV oranının 0 olmasını gerektirir",
    "The exemption code requires a KDV rate of 0",
)
EXEMPTION_WITHOUT_KDV = _way(
    _EXEMPTION_ADMITTED,
    "Bu istisna koduyla KDV 0 olamaz",
    "With this exemption code the KDV must not be 0",
)
OTHER_TAX_KNOWN = _refusal(
    "other_tax_known",
    "Vergi kodu bilinmiyor ya da KDV matrahına etkisi henüz belirlenmedi",
    "The tax code is unknown, or its effect on the KDV base is not decided",
)
OTHER_TAX_CHOICE = _refusal(
    "other_tax_is_rate_or_amount",
    "Diğer vergi ya oran ya da tutar taşır, ikisinden yalnız biri",
    "Another tax carries either a rate or an amount, exactly one",
)
OTHER_TAX_RATE_VALID = _of(InvoiceTaxSubtotal, "tax_rate_valid")

# Document allowances and charges

REASON_LENGTH = _refusal(
    "reason_length",
    f"Neden 1 ile {bounds.REASON_LENGTH} karakter arasında olmalıdır",
    f"The reason must have 1 to {bounds.REASON_LENGTH} characters",
)
ALLOWANCES_WITHIN_NET = _refusal(
    "allowances_within_net",
    "Belge iskontolarının toplamı satırların net toplamını aşamaz",
    "The document allowances must not exceed the sum of the lines' net amounts",
)
SPREAD_OVER_NET = _refusal(
    "spread_needs_net",
    "Her satırın neti 0 iken belge iskontosu ya da artırımı dağıtılamaz",
    "A document allowance or charge cannot be spread where every line's net is 0",
)
INCLUSIVE_ALONE = _refusal(
    "inclusive_prices_stand_alone",
    "KDV dahil fiyatlar, belge iskontosu, belge artırımı ya da diğer vergilerle birlikte kullanılamaz",
    "Prices including KDV do not go together with document allowances, document charges or other taxes",
)
