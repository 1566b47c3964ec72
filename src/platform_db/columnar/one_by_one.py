"""Invoices that the columns leave alone: each is written as the document it stands for, and calculated as one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, cast

import pyarrow as pa

from platform_db.columnar import refusals
from platform_db.columnar.schema import COLUMNS, INVOICE_ID
from platform_db.domain.invoices.calculation import Calculation, calculate, parse_document
from platform_db.domain.invoices.codes import InvoiceRounding
from platform_db.errors import RuleViolation, Violation

__all__ = ["Outcome", "calculated"]

Outcome = Calculation | tuple[Violation, ...]
"""The figures of an invoice, or every rule that it breaks."""
Row = Mapping[str, object]

_DAY: Final = "issue_date"
_HEAD: Final = tuple(name for name, column in COLUMNS.items() if column.of_document and name != INVOICE_ID)
_PARTS: Final = {"document_allowance": "allowances", "document_charge": "charges"}
_OWN: Final = ("quantity", "unit_price", "kdv_rate", "withholding_code", "exemption_code")
_NOT_A_COLUMN: Final = {"description": "-", "unit": "C62"}
"""What every line of a document has, and no figure depends on."""


def calculated(invoice: pa.RecordBatch) -> Outcome:
    """Calculate the rows of one invoice by the scalar path."""
    # A day beyond Python's calendar has a text too, which is refused.
    day = invoice.column(_DAY).cast(pa.string())
    rows = cast("list[Row]", invoice.set_column(invoice.schema.names.index(_DAY), _DAY, day).to_pylist())
    heads = [_head(row) for row in rows]
    differing = [name for name in _HEAD if any(head[name] != heads[0][name] for head in heads)]
    if differing:
        return (refusals.ONE_HEAD.at(*differing),)
    document = {_PARTS.get(name, name): value for name, value in heads[0].items() if value is not None}
    try:
        return calculate(parse_document({**document, "lines": [_line(row) for row in rows]}))
    except RuleViolation as refusal:
        return refusal.violations


def _head(row: Row) -> dict[str, object]:
    """The members of the document; null where it has none."""
    head = {name: _written(row.get(name)) for name in _HEAD}
    head["rounding"] = head["rounding"] or InvoiceRounding.LINE
    head["tax_inclusive_prices"] = head["tax_inclusive_prices"] or False
    for part in _PARTS:
        amount = head[part]
        head[part] = None if amount in {None, "0"} else [{"amount": amount}]
    return head


def _line(row: Row) -> dict[str, object]:
    discount = _given({"rate": row.get("discount_rate"), "amount": row.get("discount_amount")})
    charge = _given({"amount": row.get("charge")})
    taxes = cast("list[Row | None]", row.get("other_taxes") or [])
    return {
        **_NOT_A_COLUMN,
        **_given({name: row.get(name) for name in _OWN}),
        "discount": discount or None,
        "charge": charge or None,
        "other_taxes": [None if tax is None else _given(tax) for tax in taxes],
    }


def _given(members: Row) -> dict[str, object]:
    return {name: _written(value) for name, value in members.items() if value is not None}


def _written(value: object) -> object:
    """A figure as the contract writes it: digits and at most one point, without surplus zeros."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
