"""Hostile values through the library: stored as they are, or refused without being quoted."""

from __future__ import annotations

import asyncio
import pickle
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr, ValidationError

from platform_db import errors
from platform_db.database import Identity, Statement
from platform_db.domain.audit_logs import AuditEntry
from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.payments.inputs import NewPayment
from platform_db.domain.products import NewProduct, ProductChanges
from platform_db.domain.refusals import Refused
from platform_db.domain.users import NewUser, ProfileChanges
from platform_db.repositories.invoices import InvoiceFilter
from platform_db.repositories.payments import PaymentFilter
from platform_db.repositories.users import UserFilter
from platform_db.repositories.work import Database, Work
from platform_db.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pydantic import BaseModel

Row = dict[str, Any]
SECRET = "GIZLI4815162342"
HOSTILE: tuple[object, ...] = (
    "",
    SECRET,
    f"{SECRET}\0",
    f"\ud800{SECRET}",
    f"{SECRET}\n",
    f"İı{SECRET}",
    SECRET * 700,
    f"'; DROP TABLE users; -- {SECRET}",
    f"\\'$1 %s {SECRET}",
    True,
    -1,
    2**63,
    10**400,
    1.5,
    float("nan"),
    [SECRET],
    {SECRET: SECRET},
    {"a": float("inf")},
    {"a": 2**70},
    {"\0": SECRET},
    SECRET.encode(),
    object(),
)
SAYS_NO = (ValidationError, Refused, errors.RuleViolation, errors.Conflict, errors.NotFound, errors.NotAllowed)


async def _changed(work: Work, given: ProfileChanges) -> object:
    user = await work.users.register(NewUser(email="c@deneme-makine.com.tr"))
    changed = await work.users.change(user, given)
    await work.audit.flush()
    return changed


async def _recorded(work: Work, given: AuditEntry) -> None:
    work.audit.record(given)
    await work.audit.flush()


ATTEMPTS: dict[str, tuple[type[BaseModel], Row, Callable[[Work, Any], Awaitable[object]]]] = {
    "user": (NewUser, {"email": "b@deneme-makine.com.tr"}, lambda work, given: work.users.register(given)),
    "profile": (ProfileChanges, {}, _changed),
    "payment": (
        NewPayment,
        {"user_id": 1, "amount": "10.00", "invoice_id": 1, "provider": "p", "provider_ref": "r"},
        lambda work, given: work.payments.record(given),
    ),
    "series": (NewSeries, {"series": "QQQ", "fiscal_year": 2026}, lambda work, given: work.invoices.open_series(given)),
    "entry": (AuditEntry, {"action": "create", "entity_type": "user"}, _recorded),
    "users": (UserFilter, {}, lambda work, given: work.users.page(given)),
    "invoices": (InvoiceFilter, {}, lambda work, given: work.invoices.page(given)),
    "payments": (PaymentFilter, {}, lambda work, given: work.payments.page(given)),
    "identity": (Identity, {"user_id": 1}, lambda work, given: work.as_user(given).users.page()),
}


class _UndoneError(Exception):
    """Rolls a unit back whose work was taken."""


async def attempted(database: Database, name: str, field: str, value: object) -> None:
    model, values, use = ATTEMPTS[name]
    given = model(**{**values, field: value})
    async with database.unit_of_work() as work:
        await use(work, given)
        raise _UndoneError


@pytest.mark.parametrize("name", ATTEMPTS)
async def test_hostile_values_are_stored_or_refused_and_never_quoted(database: Database, name: str) -> None:
    refused = 0
    for field in ATTEMPTS[name][0].model_fields:
        for value in HOSTILE:
            # when a caller gives the value, then it is taken, or one of our errors says no
            with pytest.raises((_UndoneError, *SAYS_NO)) as caught:
                await attempted(database, name, field, value)
            refusal: BaseException | None = caught.value
            refused += not isinstance(refusal, _UndoneError)
            # without repeating it, after a pickle too
            while refusal is not None:
                assert SECRET not in f"{refusal} {refusal!r} {refusal.args}", (field, value)
                if isinstance(refusal, errors.PlatformError):
                    assert str(pickle.loads(pickle.dumps(refusal))) == str(refusal)  # noqa: S301 - our own
                refusal = refusal.__cause__ or refusal.__context__
    assert refused


@pytest.mark.parametrize("entity", [f"\ud800{SECRET}", f"{SECRET}\0", "x" * 51, ""])
async def test_the_history_of_nothing_that_can_be_named(database: Database, entity: str) -> None:
    async with database.unit_of_work() as work:
        with pytest.raises(errors.RuleViolation) as caught:
            await work.audit.history(entity, 1)
    assert SECRET not in str(caught.value)


async def test_a_document_is_kept_in_the_log(database: Database) -> None:
    given: Row = {"plate": {"at": "2026-11-20T09:00:00Z", "holes": 3, "share": 0.1, "third": 1 / 3, "to": None}}
    async with database.unit_of_work() as work:
        product = await work.products.add(NewProduct(sku="LEVHA-1", name="Levha", dimensions={}))
        await work.products.change(product, ProductChanges(dimensions=given))
    async with database.unit_of_work() as work:
        newest = (await work.audit.history("products", product.id)).items[0]
    told = {"plate": {**given["plate"], "third": "0.3333333333333333"}}
    assert newest.payload == {"before": {"dimensions": {}}, "after": {"dimensions": told}}


async def test_an_identity_never_reaches_another_unit_of_a_shared_connection(database_url: str) -> None:
    # given two connections for eight users, each with an agent that is SQL
    whoami = Statement(
        sa.text("SELECT concat(current_setting('app.user_id', true), current_setting('app.user_agent', true))")
    )
    settings = Settings(url=SecretStr(database_url), environment="testing", pool_min_size=1, pool_max_size=2)
    async with Database(settings) as database:
        async with database.unit_of_work() as work:
            users = [(await work.users.register(NewUser(email=f"u{n}@deneme-makine.com.tr"))).id for n in range(8)]

        async def once(user: int, turn: int) -> None:
            agent = f"'; SET LOCAL ROLE platform_owner; \\'{user}" if turn % 2 else ""
            async with database.unit_of_work(as_user=Identity(user_id=user, user_agent=agent or None)) as work:
                assert await work.fetch_value(whoami) == f"{user}{agent}"
                await asyncio.sleep(0)
                assert [found.id for found in (await work.users.page()).items] == [user]

        # when their units run at once and a third of them is cancelled on the way
        tasks = [asyncio.create_task(once(user, turn)) for turn in range(12) for user in users]
        await asyncio.sleep(0.02)
        for task in tasks[::3]:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        # then each saw itself only
        assert [end for end in ended if end is not None and not isinstance(end, asyncio.CancelledError)] == []
        # and work for nobody carries nobody's identity
        async with database.unit_of_work() as work:
            assert await work.fetch_value(whoami) == ""
