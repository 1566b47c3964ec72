"""What keeps the queue in order: lost leases, requests to cancel, and jobs past their retention."""

from __future__ import annotations

from collections import Counter
from random import SystemRandom
from typing import Any, Final, cast

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.jobs import FINISHED, Job, JobStatus, operations
from platform_db.repositories.claims import first_free
from platform_db.repositories.filters import labelled
from platform_db.repositories.jobs.fence import RUNS
from platform_db.repositories.jobs.moves import move
from platform_db.repositories.jobs.queue import IN_ORDER, WAITS
from platform_db.repositories.jobs.reading import ROWS, JobReading
from platform_db.repositories.paging import checked_limit
from platform_db.repositories.sweeps import longer_ago, passed
from platform_db.schema.artefacts import artefacts
from platform_db.schema.cam_runs import cam_runs
from platform_db.schema.jobs import jobs
from platform_db.schema.sim_runs import sim_runs

__all__ = ["JobUpkeep"]

_random: Final = SystemRandom().random
_LIMIT: Final[sa.BindParameter[int]] = sa.bindparam("limit", type_=sa.BigInteger())

_LOCK_LOST: Final = Statement(
    sa.select(jobs)
    .where(RUNS, passed(jobs.c.lease_until))
    .order_by(jobs.c.lease_until, jobs.c.id)
    .limit(_LIMIT)
    .with_for_update(skip_locked=True, key_share=True)
)
_SETTLE: Final = Statement(
    sa.update(jobs)
    .where(first_free(jobs, WAITS, jobs.c.cancel_requested_at.is_not(None), order=IN_ORDER))
    .values(status=JobStatus.CANCELLED, finished_at=sa.func.now())
)

# -- retention ---------------------------------------------------------------------------

_of_artefact: Final = sa.exists().where(artefacts.c.job_id == jobs.c.id)
_simulated: Final = cam_runs.alias("simulated")
_of_other_job: Final = sa.exists().where(
    _simulated.c.job_id == jobs.c.id,
    sim_runs.c.cam_run_id == _simulated.c.id,
    sim_runs.c.job_id != jobs.c.id,
)
_FREE: Final = (~_of_artefact, ~_of_other_job)
"""No file of the job is left in the store, and no other job's simulation is of one of its CAM runs."""

_KEYS: Final[sa.BindParameter[Any]] = sa.bindparam("keys", type_=sa.ARRAY(sa.BigInteger()))
_LOCK_EXPIRED: Final = Statement(
    sa.select(jobs.c.id)
    .where(
        labelled("status", *FINISHED)(jobs),
        longer_ago(operations.RETENTION, jobs.c.finished_at),
        # Said too because an index has it: nothing is finished before it is asked for.
        longer_ago(operations.RETENTION, jobs.c.created_at),
        *_FREE,
    )
    .order_by(jobs.c.id)
    .limit(_LIMIT)
    .with_for_update(skip_locked=True, of=jobs)
)
# A file that was recorded while its job was being locked is seen now, and none can come any more.
_STILL_FREE: Final = Statement(sa.select(jobs.c.id).where(jobs.c.id == sa.any_(_KEYS), *_FREE))
_DELETE_SIM_RUNS: Final = Statement(sa.delete(sim_runs).where(sim_runs.c.job_id == sa.any_(_KEYS)))
_DELETE_CAM_RUNS: Final = Statement(sa.delete(cam_runs).where(cam_runs.c.job_id == sa.any_(_KEYS)))
_DELETE: Final = Statement(sa.delete(jobs).where(jobs.c.id == sa.any_(_KEYS)))


class JobUpkeep(JobReading):
    """Sweeps of background work (platform_worker): any number at once, each row meets one of them."""

    async def reap(self, limit: int = 100) -> tuple[Job, ...]:
        """Take running jobs whose lease has ended from their workers; the jobs as they are now.

        A job whose worker fell silent (``lease_expired``) waits to be tried again, as after a
        failure, or times out after its last retry. One whose attempt took longer than its
        ``timeout_seconds`` (``timeout_exceeded``) times out. Timed out they are dead letters.
        One that somebody asked to cancel is cancelled. What the old worker reports afterwards is
        refused. The log gets one entry with the counts.

        Raises
        ------
        RuleViolation
            The limit is not 1 to 1000.
        """
        found = await self._executor.fetch(_LOCK_LOST, {"limit": checked_limit(limit)})
        lost = [ROWS.read(row) for row in found]
        reaped = await move(self._executor, [(job, operations.lost(job, _random)) for job in lost])
        counts = Counter(job.status.value for job in reaped)
        self._audit.note_sweep(AuditAction.UPDATE, "job.reaped", Job.entity, len(reaped), by_status=dict(counts))
        return reaped

    async def settle_cancellations(self, limit: int = 100) -> int:
        """End waiting jobs that somebody asked to cancel; how many.

        Raises
        ------
        RuleViolation
            The limit is not 1 to 1000.
        """
        count = await self._executor.execute(_SETTLE, {"limit": checked_limit(limit)})
        self._audit.note_sweep(AuditAction.JOB_CANCEL, "job.cancelled", Job.entity, count)
        return count

    async def delete_finished(self, limit: int = 100) -> int:
        """Delete jobs that ended more than 180 days ago, with their CAM runs and simulations; how many.

        A job whose artefacts are still there is left: their files go first. So is one whose CAM
        run is simulated by a job that stays.

        Raises
        ------
        RuleViolation
            The limit is not 1 to 1000.
        """
        expired = await self._keys(_LOCK_EXPIRED, {"limit": checked_limit(limit)})
        keys = {"keys": await self._keys(_STILL_FREE, {"keys": expired})}
        await self._executor.execute(_DELETE_SIM_RUNS, keys)
        await self._executor.execute(_DELETE_CAM_RUNS, keys)
        count = await self._executor.execute(_DELETE, keys)
        self._audit.note_sweep(AuditAction.DELETE, "job.deleted", Job.entity, count)
        return count

    async def _keys(self, statement: Statement, parameters: dict[str, object]) -> list[int]:
        return [cast("int", row[0]) for row in await self._executor.fetch(statement, parameters)]
