"""A machine, and what each rule of ``machines`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Changes, Example, json_object

_SET_UP: Final = datetime(2026, 1, 5, 8, tzinfo=UTC)
_CHANGED: Final = datetime(2026, 2, 1, 9, tzinfo=UTC)

ROW: Final = {
    "id": 3,
    "name": "Dik işleme 1",
    "manufacturer": "Örnek Tezgâh",
    "model": "DM-500",
    "type": "mill_3axis",
    "axes": 3,
    "work_envelope_x_mm": Decimal("660.4"),
    "work_envelope_y_mm": Decimal("355.6"),
    "work_envelope_z_mm": Decimal(508),
    "spindle_max_rpm": 8100,
    "spindle_power_kw": Decimal("22.4"),
    "tool_capacity": 20,
    "controller": "NGC",
    "post_processor": "generic_mill",
    "hourly_rate_cents": 15_000,
    "currency": "TRY",
    "specifications": {"coolant": True},
    "is_active": True,
    "created_at": _SET_UP,
    "version": 2,
    "updated_at": _CHANGED,
}


def _measure(column: str) -> Example:
    """A measure above zero in ten digits, two of them decimals."""
    refused = ("0", "-0.01", "100000000.01", "0.005", "NaN", "Infinity")
    return Example(
        {column: Decimal(100_000_000)},
        {column: Decimal("99999999.99")},
        tuple({column: Decimal(each)} for each in refused),
    )


_WITHOUT_SPINDLE: Final[Changes] = {"spindle_max_rpm": None, "axes": 3}

EXAMPLES: Final = {
    "ck_machines_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_machines_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_machines_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_machines_updated_after_created": Example(
        {"created_at": _SET_UP, "updated_at": datetime(2026, 1, 5, 7, 59, 59, 999999, tzinfo=UTC)},
        {"created_at": _SET_UP, "updated_at": _SET_UP},
    ),
    "ck_machines_name_length": Example({"name": "ş" * 256}, {"name": "ş" * 255}, ({"name": ""},)),
    "ck_machines_manufacturer_length": Example(
        {"manufacturer": "Ü" * 101}, {"manufacturer": "Ü" * 100}, ({"manufacturer": ""},)
    ),
    "ck_machines_model_length": Example({"model": "M" * 101}, {"model": "M" * 100}, ({"model": ""},)),
    "ck_machines_envelope_x_positive": _measure("work_envelope_x_mm"),
    "ck_machines_envelope_y_positive": _measure("work_envelope_y_mm"),
    "ck_machines_envelope_z_positive": _measure("work_envelope_z_mm"),
    "ck_machines_spindle_rpm_positive": Example({"spindle_max_rpm": 0}, {"spindle_max_rpm": 1}),
    "ck_machines_spindle_power_positive": _measure("spindle_power_kw"),
    "ck_machines_tool_capacity_positive": Example({"tool_capacity": 0}, {"tool_capacity": 1}),
    "ck_machines_controller_length": Example(
        {"controller": "K" * 101}, {"controller": "K" * 100}, ({"controller": ""},)
    ),
    "ck_machines_post_processor_length": Example(
        {"post_processor": "p" * 101}, {"post_processor": "p" * 100}, ({"post_processor": ""},)
    ),
    "ck_machines_hourly_rate_non_negative": Example({"hourly_rate_cents": -1}, {"hourly_rate_cents": 0}),
    "ck_machines_specifications_object": Example({"specifications": ["coolant"]}, {"specifications": {}}),
    "ck_machines_specifications_size": Example(
        {"specifications": json_object(65_537)}, {"specifications": json_object(65_536)}
    ),
    "ck_machines_axes_valid": Example(
        {"type": "mill_5axis", "axes": 4},
        {"type": "mill_5axis", "axes": 5},
        (
            {"type": "mill_3axis", "axes": 2},
            {"type": "mill_4axis", "axes": 3},
            {"type": "lathe", "axes": 1},
            {"type": "turn_mill", "axes": 10},
        ),
    ),
    "ck_machines_cutting_machine_has_spindle": Example(
        {**_WITHOUT_SPINDLE, "type": "router"},
        {**_WITHOUT_SPINDLE, "type": "3d_printer"},
        tuple({**_WITHOUT_SPINDLE, "type": each} for each in ("mill_3axis", "lathe", "turn_mill", "grinder", "swiss")),
    ),
}
