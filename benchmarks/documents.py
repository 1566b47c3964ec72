"""The documents that are drafted, issued and calculated here: plain, legal, and of ordinary size."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from platform_db.domain.invoices.issue_document import parse_issue_document

if TYPE_CHECKING:
    from platform_db.domain.invoices.draft import InvoiceDraft

__all__ = ["CALCULATED", "DAY", "SERIES", "THREE_LINES", "draft_of"]

DAY: Final = date(2025, 7, 1)
SERIES: Final = "BNC"

Document = dict[str, object]

_PARTIES: Final[Document] = {
    "series": SERIES,
    "issuer": {
        "title": "Örnek İmalat A.Ş.",
        "tax_number": "1234567890",
        "tax_office": "Şişli",
        "address": "Fabrika Cad. 1",
        "district": "Şişli",
        "city": "İstanbul",
    },
    "customer": {
        "title": "Deneme Yapı Ltd. Şti.",
        "tax_number": "0150015264",
        "tax_office": "Nilüfer",
        "address": "Sanayi Sok. 5",
        "district": "Nilüfer",
        "city": "Bursa",
        "email": "muhasebe@deneme-yapi.com.tr",
        "phone": "0224 293 00 00",
    },
    "due_date": "2025-07-31",
    "note": "Ödeme 30 gün içinde",
    "meta": {"sipariş": 4711},
}


def _line(description: str, quantity: str, unit_price: str, rate: str, **more: object) -> Document:
    return {
        "description": description,
        "quantity": quantity,
        "unit": "C62",
        "unit_price": unit_price,
        "kdv_rate": rate,
        **more,
    }


THREE_LINES: Final[Document] = {
    **_PARTIES,
    "issue_date": DAY.isoformat(),
    "currency": "TRY",
    "profile": "TEMELFATURA",
    "type": "SATIS",
    "lines": [
        _line("Rulman 6204", "24", "138.50", "20"),
        _line("Gıda uyumlu gres", "3.5", "420.00", "10", discount={"rate": "5"}),
        _line("Teknik kitap", "2", "250.00", "1"),
    ],
}
"""A sale of three lines at three rates: three subtotals."""

CALCULATED: Final[Document] = {
    **_PARTIES,
    "issue_date": DAY.isoformat(),
    "currency": "TRY",
    "profile": "TEMELFATURA",
    "type": "TEVKIFAT",
    "lines": [
        _line("Yemek servisi", "120", "215.75", "10", withholding_code="604"),
        _line("Temizlik hizmeti", "1", "48500.00", "20", withholding_code="612"),
        _line("Temizlik malzemesi", "18", "94.90", "20", discount={"rate": "7.5"}),
        _line("İçme suyu", "240", "6.25", "1"),
        _line("Makine bakımı", "12.5", "1150.00", "20", withholding_code="603"),
    ],
}
"""Five lines at three rates, three of them with tevkifat."""


def draft_of(document: Document, user_id: int) -> InvoiceDraft:
    """The validated draft, its figures calculated, so that nobody's first insert pays for them."""
    draft = parse_issue_document(document).draft(user_id)
    _ = draft.calculation
    return draft
