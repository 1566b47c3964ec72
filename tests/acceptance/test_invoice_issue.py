"""``platform-db invoice issue`` as a program: a document in, an issued invoice out, or nothing stored."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, cast
from uuid import UUID

import pytest

from tests.acceptance.installation import Answer, Installation, answers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


def text(document: object) -> str:
    return json.dumps(document, ensure_ascii=False)


def issue(installation: Installation, document: object, *arguments: str, **variables: str) -> tuple[int, Answer]:
    """The exit code, and the one JSON document on standard output."""
    done = installation.run("invoice", "issue", "-", "--json", *arguments, given=text(document), **variables)
    assert done.stderr == ""
    (answer,) = answers(done)
    return done.returncode, answer


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The embedded server, started and migrated by the first invoice, which is DMO2026000000001."""
    made = Installation(tmp_path_factory.mktemp("home"))
    code, _ = issue(made, {**DOCUMENT, "series": "DMO"})
    assert code == 0
    yield made
    made.run("server", "stop", "--force")


def rules(answer: Answer) -> list[tuple[object, object]]:
    entries = cast("list[Answer]", answer["errors"])
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
    code, answer = issue(installation, DOCUMENT)
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
        "FROM invoices i JOIN users u ON u.id = i.user_id WHERE i.id = $1"
    )
    assert installation.query(stored, answer["id"]) == [
        ("ABC2026000000001", UUID(str(ettn)), "issued", 1980000, "system@platform-db.internal", "system")
    ]


def test_a_file_is_read_and_a_person_is_told(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "fatura.json"
    file.write_text(text({**DOCUMENT, "series": "TXT"}), encoding="utf-8")

    done = installation.run("invoice", "issue", str(file))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Issued TXT2026000000001 of 2026-04-24, ETTN ")
    assert "│ payable           │ 19800.00 │" in done.stdout
    assert "Yalnız ondokuzbinsekizyüz Türk Lirası\n" in done.stdout


def test_it_belongs_to_the_user_that_is_named(installation: Installation) -> None:
    # Given a user
    inserted = "INSERT INTO users (email) VALUES ('siparis@ornek-makina.com.tr') RETURNING id"
    ((user_id,),) = installation.query(inserted, role="platform_worker")
    # When an invoice is issued for their address in any case, and for their id
    _, by_email = issue(installation, {**DOCUMENT, "series": "USR"}, "--user", "SIPARIS@ornek-makina.com.tr")
    _, by_id = issue(installation, {**DOCUMENT, "series": "USR"}, "--user", str(user_id))
    # Then both are theirs, under following numbers
    assert (by_email["user_id"], by_id["user_id"]) == (user_id, user_id)
    assert (by_email["number"], by_id["number"]) == ("USR2026000000001", "USR2026000000002")


def test_every_broken_rule_is_told_and_nothing_is_stored(installation: Installation) -> None:
    before = installation.query(STORED)
    broken = {**with_line(kdv_rate="15", unit_price="0.123456789"), "series": "abc"}
    broken["customer"] = {**cast("Document", DOCUMENT["customer"]), "tax_number": "0150015265", "city": ""}

    code, answer = issue(installation, broken)

    assert code == 2
    assert rules(answer) == [
        ("ck_invoice_lines_unit_price_valid", ["lines.0.unit_price"]),
        ("ck_invoice_lines_kdv_rate_in_force", ["lines.0.kdv_rate"]),
        ("ck_invoice_series_series_format", ["series"]),
        ("vkn_checksum", ["customer.tax_number"]),
        ("ck_invoices_customer_city_length", ["customer.city"]),
    ]
    assert installation.query(STORED) == before


Case = tuple[object, list[str], list[tuple[str, list[str]]]]
REFUSED: list[Case] = [
    ([], [], [("object_expected", [])]),
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
        {**with_line(withholding_code=None), "type": "SATIS", "series": "NEW", "issue_date": "2099-12-31"},
        [],
        [("ck_invoices_issue_date_not_in_future", ["issue_date"])],
    ),
]


@pytest.mark.parametrize(("document", "arguments", "expected"), REFUSED)
def test_what_is_refused_leaves_nothing(
    installation: Installation, document: object, arguments: list[str], expected: list[tuple[str, list[str]]]
) -> None:
    before = installation.query(STORED)
    code, answer = issue(installation, document, *arguments)
    assert (code, rules(answer)) == (2, expected)
    assert installation.query(STORED) == before


def test_what_only_the_database_knows_leaves_no_series(installation: Installation) -> None:
    # Given a licence that does not exist, in a series that was never opened
    before = installation.query(STORED)
    code, answer = issue(installation, {**DOCUMENT, "series": "NEW", "license_id": 99})
    # Then it is no rule of the document, and nothing is stored
    entry = cast("Answer", answer["error"])
    assert (code, entry["type"], entry["fields"]) == (70, "StillReferenced", ["license_id", "user_id"])
    assert installation.query(STORED) == before


def test_without_json_a_refusal_is_text_in_both_languages(installation: Installation) -> None:
    done = installation.run("invoice", "issue", "-", given=text(with_line(kdv_rate="15")))
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
    code, answer = issue(installation, DOCUMENT, PLATFORM_DB_URL=url)
    entry = cast("Answer", answer["error"])
    told = cast("dict[str, str]", entry["message"])["en"]
    assert (code, entry["type"]) == (70, "ConfigurationError")
    assert "run `platform-db migrate up`" in told
    assert installation.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", at=url, role="") == [(0,)]


def test_a_server_that_is_away_is_told(installation: Installation) -> None:
    code, answer = issue(installation, DOCUMENT, PLATFORM_DB_URL="postgresql://app:s3cret@127.0.0.1:1/erp")
    assert (code, cast("Answer", answer["error"])["type"]) == (70, "ConnectionLost")
    assert "s3cret" not in json.dumps(answer)


def test_many_at_once_share_one_account_and_leave_no_gap(installation: Installation) -> None:
    # Given a migrated database without any user or series
    installation.query("CREATE DATABASE crowded", role="")
    url = installation.url("crowded")
    assert installation.run("migrate", "up", PLATFORM_DB_URL=url).returncode == 0
    # When four processes issue the first invoices at the same moment
    with ThreadPoolExecutor(4) as pool:
        begun = [pool.submit(issue, installation, DOCUMENT, PLATFORM_DB_URL=url) for _ in range(4)]
        done = [one.result() for one in begun]
    # Then every one has a number, and there is one account
    assert [code for code, _ in done] == [0] * 4
    assert sorted(str(answer["number"]) for _, answer in done) == [f"ABC202600000000{place}" for place in (1, 2, 3, 4)]
    assert installation.query("SELECT count(*), min(email) FROM users", at=url) == [(1, "system@platform-db.internal")]
