"""What may become of an account: decisions over frozen values, before any statement.

Each function gives the columns that the operation writes, or refuses under the name that the
database would refuse by. Stamps are the database's clock's; they are written by the statements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from platform_db.domain.columns import columns_of, differing, folded
from platform_db.domain.models import changed_fields
from platform_db.domain.rules import Message
from platform_db.domain.users.inputs import NewEmail, ProfileChanges
from platform_db.domain.users.states import GRACE, USER_STATES, UserRole, UserStatus
from platform_db.domain.users.user import User
from platform_db.errors import RuleViolation, StaleVersion, Violation

__all__ = [
    "Retention",
    "Surroundings",
    "activated",
    "ceases_to_administrate",
    "clearance_set",
    "closed",
    "deleted",
    "demand_admin_left",
    "demand_anonymisable",
    "demand_consent",
    "demand_other_person",
    "email_changed",
    "hashed",
    "moved",
    "profile_changed",
    "reactivated",
    "restored",
    "role_set",
    "scored",
    "verified_already",
]

_Password: Final = columns_of(User, ("password_hash",))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the server knows beside the row: whether it is who acts, and whether there is another active admin."""

    is_self: bool
    another_admin: bool


@dataclass(frozen=True, slots=True)
class Retention:
    """Why a deleted account may still be kept, by the database's clock."""

    grace_is_over: bool
    has_open_invoice: bool


# -- profile ---------------------------------------------------------------------------


def profile_changed(user: User, patch: ProfileChanges) -> dict[str, object]:
    """What differs from the row; a new phone number is not a verified one.

    Raises
    ------
    RuleViolation
        The resulting row would break a rule.
    """
    wanted = differing(user, changed_fields(patch))
    cleared = {"phone_verified_at": None} if "phone" in wanted else {}
    judged = user.checked({**wanted, **cleared})
    return {name: judged[name] for name in wanted}


def email_changed(user: User, email: str) -> dict[str, object]:
    """The address as it is stored, where it differs.

    Raises
    ------
    RuleViolation
        The text is no address; the account is anonymised.
    """
    wanted = NewEmail.parse({"email": email}).email
    return {} if wanted == user.email else user.checked({"email": wanted, "email_verified_at": None})


def verified_already(user: User, what: Literal["email", "phone"], proved: str) -> User:
    """The account, when just this address or number was verified before; addresses are one in any ASCII case.

    Raises
    ------
    StaleVersion
        It has another one by now.
    """
    current: str | None = getattr(user, what)
    stamp = getattr(user, f"{what}_verified_at")
    if current is None or stamp is None or folded(current) != folded(proved):
        message = f"the {what} that was proved is not the account's any more: read it again"
        raise StaleVersion(message, entity=User.entity, fields=(what,))
    return user


def hashed(password_hash: str) -> dict[str, object]:
    """A password's hash, argon2id or bcrypt.

    Raises
    ------
    RuleViolation
        It is no such hash (``ck_users_password_hash_format``); the text is in no message.
    """
    if password_hash is None:  # pyright: ignore[reportUnnecessaryComparison] - untyped callers
        raise RuleViolation(_no_hash())
    _Password.parse({"password_hash": password_hash})
    return {"password_hash": password_hash}


def clearance_set(user: User, level: int) -> dict[str, object]:
    """The clearance, 1 to 5, where it differs."""
    return {} if level == user.security_clearance_level else user.checked({"security_clearance_level": level})


def scored(user: User, points: int) -> dict[str, object]:
    """The standing, 0 to 100, where it differs."""
    return {} if points == user.performance_score else user.checked({"performance_score": points})


# -- status ----------------------------------------------------------------------------


def activated(user: User) -> dict[str, object]:
    """A pending account begins."""
    return _from(user, {UserStatus.PENDING}, UserStatus.ACTIVE)


def reactivated(user: User) -> dict[str, object]:
    """A suspended or inactive account goes on."""
    return _from(user, {UserStatus.SUSPENDED, UserStatus.INACTIVE}, UserStatus.ACTIVE)


def restored(user: User) -> dict[str, object]:
    """A deleted account comes back, inactive; whether its grace is over is the server's to say."""
    if user.status is not UserStatus.DELETED:
        raise RuleViolation(_refusal("transition_allowed"))
    return user.checked({"status": UserStatus.INACTIVE, "deleted_at": None})


