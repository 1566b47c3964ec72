"""Clusters of their own for these tests: in memory where there is room, and gone when the test ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.embedded_server.clusters import Clusters

if TYPE_CHECKING:
    from collections.abc import Generator


@pytest.fixture
def clusters() -> Generator[Clusters]:
    made = Clusters()
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared() -> Generator[Clusters]:
    """One running server for the tests of a module that only look."""
    made = Clusters()
    made.server().start()
    yield made
    made.close()
