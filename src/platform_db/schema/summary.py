"""The summary of the system: one row for each kind of work, how much of it is where.

A materialized view, refreshed by :file:`routines/refresh_system_performance_summary.sql`.
It holds counts and aggregates only, so whoever reads it learns of no single row.
"""

# ruff: noqa: S608 - the queries are put together from constants of the domain

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from platform_db.domain.erp_mes_sync import SyncStatus
from platform_db.domain.instants import ISTANBUL
from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.jobs import JobStatus
from platform_db.domain.licenses import LicenseStatus
from platform_db.domain.orders import OrderStatus
from platform_db.domain.payments import PaymentKind, PaymentStatus
from platform_db.domain.rules import one_of
from platform_db.domain.sessions import SessionRevocationReason
from platform_db.domain.users import UserStatus
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["NAME", "UNIQUE_INDEX", "statements"]

NAME: Final = "system_performance_summary"
UNIQUE_INDEX: Final = "idx_system_performance_entity_type"
_READERS: Final = (Role.WORKER, Role.READONLY, Role.AUDITOR)
_MANY_ATTEMPTS: Final = 5
_SOON: Final = "interval '30 days'"


@dataclass(frozen=True, slots=True)
class _Entity:
    """One row of the summary: which rows of a table count as active, pending and failed."""

    table: str
    active: str
    pending: str
    failed: str
    details: str

    @property
    def query(self) -> str:
        return (
            f"SELECT '{self.table}'::text AS entity_type, count(*) AS total_count,\n"
            f"    count(*) FILTER (WHERE {self.active}) AS active_count,\n"
            f"    count(*) FILTER (WHERE {self.pending}) AS pending_count,\n"
            f"    count(*) FILTER (WHERE {self.failed}) AS failed_count,\n"
            f"    {self.details} AS details, now() AS refreshed_at\n"
            f"FROM {self.table}"
        )


def _status(*labels: str) -> str:
    return f"status IN {one_of(labels)}"


def _by(table: str, column: str, figure: str = "count(*)") -> str:
    """A figure by label, as an object: ``{"paid": 3}``."""
    grouped = f"SELECT {column}::text AS label, {figure} AS n FROM {table} WHERE {column} IS NOT NULL GROUP BY 1"
    return f"(SELECT coalesce(jsonb_object_agg(label, n), '{{}}') FROM ({grouped}) AS counted)"


def _object(**members: str) -> str:
    pairs = ", ".join(f"'{name}', {expression}" for name, expression in members.items())
    return f"jsonb_build_object({pairs})"


def _count(condition: str) -> str:
    return f"count(*) FILTER (WHERE {condition})"


_DURATION: Final = "extract(epoch FROM finished_at - started_at)"
_COMPLETED: Final = f"FILTER (WHERE status = '{JobStatus.COMPLETED}')"
_DUE: Final = f"status IN {one_of((JobStatus.PENDING, JobStatus.QUEUED))} AND available_at <= now()"
_NET_TRY: Final = f"CASE kind WHEN '{PaymentKind.REFUND}' THEN -amount_try_cents ELSE amount_try_cents END"
_KDV_OF_THE_MONTH: Final = (
    "(SELECT trunc(100 * coalesce(sum(CASE WHEN is_return THEN -kdv_try ELSE kdv_try END), 0)) FROM kdv_period_summary "
    f"WHERE month = date_trunc('month', now() AT TIME ZONE '{ISTANBUL.key}')::date)"
)
_OPEN_INVOICES: Final = (InvoiceStatus.ISSUED, InvoiceStatus.SENT, InvoiceStatus.VIEWED, InvoiceStatus.PARTIAL)

