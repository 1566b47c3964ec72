"""The overview of a day: whole, as the calculation reads it, and with nothing uncertain unmarked."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_db.domain.instants import EARLIEST_LAW_DAY, LATEST_DAY
from platform_db.domain.law import exemptions, rates, sources, withholding
from platform_db.domain.law.overview import overview
from tests import official

DAYS = st.dates(EARLIEST_LAW_DAY, LATEST_DAY) | st.dates(date(2020, 1, 1), date(2026, 12, 31))
FILES = ("kdv_rates", "withholding_codes", "withholding_threshold", "exemption_codes")


@pytest.mark.parametrize("name", FILES)
def test_the_package_holds_the_law_data_as_it_was_gathered(name: str) -> None:
    shared = json.loads(official.text("data", f"{name}.json"))
    assert sources._read(name) == shared


def test_every_code_of_both_lists_is_there() -> None:
    withheld = {entry["code"] for entry in sources.withholding_entries()}
    assert withheld == {str(code) for code in (*range(601, 628), *range(801, 826))}
    assert len(sources.withholding_entries()) == 52
    assert len({entry["code"] for entry in sources.exemption_entries()}) == 113
    assert len(sources.exemption_entries()) == 113


def test_every_entry_names_its_sources() -> None:
    law = overview(date(2026, 11, 20)).as_json()
    for name in ("kdv_rates", "kdv_moves", "withholding_codes"):
        entries: Any = law[name]
        assert [entry for entry in entries if not entry["sources"]] == [], name
    assert law["withholding_limit_sources"]
    assert law["exemption_sources"]


@given(DAYS)
def test_it_says_what_the_calculation_reads(day: date) -> None:
    law = overview(day)
    assert [(each.rate_class, each.current["rate"], each.current["verified"]) for each in law.rates] == [
        (row.rate_class, str(row.rate), row.is_verified) for row in rates.in_force(day)
    ]
    in_force = {entry["code"]: withholding.in_force(entry["code"], day) for entry in sources.withholding_entries()}
    assert {each.entry["code"]: (each.percent, each.is_verified) for each in law.withholding} == {
        code: (row.percent, row.is_verified) for code, row in in_force.items() if row is not None
    }
    limit = withholding.limit(day)
    told = None if law.limit is None else int(law.limit["limit"]) * 100
    assert told == (None if limit is None else limit.limit_cents)
    assert {each.entry["code"] for each in law.exemptions} == {
        row.code for row in exemptions.rows() if exemptions.is_in_rule_set(row.code, day)
    }


@given(DAYS)
def test_every_uncertain_figure_is_named(day: date) -> None:
    law = overview(day)
    named = set(law.unverified)
    for row in rates.in_force(day):
        assert (f"kdv_rate {row.rate}" in named) is not row.is_verified
    for each in law.withholding:
        assert (f"withholding_ratio {each.entry['code']}" in named) is not each.is_verified
        assert (f"buyer_scope {each.entry['code']}" in named) is not each.entry["buyer_scope"]["verified"]
    limit = withholding.limit(day)
    assert (f"withholding_limit {day.year}" in named) is (limit is not None and not limit.is_verified)
    assert {"exemption_code 001", "exemption_code 501"} <= named


def test_802_is_told_as_withdrawn_from_its_day_on() -> None:
    before, after = overview(date(2024, 10, 30)), overview(date(2024, 10, 31))
    assert "802" in {each.entry["code"] for each in before.withholding}
    assert before.withdrawn == ()
    assert "802" not in {each.entry["code"] for each in after.withholding}
    assert [each.as_json() for each in after.withdrawn] == [
        {
            "code": "802",
            "name": "Etüt, Plan-Proje, Danışmanlık, Denetim ve Benzeri Hizmetler",
            "by": "KDVGUT amendment 52 (RG 31.10.2024)",
            "verified": True,
            "effective_from": "2024-10-31",
            "effective_from_verified": False,
        }
    ]
    assert "withdrawal 802" in after.unverified


def test_products_that_moved_between_classes_are_told_on_their_days() -> None:
    def moved(day: date) -> list[str]:
        return [each["what"] for each in overview(day).moves]

    assert moved(date(2020, 7, 30)) == []
    assert moved(date(2020, 12, 31)) == ["listed services", "accommodation, eating out, culture", "COVID-19 vaccines"]
    assert moved(date(2022, 4, 1)) == [
        "basic food: from list II to list I",
        "hygiene goods: from general to list II",
    ]
    assert "kdv_move hygiene goods: from general to list II" in overview(date(2022, 4, 1)).unverified


def test_the_rule_set_of_july_2026_brings_233_and_narrows_308_and_339() -> None:
    old, new = overview(date(2026, 6, 30)), overview(date(2026, 7, 1))
    assert {each.entry["code"] for each in new.exemptions} - {each.entry["code"] for each in old.exemptions} == {"233"}
    assert [each.entry["code"] for each in old.exemptions if each.only_investment_incentive] == []
    assert [each.entry["code"] for each in new.exemptions if each.only_investment_incentive] == ["308", "339"]


def test_a_year_without_a_known_limit_has_none() -> None:
    law = overview(date(2027, 1, 1))
    assert law.limit is None
    assert law.as_json()["withholding_limit"] is None
    assert [limit["limit"] for limit in law.limits] == ["1000", "2000", "4400", "6900", "9900", "12000"]
