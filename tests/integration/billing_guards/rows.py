"""Rows for the tests of the guards: a worker's transaction, and drafts that are legal as they stand."""

from __future__ import annotations

import json
import random
from contextlib import AbstractAsyncContextManager, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

Value = Any
"""What a column may hold."""
Row = dict[str, Value]

DAY = date(2026, 11, 20)
ISSUE = "UPDATE invoices SET status = 'issued', series = $2, fiscal_year = $3 WHERE id = $1 RETURNING number"


class Transaction(AbstractAsyncContextManager[None], Protocol):
    async def start(self) -> None: ...
    async def commit(self) -> None: ...
    async def rollback(self) -> None: ...


class Connection(Protocol):
    """What the tests use of the driver, which publishes no types."""

    async def execute(self, query: str, *args: object) -> str: ...
    async def fetchval(self, query: str, *args: object) -> Value: ...
    async def fetchrow(self, query: str, *args: object) -> Row: ...
    def transaction(self) -> Transaction: ...
    async def close(self) -> None: ...


class Refusal(Protocol):
    """The fields of the server's error."""

    sqlstate: str
    constraint_name: str
    table_name: str
    column_name: str | None
    detail: str | None


async def connect(url: str) -> Connection:
    return cast("Connection", await asyncpg.connect(url))  # pyright: ignore[reportUnknownMemberType]


def unique() -> str:
    """A reference that no other test uses."""
    return f"{random.getrandbits(60):x}"


async def insert(connection: Connection, table: str, row: Row) -> int:
    """Store the row, other columns by their defaults; its id."""
    columns = ", ".join(row)
    return await connection.fetchval(
        f"INSERT INTO {table} ({columns}) SELECT {columns} "  # noqa: S608 - names stand in the tests
        f"FROM jsonb_populate_record(NULL::{table}, $1::jsonb) RETURNING id",
        json.dumps(row, default=str),
    )


async def as_worker(connection: Connection) -> None:
    await connection.execute("SELECT set_config('role', 'platform_worker', true), set_config('app.user_id', '', true)")


async def as_owner(connection: Connection) -> None:
    """The role that owns the tables: no grant stops it, the guards do."""
    await connection.execute("SELECT set_config('role', 'platform_owner', true), set_config('app.user_id', '', true)")


async def as_user(connection: Connection, user: int) -> None:
    statement = "SELECT set_config('role', 'platform_app', true), set_config('app.user_id', $1, true)"
    await connection.execute(statement, str(user))


async def new_user(connection: Connection) -> int:
    return await insert(connection, "users", {"email": f"muhasebe-{unique()}@ornekimalat.example"})


async def new_series(connection: Connection, year: int = DAY.year) -> str:
    statement = (
        "INSERT INTO invoice_series (series, fiscal_year) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING series"
    )
    while True:
        name = "".join(random.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=3))  # noqa: S311 - no secret
        if await connection.fetchval(statement, name, year):
            return name


@dataclass
class World:
    """A worker's transaction, rolled back in the end, with a user and an empty series."""

    connection: Connection
    user: int
    series: str

    async def store(self, draft: Draft) -> int:
        invoice = await insert(self.connection, "invoices", {"user_id": self.user, **draft.header})
        for table, rows in (
            ("invoice_lines", draft.lines),
            ("invoice_tax_subtotals", draft.subtotals),
            ("invoice_withholdings", draft.withholdings),
        ):
            for row in rows:
                await insert(self.connection, table, {"invoice_id": invoice, **row})
        return invoice

    async def issue(self, invoice: int, year: int = DAY.year) -> str:
        return await self.connection.fetchval(ISSUE, invoice, self.series, year)

    async def issued(self, draft: Draft | None = None) -> int:
        invoice = await self.store(draft or legal())
        await self.issue(invoice)
        return invoice

    async def pay(self, invoice: int, amount: int, **other: Value) -> int:
        row = {
            "user_id": self.user,
            "invoice_id": invoice,
            "amount_cents": amount,
            "amount_try_cents": amount,
            "provider": "havale",
            "provider_ref": unique(),
            "status": "completed",
            "paid_at": "2026-11-20T09:00:00Z",
            **other,
        }
        return await insert(self.connection, "payments", row)

    async def refund(self, charge: int, invoice: int, amount: int, **other: Value) -> int:
        return await self.pay(invoice, amount, kind="refund", refunds_payment_id=charge, refund_reason="iade", **other)

    async def invoice(self, invoice: int) -> Row:
        return await self.connection.fetchrow("SELECT * FROM invoices WHERE id = $1", invoice)

    async def refuses(self, constraint: str, table: str, statement: str, *arguments: object) -> Refusal:
        """The statement fails under this name and leaves nothing behind; the transaction goes on."""
        with refused(constraint, table) as caught:
            async with self.connection.transaction():
                await self.connection.execute(statement, *arguments)
                await self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        await self.connection.execute("SET CONSTRAINTS ALL DEFERRED")
        return caught[0]


