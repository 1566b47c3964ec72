"""A checkpoint, and what each rule of ``audit_checkpoints`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, Example, json_array

_ROOT: Final = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
_BEFORE: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

ROW: Final = {
    "id": 19,
    "tree_size": 12_345,
    "heads": [{"chain_id": 3, "seq": 771, "chain_hash": _BEFORE}],
    "merkle_root": _ROOT,
    "key_id": "audit-2026",
    "prev_merkle_root": _BEFORE,
    "signature": bytes(range(64)),
    "created_at": datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
}

EXAMPLES: Final = {
    "ck_audit_checkpoints_created_at_finite": Example(
        {"created_at": BEFORE_FIRST}, {"created_at": FIRST}, ({"created_at": END},)
    ),
    "ck_audit_checkpoints_tree_size_non_negative": Example({"tree_size": -1}, {"tree_size": 0, "heads": []}),
    "ck_audit_checkpoints_heads_array": Example({"heads": {}}, {"heads": []}, ({"heads": "3"},)),
    "ck_audit_checkpoints_heads_size": Example({"heads": json_array(65_537)}, {"heads": json_array(65_536)}),
    "ck_audit_checkpoints_merkle_root_format": Example(
        {"merkle_root": _ROOT[:-1]},
        {"merkle_root": "f" * 64},
        ({"merkle_root": _ROOT.upper()}, {"merkle_root": _ROOT + "\n"}, {"merkle_root": _ROOT + "0"}),
    ),
    "ck_audit_checkpoints_key_id_length": Example({"key_id": "k" * 101}, {"key_id": "k" * 100}, ({"key_id": ""},)),
    "ck_audit_checkpoints_prev_merkle_root_format": Example(
        {"prev_merkle_root": "g" * 64},
        {"prev_merkle_root": None},
        ({"prev_merkle_root": _BEFORE[:-1]}, {"prev_merkle_root": _BEFORE.upper()}, {"prev_merkle_root": ""}),
    ),
    "ck_audit_checkpoints_signature_length": Example(
        {"signature": bytes(63)}, {"signature": bytes(64)}, ({"signature": bytes(65)}, {"signature": b""})
    ),
}
