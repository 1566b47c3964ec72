"""Refused writes: one in 78 seconds over a little more than ninety days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from tests.plans.evidence import Evidence, Fill

FILL: Final = Fill({"id": "i", "occurred_at": "now() - (100001 - i) * interval '78 seconds'"})
EVIDENCE: Final = {
    "idx_constraint_violations_occurred_at": (
        Evidence(
            "constraint_violations.counts",
            lambda work: work.constraint_violations.counts(datetime.now(UTC) - timedelta(hours=6)),
        ),
        Evidence("constraint_violations.page()", lambda work: work.constraint_violations.page()),
        Evidence("constraint_violations.due_for_deletion", lambda work: work.constraint_violations.due_for_deletion()),
        Evidence("constraint_violations.delete_old", lambda work: work.constraint_violations.delete_old()),
    ),
}
