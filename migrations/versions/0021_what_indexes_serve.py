"""What two indexes serve, said as it is."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Comment

revision = "0021_what_indexes_serve"
down_revision = "0020_drop_idx_licenses_user_id"

steps = (
    Comment.on_index(
        "licenses",
        "idx_licenses_user_status_ends",
        "The active licence of a user now, all of a user's licences, and the foreign key to users.",
        former="The active licence of a user now.",
    ),
    Comment.on_index(
        "invoices",
        "idx_invoices_status",
        "How many invoices are in a status.",
        former="the worker's lists by status",
    ),
)

upgrade, downgrade = for_alembic(revision, steps, __doc__)
