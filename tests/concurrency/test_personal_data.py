"""Sixteen sweeps of what the log keeps of anonymous persons: each value is erased once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.domain.audit_logs import AuditAction, AuditEntry
from platform_db.repositories.audit_logs import Personal
from tests.concurrency.crowd import SIZE
from tests.raw import connect

if TYPE_CHECKING:
    from tests.concurrency.crowd import Crowd

VALUES: Final = 40


async def test_sixteen_sweeps_erase_each_value_once(crowd: Crowd) -> None:
    # given values that the log took in about a person who is anonymous
    gone = crowd.users[0]
    worker = await connect(crowd.url)
    await worker.execute("SET ROLE platform_worker")
    await worker.execute(
        "UPDATE users SET status = 'deleted', deleted_at = now() - interval '31 days' WHERE id = $1", gone
    )
    async with crowd.database.unit_of_work() as work:
        await work.users.anonymise(await work.users.get(gone))
    async with crowd.database.unit_of_work() as work:
        for place in range(VALUES):
            entry = AuditEntry(action=AuditAction.UPDATE, entity_type="orders", entity_id=7)
            work.audit.record(entry, Personal(gone, {"after.shipping_city": f"Bursa {place}"}))

    # when sixteen sweep at once, and then whoever comes last
    async def swept(_: int) -> int:
        async with crowd.database.unit_of_work() as work:
            return await work.personal_data.erase_of_anonymised(3)

    counts = await crowd.at_once(swept)
    assert all(isinstance(count, int) for count in counts)
    erased = [count for count in counts if isinstance(count, int)]
    while last := await swept(SIZE):
        erased.append(last)
    # then each value went once, and the log tells every batch
    try:
        assert sum(erased) == VALUES
        left = "SELECT count(*) FROM audit_personal_data WHERE subject_user_id = $1 AND num_nonnulls(salt, value) > 0"
        assert await worker.fetchval(left, gone) == 0
        told = (
            "SELECT sum((payload #>> '{after,count}')::int) FROM audit_logs "
            "WHERE event_type = 'personal_data.swept_erased'"
        )
        assert await worker.fetchval(told) == VALUES
    finally:
        await worker.close()
