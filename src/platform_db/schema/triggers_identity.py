"""The triggers that guard accounts: the last administrator, and what is verified.

PostgreSQL fires the triggers of one event in the order of their names.
"""

from __future__ import annotations

from typing import Final

from platform_db.domain.users import UserRole, UserStatus
from platform_db.schema.routines_engineering import changed
from platform_db.schema.triggers import Trigger

__all__ = ["IDENTITY_TRIGGERS"]


def _administers(row: str) -> str:
    return f"{row}.role = '{UserRole.ADMIN}' AND {row}.status = '{UserStatus.ACTIVE}'"


def _guard(name: str, columns: str, condition: str, call: str) -> Trigger:
    sql = (
        f"CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON users FOR EACH ROW WHEN ({condition}) "
        f"EXECUTE FUNCTION {call}"
    )
    return Trigger(name, "users", sql, always=True)


IDENTITY_TRIGGERS: Final[tuple[Trigger, ...]] = (
    _guard("users_clear_verification", "email, phone", changed(("email", "phone")), "clear_verification()"),
    _guard(
        "users_last_admin_is_kept",
        "role, status",
        f"{_administers('OLD')} AND NOT ({_administers('NEW')})",
        "guard_last_admin()",
    ),
)
