"""The rows of a return whose lines are parts of the sale's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import uuid4

from platform_db.domain.columns import columns_of
from platform_db.domain.invoices.document import InvoiceDocument
from platform_db.domain.invoices.draft import DraftRows
from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.invoices.returns import kdv_subtotals, totals_columns
from platform_db.domain.invoices.shares import LineLeft, Share
from platform_db.errors import RuleViolation, Violation

__all__ = ["LinePart", "rows_of_parts"]

_PRICES: Final = {"tax_inclusive_prices": False}
"""Parts are priced without KDV, because of an inclusive amount only the whole is known to the kuruş."""
_Line: Final = columns_of(InvoiceLine, [name for name in InvoiceLine.model_fields if name not in {"id", "invoice_id"}])


@dataclass(frozen=True, slots=True)
class LinePart:
    """A line of a return: what it is a part of, how much, at which unit price, and its figures."""

    left: LineLeft
    description: str
    quantity: Decimal
    unit_code: str
    unit_price: Decimal
    figures: Share


def rows_of_parts(original: InvoiceDocument, header: Mapping[str, object], parts: Sequence[LinePart]) -> DraftRows:
    """The rows of a return with this header and these lines.

    Raises
    ------
    RuleViolation
        A rule of the lines' table is broken.
    """
    lines = tuple(_line(part) for part in sorted(parts, key=lambda part: part.left.line_number))
    invoice = original.invoice
    _judge(lines)
    return DraftRows(
        invoice={"user_id": invoice.user_id, "ettn": uuid4(), **header, **_PRICES, **totals_columns(invoice, lines)},
        lines=lines,
        tax_subtotals=(*kdv_subtotals(lines), *_other_subtotals(parts)),
        withholdings=tuple(_withholdings(lines)),
    )


def _judge(lines: Iterable[Mapping[str, object]]) -> None:
    found: list[Violation] = []
    for place, line in enumerate(lines):
        try:
            _Line.parse(line)
        except RuleViolation as refused:
            found.extend(violation.under("lines", place) for violation in refused.violations)
    if found:
        raise RuleViolation(*found)


def _line(part: LinePart) -> dict[str, object]:
    line, figures = part.left.line, part.figures
    kept = (
        "line_number",
        "product_id",
        "exemption_code",
        "exemption_reason",
        "withholding_code",
        "withholding_percent",
    )
    return {
        **{name: getattr(line, name) for name in (*kept, "kdv_rate", "item_data")},
        "description": part.description,
        "quantity": part.quantity,
        "unit_code": part.unit_code,
        "unit_price": part.unit_price,
        "discount_rate": None,
        "gross_cents": figures.gross_cents,
        "discount_cents": figures.discount_cents,
        "charge_cents": figures.charge_cents,
        "net_cents": figures.net_cents,
        "allowance_share_cents": 0,
        "charge_share_cents": 0,
        "other_taxes": list(figures.other_taxes),
        "other_taxes_cents": figures.other_taxes_cents,
        "other_taxes_in_base_cents": figures.other_taxes_in_base_cents,
        "kdv_base_cents": figures.kdv_base_cents,
        "kdv_cents": figures.kdv_cents,
        "withheld_cents": figures.withheld_cents,
    }


def _other_subtotals(parts: Iterable[LinePart]) -> Iterable[dict[str, object]]:
    sums: dict[tuple[object, object], tuple[int, int]] = {}
    for part in parts:
        for tax in part.figures.other_taxes:
            key = tax["code"], None if tax["rate"] is None else Decimal(str(tax["rate"]))
            base, amount = sums.get(key, (0, 0))
            assert isinstance(tax["amount_cents"], int)  # noqa: S101 - the share's own
            sums[key] = base + part.figures.net_cents, amount + tax["amount_cents"]
    for (code, rate), (base, amount) in sums.items():
        yield {"tax_code": code, "rate": rate, "base_cents": base, "amount_cents": amount}


def _withholdings(lines: Iterable[Mapping[str, object]]) -> Iterable[dict[str, object]]:
    sums: dict[tuple[object, object], tuple[int, int]] = {}
    for line in lines:
        code, percent, kdv, withheld = (
            line[name] for name in ("withholding_code", "withholding_percent", "kdv_cents", "withheld_cents")
        )
        assert isinstance(kdv, int)  # noqa: S101 - a column of minor units
        assert isinstance(withheld, int)  # noqa: S101
        if code is not None:
            base, amount = sums.get((code, percent), (0, 0))
            sums[code, percent] = base + kdv, amount + withheld
    for (code, percent), (base, amount) in sums.items():
        if amount:
            yield {"code": code, "percent": percent, "base_cents": base, "amount_cents": amount}
