"""Documents of the contract as rows of columns, and results of columns as documents: the tests' own reading."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final, cast

import pyarrow as pa

from platform_db.columnar import calculate_batch
from platform_db.domain.invoices.calculation import Calculation, calculate, parse_document
from platform_db.errors import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.unit.domain.invoices.documents import Json

TEXT: Final = pa.string()
TAXES: Final = pa.list_(
    pa.struct(
        [pa.field("code", TEXT), pa.field("rate", pa.decimal128(38, 4)), pa.field("amount", pa.decimal128(38, 2))]
    )
)
TYPES: Final[Mapping[str, pa.DataType]] = {
    "invoice_id": pa.int64(),
    "issue_date": pa.date32(),
    "currency": TEXT,
    "exchange_rate": pa.decimal128(38, 6),
    "profile": TEXT,
    "type": TEXT,
    "rounding": TEXT,
    "tax_inclusive_prices": pa.bool_(),
    "document_allowance": pa.decimal128(38, 2),
    "document_charge": pa.decimal128(38, 2),
    "quantity": pa.decimal128(38, 8),
    "unit_price": pa.decimal128(38, 8),
    "discount_rate": pa.decimal128(38, 4),
    "discount_amount": pa.decimal128(38, 2),
    "charge": pa.decimal128(38, 2),
    "kdv_rate": pa.decimal128(38, 2),
    "withholding_code": TEXT,
    "exemption_code": TEXT,
    "other_taxes": TAXES,
}
"""Wide enough for every value a test writes."""

FIGURES: Final = {
    "gross_cents": "gross",
    "discount_cents": "discount",
    "charge_cents": "charge",
    "net_cents": "net",
    "allowance_share_cents": "allowance_share",
    "charge_share_cents": "charge_share",
    "other_taxes_cents": "other_taxes_total",
    "other_taxes_in_base_cents": "other_taxes_in_base",
    "kdv_base_cents": "kdv_base",
    "kdv_cents": "kdv",
    "withholding_percent": "withholding_percent",
    "withheld_cents": "withheld",
}
TOTALS: Final = (
    "gross",
    "allowance",
    "document_allowance",
    "charge",
    "document_charge",
    "tax_exclusive",
    "kdv",
    "other_taxes",
    "withheld",
    "deferred_kdv",
    "tax_inclusive",
    "payable",
    "payable_try",
)

Row = dict[str, object]


def rows_of(invoice_id: object, document: Json) -> list[Row]:
    """The rows that stand for a document; its allowances are one sum, and so are its charges."""
    head: Row = {
        "invoice_id": invoice_id,
        "issue_date": date.fromisoformat(cast("str", document["issue_date"])),
        "exchange_rate": _decimal(document.get("exchange_rate")),
        "document_allowance": _sum(document.get("allowances")),
        "document_charge": _sum(document.get("charges")),
        **{name: document.get(name) for name in ("currency", "profile", "type", "rounding", "tax_inclusive_prices")},
    }
    return [head | _line(line) for line in cast("list[Json]", document["lines"])]


def _line(line: Json) -> Row:
    discount, charge = cast("Json", line.get("discount") or {}), cast("Json", line.get("charge") or {})
    taxes = cast("list[Json]", line.get("other_taxes") or [])
    return {
        **{name: _decimal(line.get(name)) for name in ("quantity", "unit_price", "kdv_rate")},
        **{name: line.get(name) for name in ("withholding_code", "exemption_code")},
        "discount_rate": _decimal(discount.get("rate")),
        "discount_amount": _decimal(discount.get("amount")),
        "charge": _decimal(charge.get("amount")),
        "other_taxes": [
            {"code": tax["code"], "rate": _decimal(tax.get("rate")), "amount": _decimal(tax.get("amount"))}
            for tax in taxes
        ],
    }


def _sum(amounts: object) -> Decimal | None:
    given = cast("list[dict[str, str]]", amounts or [])
    return sum((Decimal(each["amount"]) for each in given), Decimal(0)) if given else None


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(cast("str", value))


def batch_of(rows: Sequence[Row], **types: pa.DataType) -> pa.RecordBatch:
    """The rows as a batch of every column, of these types where they are told."""
    schema = pa.schema([pa.field(name, kind) for name, kind in {**TYPES, **types}.items()])
    return pa.RecordBatch.from_pylist(rows, schema=schema)


def outcomes(documents: Sequence[Json], **types: pa.DataType) -> list[Row]:
    """What the columns make of documents, in their order."""
    rows = [row for place, document in enumerate(documents) for row in rows_of(place, document)]
    return calculate_batch(batch_of(rows, **types)).to_pylist()


def expected(document: Json) -> Row:
    """What the scalar path makes of a document, in the form of a result row without its id and path."""
    try:
        found = calculate(parse_document(document))
    except RuleViolation as refusal:
        violations: list[Row] = [
            {"rule": each.rule, "fields": list(each.fields), "tr": each.message.tr, "en": each.message.en}
            for each in refusal.violations
        ]
        return {"violations": violations, **dict.fromkeys(_EMPTY)}
    return {"violations": [], **_figures(found)}


_EMPTY: Final = (
    *[f"{name}_cents" for name in TOTALS],
    "lines",
    "tax_subtotals",
    "withholding_subtotals",
    "unverified",
)


def _figures(found: Calculation) -> Row:
    return {
        **{f"{name}_cents": getattr(found.totals, name) for name in TOTALS},
        "lines": [{name: getattr(line, figure) for name, figure in FIGURES.items()} for line in found.lines],
        "tax_subtotals": [
            {
                "code": row.code,
                "rate": None if row.rate_e4 is None else Decimal(row.rate_e4).scaleb(-4),
                "base_cents": row.base,
                "amount_cents": row.amount,
            }
            for row in found.tax_subtotals
        ],
        "withholding_subtotals": [
            {"code": row.code, "percent": row.percent, "base_cents": row.base, "amount_cents": row.amount}
            for row in found.withholding_subtotals
        ],
        "unverified": list(found.unverified),
    }


def assert_equal_to_scalar(documents: Sequence[Json], found: Sequence[Row]) -> None:
    assert [row["invoice_id"] for row in found] == list(range(len(documents)))
    for document, row in zip(documents, found, strict=True):
        told = {name: value for name, value in row.items() if name not in {"invoice_id", "by_columns"}}
        assert told == expected(document)
