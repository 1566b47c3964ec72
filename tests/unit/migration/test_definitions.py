"""Two prints of one definition are equal, and two definitions are not."""

from __future__ import annotations

import pytest

from platform_db.migration.definitions import flattened


@pytest.mark.parametrize(
    ("printed", "flat"),
    [
        ("CHECK (((a AND b) AND c))", "CHECK ((a AND b AND c))"),
        ("(a AND (b AND (c AND d)))", "(a AND b AND c AND d)"),
        ("((((a OR b) OR c) OR d))", "((a OR b OR c OR d))"),
        ("(((x >= 1) AND (x <= 9)) AND (y = 0))", "((x >= 1) AND (x <= 9) AND (y = 0))"),
        ("ELSE ((p AND q) AND r)\nEND)", "ELSE (p AND q AND r)\nEND)"),
        # What means something else stays
        ("((a OR b) AND c)", "((a OR b) AND c)"),
        ("(a OR (b AND c))", "(a OR (b AND c))"),
        ("((NOT (a AND b)) AND c)", "((NOT (a AND b)) AND c)"),
        ("(f(a AND b) AND c)", "(f(a AND b) AND c)"),
        ("((a AND b) IS TRUE AND c)", "((a AND b) IS TRUE AND c)"),
        # Text in quotes is nobody's bracket
        ("(t = '((a AND b) AND c)' AND (u = ')' AND v))", "(t = '((a AND b) AND c)' AND u = ')' AND v)"),
        ("(t = 'it''s (' AND (\"odd \"\")\" AND v))", "(t = 'it''s (' AND \"odd \"\")\" AND v)"),
        # And what is no such text comes back as it is
        ("it's (", "it's ("),
        ("a) AND (b", "a) AND (b"),
        ("", ""),
    ],
)
def test_brackets_within_one_joint_fall_away(printed: str, flat: str) -> None:
    assert flattened(printed) == flat
    assert flattened(flat) == flat
