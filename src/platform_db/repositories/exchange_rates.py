"""Published exchange rates: stored once, found by the legal day, listed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction, AuditEntry
from platform_db.domain.bulk import RowResult
from platform_db.domain.exchange import RATE_SOURCE
from platform_db.domain.exchange_rates import (
    Bulletin,
    BulletinReport,
    DocumentRate,
    NewRate,
    PublishedRate,
    RateKind,
    RateSeries,
)
from platform_db.domain.fields import Day
from platform_db.domain.money import Currency
from platform_db.domain.rules import Message
from platform_db.errors import IdempotencyMismatch, NotFound, RuleViolation, Violation
from platform_db.repositories.bulk import Bulk, report_of
from platform_db.repositories.filters import Filter, Listing, at_least, at_most, equal
from platform_db.repositories.paging import Key
from platform_db.repositories.payloads import given
from platform_db.repositories.rows import reader
from platform_db.schema.exchange_rates import exchange_rates

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from pydantic import JsonValue

    from platform_db.database.executor import Executor
    from platform_db.domain.bulk import BulkReport, Outcome
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["DAYS_BACK", "ExchangeRateRepository", "RateFilter"]

DAYS_BACK: Final = 10
"""How many days before the asked day a rate may lie: as long as the central bank's longest holiday, and one."""

_LONGEST_BACK: Final = 31
_NO_SUCH: Final = "no such exchange rate"
_DAYS_BACK_RANGE: Final = Violation(
    rule="days_back_range",
    fields=("days_back",),
    message=Message(
        f"En çok {_LONGEST_BACK} gün geriye bakılır", f"A rate is looked for at most {_LONGEST_BACK} days back"
    ),
    entity=PublishedRate.entity,
)
_COLUMNS: Final = exchange_rates.c
_KEY: Final = ("currency", "rate_date", "source", "kind")
_TOLD: Final = (*_KEY, "rate", "unit")
_read = reader(PublishedRate)

_GET: Final = Statement(sa.select(exchange_rates).where(_COLUMNS.id == sa.bindparam("id", type_=sa.BigInteger())))
_ON: Final = Statement(
    sa.select(exchange_rates)
    .where(
        *(_COLUMNS[name] == sa.bindparam(name, type_=_COLUMNS[name].type) for name in ("currency", "source", "kind")),
        _COLUMNS.rate_date <= sa.bindparam("day", type_=sa.Date()),
        _COLUMNS.rate_date >= sa.bindparam("earliest", type_=sa.Date()),
    )
    .order_by(_COLUMNS.rate_date.desc())
    .limit(1)
)
_BULK: Final = Bulk(
    exchange_rates, PublishedRate, NewRate, key=_KEY, same=("rate", "unit"), values=lambda new: new.columns
)


class RateFilter(Filter):
    """Which rates a list holds; what is not given, or None, does not restrict.

    ``since`` and ``until`` are days of the bulletins, both inclusive.
    """

    currency: Currency | None = None
    kind: RateKind | None = None
    source: Annotated[str | None, RATE_SOURCE] = None
    since: Annotated[date | None, Day()] = None
    until: Annotated[date | None, Day()] = None


_LISTING: Final = Listing(
    exchange_rates,
    PublishedRate,
    (Key("rate_date"), Key("id")),
    {
        **{name: equal(name) for name in ("currency", "kind", "source")},
        "since": at_least("rate_date", "since"),
        "until": at_most("rate_date", "until"),
    },
    leading=(Key("currency"),),
)
_EVERY: Final = RateFilter()


