"""What the hash of an audit row covers, and the hash itself.

``chain_hash = hex(SHA-256(UTF-8(prev_chain_hash || canonical_json(o))))``, where ``o`` holds
every column of ``audit_logs`` but the two hashes. The database computes the same in
``compute_audit_chain_hash``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

import orjson

from platform_db.domain.canonical_json import canonical_json, canonical_stored

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic import JsonValue

__all__ = ["COVERED", "STORED_FORM", "address_text", "chain_hash", "covered", "stored_chain_hash"]

Address = IPv4Address | IPv4Interface | IPv4Network | IPv6Address | IPv6Interface | IPv6Network

_IPV4_TAIL_GROUPS: Final = 6


def _decimal(value: object) -> str:
    return str(cast("int", value))


def _text(value: object) -> str:
    return str(cast("str", value))


def _instant(value: object) -> str:
    instant = cast("datetime", value)
    if instant.tzinfo is None:
        message = "created_at needs its time zone"
        raise ValueError(message)
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def address_text(value: object) -> str:
    """``host/masklen`` as PostgreSQL writes it: an IPv6 address that carries an IPv4 one ends in its dotted form."""
    address = cast("Address", value)
    if isinstance(address, IPv4Interface | IPv6Interface):
        host, length = address.ip, address.network.prefixlen
    elif isinstance(address, IPv4Network | IPv6Network):
        host, length = address.network_address, address.prefixlen
    else:
        host, length = address, address.max_prefixlen
    if isinstance(host, IPv6Address):
        packed = host.packed
        groups = [int.from_bytes(packed[place : place + 2]) for place in range(0, 16, 2)]
        zeros = next((place for place, group in enumerate(groups) if group), len(groups))
        tail = IPv4Address(packed[12:])
        if zeros == _IPV4_TAIL_GROUPS:
            return f"::{tail}/{length}"
        if host.ipv4_mapped is not None:
            return f"::ffff:{tail}/{length}"
    return f"{host}/{length}"


def _payload(value: object) -> JsonValue:
    return cast("JsonValue", value)


_FORM: Final[Mapping[str, tuple[Callable[[object], JsonValue], str]]] = MappingProxyType(
    {
        "action": (_text, "action::text"),
        "chain_id": (_decimal, "chain_id::text"),
        "created_at": (_instant, """to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""),
        "entity_id": (_decimal, "entity_id::text"),
        "entity_type": (_text, "entity_type"),
        "event_type": (_text, "event_type"),
        "id": (_decimal, "id::text"),
        "ip_address": (address_text, "host(ip_address) || '/' || masklen(ip_address)"),
        "payload": (_payload, "payload::text"),
        "seq": (_decimal, "seq::text"),
        "session_id": (_decimal, "session_id::text"),
        "user_agent": (_text, "user_agent"),
        "user_id": (_decimal, "user_id::text"),
    }
)
"""Each covered column in canonical key order: how Python and how the server write it.

A column added to ``audit_logs`` later enters here and in the trigger in one revision, and
enters ``o`` only when it is not NULL, so older rows still verify.
"""

COVERED: Final = tuple(_FORM)
"""The columns inside ``o``, in the order in which they are written."""

STORED_FORM: Final = MappingProxyType({column: sql for column, (_, sql) in _FORM.items()})
"""For each covered column the SQL expression that gives its text; the payload's is its jsonb text."""

_PAYLOAD_PLACE: Final = COVERED.index("payload")


def covered(row: Mapping[str, object]) -> dict[str, JsonValue]:
    """The object ``o`` of a row given by its column values; an absent value is null."""
    return {column: None if row[column] is None else write(row[column]) for column, (write, _) in _FORM.items()}


def chain_hash(prev: str, row: Mapping[str, object]) -> str:
    """The hash that the database gave ``row`` behind the hash ``prev``.

    ``row`` has every covered column as the driver reads it: whole numbers, text, an aware
    ``datetime``, an ``ipaddress`` object, the payload as a dict. Other keys are ignored.

    Raises
    ------
    KeyError
        A covered column is absent from ``row``.
    ValueError
        The payload has no canonical form, or ``created_at`` no time zone.
    """
    return sha256(prev.encode() + canonical_json(covered(row))).hexdigest()


def stored_chain_hash(prev: str, texts: Sequence[str | None]) -> str:
    """`chain_hash` of a row given by the texts of ``STORED_FORM``, in this order.

    Raises
    ------
    ValueError
        The payload cannot have come through the audit trigger.
    """
    written: dict[str, object] = dict(zip(COVERED, texts, strict=True))
    payload = texts[_PAYLOAD_PLACE]
    if payload is not None:
        written["payload"] = orjson.Fragment(canonical_stored(payload))
    return sha256(prev.encode() + orjson.dumps(written)).hexdigest()
