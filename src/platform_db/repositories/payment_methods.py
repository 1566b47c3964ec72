"""Stored ways to pay, found by buyer or token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.payment_methods import StoredPaymentMethod
from platform_db.repositories.rows import Rows
from platform_db.schema.payment_methods import payment_methods

if TYPE_CHECKING:
    from platform_db.database.executor import Executor

__all__ = ["PaymentMethodRepository"]

_ROWS: Final = Rows(payment_methods, StoredPaymentMethod, "payment method")
_OF_BUYER: Final = sa.select(payment_methods).where(
    payment_methods.c.buyer_id == sa.bindparam("buyer_id", type_=sa.BigInteger())
)
_EVERY: Final = Statement(_OF_BUYER.order_by(payment_methods.c.is_default.desc(), payment_methods.c.id))
_DEFAULT: Final = Statement(_OF_BUYER.where(payment_methods.c.is_default))
_BY_TOKEN_HASH: Final = Statement(
    sa.select(payment_methods).where(
        payment_methods.c.gateway == sa.bindparam("gateway", type_=sa.Text()),
        payment_methods.c.gateway_token_hash == sa.bindparam("gateway_token_hash", type_=sa.Text()),
    )
)


class PaymentMethodRepository:
    """Stored ways to pay. Belongs to one unit of work and never commits.

    As a user (platform_app) it sees the user's own. Tokens and identity numbers come as they
    are stored: encrypted.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, payment_method_id: int) -> StoredPaymentMethod:
        """The payment method of this id.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return await _ROWS.get(self._executor, payment_method_id)

    async def of_buyer(self, buyer_id: int) -> tuple[StoredPaymentMethod, ...]:
        """A buyer's payment methods, the default first, then by id; also those that are not offered (``is_active``)."""
        return tuple(map(_ROWS.read, await self._executor.fetch(_EVERY, {"buyer_id": buyer_id})))

    async def default_of(self, buyer_id: int) -> StoredPaymentMethod:
        """The payment method that a buyer is offered first.

        Raises
        ------
        NotFound
            The buyer has no default, or this identity may not see it.
        """
        return _ROWS.found(await self._executor.fetch_row(_DEFAULT, {"buyer_id": buyer_id}))

    async def by_token_hash(self, gateway: str, gateway_token_hash: str) -> StoredPaymentMethod:
        """The payment method of a provider's token, by the token's keyed hash (64 hex digits).

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        asked = {"gateway": gateway, "gateway_token_hash": gateway_token_hash}
        return _ROWS.found(await self._executor.fetch_row(_BY_TOKEN_HASH, asked))
