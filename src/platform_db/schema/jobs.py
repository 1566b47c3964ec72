"""The table of jobs: the queue that workers claim from, where each row belongs to who asked for it."""

from __future__ import annotations

from typing import Final

from platform_db.domain.jobs import WAITING, Job, JobStatus
from platform_db.domain.rules import Message, one_of
from platform_db.schema.metadata import foreign_key, index, table
from platform_db.schema.roles import Role

__all__ = ["jobs"]

PERSONAL: Final = frozenset({"idempotency_key", "input_params", "output_data", "error_message"})
"""What callers write themselves, and words that may repeat it: it may name a person, and analysts do not see it."""

_ASKED: Final = (
    *("user_id", "model_id", "type", "priority", "input_params", "idempotency_key", "request_fingerprint"),
    *("max_retries", "timeout_seconds", "available_at"),
)

jobs = table(
    Job,
    foreign_key("user_id", "users"),
    foreign_key(("model_id", "user_id"), "models(id, user_id)"),
    index(
        "gin_jobs_input_params",
        "input_params",
        using="gin",
        serves="Jobs that were asked for with given parameters: input_params @> ….",
    ),
    index(
        "gin_jobs_metrics",
        "metrics",
        using="gin",
        where="metrics IS NOT NULL",
        serves="Jobs that measured as given: metrics @> ….",
    ),
    index(
        "gin_jobs_output_data",
        "output_data",
        using="gin",
        where="output_data IS NOT NULL",
        serves="Jobs with a given result: output_data @> ….",
    ),
    index(
        "idx_jobs_dead_lettered_at",
        "dead_lettered_at",
        where="dead_lettered_at IS NOT NULL",
        serves="Jobs that were given up, by when.",
    ),
    index(
        "idx_jobs_lease_until",
        "lease_until",
        where=f"status = '{JobStatus.RUNNING}'",
        serves="Running jobs whose lease has run out.",
    ),
    index(
        "idx_jobs_model_id",
        "model_id",
        where="model_id IS NOT NULL",
        serves="The jobs of a model, and the foreign key to models.",
    ),
    index(
        "idx_jobs_priority_status",
        "priority DESC",
        "available_at",
        "id",
        where=f"status IN {one_of(WAITING)}",
        serves="Claiming: the waiting jobs, highest priority first, then longest available.",
    ),
    index("idx_jobs_status_created_at", "status", "created_at", serves="Jobs in a status, oldest first."),
    index("idx_jobs_task_id", "task_id", where="task_id IS NOT NULL", serves="The job of a task in the task queue."),
    index("idx_jobs_type", "type", serves="All jobs of a type."),
    index(
        "idx_jobs_user_type_status",
        "user_id",
        "type",
        "status",
        "created_at",
        include=("progress",),
        serves=(
            "A user's jobs, all or of a type in a status by age, and their progress from the index alone; "
            "and the foreign key to users."
        ),
    ),
    index(
        "uq_jobs_idempotency_key",
        "user_id",
        "idempotency_key",
        unique=True,
        nulls_not_distinct=True,
        where="idempotency_key IS NOT NULL",
        serves="The job of a user's idempotency key; one for each, and system jobs are one user.",
        message=Message("Bu idempotentlik anahtarıyla bir iş var", "There is a job with this idempotency key"),
    ),
    owner="user_id",
    # Nobody's job is older than its row: it would be claimed before all others.
    check_on_write="available_at >= created_at",
    personal=PERSONAL,
    grants={
        # A user asks for work; that it was claimed or finished is the workers' to say.
        Role.APP: {"SELECT": None, "INSERT": _ASKED, "UPDATE": ("cancel_requested_at",)},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None},
        Role.READONLY: {"SELECT": tuple(name for name in Job.model_fields if name not in PERSONAL)},
        Role.AUDITOR: {"SELECT": None},
    },
)
