"""The calculator's bounds are those of the stored columns, as whole numbers; nothing it gives can be changed."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from platform_db.domain.fields import Numeric
from platform_db.domain.invoices import calculation
from platform_db.domain.invoices.calculation.bounds import Scaled
from platform_db.domain.invoices.calculation.working_line import WorkingLine

if TYPE_CHECKING:
    from types import ModuleType


@pytest.mark.parametrize(
    ("column", "least", "most"),
    [
        pytest.param(Numeric(places=2, gt=3, lt=7, name="between"), 301, 699, id="exclusive"),
        pytest.param(Numeric(places=2, ge=2, le=5, name="within"), 200, 500, id="inclusive"),
        pytest.param(Numeric(places=2, ge=Decimal("0.5"), le=Decimal("2.25"), name="exact"), 50, 225, id="decimals"),
        pytest.param(Numeric(places=2, gt=Decimal("0.5"), lt=Decimal(1), name="part"), 51, 99, id="exclusive decimals"),
        pytest.param(Numeric(places=2, le=0, name="nothing"), 0, 0, id="from 0 without a lower bound"),
    ],
)
def test_a_column_s_bounds_are_counted_in_units(column: Numeric, least: int, most: int) -> None:
    assert Scaled.of(column, exponent=2) == Scaled(exponent=2, places=2, least=least, most=most)


def modules() -> list[ModuleType]:
    names = [each.name for each in pkgutil.iter_modules(calculation.__path__)]
    return [importlib.import_module(f"{calculation.__name__}.{name}") for name in names]


KINDS: list[type[Any]] = [
    kind
    for module in modules()
    for kind in vars(module).values()
    if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == module.__name__ and kind is not WorkingLine
]


@pytest.mark.parametrize("kind", KINDS, ids=[kind.__name__ for kind in KINDS])
def test_what_is_given_is_frozen(kind: type[Any]) -> None:
    value = object.__new__(kind)
    with pytest.raises(AttributeError, match="cannot assign to field"):
        setattr(value, fields(kind)[0].name, None)
