"""The outbox: one event in fifty waits, one in five hundred is being delivered; few kept long enough."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from platform_db.repositories.outbox_events import OutboxFilter
from tests.plans.evidence import Evidence, Fill

FILL: Final = Fill(
    {
        "id": "i",
        "event_id": "gen_random_uuid()",
        "aggregate_type": "(ARRAY['invoices', 'payments', 'users', 'orders'])[1 + i % 4]",
        "aggregate_id": "i / 16",
        "available_at": "now() - (100001 - i) * interval '6.1 seconds'",
        "claimed_until": "CASE WHEN i % 500 = 0 THEN now() + interval '5 minutes' END",
        "delivered_at": "CASE WHEN i % 50 > 0 THEN now() - (100001 - i) * interval '6.1 seconds' END",
    },
)
EVIDENCE: Final = {
    "idx_outbox_events_aggregate": (
        Evidence(
            "outbox_events.page(aggregate)",
            lambda work: work.outbox_events.page(OutboxFilter(aggregate_type="payments", aggregate_id=70)),
        ),
    ),
    "idx_outbox_events_available": (
        Evidence("outbox_events.claim", lambda work: work.outbox_events.claim(10, timedelta(minutes=1))),
    ),
    "idx_outbox_events_delivered_at": (
        Evidence("outbox_events.due_for_deletion", lambda work: work.outbox_events.due_for_deletion()),
        Evidence("outbox_events.delete_old", lambda work: work.outbox_events.delete_old()),
    ),
}
