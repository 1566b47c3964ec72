"""Payment methods: stored encrypted, one the default, removed with their secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from platform_db.domain.payment_methods import (
    NewPaymentMethod,
    PaymentMethod,
    PaymentMethodChanges,
    StoredPaymentMethod,
)
from platform_db.encryption import Keyring
from platform_db.errors import AlreadyExists, NotFound, RuleViolation, StaleVersion
from platform_db.repositories.payment_methods import PaymentMethodFilter, gateway_token, holder_identity
from tests.integration.stored import new_user

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

OLD = Keyring({"k1": bytes(range(32))})
KEYS = Keyring({"k2": bytes(range(32, 64)), "k1": bytes(range(32))})
TOKEN = "tok_7f3a9c"


def card(buyer: int, token: str | None = TOKEN, **more: object) -> NewPaymentMethod:
    return NewPaymentMethod.parse(
        {
            "buyer_id": buyer,
            "method": PaymentMethod.CREDIT_CARD,
            "card_brand": "Troy",
            "card_last_four": "0042",
            "card_exp_month": 12,
            "card_exp_year": 2030,
            **({"gateway": "iyzico", "gateway_token": token} if token else {}),
            **more,
        }
    )


async def added(database: Database, buyer: int, count: int) -> list[StoredPaymentMethod]:
    async with database.unit_of_work(as_user=buyer) as work:
        return [await work.payment_methods.add(card(buyer, f"{TOKEN}-{place}"), KEYS) for place in range(count)]


async def entries(worker: Raw, method: int) -> list[tuple[str, str]]:
    rows = await worker.fetch(
        "SELECT action::text, event_type FROM audit_logs WHERE entity_type = 'payment_methods' AND entity_id = $1 "
        "ORDER BY id",
        method,
    )
    return [(row["action"], row["event_type"]) for row in rows]


async def test_secrets_are_stored_encrypted_and_read_with_the_keys(database: Database, worker: Raw) -> None:
    # given a buyer
    buyer = await new_user(worker, "alici")
    # when a card with a token and an identity number is stored
    async with database.unit_of_work(as_user=buyer) as work:
        method = await work.payment_methods.add(card(buyer, holder_kind="tckn", holder_identity="10000000146"), KEYS)
    # then the row holds neither, the keys give both, and the entry tells of none
    stored = bytes(await worker.fetchval("SELECT to_jsonb(m)::text::bytea FROM payment_methods m"))
    assert TOKEN.encode() not in stored
    assert b"10000000146" not in stored
    assert gateway_token(method, KEYS) == SecretStr(TOKEN)
    assert holder_identity(method, KEYS) == SecretStr("10000000146")
    assert (method.is_default, method.is_active) == (False, True)
    assert await entries(worker, method.id) == [("create", "payment_method.added")]
    payload = await worker.fetchval("SELECT payload::text FROM audit_logs WHERE entity_type = 'payment_methods'")
    assert "0042" not in payload
    assert TOKEN not in payload


async def test_a_secret_moved_to_another_buyer_is_not_read(database: Database, worker: Raw) -> None:
    # given a token of one buyer, moved to another by raw SQL
    buyer, other = [await new_user(worker, name) for name in ("alici", "baska.alici")]
    [method] = await added(database, buyer, 1)
    await worker.execute("UPDATE payment_methods SET buyer_id = $1", other)
    # when it is read, then it is refused by name
    async with database.unit_of_work() as work:
        moved = await work.payment_methods.get(method.id)
    with pytest.raises(RuleViolation) as refused:
        gateway_token(moved, KEYS)
    assert [(item.rule, item.fields) for item in refused.value.violations] == [
        ("encrypted_readable", ("gateway_token_encrypted",))
    ]


async def test_a_token_is_stored_once_whichever_key_was_in_use(database: Database, worker: Raw) -> None:
    # given a token stored under the old key
    buyer, other = [await new_user(worker, name) for name in ("alici", "baska.alici")]
    async with database.unit_of_work() as work:
        first = await work.payment_methods.add(card(buyer), OLD)
    # when it comes again under the new ring, then it is the same row, found by its token, and nobody else's
    async with database.unit_of_work() as work:
        assert await work.payment_methods.add(card(buyer), KEYS) == first
        assert await work.payment_methods.by_token("iyzico", SecretStr(TOKEN), KEYS) == first
        with pytest.raises(NotFound):
            await work.payment_methods.by_token("iyzico", SecretStr("tok_other"), KEYS)
    for identity in (None, other):
        with pytest.raises(AlreadyExists):
            async with database.unit_of_work(as_user=identity) as work:
                await work.payment_methods.add(card(other), OLD)
    assert await worker.fetchval("SELECT count(*) FROM payment_methods") == 1


async def test_secrets_are_written_anew_with_the_key_in_front(database: Database, worker: Raw) -> None:
    # given a row of the old key
    buyer = await new_user(worker, "alici")
    async with database.unit_of_work() as work:
        first = await work.payment_methods.add(card(buyer, holder_kind="vkn", holder_identity="4540536920"), OLD)
    # when it is encrypted anew, twice
    async with database.unit_of_work() as work:
        second = await work.payment_methods.encrypt_anew(first, KEYS)
        third = await work.payment_methods.encrypt_anew(second, KEYS)
    # then the new key alone reads it, and the second time changed nothing
    alone = Keyring({"k2": bytes(range(32, 64))})
    assert (gateway_token(third, alone), holder_identity(third, alone)) == (SecretStr(TOKEN), SecretStr("4540536920"))
    assert (second.version, third.version) == (2, 2)
    assert (await entries(worker, first.id))[1:] == [("update", "payment_method.encrypted_anew")]


@pytest.mark.parametrize("secret", ["4242424242424242", "4242 4242-4242.4242", "\uff14\uff12" * 8])
@pytest.mark.parametrize("name", ["gateway_token", "holder_identity", "card_holder_name", "card_brand", "bank_name"])
def test_a_card_number_is_no_token(name: str, secret: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        card(1, **{name: secret})
    assert [(item.rule, item.fields) for item in refused.value.violations] == [
        ("payment_methods_no_card_number", (name,))
    ]
    assert "4242" not in str(refused.value)


def test_a_card_number_is_no_correction() -> None:
    with pytest.raises(RuleViolation):
        PaymentMethodChanges.parse({"card_holder_name": "Depo 4242 4242 4242 4242"})


async def test_what_breaks_a_rule_is_not_stored(database: Database, worker: Raw) -> None:
    # given a card without its year, and a secret without keys
    buyer = await new_user(worker, "alici")
    cases = [
        (card(buyer, card_exp_year=None), KEYS, "ck_payment_methods_card_has_expiry"),
        (card(buyer, gateway=None), KEYS, "ck_payment_methods_token_has_hash"),
        (card(buyer), None, "encryption_needs_keys"),
    ]
    # when each is stored, then it is refused by name
    for new, keys, rule in cases:
        with pytest.raises(RuleViolation) as refused:
            async with database.unit_of_work() as work:
                await work.payment_methods.add(new, keys)
        assert [item.rule for item in refused.value.violations] == [rule]
    assert await worker.fetchval("SELECT count(*) FROM payment_methods") == 0


async def test_one_method_is_the_default(database: Database, worker: Raw) -> None:
    # given three methods of a buyer
    buyer = await new_user(worker, "alici")
    first, second, third = await added(database, buyer, 3)
    # when one after the other becomes the default
    async with database.unit_of_work(as_user=buyer) as work:
        first = await work.payment_methods.make_default(first)
        second = await work.payment_methods.make_default(second)
        # then the last one is; a version from before is stale
        assert await work.payment_methods.default_of(buyer) == second
        with pytest.raises(StaleVersion):
            async with work.savepoint():
                await work.payment_methods.make_default(first)
        assert [each.id for each in await work.payment_methods.of_buyer(buyer)] == [second.id, first.id, third.id]
    assert await entries(worker, first.id) == [
        ("create", "payment_method.added"),
        ("update", "payment_method.made_default"),
        ("update", "payment_method.no_longer_default"),
    ]


async def test_what_is_not_offered_is_no_default(database: Database, worker: Raw) -> None:
    # given a default that is deactivated
    buyer = await new_user(worker, "alici")
    [method] = await added(database, buyer, 1)
    async with database.unit_of_work(as_user=buyer) as work:
        method = await work.payment_methods.deactivate(await work.payment_methods.make_default(method))
    assert (method.is_active, method.is_default) == (False, False)
    # when it is made the default, then library and database refuse by one name
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work(as_user=buyer) as work:
            await work.payment_methods.make_default(method)
    assert [item.rule for item in refused.value.violations] == ["ck_payment_methods_default_is_active"]
    # and once it is offered again it may be
    async with database.unit_of_work(as_user=buyer) as work:
        again = await work.payment_methods.make_default(await work.payment_methods.reactivate(method))
    assert again.is_default
    assert (await entries(worker, method.id))[2:] == [
        ("update", "payment_method.deactivated"),
        ("update", "payment_method.reactivated"),
        ("update", "payment_method.made_default"),
    ]


async def test_what_is_known_is_corrected_and_removed(database: Database, worker: Raw) -> None:
    # given a method
    buyer, other = [await new_user(worker, name) for name in ("alici", "baska.alici")]
    [method] = await added(database, buyer, 1)
    # when its expiry is corrected, and the same again
    async with database.unit_of_work(as_user=buyer) as work:
        changed = await work.payment_methods.change(method, PaymentMethodChanges(card_exp_year=2031, card_brand=None))
        same = await work.payment_methods.change(changed, PaymentMethodChanges(card_exp_year=2031))
    assert (changed.card_exp_year, changed.card_brand, changed.version, same.version) == (2031, None, 2, 2)
    # then nobody else removes it, nor a stale version; its owner does
    with pytest.raises(NotFound):
        async with database.unit_of_work(as_user=other) as work:
            await work.payment_methods.remove(changed)
    with pytest.raises(StaleVersion):
        async with database.unit_of_work(as_user=buyer) as work:
            await work.payment_methods.remove(method)
    async with database.unit_of_work(as_user=buyer) as work:
        await work.payment_methods.remove(changed)
        assert await work.payment_methods.count(PaymentMethodFilter(buyer_id=buyer)) == 0
    assert (await entries(worker, method.id))[1:] == [
        ("update", "payment_method.changed"),
        ("delete", "payment_method.removed"),
    ]
