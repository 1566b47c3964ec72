"""The columns that come in and the columns that go out.

In: a row a line, the columns of its document repeated; the rows of an invoice follow each
other. Out: a row an invoice, its lines and subtotals as lists.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pyarrow as pa
from pyarrow import types

from platform_db.columnar import refusals
from platform_db.domain.invoices.calculation import Totals, bounds
from platform_db.errors import RuleViolation, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from platform_db.domain.invoices.calculation.bounds import Scaled

__all__ = ["COLUMNS", "INVOICE_ID", "LINE_FIGURES", "TOTALS", "Column", "check", "members_of", "result_schema"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that comes in: which types it may have, and the bound of its figures."""

    fits: Callable[[pa.DataType], bool]
    bound: Scaled | None = None
    of_document: bool = False
    """Whether all rows of an invoice hold one value."""
    is_required: bool = False


def _is_figure(kind: pa.DataType) -> bool:
    is_decimal = types.is_decimal32(kind) or types.is_decimal64(kind) or types.is_decimal128(kind)
    return types.is_signed_integer(kind) or types.is_null(kind) or (is_decimal and kind.scale >= 0)


def _is_text(kind: pa.DataType) -> bool:
    kind = kind.value_type if types.is_dictionary(kind) else kind
    is_text = types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)
    return is_text or types.is_null(kind)


def _is_truth(kind: pa.DataType) -> bool:
    return types.is_boolean(kind) or types.is_null(kind)


def _is_id(kind: pa.DataType) -> bool:
    return types.is_signed_integer(kind) or (_is_text(kind) and not types.is_null(kind))


_TAX: Final = {"code": _is_text, "rate": _is_figure, "amount": _is_figure}


def _is_taxes(kind: pa.DataType) -> bool:
    if types.is_null(kind):
        return True
    if not (types.is_list(kind) or types.is_large_list(kind)) or not types.is_struct(kind.value_type):
        return False
    members = {field.name: field.type for field in kind.value_type.fields}
    return set(members) == set(_TAX) and all(_TAX[name](member) for name, member in members.items())


INVOICE_ID: Final = "invoice_id"

COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        INVOICE_ID: Column(fits=_is_id, of_document=True, is_required=True),
        "issue_date": Column(fits=types.is_date32, of_document=True, is_required=True),
        "currency": Column(fits=_is_text, of_document=True, is_required=True),
        "exchange_rate": Column(fits=_is_figure, bound=bounds.EXCHANGE_RATE, of_document=True),
        "profile": Column(fits=_is_text, of_document=True, is_required=True),
        "type": Column(fits=_is_text, of_document=True, is_required=True),
        "rounding": Column(fits=_is_text, of_document=True),
        "tax_inclusive_prices": Column(fits=_is_truth, of_document=True),
        "document_allowance": Column(fits=_is_figure, bound=bounds.AMOUNT, of_document=True),
        "document_charge": Column(fits=_is_figure, bound=bounds.AMOUNT, of_document=True),
        "quantity": Column(fits=_is_figure, bound=bounds.QUANTITY, is_required=True),
        "unit_price": Column(fits=_is_figure, bound=bounds.UNIT_PRICE, is_required=True),
        "discount_rate": Column(fits=_is_figure, bound=bounds.DISCOUNT_RATE),
        "discount_amount": Column(fits=_is_figure, bound=bounds.AMOUNT),
        "charge": Column(fits=_is_figure, bound=bounds.AMOUNT),
        "kdv_rate": Column(fits=_is_figure, bound=bounds.KDV_RATE, is_required=True),
        "withholding_code": Column(fits=_is_text),
        "exemption_code": Column(fits=_is_text),
        "other_taxes": Column(fits=_is_taxes),
    }
)
"""What comes in, by name; a column that is not required may be absent."""


def check(schema: pa.Schema) -> None:
    """Refuse columns that are unknown, repeated, missing or of a type that does not fit.

    Raises
    ------
    RuleViolation
        With every such column as a field.
    """
    broken = _broken(schema)
    if broken:
        raise RuleViolation(*broken)


@lru_cache(maxsize=64)
def _broken(schema: pa.Schema) -> tuple[Violation, ...]:
    return tuple(_misnamed(schema)) or tuple(_misfits(schema))


def _misnamed(schema: pa.Schema) -> Iterator[Violation]:
    for name in dict.fromkeys(schema.names):
        if name not in COLUMNS:
            yield refusals.FIELD_KNOWN.at(name)
        elif schema.names.count(name) > 1:
            yield refusals.FIELD_ONCE.at(name)
    for name, column in COLUMNS.items():
        if column.is_required and name not in schema.names:
            yield refusals.FIELD_REQUIRED.at(name)


def _misfits(schema: pa.Schema) -> Iterator[Violation]:
    for field in schema:
        if not COLUMNS[field.name].fits(field.type):
            yield refusals.COLUMN_TYPE.at(field.name)


LINE_FIGURES: Final[Mapping[str, str]] = MappingProxyType(
    {
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
)
"""The figures of a line, named as in the table ``invoice_lines``, and the field of ``CalculatedLine`` of each."""

TOTALS: Final[Mapping[str, str]] = MappingProxyType({f"{field.name}_cents": field.name for field in fields(Totals)})
"""The sums of an invoice, and the field of ``Totals`` of each."""


def _list_of(members: Mapping[str, pa.DataType]) -> pa.DataType:
    return pa.list_(pa.struct([pa.field(name, kind) for name, kind in members.items()]))


_RATE: Final = pa.decimal128(len(str(bounds.OTHER_TAX_RATE.most)), bounds.OTHER_TAX_RATE.exponent)
_TEXTS: Final = pa.list_(pa.string())
_BASE_AND_AMOUNT: Final = {"base_cents": pa.int64(), "amount_cents": pa.int64()}

_RESULTS: Final[Mapping[str, pa.DataType]] = {
    "by_columns": pa.bool_(),
    "violations": _list_of({"rule": pa.string(), "fields": _TEXTS, "tr": pa.string(), "en": pa.string()}),
    **{name: pa.int64() for name in TOTALS},
    "lines": _list_of({name: pa.int64() for name in LINE_FIGURES}),
    "tax_subtotals": _list_of({"code": pa.string(), "rate": _RATE, **_BASE_AND_AMOUNT}),
    "withholding_subtotals": _list_of({"code": pa.string(), "percent": pa.int64(), **_BASE_AND_AMOUNT}),
    "unverified": _TEXTS,
}


def result_schema(schema: pa.Schema) -> pa.Schema:
    """The columns that go out for columns that come in: they differ in the type of ``invoice_id`` alone."""
    return _result_schema(schema.field(INVOICE_ID).type)


@lru_cache(maxsize=64)
def _result_schema(kind: pa.DataType) -> pa.Schema:
    results = {INVOICE_ID: kind.value_type if types.is_dictionary(kind) else kind, **_RESULTS}
    return pa.schema([pa.field(name, kind) for name, kind in results.items()])


def members_of(schema: pa.Schema, name: str) -> list[pa.Field]:
    """The members of the entries of a list that goes out."""
    return list(schema.field(name).type.value_type.fields)
