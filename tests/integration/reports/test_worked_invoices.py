"""The reports of the worked invoices' months: every figure is added up again from what their sources publish."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from platform_db.cli.report import _last_day
from platform_db.domain.reports.kdv_return import KdvReturn
from platform_db.domain.reports.ledger import LedgerReport
from platform_db.operations.demo.cases import WorkedCase, load_completion
from platform_db.operations.demo.issuing import issue_case, staged
from tests import official

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_db.repositories.work import Database

Key = tuple[str, str, str]
"""Month, sale or return, rate."""

RETURNS = {"IADE", "TEVKIFATIADE", "YTBIADE", "YTBTEVKIFATIADE"}
BASE_UNSTATED = "2026-08"
"""Two of this month's sources state KDV alone."""

ZERO = Decimal("0.00")


def cases() -> list[dict[str, Any]]:
    return json.loads(official.text("data", "worked_invoices.json"))["cases"]


def in_try(case: dict[str, Any], amount: str) -> Decimal:
    rate = Decimal(case["input"]["exchange_rate"] or 1)
    return (Decimal(amount) * rate).quantize(Decimal("0.01"), ROUND_HALF_UP)


def subtotals(case: dict[str, Any]) -> Iterator[tuple[str, str | None, str]]:
    """Rate, base where it is stated, and KDV."""
    expected = case["expected"]
    if "tax_subtotals" in expected:
        for each in expected["tax_subtotals"]:
            if each["code"] == "0015":
                yield each["rate"], each.get("base"), each["amount"]
        return
    for given, line in zip(case["input"]["lines"], expected["lines"], strict=True):
        yield given["kdv_rate"], line.get("net"), line["kdv"]


async def test_kdv_and_ledger_of_every_worked_month(database: Database) -> None:
    # given the published invoices, issued on a real server in the order of their days
    published = sorted(cases(), key=lambda case: case["input"]["issue_date"])
    assert len(published) == 39
    years = [int(case["input"]["issue_date"][:4]) for case in published]
    stage = await staged(database, load_completion(), years)
    kdv: dict[Key, Decimal] = defaultdict(lambda: ZERO)
    base: dict[Key, Decimal] = defaultdict(lambda: ZERO)
    payable: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    silent: set[tuple[str, str]] = set()
    for case in published:
        outcome, stored = await issue_case(
            stage, WorkedCase(case["id"], case["source"], case["input"], case["expected"])
        )
        assert stored is not None, (case["id"], outcome.refused)
        month = case["input"]["issue_date"][:7]
        kind = "returns" if case["input"]["type"] in RETURNS else "sales"
        for rate, stated, amount in subtotals(case):
            kdv[month, kind, rate] += in_try(case, amount)
            base[month, kind, rate] += in_try(case, stated or "0")
        if "payable" in case["expected"]["totals"]:
            payable[month, kind] += in_try(case, case["expected"]["totals"]["payable"])
        else:
            silent.add((month, kind))

    # when the months are reported
    told_kdv: dict[Key, Decimal] = {}
    told_base: dict[Key, Decimal] = {}
    months = sorted({month for month, _, _ in kdv})
    assert len(months) == 13
    for month in months:
        first = date.fromisoformat(f"{month}-01")
        async with database.unit_of_work() as work:
            report: Any = KdvReturn(await work.invoices.kdv_summary(first, _last_day(first))).as_json()["kdv1"]
        for kind in ("sales", "returns"):
            for row in report[kind]:
                told_kdv[month, kind, row["rate"]] = Decimal(row["kdv"])
                told_base[month, kind, row["rate"]] = Decimal(row["base"])
        sums = report["totals"]
        assert Decimal(sums["net"]["kdv"]) == sum(
            amount if kind == "sales" else -amount for (on, kind, _), amount in kdv.items() if on == month
        )
    async with database.unit_of_work() as work:
        ledger = LedgerReport(
            date(2009, 1, 1),
            date(2026, 12, 31),
            await work.invoices.monthly_in_try(date(2009, 1, 1), date(2026, 12, 31)),
        ).as_json()

    # then each rate of each month has the KDV and, where every source states it, the base of its invoices
    assert told_kdv == dict(kdv)
    stated = {key: amount for key, amount in base.items() if key[0] != BASE_UNSTATED}
    assert {key: amount for key, amount in told_base.items() if key[0] != BASE_UNSTATED} == stated
    # and the ledger's months have their payable sums
    rows: Any = ledger["months"]
    told_payable = {(row["month"], f"{row['kind']}s"): Decimal(row["payable"]) for row in rows}
    assert {key: told_payable[key] for key in payable if key not in silent} == {
        key: amount for key, amount in payable.items() if key not in silent
    }
    assert sum(row["invoices"] for row in rows) == 39


async def test_the_withholding_of_gibs_sample(database: Database) -> None:
    # given GİB's TEVKIFAT.xml, 20.000,00 with KDV 3.600,00 of which 3.240,00 is withheld
    case = next(case for case in cases() if case["id"] == "gib-tevkifat")
    stage = await staged(database, load_completion(), [2012])
    await issue_case(stage, WorkedCase(case["id"], case["source"], case["input"], case["expected"]))
    first = date(2012, 8, 1)
    async with database.unit_of_work() as work:
        report: Any = KdvReturn(await work.invoices.kdv_summary(first, _last_day(first))).as_json()
    assert report["kdv1"]["sales"] == [
        {
            "rate": "18",
            "invoices": 1,
            "base": "20000.00",
            "kdv": "3600.00",
            "withheld": "3240.00",
            "declared": "360.00",
        }
    ]
    assert report["kdv2"]["sales"] == [
        {
            "code": "606",
            "name": "İşgücü Temin Hizmetleri",
            "percent": 90,
            "invoices": 1,
            "kdv": "3600.00",
            "withheld": "3240.00",
        }
    ]
    assert report["kdv2"]["withheld"] == "3240.00"
