"""Columns that are not what they should be: the whole batch is refused, or one invoice, never silently taken."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast

import pyarrow as pa
import pytest

from platform_db.columnar import COLUMNS, calculate_batch, result_schema
from platform_db.errors import RuleViolation
from tests.unit.columnar.rows import TYPES, batch_of, rows_of
from tests.unit.domain.invoices.documents import document, line

if TYPE_CHECKING:
    from tests.unit.columnar.rows import Row

SALE = rows_of(1, document())[0]


def refused(batch: pa.RecordBatch) -> list[tuple[str, tuple[str, ...]]]:
    with pytest.raises(RuleViolation) as told:
        calculate_batch(batch)
    return [(violation.rule, violation.fields) for violation in told.value.violations]


def violations(*rows: Row, **types: pa.DataType) -> list[list[tuple[str, list[str]]]]:
    """The rules that each invoice breaks, with their fields."""
    found = calculate_batch(batch_of(rows, **types)).to_pylist()
    return [[(each["rule"], each["fields"]) for each in row["violations"]] for row in found]


def test_the_tests_know_every_column() -> None:
    assert list(TYPES) == list(COLUMNS)


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_of_floats_or_bytes_is_refused(name: str) -> None:
    assert refused(batch_of([], **{name: pa.float64()})) == [("column_type", (name,))]
    assert refused(batch_of([], **{name: pa.decimal256(40, 2)})) == [("column_type", (name,))]


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_may_be_absent_where_no_line_needs_it(name: str) -> None:
    batch = batch_of([SALE]).select([each for each in TYPES if each != name])
    if COLUMNS[name].is_required:
        assert refused(batch) == [("field_required", (name,))]
    else:
        assert calculate_batch(batch).equals(calculate_batch(batch_of([SALE])))


def test_unknown_and_repeated_columns_are_refused_by_name() -> None:
    schema = pa.schema([*batch_of([]).schema, pa.field("discont_rate", pa.string()), pa.field("type", pa.string())])
    assert refused(pa.RecordBatch.from_arrays([pa.nulls(0, each.type) for each in schema], schema=schema)) == [
        ("field_once", ("type",)),
        ("field_known", ("discont_rate",)),
    ]


@pytest.mark.parametrize("kind", [pa.int64(), pa.string(), pa.dictionary(pa.int8(), pa.string())])
def test_rows_out_of_order_are_refused(kind: pa.DataType) -> None:
    ids: list[object] = [1, 2, 1] if kind == pa.int64() else ["a", "b", "a"]
    rows = [SALE | {"invoice_id": each} for each in ids]
    assert refused(batch_of(rows, invoice_id=kind)) == [("invoices_in_order", ("invoice_id",))]
    assert [row["invoice_id"] for row in calculate_batch(batch_of(rows[:2], invoice_id=kind)).to_pylist()] == ids[:2]


def test_a_row_without_an_invoice_is_refused() -> None:
    assert refused(batch_of([SALE | {"invoice_id": None}])) == [("field_required", ("invoice_id",))]


def test_no_rows_give_no_rows() -> None:
    batch = batch_of([])
    found = calculate_batch(batch)
    assert (found.num_rows, found.schema) == (0, result_schema(batch.schema))


OTHER_HEADS: list[Row] = [
    {"issue_date": date(2025, 6, 3)},
    {"currency": "USD"},
    {"exchange_rate": Decimal(1)},
    {"profile": "TEMELFATURA"},
    {"type": "ISTISNA"},
    {"rounding": "document"},
    {"tax_inclusive_prices": True},
    {"document_allowance": Decimal("0.01")},
    {"document_charge": Decimal("0.01")},
]


@pytest.mark.parametrize("other", OTHER_HEADS)
def test_rows_of_one_invoice_that_disagree_in_their_document_are_refused(other: Row) -> None:
    [name] = other
    sound = SALE | {"invoice_id": 2}
    told = [("document_columns_agree", [name])]
    assert violations(SALE, SALE | other, sound, sound) == [told, []]


@pytest.mark.parametrize(
    "other", [{"rounding": "line"}, {"tax_inclusive_prices": False}, {"document_charge": Decimal(0)}]
)
def test_nothing_and_what_it_stands_for_agree(other: Row) -> None:
    assert violations(SALE, SALE | other) == [[]]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"issue_date": None}, [("field_required", ["issue_date"])]),
        ({"issue_date": date(2200, 1, 1)}, [("ck_invoices_issue_date_finite", ["issue_date"])]),
        ({"issue_date": date(1969, 1, 1)}, [("ck_invoices_issue_date_finite", ["issue_date"])]),
        ({"currency": "try"}, [("currency_known", ["currency"])]),
        ({"profile": None}, [("field_required", ["profile"])]),
        ({"type": "SATIŞ"}, [("type_known", ["type"])]),
        ({"rounding": "total"}, [("rounding_known", ["rounding"])]),
        ({"quantity": None}, [("field_required", ["lines.0.quantity"])]),
        ({"quantity": Decimal(0)}, [("ck_invoice_lines_quantity_positive", ["lines.0.quantity"])]),
        ({"quantity": Decimal(-1)}, [("decimal_text", ["lines.0.quantity"])]),
        ({"unit_price": Decimal("-0.01")}, [("decimal_text", ["lines.0.unit_price"])]),
        ({"unit_price": Decimal(10) ** 25}, [("ck_invoice_lines_unit_price_valid", ["lines.0.unit_price"])]),
        (
            {"discount_rate": Decimal(0), "discount_amount": Decimal(0)},
            [("discount_is_rate_or_amount", ["lines.0.discount"])],
        ),
        ({"discount_rate": Decimal("100.0001")}, [("ck_invoice_lines_discount_rate_valid", ["lines.0.discount.rate"])]),
        ({"discount_amount": Decimal("100.01")}, [("discount_within_gross", ["lines.0.discount"])]),
        ({"charge": Decimal(-1)}, [("decimal_text", ["lines.0.charge.amount"])]),
        ({"kdv_rate": Decimal(18)}, [("ck_invoice_lines_kdv_rate_in_force", ["lines.0.kdv_rate"])]),
        ({"withholding_code": "604"}, [("ck_invoices_withheld_type", ["lines.0.withholding_code"])]),
        ({"document_allowance": Decimal("100.01")}, [("allowances_within_net", ["allowances"])]),
        ({"document_charge": Decimal(-1)}, [("decimal_text", ["charges.0.amount"])]),
        ({"other_taxes": [None]}, [("object_expected", ["lines.0.other_taxes.0"])]),
    ],
)
def test_an_invoice_that_breaks_a_rule_is_told_by_its_contract_and_the_others_go_on(
    changes: Row, expected: list[tuple[str, list[str]]]
) -> None:
    sound = SALE | {"invoice_id": 0}
    assert violations(sound, SALE | changes, SALE | {"invoice_id": 2}) == [[], expected, []]


def test_a_finer_column_is_taken_where_its_values_are_not_finer_than_they_may_be() -> None:
    """A decimal of 18 places, as some engines make them, holds 1.50 as well as 1.505."""
    kind = pa.decimal128(38, 18)
    fine, too_fine = (
        SALE | {"invoice_id": place, "charge": Decimal(text)} for place, text in enumerate(("1.5", "1.505"))
    )
    assert violations(fine, too_fine, charge=kind) == [[], [("amount_has_two_places", ["lines.0.charge.amount"])]]


@pytest.mark.parametrize("kind", [pa.int8(), pa.int32(), pa.int64(), pa.decimal64(3, 0), pa.decimal128(3, 0)])
def test_whole_quantities_are_read_from_any_width(kind: pa.DataType) -> None:
    rows = rows_of(1, document(line(quantity="7", unit_price="3")))
    [found] = calculate_batch(batch_of(rows, quantity=kind, unit_price=pa.int64())).to_pylist()
    assert (found["gross_cents"], found["by_columns"]) == (2100, True)


def test_texts_that_a_dictionary_names_twice_or_not_at_all_are_read_alike() -> None:
    codes = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 3], pa.int8()), pa.array(["604", "604", "x", None]))
    head = {"type": "TEVKIFAT", "issue_date": date(2026, 11, 20), "unit_price": Decimal(50_000)}
    batch = batch_of([SALE | head] * 4)
    batch = batch.set_column(batch.schema.names.index("withholding_code"), "withholding_code", codes)
    [found] = calculate_batch(batch).to_pylist()
    assert [each["withheld_cents"] for each in found["lines"]] == [500_000, 500_000, 0, 0]
    assert cast("list[Row]", found["withholding_subtotals"])[0]["code"] == "604"
