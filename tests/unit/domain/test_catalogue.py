"""What comes into the catalogue is judged by its tables' rules, prices in lira."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest
from moneyed import Money

from platform_db.domain.catalogue import NewRow, pieces
from platform_db.domain.machines import Machine, MachineType, NewMachine
from platform_db.domain.materials import Material, MaterialCategory, NewMaterial
from platform_db.domain.measures import Part
from platform_db.domain.money import Currency
from platform_db.domain.products import NewProduct, Product, ProductStatus
from platform_db.domain.tools import NewTool, Tool, ToolType
from platform_db.errors import RuleViolation

LINES: Final[list[tuple[type[NewRow], dict[str, object], str]]] = [
    (
        NewMachine,
        {
            "name": "Dik işleme 1",
            "type": "mill_3axis",
            "axes": 3,
            "post_processor": "fanuc",
            "spindle_max_rpm": 8000,
            **{f"work_envelope_{axis}_mm": "500" for axis in "xyz"},
        },
        "hourly_rate",
    ),
    (NewMaterial, {"category": "bronze", "name": "CuSn8"}, "cost_per_kg"),
    (NewTool, {"name": "Rayba H7", "type": "reamer"}, "cost"),
    (NewProduct, {"sku": "RAYBA-H7", "name": "Rayba H7"}, "sale_price"),
]
each_line = pytest.mark.parametrize(("kind", "line", "price"), LINES, ids=[kind.entity for kind, _, _ in LINES])


@each_line
def test_a_price_is_stored_in_minor_units(kind: type[NewRow], line: dict[str, object], price: str) -> None:
    for given in (Decimal("12.5"), "12.50", Money("12.50", "TRY")):
        new = kind.parse({**line, price: given})
        assert new.columns[f"{price}_cents"] == 1250
        assert price not in new.columns


@each_line
def test_a_price_is_no_float_and_no_whole_number(kind: type[NewRow], line: dict[str, object], price: str) -> None:
    for given, rule in ((12.5, "amount_type"), (12, "amount_type"), ("12.505", "amount_places")):
        with pytest.raises(RuleViolation) as refused:
            kind.parse({**line, price: given})
        assert (refused.value.rule, refused.value.fields) == (rule, (price,))


@each_line
def test_a_price_of_another_currency_names_it(kind: type[NewRow], line: dict[str, object], price: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        kind.parse({**line, price: Money("12.50", "EUR")})
    new = kind.parse({**line, "currency": "EUR", price: Money("12.50", "EUR")})

    assert refused.value.rule == "amount_currency"
    assert (new.columns["currency"], new.columns[f"{price}_cents"]) == (Currency.EUR, 1250)


@each_line
def test_every_broken_rule_is_told_by_its_constraint(kind: type[NewRow], line: dict[str, object], price: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        kind.parse({**line, "name": "", price: Decimal("-0.01")})

    named = {broken.rule for broken in refused.value.violations}
    assert f"ck_{kind.entity}_name_length" in named
    assert len([rule for rule in named if rule.endswith("_non_negative")]) == 1


@each_line
def test_a_copy_is_judged_by_what_it_holds(kind: type[NewRow], line: dict[str, object], price: str) -> None:
    new = kind.parse({**line, price: "12.50"})

    copy = new.model_copy(update={"name": "Başka"})

    assert (new.columns["name"], copy.columns["name"]) == (line["name"], "Başka")
    with pytest.raises(RuleViolation):
        _ = new.model_copy(update={"name": ""}).columns


@each_line
def test_what_was_given_is_told_from_defaults(kind: type[NewRow], line: dict[str, object], price: str) -> None:
    assert kind.parse({**line, price: None}).given == {*line, f"{price}_cents"}


def test_every_column_that_is_not_the_servers_can_be_given() -> None:
    server = {"id", "created_at", "updated_at", "version"}
    for kind, model, others in (
        (NewMachine, Machine, set[str]()),
        (NewMaterial, Material, set[str]()),
        (NewTool, Tool, set[str]()),
        (NewProduct, Product, {"deleted_at"}),
    ):
        assert set(kind.written()) == set(model.model_fields) - server - others


def test_rules_over_several_fields_are_judged() -> None:
    with pytest.raises(RuleViolation) as refused:
        NewMachine(
            name="Torna 1",
            type=MachineType.MILL_5AXIS,
            axes=4,
            post_processor="fanuc",
            work_envelope_x_mm=Decimal(1),
            work_envelope_y_mm=Decimal(1),
            work_envelope_z_mm=Decimal(1),
        )

    assert [broken.rule for broken in refused.value.violations] == [
        "ck_machines_axes_valid",
        "ck_machines_cutting_machine_has_spindle",
    ]


def test_measures_are_exact() -> None:
    with pytest.raises(RuleViolation) as refused:
        NewTool(name="Rayba", type=ToolType.REAMER, diameter_mm=Decimal("8.0001"))
    steel = NewMaterial(category=MaterialCategory.STEEL_TOOL, name="X40", density_g_cm3=Decimal("7.850"))

    assert refused.value.rule == "ck_tools_diameter_positive"
    assert str(steel.columns["density_g_cm3"]) == "7.85"


def test_what_is_on_sale_has_a_price() -> None:
    for price, rule in ((None, "ck_products_on_sale_has_price"), (Decimal(0), "ck_products_available_has_price")):
        with pytest.raises(RuleViolation) as refused:
            NewProduct(sku="A", name="A", status=ProductStatus.AVAILABLE, sale_price=price)
        assert refused.value.rule == rule


@pytest.mark.parametrize("quantity", [0, -1, 2**31, True, 1.0, "1", None])
def test_pieces_are_counted_in_whole_numbers(quantity: object) -> None:
    with pytest.raises(RuleViolation) as refused:
        pieces("tools", quantity)  # pyright: ignore[reportArgumentType] - a caller without types

    assert (refused.value.rule, refused.value.entity) == ("tools_pieces", "tools")


def test_pieces_up_to_what_a_column_counts() -> None:
    assert [pieces("tools", quantity) for quantity in (1, 2**31 - 1)] == [1, 2**31 - 1]


@pytest.mark.parametrize("side", ["0", "-1", "NaN", "10000000", "0.0001"])
def test_a_part_has_sides_above_zero_to_the_micrometre(side: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        Part.parse({"x_mm": Decimal(1), "y_mm": Decimal(side), "z_mm": Decimal(1)})

    assert refused.value.fields == ("y_mm",)
