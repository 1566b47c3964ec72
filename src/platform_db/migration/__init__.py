"""Migrations: which revision a database has, and how it gets another.

Runs Alembic's own revisions (``migrations/`` of a checkout, ``platform_db/_migrations`` of
an installed package) inside this process; no ``alembic.ini`` and no shell is needed.
"""

from __future__ import annotations

from platform_db.migration.head import Revision, Status, status
from platform_db.migration.location import migrations_directory
from platform_db.migration.lock import WAIT_SECONDS
from platform_db.migration.plan import Plan, plan
from platform_db.migration.rehearsal import rehearse
from platform_db.migration.runner import BASE, HEAD, Applied, Options, Outcome, down, sql, up

__all__ = [
    "BASE",
    "HEAD",
    "WAIT_SECONDS",
    "Applied",
    "Options",
    "Outcome",
    "Plan",
    "Revision",
    "Status",
    "down",
    "migrations_directory",
    "plan",
    "rehearse",
    "sql",
    "status",
    "up",
]
