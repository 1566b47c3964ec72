"""Ctrl-C ends a migration where nothing is lost by it, and says where that is."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys

import pytest

from platform_db import migration
from platform_db.cli.migrate_stop import Stop, Stopped
from platform_db.migration import Options
from platform_db.migration.connection import connection
from platform_db.migration.observers import all_of
from platform_db.migration.run import Event, Moment

WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = to_regclass('users')"


async def test_the_present_revision_is_finished(url: str) -> None:
    # Given somebody who interrupts while the third revision is at work
    stop = Stop()

    def interrupt(event: Event) -> None:
        if (event.revision, event.moment) == ("0003_licensing", Moment.BEFORE_STATEMENT):
            stop.asked.set()

    # When an empty database is brought up
    with pytest.raises(Stopped):
        await migration.up(url, options=Options(observer=all_of(interrupt, stop)))
    # Then that revision is done, and no other
    assert (await migration.status(url)).current == "0003_licensing"
    # And the next run does the rest
    assert (await migration.up(url)).status.at_head


def test_a_backfill_stops_between_two_batches_but_not_behind_the_last() -> None:
    # Given a backfill at work, and somebody who interrupts
    stop = Stop()
    stop(Event(Moment.BEFORE_STEP, "0042_fill", "fill"))
    stop.asked.set()
    # When a batch is done that is not the last one, then the run ends; behind the last one it goes on
    with pytest.raises(Stopped):
        stop(Event(Moment.PROGRESS, "0042_fill", "fill", done=10, total=25))
    stop(Event(Moment.PROGRESS, "0042_fill", "fill", done=25, total=25))


@pytest.mark.parametrize("form", ["text", "json"])
async def test_ctrl_c_while_a_lock_is_waited_for(url: str, form: str) -> None:
    # Given a command that waits for a table of the application
    await migration.up(url, "0008")
    async with connection(url) as reader, connection(url) as watch:
        await reader.execute("SET ROLE platform_owner; BEGIN; LOCK TABLE users IN ACCESS SHARE MODE")
        command = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "platform_db", "migrate", "up", *(["--json"] if form == "json" else [])),
            env=os.environ | {"PLATFORM_DB_URL": url},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        while not await watch.fetchval(WAITS):
            assert command.returncode is None
            await asyncio.sleep(0.05)
        # When it is interrupted
        command.send_signal(signal.SIGINT)
        out, err = await asyncio.wait_for(command.communicate(), 60)
    # Then it says at once what it will do, and in the end where the database is
    assert err.decode().startswith("interrupted: the migration goes on to the end of the present revision")
    assert command.returncode == 130
    if form == "json":
        assert json.loads(out)["current"] == "0008_guards"
    else:
        assert out.decode() == "at 0008_guards\n"
    assert (await migration.status(url)).current == "0008_guards"
