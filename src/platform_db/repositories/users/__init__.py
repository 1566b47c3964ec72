"""Accounts: registered, found, changed, moved, locked, erased."""

from __future__ import annotations

from platform_db.repositories.users.listing import UserCounts, UserFilter
from platform_db.repositories.users.repository import UserRepository

__all__ = ["UserCounts", "UserFilter", "UserRepository"]
