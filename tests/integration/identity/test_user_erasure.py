"""Personal data is erased when the law no longer keeps it, and the log stays verifiable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import orjson
import pytest

from platform_db.audit.verify import verify
from platform_db.domain.audit_logs import AuditAction, AuditEntry
from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.users import NewUser, ProfileChanges, UserStatus
from platform_db.domain.users.rules import ERASED
from platform_db.errors import NotAllowed, NotFound, RuleViolation, StaleVersion
from platform_db.operations.retention import Swept, retain
from platform_db.repositories.audit_logs import Personal
from tests.integration.clock import ago
from tests.integration.identity.accounts import account, told
from tests.invoice_examples import DAY, SERIES, draft
from tests.raw import connect, refusal

if TYPE_CHECKING:
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.repositories.work import Database
    from tests.raw import Raw

DUE = {"status": "deleted", "deleted_at": ago(days=31)}


async def values_kept(worker: Raw, user: int) -> int:
    return await worker.fetchval(
        "SELECT count(*) FROM audit_personal_data WHERE subject_user_id = $1 AND num_nonnulls(salt, value) > 0", user
    )


async def invoiced(database: Database, user: int) -> Invoice:
    """An open invoice of the user's."""
    async with database.unit_of_work() as work:
        await work.invoices.ensure_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
        return await work.invoices.issue(await work.invoices.draft(draft(user)), SERIES)


async def gone_for_a_month(worker: Raw, user: int) -> None:
    """Delete an account so long ago that its grace is over."""
    await worker.execute(
        "UPDATE users SET status = 'deleted', deleted_at = now() - interval '31 days' WHERE id = $1", user
    )


async def test_an_account_is_nobodys_afterwards(database: Database, worker: Raw) -> None:
    # given a person whose values the log commits to, deleted a month ago, and another person
    new = NewUser(
        email="ayse@ornek-imalat.com.tr", phone="0532 123 45 67", full_name="Ayşe Örnek", company_name="Örnek A.Ş."
    )
    async with database.unit_of_work() as work:
        user = await work.users.register(new)
        await work.users.change(user, ProfileChanges(address="Sanayi Cad. 5", metadata={"theme": "dark"}))
        other = await work.users.register(NewUser(email="baska@ornek-imalat.com.tr"))
    await gone_for_a_month(worker, user.id)
    assert (await values_kept(worker, user.id), await values_kept(worker, other.id)) == (6, 1)
    # when the account is anonymised, and again
    async with database.unit_of_work() as work:
        erased = await work.users.anonymise(await work.users.get(user.id))
    async with database.unit_of_work() as work:
        assert await work.users.anonymise(await work.users.get(user.id)) == erased
    # then the row names nobody
    assert erased.email == f"deleted-{user.id}@anonymised.invalid"
    assert [getattr(erased, name) for name in ERASED] == [None] * len(ERASED)
    assert (erased.email_verified_at, erased.phone_verified_at, erased.status) == (None, None, UserStatus.DELETED)
    # and neither does what stood behind the log
    assert (await values_kept(worker, user.id), await values_kept(worker, other.id)) == (0, 1)
    assert erased.anonymised_at is not None
    assert (await told(database, user.id))[2:] == [
        (
            "user_delete",
            "user.anonymised",
            {"after": {"anonymised_at": erased.anonymised_at.isoformat(), "values_erased": 6}},
        )
    ]
    # and the address and number are free again
    async with database.unit_of_work() as work:
        await work.users.register(new)


async def test_the_log_is_verifiable_after_an_erasure(database: Database, database_url: str, worker: Raw) -> None:
    # given a person in the log
    async with database.unit_of_work() as work:
        user = await work.users.register(NewUser(email="ayse@ornek-imalat.com.tr", full_name="Ayşe Örnek"))
    await gone_for_a_month(worker, user.id)
    # when they are anonymised
    async with database.unit_of_work() as work:
        await work.users.anonymise(await work.users.get(user.id))
    # then every chain still verifies
    auditor = await connect(database_url)
    try:
        await auditor.execute("SET ROLE platform_auditor")
        async with auditor.transaction(isolation="repeatable_read", readonly=True):
            report = await verify(auditor)
        assert (report.verified, report.rows) == (True, 2)
    finally:
        await auditor.close()


