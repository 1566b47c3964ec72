"""Commitments to personal values: the log keeps those, ``audit_personal_data`` the values until they are erased."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from platform_db.domain.canonical_json import canonical_json

if TYPE_CHECKING:
    from pydantic import JsonValue

__all__ = ["SALT_BYTES", "commit", "new_salt"]

SALT_BYTES: Final = 32
_DOMAIN: Final = b"\x03"
"""Sets these hashes apart from all others of the log."""


def new_salt() -> bytes:
    """A fresh random salt; each committed value needs its own."""
    return secrets.token_bytes(SALT_BYTES)


def commit(value: JsonValue, salt: bytes) -> str:
    """The commitment to ``value``: lower-case hex of SHA-256(0x03 ‖ salt ‖ canonical value).

    Without the salt nobody can try values against it: once salt and value are erased the
    commitment says nothing, and the chain that holds it still verifies (KVKK art. 7).

    Raises
    ------
    ValueError
        The salt has not 32 bytes, or the value no canonical form.

    Examples
    --------
    >>> commit("+90 532 000 00 00", bytes(32))[:16]
    'f6768696ba8cd7f3'
    """
    if len(salt) != SALT_BYTES:
        message = f"a salt has {SALT_BYTES} bytes"
        raise ValueError(message)
    return sha256(_DOMAIN + salt + canonical_json(value)).hexdigest()
