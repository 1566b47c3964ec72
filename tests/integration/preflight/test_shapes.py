"""A database of another shape: tables and columns that are missing, types that are others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db.operations.preflight.report import Label
from tests.parity.source import source_of

if TYPE_CHECKING:
    from platform_db.operations.preflight import Finding, Report
    from tests.integration.preflight.planting import Ground


def finding(report: Report, name: str) -> Finding:
    (found,) = (each for each in report.findings if each.name == name)
    return found


def ids(report: Report, name: str) -> list[object]:
    return [row.key["id"] for row in finding(report, name).samples]


async def plant_orders(ground: Ground, statuses: list[str]) -> None:
    source = source_of("orders")
    rows = [{**source.row, "id": at, "order_number": f"SIP-{at}"} for at in range(1, len(statuses) + 1)]
    await ground.plant(source.table, rows)
    await ground.owner.execute("ALTER TABLE orders ALTER status TYPE text")
    for at, status in enumerate(statuses, 1):
        await ground.owner.execute("UPDATE orders SET status = $1 WHERE id = $2", status, at)


async def test_a_table_that_is_not_there_is_told_and_breaks_nothing(ground: Ground) -> None:
    await ground.owner.execute("DROP TABLE licenses")

    report = await ground.examined("licenses", "users")

    (table,) = [each for each in report.tables if not each.present]
    assert table.name == "licenses"
    assert {each.verdict for each in table.constraints} == {"absent"}
    assert finding(report, "ck_licenses_valid_period").reason is not None
    assert (report.summary.ready, report.summary.absent, report.worst) == (True, len(table.constraints), None)


async def test_a_column_that_is_not_there_hides_only_what_reads_it(ground: Ground) -> None:
    # Given orders of an older shape, one of them without a buyer
    source = source_of("orders")
    await ground.plant(source.table, [{**source.row, "id": 1, "buyer_id": None}])
    await ground.owner.execute("ALTER TABLE orders DROP shipping_cents")

    report = await ground.examined("orders")

    (table,) = report.tables
    assert table.missing_columns == ("shipping_cents",)
    told = finding(report, "ck_orders_shipping_non_negative")
    assert told.verdict == "absent"
    assert told.reason is not None
    assert told.reason.en == "not in the database: shipping_cents"
    assert finding(report, "orders_shipping_cents_not_null").verdict == "absent"
    assert finding(report, "ck_orders_subtotal_non_negative").verdict == "passed"
    assert ids(report, "orders_buyer_id_not_null") == [1]


async def test_a_foreign_key_to_a_table_that_is_not_there_is_not_judged(ground: Ground) -> None:
    await ground.owner.execute("DROP TABLE users")

    report = await ground.examined("licenses")

    told = finding(report, "fk_licenses_user_id_users")
    assert (told.verdict, told.reason and told.reason.en) == ("absent", "not in the database: users")


async def test_unknown_labels_of_a_text_status_are_told_and_break_no_check(ground: Ground) -> None:
    # Given a shop's statuses, kept as text
    await plant_orders(ground, ["pending", "Pending", "paid in cash", "Pending", "confirmed"])

    report = await ground.examined("orders")

    # Then the type's demand names the rows and the labels
    told = finding(report, "orders_status_type")
    assert (told.verdict, told.rows, told.severity) == ("broken", 3, "critical")
    assert ids(report, "orders_status_type") == [2, 3, 4]
    assert told.labels == (Label(value="Pending", rows=2), Label(value="paid in cash", rows=1))
    assert told.message.tr == "status sütununda order_status türüne çevrilemeyen değerler var"
    # And no CHECK is judged by what is no status
    judged = [each for each in report.findings if each.kind == "check" and "status" in each.fields]
    assert {each.verdict for each in judged} <= {"passed", "broken"}
    assert all({2, 3, 4}.isdisjoint(row.key["id"] for row in each.samples) for each in judged)
    assert report.tables[0].other_types[0].found == "text"


async def test_a_status_is_judged_where_the_enum_does_not_exist_at_all(ground: Ground) -> None:
    await plant_orders(ground, ["pending", "elsewhere"])
    await ground.owner.execute("DROP TYPE order_status CASCADE")

    report = await ground.examined("orders")

    assert ids(report, "orders_status_type") == [2]
    assert report.summary.unjudged == 0


async def test_a_label_that_the_models_dropped_is_found_in_the_enum_itself(ground: Ground) -> None:
    source = source_of("orders")
    await ground.plant(source.table, [{**source.row, "id": 1}, {**source.row, "id": 2, "order_number": "SIP-2"}])
    await ground.owner.execute("ALTER TYPE order_status ADD VALUE 'lost'")
    await ground.owner.execute("UPDATE orders SET status = 'lost' WHERE id = 2")

    report = await ground.examined("orders")

    assert ids(report, "orders_status_type") == [2]


@pytest.mark.parametrize(
    ("stored", "converts"),
    [("17", True), (" 17 ", True), ("-5", True), ("1.5", False), ("", False), ("on yedi", False), ("9" * 30, False)],
)
async def test_a_number_kept_as_text_is_tested_value_by_value(ground: Ground, stored: str, converts: bool) -> None:  # noqa: FBT001
    source = source_of("orders")
    await ground.plant(source.table, [{**source.row, "id": 1}])
    await ground.owner.execute("ALTER TABLE orders ALTER buyer_id TYPE varchar(60)")
    await ground.owner.execute("UPDATE orders SET buyer_id = $1", stored)

    report = await ground.examined("orders")

    assert ids(report, "orders_buyer_id_type") == ([] if converts else [1])
    assert finding(report, "orders_buyer_id_not_null").verdict == "passed"


async def test_a_key_of_another_type_still_joins(ground: Ground) -> None:
    # Given items that refer to products by number, where the shop's products have a text for a key
    items, products = source_of("order_items"), source_of("products")
    await ground.plant(items.table, [{**items.row, "id": at, "product_id": at} for at in (1, 2)])
    await ground.plant(products.table, [{**products.row, "id": 1}])
    await ground.owner.execute("ALTER TABLE products ALTER id TYPE varchar")

    report = await ground.examined("order_items")

    assert ids(report, "fk_order_items_product_id_products") == [2]


async def test_money_with_a_fraction_or_none_at_all_is_no_whole_number(ground: Ground) -> None:
    source = source_of("orders")
    rows = [{**source.row, "id": at, "order_number": f"SIP-{at}"} for at in (1, 2, 3)]
    await ground.plant(source.table, rows)
    await ground.owner.execute("ALTER TABLE orders ALTER total_cents TYPE double precision")
    await ground.owner.execute("UPDATE orders SET total_cents = 'NaN' WHERE id = 2")
    await ground.owner.execute("UPDATE orders SET total_cents = total_cents + 0.5 WHERE id = 3")

    report = await ground.examined("orders")

    assert ids(report, "orders_total_cents_type") == [2, 3]


async def test_a_table_without_its_key_names_rows_by_their_place(ground: Ground) -> None:
    source = source_of("orders")
    await ground.plant(source.table, [{**source.row, "id": 1, "buyer_id": None}])
    await ground.owner.execute("ALTER TABLE orders DROP id")

    report = await ground.examined("orders")

    (row,) = finding(report, "orders_buyer_id_not_null").samples
    assert row.key == {"ctid": "(0,1)"}


async def test_values_of_columns_that_analysts_do_not_see_are_never_told(ground: Ground) -> None:
    # Given a role and a name that are no such thing, beside a canary
    source = source_of("users")
    await ground.plant(source.table, [{**source.row, "id": 1}])
    await ground.owner.execute("ALTER TABLE users ALTER role TYPE text")
    await ground.owner.execute("UPDATE users SET role = 'canary-role', email = 'canary-mail', full_name = ''")

    report = await ground.examined("users")

    assert ids(report, "users_role_type") == [1]
    assert finding(report, "ck_users_email_format").verdict == "broken"
    assert "canary" not in report.model_dump_json()