async def test_what_is_still_kept_is_refused_with_every_reason(database: Database, worker: Raw) -> None:
    # given accounts that are kept for a reason each
    living = await account(worker, "yasayan")
    within = await account(worker, "bekleyen", status="deleted", deleted_at=ago(days=30, minutes=-1))
    owing = await account(worker, "borclu", **DUE)
    invoice = await invoiced(database, owing)
    for user, rules in (
        (living, ["ck_users_anonymised_after_deleted"]),
        (within, ["users_grace_is_over"]),
        (owing, ["users_no_open_invoice"]),
    ):
        # when one is anonymised, then it is refused and nothing is erased
        with pytest.raises(RuleViolation) as refused:
            async with database.unit_of_work() as work:
                await work.users.anonymise(await work.users.get(user))
        assert [violation.rule for violation in refused.value.violations] == rules
    assert await worker.fetchval("SELECT count(*) FROM users WHERE anonymised_at IS NOT NULL") == 0
    # and an invoice that is settled keeps nobody
    async with database.unit_of_work() as work:
        await work.invoices.cancel(invoice, "Yanlış kesildi")
        assert (await work.users.anonymise(await work.users.get(owing))).anonymised_at is not None


async def test_an_account_is_erased_as_it_was_read(database: Database, worker: Raw) -> None:
    user = await account(worker, "okunan", **DUE)
    async with database.unit_of_work() as work:
        read = await work.users.get(user)
    await worker.execute("UPDATE users SET locale = 'de' WHERE id = $1", user)
    with pytest.raises(StaleVersion):
        async with database.unit_of_work() as work:
            await work.users.anonymise(read)
    with pytest.raises(NotFound):
        async with database.unit_of_work() as work:
            await work.users.anonymise(read.model_copy(update={"id": user + 1}))
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.users.anonymise(await work.users.get(user))


async def test_a_sweep_erases_those_who_are_due(database: Database, worker: Raw) -> None:
    # given three who are due, one of whom an open invoice keeps, and one who is not
    longest = await account(worker, "coktan", status="deleted", deleted_at=ago(days=90))
    owing = await account(worker, "borclu", status="deleted", deleted_at=ago(days=60))
    due = await account(worker, "dolmus", phone="+905321234567", **DUE)
    await account(worker, "bekleyen", status="deleted", deleted_at=ago(days=29))
    await invoiced(database, owing)
    # when the sweep takes one, and then the others
    async with database.unit_of_work() as work:
        first = await work.users.anonymise_due(1)
    async with database.unit_of_work() as work:
        rest = await work.users.anonymise_due()
    async with database.unit_of_work() as work:
        assert await work.users.anonymise_due() == ()
    # then those deleted longest ago came first, and the log has an entry for each sweep that did something
    assert [[user.id for user in swept] for swept in (first, rest)] == [[longest], [due]]
    assert rest[0].phone is None
    sweeps = await worker.fetch(
        "SELECT action::text, entity_id, payload::text FROM audit_logs WHERE event_type = 'user.anonymised' ORDER BY id"
    )
    assert [(row[0], row[1], orjson.loads(row[2])) for row in sweeps] == [
        ("user_delete", None, {"after": {"count": 1, "user_ids": [user], "values_erased": 0}})
        for user in (longest, due)
    ]
    assert await worker.fetchval("SELECT count(*) FROM users WHERE anonymised_at IS NULL") == 2
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.users.anonymise_due(0)
    assert refused.value.rule == "page_limit"


async def test_a_sweep_passes_over_whom_another_has_in_hand(database: Database, database_url: str, worker: Raw) -> None:
    # given two who are due, of whom another transaction has one
    held = await account(worker, "tutulan", status="deleted", deleted_at=ago(days=90))
    free = await account(worker, "serbest", **DUE)
    other = await connect(database_url)
    try:
        await other.execute("SET ROLE platform_worker; BEGIN")
        await other.execute("SELECT FROM users WHERE id = $1 FOR UPDATE", held)
        # when the sweep comes, then it takes the other and does not wait
        async with database.unit_of_work() as work:
            assert [user.id for user in await work.users.anonymise_due()] == [free]
    finally:
        await other.close()


