"""Who a transaction acts for, and as which database role."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from platform_db.domain.network import NETWORK_PREFIX, PRODUCT, USER_AGENT_LENGTH
from platform_db.errors import UsageError
from platform_db.schema.roles import Role

__all__ = ["IDENTITY_SETTINGS", "LARGEST_ID", "Identity", "Role"]

LARGEST_ID: Final = 2**63 - 1
"""The largest key of a row."""

IDENTITY_SETTINGS: Final = ("app.user_id", "app.session_id", "app.ip", "app.user_agent")
"""The settings of a transaction that policies and triggers read."""

_PRODUCT: Final = re.compile(PRODUCT)


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


RowId = Annotated[int, Field(strict=True, gt=0, le=LARGEST_ID)]
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
        prefix = NETWORK_PREFIX[self.ip.version]
        return ip_network((self.ip, prefix), strict=False)

    @property
    def product(self) -> str | None:
        """The product name that begins the user agent: what the audit log keeps of it."""
        found = _PRODUCT.match(self.user_agent or "")
        return None if found is None else found.group()

    def settings(self) -> dict[str, str]:
        """Give the values of :data:`IDENTITY_SETTINGS`; absent ones are empty."""
        values = (self.user_id, self.session_id, self.ip, self.user_agent)
        return {
            name: "" if value is None else str(value) for name, value in zip(IDENTITY_SETTINGS, values, strict=True)
        }
