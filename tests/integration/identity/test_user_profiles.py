"""What an account says of its person changes only as it was read, and a verification proves what was there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import orjson
import pytest

from platform_db.domain.bulk import RowResult
from platform_db.domain.users import NewUser, ProfileChanges, UserStatus
from platform_db.errors import AlreadyExists, NotAllowed, NotFound, RuleViolation, StaleVersion
from tests.integration.clock import ago, now
from tests.integration.identity.accounts import HASH, account, told

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

BCRYPT = "$2b$12$" + "Zk3/" * 13 + "e"


async def version_of(worker: Raw, user: int) -> int:
    return await worker.fetchval("SELECT version FROM users WHERE id = $1", user)


# -- own data --------------------------------------------------------------------------


async def test_a_change_of_true_to_one_is_a_change(database: Database, worker: Raw) -> None:
    # given what a user prefers
    user = await account(worker, "tercih", metadata={"panel": {"dense": 1}})
    async with database.unit_of_work(as_user=user) as work:
        read = await work.users.get(user)
        # when it is given again, and then as a value that Python takes for the same
        same = await work.users.change(read, ProfileChanges(metadata={"panel": {"dense": 1}}))
        await work.users.change(same, ProfileChanges(metadata={"panel": {"dense": True}}))
    # then the second is stored, and on the record
    assert same is read
    assert await worker.fetchval("SELECT metadata::text FROM users WHERE id = $1", user) == '{"panel": {"dense": true}}'
    assert await version_of(worker, user) == 2
    kept = await worker.fetch("SELECT field, value::text FROM audit_personal_data ORDER BY field")
    assert [(row["field"], orjson.loads(row["value"])) for row in kept] == [
        ("after.metadata", {"panel": {"dense": True}}),
        ("before.metadata", {"panel": {"dense": 1}}),
    ]


async def test_consents_are_no_part_of_a_profile(database: Database, worker: Raw) -> None:
    # given an account, and a consent that somebody writes with a stamp of their own
    user = await account(worker, "riza", consents={})
    given = {"consents": {"marketing_email": {"text_version": "1", "given_at": "2001-01-01T00:00:00Z"}}}
    # when it is to be changed as the rest of a profile, then there is no such field
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work(as_user=user) as work:
            await work.users.change(await work.users.get(user), ProfileChanges.parse(given))
    assert refused.value.rule == "users_consents_unknown_field"
    assert await version_of(worker, user) == 1


# -- verification ----------------------------------------------------------------------


async def test_a_verified_address_makes_a_pending_account_active_once(database: Database, worker: Raw) -> None:
    # given an account that is pending
    async with database.unit_of_work() as work:
        made = await work.users.register(NewUser(email="Satis@ornek-imalat.com.tr"))
    # when its address is proved, in another case, and then again
    async with database.unit_of_work() as work:
        verified = await work.users.verify_email(made.id, "satis@ornek-imalat.com.tr")
    async with database.unit_of_work() as work:
        again = await work.users.verify_email(made.id, "SATIS@ornek-imalat.com.tr")
    # then it is active since the database's clock said so, and the first stamp stays
    assert verified.status is UserStatus.ACTIVE
    assert verified.email_verified_at is not None
    assert verified.created_at < verified.email_verified_at < verified.created_at + timedelta(minutes=1)
    assert again == verified
    assert (await told(database, made.id))[1:] == [
        (
            "user_update",
            "user.email_verified",
            {
                "before": {"email_verified_at": None, "status": "pending"},
                "after": {"email_verified_at": verified.email_verified_at.isoformat(), "status": "active"},
            },
        )
    ]
    assert await version_of(worker, made.id) == 2


@pytest.mark.parametrize("status", ["suspended", "inactive"])
async def test_a_closed_account_is_verified_and_stays_closed(database: Database, worker: Raw, status: str) -> None:
    user = await account(worker, "kapali", status=status, email_verified_at=None)
    async with database.unit_of_work() as work:
        verified = await work.users.verify_email(user, "kapali@ornek-imalat.com.tr")
    assert verified.email_verified_at is not None
    assert verified.status.value == status
    # and the log tells no status, which did not change
    stamp = verified.email_verified_at.isoformat()
    payload = {"before": {"email_verified_at": None}, "after": {"email_verified_at": stamp}}
    assert await told(database, user) == [("user_update", "user.email_verified", payload)]


async def test_what_was_proved_is_the_address_of_now_or_nothing_is_stamped(database: Database, worker: Raw) -> None:
    # given somebody who asked for a link, and changed the address before using it
    user = await account(worker, "once", email_verified_at=None)
    async with database.unit_of_work() as work:
        read = await work.users.get(user)
        await work.users.change_email(read, "sonra@ornek-imalat.com.tr")
    # when the link is used, then nothing is proved of the new address
    for refused, email in ((StaleVersion, "once@ornek-imalat.com.tr"), (RuleViolation, "once")):
        with pytest.raises(refused):
            async with database.unit_of_work() as work:
                await work.users.verify_email(user, email)
    with pytest.raises(NotFound):
        async with database.unit_of_work() as work:
            await work.users.verify_email(user + 1, "sonra@ornek-imalat.com.tr")
    assert await worker.fetchval("SELECT email_verified_at FROM users WHERE id = $1", user) is None


async def test_a_phone_number_is_verified_and_another_one_is_not(database: Database, worker: Raw) -> None:
    # given an account with a number
    user = await account(worker, "tel", phone="+905321234567")
    # when it is proved
    async with database.unit_of_work() as work:
        verified = await work.users.verify_phone(user, "0532 123 45 67")
        again = await work.users.verify_phone(user, "+905321234567")
    # then the stamp is there, once
    assert verified.phone_verified_at is not None
    assert again == verified
    # and when the person takes another number, then that one is not verified
    async with database.unit_of_work(as_user=user) as work:
        changed = await work.users.change(verified, ProfileChanges(phone="0533 123 45 67"))
    assert (changed.phone, changed.phone_verified_at) == ("+905331234567", None)
    stamp = verified.phone_verified_at.isoformat()
    assert await told(database, user) == [
        (
            "user_update",
            "user.phone_verified",
            {"before": {"phone_verified_at": None}, "after": {"phone_verified_at": stamp}},
        ),
        (
            "user_update",
            "user.changed",
            {"before": {"phone_verified_at": stamp}, "after": {"phone_verified_at": None}},
        ),
    ]
    for refused, phone in ((StaleVersion, "0532 123 45 67"), (RuleViolation, "0532")):
        with pytest.raises(refused):
            async with database.unit_of_work() as work:
                await work.users.verify_phone(user, phone)


async def test_a_verified_number_is_taken_away_by_its_owner(database: Database, worker: Raw) -> None:
    user = await account(worker, "tel", phone="+905321234567", phone_verified_at=ago(days=1))
    async with database.unit_of_work(as_user=user) as work:
        changed = await work.users.change(await work.users.get(user), ProfileChanges(phone=None))
    assert (changed.phone, changed.phone_verified_at) == (None, None)


async def test_a_verification_ends_with_its_value_past_the_library_too(worker: Raw) -> None:
    # given an account whose address and number are verified
    stamps = {"email_verified_at": ago(days=1), "phone_verified_at": ago(days=1)}
    user = await account(worker, "ham", phone="+905321234567", **stamps)
    # when others are written by SQL
    await worker.execute("UPDATE users SET email = 'yeni@ornek.com.tr', phone = '+905331234567' WHERE id = $1", user)
    # then neither is verified; but a stamp that comes with a number is kept
    assert tuple((await worker.fetchrow("SELECT email_verified_at, phone_verified_at FROM users"))[:]) == (None, None)
    await worker.execute("UPDATE users SET phone = '+905341234567', phone_verified_at = $1", now())
    assert await worker.fetchval("SELECT phone_verified_at FROM users") == now()


# -- address ---------------------------------------------------------------------------


async def test_another_address_is_unique_in_any_case_and_not_verified(database: Database, worker: Raw) -> None:
    # given two accounts
    user = await account(worker, "eski")
    await account(worker, "Dolu")
    async with database.unit_of_work() as work:
        read = await work.users.get(user)
    assert read.email_verified_at is not None
    # when one takes the address of the other, then it is refused
    with pytest.raises(AlreadyExists) as refused:
        async with database.unit_of_work() as work:
            await work.users.change_email(read, "dolu@ornek-imalat.com.tr")
    assert (refused.value.constraint, refused.value.fields) == ("uq_users_email", ("email",))
    # and when it takes a free one, then that is not verified, and the log says neither
    async with database.unit_of_work() as work:
        changed = await work.users.change_email(read, "Yeni@ORNEK-imalat.com.tr")
        assert await work.users.change_email(changed, "Yeni@ornek-imalat.com.tr") is changed
    assert (changed.email, changed.email_verified_at, changed.status) == (
        "Yeni@ornek-imalat.com.tr",
        None,
        UserStatus.ACTIVE,
    )
    ((action, event, payload),) = await told(database, user)
    assert (action, event) == ("user_update", "user.email_changed")
    assert payload == {
        "before": {"email_verified_at": read.email_verified_at.isoformat()},
        "after": {"email_verified_at": None},
    }
    kept = await worker.fetch("SELECT field, value FROM audit_personal_data ORDER BY field")
    assert [(row["field"], orjson.loads(row["value"])) for row in kept] == [
        ("after.email", "Yeni@ornek-imalat.com.tr"),
        ("before.email", "eski@ornek-imalat.com.tr"),
    ]
    with pytest.raises(StaleVersion):
        async with database.unit_of_work() as work:
            await work.users.change_email(read, "baska@ornek-imalat.com.tr")


async def test_a_user_changes_neither_address_nor_verification(database: Database, worker: Raw) -> None:
    user = await account(worker, "kendi", email_verified_at=None, phone="+905321234567")
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.users.change_email(await work.users.get(user), "yeni@ornek-imalat.com.tr")
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.users.verify_email(user, "kendi@ornek-imalat.com.tr")
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.users.verify_phone(user, "+905321234567")
    assert await version_of(worker, user) == 1


# -- password --------------------------------------------------------------------------


async def test_a_password_changes_and_the_log_holds_nothing_of_it(database: Database, worker: Raw) -> None:
    # given an account, and its owner
    user = await account(worker, "parola", password_hash=BCRYPT)
    # when the password changes
    async with database.unit_of_work(as_user=user) as work:
        changed = await work.users.change_password(await work.users.get(user), HASH)
    # then it is stored, and nowhere told
    assert changed.password_hash == HASH
    assert await told(database, user) == [("user_password_change", "user.password_changed", {})]
    assert await worker.fetchval("SELECT count(*) FROM audit_personal_data") == 0
    for refused in ("parola123", HASH[:40]):
        with pytest.raises(RuleViolation) as raised:
            async with database.unit_of_work(as_user=user) as work:
                await work.users.change_password(changed, refused)
        assert raised.value.rule == "ck_users_password_hash_format"
        assert refused not in f"{raised.value!r}{raised.value}"
    assert await worker.fetchval("SELECT password_hash FROM users WHERE id = $1", user) == HASH


async def test_a_reset_password_opens_the_account(database: Database, worker: Raw) -> None:
    # given a locked account that has asked for resets
    counted = {"failed_login_attempts": 10, "otp_attempts": 3, "reset_attempts": 2}
    until = ago(minutes=-10)
    user = await account(worker, "sifirla", password_hash=BCRYPT, locked_until=until, **counted)
    # when the reset succeeds
    async with database.unit_of_work() as work:
        changed = await work.users.reset_password(await work.users.get(user), HASH)
        state = await work.users.login_state(user)
    # then every counter begins anew
    assert changed.password_hash == HASH
    assert (state.failed_login_attempts, state.otp_attempts, state.reset_attempts, state.is_locked) == (0, 0, 0, False)
    ((action, event, payload),) = await told(database, user)
    assert (action, event) == ("user_password_change", "user.password_reset")
    assert payload == {
        "before": {**counted, "locked_until": until.isoformat()},
        "after": dict.fromkeys(counted, 0) | {"locked_until": None},
    }


# -- many ------------------------------------------------------------------------------


async def test_many_are_registered_with_an_outcome_each(database: Database, worker: Raw) -> None:
    # given an account
    await account(worker, "Dolu", phone="+905321234567")
    rows = [
        {"email": "bir@ornek-imalat.com.tr", "phone": "0533 111 22 33", "full_name": "Bir"},
        {"email": "DOLU@ornek-imalat.com.tr"},
        {"email": "adres-degil"},
        {"email": "iki@ornek-imalat.com.tr", "phone": "0532 123 45 67"},
        {"email": "BIR@ornek-imalat.com.tr"},
        NewUser(email="uc@ornek-imalat.com.tr"),
    ]
    # when six come at once
    async with database.unit_of_work() as work:
        report = await work.users.register_many(rows)
    # then two are there, and four are refused by name
    assert [outcome.result for outcome in report] == [
        RowResult.CREATED,
        *[RowResult.REFUSED] * 4,
        RowResult.CREATED,
    ]
    errors = [outcome.error for outcome in report.refused]
    assert [getattr(error, "constraint", None) or getattr(error, "rule", None) for error in errors] == [
        "uq_users_email",
        "email_format",
        "uq_users_phone",
        "uq_users_email",
    ]
    assert [str(error).partition(": ")[2] for error in errors[3:]] == ["row 4 has the key of row 0 of the same call"]
    assert [user.email for user in report.rows] == ["bir@ornek-imalat.com.tr", "uc@ornek-imalat.com.tr"]
    assert await worker.fetchval("SELECT count(*) FROM users") == 3
    ((action, event, payload),) = await told(database, report.rows[0].id)
    assert (action, event) == ("user_create", "user.registered")
    assert "bir@" not in orjson.dumps(payload).decode()
    assert await worker.fetchval("SELECT count(*) FROM audit_logs") == 2
