"""From the calculation's figures to the columns that keep them."""

from __future__ import annotations

from decimal import Decimal

from platform_db.domain.invoices.calculation import (
    CalculatedLine,
    CalculatedTax,
    InvoiceLineInput,
    TaxSubtotal,
    Totals,
    WithholdingSubtotal,
    bounds,
)
from platform_db.domain.invoices.calculation.arithmetic import plain
from platform_db.domain.json_values import JsonObject

__all__ = ["line_row", "subtotal_row", "totals_columns", "withholding_row"]


def totals_columns(totals: Totals) -> dict[str, object]:
    """The amounts of an invoice, in minor units."""
    return {
        "gross_cents": totals.gross,
        "document_allowance_cents": totals.document_allowance,
        "document_charge_cents": totals.document_charge,
        "allowance_cents": totals.allowance,
        "charge_cents": totals.charge,
        "tax_exclusive_cents": totals.tax_exclusive,
        "kdv_cents": totals.kdv,
        "other_taxes_cents": totals.other_taxes,
        "tax_inclusive_cents": totals.tax_inclusive,
        "withheld_cents": totals.withheld,
        "deferred_kdv_cents": totals.deferred_kdv,
        "payable_cents": totals.payable,
        "payable_try_cents": totals.payable_try,
    }


def line_row(given: InvoiceLineInput, line: CalculatedLine) -> dict[str, object]:
    """A row of ``invoice_lines`` without its invoice, its number and what the caller adds."""
    return {
        "description": given.description,
        "quantity": given.quantity,
        "unit_code": given.unit,
        "unit_price": given.unit_price,
        "discount_rate": given.discount_rate,
        "gross_cents": line.gross,
        "discount_cents": line.discount,
        "charge_cents": line.charge,
        "net_cents": line.net,
        "allowance_share_cents": line.allowance_share,
        "charge_share_cents": line.charge_share,
        "other_taxes": [_listed(tax) for tax in line.other_taxes],
        "other_taxes_cents": line.other_taxes_total,
        "other_taxes_in_base_cents": line.other_taxes_in_base,
        "kdv_base_cents": line.kdv_base,
        "kdv_rate": given.kdv_rate,
        "kdv_cents": line.kdv,
        "exemption_code": given.exemption_code,
        "withholding_code": given.withholding_code,
        "withholding_percent": line.withholding_percent,
        "withheld_cents": line.withheld,
    }


def subtotal_row(subtotal: TaxSubtotal) -> dict[str, object]:
    """A row of ``invoice_tax_subtotals`` without its invoice."""
    return {
        "tax_code": subtotal.code,
        "rate": None if subtotal.rate_e4 is None else _rate(subtotal.rate_e4),
        "base_cents": subtotal.base,
        "amount_cents": subtotal.amount,
    }


def withholding_row(subtotal: WithholdingSubtotal) -> dict[str, object]:
    """A row of ``invoice_withholdings`` without its invoice."""
    return {
        "code": subtotal.code,
        "percent": subtotal.percent,
        "base_cents": subtotal.base,
        "amount_cents": subtotal.amount,
    }


def _listed(tax: CalculatedTax) -> JsonObject:
    # The rate is text: a JSON number would be read back as a binary fraction.
    rate = None if tax.rate_e4 is None else str(_rate(tax.rate_e4))
    return {"code": tax.code, "rate": rate, "amount_cents": tax.amount, "in_kdv_base": tax.in_kdv_base}


def _rate(rate_e4: int) -> Decimal:
    return Decimal(plain(rate_e4, bounds.OTHER_TAX_RATE.exponent))
