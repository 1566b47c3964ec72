"""Rows of every kind that the summary counts, made from the parity examples."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from platform_db.domain.instants import ISTANBUL
from platform_db.schema.all_tables import metadata
from tests.integration.clock import ago, ahead, now

if TYPE_CHECKING:
    from tests.raw import Raw

__all__ = ["put", "put_trade", "put_work"]

Row = Mapping[str, object]

TODAY: Final = datetime.now(ISTANBUL).date()


async def put(superuser: Raw, table: str, *rows: Row) -> None:
    """Insert the table's example once for each mapping, with its columns instead, past triggers and foreign keys."""
    example: Row = importlib.import_module(f"tests.parity.examples.{table}").ROW
    columns = ", ".join(column.name for column in metadata.tables[table].columns if column.computed is None)
    await superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    await superuser.execute(
        f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} "  # noqa: S608 - the models' own names
        f"FROM jsonb_populate_recordset(NULL::{table}, $1::text::jsonb)",
        json.dumps([{**example, "id": number, **row} for number, row in enumerate(rows, start=1)], default=str),
    )


async def put_work(superuser: Raw) -> None:
    """Rows of jobs, users, sessions and licences."""
    free = {"claimed_by": None, "lease_until": None, "heartbeat_at": None}
    ended = {**free, "started_at": ago(hours=2), "created_at": ago(hours=3), "updated_at": ago(hours=1)}
    failed = {**ended, "finished_at": ago(hours=1), "error_code": "tool_missing", "error_message": "Takım yok"}
    completed = {**ended, "status": "completed", "progress": 100, "output_data": {"gcode_lines": 18_240}}
    waiting = {**ended, "started_at": None, "progress": 0, "attempt": 0}
    jobs: tuple[Row, ...] = (
        {},
        {**waiting, "status": "pending", "available_at": ago(minutes=10)},
        {**waiting, "status": "pending", "available_at": ahead(minutes=10)},
        {**waiting, "status": "queued", "available_at": ago(minutes=5)},
        {**failed, "status": "failed"},
        {**failed, "status": "timeout", "error_code": "lease_expired"},
        {**completed, "finished_at": ago(hours=2) + timedelta(seconds=60)},
        {**completed, "finished_at": ago(hours=2) + timedelta(seconds=120)},
        {**ended, "status": "cancelled", "finished_at": ago(hours=1)},
    )
    await put(superuser, "jobs", *({**job, "idempotency_key": f"is-{n}"} for n, job in enumerate(jobs)))

    long_ago, left = {"last_login_at": ago(days=31), "created_at": ago(days=40)}, {"deleted_at": ago(days=1)}
    users: tuple[Row, ...] = (
        {"last_login_at": ago(days=29), "created_at": ago(days=29)},
        {**long_ago, "status": "active", "email_verified_at": ago(days=39)},
        {**long_ago, "status": "pending", "email_verified_at": None},
        {**long_ago, "status": "suspended"},
        {**long_ago, "status": "inactive"},
        {**long_ago, **left, "status": "deleted"},
    )
    own = [{"email": f"kisi{n}@firma.com.tr", "phone": None, "phone_verified_at": None} for n in range(len(users))]
    await put(
        superuser, "users", *({**user, **mine, "updated_at": now()} for user, mine in zip(users, own, strict=True))
    )

    revoked = {"revoked_at": ago(hours=1)}
    sessions: tuple[Row, ...] = (
        {},
        {"expires_at": ago(hours=1)},
        {**revoked, "revocation_reason": "logout"},
        {**revoked, "revocation_reason": "reuse_detected"},
        {**revoked, "revocation_reason": "reuse_detected"},
    )
    times = {"created_at": ago(days=2), "last_used_at": ago(hours=2), "updated_at": now(), "expires_at": ahead(days=2)}
    await put(
        superuser,
        "sessions",
        *(
            {**times, **session, "refresh_token_hash": f"{n:064x}", "rotated_from": None}
            for n, session in enumerate(sessions)
        ),
    )

    over = {"status": "cancelled", "auto_renew": False, "cancelled_at": ago(days=1), "cancellation_reason": "Vazgeçti"}
    licenses: tuple[Row, ...] = (
        {"seats": 5, "seats_used": 2, "ends_at": ahead(days=29)},
        {"seats": 3, "seats_used": 3, "ends_at": ahead(days=31)},
        {"seats": 9, "seats_used": 9, "status": "suspended"},
        {"status": "expired", "auto_renew": False},
        over,
    )
    terms = {"starts_at": ago(days=10), "created_at": ago(days=10), "updated_at": now(), "ends_at": ahead(days=300)}
    await put(
        superuser, "licenses", *({**terms, **licence, "user_id": n} for n, licence in enumerate(licenses, start=1))
    )


