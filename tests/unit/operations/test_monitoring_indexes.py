"""Which indexes make which others superfluous."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from platform_db.operations.monitoring.indexes import Shape, redundant

STATUS: Final = Shape(
    table_name="orders",
    index_name="idx_orders_status",
    method="btree",
    columns=(7,),
    keys=1,
    classes=("10042",),
    collations=("0",),
    options=(0,),
)
STATUS_CREATED: Final = replace(
    STATUS,
    index_name="idx_orders_status_created",
    columns=(7, 9),
    keys=2,
    classes=("10042", "3128"),
    collations=("0", "0"),
    options=(0, 3),
)


def found(*shapes: Shape) -> list[tuple[str, str, bool]]:
    return sorted((each.index_name, each.covered_by, each.identical) for each in redundant(shapes))


def named(shape: Shape, name: str = "other", **changes: object) -> Shape:
    return replace(shape, index_name=name, **changes)


def test_the_first_columns_of_another_are_redundant() -> None:
    assert found(STATUS, STATUS_CREATED) == [("idx_orders_status", "idx_orders_status_created", False)]


def test_of_two_alike_the_later_name_goes() -> None:
    assert found(named(STATUS, "b"), named(STATUS, "a")) == [("b", "a", True)]
    assert found(named(STATUS, "c"), named(STATUS, "b"), named(STATUS, "a")) == [("b", "a", True), ("c", "a", True)]


def test_an_index_read_backwards_answers_the_same() -> None:
    assert found(STATUS, named(STATUS, options=(3,))) == [("other", "idx_orders_status", True)]
    assert found(STATUS, named(STATUS, options=(1,))) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"table_name": "payments"},
        {"method": "hash"},
        {"columns": (8,)},
        {"classes": ("4217",)},
        {"collations": ("950",)},
        {"predicate": "{OPEXPR}"},
        {"expressions": "({FUNCEXPR})", "columns": (0,)},
    ],
)
def test_what_differs_in_anything_that_counts_stays(changes: dict[str, object]) -> None:
    assert found(STATUS, replace(STATUS, index_name="other", **changes)) == []
    assert found(STATUS_CREATED, replace(STATUS, index_name="other", **changes)) == []


def test_a_second_column_before_the_first_is_no_prefix() -> None:
    assert found(named(STATUS, columns=(9,)), STATUS_CREATED) == []


def test_a_mixed_order_is_answered_by_neither_end() -> None:
    other = named(STATUS_CREATED, options=(3, 3))
    assert found(STATUS_CREATED, other) == []


def test_a_unique_index_stays_beside_a_longer_one_and_makes_a_plain_one_superfluous() -> None:
    unique = named(STATUS, "uq_orders_status", is_unique=True)
    assert found(unique, STATUS_CREATED) == []
    assert found(STATUS, unique) == [("idx_orders_status", "uq_orders_status", True)]


def test_of_two_unique_ones_that_refuse_the_same_rows_the_constraint_stays() -> None:
    constraint = named(STATUS, "uq_z", is_unique=True, is_needed=True)
    unique = named(STATUS, "uq_a", is_unique=True)
    assert found(constraint, unique) == [("uq_a", "uq_z", True)]
    assert found(constraint, replace(unique, nulls_not_distinct=True)) == []
    assert found(constraint, named(STATUS, "uq_b", is_unique=True, is_needed=True)) == []


def test_included_columns_count() -> None:
    including = named(STATUS, columns=(7, 11))
    assert found(STATUS, including) == [("idx_orders_status", "other", False)]
    assert found(including, STATUS_CREATED) == []
    assert found(including, named(STATUS_CREATED, "wide", columns=(7, 9, 11))) == [("other", "wide", False)]


def test_expressions_and_other_methods_are_redundant_only_when_equal() -> None:
    lower = named(STATUS, "lower", columns=(0,), expressions="({FUNCEXPR})")
    assert found(lower, named(lower, "lower_again")) == [("lower_again", "lower", True)]
    longer = named(lower, "longer", columns=(0, 9), keys=2, classes=("1", "2"), collations=("0", "0"), options=(0, 0))
    assert found(lower, longer) == []
    gin = named(STATUS, "gin", method="gin")
    assert found(gin, named(gin, "gin_again")) == [("gin_again", "gin", True)]
    assert found(gin, named(STATUS_CREATED, "wide", method="gin")) == []
