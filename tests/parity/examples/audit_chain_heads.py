"""The head of a chain, and what each rule of ``audit_chain_heads`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, Example

_HASH: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_GENESIS: Final = "0" * 64

ROW: Final = {
    "chain_id": 3,
    "seq": 771,
    "chain_hash": _HASH,
    "updated_at": datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
}

EXAMPLES: Final = {
    "ck_audit_chain_heads_chain_id_range": Example({"chain_id": 16}, {"chain_id": 15}, ({"chain_id": -1},)),
    "ck_audit_chain_heads_seq_non_negative": Example({"seq": -1}, {"seq": 0, "chain_hash": _GENESIS}),
    "ck_audit_chain_heads_chain_hash_format": Example(
        {"chain_hash": _HASH[:-1]},
        {"chain_hash": "a" * 64},
        ({"chain_hash": _HASH.upper()}, {"chain_hash": _HASH + "\n"}, {"chain_hash": _HASH + "0"}),
    ),
    "ck_audit_chain_heads_updated_at_finite": Example(
        {"updated_at": BEFORE_FIRST}, {"updated_at": FIRST}, ({"updated_at": END},)
    ),
    "ck_audit_chain_heads_empty_is_genesis": Example(
        {"seq": 0}, {"seq": 1}, ({"chain_hash": _GENESIS}, {"seq": 1, "chain_hash": _GENESIS})
    ),
}
