"""After issue: what may still change, what never does, and what a signed-in user meets."""

from __future__ import annotations

import pytest

from platform_db.domain.invoices.profile_data import REQUIRED
from tests.integration.billing_guards.rows import (
    Row,
    World,
    as_user,
    as_worker,
    insert,
    legal,
    line,
    of,
    put,
    refused,
    withheld,
)


@pytest.mark.parametrize(
    "change",
    [
        "gross_cents = gross_cents",
        "customer_title = customer_title || '.'",
        "number = 'ABC2026000000009'",
        "note = 'x'",
        "ettn = gen_random_uuid()",
    ],
)
async def test_an_issued_invoice_is_not_edited(world: World, change: str) -> None:
    invoice = await world.issued(legal(note="Kapıda teslim"))
    statement = f"UPDATE invoices SET {change} WHERE id = $1"  # noqa: S608
    if change == "gross_cents = gross_cents":
        assert await world.connection.execute(statement, invoice) == "UPDATE 1"
    else:
        await world.refuses("ck_invoices_issued_is_immutable", "invoices", statement, invoice)


async def test_what_may_still_change_after_issue(world: World) -> None:
    invoice = await world.issued(legal(note="Kapıda teslim", customer_email="alis@deneme.example"))
    await world.connection.execute(
        "UPDATE invoices SET status = 'viewed', sent_at = now(), viewed_at = now(), note = NULL, customer_email = NULL,"
        " customer_phone = '+905321234567', pdf_s3_key = 'fatura/1.pdf', meta = '{\"k\": 1}' WHERE id = $1",
        invoice,
    )
    assert (await world.invoice(invoice))["status"] == "viewed"


async def test_states_never_return_to_draft_and_cancelled_is_final(world: World) -> None:
    name = "ck_invoices_transition_allowed"
    await world.refuses(
        name, "invoices", "UPDATE invoices SET status = 'paid' WHERE id = $1", await world.store(legal())
    )
    invoice = await world.issued()
    await world.refuses(name, "invoices", "UPDATE invoices SET status = 'draft' WHERE id = $1", invoice)
    cancel = (
        "UPDATE invoices SET status = 'cancelled', cancelled_at = now(), cancellation_reason = 'iptal' WHERE id = $1"
    )
    await world.connection.execute(cancel, invoice)
    back = "UPDATE invoices SET status = 'issued', cancelled_at = NULL, cancellation_reason = NULL WHERE id = $1"
    await world.refuses(name, "invoices", back, invoice)


async def test_an_issued_invoice_is_kept_and_a_draft_goes_with_its_parts(world: World) -> None:
    error = await world.refuses(
        "ck_invoices_issued_is_kept", "invoices", "DELETE FROM invoices WHERE id = $1", await world.issued()
    )
    assert error.sqlstate == "23001"
    draft = await world.store(withheld())
    await world.connection.execute("DELETE FROM invoices WHERE id = $1", draft)
    assert await world.connection.fetchval("SELECT count(*) FROM invoice_lines WHERE invoice_id = $1", draft) == 0


