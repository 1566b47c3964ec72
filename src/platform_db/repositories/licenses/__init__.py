"""Licences and their seats: assigned, changed, renewed ahead, expired; taken and released."""

from __future__ import annotations

from platform_db.repositories.licenses.listing import LicenseFilter
from platform_db.repositories.licenses.renewal import Renewal
from platform_db.repositories.licenses.repository import LicenseRepository

__all__ = ["LicenseFilter", "LicenseRepository", "Renewal"]