async def test_what_was_anonymised_stays_so_past_the_library_too(database: Database, worker: Raw) -> None:
    # given an anonymised account
    user = await account(worker, "silik", **DUE)
    async with database.unit_of_work() as work:
        await work.users.anonymise(await work.users.get(user))
    # when somebody writes to it by SQL, then the database refuses by name
    for change, rule in (
        ("email = 'geri@ornek.com.tr'", "ck_users_anonymised_is_final"),
        ("anonymised_at = NULL", "ck_users_anonymised_is_final"),
        ("anonymised_at = now()", "ck_users_anonymised_is_final"),
        ("full_name = 'Ayşe'", "ck_users_anonymised_is_empty"),
        ("status = 'inactive'", "ck_users_deleted_at_matches_status"),
        ("status = 'inactive', deleted_at = NULL", "ck_users_restored_within_grace"),
    ):
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await worker.execute(f"UPDATE users SET {change}")  # noqa: S608 - of the list above
        assert refusal(refused.value)[0] == rule


async def test_what_the_log_keeps_of_a_person_is_erased_by_itself(database: Database, worker: Raw) -> None:
    # given a living account
    async with database.unit_of_work() as work:
        user = await work.users.register(NewUser(email="ayse@ornek-imalat.com.tr", full_name="Ayşe Örnek"))
    # when the person has the log's values erased, twice
    async with database.unit_of_work() as work:
        assert await work.personal_data.erase(user.id) == 2
        assert (await work.personal_data.kept_about(user.id)).items == ()
    async with database.unit_of_work() as work:
        assert await work.personal_data.erase(user.id) == 0
        # then the account is as it was
        assert await work.users.get(user.id) == user
    assert await values_kept(worker, user.id) == 0
    assert (await told(database, user.id))[1:] == [("delete", "personal_data.erased", {"after": {"values_erased": 2}})]
    assert await told(database, user.id, "audit_personal_data") == []
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user.id) as work:
            await work.personal_data.erase(user.id)


async def test_what_the_log_takes_in_of_an_anonymous_person_is_swept(database: Database, worker: Raw) -> None:
    # given an anonymous person, about whom the log then took in three values, and another with one
    gone = await account(worker, "giden", **DUE)
    async with database.unit_of_work() as work:
        await work.users.anonymise(await work.users.get(gone))
        living = await work.users.register(NewUser(email="kalan@ornek-imalat.com.tr"))
    async with database.unit_of_work() as work:
        for place in range(3):
            entry = AuditEntry(action=AuditAction.UPDATE, entity_type="orders", entity_id=7)
            work.audit.record(entry, Personal(gone, {"after.shipping_city": f"Bursa {place}"}))
    assert await values_kept(worker, gone) == 3
    # when it is swept in batches
    async with database.unit_of_work() as work:
        assert await work.personal_data.erase_of_anonymised(2) == 2
    assert await retain(database, ["audit_personal_data"]) == (Swept("audit_personal_data", 1),)
    assert await retain(database, ["audit_personal_data"]) == (Swept("audit_personal_data", 0),)
    # then nothing of the one is left, everything of the other, and one entry a batch tells the count
    assert (await values_kept(worker, gone), await values_kept(worker, living.id)) == (0, 1)
    sweeps = await worker.fetch(
        "SELECT action::text, entity_type, entity_id, payload::text FROM audit_logs "
        "WHERE event_type = 'personal_data.swept_erased' ORDER BY id"
    )
    assert [(*row[:3], orjson.loads(row[3])) for row in sweeps] == [
        ("delete", "audit_personal_data", None, {"after": {"count": count}}) for count in (2, 1)
    ]
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.personal_data.erase_of_anonymised(0)
    assert refused.value.rule == "page_limit"
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=living.id) as work:
            await work.personal_data.erase_of_anonymised()
