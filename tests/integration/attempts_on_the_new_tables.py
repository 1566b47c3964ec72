"""Statements that break a rule of the newer tables or reach for what is another's, and what the database answers.

A name behind an @ is filled in by the test.
"""

# ruff: noqa: S608 - every statement stands here

from __future__ import annotations

from tests.integration.attempts import NOT_ALLOWED, Outcome, broken

__all__ = ["BY_A_USER", "BY_THE_WORKER", "RUNNING"]

HASH = "repeat('0a', 32)"
LATER = "now() + interval '30 days'"

RUNNING = (
    "status = 'running', attempt = attempt + 1, claimed_by = 'isci-1', lease_until = now() + interval '1 minute', "
    "heartbeat_at = now(), started_at = now()"
)
SEATS = "INSERT INTO license_seats (license_id, holder) VALUES "
CHECKPOINT = "INSERT INTO audit_checkpoints (tree_size, heads, merkle_root, key_id, signature) VALUES "
MODEL = "INSERT INTO models (user_id, file_size, name, sha256_hash, type, file_format, s3_key"
KEY = "INSERT INTO idempotency_keys (user_id, endpoint, key, request_hash, locked_until, expires_at"
EVENT = "INSERT INTO outbox_events (event_type, aggregate_type, aggregate_id, payload"


def model(more: str = "", values: str = "") -> str:
    return f"{MODEL}{more}) VALUES (@me, 1, 'flanş', {HASH}, 'part', 'step', '@reference'{values})"


def key(owner: str, more: str = "", values: str = "") -> str:
    return f"{KEY}{more}) VALUES ({owner}, 'POST /orders', '@reference', {HASH}, now(), {LATER}{values})"


def job(more: str = "", values: str = "") -> str:
    return f"INSERT INTO jobs (user_id, type{more}) VALUES (@me, 'cam_process'{values})"


BY_A_USER: list[tuple[str, Outcome]] = [
    # sessions are only touched and revoked
    (f"UPDATE sessions SET expires_at = {LATER}", NOT_ALLOWED),
    ("UPDATE sessions SET user_id = @other", NOT_ALLOWED),
    ("UPDATE sessions SET revoked_at = now(), revocation_reason = 'admin' WHERE user_id = @other", ("UPDATE 0", None)),
    (
        f"INSERT INTO sessions (user_id, refresh_token_hash, expires_at) VALUES (@me, {HASH}, {LATER})",
        NOT_ALLOWED,
    ),
    # security events are told, and neither changed nor told of somebody else
    ("UPDATE security_events SET resolved_at = now(), resolved_by_user_id = @me", NOT_ALLOWED),
    ("INSERT INTO security_events (user_id, type, severity) VALUES (@other, 'brute_force', 'high')", NOT_ALLOWED),
    ("INSERT INTO security_events (user_id, type, severity) VALUES (NULL, 'brute_force', 'high')", NOT_ALLOWED),
    # seats are the worker's
    (f"{SEATS}(@licence, 'tezgah-9')", NOT_ALLOWED),
    ("UPDATE licenses SET seats = 99", NOT_ALLOWED),
    ("DELETE FROM license_seats", NOT_ALLOWED),
    # jobs are asked for, and neither done nor handed to another's model
    (job(", status", ", 'completed'"), NOT_ALLOWED),
    (job(", attempt", ", 3"), NOT_ALLOWED),
    ("UPDATE jobs SET status = 'completed', progress = 100", NOT_ALLOWED),
    ("UPDATE jobs SET cancel_requested_at = now() WHERE user_id = @other", ("UPDATE 0", None)),
    (job(", model_id", ", @theirs"), ("23503", "fk_jobs_model_id_models")),
    (job(", model_id", ", 9000000000"), ("23503", "fk_jobs_model_id_models")),
    ("INSERT INTO artefacts (job_id, size_bytes, type, s3_key) VALUES (@job, 1, 'gcode', 'x')", NOT_ALLOWED),
    # models and keys stay with their owner
    ("UPDATE models SET user_id = @other WHERE id = @mine", NOT_ALLOWED),
    ("UPDATE models SET name = 'benim' WHERE id = @theirs", ("UPDATE 0", None)),
    (
        model().replace("'@reference'", "(SELECT s3_key FROM models WHERE id = @mine)")
        + " ON CONFLICT (s3_key) DO UPDATE SET user_id = @other",
        NOT_ALLOWED,
    ),
    (key("@other"), NOT_ALLOWED),
    (key("NULL"), NOT_ALLOWED),
    ("DELETE FROM idempotency_keys", NOT_ALLOWED),
    # notifications are only read, events only written, and as they are
    ("UPDATE notifications SET title = 'x'", NOT_ALLOWED),
    ("UPDATE notifications SET read_at = now() WHERE user_id = @other", ("UPDATE 0", None)),
    ("SELECT payload FROM outbox_events", NOT_ALLOWED),
    ("UPDATE outbox_events SET delivered_at = now()", NOT_ALLOWED),
    (f"{EVENT}, available_at) VALUES ('job.done', 'job', 1, '{{}}', now())", NOT_ALLOWED),
    (f"{EVENT}, delivered_at) VALUES ('job.done', 'job', 1, '{{}}', now())", NOT_ALLOWED),
    # the system's tables are not there for a user
    ("SELECT FROM payment_webhook_events", NOT_ALLOWED),
    ("SELECT FROM system_performance_summary", NOT_ALLOWED),
    ("SELECT refresh_system_performance_summary()", NOT_ALLOWED),
    ("SELECT nextval('models_id_seq')", NOT_ALLOWED),
    ("TRUNCATE models", NOT_ALLOWED),
    ("SET session_replication_role = replica", NOT_ALLOWED),
    # what only the server gives, and what would stop everybody else
    (model(", id", ", 9000000000").replace(" VALUES", " OVERRIDING SYSTEM VALUE VALUES"), NOT_ALLOWED),
    (key("@me", ", id", ", 9000000000").replace(" VALUES", " OVERRIDING SYSTEM VALUE VALUES"), NOT_ALLOWED),
    ("UPDATE models SET id = DEFAULT WHERE id = @mine", NOT_ALLOWED),
    (model(", version", ", 2147483647"), NOT_ALLOWED),
    (model(", updated_at", ", '2099-12-31 23:59:59.999999Z'"), NOT_ALLOWED),
    ("LOCK TABLE models IN ACCESS EXCLUSIVE MODE", NOT_ALLOWED),
    ("LOCK TABLE idempotency_keys IN ACCESS EXCLUSIVE MODE", NOT_ALLOWED),
]