@contextmanager
def refused(constraint: str, table: str) -> Generator[list[Refusal]]:
    caught: list[Refusal] = []
    try:
        yield caught
    except asyncpg.IntegrityConstraintViolationError as error:
        refusal = cast("Refusal", error)
    else:
        pytest.fail(f"{constraint} let it pass")
    caught.append(refusal)
    assert (refusal.constraint_name, refusal.table_name) == (constraint, table)


@dataclass
class Draft:
    """An invoice before it is stored; ``sum_up`` writes header and subtotals from the lines."""

    header: Row
    lines: list[Row]
    subtotals: list[Row] = field(default_factory=list)
    withholdings: list[Row] = field(default_factory=list)

    def sum_up(self) -> Draft:
        def total(name: str, lines: list[Row] | None = None) -> int:
            return sum(line.get(name, 0) for line in (self.lines if lines is None else lines))

        head = self.header
        head["gross_cents"], head["kdv_cents"] = total("gross_cents"), total("kdv_cents")
        head["document_allowance_cents"] = total("allowance_share_cents")
        head["document_charge_cents"] = total("charge_share_cents")
        head["allowance_cents"] = total("discount_cents") + head["document_allowance_cents"]
        head["charge_cents"] = total("charge_cents") + head["document_charge_cents"]
        head["other_taxes_cents"], head["withheld_cents"] = total("other_taxes_cents"), total("withheld_cents")
        head["tax_exclusive_cents"] = head["gross_cents"] - head["allowance_cents"] + head["charge_cents"]
        head["tax_inclusive_cents"] = head["tax_exclusive_cents"] + head["kdv_cents"] + head["other_taxes_cents"]
        exported = [line for line in self.lines if str(line.get("exemption_code")).startswith("70")]
        head["deferred_kdv_cents"] = total("kdv_cents", exported) if head["type_code"] == "IHRACKAYITLI" else 0
        head["payable_cents"] = head["tax_inclusive_cents"] - head["withheld_cents"] - head["deferred_kdv_cents"]
        head["payable_try_cents"] = head["payable_cents"]
        by_rate: dict[object, list[Row]] = {}
        for line in self.lines:
            by_rate.setdefault(line["kdv_rate"], []).append(line)
        self.subtotals = [
            {"rate": rate, "base_cents": total("kdv_base_cents", of), "amount_cents": total("kdv_cents", of)}
            for rate, of in by_rate.items()
        ]
        for line in self.lines:
            for tax in line.get("other_taxes", []):
                base = line["kdv_base_cents"] - line.get("other_taxes_in_base_cents", 0)
                self.subtotals.append(
                    {
                        "tax_code": tax["code"],
                        "rate": tax["rate"],
                        "base_cents": base,
                        "amount_cents": tax["amount_cents"],
                    }
                )
        by_code: dict[tuple[object, object], list[Row]] = {}
        for line in self.lines:
            if line.get("withheld_cents", 0):
                by_code.setdefault((line["withholding_code"], line["withholding_percent"]), []).append(line)
        self.withholdings = [
            {
                "code": code,
                "percent": percent,
                "base_cents": total("kdv_cents", of),
                "amount_cents": total("withheld_cents", of),
            }
            for (code, percent), of in by_code.items()
        ]
        return self


def line(number: int, quantity: str, price: str, gross: int, kdv: tuple[int, int], **other: Value) -> Row:
    """A line whose taxes are taken from its net; ``kdv`` is rate and amount."""
    net = gross - other.get("discount_cents", 0) + other.get("charge_cents", 0)
    return {
        "line_number": number,
        "description": "Freze takımı",
        "quantity": quantity,
        "unit_price": price,
        "gross_cents": gross,
        "net_cents": net,
        "kdv_base_cents": net,
        "kdv_rate": kdv[0],
        "kdv_cents": kdv[1],
        **other,
    }


