"""``platform-db invoice issue`` as a program: a document in, an issued invoice out, or nothing stored."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast
from uuid import UUID

import asyncpg
import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-m", "platform_db")

Document = dict[str, object]

DOCUMENT: Document = {
    "series": "ABC",
    "issue_date": "2026-04-24",
    "currency": "TRY",
    "profile": "TICARIFATURA",
    "type": "TEVKIFAT",
    "issuer": {
        "title": "Anadolu Kalıp ve Makina Sanayi A.Ş.",
        "tax_number": "1234567890",
        "tax_office": "Gebze",
        "address": "Organize Sanayi Bölgesi 4. Cadde No: 12",
        "district": "Gebze",
        "city": "Kocaeli",
    },
    "customer": {
        "title": "Marmara Otomotiv Yan Sanayi Ltd. Şti.",
        "tax_number": "0150015264",
        "tax_office": "Osmangazi",
        "address": "Sanayi Caddesi No: 48",
        "district": "Osmangazi",
        "city": "Bursa",
    },
    "lines": [
        {
            "description": "Yemek servisi",
            "quantity": "2",
            "unit": "C62",
            "unit_price": "10000.00",
            "discount": {"rate": "10"},
            "kdv_rate": "20",
            "withholding_code": "604",
        }
    ],
}
STORED = (
    "SELECT (SELECT count(*) FROM invoices), (SELECT count(*) FROM invoice_lines), "
    "(SELECT count(*) FROM invoice_series), (SELECT count(*) FROM users), (SELECT count(*) FROM audit_logs)"
)


class Installation:
    """A home of its own, and an environment that names nothing else of this machine."""

    def __init__(self, folder: Path) -> None:
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(CHECKOUT / "src"),
            "HOME": str(folder),
            "PLATFORM_DB_HOME": str(folder / "data"),
            "LC_ALL": "C",
        }

    def run(
        self, *arguments: str, given: object = None, variables: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROGRAM, *arguments],
            input="" if given is None else json.dumps(given, ensure_ascii=False),
            env=self.environment | (variables or {}),
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )

    def issue(self, document: object, *arguments: str, **variables: str) -> tuple[int, Document]:
        """The exit code, and the one JSON document on standard output."""
        done = self.run("invoice", "issue", "-", "--json", *arguments, given=document, variables=variables)
        assert done.stderr == ""
        (line,) = done.stdout.splitlines()
        return done.returncode, cast("Document", json.loads(line))

    def url(self, database: str = "platform_db") -> str:
        return self.run("server", "url", "--database", database).stdout.strip()

    def query(self, statement: str, database: str = "platform_db", *, role: str = "platform_auditor") -> list[object]:
        async def ask() -> list[object]:
            connection = await asyncpg.connect(self.url(database))
            try:
                if role:
                    await connection.execute(f"SET ROLE {role}")
                return [tuple(row) for row in await connection.fetch(statement)]
            finally:
                await connection.close()

        return asyncio.run(ask())


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The embedded server, started and migrated by the first invoice, which is DMO2026000000001."""
    made = Installation(tmp_path_factory.mktemp("home"))
    code, _ = made.issue({**DOCUMENT, "series": "DMO"})
    assert code == 0
    yield made
    made.run("server", "stop", "--force")


def rules(answer: Document) -> list[tuple[object, object]]:
    entries = cast("list[Document]", answer["errors"])
    for entry in entries:
        message = cast("dict[str, str]", entry["message"])
        assert message["tr"]
        assert message["en"]
    assert answer["error"] == entries[0]
    return [(entry["rule"], entry["fields"]) for entry in entries]


def with_line(**changes: object) -> Document:
    line = cast("list[Document]", DOCUMENT["lines"])[0]
    return {**DOCUMENT, "lines": [{**line, **changes}]}


