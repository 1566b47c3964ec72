"""The printed page: every figure that the law and custom want, every text as text, nothing from elsewhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_db.domain.instants import LATEST_DAY
from platform_db.errors import RuleViolation
from platform_db.printing import Logo, Returned, invoice_html
from platform_db.printing.sheet import sheet_of
from tests.browser.scenes import HOSTILE, SCENES
from tests.invoice_examples import CUSTOMER, DAY, MANY_SIDED, WITHHELD, issue_document, line
from tests.unit.domain.invoices.stored import ISSUED, stored

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16
VOID = {"meta", "img", "wbr"}


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("scene", SCENES)
def test_a_page_is_whole_and_loads_nothing(scene: str) -> None:
    page = invoice_html(SCENES[scene](), logo=Logo.of(PNG))
    elements = Elements(page)
    assert elements.open == []
    kinds = {tag for tag, _ in elements.found}
    assert kinds.isdisjoint({"script", "link", "iframe", "object", "embed", "base", "form"})
    for _tag, attributes in elements.found:
        assert not any(name.startswith("on") for name in attributes)
        assert "href" not in attributes
    assert [attributes["src"] for kind, attributes in elements.found if kind == "img"] == [Logo.of(PNG).uri]
    assert "url(" not in page
    assert "@import" not in page
    policy = next(attributes["content"] for _, attributes in elements.found if "http-equiv" in attributes)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_hostile_text_stays_text() -> None:
    elements = Elements(invoice_html(SCENES["long_texts"]()))
    whole = "".join(elements.texts)
    assert whole.count(HOSTILE) == 3  # the customer's title, the line, the note
    assert {tag for tag, _ in elements.found}.isdisjoint({"script", "img"})


@settings(max_examples=60, deadline=None)  # the first page loads Babel and the template
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200).filter(str.strip))
def test_any_title_is_printed_as_it_is_and_turns_no_writing(title: str) -> None:
    try:
        document = stored(issue_document(customer={**CUSTOMER, "title": title}), **ISSUED)
    except RuleViolation:
        return
    printed = sheet_of(document).customer.title
    assert all(character.isprintable() for character in printed)
    expected = "".join(" " if character.isspace() else character for character in title)
    if expected.isprintable():
        assert printed == expected
    assert printed in Elements(invoice_html(document)).texts


def test_a_withheld_sale() -> None:
    sheet = sheet_of(stored(WITHHELD, **ISSUED))
    assert sheet.heading == "e-FATURA"
    assert sheet.stamp is None
    assert dict(sheet.meta) == {
        "Özelleştirme No": "TR1.2.1",
        "Senaryo": "TEMELFATURA",
        "Fatura Tipi": "TEVKIFAT",
        "Fatura No": "ABC2025000000001",
        "Fatura Tarihi": "01.07.2025",
        "Düzenleme Saati": "12:00",
    }
    assert [column.title for column in sheet.columns] == [
        "Sıra No", "Mal Hizmet", "Miktar", "Birim Fiyat", "İskonto Oranı", "İskonto Tutarı", "KDV Oranı", "KDV Tutarı",
        "Mal Hizmet Tutarı",
    ]  # fmt: skip
    assert sheet.lines == (
        (
            ("1",), ("Yemek servisi", "Tevkifat: 604, %50"), ("2 Adet",), ("10.000,00 TL",), ("%10",),
            ("2.000,00 TL",), ("%20",), ("3.600,00 TL",), ("18.000,00 TL",),
        ),
    )  # fmt: skip
    assert sheet.totals == (
        ("Brüt Tutar", "20.000,00 TL"),
        ("Toplam Satır İskontosu", "2.000,00 TL"),
        ("Mal Hizmet Toplam Tutarı", "18.000,00 TL"),
        ("KDV Matrahı (%20)", "18.000,00 TL"),
        ("Hesaplanan KDV (%20)", "3.600,00 TL"),
        ("Vergiler Dahil Toplam Tutar", "21.600,00 TL"),
        ("Tevkifata Tabi İşlem Tutarı", "18.000,00 TL"),
        ("Tevkifata Tabi İşlem Üzerinden Hes. KDV", "3.600,00 TL"),
        ("Hesaplanan KDV Tevkifatı (604, %50)", "1.800,00 TL"),
        ("Ödenecek Tutar", "19.800,00 TL"),
    )
    assert sheet.words == "Yalnız ondokuzbinsekizyüz Türk Lirası"
    assert sheet.notes == (
        ("Tevkifat 604", "Yemek Servis Hizmeti; hesaplanan KDV 3.600,00 TL, oran %50, tevkifat 1.800,00 TL"),
    )


def test_a_foreign_invoice_of_every_kind() -> None:
    sheet = sheet_of(stored(MANY_SIDED, **ISSUED))
    assert sheet.heading == "e-ARŞİV FATURA"
    assert sheet.customer.lines == (
        "Sanayi Sok. 5",
        "Nilüfer / Bursa",
        "E-Posta: Fatura@deneme-yapi.com.tr",
        "Tel: (0212) 293 00 00",
        "TCKN: 11111111111",
    )
    assert dict(sheet.meta)["İrsaliye No"] == "IRS2025000000007"
    assert sheet.totals == (
        ("Brüt Tutar", "40.000,00 USD"),
        ("Toplam Satır İskontosu", "3,00 USD"),
        ("Toplam Satır Artırımı", "1,50 USD"),
        ("Mal Hizmet Toplam Tutarı", "39.998,50 USD"),
        ("Belge İskontosu", "10,00 USD"),
        ("Belge Artırımı", "0,01 USD"),
        ("Vergiler Hariç Toplam Tutar", "39.988,51 USD"),
        ("KDV Matrahı (%0)", "19.995,01 USD"),
        ("Hesaplanan KDV (%0)", "0,00 USD"),
        ("KDV Matrahı (%10)", "0,00 USD"),
        ("Hesaplanan KDV (%10)", "0,00 USD"),
        ("KDV Matrahı (%20)", "21.493,01 USD"),
        ("Hesaplanan KDV (%20)", "4.298,60 USD"),
        ("Hesaplanan ÖTV 0071 (%7,5)", "1.499,51 USD"),
        ("Vergiler Dahil Toplam Tutar", "45.786,62 USD"),
        ("Ödenecek Tutar", "45.786,62 USD"),
        ("Vergiler Hariç Toplam Tutar (TL)", "1.604.477,22 TL"),
        ("Hesaplanan KDV (TL)", "172.474,69 TL"),
        ("Ödenecek Tutar (TL)", "1.837.117,43 TL"),
    )
    assert sheet.notes == (
        ("İstisna/Özel Durum 351", "Kapsam dışı"),
        ("Döviz Kuru", "1 USD = 40,123456 TL (TCMB döviz alış, 30.06.2025)"),
        ("IBAN", "TR33 0006 1005 1978 6457 8413 26"),
    )
    assert sheet.free_note == ("Teşekkür ederiz",)
    assert sheet.crowded


def test_export_registered_kdv_is_shown_and_not_collected() -> None:
    given_line = line(kdv_rate="20", exemption_code="701")
    sheet = sheet_of(stored(issue_document(type="IHRACKAYITLI", lines=[given_line]), **ISSUED))
    assert sheet.totals[-3:] == (
        ("Vergiler Dahil Toplam Tutar", "24.000,00 TL"),
        ("Tahsil Edilmeyen KDV (ihraç kayıtlı)", "4.000,00 TL"),
        ("Ödenecek Tutar", "20.000,00 TL"),
    )


def test_what_a_profile_asks_of_a_line_is_printed() -> None:
    document = issue_document(
        profile="HKS", type="HKSSATIS", lines=[line(item_data={"kunye_no": "1231231231231231231"})]
    )
    assert sheet_of(stored(document, **ISSUED)).lines[0][1] == ("Yemek servisi", "Künye No: 1231231231231231231")


def test_a_customer_abroad() -> None:
    abroad = {"title": "Hansekontor GmbH", "address": "Speicherstr. 12", "district": "HafenCity", "city": "Hamburg"}
    document = issue_document(
        customer={**abroad, "country_code": "DE"},
        profile="IHRACAT",
        type="ISTISNA",
        lines=[line(kdv_rate="0", exemption_code="301", item_data={"gtip": "847130000000"})],
        profile_data={
            "incoterms": "FOB",
            "transport_mode": "1",
            "delivery": {"address": "Speicherstr. 12", "city": "Hamburg", "country_code": "DE"},
        },
    )
    sheet = sheet_of(stored(document, **ISSUED))
    assert sheet.customer.lines == ("Speicherstr. 12", "HafenCity / Hamburg", "Almanya")
    assert dict(sheet.meta)["Teslim Şartı"] == "FOB"
    assert sheet.karekod is not None
    assert json.loads(sheet.karekod)["avkntckn"] == ""


def test_a_return_names_what_it_returns() -> None:
    meta = dict(sheet_of(SCENES["returned"](), Returned("ABC2025000000001", DAY)).meta)
    assert (meta["İade Edilen Fatura"], meta["İade Edilen Fatura Tarihi"]) == ("ABC2025000000001", "01.07.2025")
    elsewhere = issue_document(type="IADE", return_of_number="XYZ2024000000009", return_of_issue_date="2024-12-31")
    meta = dict(sheet_of(stored(elsewhere, **ISSUED)).meta)
    assert (meta["İade Edilen Fatura"], meta["İade Edilen Fatura Tarihi"]) == ("XYZ2024000000009", "31.12.2024")


def test_a_draft_and_a_cancelled_invoice_are_stamped() -> None:
    draft, cancelled = (sheet_of(SCENES[name]()) for name in ("draft", "cancelled"))
    assert (draft.stamp, draft.karekod, dict(draft.meta)["Fatura No"]) == ("TASLAK", None, "—")
    assert (cancelled.stamp, cancelled.notes) == ("İPTAL", (("İptal", "01.07.2025, Mükerrer"),))
    assert "<svg" not in invoice_html(SCENES["draft"]())
    assert '<p class="stamp">TASLAK</p>' in invoice_html(SCENES["draft"]())


def test_the_hour_of_issue_is_told_only_on_the_day_of_issue() -> None:
    later = stored(issue_document(issue_date="2025-06-30"), **ISSUED)
    assert "Düzenleme Saati" not in dict(sheet_of(later).meta)


def test_inclusive_prices_are_named_so() -> None:
    sheet = sheet_of(stored(issue_document(tax_inclusive_prices=True), **ISSUED))
    assert "Birim Fiyat (KDV dahil)" in [column.title for column in sheet.columns]


def test_amounts_break_only_where_they_do_not_fit() -> None:
    assert "<wbr>" in invoice_html(SCENES["large_amounts"]())
    assert "<wbr>" not in invoice_html(SCENES["long_texts"]())


@pytest.mark.parametrize(
    ("content", "rule"),
    [(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo_format"), (b"", "logo_format"), (PNG * 2**16, "logo_size")],
)
def test_what_is_no_small_picture_is_refused(content: bytes, rule: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        Logo.of(content)
    assert (refusal.value.rule, refusal.value.first.fields) == (rule, ("logo",))


def test_a_jpeg_is_a_logo_too() -> None:
    assert re.fullmatch(r"data:image/jpeg;base64,[A-Za-z0-9+/=]+", Logo.of(b"\xff\xd8\xff\xe0").uri)


@pytest.mark.parametrize("missing", ["jinja2", "segno"])
def test_without_the_extra_it_says_what_to_install(missing: str) -> None:
    program = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from platform_db.errors import ConfigurationError\n"
        "try:\n    import platform_db.printing\n"
        "except ConfigurationError as error:\n    print(error.message)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout == "printing needs the printing extra: pip install 'platform_db[printing]'\n"


def test_the_last_day_of_the_calendar_is_printed() -> None:
    sheet = sheet_of(SCENES["returned"](), Returned("ABC2025000000001", LATEST_DAY))
    assert dict(sheet.meta)["İade Edilen Fatura Tarihi"] == "31.12.2099"
