"""A list that is asked for by an id which no column can hold is refused by a rule, as the server would refuse it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

import pytest

from platform_db.errors import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from platform_db.repositories.work import Database, Work

BEYOND = 2**63

LISTS: dict[str, tuple[str, Callable[[Work], Awaitable[object]]]] = {
    "invoices.lines_of_product": ("product_id", lambda work: work.invoices.lines_of_product(BEYOND)),
    "orders.items_of_product": ("product_id", lambda work: work.orders.items_of_product(BEYOND)),
    "order_transactions.of_payment_method": (
        "payment_method_id",
        lambda work: work.order_transactions.of_payment_method(BEYOND),
    ),
    "payment_webhook_events.of_payment": ("payment_id", lambda work: work.payment_webhook_events.of_payment(BEYOND)),
    "licenses.seats": ("license_id", lambda work: work.licenses.seats(BEYOND)),
    "licenses.seats_of_user": ("user_id", lambda work: work.licenses.seats_of_user(BEYOND)),
    "personal_data.kept_about": ("subject_user_id", lambda work: work.personal_data.kept_about(BEYOND)),
    "security_events.reach": (
        "since",
        lambda work: work.security_events.reach(datetime(2026, 11, 20)),  # noqa: DTZ001 - without a zone
    ),
    "artefacts.described": ("meta", lambda work: work.artefacts.described({"a": cast("str", object())})),
}


@pytest.mark.parametrize("name", LISTS)
async def test_an_argument_that_no_column_holds_is_refused_by_name(database: Database, name: str) -> None:
    field, ask = LISTS[name]
    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation) as refusal:
            await ask(work)
    assert [(found.rule, found.fields) for found in refusal.value.violations] == [("value_representable", (field,))]
