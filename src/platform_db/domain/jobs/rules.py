"""What is true of a job: rules over one row, and the guards of its trigger."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from platform_db.domain.jobs.states import FINISHED, WAITING, JobStatus
from platform_db.domain.rules import Guard, Message, Rule

__all__ = ["GUARDS", "JOB_REQUEST", "JOB_RESULT", "RULES", "WHOLE"]

JOB_REQUEST: Final = ("user_id", "model_id", "type", "idempotency_key", "request_fingerprint", "input_params")
"""The columns that say what was asked for; they are fixed when the job is made."""

JOB_RESULT: Final = ("progress", "started_at", "finished_at", "error_code", "error_message", "metrics", "output_data")
"""The columns that say how a job went; they stay as they are while it is finished."""

WHOLE: Final = 100
"""The progress of a job that is done, in percent."""


def _key_has_fingerprint(idempotency_key: str | None, request_fingerprint: str | None) -> bool:
    return (idempotency_key is None) == (request_fingerprint is None)


def _model_has_owner(model_id: int | None, user_id: int | None) -> bool:
    return model_id is None or user_id is not None


def _retry_count_within_max(retry_count: int, max_retries: int) -> bool:
    return retry_count <= max_retries


def _lease_matches_status(
    status: JobStatus | None, claimed_by: str | None, lease_until: datetime | None, heartbeat_at: datetime | None
) -> bool:
    parts = [part is not None for part in (claimed_by, lease_until, heartbeat_at)]
    return all(parts) if status == JobStatus.RUNNING else not any(parts)


def _started_at_matches_status(
    status: JobStatus | None, started_at: datetime | None, attempt: int | None
) -> bool | None:
    if status in WAITING:
        return started_at is None
    if status == JobStatus.CANCELLED:
        return True
    if started_at is None:
        return False
    return None if attempt is None else attempt > 0


def _finished_at_matches_status(status: JobStatus | None, finished_at: datetime | None) -> bool | None:
    return None if status is None else (status in FINISHED) == (finished_at is not None)


def _finished_after_started(finished_at: datetime, started_at: datetime) -> bool:
    return finished_at >= started_at


def _completed_is_whole(status: JobStatus | None, progress: int | None, error_code: str | None) -> bool | None:
    if status != JobStatus.COMPLETED:
        return True
    if error_code is not None:
        return False
    return None if progress is None else progress == WHOLE


def _failed_has_error(status: JobStatus | None, error_code: str | None) -> bool:
    return status not in {JobStatus.FAILED, JobStatus.TIMEOUT} or error_code is not None


def _dead_letter_is_failed(dead_lettered_at: datetime | None, status: JobStatus | None) -> bool | None:
    if dead_lettered_at is None:
        return True
    return None if status is None else status in {JobStatus.FAILED, JobStatus.TIMEOUT}


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name="key_has_fingerprint",
        fields=("idempotency_key", "request_fingerprint"),
        holds=_key_has_fingerprint,
        sql="(idempotency_key IS NULL) = (request_fingerprint IS NULL)",
        message=Message(
            "İdempotentlik anahtarı ile istek özeti birlikte verilir",
            "The idempotency key and the fingerprint of the request come together",
        ),
        null_aware=True,
    ),
    Rule(
        name="model_has_owner",
        fields=("model_id", "user_id"),
        holds=_model_has_owner,
        sql="model_id IS NULL OR user_id IS NOT NULL",
        message=Message("Sistem işi bir kullanıcının modeline bağlanamaz", "A system job has no model of a user"),
        null_aware=True,
    ),
    Rule(
        name="retry_count_within_max",
        fields=("retry_count", "max_retries"),
        holds=_retry_count_within_max,
        sql="retry_count <= max_retries",
        message=Message("Yeniden deneme hakkı bitti", "There are no retries left"),
    ),
    Rule(
        name="lease_matches_status",
        fields=("status", "claimed_by", "lease_until", "heartbeat_at"),
        holds=_lease_matches_status,
        sql="num_nonnulls(claimed_by, lease_until, heartbeat_at) = CASE status WHEN 'running' THEN 3 ELSE 0 END",
        message=Message(
            "Yürüyen işin üstleneni, üstlenme süresi ve son yaşam belirtisi vardır; başka işin hiçbiri yoktur",
            "A running job has its worker, lease and heartbeat; any other job has none of them",
        ),
        null_aware=True,
    ),
    Rule(
        name="started_at_matches_status",
        fields=("status", "started_at", "attempt"),
        holds=_started_at_matches_status,
        sql=(
            "CASE WHEN status IN ('pending', 'queued') THEN started_at IS NULL WHEN status = 'cancelled' THEN true"
            " ELSE started_at IS NOT NULL AND attempt > 0 END"
        ),
        message=Message(
            "Başlama anı işin durumuyla uyuşmuyor: sıradaki iş başlamamıştır, yürüyen ve biten iş başlamıştır",
            "The start does not match the status: a waiting job has none, a running or finished one has one",
        ),
        null_aware=True,
    ),
    Rule(
        name="finished_at_matches_status",
        fields=("status", "finished_at"),
        holds=_finished_at_matches_status,
        sql="(status IN ('completed', 'failed', 'cancelled', 'timeout')) = (finished_at IS NOT NULL)",
        message=Message(
            "Bitiş anı, iş bitmişse bulunur, bitmemişse bulunmaz",
            "The end is there if, and only if, the job is finished",
        ),
        null_aware=True,
    ),
    Rule(
        name="finished_after_started",
        fields=("finished_at", "started_at"),
        holds=_finished_after_started,
        sql="finished_at >= started_at",
        message=Message("İş, başlamadan önce bitemez", "A job cannot finish before it starts"),
    ),
    Rule(
        name="completed_is_whole",
        fields=("status", "progress", "error_code"),
        holds=_completed_is_whole,
        sql=f"status <> 'completed' OR (progress = {WHOLE} AND error_code IS NULL)",
        message=Message(
            f"Tamamlanan işin ilerlemesi yüzde {WHOLE}'dür ve hata kodu yoktur",
            f"A completed job has a progress of {WHOLE} percent and no error code",
        ),
        null_aware=True,
    ),
    Rule(
        name="failed_has_error",
        fields=("status", "error_code"),
        holds=_failed_has_error,
        sql="status NOT IN ('failed', 'timeout') OR error_code IS NOT NULL",
        message=Message(
            "Başarısız olan ya da süresi dolan işin hata kodu yazılmalıdır",
            "A job that failed or timed out has an error code",
        ),
        null_aware=True,
    ),
    Rule(
        name="dead_letter_is_failed",
        fields=("dead_lettered_at", "status"),
        holds=_dead_letter_is_failed,
        sql="dead_lettered_at IS NULL OR status IN ('failed', 'timeout')",
        message=Message(
            "Yalnız başarısız olan ya da süresi dolan işten vazgeçilebilir",
            "Only a job that failed or timed out is given up",
        ),
        null_aware=True,
    ),
)
"""The CHECKs over several columns."""

GUARDS: Final[tuple[Guard, ...]] = (
    Guard(
        name="transition_allowed",
        fields=("status",),
        message=Message("İş bu durumdan istenen duruma geçemez", "The job cannot go from its status to this one"),
    ),
    Guard(
        name="attempt_counts_claims",
        fields=("attempt", "claimed_by"),
        message=Message(
            "Deneme sayısı, iş her üstlenildiğinde bir artar ve başka türlü değişmez; "
            "yürüyen işi başka bir işçi devralamaz",
            "The attempt counts up by one at each claim and never otherwise; no other worker takes over a running job",
        ),
    ),
    Guard(
        name="progress_ascends",
        fields=("progress",),
        message=Message("İlerleme bir deneme içinde azalamaz", "Progress never falls within an attempt"),
    ),
    Guard(
        name="finished_is_final",
        fields=JOB_RESULT,
        message=Message("Bitmiş işin sonucu değiştirilemez", "The result of a finished job cannot be changed"),
    ),
    Guard(
        name="request_is_fixed",
        fields=JOB_REQUEST,
        message=Message(
            "Kaydedilmiş işin isteği değiştirilemez", "What a recorded job was asked to do cannot be changed"
        ),
    ),
)
