"""The law and the sums: what is refused, where, and the nearest legal document that passes."""

from __future__ import annotations

import pytest

from tests.unit.domain.invoices.documents import Json, broken, document, line, refused

KDV_IN_FORCE = "ck_invoice_lines_kdv_rate_in_force"
EXEMPTION = "ck_invoice_lines_exemption_admitted"
WITHHOLDING = "ck_invoice_lines_withholding_in_force"
ZERO = {"kdv_rate": "0"}
PASSES, REFUSED = "passes", "refused"


@pytest.mark.parametrize(
    ("day", "rate", "type_code", "rules"),
    [
        ("2023-07-09", "18", "SATIS", []),
        ("2023-07-10", "18", "SATIS", [KDV_IN_FORCE]),
        ("2023-07-09", "20", "SATIS", [KDV_IN_FORCE]),
        ("2023-07-09", "8", "SATIS", []),
        ("2023-07-10", "8", "SATIS", [KDV_IN_FORCE]),
        ("2023-07-10", "18", "IADE", []),
        ("2023-07-09", "20", "IADE", [KDV_IN_FORCE]),
        ("2025-06-02", "17", "IADE", []),
        ("2025-06-02", "16", "IADE", [KDV_IN_FORCE]),
        ("2025-06-02", "17", "SATIS", [KDV_IN_FORCE]),
    ],
)
def test_a_rate_is_in_force_on_the_day_and_a_return_may_carry_an_earlier_one(
    day: str, rate: str, type_code: str, rules: list[str]
) -> None:
    data = document(line(kdv_rate=rate), issue_date=day, type=type_code, profile="TEMELFATURA")
    assert [rule for rule, _ in broken(data)] == rules


@pytest.mark.parametrize(
    ("type_code", "profile", "verdict"),
    [
        ("SATIS", "TEMELFATURA", REFUSED),
        ("ISTISNA", "TEMELFATURA", REFUSED),
        ("TEVKIFATIADE", "TEMELFATURA", REFUSED),
        ("IADE", "TEMELFATURA", PASSES),
        ("YTBIADE", "EARSIVFATURA", PASSES),
        ("IHRACKAYITLI", "TEMELFATURA", PASSES),
        ("OZELMATRAH", "TEMELFATURA", PASSES),
        ("SGK", "TEMELFATURA", PASSES),
        ("KONAKLAMAVERGISI", "TEMELFATURA", PASSES),
    ],
)
def test_rate_0_needs_a_code_on_most_types(type_code: str, profile: str, verdict: str) -> None:
    expected = refused("ck_invoice_lines_zero_rate_has_reason", "lines.0.kdv_rate", "lines.0.exemption_code")
    assert broken(document(line(**ZERO), type=type_code, profile=profile)) == ([] if verdict == PASSES else expected)


@pytest.mark.parametrize(
    ("code", "changes", "verdict"),
    [
        ("351", {"type": "SATIS"}, PASSES),
        ("151", {"type": "SATIS"}, PASSES),
        ("213", {"type": "SATIS"}, REFUSED),
        ("213", {"type": "ISTISNA"}, PASSES),
        ("101", {"type": "SATIS"}, REFUSED),
        ("501", {"type": "SATIS"}, REFUSED),
        ("701", {"type": "SATIS"}, REFUSED),
        ("701", {"type": "ISTISNA"}, REFUSED),
        ("701", {"type": "IHRACKAYITLI"}, PASSES),
        ("801", {"type": "OZELMATRAH"}, PASSES),
        ("801", {"type": "ISTISNA"}, REFUSED),
        ("233", {"type": "ISTISNA", "issue_date": "2026-06-30"}, REFUSED),
        ("233", {"type": "ISTISNA", "issue_date": "2026-07-01"}, PASSES),
        ("308", {"type": "ISTISNA", "issue_date": "2026-06-30"}, PASSES),
        ("308", {"type": "ISTISNA", "issue_date": "2026-07-01"}, REFUSED),
        ("308", {"type": "ISTISNA", "issue_date": "2026-07-01", "profile": "YATIRIMTESVIK"}, PASSES),
        ("339", {"type": "YTBISTISNA", "issue_date": "2026-07-01", "profile": "EARSIVFATURA"}, PASSES),
    ],
)
def test_an_exemption_code_stands_where_it_is_admitted(code: str, changes: Json, verdict: str) -> None:
    expected = refused(EXEMPTION, "lines.0.exemption_code")
    assert broken(document(line(exemption_code=code, **ZERO), **changes)) == ([] if verdict == PASSES else expected)


