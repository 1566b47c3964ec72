"""``platform-db invoice print``, as it is typed, of invoices on a real server."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from platform_db.cli import app as cli
from platform_db.domain.invoices.returns import InvoiceReturn
from platform_db.domain.invoices.series import NewSeries
from platform_db.printing import invoice_html
from platform_db.repositories.work import Database
from platform_db.settings import Settings
from tests.integration.invoices.scene import issued, register
from tests.invoice_examples import CUSTOMER, DAY, SERIES, WITHHELD, draft, issue_document

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "<b>Çelik</b> & \"Sac\" <script>alert('1')</script>"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16


@dataclass(frozen=True, slots=True)
class Stored:
    """The ids of the stored invoices, and the page of the sale as the library draws it."""

    sale: int
    back: int
    draft: int
    page: str


async def _arrange(url: str) -> Stored:
    async with Database(Settings(url=SecretStr(url), environment="testing")) as database:
        user = await register(database, "muhasebe")
        async with database.unit_of_work() as work:
            await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
            customer = {**CUSTOMER, "title": HOSTILE}
            sale = await issued(work, user, {**WITHHELD, "customer": customer})
            terms = InvoiceReturn(issue_date=date(2025, 7, 2))
            back = await work.invoices.issue(await work.invoices.draft_return(sale, terms), SERIES)
            waiting = await work.invoices.draft(draft(user, issue_document()))
        async with database.unit_of_work() as work:
            page = invoice_html(await work.invoices.document(sale.id))
    return Stored(sale.id, back.id, waiting.id, page)


@pytest.fixture
def stored(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Stored:
    monkeypatch.setenv("PLATFORM_DB_URL", database_url)
    return asyncio.run(_arrange(database_url))


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.run(["invoice", "print", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_by_id_and_by_number_the_page_is_the_same(stored: Stored, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, str(stored.sale)) == stored.page
    assert printed(capsys, "--number", "ABC2025000000001") == stored.page
    assert HOSTILE not in stored.page
    assert HOSTILE in unescape(stored.page)
    as_json = json.loads(printed(capsys, str(stored.sale), "--json"))
    assert as_json == {"id": stored.sale, "number": "ABC2025000000001", "html": stored.page}


def test_a_return_names_the_sale(stored: Stored, capsys: pytest.CaptureFixture[str]) -> None:
    page = printed(capsys, str(stored.back))
    assert '<th scope="row">İade Edilen Fatura</th><td>ABC2025000000001</td>' in page
    assert '<th scope="row">İade Edilen Fatura Tarihi</th><td>01.07.2025</td>' in page


def test_a_draft_is_stamped(stored: Stored, capsys: pytest.CaptureFixture[str]) -> None:
    assert '<p class="stamp">TASLAK</p>' in printed(capsys, str(stored.draft))


def test_a_logo_is_carried_along(stored: Stored, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(PNG)
    assert '<img src="data:image/png;base64,iVBORw0KGgo' in printed(capsys, str(stored.sale), "--logo", str(logo))
    logo.write_bytes(b"GIF89a")
    assert cli.run(["invoice", "print", str(stored.sale), "--logo", str(logo), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["rule"] == "logo_format"


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("arguments", "rule", "fields"),
    [
        (["999999"], "invoice_known", ["id"]),
        (["9223372036854775808"], "invoice_known", ["id"]),
        (["--number", "ABC2025000009999"], "invoice_known", ["number"]),
        (["--number", "ABC"], "invoice_number_format", ["number"]),
        (["--number", "ABC2025000000001\n"], "invoice_number_format", ["number"]),
    ],
)
def test_what_is_no_invoice_is_refused(
    arguments: list[str], rule: str, fields: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["invoice", "print", *arguments, "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["rule"], error["fields"]) == (rule, fields)


@pytest.mark.parametrize("arguments", [[], ["1", "--number", "ABC2025000000001"], ["x"], ["1", "--logo", "/nowhere"]])
def test_wrong_usage_asks_no_server(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["invoice", "print", *arguments]) == 64
    assert capsys.readouterr().out == ""
