"""The lists of accounts: all of them by a filter, and those that are locked; and how many there are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import sqlalchemy as sa
from pydantic import AwareDatetime

from platform_db.domain.fields import Instant, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.rules import Message
from platform_db.domain.users import GRACE, User, UserRole, UserStatus
from platform_db.domain.users.user import TaxNumber
from platform_db.repositories.filters import NEWEST_FIRST, Filter, Listing, at_least, contains, equal, labelled
from platform_db.repositories.paging import Key
from platform_db.repositories.sweeps import Sweep, longer_ago
from platform_db.schema.users import users

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LISTING", "LOCKED", "TO_ANONYMISE", "UserCounts", "UserFilter"]

_SEARCHED: Final = Text(
    max=200,
    not_blank=True,
    name="search_not_blank",
    message=Message("Aranan metin boş olamaz", "The text to search for must not be blank"),
)


class UserFilter(Filter):
    """Which users a list holds; what is not given, or None, does not restrict.

    ``mentions`` is a part of the e-mail address or of the full name, ``begins`` the beginning of either;
    both without regard to case, where İ, I, ı and i are one letter. ``preferences`` are a part of
    ``metadata`` that a user has (``@>``); ``signed_in_since`` is inclusive.
    """

    role: UserRole | None = None
    status: UserStatus | None = None
    tax_number: TaxNumber = None
    mentions: Annotated[str | None, _SEARCHED] = None
    begins: Annotated[str | None, _SEARCHED] = None
    preferences: Annotated[JsonObject | None, Json()] = None
    signed_in_since: Annotated[AwareDatetime | None, Instant()] = None


_CAPITALS: Final = "İIıÇĞÖŞÜÂÎÛ"
_SMALL: Final = "iiiçğöşüâîû"


def _folded(text: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The text in small letters; the Turkish ones by name, because lower() knows them by the database's locale only."""
    letters = (sa.literal_column(f"'{written}'", sa.Text()) for written in (_CAPITALS, _SMALL))
    return sa.func.lower(sa.func.translate(text, *letters))


_SEARCHABLE: Final = (_folded(sa.collate(users.c.email, "default")), _folded(users.c.full_name))


def _mentions(table: sa.Table) -> sa.ColumnElement[bool]:
    del table
    sought = _folded(sa.bindparam("mentions", type_=sa.Text()))
    return sa.or_(*(sa.func.strpos(text, sought) > 0 for text in _SEARCHABLE))


def _begins(table: sa.Table) -> sa.ColumnElement[bool]:
    del table
    sought = _folded(sa.bindparam("begins", type_=sa.Text()))
    return sa.or_(*(sa.func.starts_with(text, sought) for text in _SEARCHABLE))


LISTING: Final = Listing(
    users,
    User,
    NEWEST_FIRST,
    {
        **{name: equal(name) for name in ("role", "status", "tax_number")},
        "mentions": _mentions,
        "begins": _begins,
        "preferences": contains("metadata", "preferences"),
        "signed_in_since": at_least("last_login_at", "signed_in_since"),
    },
)
LOCKED: Final = Listing(
    users,
    User,
    (Key("locked_until", nullable=False), Key("id")),
    {},
    name="locked",
    only=(lambda table: table.c.locked_until > sa.func.now(),),
)
TO_ANONYMISE: Final = Sweep(
    users,
    User,
    labelled("status", UserStatus.DELETED)(users),
    users.c.anonymised_at.is_(None),
    longer_ago(GRACE, users.c.deleted_at),
    order=(users.c.deleted_at, users.c.id),
)


@dataclass(frozen=True, slots=True)
class UserCounts:
    """How many accounts there are of each role in each status; what there is none of is left out.

    >>> counts = UserCounts({(UserRole.ADMIN, UserStatus.ACTIVE): 2, (UserRole.ADMIN, UserStatus.DELETED): 1})
    >>> counts.by_role[UserRole.ADMIN], counts.by_status[UserStatus.ACTIVE], counts.total
    (3, 2, 3)
    """

    of: Mapping[tuple[UserRole, UserStatus], int]

    @property
    def by_role(self) -> Mapping[UserRole, int]:
        """How many of each role, whatever their status; zero for one that nobody has."""
        found: Counter[UserRole] = Counter()
        for (role, _), count in self.of.items():
            found[role] += count
        return found

    @property
    def by_status(self) -> Mapping[UserStatus, int]:
        """How many in each status, whatever their role; zero for one that nobody is in."""
        found: Counter[UserStatus] = Counter()
        for (_, status), count in self.of.items():
            found[status] += count
        return found

    @property
    def total(self) -> int:
        """How many in all."""
        return sum(self.of.values())
