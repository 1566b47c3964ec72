"""Users are registered, found, changed and listed; the database refuses what the library would."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import orjson
import pytest

from platform_db.domain.models import changed_fields
from platform_db.domain.users import NewUser, ProfileChanges, TaxNumberKind, UserRole, UserStatus
from platform_db.errors import AlreadyExists, NotAllowed, NotFound, RuleViolation, StaleVersion
from platform_db.repositories.users import UserFilter

if TYPE_CHECKING:
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

NEW = NewUser(email="siparis@ornek-makina.com.tr", phone="0532 123 45 67", full_name="Örnek Makina Sipariş")


async def test_a_registered_user_reads_back_equal(database: Database) -> None:
    async with database.unit_of_work() as work:
        made = await work.users.register(NEW)
    async with database.unit_of_work() as work:
        found = await work.users.get(made.id)

    assert found == made
    assert (found.phone, found.status, found.version) == ("+905321234567", UserStatus.PENDING, 1)


async def test_a_user_is_found_by_any_way_of_writing(database: Database) -> None:
    async with database.unit_of_work() as work:
        made = await work.users.register(NEW)

    async with database.unit_of_work() as work:
        assert await work.users.by_email("SIPARIS@Ornek-Makina.com.tr") == made
        assert await work.users.by_phone("(0532) 123-45-67") == made
        with pytest.raises(NotFound):
            await work.users.by_email("baskasi@ornek-makina.com.tr")


async def test_the_address_is_taken_in_any_case(database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.users.register(NEW)

    with pytest.raises(AlreadyExists) as refused:
        async with database.unit_of_work() as work:
            await work.users.register(NewUser(email="Siparis@ornek-makina.com.tr"))

    assert (refused.value.constraint, refused.value.fields) == ("uq_users_email", ("email",))
    assert "siparis" not in str(refused.value).lower()


async def test_the_phone_is_taken_however_it_is_written(database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.users.register(NEW)

    with pytest.raises(AlreadyExists) as refused:
        async with database.unit_of_work() as work:
            await work.users.register(NewUser(email="depo@ornek-makina.com.tr", phone="+90 532 123 45 67"))

    assert (refused.value.constraint, refused.value.fields) == ("uq_users_phone", ("phone",))


async def test_a_change_counts_the_version_and_a_stale_one_is_refused(database: Database) -> None:
    async with database.unit_of_work() as work:
        read = await work.users.register(NEW)
    async with database.unit_of_work() as work:
        changed = await work.users.change(read, ProfileChanges(full_name="Örnek Makina", phone=None))

    assert (changed.full_name, changed.phone, changed.version) == ("Örnek Makina", None, 2)
    assert changed.updated_at > read.updated_at
    with pytest.raises(StaleVersion):
        async with database.unit_of_work() as work:
            await work.users.change(read, ProfileChanges(full_name="Eski okuma"))
    async with database.unit_of_work() as work:
        assert await work.users.get(read.id) == changed


async def test_no_update_is_lost_between_sixteen_writers(database: Database) -> None:
    async with database.unit_of_work() as work:
        made = await work.users.register(NEW)

    async def rename(number: int) -> bool:
        try:
            async with database.unit_of_work() as work:
                await work.users.change(made, ProfileChanges(full_name=f"Yazar {number}"))
        except StaleVersion:
            return False
        return True

    won = await asyncio.gather(*(rename(number) for number in range(16)))

    assert won.count(True) == 1
    async with database.unit_of_work() as work:
        assert (await work.users.get(made.id)).full_name == f"Yazar {won.index(True)}"


async def test_a_change_that_breaks_a_rule_stores_nothing(database: Database) -> None:
    async with database.unit_of_work() as work:
        made = await work.users.register(NEW)

    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.users.change(made, ProfileChanges(tax_number="1234567890"))

    assert [(broken.rule, broken.fields) for broken in refused.value.violations] == [
        ("ck_users_tax_number_format", ("tax_number", "tax_number_kind")),
        ("ck_users_tax_number_has_kind", ("tax_number", "tax_number_kind")),
    ]
    async with database.unit_of_work() as work:
        assert await work.users.get(made.id) == made


def test_a_tax_number_with_a_wrong_checksum_is_refused_by_the_domain() -> None:
    with pytest.raises(RuleViolation) as refused:
        NewUser.parse(
            {"email": NEW.email, "tax_number": "1234567891", "tax_number_kind": TaxNumberKind.VKN},
        )

    assert refused.value.rule == "vkn_checksum"


def test_a_patch_tells_none_from_nothing() -> None:
    assert changed_fields(ProfileChanges(full_name=None)) == {"full_name": None}
    assert changed_fields(ProfileChanges()) == {}


async def test_a_user_sees_and_changes_only_the_own_row(database: Database) -> None:
    async with database.unit_of_work() as work:
        mine = await work.users.register(NEW)
        other = await work.users.register(NewUser(email="baska@ornek-makina.com.tr"))

    async with database.unit_of_work(as_user=mine.id) as work:
        assert (await work.users.page()).items == (mine,)
        with pytest.raises(NotFound):
            await work.users.get(other.id)
        changed = await work.users.change(mine, ProfileChanges(company_name="Örnek Makina A.Ş."))
    assert changed.company_name == "Örnek Makina A.Ş."
    with pytest.raises(NotFound):
        async with database.unit_of_work(as_user=mine.id) as work:
            await work.users.change(other, ProfileChanges(full_name="Başkası"))
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=mine.id) as work:
            await work.users.register(NewUser(email="yeni@ornek-makina.com.tr"))


async def test_a_list_gives_every_row_once_on_ties_and_while_rows_are_added(database: Database, worker: Raw) -> None:
    # given 25 users, all made in the same instant
    await worker.execute(
        """INSERT INTO users (email, created_at) SELECT 'u' || n || '@ornek.com.tr', '2026-01-05 12:00+00'
        FROM generate_series(1, 25) AS n"""
    )
    seen: list[int] = []
    after: str | None = None

    # when the list is read in pages of 7, while newer users come
    async with database.unit_of_work() as work:
        while True:
            page = await work.users.page(after=after, limit=7)
            seen += [user.id for user in page.items]
            await worker.execute("INSERT INTO users (email) VALUES ($1)", f"yeni{len(seen)}@ornek.com.tr")
            if page.next_cursor is None:
                break
            after = page.next_cursor

    # then every one of the 25 was seen exactly once, newest key first
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == len(seen) == 25


async def test_a_cursor_belongs_to_its_list_and_filter(database: Database) -> None:
    async with database.unit_of_work() as work:
        for number in range(3):
            await work.users.register(NewUser(email=f"f{number}@ornek.com.tr", role=UserRole.VIEWER))
        page = await work.users.page(UserFilter(role=UserRole.VIEWER), limit=2)
        assert page.next_cursor is not None

        rest = await work.users.page(UserFilter(role=UserRole.VIEWER), after=page.next_cursor, limit=2)
        assert len(rest.items) == 1
        for wrong in (page.next_cursor + "x", "W10", "%%", "", page.next_cursor[:-4]):
            with pytest.raises(RuleViolation) as refused:
                await work.users.page(UserFilter(role=UserRole.VIEWER), after=wrong, limit=2)
            assert refused.value.rule == "page_cursor"
        with pytest.raises(RuleViolation):
            await work.users.page(after=page.next_cursor, limit=2)
        with pytest.raises(RuleViolation) as refused:
            await work.users.page(limit=0)
        assert refused.value.rule == "page_limit"


async def test_the_log_keeps_commitments_in_place_of_personal_values(database: Database, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        made = await work.users.register(NEW)
    async with database.unit_of_work() as work:
        entries = (await work.audit.history("users", made.id)).items

    assert [(entry.action, entry.event_type) for entry in entries] == [("user_create", "user.registered")]
    told = orjson.dumps(entries[0].payload).decode()
    assert "siparis" not in told
    assert "+90532" not in told
    kept = await worker.fetch("SELECT field, value FROM audit_personal_data WHERE subject_user_id = $1", made.id)
    assert {row["field"]: orjson.loads(row["value"]) for row in kept} == {
        "after.email": "siparis@ornek-makina.com.tr",
        "after.full_name": "Örnek Makina Sipariş",
        "after.phone": "+905321234567",
    }


async def test_nothing_is_recorded_when_the_unit_fails(database: Database, worker: Raw) -> None:
    async def registers_and_fails(work: Work) -> None:
        await work.users.register(NEW)
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(registers_and_fails)

    assert await worker.fetchval("SELECT count(*) FROM users") == 0
    assert await worker.fetchval("SELECT count(*) FROM audit_logs") == 0