@pytest.mark.parametrize("part", ["invoice_lines", "invoice_tax_subtotals", "invoice_withholdings"])
async def test_parts_change_only_with_a_draft(world: World, part: str) -> None:
    issued, draft = await world.issued(withheld()), await world.store(withheld())
    name = f"ck_{part}_issued_is_immutable"
    await world.refuses(name, part, f"DELETE FROM {part} WHERE invoice_id = $1", issued)  # noqa: S608
    await world.refuses(name, part, f"UPDATE {part} SET invoice_id = invoice_id WHERE invoice_id = $1", issued)  # noqa: S608
    columns = {"invoice_lines": "line_number", "invoice_tax_subtotals": "rate", "invoice_withholdings": "code"}
    other = {"invoice_lines": "9", "invoice_tax_subtotals": "1", "invoice_withholdings": "'605'"}
    into = f"UPDATE {part} SET invoice_id = $1, {columns[part]} = {other[part]} WHERE invoice_id = $2"  # noqa: S608
    await world.refuses(name, part, into, issued, draft)
    await world.refuses(name, part, into, draft, issued)
    rows = {
        "invoice_lines": line(9, "1", "1", 100, (20, 20)),
        "invoice_tax_subtotals": {"rate": 1, "base_cents": 0, "amount_cents": 0},
        "invoice_withholdings": {"code": "605", "percent": 50, "base_cents": 1, "amount_cents": 0},
    }
    with refused(name, part):
        async with world.connection.transaction():
            await insert(world.connection, part, {"invoice_id": issued, **rows[part]})
    # a draft's parts may change and go
    await world.connection.execute(f"UPDATE {part} SET {columns[part]} = {other[part]} WHERE invoice_id = $1", draft)  # noqa: S608
    await world.connection.execute(f"DELETE FROM {part} WHERE invoice_id = $1", draft)  # noqa: S608


async def test_identities_are_anonymised_after_the_term_by_the_worker_only(world: World) -> None:
    name, table = "ck_invoices_anonymised_after_term", "invoices"
    hide = (
        "UPDATE invoices SET customer_title = '[anonymised]', customer_tax_number = '[anonymised]',"
        " profile_data = jsonb_set(profile_data, '{intermediary,label}', '\"[anonymised]\"') WHERE id = $1"
    )
    parties: Row = {}
    for required in REQUIRED:
        if required.documents[0].profile == "YOLCUBERABERFATURA":
            put(parties, required.paths[0], required.legal)
    exempt = [line(1, "1", "100", 10000, (0, 0), exemption_code="301")]
    kind = {"profile": "YOLCUBERABERFATURA", "type_code": "ISTISNA", "profile_data": parties}
    # given a draft, an invoice of this year, and one of 2014
    with refused(name, table):
        async with world.connection.transaction():
            await world.store(legal(customer_title="[anonymised]"))
    recent = await world.issued(of(exempt, **kind))
    await world.refuses(name, table, hide, recent)
    await world.connection.execute("INSERT INTO invoice_series (series, fiscal_year) VALUES ($1, 2014)", world.series)
    old = await world.store(of(exempt, issue_date="2014-05-05", **kind))
    await world.issue(old, 2014)
    # when the worker hides the identities of the old one, then only they change
    immutable = "ck_invoices_issued_is_immutable"
    await world.refuses(immutable, table, hide.replace("SET ", "SET customer_city = 'Bursa', "), old)
    await world.refuses(
        immutable, table, "UPDATE invoices SET profile_data = '{}', customer_title = '[anonymised]' WHERE id = $1", old
    )
    await as_user(world.connection, world.user)
    await world.refuses(immutable, table, hide, old)
    await as_worker(world.connection)
    await world.connection.execute(hide, old)
    assert (await world.invoice(old))["customer_title"] == "[anonymised]"


async def test_a_user_issues_and_sees_the_guards_under_row_security(world: World) -> None:
    # given a signed-in user and a draft of their own
    await as_user(world.connection, world.user)
    invoice = await world.store(withheld())
    # when they issue it, then numbers, parts and sums are guarded as for the worker
    assert await world.issue(invoice) == f"{world.series}2026000000001"
    await world.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    await world.connection.execute("SET CONSTRAINTS ALL DEFERRED")
    await world.refuses(
        "ck_invoice_lines_issued_is_immutable",
        "invoice_lines",
        "UPDATE invoice_lines SET description = 'x' WHERE invoice_id = $1",
        invoice,
    )
    await world.refuses(
        "ck_invoices_paid_is_sum_of_payments", "invoices", "UPDATE invoices SET paid_cents = 1 WHERE id = $1", invoice
    )
    await world.pay(invoice, 100, status="pending", paid_at=None)
    await world.refuses(
        "ck_invoice_series_is_gapless",
        "invoice_series",
        "UPDATE invoice_series SET last_sequence = 7 WHERE series = $1",
        world.series,
    )
