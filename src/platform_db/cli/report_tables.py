"""Reports as tables for a person, with figures as a Turkish reader writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from platform_db.cli.tables import print_tables
from platform_db.domain.formatting import decimal_text, money_text, month_in_words
from platform_db.domain.law import withholding
from platform_db.domain.reports.ledger import AMOUNTS

if TYPE_CHECKING:
    from platform_db.domain.reports.kdv_return import KdvReturn, KdvSums
    from platform_db.domain.reports.ledger import LedgerReport

__all__ = ["print_kdv", "print_ledger"]

_WORDS = ("", "Code", "Month", "What")


def print_kdv(report: KdvReturn) -> None:
    """Print both returns of a month, with their sums."""
    summary = report.summary
    month = month_in_words(summary.first)
    first = _table(f"KDV 1, {month}, TRY", "", "KDV %", "Invoices", "Base", "KDV", "Withheld", "Declared")
    for row in summary.rates:
        amounts = (row.base_try_cents, row.kdv_try_cents, row.withheld_try_cents)
        declared = row.kdv_try_cents - row.withheld_try_cents
        first.add_row(_kind(row.is_return), decimal_text(row.rate), str(row.invoices), *_amounts(*amounts, declared))
    first.add_section()
    for name, sums in (("Sales", report.sales), ("Returns", report.returns), ("Net", report.net)):
        first.add_row(name, "", "", *_sums(sums))
    second = _table(f"KDV 2 of the buyers, {month}, TRY", "", "Code", "What", "%", "Invoices", "KDV", "Withheld")
    for row in summary.withheld:
        amounts = _amounts(row.kdv_try_cents, row.withheld_try_cents)
        name = Text(withholding.name(row.code) or "")
        second.add_row(_kind(row.is_return), row.code, name, str(row.percent), str(row.invoices), *amounts)
    second.add_section()
    second.add_row("Net", "", "", "", "", "", money_text(report.net.withheld, None))
    print_tables(first, second)


def print_ledger(report: LedgerReport) -> None:
    """Print the months, and what remains of them."""
    titles = (name.replace("_", " ").capitalize().replace("Kdv", "KDV").replace(" kdv", " KDV") for name in AMOUNTS)
    table = _table("Ledger, TRY", "Month", "", "Invoices", *titles)
    for row in report.months:
        amounts = (getattr(row, f"{name}_try_cents") for name in AMOUNTS)
        kind = _kind(row.is_return) + (", cancelled" if row.is_cancelled else "")
        table.add_row(month_in_words(row.month), kind, str(row.invoices), *_amounts(*amounts))
    table.add_section()
    table.add_row("Net", "", "", *_amounts(*report.net.values()))
    print_tables(table)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, justify="left" if column in _WORDS else "right")
    return table


def _kind(is_return: bool) -> str:
    return "return" if is_return else "sale"


def _sums(sums: KdvSums) -> tuple[str, ...]:
    return _amounts(sums.base, sums.kdv, sums.withheld, sums.declared)


def _amounts(*cents: int) -> tuple[str, ...]:
    return tuple(money_text(each, None) for each in cents)
