"""``platform-db report``, as it is typed: returns, cancelled and foreign invoices of two months, figures by hand."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from platform_db.cli import app as cli
from platform_db.domain.invoices.partial_returns import PartialReturn, ReturnedLine
from platform_db.domain.invoices.series import NewSeries
from platform_db.repositories.work import Database
from platform_db.settings import Settings
from tests.integration.invoices.scene import issued, register
from tests.invoice_examples import DAY, ISSUER, SERIES, draft, issue_document, line

OTHER = {**ISSUER, "title": "Örnek Dış Ticaret A.Ş.", "tax_number": "0150015264"}
JULY_1, JULY_31, AUGUST_1 = date(2025, 7, 1), date(2025, 7, 31), date(2025, 8, 1)

WITHHELD = {
    "type": "TEVKIFAT",
    "lines": [line(unit_price="10000", withholding_code="604"), line(unit_price="0.05", kdv_rate="10")],
}
FOREIGN = {
    "currency": "EUR",
    "exchange_rate": "47.123456",
    "exchange_rate_date": "2025-07-01",
    "exchange_rate_source": "TCMB",
    "lines": [line(quantity="1", unit_price="0.33")],
}


def of(day: date, **changes: object) -> dict[str, object]:
    return issue_document(issue_date=day.isoformat(), **changes)


async def _arrange(url: str) -> None:
    """A withheld and a foreign sale of July, a cancelled one, a draft; half of the withheld one returned in August."""
    async with Database(Settings(url=SecretStr(url), environment="testing")) as database:
        user = await register(database, "muhasebe")
        async with database.unit_of_work() as work:
            await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
            sale = await issued(work, user, of(JULY_1, **WITHHELD))
            await issued(work, user, of(JULY_31, **FOREIGN, issuer=OTHER))
            await work.invoices.cancel(await issued(work, user, of(JULY_31)), "Mükerrer")
            await work.invoices.draft(draft(user, of(JULY_31)))
            terms = PartialReturn(issue_date=AUGUST_1, lines=(ReturnedLine(line_number=1, quantity=Decimal(1)),))
            await work.invoices.issue(await work.invoices.draft_partial_return(sale, terms), SERIES)


@pytest.fixture
def ledger(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The installation that the command is typed in."""
    monkeypatch.setenv("PLATFORM_DB_URL", database_url)
    asyncio.run(_arrange(database_url))
    return database_url


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.run(["report", *arguments]) == 0
    return capsys.readouterr().out


def rows(text: str) -> list[list[str]]:
    assert text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.usefixtures("ledger")
def test_the_kdv_of_a_month(capsys: pytest.CaptureFixture[str]) -> None:
    july: dict[str, Any] = json.loads(told(capsys, "kdv", "--month", "2025-07", "--json"))
    assert july == {
        "first": "2025-07-01",
        "last": "2025-07-31",
        "currency": "TRY",
        "kdv1": {
            "sales": [
                {"rate": "10", "invoices": 1, "base": "0.10", "kdv": "0.01", "withheld": "0.00", "declared": "0.01"},
                # 0.33 EUR and 0.07 EUR of KDV at 47.123456: 15.55 and 3.30
                {
                    "rate": "20",
                    "invoices": 2,
                    "base": "20015.55",
                    "kdv": "4003.30",
                    "withheld": "2000.00",
                    "declared": "2003.30",
                },
            ],
            "returns": [],
            "totals": {
                "sales": {"base": "20015.65", "kdv": "4003.31", "withheld": "2000.00", "declared": "2003.31"},
                "returns": {"base": "0.00", "kdv": "0.00", "withheld": "0.00", "declared": "0.00"},
                "net": {"base": "20015.65", "kdv": "4003.31", "withheld": "2000.00", "declared": "2003.31"},
            },
        },
        "kdv2": {
            "sales": [
                {
                    "code": "604",
                    "name": "Yemek Servis Hizmeti",
                    "percent": 50,
                    "invoices": 1,
                    "kdv": "4000.00",
                    "withheld": "2000.00",
                }
            ],
            "returns": [],
            "withheld": "2000.00",
        },
    }
    august: dict[str, Any] = json.loads(told(capsys, "kdv", "--month", "2025-08", "--format", "json"))
    assert august["kdv1"]["sales"] == []
    assert august["kdv1"]["totals"]["net"] == {
        "base": "-10000.00",
        "kdv": "-2000.00",
        "withheld": "-1000.00",
        "declared": "-1000.00",
    }
    assert august["kdv2"]["withheld"] == "-1000.00"


