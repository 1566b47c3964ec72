"""A UBL-TR document as tables for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.markup import escape
from rich.table import Table

from platform_db.cli.tables import print_tables

if TYPE_CHECKING:
    from platform_db.ubl import InvoiceDocument
    from platform_db.ubl.elements.references import Party

__all__ = ["print_document"]


def print_document(document: InvoiceDocument) -> None:
    """Print head, parties, lines, taxes and totals, as written."""
    typer.echo(
        _shown(
            f"{document.number} of {document.issue_date.isoformat()}, {document.profile} {document.type_code}, "
            f"ETTN {document.ettn}"
        ).encode()
    )
    typer.echo(f"Issuer: {_party(document.issuer)}".encode())
    typer.echo(f"Customer: {_party(document.customer)}".encode())
    print_tables(_lines(document), _taxes(document), _totals(document))


def _party(party: Party) -> str:
    person = party.person
    named = "" if party.party_name is None else party.party_name.name.value
    name = named or ("" if person is None else f"{person.first_name.value} {person.family_name.value}")
    numbers = (f"{each.id.scheme_id or ''} {each.id.value}".strip() for each in party.party_identification)
    return _shown(", ".join((name, *numbers)))


def _shown(text: str) -> str:
    """What a terminal can be given: a document's text may hold control characters."""
    return "".join(character if character.isprintable() else " " for character in text)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, justify="left" if column in {"Line", "Description", "Tax", "Total"} else "right")
    return table


def _row(table: Table, *cells: str) -> None:
    table.add_row(*(escape(_shown(cell)) for cell in cells))


def _lines(document: InvoiceDocument) -> Table:
    table = _table("Lines", "Line", "Description", "Quantity", "Unit", "Price", "Amount")
    for line in document.lines:
        quantity, price = line.invoiced_quantity, line.price.price_amount
        names = (line.id.value, line.item.name.value, quantity.written(), quantity.unit_code or "")
        _row(table, *names, price.written(), line.line_extension_amount.written())
    return table


def _taxes(document: InvoiceDocument) -> Table:
    table = _table("Taxes and withholding", "Tax", "Rate %", "Base", "Amount")
    for title, totals in (("", document.content.tax_total), ("withheld ", document.content.withholding_tax_total)):
        for subtotal in (subtotal for total in totals for subtotal in total.tax_subtotal):
            code = subtotal.tax_category.tax_scheme.tax_type_code
            _row(
                table,
                f"{title}{'' if code is None else code.value}",
                "" if subtotal.percent is None else subtotal.percent.written(),
                "" if subtotal.taxable_amount is None else subtotal.taxable_amount.written(),
                subtotal.tax_amount.written(),
            )
    return table


def _totals(document: InvoiceDocument) -> Table:
    sums = document.content.legal_monetary_total
    table = _table("Totals", "Total", escape(_shown(document.currency)))
    for name, amount in (
        ("lines", sums.line_extension_amount),
        ("allowance", sums.allowance_total_amount),
        ("charge", sums.charge_total_amount),
        ("tax exclusive", sums.tax_exclusive_amount),
        ("tax inclusive", sums.tax_inclusive_amount),
        ("rounding", sums.payable_rounding_amount),
        ("payable", sums.payable_amount),
    ):
        if amount is not None:
            _row(table, name, amount.written())
    return table
