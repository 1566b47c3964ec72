"""An entry of the log, and what each rule of ``audit_logs`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_interface
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_BEFORE: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_OWN: Final = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
_GENESIS: Final = "0" * 64

ROW: Final = {
    "id": 12_345,
    "chain_id": 3,
    "seq": 771,
    "prev_chain_hash": _BEFORE,
    "chain_hash": _OWN,
    "user_id": 41,
    "action": "update",
    "entity_type": "invoices",
    "entity_id": 700,
    "event_type": "invoice.issued",
    "payload": {"status": {"old": "draft", "new": "issued"}},
    "ip_address": ip_interface("203.0.113.0/24"),
    "user_agent": "Mozilla/5.0",
    "session_id": 88,
    "created_at": datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
}

EXAMPLES: Final = {
    "ck_audit_logs_created_at_finite": Example(
        {"created_at": BEFORE_FIRST}, {"created_at": FIRST}, ({"created_at": END},)
    ),
    "ck_audit_logs_seq_positive": Example({"seq": 0}, {"seq": 1, "prev_chain_hash": _GENESIS}, ({"seq": -1},)),
    "ck_audit_logs_prev_chain_hash_format": Example(
        {"prev_chain_hash": _BEFORE[:-1]},
        {"prev_chain_hash": "f" * 64},
        (
            {"prev_chain_hash": _BEFORE.upper()},
            {"prev_chain_hash": _BEFORE + "\n"},
            {"prev_chain_hash": _GENESIS + "0"},
            {"prev_chain_hash": ""},
        ),
    ),
    "ck_audit_logs_chain_hash_format": Example(
        {"chain_hash": _OWN + "0"},
        {"chain_hash": _GENESIS},
        ({"chain_hash": _OWN.upper()}, {"chain_hash": _OWN[:-1] + "g"}, {"chain_hash": _OWN + "\n"}),
    ),
    "ck_audit_logs_entity_type_length": Example({"entity_type": "e" * 51}, {"entity_type": "e" * 50}),
    "ck_audit_logs_entity_type_format": Example(
        {"entity_type": "Invoices"},
        {"entity_type": "i_9"},
        ({"entity_type": "9i"}, {"entity_type": "_i"}, {"entity_type": "invoices\n"}, {"entity_type": "ıd"}),
    ),
    "ck_audit_logs_event_type_length": Example({"event_type": "e." + "e" * 99}, {"event_type": "e." + "e" * 98}),
    "ck_audit_logs_event_type_format": Example(
        {"event_type": "invoice"},
        {"event_type": "i.i"},
        (
            {"event_type": "invoice."},
            {"event_type": ".issued"},
            {"event_type": "invoice..issued"},
            {"event_type": "invoice.Issued"},
            {"event_type": "invoice.issued\n"},
        ),
    ),
    "ck_audit_logs_payload_object": Example({"payload": []}, {"payload": {}}, ({"payload": "issued"},)),
    "ck_audit_logs_payload_size": Example({"payload": json_object(65_537)}, {"payload": json_object(65_536)}),
    "ck_audit_logs_user_agent_length": Example(
        {"user_agent": "ö" * 501}, {"user_agent": "ö" * 500}, ({"user_agent": ""},)
    ),
    "ck_audit_logs_first_follows_genesis": Example(
        {"seq": 1},
        {"seq": 2, "created_at": LAST},
        ({"seq": 2, "prev_chain_hash": _GENESIS},),
    ),
}
