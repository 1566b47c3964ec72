"""What is asked of the rows: every constraint of the models once, each with its weight."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from platform_db.domain.rules import Message
from platform_db.operations.preflight.declared import Apart, Distinct, RowRule, demands
from platform_db.operations.preflight.locks import LOCKS
from platform_db.operations.preflight.severity import Severity
from platform_db.schema.all_tables import metadata


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_every_constraint_of_a_table_is_asked_once(table: str) -> None:
    declared = metadata.tables[table]
    names = [str(constraint.name) for constraint in declared.constraints]
    names += [str(index.name) for index in declared.indexes if index.unique]
    names += [f"{table}_{column.name}_not_null" for column in declared.columns if not column.nullable]

    asked = [demand.name for demand in demands(declared)]

    assert sorted(asked) == sorted(names)
    assert all(demand.kind in LOCKS for demand in demands(declared))


@pytest.mark.parametrize(
    ("table", "constraint", "severity"),
    [
        ("orders", "ck_orders_total_calculation", Severity.CRITICAL),
        ("orders", "ck_orders_tax_non_negative", Severity.CRITICAL),
        ("orders", "fk_orders_buyer_id_users", Severity.CRITICAL),
        ("orders", "uq_orders_order_number", Severity.CRITICAL),
        ("orders", "orders_notes_not_null", None),
        ("orders", "orders_status_not_null", Severity.CRITICAL),
        ("invoices", "ck_invoices_number_is_series_year_sequence", Severity.CRITICAL),
        ("licenses", "ex_licenses_no_overlap", Severity.CRITICAL),
        ("licenses", "ck_licenses_valid_period", Severity.HIGH),
        ("licenses", "ck_licenses_seats_positive", Severity.OTHER),
        ("users", "uq_users_email", Severity.CRITICAL),
        ("users", "ck_users_email_format", Severity.CRITICAL),
        ("users", "ck_users_performance_score_range", Severity.OTHER),
    ],
)
def test_a_constraint_weighs_by_what_it_reads(table: str, constraint: str, severity: Severity | None) -> None:
    found = {each.name: each.severity for each in demands(metadata.tables[table])}

    assert found.get(constraint) is severity


def test_the_questions_are_made_from_the_constraints() -> None:
    tables = [metadata.tables[name] for name in ("users", "licenses", "payment_methods")]
    found = {each.name: each.question for table in tables for each in demands(table)}

    assert found["uq_users_email"] == Distinct(("lower(email)",), None, nulls_distinct=True)
    assert found["puq_payment_methods_buyer_id"] == Distinct(("buyer_id",), "is_default", nulls_distinct=True)
    assert found["users_status_not_null"] == RowRule('"status" IS NULL')
    overlap = found["ex_licenses_no_overlap"]
    assert isinstance(overlap, Apart)
    assert (overlap.operands[2], overlap.where) == (("tstzrange(starts_at, ends_at)", "&&"), "status = 'active'")


def test_a_missing_value_is_told_in_the_words_of_the_model() -> None:
    (told,) = (each for each in demands(metadata.tables["orders"]) if each.name == "orders_buyer_id_not_null")

    assert (told.message.tr, told.message.en) == ("buyer_id gereklidir", "buyer_id is required")


def test_the_direction_of_an_index_does_not_tell_rows_apart() -> None:
    table = sa.Table(
        "lists",
        sa.MetaData(),
        sa.Column("place", sa.Integer()),
        sa.Index(
            "uq_lists_place",
            sa.text("place DESC NULLS LAST"),
            unique=True,
            info={"message": Message("Sıra", "A place")},
        ),
    )

    *_, last = demands(table)

    assert last.question == Distinct(("place",), None, nulls_distinct=True)
