"""The seats in use are counted: licences of before had a number and no seats."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Backfill

revision = "0018_count_license_seats"
down_revision = "0017_views_and_summary"

_COUNTED = "(SELECT count(*) FROM license_seats AS s WHERE s.license_id = t.id)"

steps = (
    Backfill(
        "count_license_seats",
        "licenses",
        values=(("seats_used", _COUNTED),),
        where=f"t.seats_used <> {_COUNTED}",
    ),
)

upgrade, downgrade = for_alembic(revision, steps, __doc__)
