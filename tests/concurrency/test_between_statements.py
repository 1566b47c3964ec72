"""What changes between two statements of one operation: it says "try again"."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
import pytest_asyncio

from platform_db.domain.jobs import JobType, NewJob
from platform_db.errors import SerializationFailure, StaleVersion
from tests.concurrency.test_notifications import new
from tests.raw import Raw, connect

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from platform_db.database import Executor, Row, Statement
    from tests.concurrency.crowd import Crowd


@pytest_asyncio.fixture(loop_scope="session")
async def other(crowd: Crowd) -> AsyncGenerator[Raw]:
    """Somebody else's connection."""
    connection = await connect(crowd.url)
    await connection.execute("SET ROLE platform_worker")
    yield connection
    await connection.close()


class Between:
    """An executor behind whose first row somebody else does something, once."""

    def __init__(self, executor: Executor, other: Raw, act: str) -> None:
        self._executor = executor
        self._other = other
        self._act: str | None = act

    async def fetch_row(self, statement: Statement, parameters: Mapping[str, object]) -> Row | None:
        row = await self._executor.fetch_row(statement, parameters)
        if self._act is not None:
            act, self._act = self._act, None
            assert not (await self._other.execute(act)).endswith(" 0")
        return row

    def __getattr__(self, name: str) -> object:
        return getattr(self._executor, name)


def interrupted(repository: object, other: Raw, act: str) -> None:
    """Let ``act`` happen behind the next statement of the repository."""
    part = cast("dict[str, Executor]", vars(repository))
    part["_executor"] = cast("Executor", Between(part["_executor"], other, act))


async def test_a_job_that_was_deleted_while_it_was_asked_for_again(crowd: Crowd, other: Raw) -> None:
    asked = NewJob(user_id=crowd.users[0], type=JobType.SIM_RUN, idempotency_key="siparis-9001")
    async with crowd.database.unit_of_work() as work:
        assert (await work.jobs.enqueue(asked)).is_new
    async with crowd.database.unit_of_work() as work:
        interrupted(work.jobs, other, "DELETE FROM jobs")
        with pytest.raises(SerializationFailure, match="was deleted while it was asked for again"):
            await work.jobs.enqueue(asked)


async def test_a_notification_that_was_pruned_while_it_was_sent_again(crowd: Crowd, other: Raw) -> None:
    told = new(crowd.users[0], "licence:7:7-days")
    async with crowd.database.unit_of_work() as work:
        await work.notifications.send(told)
    async with crowd.database.unit_of_work() as work:
        interrupted(work.notifications, other, "DELETE FROM notifications")
        with pytest.raises(SerializationFailure, match="is being pruned"):
            await work.notifications.send(told)


async def test_an_account_that_was_unlocked_while_it_was_refused(crowd: Crowd, other: Raw) -> None:
    user = crowd.users[0]
    await other.execute("UPDATE users SET status = 'active' WHERE id = $1", user)
    await other.execute("UPDATE users SET locked_until = now() + interval '1 hour' WHERE id = $1", user)
    async with crowd.database.unit_of_work() as work:
        interrupted(work.users, other, "UPDATE users SET locked_until = NULL WHERE locked_until IS NOT NULL")
        with pytest.raises(StaleVersion) as refused:
            await work.users.record_login(user)
    assert refused.value.fields == ("status", "locked_until")
    assert await other.fetchval("SELECT last_login_at FROM users WHERE id = $1", user) is None
