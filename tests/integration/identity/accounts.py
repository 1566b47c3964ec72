"""Accounts stored past the library, who administers them, and what the log says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from platform_db.database import Role, TransactionOptions
from tests.integration.stored import store

if TYPE_CHECKING:
    from platform_db.domain.json_values import JsonObject
    from platform_db.repositories.work import Database
    from tests.raw import Raw

HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$cGFzc3dvcmRwYXNzd29yZHBhc3N3b3JkcGFzc3dvcmQ"
ADMINISTRATION = TransactionOptions(role=Role.WORKER)
"""A person who administers acts as background work does, and is named."""


async def account(worker: Raw, name: str, **columns: Any) -> int:  # noqa: ANN401 - columns
    """Store an active account with this local part of its address; its id."""
    row = {"email": f"{name}@ornek-imalat.com.tr", "phone": None, "phone_verified_at": None, "last_login_at": None}
    return await store(worker, "users", **row | columns)


async def told(database: Database, user_id: int, entity: str = "users") -> list[tuple[str, str | None, JsonObject]]:
    """Action, event and payload of each entry about an account, oldest first; commitments left out."""
    async with database.unit_of_work() as work:
        entries = (await work.audit.history(entity, user_id)).items
    return [
        (entry.action.value, entry.event_type, {side: of for side, of in entry.payload.items() if side != "personal"})
        for entry in reversed(entries)
    ]
