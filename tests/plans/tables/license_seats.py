"""Seats: four a licence; found by the constraint's own index."""

from __future__ import annotations

from typing import Final

from tests.plans.evidence import Fill

FILL: Final = Fill({"id": "i", "license_id": "i % 25000 + 1", "holder": "'user:' || i"})
EVIDENCE: Final[dict[str, tuple[()]]] = {}
