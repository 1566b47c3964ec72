"""Ties to other systems: one in a hundred waits, one in two hundred is being tried, the rest agrees."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from tests.plans.evidence import Evidence, Fill

FILL: Final = Fill(
    {
        "id": "i",
        "external_id": "'FTR-' || i",
        "status": (
            "(CASE WHEN i % 100 = 3 THEN 'pending' WHEN i % 1000 = 4 THEN 'failed' WHEN i % 200 = 5 THEN 'in_progress' "
            "ELSE 'synced' END)::sync_status"
        ),
        "entity_id": "i / 2",
        "next_attempt_at": "now() - interval '1 day' + i * interval '1 second'",
        "claimed_until": "CASE WHEN i % 200 = 5 THEN now() + (i - 5000) * interval '1 second' END",
        "last_sync_at": "CASE WHEN i % 100 <> 3 THEN now() - i * interval '1 minute' END",
        "last_error": "CASE WHEN i % 1000 = 4 THEN 'Bağlantı kurulamadı' END",
    },
)
EVIDENCE: Final = {
    "idx_erp_mes_sync_claimed_until": (
        Evidence("erp_mes_sync.abandoned", lambda work: work.erp_mes_sync.abandoned()),
        Evidence("erp_mes_sync.release_abandoned", lambda work: work.erp_mes_sync.release_abandoned()),
    ),
    "idx_erp_mes_sync_entity": (
        Evidence("erp_mes_sync.of_entity", lambda work: work.erp_mes_sync.of_entity("invoices", 700)),
    ),
    "idx_erp_mes_sync_last_sync": (
        Evidence("erp_mes_sync.stale", lambda work: work.erp_mes_sync.stale(timedelta(days=60))),
    ),
    "idx_erp_mes_sync_status": (
        Evidence("erp_mes_sync.claim", lambda work: work.erp_mes_sync.claim(10, timedelta(minutes=1))),
    ),
}
