"""CSV: read back as it was written, and nothing in it is a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_db.domain.reports.csv_text import csv_text

if TYPE_CHECKING:
    from decimal import Decimal

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2)))
def test_texts_are_read_back_but_for_an_apostrophe_before_a_formula(given_rows: list[list[str]]) -> None:
    _, *rows = read(csv_text(["a", "b"], given_rows))
    assert len(rows) == len(given_rows)
    for row, given_row in zip(rows, given_rows, strict=True):
        for found, text in zip(row, given_row, strict=True):
            assert found in {text, f"'{text}"}
            assert not found.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('=HYPERLINK("http://example.com")', "'=HYPERLINK(\"http://example.com\")"),
        ("+905321234567", "'+905321234567"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'\t=1+1"),
        ("＝1+1", "'＝1+1"),
        ("Çelik = sac", "Çelik = sac"),
        ('a,"b"\r\nc', 'a,"b"\r\nc'),
    ],
)  # fmt: skip
def test_a_text_is_never_a_formula(text: str, written: str) -> None:
    assert read(csv_text(["a", "b"], [[text, None]])) == [["a", "b"], [written, ""]]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2), st.integers())
def test_a_number_is_plain_and_never_quoted(amount: Decimal, count: int) -> None:
    assert csv_text(["a", "b"], [[amount, count]]) == f"a,b\r\n{amount:f},{count}\r\n"
