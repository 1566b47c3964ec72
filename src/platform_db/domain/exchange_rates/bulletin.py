"""The central bank's daily bulletin (TCMB gösterge niteliğindeki kurlar) as XML, read without trusting it.

The parser is the standard library's expat with handlers of our own. It refuses a document
type before a byte of it is read, so there is no entity to expand and nothing to fetch; it
stops at the first element that lies deeper than a bulletin has any, and takes a megabyte at
most, so time and memory are bounded by that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, NoReturn
from xml.parsers import expat

from platform_db.domain.exchange_rates.published import TCMB, NewRate, PublishedRate, RateKind
from platform_db.domain.money import Currency
from platform_db.errors import Message, RuleViolation, Violation

__all__ = ["MAX_BYTES", "Bulletin", "BulletinReport", "read_bulletin"]

MAX_BYTES: Final = 1 << 20
"""The largest bulletin that is read; a real one has about 10 KiB."""

_ROOT: Final = "Tarih_Date"
_CURRENCY: Final = "Currency"
_UNIT: Final = "Unit"
_KINDS: Final = {
    "ForexBuying": RateKind.FOREX_BUYING,
    "ForexSelling": RateKind.FOREX_SELLING,
    "BanknoteBuying": RateKind.BANKNOTE_BUYING,
    "BanknoteSelling": RateKind.BANKNOTE_SELLING,
}
_FOREIGN: Final = frozenset(currency.value for currency in Currency if currency is not Currency.TRY)
_CELL_DEPTH: Final = 3
_LONGEST_CELL: Final = 30
_ENCODINGS: Final = frozenset({"utf-8", "us-ascii", "iso-8859-9", "windows-1254"})

_TURKISH_DAY: Final = re.compile(r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})")
_ENGLISH_DAY: Final = re.compile(r"(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})/(?P<year>[0-9]{4})")
_FIGURE: Final = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,12})?")
_CODE: Final = re.compile(r"[A-Z]{3}")
_WHOLE: Final = re.compile(r"[0-9]{1,6}")

_REFUSALS: Final = {
    "bulletin_size": Message(f"Kur bülteni en çok {MAX_BYTES} bayttır", f"A bulletin has at most {MAX_BYTES} bytes"),
    "bulletin_well_formed": Message("Kur bülteni düzgün bir XML değildir", "The bulletin is not well-formed XML"),
    "bulletin_encoding": Message(
        "Kur bülteninin karakter kodlaması tanınmıyor", "The bulletin is in an encoding that is not known"
    ),
    "bulletin_no_doctype": Message("Kur bülteninde belge tipi tanımı olmaz", "A bulletin declares no document type"),
    "bulletin_layout": Message(
        "Kur bülteninin yapısı beklenenden farklı", "The bulletin has another layout than expected"
    ),
    "bulletin_day": Message("Kur bülteninin günü okunamıyor", "The day of the bulletin cannot be read"),
    "bulletin_figure": Message("Kur bültenindeki bir sayı okunamıyor", "A figure of the bulletin cannot be read"),
    "bulletin_repeats": Message("Kur bülteninde bir değer iki kez geçiyor", "A value occurs twice in the bulletin"),
}


@dataclass(frozen=True, slots=True)
class Bulletin:
    """The rates of one day.

    Attributes
    ----------
    day
        The day that the bulletin is dated (Europe/Istanbul). The bank is said to
        announce it at 15:30 of that day, and the Official Gazette to print it the day after
        (unverified).
    number
        The bank's number of it, where it has one.
    rates
        The rates in currencies of this package, in the order of the document.
    unknown
        How many currencies were passed over because no document here is made in them.
    empty
        How many cells of known currencies had no figure.
    """

    day: date
    number: str | None
    rates: tuple[NewRate, ...]
    unknown: int
    empty: int


@dataclass(frozen=True, slots=True)
class BulletinReport:
    """What storing a bulletin came to: rates added, rates that were there already, and what was passed over."""

    day: date
    added: int
    known: int
    unknown: int
    empty: int

    @property
    def skipped(self) -> int:
        """Currencies and cells that were passed over."""
        return self.unknown + self.empty


@dataclass(slots=True)
class _Quote:
    """A Currency element: its code and its cells."""

    code: str
    cells: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(slots=True)
class _Content:
    """What the handlers have gathered."""

    depth: int = 0
    cell: str | None = None
    head: Mapping[str, str] = field(default_factory=dict[str, str])
    quotes: dict[str, _Quote] = field(default_factory=dict[str, _Quote])
    quote: _Quote | None = None

    # -- handlers of the parser ---------------------------------------------------------

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            _refuse("bulletin_encoding")

    def doctype(self, *_: object) -> NoReturn:
        _refuse("bulletin_no_doctype")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _CELL_DEPTH or (self.depth == 1) != (name == _ROOT):
            _refuse("bulletin_layout")
        if self.depth == 1:
            self.head = attributes
        elif self.depth < _CELL_DEPTH:
            self.quote = self._quote(attributes) if name == _CURRENCY else None
        elif self.quote is not None and (name == _UNIT or name in _KINDS):
            if name in self.quote.cells:
                _refuse("bulletin_repeats", self.quote.code, name)
            self.cell = name
            self.quote.cells[name] = ""

    def text(self, more: str) -> None:
        if self.cell is None or self.quote is None:
            return
        self.quote.cells[self.cell] += more
        if len(self.quote.cells[self.cell]) > _LONGEST_CELL:
            _refuse("bulletin_figure", self.quote.code, self.cell)

    def end(self, _name: str) -> None:
        self.depth -= 1
        self.cell = None

    def _quote(self, attributes: dict[str, str]) -> _Quote:
        codes = {attributes[name] for name in ("CurrencyCode", "Kod") if name in attributes}
        if len(codes) != 1:
            _refuse("bulletin_layout", _CURRENCY)
        (code,) = codes
        if _CODE.fullmatch(code) is None:
            _refuse("bulletin_layout", _CURRENCY)
        if code in self.quotes:
            _refuse("bulletin_repeats", _CURRENCY)
        return self.quotes.setdefault(code, _Quote(code))


def read_bulletin(document: bytes) -> Bulletin:
    """Read the central bank's daily bulletin.

    Of each currency of this package the four rates are read, per the units they are quoted for.
    A decimal comma is read as a point. Day and number come from the root's attributes, the day
    in the Turkish (``Tarih="04.05.2026"``) or the English form (``Date="05/04/2026"``); where
    both are there they must agree.

    Raises
    ------
    RuleViolation
        More than :data:`MAX_BYTES`; not well-formed, in an unknown encoding or with a document
        type; another layout; a day or figure that cannot be read, or a rate that the table
        does not take. Nothing of such a bulletin is given.

    Examples
    --------
    >>> bulletin = read_bulletin(b'''<Tarih_Date Tarih="04.05.2026"><Currency CurrencyCode="USD">
    ... <Unit>1</Unit><ForexBuying>38.1234</ForexBuying></Currency></Tarih_Date>''')
    >>> bulletin.day.isoformat(), [(rate.kind.value, str(rate.rate)) for rate in bulletin.rates]
    ('2026-05-04', [('forex_buying', '38.1234')])
    """
    if len(document) > MAX_BYTES:
        _refuse("bulletin_size")
    content = _content(document)
    day = _day(content.head)
    if not content.quotes:
        _refuse("bulletin_layout", _CURRENCY)
    known = [quote for quote in content.quotes.values() if quote.code in _FOREIGN]
    rates = tuple(rate for quote in known for rate in _rates(quote, day))
    cells = sum(len(quote.cells.keys() & _KINDS.keys()) for quote in known)
    return Bulletin(
        day=day,
        number=content.head.get("Bulten_No", "").strip()[:_LONGEST_CELL] or None,
        rates=rates,
        unknown=len(content.quotes) - len(known),
        empty=cells - len(rates),
    )


def _content(document: bytes) -> _Content:
    content = _Content()
    parser = expat.ParserCreate()
    parser.XmlDeclHandler = content.declaration
    parser.StartDoctypeDeclHandler = content.doctype
    parser.StartElementHandler = content.start
    parser.CharacterDataHandler = content.text
    parser.EndElementHandler = content.end
    try:
        parser.Parse(document, True)  # noqa: FBT003 - the parser's own: this is all of it
    except (expat.ExpatError, UnicodeError):
        malformed = True
    else:
        malformed = False
    if malformed:
        _refuse("bulletin_well_formed")
    return content


def _day(head: Mapping[str, str]) -> date:
    forms = (("Tarih", _TURKISH_DAY), ("Date", _ENGLISH_DAY))
    written = [(name, form.fullmatch(head[name].strip())) for name, form in forms if name in head]
    days: set[date] = set()
    for name, match in written:
        if match is None:
            _refuse("bulletin_day", name)
        try:
            days.add(date(*(int(match[part]) for part in ("year", "month", "day"))))
        except ValueError:
            days.clear()
            break
    if len(days) != 1:
        _refuse("bulletin_day", *(name for name, _ in written))
    return days.pop()


def _rates(quote: _Quote, day: date) -> Iterator[NewRate]:
    unit = quote.cells.get(_UNIT, "").strip()
    if _WHOLE.fullmatch(unit) is None:
        _refuse("bulletin_figure", quote.code, _UNIT)
    for name, kind in _KINDS.items():
        figure = quote.cells.get(name, "").strip()
        if not figure:
            continue
        if _FIGURE.fullmatch(figure) is None:
            _refuse("bulletin_figure", quote.code, name)
        given = {
            "currency": quote.code,
            "rate_date": day,
            "source": TCMB,
            "kind": kind,
            "rate": Decimal(figure.replace(",", ".")),
            "unit": int(unit),
        }
        try:
            rate = NewRate.parse(given)
        except RuleViolation as refused:
            raise RuleViolation(*(each.under(quote.code, name) for each in refused.violations)) from None
        yield rate


def _refuse(rule: str, *path: str) -> NoReturn:
    fields = (".".join(path),) if path else ()
    raise RuleViolation(Violation(rule=rule, fields=fields, message=_REFUSALS[rule], entity=PublishedRate.entity))