def test_an_issued_invoice_is_told_whole(installation: Installation) -> None:
    code, answer = installation.issue(DOCUMENT)
    ettn = answer.pop("ettn")
    assert code == 0
    assert answer == {
        "number": "ABC2026000000001",
        "id": answer["id"],
        "user_id": answer["user_id"],
        "status": "issued",
        "issue_date": "2026-04-24",
        "currency": "TRY",
        "lines": [
            {
                "gross": "20000.00",
                "discount": "2000.00",
                "charge": "0.00",
                "net": "18000.00",
                "other_taxes": "0.00",
                "kdv": "3600.00",
                "withheld": "1800.00",
            }
        ],
        "tax_subtotals": [{"code": "0015", "rate": "20", "base": "18000.00", "amount": "3600.00"}],
        "withholding_subtotals": [{"code": "604", "rate": "50", "base": "3600.00", "amount": "1800.00"}],
        "totals": {
            "gross": "20000.00",
            "allowance": "2000.00",
            "charge": "0.00",
            "tax_exclusive": "18000.00",
            "kdv": "3600.00",
            "other_taxes": "0.00",
            "withheld": "1800.00",
            "tax_inclusive": "21600.00",
            "payable": "19800.00",
            "payable_try": None,
        },
        "amount_in_words": "Yalnız ondokuzbinsekizyüz Türk Lirası",
        "unverified": ["withholding_limit 2026"],
    }
    # And that is what is stored, for the platform's own account
    stored = (
        "SELECT i.number, i.ettn, i.status::text, i.payable_cents, u.email, u.role::text "
        f"FROM invoices i JOIN users u ON u.id = i.user_id WHERE i.id = {answer['id']}"
    )
    assert installation.query(stored) == [
        ("ABC2026000000001", UUID(str(ettn)), "issued", 1980000, "system@platform-db.internal", "system")
    ]