@pytest.mark.parametrize(
    ("code", "type_code", "verdict"),
    [
        ("213", "ISTISNA", REFUSED),
        ("301", "ISTISNA", REFUSED),
        ("308", "ISTISNA", REFUSED),
        ("351", "SATIS", REFUSED),
        ("501", "ISTISNA", PASSES),
        ("101", "ISTISNA", PASSES),
        ("151", "SATIS", PASSES),
        ("701", "IHRACKAYITLI", PASSES),
        ("805", "OZELMATRAH", PASSES),
    ],
)
def test_codes_of_rate_0_are_refused_on_a_taxed_line(code: str, type_code: str, verdict: str) -> None:
    expected = refused(EXEMPTION, "lines.0.exemption_code", "lines.0.kdv_rate")
    assert broken(document(line(exemption_code=code), type=type_code)) == ([] if verdict == PASSES else expected)


def test_555_is_for_three_profiles_and_never_with_kdv_0() -> None:
    taxed = line(exemption_code="555")
    assert broken(document(taxed)) == []
    assert broken(document(taxed, profile="KAMU")) == refused(EXEMPTION, "lines.0.exemption_code")
    without = refused(EXEMPTION, "lines.0.exemption_code", "lines.0.kdv_rate")
    assert broken(document(line(exemption_code="555", **ZERO))) == without
    late = document(line(exemption_code="555", **ZERO), issue_date="2004-12-31")
    assert broken(late) == [*refused("ck_invoices_issue_date_finite", "issue_date"), *without]
    assert broken(document(line(exemption_code="555", unit_price="0.02"))) == without  # 0.004 is dropped
    assert broken(document(line(exemption_code="555", unit_price="0.03"))) == []


@pytest.mark.parametrize(
    ("code", "day", "verdict"),
    [
        ("606", "2025-06-02", PASSES),
        ("650", "2025-06-02", REFUSED),
        ("600", "2025-06-02", REFUSED),
        ("", "2025-06-02", REFUSED),
        ("627", "2022-04-30", REFUSED),
        ("627", "2022-05-01", PASSES),
        ("801", "2022-04-30", REFUSED),
        ("801", "2022-05-01", PASSES),
        ("802", "2024-10-30", PASSES),
        ("802", "2024-10-31", REFUSED),
    ],
)
def test_a_withholding_code_is_in_force_on_the_day(code: str, day: str, verdict: str) -> None:
    rate = "18" if day < "2023-07-10" else "20"
    data = document(line(withholding_code=code, kdv_rate=rate), type="TEVKIFAT", issue_date=day)
    assert broken(data) == ([] if verdict == PASSES else refused(WITHHOLDING, "lines.0.withholding_code"))


@pytest.mark.parametrize("type_code", ["SATIS", "ISTISNA", "TEVKIFATIADE", "IHRACKAYITLI", "OZELMATRAH"])
def test_a_withholding_code_is_refused_on_a_type_that_does_not_withhold(type_code: str) -> None:
    data = document(line(withholding_code="606"), type=type_code)
    assert broken(data) == refused("ck_invoices_withheld_type", "lines.0.withholding_code")


def test_a_year_whose_limit_is_not_known_is_refused_for_partial_codes_only() -> None:
    data = document(line(withholding_code="606"), type="TEVKIFAT", issue_date="2027-01-01")
    assert broken(data) == refused("withholding_limit_known", "lines.0.withholding_code")
    unit = refused("ck_invoice_lines_unit_code_format", "lines.0.unit")
    beside = document(line(withholding_code="606", unit=""), type="TEVKIFAT", issue_date="2027-01-01")
    assert broken(beside) == [*unit, *refused("withholding_limit_known", "lines.0.withholding_code")]
    assert broken(document(line(withholding_code="801"), type="TEVKIFAT", issue_date="2027-01-01")) == []


