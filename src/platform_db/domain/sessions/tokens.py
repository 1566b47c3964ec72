"""Refresh tokens: judged, and turned into the only form that is kept."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from platform_db.errors import Message, RuleViolation, Violation

__all__ = ["SHORTEST_TOKEN", "token_hash"]

SHORTEST_TOKEN: Final = 32
"""Characters of a refresh token; fewer could be guessed."""

_LONGEST: Final = 4096
_TOKEN: Final = re.compile(f"[\x20-\x7e]{{{SHORTEST_TOKEN},{_LONGEST}}}")
_REFUSED: Final = Violation(
    rule="sessions_refresh_token_format",
    fields=("refresh_token",),
    message=Message(
        f"Yenileme belirteci {SHORTEST_TOKEN} ile {_LONGEST} arası yazdırılabilir ASCII karakterdir",
        f"A refresh token is {SHORTEST_TOKEN} to {_LONGEST} printable ASCII characters",
    ),
    entity="sessions",
)


def token_hash(token: object) -> str:
    """The SHA-256 of a refresh token, in hex: what the database keeps and looks for.

    Unsalted, so that a session is found by it; a token of 32 random characters needs no salt.

    Raises
    ------
    RuleViolation
        The token is not 32 to 4096 printable ASCII characters (RFC 6749 A.17); it is not quoted.

    Examples
    --------
    >>> token_hash("correct-horse-battery-staple-9999")[:16]
    '24677b884559da4a'
    """
    if not isinstance(token, str) or _TOKEN.fullmatch(token) is None:
        raise RuleViolation(_REFUSED)
    return hashlib.sha256(token.encode()).hexdigest()