async def put_trade(superuser: Raw) -> None:
    """Rows of invoices, payments, orders, events and synchronisations."""
    draft = {
        **dict.fromkeys(("number", "series", "fiscal_year", "sequence", "issued_at", "due_date")),
        "status": "draft",
    }
    months = {
        "this": TODAY.replace(day=1),
        "last": (TODAY.replace(day=1) - timedelta(days=1)).replace(day=1),
    }

    def issued(number: int, month: str, **changes: object) -> dict[str, object]:
        day = months[month]
        stamp = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        return {
            "number": f"PLT{day.year}{number:09}",
            "sequence": number,
            "fiscal_year": day.year,
            "issue_date": day,
            "due_date": day,
            "delivery_date": None,
            "despatch_date": None,
            "despatch_number": None,
            "issued_at": stamp,
            "created_at": stamp,
            "updated_at": now(),
            **changes,
        }

    paid = {"status": "paid", "paid_at": now(), "paid_cents": 120_000}
    invoices: tuple[Row, ...] = (
        draft,
        issued(1, "this"),
        issued(2, "last", status="sent", sent_at=now()),
        issued(3, "this", status="viewed", sent_at=now(), viewed_at=now()),
        issued(4, "this", status="partial", paid_cents=1),
        issued(5, "last", status="overdue"),
        issued(6, "this", **paid),
        issued(7, "this", status="cancelled", cancelled_at=now(), cancellation_reason="Mükerrer"),
        issued(8, "this", profile="TEMELFATURA", type_code="IADE", return_of_invoice_id=2),
    )
    await put(superuser, "invoices", *({**row, "ettn": f"{n:032x}"} for n, row in enumerate(invoices)))
    kdv = ({"invoice_id": n, "amount_cents": 20_000 + n} for n in range(1, len(invoices) + 1))
    await put(superuser, "invoice_tax_subtotals", *kdv)

    declined = {"status": "failed", "failure_code": "declined", "paid_at": None, "fee_cents": 0}
    payments: tuple[Row, ...] = (
        {},
        {"status": "partial_refund", "refunded_cents": 20_000},
        {
            "kind": "refund",
            "refunds_payment_id": 2,
            "refund_reason": "İade",
            "amount_cents": 20_000,
            "amount_try_cents": 20_000,
        },
        {"status": "pending", "paid_at": None, "fee_cents": 0},
        {"status": "processing", "paid_at": None, "fee_cents": 0},
        declined,
        {"status": "disputed"},
        {"status": "cancelled", "paid_at": None, "fee_cents": 0},
    )
    await put(
        superuser,
        "payments",
        *({**row, "provider_ref": f"ODM-{n}", "provider_payment_id": f"{n}"} for n, row in enumerate(payments)),
    )

    out = {"shipped_at": datetime(2026, 3, 3, tzinfo=UTC)}
    ended = {"cancelled_at": now(), "cancellation_reason": "Stokta yok", "updated_at": now()}
    nothing = {"confirmed_at": None, "shipped_at": None, "delivered_at": None}
    orders: tuple[Row, ...] = (
        {},
        {"status": "processing"},
        {"status": "shipped", **out},
        {"status": "pending", "confirmed_at": None},
        {"status": "delivered", **out, "delivered_at": datetime(2026, 3, 5, tzinfo=UTC)},
        {"status": "cancelled", **ended},
        {"status": "refunded", **nothing},
    )
    await put(superuser, "orders", *({**row, "order_number": f"SIP-{n}"} for n, row in enumerate(orders)))

    open_ = {"delivered_at": None, "created_at": ago(minutes=7), "available_at": ago(minutes=7)}
    events: tuple[Row, ...] = (
        {},
        {**open_, "claimed_until": ahead(minutes=1)},
        {**open_, "created_at": ago(minutes=9), "available_at": ago(minutes=9)},
        {**open_, "attempts": 5, "claimed_until": ago(minutes=1)},
        {**open_, "attempts": 4},
    )
    await put(superuser, "outbox_events", *({**row, "event_id": f"{n:032x}"} for n, row in enumerate(events)))

    states = ("synced", "in_progress", "pending", "pending", "failed", "conflict", "skipped")
    with_state: dict[str, Row] = {
        "in_progress": {"claimed_until": ahead(minutes=1)},
        "failed": {"last_error": "ERP yanıt vermedi"},
        "conflict": {"last_error": "Kayıt ERP'de değişmiş"},
    }
    await put(
        superuser,
        "erp_mes_sync",
        *({"status": state, "external_id": f"{n}", **with_state.get(state, {})} for n, state in enumerate(states)),
    )
