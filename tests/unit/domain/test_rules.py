"""A rule is judged as PostgreSQL judges a CHECK: false refuses, unknown passes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_db.domain.rules import Guard, Rule, combine, judge
from platform_db.errors import Message, Violation

TOLD = Message("Bitiş, başlangıçtan önce olamaz", "The end must not be before the start")


def ends_after_it_starts(end: int, start: int) -> bool:
    return end >= start


PERIOD = Rule("period", ("end", "start"), ends_after_it_starts, "end >= start", TOLD)


def non_negative(field: str) -> Rule:
    def holds(value: int) -> bool:
        return value >= 0

    return Rule("amount_non_negative", (field,), holds, f"{field} >= 0", Message(f"{field} eksi", f"{field} negative"))


@pytest.mark.parametrize(
    ("end", "start", "broken"),
    [(2, 1, False), (1, 1, False), (0, 1, True), (None, 1, False), (0, None, False), (None, None, False)],
)
def test_only_false_breaks_a_rule(end: int | None, start: int | None, broken: bool) -> None:  # noqa: FBT001
    assert PERIOD.broken_by({"end": end, "start": start, "other": "ignored"}) is broken


def test_a_predicate_that_does_not_know_null_never_meets_it() -> None:
    met: list[object] = []
    rule = Rule("seen", ("value",), met.append, "value", TOLD)
    assert not rule.broken_by({"value": None})
    assert met == []
    assert not rule.broken_by({"value": 0})
    assert met == [0]


@pytest.mark.parametrize(("verdict", "broken"), [(True, False), (None, False), (False, True)])
def test_a_predicate_that_knows_null_gives_the_verdict_itself(verdict: bool | None, broken: bool) -> None:  # noqa: FBT001
    def holds(value: object) -> bool | None:
        assert value is None
        return verdict

    rule = Rule("known", ("value",), holds, "value IS NOT NULL", TOLD, null_aware=True)
    assert rule.broken_by({"value": None}) is broken


def test_a_predicate_takes_the_values_in_the_order_of_its_fields() -> None:
    assert PERIOD.broken_by({"start": 2, "end": 1})
    assert not PERIOD.broken_by({"start": 1, "end": 2})


def test_a_predicate_computes_exactly() -> None:
    def is_product(product: Decimal, left: Decimal, right: Decimal) -> bool:
        return product == left * right

    rule = Rule("is_product", ("product", "left", "right"), is_product, "product = left * right", TOLD)
    nines = Decimal("9" * 40)
    # 10^80 - 2*10^40 + 1 has 80 digits; Python's own context would round it to 28
    row = {"left": nines, "right": nines, "product": Decimal(10**80 - 2 * 10**40 + 1)}
    assert not rule.broken_by(row)
    assert rule.broken_by({**row, "product": Decimal(10**80 - 2 * 10**40)})


def test_a_rule_and_a_guard_are_reported_under_their_constraints_name() -> None:
    told = Violation("ck_licenses_period", ("end", "start"), TOLD, "licenses")
    assert PERIOD.constraint("licenses") == "ck_licenses_period"
    assert PERIOD.violation("licenses") == told
    assert Guard("period", ("end", "start"), TOLD).violation("licenses") == told
    assert Guard("period", (), TOLD).constraint("licenses") == "ck_licenses_period"


def test_rules_of_one_name_become_one_check() -> None:
    first, other, last = non_negative("gross"), PERIOD, non_negative("net")
    joined, period = combine([first, other, last])

    assert period is PERIOD
    assert joined.name == "amount_non_negative"
    assert joined.fields == ("gross", "net")
    assert joined.sql == "(gross >= 0) AND (net >= 0)"
    assert joined.message == first.message


def test_a_field_that_two_rules_of_one_name_read_is_read_once() -> None:
    def is_within(start: int, end: int, now: int) -> bool:
        return start <= now <= end

    within = Rule("period", ("start", "end", "now"), is_within, "now BETWEEN start AND end", TOLD)
    (joined,) = combine([PERIOD, within])
    assert joined.fields == ("end", "start", "now")
    assert not joined.broken_by({"end": 3, "start": 1, "now": 2})
    assert joined.broken_by({"end": 3, "start": 1, "now": 4})


@given(st.lists(st.sampled_from([-1, 0, None]), min_size=3, max_size=3))
def test_one_null_leaves_the_other_fields_of_the_check_judged(values: list[int | None]) -> None:
    fields = ("gross", "net", "tax")
    (joined,) = combine(map(non_negative, fields))
    assert joined.broken_by(dict(zip(fields, values, strict=True))) is (-1 in values)


def test_rules_are_judged_in_declared_order() -> None:
    rules = (non_negative("net"), PERIOD, non_negative("gross"))
    row = {"net": -1, "gross": -1, "end": 0, "start": 1}
    assert list(judge(rules, row)) == list(rules)
    assert list(judge(rules, {**row, "net": 0})) == [rules[1], rules[2]]


def test_a_rule_waits_until_all_its_fields_are_there_and_valid() -> None:
    rules = (PERIOD, non_negative("net"))
    assert list(judge(rules, {"end": 0, "net": -1})) == [rules[1]]
    assert list(judge(rules, {"end": 0, "start": "yesterday", "net": -1}, frozenset({"start"}))) == [rules[1]]
    assert list(judge(rules, {"end": 0, "start": 1, "net": "minus one"}, frozenset({"net"}))) == [PERIOD]
