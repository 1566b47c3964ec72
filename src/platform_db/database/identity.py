"""Who a transaction acts for, and as which database role."""

from __future__ import annotations

import re
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from platform_db.errors import UsageError

__all__ = ["Identity", "Role"]

USER_AGENT_LENGTH: Final = 500
_NETWORK_PREFIX: Final = {4: 24, 6: 48}
_PRODUCT: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A token of RFC 9110, as record_row_change reads it."""

_LARGEST_ID: Final = 2**63 - 1


class Role(StrEnum):
    """The roles that a transaction can take; a login is a member of those it may take."""

    APP = "platform_app"
    WORKER = "platform_worker"
    OWNER = "platform_owner"
    READONLY = "platform_readonly"
    AUDITOR = "platform_auditor"


def _storable(text: str) -> str | None:
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        message = "holds a character that PostgreSQL cannot store"
        raise ValueError(message)
    return text[:USER_AGENT_LENGTH] or None


def _without_zone(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return IPv6Address(int(address))
    return address


def _empty_is_absent(value: object) -> object:
    return None if value == "" else value


RowId = Annotated[int, Field(strict=True, gt=0, le=_LARGEST_ID)]
Address = Annotated[IPv4Address | IPv6Address, AfterValidator(_without_zone)]
UserAgent = Annotated[str, AfterValidator(_storable)]


class Identity(BaseModel):
    """The signed-in person of a transaction, and where the request came from.

    Row security lets ``user_id`` see its own rows; all four are written into the audit
    log. ``user_agent`` is cut to 500 characters, since a browser's header is not the
    user's mistake; U+0000 and lone surrogates are refused. An IPv6 zone is dropped.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    user_id: RowId
    session_id: RowId | None = None
    ip: Annotated[Address | None, BeforeValidator(_empty_is_absent)] = None
    user_agent: UserAgent | None = None

    @classmethod
    def of(cls, who: Identity | int) -> Identity:
        """Give ``who`` as an identity.

        Raises
        ------
        UsageError
            A number that cannot be a user's id.
        """
        if isinstance(who, Identity):
            return who
        try:
            return cls(user_id=who)
        except ValidationError:
            message = "as_user takes an Identity or a user's id: a whole number from 1 to 2^63 - 1"
        raise UsageError(message)

    @property
    def network(self) -> IPv4Network | IPv6Network | None:
        """The caller's network, /24 or /48: what the audit log keeps of the address."""
        if self.ip is None:
            return None
        prefix = _NETWORK_PREFIX[self.ip.version]
        return ip_network((self.ip, prefix), strict=False)

    @property
    def product(self) -> str | None:
        """The product name that begins the user agent: what the audit log keeps of it."""
        found = _PRODUCT.match(self.user_agent or "")
        return None if found is None else found.group()

    def settings(self) -> dict[str, str]:
        """Give the transaction settings that policies and triggers read; absent ones are empty."""
        return {
            "app.user_id": str(self.user_id),
            "app.session_id": "" if self.session_id is None else str(self.session_id),
            "app.ip": "" if self.ip is None else str(self.ip),
            "app.user_agent": self.user_agent or "",
        }