class ExchangeRateRepository:
    """Published rates. Belongs to one unit of work and never commits.

    Everybody reads them; background work (platform_worker) adds them. A stored rate never
    changes, and a document copies the one it used.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        self._executor = executor
        self._audit = audit

    # -- reading ------------------------------------------------------------------------

    async def get(self, key: int) -> PublishedRate:
        """The rate of this id.

        Raises
        ------
        NotFound
            There is none.
        """
        row = await self._executor.fetch_row(_GET, {"id": key})
        if row is None:
            raise NotFound(_NO_SUCH, entity=PublishedRate.entity)
        return _read(row)

    async def on(self, series: RateSeries, day: date, days_back: int = DAYS_BACK) -> PublishedRate:
        """The rate in force on a legal day: of the latest bulletin that is not dated after it.

        ``day`` is a day of Europe/Istanbul (:func:`platform_db.domain.instants.istanbul_day`).
        On weekends and holidays no bulletin is made, so the last one before stands; one dated
        more than ``days_back`` days before ``day`` is not taken (0 to 31, inclusive), because
        then bulletins are missing rather than days of rest.

        KDV is converted at the rate of the day of the taxable event (Law 3065 art. 26); whether
        that is the bulletin dated that day, said to be announced at 15:30 (unverified), or the
        one that stood when the day began, is (unverified): for the latter ask for the day before.

        Raises
        ------
        NotFound
            None was published so recently.
        RuleViolation
            ``days_back`` is out of range.
        """
        if not 0 <= days_back <= _LONGEST_BACK:
            raise RuleViolation(_DAYS_BACK_RANGE)
        earliest = day - timedelta(days=days_back)
        asked = {"currency": series.currency, "source": series.source, "kind": series.kind}
        row = await self._executor.fetch_row(_ON, {**asked, "day": day, "earliest": earliest})
        if row is None:
            message = f"no {series.source} {series.kind} rate of {series.currency} from {earliest} to {day}"
            raise NotFound(message, entity=PublishedRate.entity)
        return _read(row)

    async def of_document(self, series: RateSeries, day: date) -> DocumentRate:
        """What a document of this day says of its rate, from :meth:`on`: rate for one unit, day and source.

        For ``NewPayment(…, **await rates.of_document(series, day))``; the draft of an invoice takes
        the rate within its document, and day and source beside it.

        Raises
        ------
        NotFound
            No rate was published so recently.
        """
        return (await self.on(series, day)).for_document

    async def page(
        self, chosen: RateFilter = _EVERY, *, after: str | None = None, limit: int = 50
    ) -> Page[PublishedRate]:
        """Rates by day, the earliest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _LISTING.page(self._executor, chosen, after=after, limit=limit)

    def stream(self, chosen: RateFilter = _EVERY) -> AsyncIterator[PublishedRate]:
        """Every rate, by id; memory holds one batch."""
        return _LISTING.stream(self._executor, chosen)

    async def count(self, chosen: RateFilter = _EVERY) -> int:
        """How many rates there are; reads each of them."""
        return await _LISTING.count(self._executor, chosen)

    # -- adding -------------------------------------------------------------------------

    async def add(self, new: NewRate) -> PublishedRate:
        """Store a rate; the same again gives the one that is there.

        Raises
        ------
        IdempotencyMismatch
            The source is recorded with another rate or unit for this day; the message names
            currency, day, source and kind.
        NotAllowed
            The unit of work acts for a user.
        """
        (outcome,) = await report_of(_BULK.ensure(self._executor, [new]))
        rate = _stored(new, outcome)
        if outcome.result is RowResult.CREATED:
            self._audit.note(AuditAction.CREATE, "exchange_rate.added", rate, {}, given(rate, _TOLD))
        return rate

    async def add_many(self, rates: Iterable[NewRate]) -> BulkReport[PublishedRate]:
        """Store many rates, with an outcome for each; a few statements for a thousand of them.

        ``created``; ``unchanged``, where the same rate is there; ``refused`` with
        IdempotencyMismatch, where another is. One audit entry tells how many came new.

        Raises
        ------
        NotAllowed
            The unit of work acts for a user.
        """
        report = await report_of(_BULK.ensure(self._executor, list(rates)))
        self._note_import({}, report)
        return report

    async def import_bulletin(self, bulletin: Bulletin) -> BulletinReport:
        """Store what :func:`~platform_db.domain.exchange_rates.read_bulletin` read: all of it, or nothing.

        Importing a bulletin again adds nothing. One audit entry (IMPORT) tells the counts, also
        when every rate was known.

        Raises
        ------
        IdempotencyMismatch
            A rate is recorded for this day that differs; nothing of the bulletin is stored.
        NotAllowed
            The unit of work acts for a user.
        """
        async with self._executor.savepoint():
            report = await report_of(_BULK.ensure(self._executor, bulletin.rates))
            for new, outcome in zip(bulletin.rates, report, strict=True):
                _stored(new, outcome)
        skipped: dict[str, JsonValue] = {"unknown": bulletin.unknown, "empty": bulletin.empty}
        self._note_import({"day": bulletin.day.isoformat(), "number": bulletin.number, **skipped}, report)
        return BulletinReport(
            day=bulletin.day,
            added=report.count(RowResult.CREATED),
            known=report.count(RowResult.UNCHANGED),
            unknown=bulletin.unknown,
            empty=bulletin.empty,
        )

    def _note_import(self, about: dict[str, JsonValue], report: BulkReport[PublishedRate]) -> None:
        counts: dict[str, JsonValue] = {
            "added": report.count(RowResult.CREATED),
            "known": report.count(RowResult.UNCHANGED),
            "refused": report.count(RowResult.REFUSED),
        }
        self._audit.record(
            AuditEntry(
                action=AuditAction.IMPORT,
                entity_type=PublishedRate.entity,
                event_type="exchange_rates.imported",
                payload=about | counts,
            )
        )


def _stored(new: NewRate, outcome: Outcome[PublishedRate]) -> PublishedRate:
    """The rate as it is stored; where another is there, the conflict names the key."""
    if not isinstance(outcome.error, IdempotencyMismatch):
        return outcome.stored()
    which = f"{new.source} {new.kind} of {new.currency} for {new.rate_date}"
    message = f"{which} is recorded already, with another {' and '.join(outcome.error.fields)}"
    raise IdempotencyMismatch(message, entity=PublishedRate.entity, fields=outcome.error.fields)