BY_THE_WORKER: list[tuple[str, Outcome]] = [
    # the seats used are the seats, whoever counts
    ("UPDATE licenses SET seats_used = 0 WHERE id = @licence", broken("ck_licenses_seats_used_is_count_of_seats")),
    (f"{SEATS}(@licence, 'tezgah-2'), (@licence, 'tezgah-3')", broken("ck_licenses_seats_used_within_seats")),
    (f"{SEATS}(@licence, 'tezgah-1') ON CONFLICT DO NOTHING", ("INSERT 0 0", None)),
    (f"{SEATS}(@licence, 'tezgah-2'); {SEATS}(@licence, 'tezgah-2') ON CONFLICT DO NOTHING", ("INSERT 0 0", None)),
    (
        "INSERT INTO license_seats (license_id, holder) SELECT @licence, 'tezgah-2' WHERE @lesser IS NOT NULL",
        NOT_ALLOWED,
    ),
    ("DELETE FROM license_seats WHERE license_id = @licence AND @lesser IS NOT NULL", NOT_ALLOWED),
    ("UPDATE licenses SET seats_used = 0 WHERE id = @licence AND @lesser IS NOT NULL", NOT_ALLOWED),
    ("UPDATE license_seats SET holder = 'x'", NOT_ALLOWED),
    # one child of a session, of the same user
    (
        (
            "INSERT INTO sessions (user_id, refresh_token_hash, expires_at, rotated_from) "
            f"VALUES (@other, {HASH}, {LATER}, @session)"
        ),
        ("23503", "fk_sessions_rotated_from_sessions"),
    ),
    (
        (
            "INSERT INTO sessions (user_id, refresh_token_hash, expires_at, rotated_from) "
            f"SELECT @me, encode(sha256(n::text::bytea), 'hex'), {LATER}, @session FROM generate_series(1, 2) AS n"
        ),
        ("23505", "uq_sessions_rotated_from"),
    ),
    # a job is claimed once, and done once
    ("UPDATE jobs SET status = 'completed', progress = 100 WHERE id = @job", broken("ck_jobs_transition_allowed")),
    (f"UPDATE jobs SET {RUNNING} WHERE id = @running", broken("ck_jobs_attempt_counts_claims")),
    ("UPDATE jobs SET claimed_by = 'isci-2' WHERE id = @running", broken("ck_jobs_attempt_counts_claims")),
    ("UPDATE jobs SET progress = 10 WHERE id = @running", broken("ck_jobs_progress_ascends")),
    ("UPDATE jobs SET user_id = @other WHERE id = @job", broken("ck_jobs_request_is_fixed")),
    ("UPDATE jobs SET output_data = '{}' WHERE id = @done", broken("ck_jobs_finished_is_final")),
    ("UPDATE jobs SET attempt = 0 WHERE id = @done", broken("ck_jobs_attempt_counts_claims")),
    # numbers that are none
    (
        (
            "INSERT INTO exchange_rates (currency, rate_date, source, kind, rate) "
            "VALUES ('USD', '2026-01-02', 'TCMB', 'forex_buying', 'NaN')"
        ),
        broken("ck_exchange_rates_rate_valid"),
    ),
    (
        "INSERT INTO tools (name, type, helix_angle_deg) VALUES ('@reference', 'drill_twist', 'Infinity')",
        broken("ck_tools_helix_angle_valid"),
    ),
    # what is another role's
    ("UPDATE security_events SET severity = 'low'", NOT_ALLOWED),
    ("UPDATE exchange_rates SET rate = 1", NOT_ALLOWED),
    ("SELECT FROM audit_checkpoints", NOT_ALLOWED),
    ("UPDATE migration_backfills SET status = 'pending'", NOT_ALLOWED),
    ("ALTER TABLE jobs DISABLE TRIGGER jobs_guard", NOT_ALLOWED),
    ("TRUNCATE outbox_events", NOT_ALLOWED),
]
