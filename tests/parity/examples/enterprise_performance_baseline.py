"""A measurement, and what each rule of ``enterprise_performance_baseline`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, Example

ROW: Final = {
    "id": 31,
    "metric_name": "index_scan_ms",
    "table_name": "invoices",
    "baseline_value": Decimal("1.75"),
    "measurement_unit": "ms",
    "measurement_date": datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
    "postgresql_version": "17.6",
    "notes": "Warm cache, 100 000 rows.",
}

EXAMPLES: Final = {
    "ck_enterprise_performance_baseline_metric_name_length": Example(
        {"metric_name": "ö" * 256}, {"metric_name": "ö" * 255}, ({"metric_name": ""},)
    ),
    "ck_enterprise_performance_baseline_table_name_length": Example(
        {"table_name": "t" * 256}, {"table_name": "t" * 255}, ({"table_name": ""},)
    ),
    "ck_enterprise_performance_baseline_value_valid": Example(
        {"baseline_value": Decimal(10**14)},
        {"baseline_value": Decimal("99999999999999.999999")},
        (
            {"baseline_value": Decimal(-(10**14))},
            {"baseline_value": Decimal("0.0000001")},
            {"baseline_value": Decimal("NaN")},
            {"baseline_value": Decimal("Infinity")},
            {"baseline_value": Decimal("-Infinity")},
        ),
    ),
    "ck_enterprise_performance_baseline_measurement_unit_length": Example(
        {"measurement_unit": "s" * 51}, {"measurement_unit": "s" * 50}, ({"measurement_unit": ""},)
    ),
    "ck_enterprise_performance_baseline_measurement_date_finite": Example(
        {"measurement_date": BEFORE_FIRST}, {"measurement_date": FIRST, "notes": None}, ({"measurement_date": END},)
    ),
}
