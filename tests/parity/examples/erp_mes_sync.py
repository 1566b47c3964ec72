"""A tie to an ERP's record, and what each rule of ``erp_mes_sync`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_MADE: Final = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
_LATER: Final = datetime(2026, 3, 2, 9, 45, tzinfo=UTC)

ROW: Final = {
    "id": 77,
    "external_system": "logo",
    "direction": "outbound",
    "status": "synced",
    "external_id": "FTR-2026-00431",
    "entity_type": "invoices",
    "entity_id": 700,
    "attempts": 1,
    "next_attempt_at": _MADE,
    "claimed_until": None,
    "last_sync_at": _LATER,
    "last_error": None,
    "payload": {"revision": 3},
    "created_at": _MADE,
    "version": 3,
    "updated_at": _LATER,
}

_CLAIMED: Final = {"status": "in_progress", "claimed_until": _LATER}

EXAMPLES: Final = {
    "ck_erp_mes_sync_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_erp_mes_sync_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_erp_mes_sync_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_erp_mes_sync_updated_after_created": Example(
        {"updated_at": datetime(2026, 3, 2, 9, 14, 59, 999_999, tzinfo=UTC)}, {"updated_at": _MADE}
    ),
    "ck_erp_mes_sync_external_id_length": Example(
        {"external_id": "ö" * 256}, {"external_id": "ö" * 255}, ({"external_id": ""},)
    ),
    "ck_erp_mes_sync_entity_type_length": Example({"entity_type": "e" * 51}, {"entity_type": "e" * 50}),
    "ck_erp_mes_sync_entity_type_format": Example(
        {"entity_type": "Invoices"},
        {"entity_type": "i_9"},
        ({"entity_type": "9i"}, {"entity_type": "_i"}, {"entity_type": "invoices\n"}, {"entity_type": "ürün"}),
    ),
    "ck_erp_mes_sync_attempts_non_negative": Example({"attempts": -1}, {"attempts": 0}),
    "ck_erp_mes_sync_next_attempt_at_finite": Example(
        {"next_attempt_at": BEFORE_FIRST}, {"next_attempt_at": FIRST}, ({"next_attempt_at": END},)
    ),
    "ck_erp_mes_sync_claimed_until_finite": Example(
        {**_CLAIMED, "claimed_until": END},
        {**_CLAIMED, "claimed_until": LAST},
        ({**_CLAIMED, "claimed_until": BEFORE_FIRST},),
    ),
    "ck_erp_mes_sync_last_sync_at_finite": Example(
        {"last_sync_at": END}, {"last_sync_at": LAST}, ({"last_sync_at": BEFORE_FIRST},)
    ),
    "ck_erp_mes_sync_last_error_length": Example(
        {"last_error": "ç" * 1001}, {"last_error": "ç" * 1000}, ({"last_error": ""},)
    ),
    "ck_erp_mes_sync_payload_object": Example({"payload": []}, {"payload": {}}),
    "ck_erp_mes_sync_payload_size": Example({"payload": json_object(65_537)}, {"payload": json_object(65_536)}),
    "ck_erp_mes_sync_synced_has_time": Example({"last_sync_at": None}, {"status": "skipped", "last_sync_at": None}),
    "ck_erp_mes_sync_failed_has_error": Example(
        {"status": "failed"},
        {"status": "failed", "last_error": "zaman aşımı"},
        ({"status": "conflict"}, {"status": "conflict", "last_sync_at": None}),
    ),
    "ck_erp_mes_sync_claimed_when_in_progress": Example(
        {"status": "in_progress"}, _CLAIMED, ({"claimed_until": _LATER}, {"status": "pending", "claimed_until": _LATER})
    ),
}
