"""A calculated invoice as tables for a person."""

from __future__ import annotations

import typer
from rich.table import Table

from platform_db.cli.tables import print_tables
from platform_db.domain.invoices.calculation import Calculation
from platform_db.domain.invoices.calculation.arithmetic import cents_text, plain
from platform_db.domain.invoices.calculation.bounds import OTHER_TAX_RATE
from platform_db.domain.money import Currency

__all__ = ["print_calculation"]


def print_calculation(calculation: Calculation) -> None:
    """Print lines, taxes, withholding, totals, the amount in words and what is not verified."""
    print_tables(_lines(calculation), _taxes(calculation), _totals(calculation))
    typer.echo(calculation.amount_in_words.encode())
    if calculation.unverified:
        typer.echo("Unverified: " + ", ".join(calculation.unverified))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, justify="left" if column in {"Line", "Tax", "Total"} else "right")
    return table


def _lines(calculation: Calculation) -> Table:
    table = _table("Lines", "Line", "Gross", "Discount", "Charge", "Net", "Other taxes", "KDV %", "KDV", "Withheld")
    for number, (given, line) in enumerate(zip(calculation.document.lines, calculation.lines, strict=True), start=1):
        amounts = (line.gross, line.discount, line.charge, line.net, line.other_taxes_total)
        table.add_row(
            str(number),
            *(cents_text(amount) for amount in amounts),
            str(given.kdv_rate),
            cents_text(line.kdv),
            cents_text(line.withheld),
        )
    return table


def _taxes(calculation: Calculation) -> Table:
    table = _table("Taxes and withholding", "Tax", "Rate %", "Base", "Amount")
    for tax in calculation.tax_subtotals:
        rate = "" if tax.rate_e4 is None else plain(tax.rate_e4, OTHER_TAX_RATE.exponent)
        table.add_row(tax.code, rate, cents_text(tax.base), cents_text(tax.amount))
    for withheld in calculation.withholding_subtotals:
        figures = (cents_text(withheld.base), cents_text(withheld.amount))
        table.add_row(f"withheld {withheld.code}", str(withheld.percent), *figures)
    return table


def _totals(calculation: Calculation) -> Table:
    totals, currency = calculation.totals, calculation.document.currency
    table = _table("Totals", "Total", currency)
    shown = {
        "gross": totals.gross,
        "allowance": totals.allowance,
        "charge": totals.charge,
        "tax exclusive": totals.tax_exclusive,
        "KDV": totals.kdv,
        "other taxes": totals.other_taxes,
        "withheld": totals.withheld,
        "KDV not collected": totals.deferred_kdv,
        "tax inclusive": totals.tax_inclusive,
        "payable": totals.payable,
    }
    for name, amount in shown.items():
        table.add_row(name, cents_text(amount))
    if currency is not Currency.TRY:
        table.add_row("payable in TRY", cents_text(totals.payable_try))
    return table
