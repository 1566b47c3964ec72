"""Attempts on the database with a session of one's own: each is refused by name.

The session is that of a login that may take the library's roles. What a superuser or platform_owner does is not
prevented, and neither is naming another user in ``app.user_id``: whoever writes SQL of their own is trusted with that.
No such session breaks a rule, though.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
import pytest_asyncio

from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.users import NewUser
from tests import invoice_examples
from tests.integration.attempts import BY_A_USER, BY_THE_WORKER, NOT_ALLOWED, UNPAY, Outcome, broken
from tests.integration.billing_guards.rows import (
    DAY,
    ISSUE,
    Connection,
    Refusal,
    Row,
    World,
    as_user,
    as_worker,
    connect,
    insert,
    legal,
    line,
    new_series,
    new_user,
    of,
    telecom,
    unique,
    withheld,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from platform_db.repositories.work import Database


@pytest_asyncio.fixture(loop_scope="session")
async def world(shared_database_url: str) -> AsyncIterator[World]:
    connection = await connect(shared_database_url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await as_worker(connection)
        yield World(connection, await new_user(connection), await new_series(connection))
    finally:
        await transaction.rollback()
        await connection.close()


async def arranged(world: World) -> dict[str, str]:
    """Rows to aim at, by the names that stand behind an @ in the statements."""
    connection = world.connection
    other = World(connection, await new_user(connection), world.series)
    issued, paid, back = await world.issued(withheld()), await world.issued(), await world.issued()
    payable = (await world.invoice(paid))["payable_cents"]
    charge, refunded = await world.pay(paid, payable), await world.pay(back, payable)
    await world.refund(refunded, back, 100)
    await connection.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    rows: Row = {
        "me": world.user,
        "other": other.user,
        "issued": issued,
        "paid": paid,
        "charge": charge,
        "refunded": refunded,
        "draft": await world.store(withheld()),
        "theirs": await other.store(legal()),
        "series": f"'{world.series}'",
        "issue": f"status = 'issued', series = '{world.series}', fiscal_year = {DAY.year}",
        "columns": ", ".join(["user_id", *legal().header]),
        "reference": f"'havale', '{unique()}'",
        "hide": "set_config('app.user_id', '', true)",
        "lesser": "set_config('role', 'platform_app', true)",
    }
    return {name: str(value) for name, value in rows.items()}


async def outcome(connection: Connection, statement: str) -> Outcome:
    """What comes of it, deferred checks included; nothing of it stays."""
    attempt = connection.transaction()
    await attempt.start()
    try:
        tag = await connection.execute(statement)
        await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except asyncpg.PostgresError as error:
        return _told(error)
    finally:
        await attempt.rollback()
    return tag, None


def _told(error: BaseException) -> Outcome:
    refusal = cast("Refusal", error)
    return refusal.sqlstate, refusal.constraint_name


def filled(statement: str, names: dict[str, str]) -> str:
    return re.sub("@([a-z_]+)", lambda found: names[found[1]], statement)


def named(case: object) -> str | None:
    return " ".join(case.split())[:70] if isinstance(case, str) else None


@pytest.mark.parametrize(("statement", "expected"), BY_A_USER, ids=named)
async def test_a_user_meets(world: World, statement: str, expected: Outcome) -> None:
    names = await arranged(world)
    await as_user(world.connection, world.user)
    assert await outcome(world.connection, filled(statement, names)) == expected


@pytest.mark.parametrize(("statement", "expected"), BY_THE_WORKER, ids=named)
async def test_the_worker_meets(world: World, statement: str, expected: Outcome) -> None:
    assert await outcome(world.connection, filled(statement, await arranged(world))) == expected


async def test_a_refusal_does_not_quote_another_persons_row(world: World) -> None:
    # given somebody's phone number
    phone = "UPDATE users SET phone = '+905321234567' WHERE id = $1"
    await world.connection.execute(phone, world.user)
    stranger = await new_user(world.connection)
    # when another user takes it, then the constraint is named and no row is shown
    await as_user(world.connection, stranger)
    with pytest.raises(asyncpg.UniqueViolationError) as caught:
        await world.connection.execute(phone, stranger)
    assert _told(caught.value) == ("23505", "uq_users_phone")
    assert cast("Refusal", caught.value).detail is None


async def test_objects_of_the_session_do_not_stand_in_for_ours(world: World) -> None:
    # given an unlawful draft, and tables and a function of the session's own by the names that the guards use
    draft = await world.store(of([line(1, "1", "100", 10000, (15, 1500))]))
    await as_user(world.connection, world.user)
    await world.connection.execute(
        """CREATE TEMP TABLE kdv_rates AS SELECT 15::numeric AS rate, DATE '2000-01-01' AS valid_from,
            NULL::date AS valid_to;
        CREATE TEMP TABLE payments AS SELECT * FROM public.payments;
        CREATE FUNCTION pg_temp.check_invoice_is_sum_of_parts(public.invoices) RETURNS void LANGUAGE sql AS '';
        SET LOCAL search_path = pg_temp, public, pg_catalog"""
    )
    # when it is issued, then the law is the database's
    issue = f"UPDATE invoices SET status = 'issued', series = '{world.series}', fiscal_year = 2026 WHERE id = {draft}"  # noqa: S608
    assert await outcome(world.connection, issue) == broken("ck_invoice_lines_kdv_rate_in_force")


ORDER = {
    "subtotal_cents": 1000,
    "total_cents": 1000,
    "total_try_cents": 1000,
    "shipping_name": "Deneme Makine",
    "shipping_phone": "+903121234567",
    "shipping_address": "Atatürk Bulvarı 2",
    "shipping_city": "Ankara",
}


async def test_an_order_is_not_hidden_from_its_check_at_commit(world: World) -> None:
    await as_user(world.connection, world.user)
    await insert(world.connection, "orders", {"order_number": unique(), "buyer_id": world.user, **ORDER})
    for hidden, expected in (("", NOT_ALLOWED), (str(world.user), broken("ck_orders_subtotal_is_sum_of_items"))):
        statement = f"SET LOCAL app.user_id = '{hidden}'; SET CONSTRAINTS ALL IMMEDIATE"
        assert await outcome(world.connection, statement) == expected


async def test_payments_are_not_hidden_from_an_order_transaction(world: World) -> None:
    order = await insert(world.connection, "orders", {"order_number": unique(), "buyer_id": world.user, **ORDER})
    row = {"order_id": order, "buyer_id": world.user, "amount_cents": 500, "method": "credit_card", "gateway": "g"}
    first, paid = [
        await insert(world.connection, "order_transactions", {"transaction_reference": unique(), **row})
        for _ in range(2)
    ]
    await world.pay(0, 500, invoice_id=None, order_transaction_id=paid)
    await as_user(world.connection, world.user)
    attempt = UNPAY.replace("invoices", "order_transactions").replace("meta", "gateway_response")
    attempt = re.sub("(?s)        status = .*?,\n", "", attempt)
    assert first < paid
    names = {"paid": str(paid), "hide": "set_config('app.user_id', '', true)"}
    assert await outcome(world.connection, filled(attempt, names)) == NOT_ALLOWED


# -- concurrency -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
async def test_parts_do_not_change_behind_the_snapshot_of_an_issue(database_url: str, isolation: str) -> None:
    # given a stored draft, and a transaction that looked before one of its lines went
    editor, issuer = await connect(database_url), await connect(database_url)
    for connection in (editor, issuer):
        await connection.execute("SET ROLE platform_worker")
    world = World(editor, await new_user(editor), await new_series(editor))
    draft = await world.store(legal())
    version = (await world.invoice(draft))["version"]
    await issuer.execute(f"BEGIN ISOLATION LEVEL {isolation}; SELECT FROM invoices")
    await editor.execute("DELETE FROM invoice_lines WHERE invoice_id = $1 AND line_number = 2", draft)
    # when it issues what it saw, then the database refuses, or tells it to look again
    with pytest.raises(asyncpg.PostgresError) as caught:
        await issuer.fetchval(ISSUE, draft, world.series, DAY.year)
    late = broken("ck_invoices_is_sum_of_lines") if isolation == "READ COMMITTED" else ("40001", None)
    assert _told(caught.value) == late
    # and whoever read the draft before finds that its version moved on
    assert (await world.invoice(draft))["version"] > version
    for connection in (editor, issuer):
        await connection.close()


async def test_parts_stored_with_their_draft_leave_its_version_alone(database: Database) -> None:
    async with database.unit_of_work() as work:
        user = await work.users.register(NewUser(email="satis@deneme-makine.com.tr"))
        await work.invoices.ensure_series(NewSeries(series=invoice_examples.SERIES, fiscal_year=2025))
        async with work.savepoint(), work.savepoint():
            draft = await work.invoices.draft(invoice_examples.draft(user.id))
        issued = await work.invoices.issue(draft, invoice_examples.SERIES)
    assert (draft.version, issued.version, issued.number) == (1, 2, "ABC2025000000001")


# -- lies that every CHECK lets pass -----------------------------------------------------------------------------

TAKEN: Outcome = ("UPDATE 1", None)
LIE = broken("ck_invoices_is_sum_of_lines")
TAX: Row = {"code": "4080", "rate": "15", "amount_cents": 288, "in_kdv_base": False}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, TAKEN),
        ({"rate": 15}, TAKEN),
        ({"rate": None, "amount_cents": 999}, TAKEN),
        ({"amount_cents": 289}, LIE),
        ({"amount_cents": "288"}, LIE),
        ({"amount_cents": 288.0}, LIE),
        ({"amount_cents": 287.55}, LIE),
        ({"amount_cents": -288}, LIE),
        ({"rate": "%15"}, LIE),
        ({"rate": ...}, LIE),
        ({"code": None}, LIE),
        ({"code": 4080}, LIE),
        ({"code": ...}, LIE),
        ({"in_kdv_base": "false"}, LIE),
        ({"in_kdv_base": None}, LIE),
        ({"in_kdv_base": ...}, LIE),
        ({"in_kdv_base": True}, LIE),
        ({"code": "0071"}, LIE),
        ({"code": "0015"}, LIE),
    ],
    ids=str,
)
async def test_another_tax_is_written_as_it_was_calculated(world: World, change: Row, expected: Outcome) -> None:
    # given a draft whose sums agree with what its line says of the tax
    tax = {name: value for name, value in {**TAX, **change}.items() if value is not ...}
    draft = telecom()
    amount = tax["amount_cents"] if isinstance(tax["amount_cents"], int) else 288
    draft.lines[0] |= {"other_taxes": [{**TAX, "amount_cents": abs(amount)}], "other_taxes_cents": abs(amount)}
    draft.sum_up()
    draft.lines[0]["other_taxes"] = [tax]
    draft.subtotals[1] |= {
        "tax_code": str(tax.get("code") or "4080"),
        "rate": tax.get("rate") if tax.get("rate") != "%15" else None,
    }
    invoice = await world.store(draft)
    statement = (
        f"UPDATE invoices SET status = 'issued', series = '{world.series}', fiscal_year = 2026 WHERE id = {invoice}"  # noqa: S608
    )
    assert await outcome(world.connection, statement) == expected


async def test_kdv_written_again_as_another_tax_does_not_stand_for_the_subtotals(world: World) -> None:
    # given a tax that equals the line's KDV in code, rate, base and amount, and no subtotal at all
    draft = telecom()
    twin = {"code": "0015", "rate": 20, "amount_cents": 383, "in_kdv_base": False}
    draft.lines[0] |= {"other_taxes": [twin], "other_taxes_cents": 383}
    draft.sum_up()
    draft.subtotals.clear()
    await world.refuses("ck_invoices_is_sum_of_lines", "invoices", ISSUE, await world.store(draft), world.series, 2026)