def moved(user: User, status: UserStatus) -> dict[str, object]:
    """The status, where it differs.

    Raises
    ------
    RuleViolation
        ``ck_users_transition_allowed``.
    """
    if not USER_STATES.may_become(user.status, status):
        raise RuleViolation(_refusal("transition_allowed"))
    return {} if user.status is status else user.checked({"status": status})


def closed(user: User) -> dict[str, object]:
    """The account closes; a deleted one is restored instead (``ck_users_transition_allowed``)."""
    if user.status is UserStatus.DELETED:
        raise RuleViolation(_refusal("transition_allowed"))
    return moved(user, UserStatus.INACTIVE)


def deleted(user: User) -> dict[str, object]:
    """The account is deleted; its stamp is the database's clock's, and judged there."""
    return {} if user.status is UserStatus.DELETED else {"status": UserStatus.DELETED}


def _from(user: User, sources: set[UserStatus], status: UserStatus) -> dict[str, object]:
    if user.status is not status and user.status not in sources:
        raise RuleViolation(_refusal("transition_allowed"))
    return moved(user, status)


# -- role ------------------------------------------------------------------------------


def role_set(user: User, role: UserRole) -> dict[str, object]:
    """The role, where it differs."""
    return {} if user.role is role else user.checked({"role": role})


def ceases_to_administrate(user: User, changes: Mapping[str, object]) -> bool:
    """Whether an active administrator would be none after these changes."""
    after = {"role": user.role, "status": user.status, **changes}
    return _administers(user.role, user.status) and not _administers(after["role"], after["status"])


def demand_other_person(around: Surroundings) -> None:
    """Refuse that somebody changes the own role (``ck_users_own_role_is_kept``)."""
    if around.is_self:
        raise RuleViolation(_refusal("own_role_is_kept"))


def demand_admin_left(user: User, changes: Mapping[str, object], around: Surroundings) -> None:
    """Refuse that the last active administrator ceases to be one (``ck_users_last_admin_is_kept``)."""
    if ceases_to_administrate(user, changes) and not around.another_admin:
        raise RuleViolation(_refusal("last_admin_is_kept"))


def _administers(role: object, status: object) -> bool:
    return role == UserRole.ADMIN and status == UserStatus.ACTIVE


# -- personal data ---------------------------------------------------------------------


def demand_consent(user: User, purpose: str) -> None:
    """Refuse to withdraw what was never given (``users_consent_was_given``)."""
    if purpose not in user.consents:
        raise RuleViolation(_NEVER_GIVEN)


def demand_anonymisable(user: User, retention: Retention) -> None:
    """Refuse to erase what the law or a debt still keeps (KVKK art. 7, VUK art. 253).

    Raises
    ------
    RuleViolation
        With each reason: not deleted (``ck_users_anonymised_after_deleted``), within the grace
        (``users_grace_is_over``), an open invoice (``users_no_open_invoice``).
    """
    if user.deleted_at is None:
        rule = next(rule for rule in User.rules if rule.name == "anonymised_after_deleted")
        raise RuleViolation(rule.violation(User.entity))
    broken = [
        violation
        for violation, is_kept in ((_IN_GRACE, not retention.grace_is_over), (_OWES, retention.has_open_invoice))
        if is_kept
    ]
    if broken:
        raise RuleViolation(*broken)


_IN_GRACE: Final = Violation(
    rule="users_grace_is_over",
    fields=("deleted_at",),
    message=Message(
        f"Hesap silindikten {GRACE.days} gün sonra anonimleştirilir",
        f"An account is anonymised {GRACE.days} days after it was deleted",
    ),
    entity=User.entity,
)
_OWES: Final = Violation(
    rule="users_no_open_invoice",
    fields=(),
    message=Message("Hesabın açık faturası var", "The account has an open invoice"),
    entity=User.entity,
)
_NEVER_GIVEN: Final = Violation(
    rule="users_consent_was_given",
    fields=("consents",),
    message=Message("Bu amaç için verilmiş bir rıza yok", "No consent was given for this purpose"),
    entity=User.entity,
)


def _no_hash() -> Violation:
    rule = next(rule for rule in User.all_rules() if rule.name == "password_hash_format")
    return rule.violation(User.entity)


def _refusal(name: str) -> Violation:
    return next(guard for guard in User.all_guards() if guard.name == name).violation(User.entity)
