"""What every integration test begins with."""

from __future__ import annotations

import pytest

from tests.integration import clock


@pytest.fixture(autouse=True)
def _now() -> None:
    """Rows are stored around the beginning of their own test."""
    clock.begin()