HEADER: Row = {
    "profile": "TEMELFATURA",
    "type_code": "SATIS",
    "issue_date": DAY,
    "issuer_title": "Örnek İmalat A.Ş.",
    "issuer_tax_number": "1234567890",
    "issuer_tax_number_kind": "vkn",
    "issuer_tax_office": "Kadıköy",
    "issuer_address": "Sanayi Caddesi 1",
    "issuer_district": "Kadıköy",
    "issuer_city": "İstanbul",
    "customer_title": "Deneme Makine Ltd. Şti.",
    "customer_tax_number": "0150015264",
    "customer_tax_number_kind": "vkn",
    "customer_tax_office": "Çankaya",
    "customer_address": "Atatürk Bulvarı 2",
    "customer_district": "Çankaya",
    "customer_city": "Ankara",
}
PERSON: Row = {
    "customer_tax_number": "10000000146",
    "customer_tax_number_kind": "tckn",
    "customer_first_name": "Ad",
    "customer_family_name": "Soyad",
}


def of(lines: list[Row], **header: Value) -> Draft:
    return Draft({**HEADER, **header}, deepcopy(lines)).sum_up()


def legal(**header: Value) -> Draft:
    """2 × 100.00 at 20 % and 1 × 33.33 less 10 % at 10 %: 276.00 payable."""
    discounted = line(2, "1", "33.33", 3333, (10, 300), discount_rate=10, discount_cents=333)
    return of([line(1, "2", "100.00", 20000, (20, 4000)), discounted], **header)


def withheld(**header: Value) -> Draft:
    """TURKISH_RULES §6: 2 × 10000.00 less 10 %, 20 % KDV, code 604 (5/10)."""
    one = line(1, "2", "10000", 2000000, (20, 360000), discount_rate=10, discount_cents=200000)
    one |= {"withholding_code": "604", "withholding_percent": 50, "withheld_cents": 180000}
    return of([one], **({"type_code": "TEVKIFAT"} | header))


def inclusive(**header: Value) -> Draft:
    """TURKISH_RULES §6: price 10.00 with a charge of 1.00, both with 20 % KDV."""
    return of([line(1, "1", "10.00", 834, (20, 183), charge_cents=83)], tax_inclusive_prices=True, **header)


def by_document(**header: Value) -> Draft:
    """Three lines of 0.03 at 20 %: 0.02 of KDV on the document, where lines would give 0.03."""
    return of(
        [line(number, "1", "0.03", 3, (20, kdv)) for number, kdv in ((1, 1), (2, 1), (3, 0))],
        rounding="document",
        **header,
    )


def spread(**header: Value) -> Draft:
    """A document allowance of 1.00 over nets 200.00 and 100.00."""
    lines = [
        line(1, "2", "100", 20000, (20, 3987), allowance_share_cents=67, kdv_base_cents=19933),
        line(2, "1", "100", 10000, (20, 1993), allowance_share_cents=33, kdv_base_cents=9967),
    ]
    return of(lines, **header)


def telecom(**header: Value) -> Draft:
    """19.17 with KDV 18 % of 2015 and ÖİV (4080) outside the base."""
    tax = {"code": "4080", "rate": 15, "amount_cents": 288, "in_kdv_base": False}
    one = line(1, "1", "19.17", 1917, (20, 383), other_taxes=[tax], other_taxes_cents=288)
    return of([one], **header)


def below_limit(**header: Value) -> Draft:
    """A code whose amount stays at or below the limit: nothing withheld, no row."""
    one = line(1, "1", "100", 10000, (20, 2000), withholding_code="604", withholding_percent=50)
    return of([one], **({"type_code": "TEVKIFAT"} | header))


def export_registered(**header: Value) -> Draft:
    one = line(1, "3", "50", 15000, (20, 2640), discount_rate=12, discount_cents=1800, exemption_code="702")
    one["item_data"] = {"gtip": "847130000000", "alici_dib_satir_kod": "12345678901"}
    return of([one], type_code="IHRACKAYITLI", **header)


def returned(**header: Value) -> Draft:
    """A return at the rate of 2023-07-09."""
    reference = {"return_of_number": "ABC2023000000001", "return_of_issue_date": "2023-07-09"}
    return of([line(1, "1", "100", 10000, (18, 1800))], **({"type_code": "IADE"} | reference | header))


def put(data: Row, path: str, value: Value) -> None:
    *parents, last = path.split(".")
    for step in parents:
        data = data.setdefault(step, {})
    data[last] = value
