"""The erasable side of a commitment, and what each rule of ``audit_personal_data`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example

_COMMITMENT: Final = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
_ERASED: Final = {"salt": None, "value": None, "erased_at": datetime(2036, 3, 2, tzinfo=UTC)}

ROW: Final = {
    "id": 640,
    "commitment": _COMMITMENT,
    "subject_user_id": 41,
    "field": "users.phone",
    "salt": bytes(range(32)),
    "value": "+905321234567",
    "erased_at": None,
    "created_at": datetime(2026, 3, 2, 9, tzinfo=UTC),
}

EXAMPLES: Final = {
    "ck_audit_personal_data_created_at_finite": Example(
        {"created_at": BEFORE_FIRST}, {"created_at": FIRST}, ({"created_at": END},)
    ),
    "ck_audit_personal_data_commitment_format": Example(
        {"commitment": _COMMITMENT[:-1]},
        {"commitment": "0" * 64},
        ({"commitment": _COMMITMENT.upper()}, {"commitment": _COMMITMENT + "\n"}),
    ),
    "ck_audit_personal_data_field_length": Example({"field": "ş" * 101}, {"field": "ş" * 100}, ({"field": ""},)),
    "ck_audit_personal_data_salt_length": Example(
        {"salt": bytes(31)}, {"salt": bytes(32)}, ({"salt": bytes(33)}, {"salt": b""})
    ),
    "ck_audit_personal_data_value_size": Example({"value": "x" * 65_535}, {"value": "x" * 65_534}),
    "ck_audit_personal_data_erased_at_finite": Example(
        {**_ERASED, "erased_at": END}, {**_ERASED, "erased_at": LAST}, ({**_ERASED, "erased_at": BEFORE_FIRST},)
    ),
    "ck_audit_personal_data_erased_is_empty": Example(
        {**_ERASED, "value": False},
        _ERASED,
        ({**_ERASED, "salt": bytes(32)}, {"value": None}, {"salt": None}, {"salt": None, "value": None}),
    ),
}
