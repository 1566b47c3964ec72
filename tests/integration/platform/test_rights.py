"""What each role may do with the tables of the platform and of operations, tried by raw SQL.

The rights are written down here by hand, and found by running a statement for each role, table,
command and column, so that a grant too many shows as well as one too few.
"""

# ruff: noqa: S608 - the names in the statements are the schema's own

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.schema.all_tables import metadata
from tests.integration.platform.session import MOMENT, NOT_ALLOWED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.integration.platform.session import Session

APP: Final = "platform_app"
WORKER: Final = "platform_worker"
READONLY: Final = "platform_readonly"
AUDITOR: Final = "platform_auditor"
ROLES: Final = (APP, WORKER, READONLY, AUDITOR)

EVERY: Final = None

Rights = dict[str, set[str] | None]
"""By command the columns, None for every one; DELETE and TRUNCATE are of the whole row."""

READS: Final[Rights] = {"SELECT": EVERY}
WRITES: Final[Rights] = {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY}
SWEEPS: Final[Rights] = {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY, "DELETE": EVERY}

KEPT_ANSWER: Final = {
    *("endpoint", "key", "request_hash", "status", "locked_until"),
    *("response_status", "response_headers", "response_body", "expires_at"),
}

RIGHTS: Final[Mapping[str, Mapping[str, Rights]]] = {
    "notifications": {
        APP: {"SELECT": EVERY, "UPDATE": {"read_at"}},
        WORKER: SWEEPS,
        AUDITOR: READS,
    },
    "erp_mes_sync": {WORKER: WRITES, AUDITOR: READS},
    "outbox_events": {
        APP: {
            "SELECT": {"id", "event_id"},
            "INSERT": {"event_type", "aggregate_type", "aggregate_id", "payload", "headers"},
        },
        WORKER: SWEEPS,
        AUDITOR: READS,
    },
    "idempotency_keys": {
        APP: {"SELECT": EVERY, "INSERT": {"user_id", *KEPT_ANSWER}, "UPDATE": KEPT_ANSWER},
        WORKER: SWEEPS,
        AUDITOR: READS,
    },
    "audit_checkpoints": {
        AUDITOR: {
            "SELECT": EVERY,
            "INSERT": {"tree_size", "heads", "merkle_root", "prev_merkle_root", "key_id", "signature"},
        },
    },
    "enterprise_migration_history": {WORKER: READS, AUDITOR: READS},
    "migration_backfills": {WORKER: READS, AUDITOR: READS},
    "enterprise_performance_baseline": {WORKER: {"SELECT": EVERY, "INSERT": EVERY}, AUDITOR: READS},
    "enterprise_config": {WORKER: WRITES, AUDITOR: READS},
    "constraint_violations": {
        WORKER: {"SELECT": EVERY, "INSERT": EVERY, "DELETE": EVERY},
        AUDITOR: READS,
    },
}


def attempts(table: str) -> Iterator[tuple[str, str | None, str]]:
    """Command, column and a statement that changes nothing, allowed or not."""
    for column in metadata.tables[table].columns:
        name = column.name
        yield "SELECT", name, f"SELECT {name} FROM {table} LIMIT 0"
        # Nobody writes a key or a computed column: the server refuses that before it asks for rights.
        if column.identity is None and column.computed is None:
            yield "INSERT", name, f"INSERT INTO {table} ({name}) SELECT (NULL::{table}).{name} WHERE false"
            yield "UPDATE", name, f"UPDATE {table} SET {name} = DEFAULT WHERE false"
    yield "DELETE", None, f"DELETE FROM {table} WHERE false"
    yield "TRUNCATE", None, f"TRUNCATE {table}"


def written_down(table: str, role: str) -> set[tuple[str, str | None]]:
    rights = RIGHTS[table].get(role, {})
    return {
        (command, column)
        for command, column, _ in attempts(table)
        if command in rights and ((columns := rights[command]) is None or column in columns)
    }


async def allowed(session: Session, statement: str) -> bool:
    try:
        async with session.connection.transaction():
            await session.connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return False
    return True


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", RIGHTS)
async def test_a_role_may_do_what_is_written_down_and_nothing_else(table: str, role: str, session: Session) -> None:
    await session.take(role, session.user)
    found = {(command, column) for command, column, statement in attempts(table) if await allowed(session, statement)}
    assert found == written_down(table, role)


# -- the outbox ------------------------------------------------------------------------

EVENT: Final = (
    "INSERT INTO outbox_events (event_type, aggregate_type, aggregate_id, payload) "
    "VALUES ('invoice.issued', 'invoices', 700, '{}')"
)


