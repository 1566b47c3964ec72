"""What a caller gives to open a session or to rotate its token, and the terms of both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, cast

from pydantic import Field, model_validator

from platform_db.domain.models import InputModel
from platform_db.domain.sessions.session import (
    AccessTokenJti,
    DeviceFingerprint,
    IpAddress,
    RefreshTokenHash,
    UserAgent,
    UserId,
)
from platform_db.domain.sessions.tokens import token_hash

__all__ = ["NewSession", "NextToken", "SessionPolicy"]

_TOKEN: Final = "refresh_token"  # noqa: S105 - a field's name


class SessionPolicy(InputModel):
    """How many sessions a user may have at once, and how long a refresh token lives.

    ``lifetime`` counts from the opening or rotation, by the database's clock.
    """

    entity = "sessions"

    live_sessions: int = Field(default=10, ge=1, le=1000)
    lifetime: timedelta = Field(default=timedelta(hours=168), gt=timedelta(0), le=timedelta(days=365))


class _WithToken(InputModel):
    """Given a refresh token, it holds the token's SHA-256 only: no repr, dump, pickle or error has the token."""

    entity = "sessions"

    refresh_token_hash: RefreshTokenHash = Field(alias=_TOKEN)
    access_token_jti: AccessTokenJti = None
    ip_address: IpAddress = None
    user_agent: UserAgent = None

    @model_validator(mode="before")
    @classmethod
    def _keep_no_token(cls, given: object) -> object:
        # Before the fields are judged: an error about another field quotes the whole input.
        if not isinstance(given, Mapping) or _TOKEN not in given:
            return cast("object", given)
        fields = cast("Mapping[str, object]", given)
        return {**fields, _TOKEN: token_hash(fields[_TOKEN])}


class NewSession(_WithToken):
    """A sign-in of a user. ``refresh_token`` is the token itself; its SHA-256 is what is kept.

    >>> new = NewSession(user_id=7, refresh_token="correct-horse-battery-staple-9999")
    >>> "correct-horse" in repr(new), len(new.refresh_token_hash)
    (False, 64)

    Raises
    ------
    RuleViolation
        When it is made: the token is not 32 to 4096 printable ASCII characters.
    """

    user_id: UserId
    device_fingerprint: DeviceFingerprint = None


class NextToken(_WithToken):
    """The token that follows one, and from where it was asked for.

    The device stays the session's; so do address and user agent where None is given.

    Raises
    ------
    RuleViolation
        When it is made: the token is not 32 to 4096 printable ASCII characters.
    """