def test_a_file_is_read_and_a_person_is_told(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "fatura.json"
    file.write_text(json.dumps({**DOCUMENT, "series": "TXT"}), encoding="utf-8")

    done = installation.run("invoice", "issue", str(file))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Issued TXT2026000000001 of 2026-04-24, ETTN ")
    assert "│ payable           │ 19800.00 │" in done.stdout
    assert "Yalnız ondokuzbinsekizyüz Türk Lirası\n" in done.stdout


def test_it_belongs_to_the_user_that_is_named(installation: Installation) -> None:
    # Given a user
    inserted = "INSERT INTO users (email) VALUES ('siparis@ornek-makina.com.tr') RETURNING id"
    ((user_id,),) = cast("list[tuple[int]]", installation.query(inserted, role="platform_worker"))
    # When an invoice is issued for their address in any case, and for their id
    _, by_email = installation.issue({**DOCUMENT, "series": "USR"}, "--user", "SIPARIS@ornek-makina.com.tr")
    _, by_id = installation.issue({**DOCUMENT, "series": "USR"}, "--user", str(user_id))
    # Then both are theirs, under following numbers
    assert (by_email["user_id"], by_id["user_id"]) == (user_id, user_id)
    assert (by_email["number"], by_id["number"]) == ("USR2026000000001", "USR2026000000002")


def test_every_broken_rule_is_told_and_nothing_is_stored(installation: Installation) -> None:
    before = installation.query(STORED)
    broken = {**with_line(kdv_rate="15", unit_price="0.123456789"), "series": "abc"}
    broken["customer"] = {**cast("Document", DOCUMENT["customer"]), "tax_number": "0150015265", "city": ""}

    code, answer = installation.issue(broken)

    assert code == 2
    assert rules(answer) == [
        ("ck_invoice_lines_unit_price_valid", ["lines.0.unit_price"]),
        ("ck_invoice_lines_kdv_rate_in_force", ["lines.0.kdv_rate"]),
        ("ck_invoice_series_series_format", ["series"]),
        ("vkn_checksum", ["customer.tax_number"]),
        ("ck_invoices_customer_city_length", ["customer.city"]),
    ]
    assert installation.query(STORED) == before


@pytest.mark.parametrize(
    ("document", "arguments", "expected"),
    [
        ([], [], [("object_expected", [""])]),
        ({**DOCUMENT, "profile": "KAMU"}, [], [("ck_invoices_public_buyer_has_iban", ["profile", "payment_iban"])]),
        ({**DOCUMENT, "series": "NEW"}, ["--user", "9223372036854775807"], [("user_known", ["user"])]),
        ({**DOCUMENT, "series": "NEW"}, ["--user", "kimse@ornek-makina.com.tr"], [("user_known", ["user"])]),
        ({**DOCUMENT, "series": "NEW"}, ["--user", "-1"], [("user_known", ["user"])]),
        (
            {**DOCUMENT, "series": "DMO", "issue_date": "2026-04-23"},
            [],
            [("ck_invoice_series_dates_ascend", ["issue_date"])],
        ),
        (
            {**DOCUMENT, "series": "NEW", "issue_date": "2027-01-04"},
            [],
            [("withholding_limit_known", ["issue_date"])],
        ),
    ],
)
def test_what_is_refused_leaves_nothing(
    installation: Installation, document: object, arguments: list[str], expected: list[tuple[str, list[str]]]
) -> None:
    before = installation.query(STORED)
    code, answer = installation.issue(document, *arguments)
    assert (code, rules(answer)) == (2, expected)
    assert installation.query(STORED) == before


def test_what_only_the_database_knows_leaves_no_series(installation: Installation) -> None:
    # Given a licence that does not exist, in a series that was never opened
    before = installation.query(STORED)
    code, answer = installation.issue({**DOCUMENT, "series": "NEW", "license_id": 99})
    # Then it is no rule of the document, and nothing is stored
    entry = cast("Document", answer["error"])
    assert (code, entry["type"], entry["fields"]) == (70, "StillReferenced", ["license_id", "user_id"])
    assert installation.query(STORED) == before


def test_without_json_a_refusal_is_text_in_both_languages(installation: Installation) -> None:
    done = installation.run("invoice", "issue", "-", given=with_line(kdv_rate="15"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "ck_invoice_lines_kdv_rate_in_force (lines.0.kdv_rate)\n"
        "  KDV oranı düzenleme tarihinde yürürlükte değildir\n"
        "  The KDV rate is not in force on the issue date\n"
    )


def test_a_missing_file_is_wrong_usage(installation: Installation, tmp_path: Path) -> None:
    done = installation.run("invoice", "issue", str(tmp_path / "none.json"))
    assert done.returncode == 64


def test_a_database_of_ones_own_is_not_migrated_unasked(installation: Installation) -> None:
    installation.query("CREATE DATABASE bare", role="")
    url = installation.url("bare")
    code, answer = installation.issue(DOCUMENT, PLATFORM_DB_URL=url)
    entry = cast("Document", answer["error"])
    told = cast("dict[str, str]", entry["message"])["en"]
    assert (code, entry["type"]) == (70, "ConfigurationError")
    assert "run `platform-db migrate up`" in told
    assert installation.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", "bare", role="") == [(0,)]


def test_a_server_that_is_away_is_told(installation: Installation) -> None:
    code, answer = installation.issue(DOCUMENT, PLATFORM_DB_URL="postgresql://app:s3cret@127.0.0.1:1/erp")
    assert (code, cast("Document", answer["error"])["type"]) == (70, "ConnectionLost")
    assert "s3cret" not in json.dumps(answer)


def test_many_at_once_share_one_account_and_leave_no_gap(installation: Installation) -> None:
    # Given a migrated database without any user or series
    installation.query("CREATE DATABASE crowded", role="")
    url = installation.url("crowded")
    assert installation.run("migrate", "up", variables={"PLATFORM_DB_URL": url}).returncode == 0
    # When four processes issue the first invoices at the same moment
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: installation.issue(DOCUMENT, PLATFORM_DB_URL=url), range(4)))
    # Then every one has a number, and there is one account
    assert [code for code, _ in done] == [0] * 4
    assert sorted(str(answer["number"]) for _, answer in done) == [f"ABC202600000000{place}" for place in (1, 2, 3, 4)]
    assert installation.query("SELECT count(*), min(email) FROM users", "crowded") == [
        (1, "system@platform-db.internal")
    ]
