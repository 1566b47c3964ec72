"""Published rates: added once, never changed, seen by everybody, and each on the record."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.bulk import RowResult
from platform_db.domain.exchange_rates import (
    Bulletin,
    BulletinReport,
    NewRate,
    RateKind,
    RateSeries,
    read_bulletin,
)
from platform_db.domain.money import Currency
from platform_db.errors import IdempotencyMismatch, NotAllowed, NotFound, RuleViolation
from platform_db.repositories.audit_logs import AuditFilter
from platform_db.repositories.exchange_rates import RateFilter
from tests.integration.stored import new_user, to_the_end
from tests.raw import connect, refusal

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

PUBLISH = """
    INSERT INTO exchange_rates (currency, rate_date, source, kind, rate)
    VALUES ('EUR', '2026-05-04', 'TCMB', 'forex_buying', $1::text::numeric) RETURNING id
"""


async def test_a_rate_is_published_once(worker: Raw) -> None:
    await worker.execute(PUBLISH, "35.2512")
    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await worker.execute(PUBLISH, "35.2513")
    assert refusal(refused.value)[0] == "uq_exchange_rates_currency_rate_date_source_kind"


@pytest.mark.parametrize("statement", ["UPDATE exchange_rates SET rate = 36", "DELETE FROM exchange_rates"])
async def test_a_published_rate_stays(worker: Raw, statement: str) -> None:
    await worker.execute(PUBLISH, "35.2512")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await worker.execute(statement)


@pytest.mark.parametrize("role", ["app", "readonly", "auditor"])
async def test_everybody_reads_the_rates_and_only_the_worker_adds(worker: Raw, role: str) -> None:
    await worker.execute(PUBLISH, "35.2512")
    await worker.execute(f"SET ROLE platform_{role}")
    assert await worker.fetchval("SELECT rate::text FROM exchange_rates") == "35.2512"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await worker.execute(PUBLISH, "36")


async def test_a_published_rate_is_on_the_record(database_url: str, worker: Raw) -> None:
    rate = await worker.fetchval(PUBLISH, "35.2512")
    auditor = await connect(database_url)
    await auditor.execute("SET ROLE platform_auditor")
    rows = await auditor.fetch("SELECT operation, row_id FROM enterprise_audit_log WHERE table_name = 'exchange_rates'")
    assert [(row["operation"], row["row_id"]) for row in rows] == [("INSERT", str(rate))]
    await auditor.close()


# -- through the library ---------------------------------------------------------------

MONDAY = date(2026, 5, 4)
USD = RateSeries(currency=Currency.USD, kind=RateKind.FOREX_BUYING)
BULLETIN = Path(__file__).parents[1] / "unit" / "domain" / "data" / "tcmb_bulletin.xml"


def rate(day: date = MONDAY, figure: str = "45.1234", **changes: Any) -> NewRate:  # noqa: ANN401 - fields
    given = {"currency": "USD", "rate_date": day, "kind": "forex_buying", "rate": Decimal(figure)}
    return NewRate.parse({**given, **changes})


async def imports(database: Database) -> list[dict[str, Any]]:
    """The payloads of the imports, the first one first."""
    async with database.unit_of_work() as work:
        entries = (await work.audit.page(AuditFilter(event_type="exchange_rates.imported"))).items
    assert {entry.action for entry in entries} <= {AuditAction.IMPORT}
    return [entry.payload for entry in reversed(entries)]


async def test_a_rate_is_added_once_and_on_the_record(database: Database, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        first = await work.exchange_rates.add(rate())
        again = await work.exchange_rates.add(rate())

    assert (again, first.rate, first.unit, first.source) == (first, Decimal("45.1234"), 1, "TCMB")
    assert await worker.fetchval("SELECT count(*) FROM exchange_rates") == 1
    async with database.unit_of_work() as work:
        assert await work.exchange_rates.get(first.id) == first
        (entry,) = (await work.audit.history("exchange_rates", first.id)).items
    assert (entry.action, entry.event_type, entry.payload) == (
        AuditAction.CREATE,
        "exchange_rate.added",
        {
            "after": {
                "currency": "USD",
                "rate_date": "2026-05-04",
                "source": "TCMB",
                "kind": "forex_buying",
                "rate": "45.1234",
                "unit": 1,
            }
        },
    )


@pytest.mark.parametrize(
    ("other", "fields"),
    [
        (rate(figure="45.1235"), ("rate",)),
        (rate(unit=100), ("unit",)),
        (rate(figure="1", unit=100), ("rate", "unit")),
    ],
)
async def test_another_rate_of_the_day_is_a_conflict_that_names_it(
    database: Database, worker: Raw, other: NewRate, fields: tuple[str, ...]
) -> None:
    async with database.unit_of_work() as work:
        await work.exchange_rates.add(rate())
        with pytest.raises(IdempotencyMismatch) as refused:
            await work.exchange_rates.add(other)

    assert refused.value.fields == fields
    assert refused.value.message == (
        f"TCMB forex_buying of USD for 2026-05-04 is recorded already, with another {' and '.join(fields)}"
    )
    assert await worker.fetchval("SELECT array_agg(rate::text) FROM exchange_rates") == ["45.1234"]


async def test_many_rates_have_an_outcome_each(database: Database, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        await work.exchange_rates.add(rate())
    new = [rate(), rate(figure="46"), rate(MONDAY + timedelta(days=1)), rate(source="ECB")]

    async with database.unit_of_work() as work:
        report = await work.exchange_rates.add_many([new[0], *new[2:]])
        refused = await work.exchange_rates.add_many([new[1]])

    assert [it.result for it in (*report, *refused)] == [
        RowResult.UNCHANGED,
        RowResult.CREATED,
        RowResult.CREATED,
        RowResult.REFUSED,
    ]
    assert await worker.fetchval("SELECT count(*) FROM exchange_rates") == 3
    assert await imports(database) == [
        {"added": 2, "known": 1, "refused": 0},
        {"added": 0, "known": 0, "refused": 1},
    ]


async def test_a_user_reads_rates_and_adds_none(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "muhasebe")
    async with database.unit_of_work() as work:
        stored = await work.exchange_rates.add(rate())

    async with database.unit_of_work(as_user=user) as work:
        assert await work.exchange_rates.on(USD, MONDAY) == stored
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.exchange_rates.add(rate(MONDAY + timedelta(days=1)))


# -- the rate of a day -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2026, 5, 1), date(2026, 5, 1)),
        (date(2026, 5, 2), date(2026, 5, 1)),
        (date(2026, 5, 3), date(2026, 5, 1)),
        (date(2026, 5, 4), date(2026, 5, 4)),
        (date(2026, 5, 14), date(2026, 5, 4)),
    ],
)
async def test_the_rate_in_force_is_the_latest_not_after_the_day(database: Database, day: date, found: date) -> None:
    # given bulletins of a Friday and a Monday, and others of the days between
    async with database.unit_of_work() as work:
        others = {"kind": "forex_selling"}, {"currency": "EUR"}, {"source": "ECB"}
        await work.exchange_rates.add_many(
            [
                rate(date(2026, 5, 1), "45.0"),
                rate(date(2026, 5, 4), "45.4"),
                *(rate(date(2026, 5, it), "9", **other) for it in (2, 3, 5) for other in others),
            ]
        )

        assert (await work.exchange_rates.on(USD, day)).rate_date == found


@pytest.mark.parametrize(("day", "back"), [(date(2026, 5, 3), 31), (date(2026, 5, 15), 10), (date(2026, 5, 5), 0)])
async def test_a_rate_too_old_or_too_new_is_none(database: Database, day: date, back: int) -> None:
    async with database.unit_of_work() as work:
        await work.exchange_rates.add(rate(MONDAY))
        with pytest.raises(NotFound) as refused:
            await work.exchange_rates.on(USD, day, back)

    earliest = day - timedelta(days=back)
    assert refused.value.message == f"no TCMB forex_buying rate of USD from {earliest} to {day}"


@pytest.mark.parametrize("back", [-1, 32])
async def test_how_far_back_is_bounded(database: Database, back: int) -> None:
    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation) as refused:
            await work.exchange_rates.on(USD, MONDAY, back)

    assert refused.value.rule == "days_back_range"


async def test_a_document_carries_the_rate_of_its_day(database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.exchange_rates.add(rate(MONDAY, "29.8410", unit=100))
        carried = await work.exchange_rates.of_document(USD, MONDAY + timedelta(days=2))

    assert carried == {
        "exchange_rate": Decimal("0.29841"),
        "exchange_rate_date": MONDAY,
        "exchange_rate_source": "TCMB forex buying",
    }


async def test_rates_are_listed_by_currency_and_period(database: Database) -> None:
    days = [MONDAY + timedelta(days=it) for it in range(5)]
    async with database.unit_of_work() as work:
        await work.exchange_rates.add_many([rate(day, currency=it) for day in days for it in ("USD", "EUR")])
        period = RateFilter(currency=Currency.USD, since=days[1], until=days[3])
        found = await to_the_end(lambda after: work.exchange_rates.page(period, after=after, limit=1))
        streamed = [it async for it in work.exchange_rates.stream(period)]

        assert [(it.currency, it.rate_date) for it in found] == [(Currency.USD, day) for day in days[1:4]]
        assert streamed == found
        assert await work.exchange_rates.count() == 10


# -- bulletins -------------------------------------------------------------------------


async def test_a_bulletin_is_imported_once(database: Database, worker: Raw) -> None:
    bulletin = read_bulletin(BULLETIN.read_bytes())
    async with database.unit_of_work() as work:
        first = await work.exchange_rates.import_bulletin(bulletin)
    async with database.unit_of_work() as work:
        again = await work.exchange_rates.import_bulletin(bulletin)

    assert first == BulletinReport(day=MONDAY, added=10, known=0, unknown=3, empty=2)
    assert again == BulletinReport(day=MONDAY, added=0, known=10, unknown=3, empty=2)
    assert first.skipped == 5
    assert await worker.fetchval("SELECT count(*) FROM exchange_rates") == 10
    about = {"day": "2026-05-04", "number": "2026/84", "unknown": 3, "empty": 2, "refused": 0}
    assert await imports(database) == [{**about, "added": 10, "known": 0}, {**about, "added": 0, "known": 10}]


async def test_a_bulletin_that_contradicts_what_is_stored_leaves_nothing(database: Database, worker: Raw) -> None:
    # given one rate of the day that differs
    bulletin = read_bulletin(BULLETIN.read_bytes())
    async with database.unit_of_work() as work:
        await work.exchange_rates.add(rate(figure="52.0001", currency="EUR", kind="banknote_selling"))
        # when the bulletin is imported, then it is refused and the unit goes on
        with pytest.raises(IdempotencyMismatch) as refused:
            await work.exchange_rates.import_bulletin(bulletin)

    assert refused.value.message.startswith("TCMB banknote_selling of EUR for 2026-05-04 is recorded already")
    assert await worker.fetchval("SELECT count(*) FROM exchange_rates") == 1
    assert await imports(database) == []


async def test_an_empty_bulletin_is_on_the_record(database: Database) -> None:
    async with database.unit_of_work() as work:
        report = await work.exchange_rates.import_bulletin(Bulletin(MONDAY, None, (), 1, 0))

    assert report == BulletinReport(day=MONDAY, added=0, known=0, unknown=1, empty=0)
    assert [it["added"] for it in await imports(database)] == [0]


async def test_a_rate_that_is_not_there_is_not_found(database: Database) -> None:
    async with database.unit_of_work() as work:
        stored = await work.exchange_rates.add(rate(MONDAY))
        assert await work.exchange_rates.get(stored.id) == stored
        with pytest.raises(NotFound) as refused:
            await work.exchange_rates.get(stored.id + 1)
    assert refused.value.entity == "exchange_rates"
