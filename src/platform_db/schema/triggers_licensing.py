"""The triggers that keep the seats of a licence counted.

PostgreSQL fires the triggers of one event in the order of their names: ``licenses_guard``
comes before ``licenses_touch``.
"""

from __future__ import annotations

from typing import Final

from platform_db.schema.triggers import Trigger, row_trigger

__all__ = ["LICENSING_TRIGGERS"]

LICENSING_TRIGGERS: Final[tuple[Trigger, ...]] = (
    row_trigger("license_seats_count", "license_seats", "AFTER INSERT OR DELETE", "count_license_seats"),
    row_trigger(
        "licenses_guard", "licenses", "BEFORE INSERT OR UPDATE OF seats_used", "guard_license_seats", always=True
    ),
)
