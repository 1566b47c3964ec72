"""A setting, and what each rule of ``enterprise_config`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example

_MADE: Final = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)

ROW: Final = {
    "id": 6,
    "config_key": "audit.retention_days",
    "config_value": "3653",
    "config_type": "integer",
    "description": "Days that entries of the log are kept.",
    "is_sensitive": False,
    "environment": "production",
    "created_at": _MADE,
    "version": 2,
    "updated_at": datetime(2026, 3, 3, 8, tzinfo=UTC),
}

_TEXT: Final = {"config_type": "string", "config_value": "Ankara"}
_SECRET: Final = {"config_type": "encrypted", "config_value": "k1.c2FsdA.Z2l6bGk", "is_sensitive": True}


def _integer(value: str) -> dict[str, object]:
    return {"config_type": "integer", "config_value": value}


def _secret(value: str) -> dict[str, object]:
    return {**_SECRET, "config_value": value}


EXAMPLES: Final = {
    "ck_enterprise_config_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_enterprise_config_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_enterprise_config_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_enterprise_config_updated_after_created": Example(
        {"updated_at": datetime(2026, 3, 2, 9, 14, 59, 999_999, tzinfo=UTC)}, {"updated_at": _MADE}
    ),
    "ck_enterprise_config_config_key_length": Example({"config_key": "a" * 256}, {"config_key": "a" * 255}),
    "ck_enterprise_config_config_key_format": Example(
        {"config_key": "Audit.enabled"},
        {"config_key": "a.b9_.c"},
        (
            {"config_key": "audit."},
            {"config_key": ".audit"},
            {"config_key": "audit..enabled"},
            {"config_key": "9audit"},
            {"config_key": "audit enabled"},
            {"config_key": "audit.enabled\n"},
            {"config_key": "ölçüm"},
        ),
    ),
    "ck_enterprise_config_valid_config_type": Example(
        {"config_type": "float"},
        _TEXT,
        ({"config_type": "Integer"}, {"config_type": ""}, {"config_type": "integer\n"}),
    ),
    "ck_enterprise_config_valid_environment": Example(
        {"environment": "prod"},
        {"environment": "staging"},
        ({"environment": "PRODUCTION"}, {"environment": ""}),
    ),
    "ck_enterprise_config_value_matches_type": Example(
        _integer("3653 gün"),
        _integer("-999999999999999999"),
        (
            _integer(""),
            _integer("03"),
            _integer("-0"),
            _integer("1.0"),
            _integer("+1"),
            _integer("12\n"),
            _integer("1000000000000000000"),
            {"config_type": "boolean", "config_value": "True"},
            {"config_type": "boolean", "config_value": "1"},
            {"config_type": "boolean", "config_value": "true\n"},
            _secret("açık metin"),
            _secret("c2FsdA"),
            _secret("k1."),
            _secret("k1..c2FsdA"),
            _secret("k1.c2FsdA=="),
            _secret("k1.c2FsdA\n"),
        ),
    ),
    "ck_enterprise_config_encrypted_is_sensitive": Example(
        {**_SECRET, "is_sensitive": False}, _SECRET, ({"is_sensitive": True}, {**_TEXT, "is_sensitive": True})
    ),
}
