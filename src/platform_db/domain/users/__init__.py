"""Accounts: the stored user, and what a caller gives to register or change one."""

from __future__ import annotations

from platform_db.domain.users.inputs import NewUser, ProfileChanges
from platform_db.domain.users.user import Locale, TaxNumberKind, User, UserRole, UserStatus

__all__ = ["Locale", "NewUser", "ProfileChanges", "TaxNumberKind", "User", "UserRole", "UserStatus"]
