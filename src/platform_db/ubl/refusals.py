"""Every refusal of a UBL document, each a rule with its name and what it says."""

from __future__ import annotations

from dataclasses import dataclass

from platform_db.errors import Message, Violation

__all__ = ["Refusal"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule's name and what is said when it is broken."""

    rule: str
    message: Message

    def at(self, *fields: str) -> Violation:
        """The violation at these places of the document: ``/Invoice/cac:InvoiceLine[2]/cbc:ID``."""
        return Violation(self.rule, fields, self.message)


def _refusal(rule: str, tr: str, en: str) -> Refusal:
    return Refusal(f"ubl_{rule}", Message(tr, en))


# The file

SIZE = _refusal(
    "size",
    "Belge, bir seferde okunabilecek boyuttan büyük",
    "The document is larger than one that can be read at once",
)
WELL_FORMED = _refusal("well_formed", "Belge düzgün biçimli XML değil", "The document is not well-formed XML")
DOCTYPE = _refusal("doctype", "Belgede DOCTYPE olamaz", "A document must not carry a DOCTYPE")
DEPTH = _refusal("depth", "Elemanlar çok derin iç içe", "The elements are nested too deeply")
COUNT = _refusal(
    "count", "Belgede çok fazla eleman ve nitelik var", "The document has too many elements and attributes"
)
ROOT = _refusal("root", "Kök eleman bir UBL 2 faturası (Invoice) değil", "The root element is no UBL 2 invoice")
TOO_MANY = _refusal(
    "more_refusals", "Belgede başka kusurlar da var", "The document has more faults than are told at once"
)

# Elements and attributes

ELEMENT_KNOWN = _refusal("element_known", "UBL-TR bu elemanı burada tanımaz", "UBL-TR has no such element here")
ELEMENT_ONCE = _refusal("element_once", "Eleman burada bir kez bulunabilir", "The element may stand here once only")
ELEMENT_ORDER = _refusal(
    "element_order", "Eleman şemadaki sırasında değil", "The element does not stand in the schema's order"
)
ELEMENT_REQUIRED = _refusal("element_required", "Zorunlu eleman eksik", "A required element is missing")
ATTRIBUTE_KNOWN = _refusal("attribute_known", "UBL-TR bu niteliği burada tanımaz", "UBL-TR has no such attribute here")
ATTRIBUTE_REQUIRED = _refusal("attribute_required", "Zorunlu nitelik eksik", "A required attribute is missing")
TEXT_PLACE = _refusal("text_place", "Burada metin bulunamaz", "There must be no text here")

# Values

DECIMAL = _refusal(
    "decimal",
    "Değer en çok 40 karakterlik bir ondalık sayı olmalıdır",
    "The value must be a decimal number of at most 40 characters",
)
DATE = _refusal(
    "date", "Değer var olan bir gün olmalıdır (YYYY-AA-GG)", "The value must be an existing day (YYYY-MM-DD)"
)
TIME = _refusal("time", "Değer bir saat olmalıdır (SS:DD:ss)", "The value must be a time of day (HH:MM:SS)")
INDICATOR = _refusal("indicator", "Değer true veya false olmalıdır", "The value must be true or false")
BASE64 = _refusal("base64", "Değer base64 olmalıdır", "The value must be base64")
ETTN = _refusal(
    "ettn",
    "ETTN 8-4-4-4-12 düzeninde onaltılık haneler olmalıdır",
    "The ETTN must be hexadecimal digits in groups of 8-4-4-4-12",
)
TEXT_STORABLE = _refusal(
    "text_storable", "Metinde XML'in taşıyamadığı karakter var", "The text has a character that XML cannot carry"
)

# From an invoice

ISSUED = _refusal("issued", "Yalnız kesilmiş faturanın belgesi olur", "Only an issued invoice has a document")
CUSTOMER_NUMBER = _refusal(
    "customer_number",
    "GİB'in kuralları bu senaryoda alıcının VKN veya TCKN'sini ister",
    "GİB's rules ask for the customer's VKN or TCKN in this profile",
)
RETURNED_INVOICE = _refusal(
    "returned_invoice",
    "İade edilen faturanın numarası ve tarihi gereklidir",
    "The number and date of the returned invoice are needed",
)
INVESTMENT_EXEMPT = _refusal(
    "investment_exempt",
    "Yatırım teşvik istisnasının belgesi hesaplanmayan KDV'yi gösterir; bu sürüm onu yazmaz",
    "The document of an exempt investment shows a KDV that is not charged; this release does not write it",
)

INVESTMENT_KDV = _refusal(
    "investment_kdv",
    "Yatırım teşvik belgesinde bu satırın KDV'si sıfırdan büyük olmalıdır",
    "In an investment document the KDV of this line must be above zero",
)
RATE_CONTROL_TYPE = _refusal(
    "rate_control_type",
    "555 kodu bu fatura tipinde kullanılamaz",
    "Code 555 is not admitted on this type",
)
RATE_CONTROL_KDV = _refusal(
    "rate_control_kdv",
    "555 kodu bulunan belgede hiçbir satırın KDV'si sıfır olamaz",
    "In a document with code 555 no line may have a KDV of zero",
)
CONSUMPTION_TAX_TYPE = _refusal(
    "consumption_tax_type",
    "4171 kodlu vergi yalnız TEVKIFAT, IADE, SGK ve YTBIADE tiplerinde yazılır",
    "Tax 4171 stands on types TEVKIFAT, IADE, SGK and YTBIADE only",
)
ANONYMISED = _refusal(
    "anonymised",
    "Tarafları anonimleştirilmiş faturanın belgesi yazılmaz",
    "No document is written of an invoice whose parties were made anonymous",
)

# To a draft

DRAFT_FIELD = _refusal(
    "draft_field",
    "Taslak bu bilgiyi taşıyamaz",
    "A draft cannot carry this",
)
DRAFT_FIGURE = _refusal(
    "draft_figure",
    "Hesaplanan tutar belgedekinden farklı",
    "The calculated amount differs from the document's",
)
