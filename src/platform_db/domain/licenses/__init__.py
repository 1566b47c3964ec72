"""Licences: who may use which plan, from when to when, on how many seats."""

from __future__ import annotations

from platform_db.domain.licenses.inputs import NewLicense
from platform_db.domain.licenses.license import License
from platform_db.domain.licenses.states import LICENSE_STATES, LicenseStatus, LicenseType
from platform_db.domain.licenses.terms import months_later

__all__ = ["LICENSE_STATES", "License", "LicenseStatus", "LicenseType", "NewLicense", "months_later"]