@pytest.mark.parametrize(
    ("profile", "type_code", "day", "verdict"),
    [
        ("TICARIFATURA", "IADE", "2025-06-02", REFUSED),
        ("KAMU", "IADE", "2026-06-30", REFUSED),
        ("KAMU", "IADE", "2026-07-01", PASSES),
        ("ENERJI", "SATIS", "2025-06-02", REFUSED),
        ("ENERJI", "SARJ", "2025-06-02", PASSES),
        ("TEMELFATURA", "SARJANLIK", "2025-06-02", REFUSED),
        ("TEMELFATURA", "TEKNOLOJIDESTEK", "2025-06-02", REFUSED),
        ("EARSIVFATURA", "YTBSATIS", "2025-06-02", PASSES),
        ("IDIS", "SGK", "2025-06-02", REFUSED),
        ("YATIRIMTESVIK", "IHRACKAYITLI", "2025-06-02", REFUSED),
    ],
)
def test_the_profile_admits_the_type(profile: str, type_code: str, day: str, verdict: str) -> None:
    expected = refused("ck_invoices_profile_admits_type", "profile", "type")
    assert broken(document(profile=profile, type=type_code, issue_date=day)) == ([] if verdict == PASSES else expected)


def test_allowances_stay_within_the_net_of_the_lines() -> None:
    assert broken(document(allowances=[{"amount": "60.00"}, {"amount": "40.00"}])) == []
    too_much = document(allowances=[{"amount": "60.00"}, {"amount": "40.01"}], charges=[{"amount": "5.00"}])
    assert broken(too_much) == refused("allowances_within_net", "allowances")


def test_allowances_are_compared_with_the_net_after_discounts_and_charges() -> None:
    lines = [line(discount={"rate": "50"}, charge={"amount": "10"}), line(discount={"amount": "1"})]
    assert broken(document(*lines, allowances=[{"amount": "159.00"}])) == []
    too_much = document(*lines, allowances=[{"amount": "159.01"}])
    assert broken(too_much) == refused("allowances_within_net", "allowances")


def test_nothing_is_spread_where_every_net_is_0() -> None:
    free = line(unit_price="0")
    assert broken(document(free, charges=[{"amount": "0.01"}])) == refused("spread_needs_net", "charges")
    assert broken(document(free, allowances=[{"amount": "0.01"}])) == [
        ("allowances_within_net", ("allowances",)),
        ("spread_needs_net", ("allowances",)),
    ]
    assert broken(document(free, charges=[{"amount": "0.00"}], allowances=[{"amount": "0"}])) == []


def test_inclusive_prices_stand_alone() -> None:
    data = document(
        line(other_taxes=[{"code": "0071", "rate": "1"}]),
        tax_inclusive_prices=True,
        allowances=[{"amount": "1000"}],
        charges=[{"amount": "1"}],
    )
    assert broken(data) == [
        ("inclusive_prices_stand_alone", ("lines.0.other_taxes",)),
        ("inclusive_prices_stand_alone", ("allowances",)),
        ("inclusive_prices_stand_alone", ("charges",)),
    ]
    assert broken(document(tax_inclusive_prices=True, allowances=[], charges=[])) == []


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        (document(line(quantity="2", unit_price="92233720368547758.07")), ("lines.0.quantity", "lines.0.unit_price")),
        (document(line(unit_price="92233720368547758.07")), ("lines",)),
        (document(*[line(unit_price="92233720368547758", discount={"rate": "100"})] * 2), ("lines",)),
        (document(*[line(unit_price="50000000000000000", kdv_rate="1")] * 2), ("lines",)),
        (document(charges=[{"amount": "92233720368547758.07"}] * 2), ("charges",)),
        (document(charges=[{"amount": "92233720368547758.07"}]), ("lines",)),
        (
            document(line(unit_price="92233720368547758"), currency="USD", exchange_rate="32"),
            ("lines",),
        ),
        (document(line(unit_price="9223372036854775"), currency="USD", exchange_rate="32"), ("exchange_rate",)),
        (document(line(other_taxes=[{"code": "0071", "amount": "92233720368547758.07"}])), ("lines",)),
    ],
)
def test_an_amount_beyond_64_bits_is_refused(data: Json, fields: tuple[str, ...]) -> None:
    assert broken(data) == refused("amount_fits_64_bit", *fields)