_ENTITIES: Final = (
    _Entity(
        "jobs",
        active=_status(JobStatus.RUNNING),
        pending=_status(JobStatus.PENDING, JobStatus.QUEUED),
        failed=_status(JobStatus.FAILED, JobStatus.TIMEOUT),
        details=_object(
            by_status=_by("jobs", "status"),
            oldest_due_seconds=f"round(extract(epoch FROM now() - min(available_at) FILTER (WHERE {_DUE})), 3)",
            average_seconds=f"round(avg({_DURATION}) {_COMPLETED}, 3)",
            p95_seconds=f"round((percentile_cont(0.95) WITHIN GROUP (ORDER BY {_DURATION}) {_COMPLETED})::numeric, 3)",
        ),
    ),
    _Entity(
        "users",
        active=_status(UserStatus.ACTIVE),
        pending=_status(UserStatus.PENDING),
        failed=_status(UserStatus.SUSPENDED, UserStatus.DELETED),
        details=_object(
            active_in_30_days=_count(f"last_login_at > now() - {_SOON}"),
            verified=_count("email_verified_at IS NOT NULL"),
            new_in_30_days=_count(f"created_at > now() - {_SOON}"),
        ),
    ),
    _Entity(
        "sessions",
        active="revoked_at IS NULL AND expires_at > now()",
        pending="false",
        failed=f"revocation_reason = '{SessionRevocationReason.REUSE_DETECTED}'",
        details=_object(by_revocation_reason=_by("sessions", "revocation_reason")),
    ),
    _Entity(
        "licenses",
        active=_status(LicenseStatus.ACTIVE),
        pending=_status(LicenseStatus.SUSPENDED),
        failed=_status(LicenseStatus.EXPIRED, LicenseStatus.CANCELLED),
        details=_object(
            seats=f"coalesce(sum(seats) FILTER (WHERE {_status(LicenseStatus.ACTIVE)}), 0)",
            seats_used=f"coalesce(sum(seats_used) FILTER (WHERE {_status(LicenseStatus.ACTIVE)}), 0)",
            ending_in_30_days=_count(
                f"{_status(LicenseStatus.ACTIVE)} AND ends_at >= now() AND ends_at < now() + {_SOON}"
            ),
        ),
    ),
    _Entity(
        "invoices",
        active=_status(*_OPEN_INVOICES),
        pending=_status(InvoiceStatus.DRAFT),
        failed=_status(InvoiceStatus.OVERDUE),
        details=_object(
            by_status=_by("invoices", "status"),
            payable_try_cents_by_status=_by("invoices", "status", "sum(payable_try_cents)"),
            kdv_try_cents_this_month=_KDV_OF_THE_MONTH,
        ),
    ),
    _Entity(
        "payments",
        active=_status(PaymentStatus.COMPLETED, PaymentStatus.PARTIAL_REFUND),
        pending=_status(PaymentStatus.PENDING, PaymentStatus.PROCESSING),
        failed=_status(PaymentStatus.FAILED, PaymentStatus.DISPUTED),
        details=_object(
            by_status=_by("payments", "status"),
            net_try_cents_by_status=_by("payments", "status", f"sum({_NET_TRY})"),
        ),
    ),
    _Entity(
        "orders",
        active=_status(OrderStatus.CONFIRMED, OrderStatus.PROCESSING, OrderStatus.SHIPPED),
        pending=_status(OrderStatus.PENDING),
        failed=_status(OrderStatus.CANCELLED, OrderStatus.REFUNDED),
        details=_object(by_status=_by("orders", "status")),
    ),
    _Entity(
        "outbox_events",
        active="delivered_at IS NULL AND claimed_until > now()",
        pending="delivered_at IS NULL",
        failed=f"delivered_at IS NULL AND attempts >= {_MANY_ATTEMPTS}",
        details=_object(
            oldest_undelivered_seconds=(
                "round(extract(epoch FROM now() - min(created_at) FILTER (WHERE delivered_at IS NULL)), 3)"
            )
        ),
    ),
    _Entity(
        "erp_mes_sync",
        active=_status(SyncStatus.IN_PROGRESS),
        pending=_status(SyncStatus.PENDING),
        failed=_status(SyncStatus.FAILED, SyncStatus.CONFLICT),
        details=_object(by_status=_by("erp_mes_sync", "status")),
    ),
)


def statements() -> Iterator[str]:
    """What creates it; the unique index lets readers go on while it is refreshed."""
    rows = "\nUNION ALL\n".join(entity.query for entity in _ENTITIES)
    comment = "How many rows of each kind are active, pending and failed, as of refreshed_at; counts only."
    yield f"CREATE MATERIALIZED VIEW {NAME} AS\n{rows}"
    yield f"CREATE UNIQUE INDEX {UNIQUE_INDEX} ON {NAME} (entity_type)"
    yield f"COMMENT ON MATERIALIZED VIEW {NAME} IS '{comment}'"
    yield f"COMMENT ON INDEX {UNIQUE_INDEX} IS 'The row of one entity; lets the summary be refreshed concurrently.'"
    yield f"GRANT SELECT ON {NAME} TO {', '.join(_READERS)}"
