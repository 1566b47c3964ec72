"""The QR code (karekod) of an invoice.

What it holds is GİB's QR code standard guide V1.2: one JSON object of texts, amounts with a point
and two places. The names are those of GİB's own display style sheet; the guide's e-Arşiv example
is a test. Unverified, because the guide does not show them: the order of several rates, and an
empty ``avkntckn`` where the buyer has no Turkish number.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import segno

from platform_db.domain.law.rates import KDV_CODE
from platform_db.domain.money import from_cents

if TYPE_CHECKING:
    from platform_db.domain.invoices.document import InvoiceDocument

__all__ = ["karekod_svg", "karekod_text"]


def karekod_text(document: InvoiceDocument) -> str | None:
    """The content of the QR code of an issued invoice, in its own currency; None for a draft, which has no number.

    ``malhizmettoplam`` is the sum of the lines' net amounts (UBL's ``LineExtensionAmount``),
    ``vergidahil`` has the full KDV and ``odenecek`` what is left of it after withholding.
    """
    invoice = document.invoice
    if invoice.number is None:
        return None
    kdv = [row for row in document.tax_subtotals if row.tax_code == KDV_CODE and row.rate is not None]
    content = {
        "vkntckn": invoice.issuer_tax_number,
        "avkntckn": invoice.customer_tax_number or "",
        "senaryo": invoice.profile.value,
        "tip": invoice.type_code.value,
        "tarih": invoice.issue_date.isoformat(),
        "no": invoice.number,
        "ettn": str(invoice.ettn),
        "parabirimi": invoice.currency.value,
        "malhizmettoplam": _amount(sum(line.net_cents for line in document.lines)),
        **{f"kdvmatrah({row.rate:f})": _amount(row.base_cents) for row in kdv},
        **{f"hesaplanankdv({row.rate:f})": _amount(row.amount_cents) for row in kdv},
        "vergidahil": _amount(invoice.tax_inclusive_cents),
        "odenecek": _amount(invoice.payable_cents),
    }
    return json.dumps(content, separators=(",", ":"))


def karekod_svg(text: str) -> str:
    """Draw a QR code as inline SVG without a size of its own, black on white, with the quiet zone of ISO 18004."""
    code = segno.make_qr(text, error="m", boost_error=False)
    return code.svg_inline(omitsize=True, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None)


def _amount(cents: int) -> str:
    return str(from_cents(cents))
