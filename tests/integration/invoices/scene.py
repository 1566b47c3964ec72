"""What the tests of invoices begin with: a user, an open series, and invoices issued in it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from platform_db.domain.users import NewUser
from platform_db.errors import RuleViolation
from tests.invoice_examples import SERIES, draft

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.repositories.work import Database, Work


async def register(database: Database, name: str) -> int:
    async with database.unit_of_work() as work:
        return (await work.users.register(NewUser(email=f"{name}@ornek-imalat.com.tr"))).id


async def issued(work: Work, user: int, document: dict[str, object] | None = None) -> Invoice:
    return await work.invoices.issue(await work.invoices.draft(draft(user, document)), SERIES)


@asynccontextmanager
async def refusing(work: Work, rule: str) -> AsyncGenerator[None]:
    """The block is refused under this rule, and undone."""
    with pytest.raises(RuleViolation) as refusal:
        async with work.savepoint():
            yield
    assert refusal.value.rule == rule
