"""Webhook events: one of each of 95,000 payments; two in a thousand are still to be applied, none is to go."""

from __future__ import annotations

from typing import Final

from tests.plans.evidence import Evidence, Fill

_CREATED: Final = "(now() - (100001 - i) * interval '5 minutes')"
_STATUS: Final = "(CASE i % 1000 WHEN 0 THEN 'received' WHEN 1 THEN 'failed' ELSE 'processed' END)"

FILL: Final = Fill(
    {
        "id": "i",
        "event_id": "'evt_' || i",
        "payment_id": "CASE WHEN i % 20 <> 0 THEN i END",
        "status": f"{_STATUS}::webhook_event_status",
        "attempts": f"CASE {_STATUS} WHEN 'received' THEN 0 WHEN 'failed' THEN 3 ELSE 1 END",
        "last_error": f"CASE {_STATUS} WHEN 'failed' THEN 'Ödeme kaydı henüz yok' END",
        "processed_at": f"CASE {_STATUS} WHEN 'processed' THEN {_CREATED} END",
        "created_at": _CREATED,
        "updated_at": _CREATED,
    },
)

EVIDENCE: Final = {
    "idx_payment_webhook_events_open": (
        Evidence("payment_webhook_events.claim", lambda work: work.payment_webhook_events.claim(10)),
        Evidence("payment_webhook_events.left_open", lambda work: work.payment_webhook_events.left_open()),
    ),
    "idx_payment_webhook_events_payment_id": (
        Evidence("payment_webhook_events.of_payment", lambda work: work.payment_webhook_events.of_payment(77)),
    ),
    "idx_payment_webhook_events_processed_at": (
        Evidence("payment_webhook_events.delete_old", lambda work: work.payment_webhook_events.delete_old()),
    ),
}
