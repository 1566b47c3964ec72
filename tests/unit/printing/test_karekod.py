"""The QR code says what GİB's guide says, and a reader reads it."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
import segno
import zxingcpp
from PIL import Image

from platform_db.printing.karekod import karekod_svg, karekod_text
from tests.invoice_examples import MANY_SIDED, WITHHELD, issue_document, line
from tests.unit.domain.invoices.stored import ISSUED, stored

if TYPE_CHECKING:
    from platform_db.domain.invoices.document import InvoiceDocument

GUIDE = issue_document(
    issue_date="2022-08-17",
    profile="EARSIVFATURA",
    lines=[line(quantity="1", unit_price="500.00", kdv_rate="8")],
)
GUIDE_NUMBER: dict[str, Any] = {
    **ISSUED,
    "number": "GIB2022000000001",
    "series": "GIB",
    "fiscal_year": 2022,
}


def content(document: InvoiceDocument) -> list[tuple[str, str]]:
    text = karekod_text(document)
    assert text is not None
    return list(json.loads(text, object_pairs_hook=list))


def test_the_guides_example() -> None:
    # GİB, QR code standard guide V1.2, e-Arşiv: 500.00 with 8 % KDV
    document = stored(GUIDE, **GUIDE_NUMBER)
    assert content(document) == [
        ("vkntckn", "1234567890"),
        ("avkntckn", "0150015264"),
        ("senaryo", "EARSIVFATURA"),
        ("tip", "SATIS"),
        ("tarih", "2022-08-17"),
        ("no", "GIB2022000000001"),
        ("ettn", str(document.invoice.ettn)),
        ("parabirimi", "TRY"),
        ("malhizmettoplam", "500.00"),
        ("kdvmatrah(8)", "500.00"),
        ("hesaplanankdv(8)", "40.00"),
        ("vergidahil", "540.00"),
        ("odenecek", "540.00"),
    ]


def test_withholding_lessens_what_is_paid_and_nothing_else() -> None:
    amounts = dict(content(stored(WITHHELD, **ISSUED)))
    assert {name: amounts[name] for name in ("malhizmettoplam", "hesaplanankdv(20)", "vergidahil", "odenecek")} == {
        "malhizmettoplam": "18000.00",
        "hesaplanankdv(20)": "3600.00",
        "vergidahil": "21600.00",
        "odenecek": "19800.00",
    }


def test_several_rates_in_the_documents_own_currency() -> None:
    told = content(stored(MANY_SIDED, **ISSUED))
    assert told[7] == ("parabirimi", "USD")
    assert told[9:15] == [
        ("kdvmatrah(0)", "19995.01"),
        ("kdvmatrah(10)", "0.00"),
        ("kdvmatrah(20)", "21493.01"),
        ("hesaplanankdv(0)", "0.00"),
        ("hesaplanankdv(10)", "0.00"),
        ("hesaplanankdv(20)", "4298.60"),
    ]


def test_a_draft_has_none() -> None:
    assert karekod_text(stored()) is None


@pytest.mark.parametrize("document", [GUIDE, WITHHELD, MANY_SIDED])
def test_the_code_is_read_back(document: dict[str, Any]) -> None:
    number = GUIDE_NUMBER if document is GUIDE else ISSUED
    text = karekod_text(stored(document, **number))
    assert text is not None
    drawn = io.BytesIO()
    segno.make_qr(text, error="m", boost_error=False).save(drawn, kind="png", scale=3)
    [found] = zxingcpp.read_barcodes(Image.open(drawn), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    assert found.text == text


def test_the_drawing_is_inline_and_has_its_quiet_zone() -> None:
    svg = karekod_svg("x")
    # version 1 has 21 modules, and four of quiet zone on each side
    assert svg.startswith('<svg viewBox="0 0 29 29"')
    assert "http" not in svg
    assert "width=" not in svg
