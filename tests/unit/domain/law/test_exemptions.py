"""Exemption, export-registration and special-base codes."""

from __future__ import annotations

from datetime import date

import pytest

from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceTypeCode
from platform_db.domain.law import exemptions
from platform_db.domain.law.exemptions import ExemptionCode

T = InvoiceTypeCode
P = InvoiceProfile
EXEMPTING = (T.ISTISNA, T.IADE, T.IHRACKAYITLI, T.SGK, T.YTBISTISNA, T.YTBIADE)


def test_the_published_rows_have_the_columns_of_the_table() -> None:
    rows = exemptions.rows()
    assert len(rows) == len({row.code for row in rows}) == 113
    assert exemptions.find("001") == ExemptionCode("001", "unknown", None, None, EXEMPTING, is_verified=False)
    assert all(row.name is not None or not row.is_verified for row in rows)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("101", (EXEMPTING, None)),
        ("151", (None, None)),
        ("213", (EXEMPTING, True)),
        ("301", (EXEMPTING, True)),
        ("351", (None, True)),
        ("501", (EXEMPTING, False)),
        ("555", (None, False)),
        ("702", ((T.IHRACKAYITLI, T.IADE, T.SGK), False)),
        ("812", ((T.OZELMATRAH, T.IADE, T.SGK), False)),
    ],
)
def test_a_code_says_its_types_and_whether_kdv_is_0(code: str, expected: tuple[object, object]) -> None:
    row = exemptions.find(code)
    assert row is not None
    assert (row.invoice_types, row.rate_must_be_zero) == expected


@pytest.mark.parametrize("code", ["", "30", "3010", "813", "650", "٣٠١"])
def test_there_is_no_other_code(code: str) -> None:
    assert exemptions.find(code) is None


def test_the_rule_set_of_2026_07() -> None:
    before, since = date(2026, 6, 30), date(2026, 7, 1)
    assert not exemptions.is_in_rule_set("233", before)
    assert exemptions.is_in_rule_set("233", since)
    sale = (P.TICARIFATURA, T.ISTISNA)
    assert [exemptions.admits_document(code, *sale, before) for code in ("308", "339")] == [True, True]
    assert [exemptions.admits_document(code, *sale, since) for code in ("308", "339", "307")] == [False, False, True]
    assert exemptions.admits_document("308", P.YATIRIMTESVIK, T.ISTISNA, since)
    assert exemptions.admits_document("339", P.EARSIVFATURA, T.YTBISTISNA, since)


def test_555_stands_on_three_profiles() -> None:
    day = date(2026, 11, 20)
    assert {profile for profile in P if exemptions.admits_document("555", profile, T.SATIS, day)} == {
        P.TEMELFATURA,
        P.TICARIFATURA,
        P.EARSIVFATURA,
    }


def test_the_export_registered_codes() -> None:
    assert {row.code for row in exemptions.rows() if exemptions.is_export_registered(row.code)} == {
        "701",
        "702",
        "703",
        "704",
    }
