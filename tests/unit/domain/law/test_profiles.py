"""What depends on the day or the rate among profiles and types."""

from __future__ import annotations

from datetime import date, timedelta

from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceTypeCode, profile_admits_type
from platform_db.domain.law import profiles
from platform_db.domain.law.other_taxes import OTHER_TAXES


def test_a_public_return_is_admitted_since_its_rule_set() -> None:
    since = profiles.PUBLIC_RETURNS_SINCE
    assert since == date(2026, 7, 1)
    pair = (InvoiceProfile.KAMU, InvoiceTypeCode.IADE)
    assert profiles.admits_on(*pair, since)
    assert not profiles.admits_on(*pair, since - timedelta(days=1))


def test_every_other_pair_is_the_same_on_every_day() -> None:
    for profile in InvoiceProfile:
        for type_code in InvoiceTypeCode:
            if (profile, type_code) != (InvoiceProfile.KAMU, InvoiceTypeCode.IADE):
                admitted = profiles.admits_on(profile, type_code, date(2025, 1, 1))
                assert admitted == profile_admits_type(profile, type_code)


def test_investment_incentive_is_its_profile_or_its_types() -> None:
    archive = InvoiceProfile.EARSIVFATURA
    incentive = {code for code in InvoiceTypeCode if profiles.is_investment_incentive(archive, code)}
    assert incentive == {"YTBSATIS", "YTBIADE", "YTBISTISNA", "YTBTEVKIFAT", "YTBTEVKIFATIADE"}
    assert profiles.is_investment_incentive(InvoiceProfile.YATIRIMTESVIK, InvoiceTypeCode.SATIS)


def test_the_other_taxes_and_their_place_in_the_kdv_base() -> None:
    inside = {code for code, tax in OTHER_TAXES.items() if tax.in_kdv_base}
    outside = set(OTHER_TAXES) - inside
    assert inside == {"0071", "0073", "0074", "0075", "0076", "0077", "9077", "4171"}
    assert outside == {"4080", "4081", "0059", "8006"}
    assert {code for code, tax in OTHER_TAXES.items() if not tax.is_verified} == {"0059", "4171", "8006"}
