"""What an account may do, which state it is in, and what may become of that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from platform_db.domain.changes import ChangeRule, StateMachine, judged_by_the_server
from platform_db.domain.rules import Guard, Message

__all__ = ["CHANGE_RULES", "GRACE", "GUARDS", "USER_STATES", "UserRole", "UserStatus"]


class UserRole(StrEnum):
    """What an account may do: four roles of the platform, two of the shop, one of no person."""

    ADMIN = "admin"
    ENGINEER = "engineer"
    OPERATOR = "operator"
    VIEWER = "viewer"
    BUYER = "buyer"
    VENDOR = "vendor"
    SYSTEM = "system"


class UserStatus(StrEnum):
    """The one source of an account's state; a temporary lock is ``locked_until``."""

    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    INACTIVE = "inactive"
    DELETED = "deleted"


_S = UserStatus

USER_STATES: Final = StateMachine(
    "status",
    {
        _S.PENDING: {_S.ACTIVE, _S.SUSPENDED, _S.INACTIVE, _S.DELETED},
        _S.ACTIVE: {_S.SUSPENDED, _S.INACTIVE, _S.DELETED},
        _S.SUSPENDED: {_S.ACTIVE, _S.INACTIVE, _S.DELETED},
        _S.INACTIVE: {_S.ACTIVE, _S.SUSPENDED, _S.DELETED},
        _S.DELETED: {_S.INACTIVE},
    },
    Message("Hesap bu durumdan o duruma geçemez", "The account cannot go from this state to that"),
)
"""A deleted account comes back as inactive: whoever restores it decides again whether it may sign in."""

GRACE: Final = timedelta(days=30)
"""How long a deleted account keeps its personal data, and can be restored."""

GUARDS: Final = (
    Guard(
        "last_admin_is_kept",
        ("role", "status"),
        Message(
            "Son etkin yönetici rolünü ve etkinliğini korur",
            "The last active administrator keeps the role and stays active",
        ),
    ),
)
"""What the server alone can judge: who else there is."""


def _anonymised_is_final(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    return before["anonymised_at"] is None or all(before[name] == after[name] for name in ("anonymised_at", "email"))


CHANGE_RULES: Final = (
    USER_STATES.rule,
    ChangeRule(
        "anonymised_is_final",
        ("anonymised_at", "email"),
        _anonymised_is_final,
        (
            "OLD.anonymised_at IS NULL OR "
            "(NEW.anonymised_at, NEW.email) IS NOT DISTINCT FROM (OLD.anonymised_at, OLD.email)"
        ),
        Message("Anonimleştirme geri alınamaz", "What was anonymised stays so"),
    ),
    judged_by_the_server(
        "own_role_is_kept",
        ("role",),
        "NEW.role = OLD.role OR OLD.id IS DISTINCT FROM nullif(current_setting('app.user_id', true), '')::bigint",
        Message("Kimse kendi rolünü değiştiremez", "Nobody changes their own role"),
    ),
    judged_by_the_server(
        "restored_within_grace",
        ("deleted_at",),
        f"NEW.deleted_at IS NOT NULL OR OLD.deleted_at >= now() - interval '{GRACE.days} days'",
        Message(
            f"Silinen hesap yalnız {GRACE.days} gün içinde geri alınabilir",
            f"A deleted account can be restored within {GRACE.days} days only",
        ),
    ),
)
