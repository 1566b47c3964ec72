"""The indexes that nothing needed: what they were, and what serves their queries."""

from __future__ import annotations

from typing import Final

__all__ = ["GONE"]

GONE: Final[dict[str, tuple[str, str]]] = {
    "idx_users_role": (
        "users (role)",
        (
            "The first column of `idx_users_role_status`, which the planner takes for counts by role even while both "
            "are there (672 kB each at 100,000 rows)."
        ),
    ),
    "idx_licenses_user_id": (
        "licenses (user_id)",
        (
            "The first column of `idx_licenses_user_status_ends`: a user's licences cost 23.77 with it and 23.76 with "
            "this one (1,152 kB at 100,000 rows), and the foreign key to users keeps its index."
        ),
    ),
    "idx_jobs_user_id": (
        "jobs (user_id)",
        (
            "The first column of `idx_jobs_user_type_status`, which takes over every plan at the same cost "
            "(362.03 for 361.90) and the foreign key to users."
        ),
    ),
}
