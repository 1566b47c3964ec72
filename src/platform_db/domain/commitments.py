"""Salted commitments: what the audit log holds in place of a personal value."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import rfc8785

if TYPE_CHECKING:
    from pydantic import JsonValue

__all__ = ["SALT_BYTES", "commitment"]

SALT_BYTES: Final = 32
_DOMAIN: Final = b"\x03"
"""Separates a commitment from the hashes of the chain and of the Merkle tree."""


def commitment(value: JsonValue, salt: bytes) -> str:
    """SHA-256(0x03 ‖ salt ‖ canonical value) in lower-case hex; the canonical form is RFC 8785.

    Without the salt the value cannot be guessed, however small its domain: erasing value
    and salt erases the person from the log, and the chain still verifies (KVKK art. 7).
    """
    return hashlib.sha256(_DOMAIN + salt + rfc8785.dumps(value)).hexdigest()
