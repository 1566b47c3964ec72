"""A session, and what each rule of ``sessions`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_interface
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example

_OPENED: Final = datetime(2026, 5, 4, 6, 30, tzinfo=UTC)
_JUST_BEFORE: Final = datetime(2026, 5, 4, 6, 29, 59, 999999, tzinfo=UTC)
_JUST_AFTER: Final = datetime(2026, 5, 4, 6, 30, 0, 1, tzinfo=UTC)
_USED: Final = datetime(2026, 5, 4, 14, 5, tzinfo=UTC)
_HASH: Final = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"

ROW: Final = {
    "id": 88,
    "user_id": 41,
    "refresh_token_hash": _HASH,
    "access_token_jti": "0b9d4a6e-5c1f-4f4e-9d6b-2f8f1c3a7e10",
    "device_fingerprint": "chrome-124-windows-istanbul",
    "user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
    "rotated_from": 87,
    "ip_address": ip_interface("203.0.113.17"),
    "expires_at": datetime(2026, 6, 3, 6, 30, tzinfo=UTC),
    "last_used_at": _USED,
    "revoked_at": None,
    "revocation_reason": None,
    "created_at": _OPENED,
    "version": 3,
    "updated_at": _USED,
}

_REVOKED: Final = {"revoked_at": _USED, "revocation_reason": "logout"}

EXAMPLES: Final = {
    "ck_sessions_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_sessions_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_sessions_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_sessions_updated_after_created": Example({"updated_at": _JUST_BEFORE}, {"updated_at": _OPENED}),
    "ck_sessions_refresh_token_hash_format": Example(
        {"refresh_token_hash": _HASH[:-1]},
        {"refresh_token_hash": "f" * 64},
        (
            {"refresh_token_hash": _HASH.upper()},
            {"refresh_token_hash": _HASH[:-1] + "g"},
            {"refresh_token_hash": _HASH + "0"},
            {"refresh_token_hash": _HASH[:-1] + "\n"},
            {"refresh_token_hash": ""},
        ),
    ),
    "ck_sessions_access_token_jti_length": Example(
        {"access_token_jti": "j" * 256}, {"access_token_jti": "j" * 255}, ({"access_token_jti": ""},)
    ),
    "ck_sessions_device_fingerprint_length": Example(
        {"device_fingerprint": "ç" * 1025}, {"device_fingerprint": "ç" * 1024}, ({"device_fingerprint": ""},)
    ),
    "ck_sessions_user_agent_length": Example(
        {"user_agent": "ö" * 501}, {"user_agent": "ö" * 500}, ({"user_agent": ""},)
    ),
    "ck_sessions_expires_at_finite": Example({"expires_at": END}, {"expires_at": LAST}),
    "ck_sessions_last_used_at_finite": Example(
        {"last_used_at": END}, {"last_used_at": LAST}, ({"last_used_at": BEFORE_FIRST},)
    ),
    "ck_sessions_revoked_at_finite": Example({**_REVOKED, "revoked_at": END}, {**_REVOKED, "revoked_at": LAST}),
    "ck_sessions_expires_future": Example({"expires_at": _OPENED}, {"expires_at": _JUST_AFTER}),
    "ck_sessions_revoked_has_reason": Example(
        {**_REVOKED, "revocation_reason": None}, _REVOKED, ({"revocation_reason": "rotated"},)
    ),
    "ck_sessions_revoked_after_created": Example(
        {**_REVOKED, "revoked_at": _JUST_BEFORE}, {**_REVOKED, "revoked_at": _OPENED}
    ),
    "ck_sessions_not_rotated_from_itself": Example({"rotated_from": 88}, {"rotated_from": 89}),
}
