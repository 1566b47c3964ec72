"""What each contender can do: read inside one transaction, and store one invoice in a transaction of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, Self

from pydantic import JsonValue, ValidationInfo, model_validator

from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.users import User

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from uuid import UUID

    from platform_db.domain.invoices.draft import InvoiceDraft

__all__ = ["PAGE", "Contender", "Entry", "Mark", "Reading", "StoredInvoice", "StoredUser", "opening_values"]

PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """The last row of a page; ``cursor`` says the same as this library writes it."""

    created_at: datetime
    id: int
    cursor: str


@dataclass(frozen=True, slots=True)
class Entry:
    """The audit entry of a drafted invoice, as this library writes it; only ETTN and id differ from one to the next."""

    action: str
    entity_type: str
    event_type: str
    payload: Mapping[str, JsonValue]

    def payload_for(self, ettn: UUID) -> dict[str, JsonValue]:
        after = self.payload["after"]
        assert isinstance(after, dict)
        return {**self.payload, "after": {**after, "ettn": str(ettn)}}


@dataclass(frozen=True, slots=True)
class Reading:
    """One transaction, in a role: what can be read in it."""

    user: Callable[[int], Awaitable[object]]
    invoice: Callable[[int], Awaitable[object]]
    invoices_after: Callable[[Mark], Awaitable[Sequence[object]]]


class Contender(Protocol):
    @property
    def name(self) -> str: ...

    def reading(self, user_id: int | None) -> AbstractAsyncContextManager[Reading]:
        """Begin a transaction, as platform_app for a user or as platform_worker; COMMIT at its end."""
        ...

    async def insert(self, draft: InvoiceDraft, entry: Entry) -> int:
        """Store the draft with lines, subtotals and audit entry in one transaction; give the invoice's id."""
        ...


def opening_values(user_id: int | None) -> dict[str, str]:
    """Role and identity of a transaction, for whoever sets them by set_config."""
    return {
        "role": "platform_worker" if user_id is None else "platform_app",
        "user_id": "" if user_id is None else str(user_id),
    }


# A peer that cannot pass a validation context reads into these: the same fields and bounds, and like this library
# without judging again, in Python, the multi-field rules that the server has just judged.


class StoredUser(User):
    @model_validator(mode="after")
    def _keep_the_rules(self, info: ValidationInfo) -> Self:  # noqa: ARG002 - the signature of what it replaces
        return self


class StoredInvoice(Invoice):
    @model_validator(mode="after")
    def _keep_the_rules(self, info: ValidationInfo) -> Self:  # noqa: ARG002 - the signature of what it replaces
        return self
