"""PgBouncer in transaction mode: units of work and questions pass, the migrator does not."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from platform_db import migration
from platform_db.domain.users import NewUser
from platform_db.errors import ConfigurationError
from platform_db.migration.connection import connection
from platform_db.migration.head import revisions
from platform_db.migration.lock import only_migrator
from platform_db.repositories.work import Database
from platform_db.settings import Settings
from tests.services.conftest import POOL_SIZE

if TYPE_CHECKING:
    from tests.services.conftest import Pooled

pytestmark = pytest.mark.services

HEAD = revisions()[-1]
CLIENTS = 4 * POOL_SIZE
NUMBERS = itertools.count(1)
REFUSED = r"^the URL leads to a pooler that gives a session for one transaction only"


def settings(address: Pooled) -> Settings:
    return Settings(
        url=SecretStr(address.pooled), environment="testing", pgbouncer="transaction", pool_max_size=CLIENTS
    )


async def registered(database: Database) -> int:
    new = NewUser(email=f"torna{next(NUMBERS)}@ornek-kalip.com.tr", full_name="Örnek Kalıp")
    async with database.unit_of_work() as work:
        return (await work.users.register(new)).id


async def test_units_of_work_of_many_users_are_not_mixed_up(address: Pooled) -> None:
    # Given more clients than the pooler has sessions, each at work for a user of its own
    async with Database(settings(address)) as database:
        users = await asyncio.gather(*(registered(database) for _ in range(CLIENTS)))

        async def seen_by(user: int) -> list[tuple[int, int]]:
            found: list[tuple[int, int]] = []
            for _ in range(10):
                async with database.unit_of_work(as_user=user) as work:
                    found.append(((await work.users.get(user)).id, await work.users.count()))
            return found

        # When they work at once
        seen = await asyncio.gather(*(seen_by(user) for user in users))
        # Then they did share the sessions
        async with connection(address.direct) as opened:
            shared = await opened.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'platform_db' AND datname IS NOT NULL"
            )
    assert isinstance(shared, int)
    assert shared <= POOL_SIZE
    # And each saw itself every time, and nobody else
    assert seen == [[(user, 1)] * 10 for user in users]


async def test_a_unit_that_fails_leaves_nothing(address: Pooled) -> None:
    async with Database(settings(address)) as database:
        async with database.unit_of_work() as work:
            before = await work.users.count()
        with pytest.raises(RuntimeError, match="the caller's own"):
            await fail_after_registering(database)
        async with database.unit_of_work() as work:
            assert await work.users.count() == before


async def fail_after_registering(database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.users.register(NewUser(email="yarim@ornek-kalip.com.tr", full_name="Yarım Kalan"))
        message = "the caller's own"
        raise RuntimeError(message)


async def test_the_revision_is_told(address: Pooled) -> None:
    assert (await migration.status(address.pooled)).current == HEAD


async def test_the_command_tells_the_revision(address: Pooled) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PLATFORM_DB_")}
    chosen = {"PLATFORM_DB_URL": address.pooled, "PLATFORM_DB_PGBOUNCER": "transaction"}
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "platform_db", "migrate", "status", "--json"],
        env=clean | chosen,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["current"] == HEAD


async def test_the_migrator_refuses_to_hold_a_lock_through_it(address: Pooled) -> None:
    # Given a database that is behind
    await migration.down(address.direct, revisions()[-2])
    # When it is to be migrated through the pooler, either way, then it is refused and nothing was done
    with pytest.raises(ConfigurationError, match=REFUSED):
        await migration.up(address.pooled)
    with pytest.raises(ConfigurationError, match=REFUSED):
        await migration.down(address.pooled, "0001")
    assert (await migration.status(address.direct)).current == revisions()[-2]
    # And no lock was left behind in a session of the pooler's: the next migrator gets it at once
    async with only_migrator(address.direct, 0.0):
        pass
    await migration.up(address.direct)


async def test_the_lock_is_refused_while_all_sessions_are_taken(address: Pooled) -> None:
    # Given every session of the pooler inside a transaction
    async with Database(settings(address)) as database:
        taken = [asyncio.create_task(sleeping(database)) for _ in range(POOL_SIZE - 1)]
        await asyncio.sleep(0.3)
        with pytest.raises(ConfigurationError, match=REFUSED):
            async with only_migrator(address.pooled, 0.0):
                pass
        await asyncio.gather(*taken)


async def sleeping(database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.users.count()
        await asyncio.sleep(4)
