"""The texts that the mutation test makes of a CHECK."""

from __future__ import annotations

import pytest

from tests.parity.predicates import without_one_predicate


@pytest.mark.parametrize(
    ("sql", "mutants"),
    [
        ("a > 0", []),
        ("a BETWEEN 0 AND 5", []),
        ("a = ' AND '", []),
        ("a > 0 AND b > 0", ["b > 0", "a > 0"]),
        ("a BETWEEN 0 AND 5 AND b > 0", ["b > 0", "a BETWEEN 0 AND 5"]),
        ("a OR b AND c", ["b AND c", "a", "a OR c", "a OR b"]),
        ("(a >= 0) AND (b >= 0)", ["(b >= 0)", "(a >= 0)"]),
        ("a OR (b AND c)", ["(b AND c)", "a", "a OR (c)", "a OR (b)"]),
        ("(a IS NULL) = (b IS NULL)", []),
        (
            "CASE s WHEN 'x' THEN a AND b ELSE c END",
            [
                "CASE s WHEN 'x' THEN true ELSE c END",
                "CASE s WHEN 'x' THEN b ELSE c END",
                "CASE s WHEN 'x' THEN a ELSE c END",
                "CASE s WHEN 'x' THEN a AND b ELSE true END",
            ],
        ),
        (
            "n ~ CASE k WHEN 'v' THEN 'a' ELSE 'b' END AND n <> 'c'",
            ["n <> 'c'", "n ~ CASE k WHEN 'v' THEN 'a' ELSE 'b' END"],
        ),
    ],
)
def test_each_operand_is_dropped_once(sql: str, mutants: list[str]) -> None:
    assert list(without_one_predicate(sql)) == mutants
