"""Accounts: the stored user, and what a caller gives to register or change one."""

from __future__ import annotations

from platform_db.domain.users.consents import Consent
from platform_db.domain.users.inputs import NewUser, ProfileChanges
from platform_db.domain.users.sign_in import LOCK_POLICY, LockPolicy, LoginState
from platform_db.domain.users.states import GRACE, USER_STATES, UserRole, UserStatus
from platform_db.domain.users.user import Locale, TaxNumberKind, User

__all__ = [
    "GRACE",
    "LOCK_POLICY",
    "USER_STATES",
    "Consent",
    "Locale",
    "LockPolicy",
    "LoginState",
    "NewUser",
    "ProfileChanges",
    "TaxNumberKind",
    "User",
    "UserRole",
    "UserStatus",
]
