"""Addresses as the ``inet`` type keeps them, and how much of a caller the logs keep."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface, ip_interface
from types import MappingProxyType
from typing import Final

__all__ = ["NETWORK_PREFIX", "PRODUCT", "USER_AGENT_LENGTH", "InetAddress", "interface"]

InetAddress = IPv4Interface | IPv6Interface

NETWORK_PREFIX: Final = MappingProxyType({4: 24, 6: 48})
"""Bits of an address, by IP version, that the logs keep of a caller's."""

PRODUCT: Final = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
"""The name that begins a user agent (a token of RFC 9110): what the logs keep of it."""

USER_AGENT_LENGTH: Final = 500
"""Characters of a user agent."""


def interface(value: object) -> object:
    """Read an address or network; an IPv6 zone is refused, because the driver drops it.

    A number, packed bytes or a pair are no address, though :mod:`ipaddress` reads them.
    """
    if isinstance(value, str | IPv4Address | IPv6Address) and not isinstance(value, IPv4Interface | IPv6Interface):
        value = ip_interface(value)
    if value is not None and not isinstance(value, IPv4Address | IPv6Address):
        message = "an address is written as text"
        raise ValueError(message)
    if isinstance(value, IPv6Interface) and value.scope_id is not None:
        message = "an address with a zone cannot be stored"
        raise ValueError(message)
    return value
