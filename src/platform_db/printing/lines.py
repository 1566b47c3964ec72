"""The table of an invoice's lines: the columns it needs, and their cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from platform_db.domain.formatting import decimal_text, money_text, percent_text, plain_text, price_text
from platform_db.domain.money import Currency
from platform_db.printing.labels import LINE_DATA, unit_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from platform_db.domain.invoices.document import InvoiceDocument
    from platform_db.domain.invoices.lines import InvoiceLine

__all__ = ["Column", "LineCells", "columns", "is_crowded", "line_rows", "on_paper"]

LineCells = tuple[tuple[str, ...], ...]
"""The cells of a line, each one or more lines of text."""

_ROOM: Final = 76
"""Characters that amounts may have beside each other on A4, in the style sheet's size, with a description."""
_PADDING: Final = 1.5
"""What a column's padding takes, in characters."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its title; ``kind`` is what the style sheet aligns it by, a cell is one or more lines of text."""

    title: str
    kind: str
    cell: Callable[[InvoiceLine], tuple[str, ...]]


def on_paper(text: str) -> str:
    """The text on one line: every blank a space, and nothing that turns the direction of writing."""
    return plain_text("".join(" " if character.isspace() else character for character in text))


def columns(document: InvoiceDocument) -> tuple[Column, ...]:
    """The customary columns, those for discounts, charges and other taxes only where a line has one."""
    return tuple(_columns(document))


def line_rows(document: InvoiceDocument, chosen: tuple[Column, ...]) -> tuple[LineCells, ...]:
    """The cells of every line, in the order of the lines."""
    return tuple(tuple(column.cell(line) for column in chosen) for line in document.lines)


def is_crowded(chosen: tuple[Column, ...], rows: tuple[LineCells, ...]) -> bool:
    """Whether the longest amounts of all columns do not fit beside each other."""
    amounts = [place for place, column in enumerate(chosen) if column.kind == "amount"]
    needed = sum(max(len(row[place][0]) for row in rows) + _PADDING for place in amounts)
    return needed > _ROOM


def _columns(document: InvoiceDocument) -> Iterator[Column]:
    invoice, lines = document.invoice, document.lines
    currency = invoice.currency

    def amount(cents: int) -> tuple[str, ...]:
        return (money_text(cents, currency),)

    unit = "TL" if currency is Currency.TRY else currency.value
    price = "Birim Fiyat (KDV dahil)" if invoice.tax_inclusive_prices else "Birim Fiyat"
    yield Column("Sıra No", "number", lambda line: (str(line.line_number),))
    yield Column("Mal Hizmet", "text", _description)
    yield Column("Miktar", "amount", lambda line: (f"{decimal_text(line.quantity)} {unit_name(line.unit_code)}",))
    yield Column(price, "amount", lambda line: (f"{price_text(line.unit_price)} {unit}",))
    if any(line.discount_rate for line in lines):
        yield Column("İskonto Oranı", "rate", _discount_rate)
    if any(line.discount_cents for line in lines):
        yield Column("İskonto Tutarı", "amount", lambda line: amount(line.discount_cents))
    if any(line.charge_cents for line in lines):
        yield Column("Artırım Tutarı", "amount", lambda line: amount(line.charge_cents))
    yield Column("KDV Oranı", "rate", lambda line: (percent_text(line.kdv_rate),))
    yield Column("KDV Tutarı", "amount", lambda line: amount(line.kdv_cents))
    if any(line.other_taxes_cents for line in lines):
        yield Column("Diğer Vergiler", "amount", lambda line: amount(line.other_taxes_cents))
    yield Column("Mal Hizmet Tutarı", "amount", lambda line: amount(line.net_cents))


def _discount_rate(line: InvoiceLine) -> tuple[str, ...]:
    return (percent_text(line.discount_rate) if line.discount_rate else "",)


def _description(line: InvoiceLine) -> tuple[str, ...]:
    """What is sold, and below it what the law or the profile wants to be seen."""
    told = [on_paper(line.description)]
    if line.withheld_cents and line.withholding_percent is not None:
        told.append(f"Tevkifat: {line.withholding_code}, {percent_text(line.withholding_percent)}")
    if line.exemption_code is not None:
        told.append(f"İstisna/Özel Durum: {line.exemption_code}")
    for key, label in LINE_DATA.items():
        value = line.item_data.get(key)
        if isinstance(value, str):
            told.append(on_paper(f"{label}: {value}"))
    return tuple(told)
