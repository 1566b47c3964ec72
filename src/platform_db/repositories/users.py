"""Accounts: registered, found, changed with a version, listed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final, cast

import sqlalchemy as sa
from pydantic import AwareDatetime

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction, AuditEntry
from platform_db.domain.fields import Instant, Json
from platform_db.domain.identity import email_address, turkish_phone
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import changed_fields
from platform_db.domain.users import NewUser, ProfileChanges, User, UserRole, UserStatus
from platform_db.domain.users.user import TaxNumber
from platform_db.repositories.audit_logs import Personal
from platform_db.repositories.filters import NEWEST_FIRST, Filter, Listing, at_least, contains, equal, labelled
from platform_db.repositories.paging import Key
from platform_db.repositories.payloads import before_and_after
from platform_db.repositories.rows import Rows
from platform_db.repositories.sweeps import Sweep, longer_ago
from platform_db.schema.users import users

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["UserFilter", "UserRepository"]

_ROWS: Final = Rows(users, User, "user")
_ENTITY: Final = User.entity

_BY_EMAIL: Final = Statement(
    sa.select(users).where(
        sa.func.lower(users.c.email) == sa.func.lower(sa.collate(sa.bindparam("email", type_=sa.Text()), "C"))
    ),
)
_BY_PHONE: Final = Statement(sa.select(users).where(users.c.phone == sa.bindparam("phone", type_=sa.Text())))
_REGISTER: Final = Statement(
    sa.insert(users)
    .values({name: sa.bindparam(name, type_=users.c[name].type) for name in NewUser.model_fields})
    .returning(*users.c),
)

PERSONAL: Final = frozenset(
    {"email", "phone", "full_name", "company_name", "tax_number", "tax_office", "address", "metadata"}
)
"""Values that the audit log keeps as commitments only."""


class UserFilter(Filter):
    """Which users a list holds; what is not given, or None, does not restrict.

    ``preferences`` are a part of ``metadata`` that a user has (``@>``); ``signed_in_since`` is inclusive.
    """

    role: UserRole | None = None
    status: UserStatus | None = None
    tax_number: TaxNumber = None
    preferences: Annotated[JsonObject | None, Json()] = None
    signed_in_since: Annotated[AwareDatetime | None, Instant()] = None


_LISTING: Final = Listing(
    users,
    User,
    NEWEST_FIRST,
    {
        **{name: equal(name) for name in ("role", "status", "tax_number")},
        "preferences": contains("metadata", "preferences"),
        "signed_in_since": at_least("last_login_at", "signed_in_since"),
    },
)
_EVERY: Final = UserFilter()
_LOCKED: Final = Listing(
    users,
    User,
    (Key("locked_until", nullable=False), Key("id")),
    {},
    name="locked",
    only=(lambda table: table.c.locked_until > sa.func.now(),),
)

_GRACE: Final = timedelta(days=30)
"""How long a deleted account keeps its personal data."""

_TO_ANONYMISE: Final = Sweep(
    users,
    User,
    labelled("status", UserStatus.DELETED)(users),
    users.c.anonymised_at.is_(None),
    longer_ago(_GRACE, users.c.deleted_at),
    order=(users.c.deleted_at, users.c.id),
)


class UserRepository:
    """Users of the platform. Belongs to one unit of work and never commits."""

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        self._executor = executor
        self._audit = audit

    async def register(self, new: NewUser) -> User:
        """Add a user, pending until verified.

        Raises
        ------
        AlreadyExists
            The e-mail address (without regard to case) or the phone number is in use; ``fields`` says which.
        NotAllowed
            The unit of work acts for a user: registration is background work (``platform_worker``).
        """
        values = {name: getattr(new, name) for name in NewUser.model_fields}
        row = await self._executor.fetch_row(_REGISTER, values)
        assert row is not None  # noqa: S101 - INSERT … RETURNING gives its row or raises
        user = _ROWS.read(row)
        self._record(AuditAction.USER_CREATE, "user.registered", user, {}, values)
        return user

    async def get(self, user_id: int) -> User:
        """The user of this id.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return await _ROWS.get(self._executor, user_id)

    async def by_email(self, email: str) -> User:
        """The user of this address, whatever its case; any way of writing it that e-mail allows.

        Raises
        ------
        NotFound
            Nobody uses it.
        IdentityError
            The text is no address.
        """
        return _ROWS.found(await self._executor.fetch_row(_BY_EMAIL, {"email": email_address(email)}))

    async def by_phone(self, phone: str) -> User:
        """The user of this Turkish number, in any way of writing it (``0532 …``, ``+90 532 …``).

        Raises
        ------
        NotFound
            Nobody uses it.
        IdentityError
            The text is no Turkish number.
        """
        return _ROWS.found(await self._executor.fetch_row(_BY_PHONE, {"phone": turkish_phone(phone)}))

    async def change(self, user: User, changes: ProfileChanges) -> User:
        """Change a user's data, if nobody changed it since ``user`` was read.

        Only the fields that were given change; ``None`` given on purpose is stored. The
        whole resulting row is judged by every rule before anything is sent.

        Raises
        ------
        RuleViolation
            The resulting row would break a rule.
        StaleVersion
            The row moved on; read it again and decide anew.
        NotFound
            There is no such user any more, or this identity may not see it.
        AlreadyExists
            The phone number is in use.
        """
        wanted = {name: value for name, value in changed_fields(changes).items() if value != getattr(user, name)}
        if not wanted:
            return user
        User.parse({**dict(user), **wanted})
        changed = await _ROWS.change(self._executor, user, wanted)
        before = {name: getattr(user, name) for name in wanted}
        self._record(AuditAction.USER_UPDATE, "user.changed", changed, before, wanted)
        return changed

    async def page(self, chosen: UserFilter = _EVERY, *, after: str | None = None, limit: int = 50) -> Page[User]:
        """Users, newest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _LISTING.page(self._executor, chosen, after=after, limit=limit)

    async def count(self, chosen: UserFilter = _EVERY) -> int:
        """How many users there are; reads each of them."""
        return await _LISTING.count(self._executor, chosen)

    async def locked(self, *, after: str | None = None, limit: int = 50) -> Page[User]:
        """Accounts that are locked now, by the database's clock; first those whose lock ends first.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list.
        """
        return await _LOCKED.page(self._executor, Filter(), after=after, limit=limit)

    async def due_for_anonymising(self, limit: int = 100) -> tuple[User, ...]:
        """Accounts deleted more than 30 days ago that still hold personal data, longest ago first (KVKK art. 7).

        For background work (platform_worker). ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await _TO_ANONYMISE.batch(self._executor, limit)

    def _record(
        self, action: AuditAction, event: str, user: User, before: Mapping[str, object], after: Mapping[str, object]
    ) -> None:
        sides = {"before": before, "after": after}
        plain = [{name: value for name, value in side.items() if name not in PERSONAL} for side in sides.values()]
        personal = {
            f"{side}.{name}": cast("JsonValue", value)
            for side, values in sides.items()
            for name, value in values.items()
            if name in PERSONAL
        }
        entry = AuditEntry.parse(
            {
                "action": action,
                "entity_type": _ENTITY,
                "entity_id": user.id,
                "event_type": event,
                "payload": before_and_after(*plain),
            }
        )
        self._audit.record(entry, Personal(user.id, personal))