@pytest.mark.usefixtures("ledger")
def test_the_kdv_of_a_month_as_csv_and_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    header, *july = rows(told(capsys, "kdv", "--month", "2025-07", "--format", "csv"))
    assert header[:3] == ["return", "kind", "rate"]
    assert july == [
        ["KDV1", "sale", "10", "", "", "", "1", "0.10", "0.01", "0.00", "0.01"],
        ["KDV1", "sale", "20", "", "", "", "2", "20015.55", "4003.30", "2000.00", "2003.30"],
        ["KDV2", "sale", "", "604", "Yemek Servis Hizmeti", "50", "1", "", "4000.00", "2000.00", ""],
    ]
    table = told(capsys, "kdv", "--month", "2025-07")
    assert "KDV 1, Temmuz 2025, TRY" in table
    cells = [[cell.strip() for cell in text.split("│")[1:-1]] for text in table.splitlines() if text.startswith("│")]
    assert ["sale", "20", "2", "20.015,55", "4.003,30", "2.000,00", "2.003,30"] in cells
    assert ["sale", "604", "Yemek Servis Hizmeti", "50", "1", "4.000,00", "2.000,00"] in cells
    assert ["Net", "", "", "20.015,65", "4.003,31", "2.000,00", "2.003,31"] in cells


@pytest.mark.usefixtures("ledger")
def test_the_ledger_by_month(capsys: pytest.CaptureFixture[str]) -> None:
    report: dict[str, Any] = json.loads(told(capsys, "ledger", "--from", "2025-07", "--to", "2025-08", "--json"))
    nothing = {"other_taxes": "0.00", "deferred_kdv": "0.00"}
    assert report["months"] == [
        {
            "month": "2025-07",
            "kind": "sale",
            "cancelled": False,
            "invoices": 2,
            "tax_exclusive": "20015.65",
            "kdv": "4003.31",
            "withheld": "2000.00",
            # 22000.11, and 0.40 EUR at 47.123456
            "payable": "22018.96",
            **nothing,
        },
        {
            "month": "2025-07",
            "kind": "sale",
            "cancelled": True,
            "invoices": 1,
            "tax_exclusive": "20000.00",
            "kdv": "4000.00",
            "withheld": "0.00",
            "payable": "24000.00",
            **nothing,
        },
        {
            "month": "2025-08",
            "kind": "return",
            "cancelled": False,
            "invoices": 1,
            "tax_exclusive": "10000.00",
            "kdv": "2000.00",
            "withheld": "1000.00",
            "payable": "11000.00",
            **nothing,
        },
    ]
    assert report["net"] == {
        "tax_exclusive": "10015.65",
        "kdv": "2003.31",
        "withheld": "1000.00",
        "payable": "11018.96",
        **nothing,
    }
    header, *months = rows(told(capsys, "ledger", "--from", "2025-07", "--to", "2025-08", "--format", "csv"))
    assert header[-1] == "payable_try"
    assert [row[:4] + row[-1:] for row in months] == [
        ["2025-07", "sale", "no", "2", "22018.96"],
        ["2025-07", "sale", "yes", "1", "24000.00"],
        ["2025-08", "return", "no", "1", "11000.00"],
    ]
    table = told(capsys, "ledger", "--from", "2025-07", "--to", "2025-08")
    assert "Temmuz 2025" in table
    assert "11.018,96" in table


@pytest.mark.usefixtures("ledger")
def test_a_month_without_invoices_is_an_empty_report(capsys: pytest.CaptureFixture[str]) -> None:
    empty: dict[str, Any] = json.loads(told(capsys, "kdv", "--month", "2025-09", "--json"))
    assert empty["kdv1"]["sales"] == empty["kdv2"]["sales"] == []
    assert empty["kdv1"]["totals"]["net"]["declared"] == "0.00"
    assert len(rows(told(capsys, "ledger", "--from", "2025-09", "--to", "2025-09", "--format", "csv"))) == 1


@pytest.mark.usefixtures("ledger")
def test_a_period_that_ends_before_it_begins_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["report", "ledger", "--from", "2025-08", "--to", "2025-07", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["rule"] == "period_forward"


@pytest.mark.usefixtures("ledger")
def test_a_report_of_one_taxpayer(capsys: pytest.CaptureFixture[str]) -> None:
    month = ("--month", "2025-07", "--json")
    other: dict[str, Any] = json.loads(told(capsys, "kdv", *month, "--issuer", "0150015264"))
    assert [(row["rate"], row["kdv"]) for row in other["kdv1"]["sales"]] == [("20", "3.30")]
    assert other["kdv2"]["sales"] == []
    own: dict[str, Any] = json.loads(told(capsys, "kdv", *month, "--issuer", "1234567890"))
    assert [(row["rate"], row["kdv"]) for row in own["kdv1"]["sales"]] == [("10", "0.01"), ("20", "4000.00")]
    months = ("--from", "2025-07", "--to", "2025-08", "--json")
    ledger: dict[str, Any] = json.loads(told(capsys, "ledger", *months, "--issuer", "0150015264"))
    assert [(row["month"], row["payable"]) for row in ledger["months"]] == [("2025-07", "18.85")]
