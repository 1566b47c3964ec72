"""The central bank's bulletin: what is read of one, and what is refused."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from platform_db.domain.exchange_rates import MAX_BYTES, Bulletin, NewRate, RateKind, read_bulletin
from platform_db.domain.money import Currency
from platform_db.errors import RuleViolation

DAY = date(2026, 5, 4)
WHOLE = (Path(__file__).parent / "data" / "tcmb_bulletin.xml").read_bytes()
HEAD = 'Tarih="04.05.2026"'
USD = '<Currency Kod="USD"><Unit>1</Unit><ForexBuying>45.1234</ForexBuying></Currency>'

LAUGHS = """<?xml version="1.0"?><!DOCTYPE Tarih_Date [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>"""
FILE = '<!DOCTYPE Tarih_Date [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
PARAMETER = '<!DOCTYPE Tarih_Date [<!ENTITY % p SYSTEM "http://kurlar.example/p.dtd"> %p;]>'
OUTSIDE = '<!DOCTYPE Tarih_Date SYSTEM "http://kurlar.example/kur.dtd">'


def document(body: str = USD, head: str = HEAD, before: str = "") -> bytes:
    return f"{before}<Tarih_Date {head}>{body}</Tarih_Date>".encode()


def quote(code: str = "USD", unit: str = "<Unit>1</Unit>", cells: str = "<ForexBuying>45.1234</ForexBuying>") -> str:
    return f'<Currency CurrencyCode="{code}">{unit}{cells}</Currency>'


def rate(kind: RateKind, figure: str, currency: Currency = Currency.USD, unit: int = 1) -> NewRate:
    return NewRate(currency=currency, rate_date=DAY, kind=kind, rate=Decimal(figure), unit=unit)


def refusal(content: bytes) -> tuple[str, tuple[str, ...]]:
    with pytest.raises(RuleViolation) as refused:
        read_bulletin(content)
    return refused.value.rule, refused.value.fields


# -- what is read ----------------------------------------------------------------------


def test_a_whole_bulletin_is_read() -> None:
    bulletin = read_bulletin(WHOLE)

    assert (bulletin.day, bulletin.number, bulletin.unknown, bulletin.empty) == (DAY, "2026/84", 3, 2)
    assert bulletin.rates == (
        rate(RateKind.FOREX_BUYING, "45.1234"),
        rate(RateKind.FOREX_SELLING, "45.2047"),
        rate(RateKind.BANKNOTE_BUYING, "45.0918"),
        rate(RateKind.BANKNOTE_SELLING, "45.2725"),
        rate(RateKind.FOREX_BUYING, "51.8802", Currency.EUR),
        rate(RateKind.FOREX_SELLING, "51.9737", Currency.EUR),
        rate(RateKind.BANKNOTE_BUYING, "51.8439", Currency.EUR),
        rate(RateKind.BANKNOTE_SELLING, "52.0517", Currency.EUR),
        rate(RateKind.FOREX_BUYING, "60.2193", Currency.GBP),
        rate(RateKind.FOREX_SELLING, "60.5333", Currency.GBP),
    )


@pytest.mark.parametrize("head", [HEAD, 'Date="05/04/2026"', 'Tarih="4.5.2026" Date="5/4/2026"'])
def test_the_day_stands_in_the_turkish_or_the_english_form(head: str) -> None:
    assert read_bulletin(document(head=head)).day == DAY


@pytest.mark.parametrize("written", ["45.1234", "45,1234", " 45.1234\n"])
def test_a_figure_has_a_point_or_a_comma(written: str) -> None:
    bulletin = read_bulletin(document(quote(cells=f"<ForexBuying>{written}</ForexBuying>")))

    assert bulletin.rates == (rate(RateKind.FOREX_BUYING, "45.1234"),)


def test_a_rate_keeps_the_units_it_is_quoted_for() -> None:
    bulletin = read_bulletin(document(quote(unit="<Unit>100</Unit>")))

    assert bulletin.rates == (rate(RateKind.FOREX_BUYING, "45.1234", unit=100),)


def test_an_old_bulletin_in_the_turkish_encoding_is_read() -> None:
    declared = "<?xml version='1.0' encoding='ISO-8859-9'?>"
    content = f"{declared}<Tarih_Date {HEAD}>{quote(cells='<Isim>İNGİLİZ</Isim>')}</Tarih_Date>"

    assert read_bulletin(content.encode("iso-8859-9")) == Bulletin(DAY, None, (), 0, 0)


# -- what is refused -------------------------------------------------------------------


@pytest.mark.parametrize("before", [LAUGHS, FILE, PARAMETER, OUTSIDE, "<!DOCTYPE Tarih_Date>"])
def test_a_document_type_is_refused_before_it_is_read(before: str) -> None:
    assert refusal(document(before=before)) == ("bulletin_no_doctype", ())


@pytest.mark.parametrize("name", ["&d;", "&undeclared;"])
def test_an_entity_is_refused(name: str) -> None:
    assert refusal(document(quote(cells=f"<ForexBuying>{name}</ForexBuying>"))) == ("bulletin_well_formed", ())


def test_a_megabyte_is_read_and_no_more() -> None:
    padded = document(before="<!--" + "x" * (MAX_BYTES - len(document()) - 7) + "-->")

    assert len(padded) == MAX_BYTES
    assert len(read_bulletin(padded).rates) == 1
    assert refusal(padded + b"\n") == ("bulletin_size", ())


@pytest.mark.parametrize(
    "hostile",
    [
        b"<Tarih_Date>" + b"<a>" * 300_000,
        document("<a>" * 300_000),
        document(quote(cells="<ForexBuying>" + "4" * 1_000_000)),
        b"<Tarih_Date " + b" ".join(b'a%d="1"' % number for number in range(80_000)) + b"/>",
        document(USD + "<!-- -->" * 120_000 + "<Currency/>"),
    ],
)
def test_a_hostile_document_is_refused_in_no_time(hostile: bytes) -> None:
    begun = time.process_time()

    assert len(hostile) <= MAX_BYTES
    assert refusal(hostile)[0].startswith("bulletin_")
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", ("bulletin_well_formed", ())),
        (b"\xff\xfe\x00", ("bulletin_well_formed", ())),
        (document()[:-1], ("bulletin_well_formed", ())),
        (document(before="<?xml version='1.0' encoding='utf-7'?>"), ("bulletin_encoding", ())),
        (document(before="<?xml version='1.0' encoding='rot13'?>"), ("bulletin_encoding", ())),
        (b"<html/>", ("bulletin_layout", ())),
        (document(""), ("bulletin_layout", ("Currency",))),
        (document("<Currency><Unit>1</Unit></Currency>"), ("bulletin_layout", ("Currency",))),
        (document('<Currency Kod="USD" CurrencyCode="EUR"/>'), ("bulletin_layout", ("Currency",))),
        (document(quote(code="dollar")), ("bulletin_layout", ("Currency",))),
        (document(quote(cells="<ForexBuying><b>1</b></ForexBuying>")), ("bulletin_layout", ())),
        (document(f"<Tarih_Date>{USD}</Tarih_Date>"), ("bulletin_layout", ())),
        (document(USD + USD), ("bulletin_repeats", ("Currency",))),
        (document(quote(cells="<ForexBuying/><ForexBuying/>")), ("bulletin_repeats", ("USD.ForexBuying",))),
        (document(head=""), ("bulletin_day", ())),
        (document(head='Tarih="2026-05-04"'), ("bulletin_day", ("Tarih",))),
        (document(head='Tarih="31.02.2026"'), ("bulletin_day", ("Tarih",))),
        (document(head='Tarih="04.05.2026" Date="04/05/2026"'), ("bulletin_day", ("Tarih.Date",))),
        (document(quote(unit="")), ("bulletin_figure", ("USD.Unit",))),
        (document(quote(unit="<Unit>bir</Unit>")), ("bulletin_figure", ("USD.Unit",))),
        (document(quote(unit="<Unit>0</Unit>")), ("ck_exchange_rates_unit_positive", ("USD.ForexBuying.unit",))),
        (
            document(quote(cells="<ForexBuying>0</ForexBuying>")),
            ("ck_exchange_rates_rate_valid", ("USD.ForexBuying.rate",)),
        ),
        (
            document(quote(cells="<ForexBuying>1.1234567</ForexBuying>")),
            ("ck_exchange_rates_rate_valid", ("USD.ForexBuying.rate",)),
        ),
        (
            document(head='Tarih="31.12.2004"'),
            ("ck_exchange_rates_rate_date_finite", ("USD.ForexBuying.rate_date",)),
        ),
    ],
)
def test_what_is_no_bulletin_is_refused(content: bytes, told: tuple[str, tuple[str, ...]]) -> None:
    assert refusal(content) == told


@pytest.mark.parametrize("figure", ["-1", "+1", "1e5", "NaN", "1.234,5", "٤٥", "1 000", "0x1F", "1.", ".5"])
def test_a_figure_is_digits_with_at_most_one_mark(figure: str) -> None:
    told = refusal(document(quote(cells=f"<BanknoteSelling>{figure}</BanknoteSelling>")))

    assert told == ("bulletin_figure", ("USD.BanknoteSelling",))


def test_a_refusal_says_it_in_both_languages_and_quotes_nothing() -> None:
    with pytest.raises(RuleViolation) as refused:
        read_bulletin(document(quote(cells="<ForexBuying>gizli</ForexBuying>")))

    assert refused.value.text.tr == "Kur bültenindeki bir sayı okunamıyor"
    assert refused.value.text.en == "A figure of the bulletin cannot be read"
    assert "gizli" not in str(refused.value)
