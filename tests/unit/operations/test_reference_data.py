"""What the package gives an installation: every row is true by its table's rules, and known by its natural key."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pytest
import sqlalchemy as sa

from platform_db.domain.law import exemptions, rates, withholding
from platform_db.domain.machines import Machine, MachineType
from platform_db.domain.tools import Tool
from platform_db.errors import RuleViolation
from platform_db.operations.reference_data.reference import Reference
from platform_db.operations.reference_data.references import INSTALLATION, LAW
from platform_db.schema.machines import machines

if TYPE_CHECKING:
    from platform_db.operations.reference_data.reference import Record

EVERY: Final = {reference.name: reference for reference in (*LAW, *INSTALLATION)}

each_reference: Final = pytest.mark.parametrize("reference", EVERY.values(), ids=EVERY)


def machine_with(**values: object) -> Reference:
    """The first machine alone, with other values."""
    record: Record = {**next(iter(EVERY["machines"].records())), **values}
    return Reference(machines, ("name",), lambda: (record,))


def test_so_many_rows_are_given() -> None:
    assert {name: len(reference.rows) for name, reference in EVERY.items()} == {
        "kdv_rates": 12,
        "withholding_codes": 59,
        "exemption_codes": 113,
        "machines": 3,
        "materials": 5,
        "tools": 2,
        "enterprise_config": 6,
        "enterprise_performance_baseline": 5,
    }


@each_reference
def test_a_natural_key_names_one_row(reference: Reference) -> None:
    keys = [reference.key_of(row) for row in reference.rows]
    assert len(set(keys)) == len(keys)


@each_reference
def test_a_natural_key_is_unique_in_the_table_too(reference: Reference) -> None:
    # A baseline is measured again and again; only the first row of a metric is given.
    declared = {
        tuple(item.columns.keys()) for item in reference.table.constraints if isinstance(item, sa.UniqueConstraint)
    }
    assert (reference.key in declared) == (reference.name != "enterprise_performance_baseline")


@each_reference
def test_every_column_that_the_server_does_not_make_is_given(reference: Reference) -> None:
    made = {"id", "created_at", "version", "updated_at", "measurement_date", "postgresql_version"}
    assert set(reference.columns) == set(reference.table.columns.keys()) - made


def test_the_rows_that_broke_their_own_rules_are_corrected() -> None:
    by_name = {row.name: row for row in EVERY["machines"].rows if isinstance(row, Machine)}
    lathe, printer = by_name["DMG MORI NLX 2500"], by_name["Prusa i3 MK3S+"]
    assert (lathe.type, lathe.axes) == (MachineType.LATHE, 2)
    assert (printer.type, printer.spindle_max_rpm) == (MachineType.PRINTER_3D, None)
    assert (lathe.hourly_rate_cents, printer.hourly_rate_cents) == (12_000, 2_500)


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"spindle_max_rpm": 0}, "ck_machines_spindle_rpm_positive"),
        ({"axes": 2}, "ck_machines_axes_valid"),
        ({"work_envelope_x_mm": Decimal("0.005")}, "ck_machines_envelope_x_positive"),
        ({"hourly_rate_cents": -1}, "ck_machines_hourly_rate_non_negative"),
    ],
)
def test_a_record_that_breaks_a_rule_is_refused_by_its_name(values: Record, rule: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        _ = machine_with(**values).rows
    assert [violation.rule for violation in refused.value.violations] == [rule]


def test_only_what_the_package_gives_is_compared() -> None:
    reference = EVERY["tools"]
    row = reference.rows[0]
    stored = row.model_copy(
        update={"id": 9, "version": 4, "quantity_available": 0, "helix_angle_deg": Decimal(38), "cost_cents": 20_000}
    )
    assert isinstance(stored, Tool)
    assert reference.differing(row, stored) == ("cost_cents",)


def test_a_baseline_is_never_different() -> None:
    reference = EVERY["enterprise_performance_baseline"]
    row = reference.rows[0]
    assert reference.differing(row, row.model_copy(update={"baseline_value": Decimal(35), "notes": None})) == ()


def test_the_law_is_given_as_the_package_calculates_with_it_unverified_marks_included() -> None:
    given = {
        name: [getattr(row, "is_verified", None) for row in EVERY[name].rows]
        for name in ("kdv_rates", "withholding_codes", "exemption_codes")
    }
    assert given == {
        "kdv_rates": [row.is_verified for row in rates.rows()],
        "withholding_codes": [row.is_verified for row in withholding.rows()],
        "exemption_codes": [row.is_verified for row in exemptions.rows()],
    }
    assert {name: marks.count(False) for name, marks in given.items()} == {
        "kdv_rates": 7,
        "withholding_codes": 29,
        "exemption_codes": 2,
    }
