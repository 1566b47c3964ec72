"""What the server itself adds to the rows of the platform and of operations, and what it keeps apart."""

# ruff: noqa: S608 - the values in the statements are the tests' own

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pytest

from tests.integration.platform.session import MOMENT

if TYPE_CHECKING:
    from tests.integration.platform.session import Session

OWNER: Final = "platform_owner"
STARTED: Final = (
    "INSERT INTO enterprise_migration_history (revision, description, migration_start) "
    f"VALUES ('0014', 'Platform', {MOMENT})"
)


# -- the history of the migrations -----------------------------------------------------


async def test_a_run_has_its_circumstances_from_the_server(session: Session) -> None:
    await session.take(OWNER)

    run = await session.connection.fetchrow(
        f"{STARTED} RETURNING direction, environment, success, applied_by, duration_seconds, server_info::text AS info,"
        " postgresql_version = current_setting('server_version') AS is_this_server"
    )

    assert dict(run.items()) == {
        "direction": "upgrade",
        "environment": "production",
        "success": False,
        "applied_by": OWNER,
        "duration_seconds": None,
        "info": "{}",
        "is_this_server": True,
    }


@pytest.mark.parametrize(
    ("later", "seconds"),
    [
        ("0 seconds", "0.000"),
        ("1.2345 seconds", "1.235"),
        ("1.234499 seconds", "1.234"),
        ("1 day 1 microsecond", "86400.000"),
    ],
)
async def test_the_duration_is_computed_to_the_millisecond(later: str, seconds: str, session: Session) -> None:
    await session.take(OWNER)
    await session.connection.execute(STARTED)

    duration = await session.value(
        "UPDATE enterprise_migration_history "
        f"SET success = true, migration_end = migration_start + interval '{later}' "
        "WHERE revision = '0014' RETURNING duration_seconds"
    )

    assert str(duration) == str(Decimal(seconds))


async def test_nobody_writes_a_duration(session: Session) -> None:
    await session.take(OWNER)
    await session.connection.execute(STARTED)

    generated_always = ("428C9", None)
    assert await session.refused("UPDATE enterprise_migration_history SET duration_seconds = 1") == generated_always
    written = STARTED.replace("description,", "description, duration_seconds,").replace("'Platform',", "'Platform', 1,")
    assert await session.refused(written) == generated_always


async def test_a_revision_may_run_again_but_not_at_the_same_instant(session: Session) -> None:
    await session.take(OWNER)
    await session.connection.execute(STARTED)

    again = STARTED.replace(MOMENT, f"{MOMENT} + interval '1 microsecond'")
    assert await session.connection.execute(again) == "INSERT 0 1"
    assert await session.refused(STARTED) == (
        "23505",
        "uq_enterprise_migration_history_revision_migration_start",
    )


# -- once, and no more -----------------------------------------------------------------

NOTIFICATION: Final = (
    "INSERT INTO notifications (user_id, type, title, delivery_key) "
    "VALUES ({user}, 'payment_received', 'Ödemeniz alındı', {key})"
)


async def test_a_message_is_delivered_to_a_user_once_under_its_key(session: Session) -> None:
    first, other = (NOTIFICATION.format(user=user, key="'p1'") for user in (session.user, session.other))
    keyless = NOTIFICATION.format(user=session.user, key="NULL")

    once = "ON CONFLICT DO NOTHING"
    assert await session.connection.execute(f"{first} {once}") == "INSERT 0 1"
    assert await session.connection.execute(f"{first} {once}") == "INSERT 0 0"
    assert await session.connection.execute(f"{other} {once}") == "INSERT 0 1"
    assert [await session.connection.execute(f"{keyless} {once}") for _ in "12"] == ["INSERT 0 1", "INSERT 0 1"]
    assert await session.refused(first) == ("23505", "uq_notifications_user_id_delivery_key")


KEYED: Final = {
    "uq_erp_mes_sync_external_system_entity_type_external_id": (
        "INSERT INTO erp_mes_sync (external_system, direction, external_id, entity_type, entity_id) "
        "VALUES ({apart}, 'inbound', 'C-7', 'users', 1)"
    ),
    "uq_outbox_events_event_id": (
        "INSERT INTO outbox_events (event_id, event_type, aggregate_type, aggregate_id, payload) "
        "VALUES (md5({apart})::uuid, 'user.created', 'users', 1, '{{}}')"
    ),
    "uq_idempotency_keys_user_id_endpoint_key": (
        "INSERT INTO idempotency_keys (endpoint, key, request_hash, locked_until, expires_at) "
        "VALUES ('POST /', {apart}, repeat('a', 64), now(), now() + interval '1 day')"
    ),
    "uq_enterprise_config_config_key_environment": (
        "INSERT INTO enterprise_config (config_key, config_value, environment) "
        "VALUES ('invoice.series', 'ABC', CASE {apart} WHEN 'sap' THEN 'testing' ELSE 'production' END)"
    ),
}
"""By constraint a row, which is another one ``apart``; the anonymous keys share one space."""


@pytest.mark.parametrize(("constraint", "statement"), KEYED.items())
async def test_a_second_row_of_the_same_key_is_refused_by_name(
    constraint: str, statement: str, session: Session
) -> None:
    await session.connection.execute(statement.format(apart="'sap'"))

    assert await session.refused(statement.format(apart="'sap'")) == ("23505", constraint)
    assert await session.connection.execute(statement.format(apart="'logo'")) == "INSERT 0 1"


async def test_a_step_has_one_backfill(session: Session) -> None:
    await session.take(OWNER)
    backfill = "INSERT INTO migration_backfills (revision, step, table_name) VALUES ('0021', '{step}', 'products')"
    await session.connection.execute(backfill.format(step="fill_weight"))

    assert await session.refused(backfill.format(step="fill_weight")) == (
        "23505",
        "uq_migration_backfills_revision_step",
    )
    assert await session.connection.execute(backfill.format(step="fill_category")) == "INSERT 0 1"


async def test_a_user_who_is_not_there_is_told_nothing(session: Session) -> None:
    missing = NOTIFICATION.format(user=2**62, key="NULL")
    assert await session.refused(missing) == ("23503", "fk_notifications_user_id_users")


async def test_a_user_who_was_told_something_is_not_deleted(session: Session) -> None:
    await session.connection.execute(NOTIFICATION.format(user=session.user, key="NULL"))
    await session.take(OWNER)
    _, constraint = await session.refused(f"DELETE FROM users WHERE id = {session.user}")
    assert constraint == "fk_notifications_user_id_users"
