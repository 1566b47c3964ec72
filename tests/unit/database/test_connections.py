"""A connection that cannot even roll back is cut, and what went wrong before it is what the caller sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.database.connections import Connections

if TYPE_CHECKING:
    from platform_db.database.driver import DriverConnection, DriverPool


class Failing:
    """A connection that says what the driver says when its server was killed, and the pool it belongs to."""

    def __init__(self, answer: Exception) -> None:
        self.answer = answer
        self.is_cut = False
        self.is_back = False

    def is_closed(self) -> bool:
        return self.is_cut

    def terminate(self) -> None:
        self.is_cut = True

    async def execute(self, query: str, *, timeout: float) -> str:  # noqa: ASYNC109 - the driver's own parameter
        del query, timeout
        raise self.answer

    async def release(self, connection: object) -> None:
        assert connection is self
        self.is_back = True


@pytest.mark.parametrize(
    "answer",
    [
        asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
        ConnectionResetError(),
    ],
    ids=lambda answer: type(answer).__name__,
)
async def test_a_rollback_that_fails_cuts_the_connection_and_raises_nothing(answer: Exception) -> None:
    failing = Failing(answer)
    connections = Connections(cast("DriverPool", failing), wait=1, command_timeout=1)

    await connections.roll_back(cast("DriverConnection", failing))

    assert (failing.is_cut, failing.is_back) == (True, True)
