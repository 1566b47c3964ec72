"""The rows that an installation begins with: machines, materials, tools, settings, baselines, and the tax law.

A workshop's rows and settings are its own once they are stored: :func:`seed` adds what is
missing and reports what differs, :func:`update` also sets what differs to the package's
values. The law tables are the package's: both make them equal to it, because the database
judges invoices by them. Nothing is ever deleted.
"""

from __future__ import annotations

from platform_db.operations.reference_data.report import Difference, SeedReport, TableReport
from platform_db.operations.reference_data.seeding import seed, update

__all__ = ["Difference", "SeedReport", "TableReport", "seed", "update"]
