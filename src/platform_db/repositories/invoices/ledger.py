"""Accounts, statements, and the figures of a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from platform_db.domain.invoices.account import AccountLine, MonthlyTotal
from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.invoices.kdv_summary import KdvOfRate, KdvSummary, KdvWithheld
from platform_db.domain.invoices.ledger_totals import LedgerTotal
from platform_db.domain.invoices.statement import AccountStatement, EntryKind, StatementEntry
from platform_db.domain.money import Currency, money
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation
from platform_db.repositories.invoices import ledger_statements
from platform_db.repositories.invoices.reading import InvoiceReading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from decimal import Decimal

    from platform_db.database.executor import Row

__all__ = ["Ledger"]

_MOST_ENTRIES: Final = 10_000
_BOUNDED: Final = Violation(
    rule="statement_bounded",
    fields=("first", "last"),
    message=Message(
        f"Ekstrede en çok {_MOST_ENTRIES} hareket olabilir: daha kısa bir dönem seçin",
        f"A statement has at most {_MOST_ENTRIES} entries: choose a shorter period",
    ),
)
_FORWARD: Final = Violation(
    rule="period_forward",
    fields=("first", "last"),
    message=Message("Dönemin sonu başından önce olamaz", "A period does not end before it begins"),
)


class Ledger(InvoiceReading):
    """What sums invoices up; each answer is one statement, so of one moment."""

    async def account(self, user_id: int, currency: Currency, first: date, last: date) -> tuple[AccountLine, ...]:
        """What was invoiced to a user in one currency, paid on it and returned of it, by state.

        Of the issue dates from ``first`` to ``last``, both inclusive. Sales come first, returns
        have lines of their own; a state without an invoice has no line, and drafts have none.

        Raises
        ------
        RuleViolation
            The period ends before it begins.
        """
        asked = {**_period(first, last), "user_id": user_id, "currency": currency}
        rows = await self._executor.fetch(ledger_statements.ACCOUNT, asked)
        return tuple(_account_line(row, currency) for row in rows)

    async def monthly(self, first: date, last: date, currency: Currency) -> tuple[MonthlyTotal, ...]:
        """How many invoices were issued, over how much, and what was paid and returned of them, by month and state.

        Of the issue dates from ``first`` to ``last``, both inclusive; cancelled invoices and
        returns have lines of their own, drafts are left out.

        Raises
        ------
        RuleViolation
            The period ends before it begins.
        """
        asked = {**_period(first, last), "currency": currency}
        rows = await self._executor.fetch(ledger_statements.MONTHLY, asked)
        return tuple(MonthlyTotal(cast("date", row["month"]), _account_line(row, currency)) for row in rows)

    async def monthly_in_try(self, first: date, last: date, issuer: str | None = None) -> tuple[LedgerTotal, ...]:
        """What was invoiced in each month, in kuruş of TRY: every currency at its invoice's own rate.

        Of the issue dates from ``first`` to ``last``, both inclusive. Sales, returns and what was
        cancelled of either stand apart; drafts are left out. ``issuer``, a VKN or TCKN, leaves the
        other issuers' invoices out. As a user: of that user's invoices.

        Raises
        ------
        RuleViolation
            The period ends before it begins.
        """
        rows = await self._executor.fetch(ledger_statements.MONTHLY_IN_TRY, _of_issuer(first, last, issuer))
        return tuple(map(_ledger_total, rows))

    async def statement(self, user_id: int, currency: Currency, first: date, last: date) -> AccountStatement:
        """The statement of a user's account (cari hesap ekstresi) in one currency, in minor units.

        Invoices by their legal day; payments, refunds and cancellations by the day in Istanbul
        on which they happened; ``first`` and ``last`` are inclusive. A cancelled invoice stays
        where it was and is taken back on the day of its cancellation, so no closed period
        changes. Payments that belong to no invoice count too.

        Raises
        ------
        RuleViolation
            The period ends before it begins, or has more than 10,000 entries.
        """
        asked = {**_period(first, last), "user_id": user_id, "currency": currency, "limit": _MOST_ENTRIES + 1}
        rows = await self._executor.fetch(ledger_statements.STATEMENT, asked)
        if len(rows) > _MOST_ENTRIES:
            raise RuleViolation(_BOUNDED)
        opening = cast("int", rows[0]["opening_cents"])
        found = tuple(_entries(opening, (row for row in rows if row["kind"] is not None)))
        return AccountStatement(user_id, currency, first, last, opening, found)

    async def kdv_summary(self, first: date, last: date, issuer: str | None = None) -> KdvSummary:
        """The KDV of the invoices with an issue date from ``first`` to ``last`` (inclusive), in kuruş of TRY.

        By rate and by withholding code, sales and returns apart; drafts and cancelled invoices
        are left out. Of whole months it is what the view ``kdv_period_summary`` shows. A return is
        one taxpayer's: ``issuer``, a VKN or TCKN, leaves the other issuers' invoices out. As a
        user: of that user's invoices.

        Raises
        ------
        RuleViolation
            The period ends before it begins.
        """
        rows = await self._executor.fetch(ledger_statements.KDV_OF_PERIOD, _of_issuer(first, last, issuer))
        return KdvSummary(
            first=first,
            last=last,
            rates=tuple(_of_rate(row) for row in rows if row["code"] is None),
            withheld=tuple(_of_code(row) for row in rows if row["code"] is not None),
        )


def _period(first: date, last: date) -> dict[str, object]:
    if last < first:
        raise RuleViolation(_FORWARD)
    return {"first": first, "last": last}


def _of_issuer(first: date, last: date, issuer: str | None) -> dict[str, object]:
    return {**_period(first, last), "issuer_tax_number": issuer}


def _account_line(row: Row, currency: Currency) -> AccountLine:
    payable, paid, returned = (money(_cents(row[name]), currency) for name in ("payable", "paid", "returned"))
    return AccountLine(
        status=InvoiceStatus(cast("str", row["status"])),
        is_return=row["is_return"] is True,
        count=cast("int", row["count"]),
        payable=payable,
        paid=paid,
        returned=returned,
    )


def _ledger_total(row: Row) -> LedgerTotal:
    return LedgerTotal(
        month=cast("date", row["month"]),
        is_return=row["is_return"] is True,
        is_cancelled=row["is_cancelled"] is True,
        invoices=cast("int", row["invoices"]),
        tax_exclusive_try_cents=_cents(row["tax_exclusive"]),
        kdv_try_cents=_cents(row["kdv"]),
        other_taxes_try_cents=_cents(row["other_taxes"]),
        withheld_try_cents=_cents(row["withheld"]),
        deferred_kdv_try_cents=_cents(row["deferred_kdv"]),
        payable_try_cents=_cents(row["payable"]),
    )


def _entries(opening: int, rows: Iterable[Row]) -> Iterator[StatementEntry]:
    balance = opening
    for row in rows:
        debit, credit = cast("int", row["debit_cents"]), cast("int", row["credit_cents"])
        balance += debit - credit
        yield StatementEntry(
            kind=EntryKind(cast("str", row["kind"])),
            day=cast("date", row["day"]),
            source_id=cast("int", row["source_id"]),
            reference=cast("str", row["reference"]),
            debit_cents=debit,
            credit_cents=credit,
            balance_cents=balance,
        )


def _of_rate(row: Row) -> KdvOfRate:
    return KdvOfRate(
        is_return=row["is_return"] is True,
        rate=cast("Decimal", row["rate"]),
        invoices=cast("int", row["invoices"]),
        base_try_cents=_cents(row["base"]),
        kdv_try_cents=_cents(row["kdv"]),
        withheld_try_cents=_cents(row["withheld"]),
    )


def _of_code(row: Row) -> KdvWithheld:
    return KdvWithheld(
        is_return=row["is_return"] is True,
        code=cast("str", row["code"]),
        percent=int(cast("Decimal", row["rate"])),
        invoices=cast("int", row["invoices"]),
        kdv_try_cents=_cents(row["kdv"]),
        withheld_try_cents=_cents(row["withheld"]),
    )


def _cents(value: object) -> int:
    return int(cast("Decimal", value))
