"""Attempts to sign in: how many may fail, and how long an account is then locked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from platform_db.domain.rules import Message
from platform_db.domain.users.states import UserStatus
from platform_db.domain.users.user import User
from platform_db.errors import RuleViolation, Violation

__all__ = ["LOCK_POLICY", "MAY_SIGN_IN", "LockPolicy", "LoginState", "demand_may_sign_in", "demand_open"]


@dataclass(frozen=True, slots=True)
class LockPolicy:
    """The failure that makes it ``attempts`` locks the account for ``length``.

    Further failures are counted and do not prolong the lock; the first after it has passed counts as one.
    """

    attempts: int
    length: timedelta


LOCK_POLICY: Final = LockPolicy(attempts=10, length=timedelta(minutes=15))
"""For wrong passwords and for wrong one-time codes, each counted by itself."""

MAY_SIGN_IN: Final = (UserStatus.PENDING, UserStatus.ACTIVE)
"""States in which an account signs in; what a pending one may then do is the service's to say."""


@dataclass(frozen=True, slots=True)
class LoginState:
    """The attempts of an account; ``is_locked`` is by the database's clock, when it was asked.

    ``reset_attempts`` are password resets asked for since the last that succeeded; they are counted and lock nothing.
    """

    user_id: int
    failed_login_attempts: int
    otp_attempts: int
    reset_attempts: int
    locked_until: datetime | None
    is_locked: bool


_LOCKED: Final = Violation(
    rule="users_sign_in_not_locked",
    fields=("locked_until",),
    message=Message(
        "Hesap, başarısız denemeler nedeniyle geçici olarak kilitli",
        "The account is locked for a while after failed attempts",
    ),
    entity=User.entity,
)
_CLOSED: Final = Violation(
    rule="users_sign_in_status",
    fields=("status",),
    message=Message(
        "Askıya alınmış, kapatılmış ya da silinmiş hesapla giriş yapılamaz",
        "A suspended, inactive or deleted account does not sign in",
    ),
    entity=User.entity,
)


def demand_open(status: UserStatus) -> None:
    """Refuse the sign-in of an account that is closed (``users_sign_in_status``)."""
    if status not in MAY_SIGN_IN:
        raise RuleViolation(_CLOSED)


def demand_may_sign_in(status: UserStatus, state: LoginState) -> None:
    """Refuse the sign-in of an account that is closed or locked.

    Raises
    ------
    RuleViolation
        ``users_sign_in_status`` or ``users_sign_in_not_locked``, or both.
    """
    broken = [
        violation
        for violation, is_broken in ((_CLOSED, status not in MAY_SIGN_IN), (_LOCKED, state.is_locked))
        if is_broken
    ]
    if broken:
        raise RuleViolation(*broken)