async def test_a_users_request_adds_an_event_and_learns_its_name_alone(session: Session) -> None:
    await session.take(APP, session.user)

    event = await session.connection.fetchrow(f"{EVENT} RETURNING id, event_id")

    assert await session.refused(f"{EVENT} RETURNING payload") == (NOT_ALLOWED, None)
    assert await session.refused("SELECT payload FROM outbox_events") == (NOT_ALLOWED, None)
    assert await session.refused("SELECT * FROM outbox_events") == (NOT_ALLOWED, None)
    await session.take(WORKER)
    stored = await session.connection.fetch(
        "SELECT id, event_id, event_type, attempts, delivered_at FROM outbox_events"
    )
    assert [tuple(dict(row.items()).values()) for row in stored] == [
        (event["id"], event["event_id"], "invoice.issued", 0, None)
    ]


# -- notifications ---------------------------------------------------------------------


async def test_a_user_marks_the_own_notification_read_and_sees_no_other(session: Session) -> None:
    keys = {
        user: await session.value(
            "INSERT INTO notifications (user_id, type, title, created_at, updated_at) "
            f"VALUES ({user}, 'invoice_created', 'Faturanız hazır', {MOMENT}, {MOMENT}) RETURNING id"
        )
        for user in (session.user, session.other)
    }
    await session.take(APP, session.user)

    marked = await session.connection.fetch(
        "UPDATE notifications SET read_at = now() WHERE read_at IS NULL AND version = 1 RETURNING id, version"
    )

    assert [dict(row.items()) for row in marked] == [{"id": keys[session.user], "version": 2}]
    assert await session.value("SELECT count(*) FROM notifications") == 1
    await session.take(WORKER)
    assert await session.value(f"SELECT read_at FROM notifications WHERE id = {keys[session.other]}") is None


# -- idempotency keys ------------------------------------------------------------------

KEY: Final = (
    "INSERT INTO idempotency_keys (user_id, endpoint, key, request_hash, locked_until, expires_at) "
    "VALUES ({user}, 'POST /invoices', 'k1', repeat('a', 64), now() + interval '1 minute', now() + interval '1 day')"
)


async def test_a_user_keeps_keys_of_their_own_and_nobody_elses(session: Session) -> None:
    await session.connection.execute(KEY.format(user=session.other))
    await session.connection.execute(KEY.format(user="NULL"))
    await session.take(APP, session.user)

    assert await session.refused(KEY.format(user=session.other)) == (NOT_ALLOWED, None)
    assert await session.refused(KEY.format(user="NULL")) == (NOT_ALLOWED, None)
    await session.connection.execute(KEY.format(user=session.user))
    answered = await session.connection.execute(
        "UPDATE idempotency_keys SET status = 'completed', locked_until = NULL, response_status = 201"
    )

    assert answered == "UPDATE 1"
    assert await session.value("SELECT array_agg(user_id) FROM idempotency_keys") == [session.user]
    await session.take(WORKER)
    assert await session.value("SELECT count(*) FROM idempotency_keys WHERE status = 'in_progress'") == 2


# -- checkpoints -----------------------------------------------------------------------

CHECKPOINT: Final = (
    "INSERT INTO audit_checkpoints (tree_size, heads, merkle_root, prev_merkle_root, key_id, signature) "
    "VALUES (1, '[]', repeat('{root}', 64), {before}, 'audit-2026', decode(repeat('00', 64), 'hex'))"
)
FORBIDDEN: Final = ("23001", "ck_audit_checkpoints_append_only")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_checkpoints SET tree_size = 2",
        "UPDATE audit_checkpoints SET tree_size = tree_size",
        "DELETE FROM audit_checkpoints",
        "TRUNCATE audit_checkpoints",
    ],
)
async def test_a_checkpoint_stays_as_it_was_written_even_for_the_owner(statement: str, session: Session) -> None:
    await session.take(AUDITOR)
    await session.connection.execute(CHECKPOINT.format(root="a", before="NULL"))

    assert await session.refused(statement) == (NOT_ALLOWED, None)
    await session.take("platform_owner")
    assert await session.refused(statement) == FORBIDDEN

    assert await session.value("SELECT array_agg(tree_size) FROM audit_checkpoints") == [1]


async def test_the_checkpoints_are_one_line(session: Session) -> None:
    await session.take(AUDITOR)
    await session.connection.execute(CHECKPOINT.format(root="a", before="NULL"))
    await session.connection.execute(CHECKPOINT.format(root="b", before="repeat('a', 64)"))

    taken = ("23505", "uq_audit_checkpoints_prev_merkle_root")
    assert await session.refused(CHECKPOINT.format(root="c", before="NULL")) == taken
    assert await session.refused(CHECKPOINT.format(root="c", before="repeat('a', 64)")) == taken
    assert await session.value("SELECT count(*) FROM audit_checkpoints") == 2
