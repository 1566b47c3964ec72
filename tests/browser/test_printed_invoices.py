"""Printed by a real browser: nothing overflows, everything stands on A4, nothing runs, the QR code is read back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from platform_db.printing import Logo, invoice_html
from platform_db.printing.sheet import sheet_of
from tests.browser import chromium
from tests.browser.scenes import HOSTILE, SCENES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.chromium import Browser, Page

pytestmark = pytest.mark.browser

A4_POINTS = (595, 842)
PAGES = {
    "one_line": 1,
    "many_lines": 2,
    "long_texts": 2,
    "withheld": 1,
    "foreign": 2,
    "returned": 1,
    "large_amounts": 1,
    "draft": 1,
    "cancelled": 1,
}
"""Pages with the fonts of Debian's DejaVu, or others as wide."""


def show(browser: Browser, html: str, folder: Path) -> None:
    page = folder / "invoice.html"
    page.write_text(html, encoding="utf-8")
    browser.get(page.as_uri())


def squeezed(text: str) -> str:
    """Without blanks and line ends, which paper puts anywhere."""
    return re.sub(r"[\s\ufffe]+", "", text)


def saved(pages: list[Page], scene: str, folder: Path) -> None:
    for number, page in enumerate(pages, start=1):
        page.image.save(folder / f"{scene}-{number}.png")


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene(browser: Browser, scene: str, tmp_path: Path, screenshots: Path) -> None:
    # given an invoice
    document = SCENES[scene]()
    sheet = sheet_of(document)
    # when a browser opens and prints it
    show(browser, invoice_html(document), tmp_path)
    overflowing = chromium.overflowing(browser)
    told = browser.get_log("browser")
    title = browser.title
    pages = chromium.printed(browser)
    saved(pages, scene, screenshots)

    # then nothing is wider than its place, and the browser had nothing to complain of or to run
    assert overflowing == []
    assert told == []
    assert title == f"{sheet.heading} {sheet.number or sheet.ettn}"
    # and it stands on A4, with the pages numbered
    assert len(pages) == PAGES[scene]
    for number, page in enumerate(pages, start=1):
        assert (round(page.width), round(page.height)) == A4_POINTS
        assert f"{number} / {len(pages)}" in page.text
    # and every text is on it
    paper = squeezed("".join(page.text for page in pages))
    for text in (
        sheet.issuer.title,
        sheet.customer.title,
        sheet.ettn,
        *sheet.customer.lines,
        *(part for line in sheet.lines for cell in line for part in cell),
        *(value for _, value in (*sheet.meta, *sheet.totals, *sheet.notes)),
        *sheet.free_note,
    ):
        assert squeezed(text) in paper
    # and a reader finds the QR code of the first page, and no other
    codes = [code for page in pages for code in page.codes]
    assert codes == ([] if sheet.karekod is None else pages[0].codes)
    assert codes == ([] if sheet.karekod is None else [sheet.karekod])


def test_lines_over_several_pages_have_the_heading_on_each(browser: Browser, tmp_path: Path) -> None:
    show(browser, invoice_html(SCENES["many_lines"]()), tmp_path)
    first, second = chromium.printed(browser)
    for page in (first, second):
        assert "Mal Hizmet Tutarı" in page.text
    # no line is cut in two, none is lost, none stands twice
    found = [int(place) for page in (first, second) for place in re.findall(r"kalem (\d+)", page.text)]
    assert found == list(range(1, 41))
    assert "Ödenecek Tutar" not in first.text
    assert "115.518,66 TL" in second.text


def test_the_amount_in_words_is_in_turkish_capitals(browser: Browser, tmp_path: Path) -> None:
    show(browser, invoice_html(SCENES["withheld"]()), tmp_path)
    [page] = chromium.printed(browser)
    assert "YALNIZ ONDOKUZBİNSEKİZYÜZ TÜRK LİRASI" in page.text


def test_a_hostile_name_is_read_and_not_run(browser: Browser, tmp_path: Path) -> None:
    show(browser, invoice_html(SCENES["long_texts"]()), tmp_path)
    assert browser.title == "e-FATURA ABC2025000000001"
    assert browser.execute_script("return document.scripts.length + document.images.length") == 0
    assert browser.execute_script("return document.querySelector('.customer h2').textContent").startswith(HOSTILE)


def test_a_logo_fits_its_place(browser: Browser, tmp_path: Path) -> None:
    import io

    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (1200, 300), "navy").save(picture, "PNG")
    show(browser, invoice_html(SCENES["one_line"](), logo=Logo.of(picture.getvalue())), tmp_path)
    width, height, shown = browser.execute_script(
        "const i = document.images[0]; return [i.clientWidth, i.clientHeight, i.complete && i.naturalWidth > 0]"
    )
    assert shown
    assert round(width / height, 1) == 4.0
    assert chromium.overflowing(browser) == []


@pytest.mark.parametrize(
    "broken", ["<p style='white-space:nowrap'>{}</p>", "<table><tr><td style='white-space:nowrap'>{}</td></tr></table>"]
)
def test_what_overflows_is_seen(browser: Browser, tmp_path: Path, broken: str) -> None:
    show(browser, f"<!doctype html><body>{broken.format('uzun ' * 200)}</body>", tmp_path)
    assert chromium.overflowing(browser) != []
