"""The invoices that are printed, by what is hard about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.invoices.returns import InvoiceReturn, return_rows
from tests.invoice_examples import CUSTOMER, DAY, ISSUER, MANY_SIDED, WITHHELD, issue_document, line
from tests.unit.domain.invoices.stored import AT, ISSUED, as_stored, stored

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_db.domain.invoices.document import InvoiceDocument

__all__ = ["HOSTILE", "SCENES"]

HOSTILE: Final = "<script>document.title='stolen'</script><img src=x onerror=alert(1)>&amp;\"'"
_WORD: Final = "Mühendislikmüşavirlikdanışmanlıktaahhütsanayiveticaret"


_CANCELLED: Final = {
    **ISSUED,
    "status": InvoiceStatus.CANCELLED,
    "cancelled_at": AT,
    "cancellation_reason": "Mükerrer",
}


def _many_lines() -> InvoiceDocument:
    lines = [
        line(
            description=f"CNC dik işleme merkezi için takım tutucu, kalem {place}",
            quantity=str(place),
            unit_price=f"{100 + place}.5",
            kdv_rate=("20", "10", "1")[place % 3],
        )
        for place in range(1, 41)
    ]
    return stored(
        issue_document(lines=lines, due_date="2025-08-01", note="Sevkiyat iki partide yapılmıştır."), **ISSUED
    )


def _long_texts() -> InvoiceDocument:
    title = f"{_WORD} ve {_WORD} {_WORD} Ortak Girişimi Anonim Şirketi {_WORD}"[:255]
    address = ("Organize Sanayi Bölgesi 4. Cadde No: 12, " * 30)[:1000].rstrip()
    document = issue_document(
        issuer={
            **ISSUER,
            "title": title,
            "address": address,
            "tax_office": "Büyük Mükellefler Vergi Dairesi Başkanlığı",
        },
        customer={
            **CUSTOMER,
            "title": f"{HOSTILE} {title}"[:255],
            "address": address,
            "email": f"{'a' * 60}@{'b' * 60}.com.tr",
        },
        lines=[line(description=(HOSTILE + " " + _WORD * 12)[:500])],
        note=f"{HOSTILE}\n{_WORD * 40}",
    )
    return stored(document, **ISSUED)


def _large_amounts() -> InvoiceDocument:
    lines = [
        line(
            description="Santral",
            quantity="1.00000001",
            unit_price="10000000000000",
            discount={"rate": "7.25"},
            charge={"amount": "12345678901.23"},
            other_taxes=[{"code": "0071", "rate": "7.5"}],
        )
    ]
    return stored(issue_document(lines=lines, allowances=[{"amount": "1234567890.12"}]), **ISSUED)


def _returned() -> InvoiceDocument:
    sale = stored(WITHHELD, **ISSUED)
    rows = return_rows(sale, InvoiceReturn(issue_date=DAY))
    return as_stored(rows, **{**ISSUED, "number": "ABC2025000000002", "sequence": 2})


SCENES: Final[dict[str, Callable[[], InvoiceDocument]]] = {
    "one_line": lambda: stored(issue_document(payment_iban="TR330006100519786457841326"), **ISSUED),
    "many_lines": _many_lines,
    "long_texts": _long_texts,
    "withheld": lambda: stored(WITHHELD, **ISSUED),
    "foreign": lambda: stored(MANY_SIDED, **ISSUED),
    "returned": _returned,
    "large_amounts": _large_amounts,
    "draft": stored,
    "cancelled": lambda: stored(issue_document(), **_CANCELLED),
}
