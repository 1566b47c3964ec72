"""Stored ways to pay: kept encrypted, found by buyer or token, one the default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.columns import columns_of, differing
from platform_db.domain.fields import BigInteger
from platform_db.domain.models import changed_fields
from platform_db.domain.payment_methods import (
    NewPaymentMethod,
    PaymentMethod,
    PaymentMethodChanges,
    StoredPaymentMethod,
)
from platform_db.repositories.filters import Filter, Listing, equal
from platform_db.repositories.natural_keys import NaturalKey
from platform_db.repositories.paging import Key
from platform_db.repositories.payloads import given
from platform_db.repositories.payment_methods.secrets import rewritten, secret_columns, token_hashes
from platform_db.repositories.repository import Repository
from platform_db.repositories.rows import Rows
from platform_db.schema.payment_methods import payment_methods

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import SecretStr

    from platform_db.database.executor import Executor
    from platform_db.encryption import Keyring
    from platform_db.repositories.audit_logs import AuditTrail

__all__ = ["PaymentMethodFilter", "PaymentMethodRepository"]

_ROWS: Final = Rows(payment_methods, StoredPaymentMethod, "payment method")


class PaymentMethodFilter(Filter):
    """Which payment methods a list holds; what is not given, or None, does not restrict."""

    buyer_id: Annotated[int | None, BigInteger()] = None
    method: PaymentMethod | None = None
    is_active: bool | None = None


_LISTING: Final = Listing(
    payment_methods,
    StoredPaymentMethod,
    (Key("id"),),
    {name: equal(name) for name in PaymentMethodFilter.model_fields},
)

_ADDED: Final = (
    *(name for name in NewPaymentMethod.model_fields if name in StoredPaymentMethod.model_fields),
    "gateway_token_hash",
    "gateway_token_encrypted",
    "holder_identity_encrypted",
)
_New: Final = columns_of(StoredPaymentMethod, _ADDED)
_TOLD: Final = ("buyer_id", "method", "is_default", "is_active", "card_brand", "bank_code", "gateway")
"""What the audit log says of a new payment method: nothing that names its holder, and no part of a number."""

_KEY: Final = NaturalKey(payment_methods, ("gateway", "gateway_token_hash"))

_BUYER: Final[sa.BindParameter[int]] = sa.bindparam("buyer_id", type_=sa.BigInteger())
_OF_BUYER: Final = sa.select(payment_methods).where(payment_methods.c.buyer_id == _BUYER)
_EVERY: Final = Statement(_OF_BUYER.order_by(payment_methods.c.is_default.desc(), payment_methods.c.id))
_DEFAULT: Final = Statement(_OF_BUYER.where(payment_methods.c.is_default))
_LOCK_ALL: Final = Statement(_OF_BUYER.order_by(payment_methods.c.id).with_for_update(key_share=True))
_CLEAR_DEFAULT: Final = Statement(
    sa.update(payment_methods)
    .where(
        payment_methods.c.buyer_id == _BUYER,
        payment_methods.c.is_default,
        payment_methods.c.id != sa.bindparam("id", type_=sa.BigInteger()),
    )
    .values(is_default=False)
    .returning(*payment_methods.c)
)
_BY_TOKEN_HASH: Final = Statement(
    sa.select(payment_methods).where(
        payment_methods.c.gateway == sa.bindparam("gateway", type_=sa.Text()),
        payment_methods.c.gateway_token_hash == sa.any_(sa.bindparam("hashes", type_=sa.ARRAY(sa.Text()))),
    )
)
_ADD: Final = Statement(
    postgresql.insert(payment_methods)
    .values({name: sa.bindparam(name, type_=payment_methods.c[name].type) for name in _ADDED})
    .on_conflict_do_nothing(index_elements=["gateway", "gateway_token_hash"])
    .returning(*payment_methods.c)
)
_REMOVE: Final = Statement(
    sa.delete(payment_methods).where(_ROWS.key, _ROWS.as_read).returning(payment_methods.c.id),
)


class PaymentMethodRepository(Repository[StoredPaymentMethod, PaymentMethodFilter]):
    """Stored ways to pay, listed by id. Belongs to one unit of work and never commits.

    As a user (platform_app) it sees and changes the user's own. Rows hold tokens and identity
    numbers encrypted; what reads or writes one takes the keys.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, _ROWS, _LISTING)

    async def add(self, new: NewPaymentMethod, keys: Keyring | None = None) -> StoredPaymentMethod:
        """Store a way to pay; the same token of the same buyer again gives the one stored first.

        ``keys`` encrypt the provider's token and the holder's identity number; without either
        they are not needed.

        Raises
        ------
        RuleViolation
            A rule is broken (``ck_payment_methods_card_has_expiry``, ``…_token_has_hash``), or a
            secret came without keys (``encryption_needs_keys``); nothing was stored.
        AlreadyExists
            The token is stored for another buyer.
        StillReferenced
            There is no such buyer.
        NotAllowed
            The unit of work acts for another user.
        """
        named = new.model_dump(exclude={"gateway_token", "holder_identity"})
        columns = {**named, **secret_columns(new, keys)}
        _New.parse(columns)
        first = await self._stored_first(new, keys)
        if first is not None:
            return first
        row = await self._executor.fetch_row(_ADD, columns)
        if row is not None:
            added = _ROWS.read(row)
            self._audit.note(AuditAction.CREATE, "payment_method.added", added, {}, given(added, _TOLD))
            return added
        first = await self._stored_first(new, keys)
        if first is not None:
            return first
        raise _KEY.exists()

    async def change(self, method: StoredPaymentMethod, changes: PaymentMethodChanges) -> StoredPaymentMethod:
        """Correct what is known of a way to pay; only what is given changes.

        Raises
        ------
        RuleViolation
            The resulting row would break a rule.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._changed(method, "payment_method.changed", changed_fields(changes))

    async def make_default(self, method: StoredPaymentMethod) -> StoredPaymentMethod:
        """Offer this one first; the buyer's default until now is one no more.

        The buyer's payment methods are locked until the unit ends, so of many at once one
        after the other becomes the default, and there is never a second.

        Raises
        ------
        RuleViolation
            It is not offered at all (``ck_payment_methods_default_is_active``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        method.checked({"is_default": True})
        locked = map(_ROWS.read, await self._executor.fetch(_LOCK_ALL, {"buyer_id": method.buyer_id}))
        if (method.id, method.version) not in {(row.id, row.version) for row in locked}:
            raise await _ROWS.stale(self._executor, method)
        cleared = await self._executor.fetch(_CLEAR_DEFAULT, {"buyer_id": method.buyer_id, "id": method.id})
        for row in cleared:
            self._note("payment_method.no_longer_default", _ROWS.read(row), {"is_default": True}, {"is_default": False})
        return await self._changed(method, "payment_method.made_default", {"is_default": True})

    async def deactivate(self, method: StoredPaymentMethod) -> StoredPaymentMethod:
        """Offer it no more, neither first nor at all; it stays for the payments that name it.

        Raises
        ------
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._changed(method, "payment_method.deactivated", {"is_active": False, "is_default": False})

    async def reactivate(self, method: StoredPaymentMethod) -> StoredPaymentMethod:
        """Offer it again, not as the default.

        Raises
        ------
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._changed(method, "payment_method.reactivated", {"is_active": True})

    async def remove(self, method: StoredPaymentMethod) -> None:
        """Delete it with its secrets; transactions that named it name none (KVKK art. 7).

        Raises
        ------
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        row = await self._executor.fetch_row(_REMOVE, _ROWS.demanded(method, _REMOVE))
        if row is None:
            raise await _ROWS.stale(self._executor, method)
        self._audit.note(AuditAction.DELETE, "payment_method.removed", method, given(method, _TOLD), {})

    async def encrypt_anew(self, method: StoredPaymentMethod, keys: Keyring) -> StoredPaymentMethod:
        """Write its secrets with the key that encrypts now; nothing where they are already.

        Raises
        ------
        RuleViolation
            ``encrypted_readable``: a secret's key is not in the ring.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        wanted = rewritten(method, keys)
        if not wanted:
            return method
        changed = await _ROWS.change(self._executor, method, wanted)
        self._note("payment_method.encrypted_anew", changed, {}, {"columns": " ".join(sorted(wanted))})
        return changed

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

    async def by_token(self, gateway: str, token: SecretStr, keys: Keyring) -> StoredPaymentMethod:
        """The payment method of a provider's token, whichever key it was stored under.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        asked = {"gateway": gateway, "hashes": token_hashes(token, keys)}
        return _ROWS.found(await self._executor.fetch_row(_BY_TOKEN_HASH, asked))

    async def by_token_hash(self, gateway: str, gateway_token_hash: str) -> StoredPaymentMethod:
        """The payment method of a provider's token, by the token's keyed hash (64 hex digits).

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        asked = {"gateway": gateway, "hashes": [gateway_token_hash]}
        return _ROWS.found(await self._executor.fetch_row(_BY_TOKEN_HASH, asked))

    async def _stored_first(self, new: NewPaymentMethod, keys: Keyring | None) -> StoredPaymentMethod | None:
        """The row of the same token, under whichever key it was stored; None where there is none to be seen."""
        if new.gateway_token is None or keys is None:
            return None
        asked = {"gateway": new.gateway, "hashes": token_hashes(new.gateway_token, keys)}
        row = await self._executor.fetch_row(_BY_TOKEN_HASH, asked)
        if row is None:
            return None
        first = _ROWS.read(row)
        if first.buyer_id != new.buyer_id:
            raise _KEY.exists()
        return first

    async def _changed(
        self, method: StoredPaymentMethod, event: str, changes: Mapping[str, object]
    ) -> StoredPaymentMethod:
        wanted = differing(method, method.checked(changes))
        if not wanted:
            return method
        changed = await _ROWS.change(self._executor, method, wanted)
        self._note(event, changed, {name: getattr(method, name) for name in wanted}, wanted)
        return changed

    def _note(
        self, event: str, method: StoredPaymentMethod, before: Mapping[str, object], after: Mapping[str, object]
    ) -> None:
        self._audit.note(AuditAction.UPDATE, event, method, before, after)
